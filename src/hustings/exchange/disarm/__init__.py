"""Techniques of influence operations by the numbers and names of the DISARM Red Framework, as campaigns name them."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from hustings.errors import Problem

__all__ = ["EDITION", "SOURCE", "Technique", "attack_patterns", "by_tactic", "techniques", "unknown"]

EDITION = "10 February 2025"
SOURCE = f"DISARM Red Framework, DISARM Foundation, as of {EDITION} (49df5f6), CC BY-SA 4.0"


@dataclass(frozen=True, kw_only=True)
class Technique:
    """One technique, or a part of one (T0086.001 of T0086), under its tactic. `turn` is the tactic's place in an operation."""

    number: str
    name: str
    tactic: str
    tactic_name: str
    turn: int

    def __str__(self) -> str:
        """For people."""
        return f"{self.number} {self.name}"


@cache
def techniques() -> dict[str, Technique]:
    """All of them by their numbers, in the order of these."""
    text = (files(__package__) / "techniques.csv").read_text("utf-8")
    return {
        row["technique"]: Technique(
            number=row["technique"], name=row["name"], tactic=row["tactic"], tactic_name=row["tactic_name"], turn=int(row["turn"])
        )
        for row in csv.DictReader(text.splitlines())
    }  # fmt: skip


@cache
def attack_patterns() -> dict[str, str]:
    """The STIX id of each technique in the framework's own bundle, by its number."""
    text = (files(__package__) / "attack_patterns.csv").read_text("utf-8")
    return {row["technique"]: f"attack-pattern--{row['attack_pattern']}" for row in csv.DictReader(text.splitlines())}


def by_tactic(numbers: Iterable[str] | None = None) -> list[tuple[str, list[Technique]]]:
    """Techniques under "TA06 Develop Content", in the order in which an operation goes; all of them without `numbers`.

    What the framework does not know is left out: `unknown` tells it.
    """
    held = techniques()
    chosen = held.values() if numbers is None else [held[one] for one in sorted(set(numbers)) if one in held]
    found: dict[tuple[int, str], list[Technique]] = {}
    for one in chosen:
        found.setdefault((one.turn, f"{one.tactic} {one.tactic_name}"), []).append(one)
    return [(tactic, found[turn, tactic]) for turn, tactic in sorted(found)]


def unknown(numbers: Iterable[str]) -> list[Problem]:
    """A problem for each number that is no technique of this edition."""
    return [
        Problem(where="technique", found=one, expected="a number of the DISARM Red Framework, such as T0086 or T0086.001",
                do=f"Choose one of the list; it is that of {EDITION}.")
        for one in sorted(set(numbers) - techniques().keys())
    ]  # fmt: skip
