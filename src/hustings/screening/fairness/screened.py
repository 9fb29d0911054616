"""Matched texts through screening: which of them the rules would keep from passing by themselves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from hustings.screening.context import Context
from hustings.screening.fairness.gaps import Outcome
from hustings.screening.fairness.swaps import Matched
from hustings.screening.law import Law
from hustings.screening.screen import Judges, screen
from hustings.screening.submission import Submission

__all__ = ["Read", "read", "rules_digest"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """What screening said of one text of a matched set."""

    outcome: Outcome
    text: str
    rules: tuple[str, ...]
    political: bool | None


def read(
    texts: Iterable[Matched], *, context: Context, politics: Judges | None = None, law: Law | None = None
) -> list[Read]:
    """Screen each text as an ad of a sponsor with a disclaimer, equal in everything but its words.

    Gives    stopped where a rule found something, so that a person has to look before it passes. Whether a text reads
             as political is told, and stops nothing
    """
    told = []
    for each in texts:
        found = screen(
            Submission(
                id=f"{each.swap}/{each.key}/{each.side}", text=each.text, lang=each.lang, sponsor="A sponsor",
                disclaimer="Paid for by a sponsor", payer="A sponsor",
            ),
            context=context, politics=politics, law=law,
        )  # fmt: skip
        told.append(Read(
            outcome=Outcome(swap=each.swap, key=each.key, side=each.side, should=each.should, stopped=bool(found.hits)),
            text=each.text, rules=tuple(hit.rule for hit in found.hits),
            political=None if found.political is None else found.political.answer,
        ))  # fmt: skip
    return told


def rules_digest() -> str:
    """SHA-256 over everything that screening goes by in this package: its tables and its code, in the order of names."""
    total = hashlib.sha256()

    def add(folder: Traversable, path: str) -> None:
        for each in sorted(folder.iterdir(), key=lambda one: one.name):
            if each.is_dir() and each.name not in {"__pycache__", "fairness"}:
                add(each, f"{path}{each.name}/")
            elif each.is_file() and not each.name.endswith(".pyc"):
                total.update(f"{path}{each.name}\n".encode() + hashlib.sha256(each.read_bytes()).digest())

    add(files("hustings.screening"), "")
    return total.hexdigest()
