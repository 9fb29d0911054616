"""A made-up campaign with which a search is tried: how its accounts hide, how many they are, how often they act."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from hustings.errors import BadInput, Problem
from hustings.exchange.disarm import unknown

__all__ = ["Scenario", "Style", "read_scenarios", "ready"]

LARGEST, MOST_ACTS_A_DAY, LONGEST, MOST_NAMES = 200, 200.0, 400, 10
MOST_POSTS = 500_000  # what fits beside a table on a laptop
MEND = "Give another value."


class Style(StrEnum):
    """How a campaign acts."""

    BURST = "burst"
    RELAY = "relay"
    SLOW = "slow"
    CAMOUFLAGED = "camouflaged"
    PIGGYBACK = "piggyback"
    MIXED = "mixed"

    @property
    def sentence(self) -> str:
        """For people."""
        return SENTENCES[self]


SENTENCES = {
    Style.BURST: "Nearly everybody posts the same thing within seconds.",
    Style.RELAY: "Another half of them passes each thing on within a minute.",
    Style.SLOW: "Another half of them posts the same rare thing, spread over hours.",
    Style.CAMOUFLAGED: "As a relay, below four times as much that is copied from ordinary people.",
    Style.PIGGYBACK: "Nearly everybody comes to what a crowd shares anyway, within seconds of one another.",
    Style.MIXED: "As a relay, with another kind of thing each time.",
}


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One made-up campaign.

    size        accounts
    strength    acts a day; an act is one thing that several of them post
    days        how long it lasts; a shorter table holds as much of it as fits
    platforms   names, or how many of the table's busiest at most
    kinds       kinds of trace by name, or how many of the table's busiest at most
    office      hours from UTC of an office in whose working time they act; without it they keep the table's own hours
    techniques  what it stands for, by numbers of DISARM
    """

    name: str
    title: str
    about: str
    style: Style
    size: int
    strength: float
    days: int
    techniques: tuple[str, ...]
    platforms: int | tuple[str, ...] = 1
    kinds: int | tuple[str, ...] = 1
    office: int | None = None

    def but(self, *, size: int | None = None, strength: float | None = None) -> Scenario:
        """The same with another size or strength. Raises BadInput."""
        changed = replace(
            self, size=self.size if size is None else size, strength=self.strength if strength is None else strength
        )
        if wrong := problems_of(changed):
            raise BadInput(f"The scenario {self.name} cannot be planted so.", wrong)
        return changed

    def as_json(self) -> dict[str, Any]:
        """To be kept; `of` reads it again."""
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in said.items()}

    @classmethod
    def of(cls, said: Mapping[str, Any], where: str = "scenario") -> Scenario:
        """From what a file or a row says. Raises BadInput with all that is wrong."""
        known = {field.name: field for field in fields(cls)}
        needed = set(known) - {"platforms", "kinds", "office"}
        wrong = [
            Problem(where=f"{where}, {name}", found="no such word", expected=", ".join(known), do="Take it out.")
            for name in sorted(set(said) - set(known))
        ]
        wrong += [
            Problem(where=f"{where}, {name}", found="nothing", expected=EXPECTED[name], do="Say it.")
            for name in sorted(needed - set(said))
        ]
        for name in known.keys() & said.keys():
            if not FITS[name](said[name]):
                wrong.append(
                    Problem(where=f"{where}, {name}", found=repr(said[name])[:80], expected=EXPECTED[name], do=MEND)
                )
        if wrong:
            raise BadInput("The scenario cannot be read.", sorted(wrong, key=lambda problem: problem.where))
        plain: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in said.items()}
        made = cls(**plain | {"style": Style(said["style"])})
        if wrong := problems_of(made, where):
            raise BadInput("The scenario cannot be used.", wrong)
        return made


def whole(value: object) -> bool:
    """A whole number; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def names(value: object) -> bool:
    """Names in a list."""
    return isinstance(value, list | tuple) and all(isinstance(one, str) and one.strip() for one in value)


def text(value: object) -> bool:
    """Words."""
    return isinstance(value, str) and bool(value.strip())


FITS: dict[str, Callable[[Any], bool]] = {
    "name": lambda value: text(value) and len(value) <= 60,
    "title": lambda value: text(value) and len(value) <= 200,
    "about": lambda value: text(value) and len(value) <= 1000,
    "style": lambda value: value in set(Style),
    "size": whole,
    "strength": lambda value: whole(value) or isinstance(value, float),
    "days": whole,
    "techniques": names,
    "platforms": lambda value: whole(value) or names(value),
    "kinds": lambda value: whole(value) or names(value),
    "office": lambda value: value is None or whole(value),
}
EXPECTED = {
    "name": "a short name, at most 60 characters",
    "title": "a line, at most 200 characters",
    "about": "what it is, at most 1,000 characters",
    "style": ", ".join(Style),
    "size": "how many accounts, a whole number",
    "strength": "acts a day, a number",
    "days": "a whole number of days",
    "techniques": "numbers of DISARM in a list",
    "platforms": "names in a list, or how many",
    "kinds": "kinds of trace in a list, or how many",
    "office": "whole hours from UTC",
}


def problems_of(scenario: Scenario, where: str = "scenario") -> list[Problem]:
    """Everything that keeps a scenario from being planted, whatever the table."""
    bounds = (
        ("size", 3 <= scenario.size <= LARGEST, f"3 to {LARGEST} accounts: fewer are no finding"),
        ("strength", 0 < scenario.strength <= MOST_ACTS_A_DAY, f"above 0, at most {MOST_ACTS_A_DAY:g} acts a day"),
        ("days", 1 <= scenario.days <= LONGEST, f"1 to {LONGEST}"),
        ("platforms", counted(scenario.platforms), f"1 to {MOST_NAMES}"),
        ("kinds", counted(scenario.kinds), f"1 to {MOST_NAMES}"),
        ("office", scenario.office is None or -12 <= scenario.office <= 14, "-12 to 14 hours from UTC"),
        ("techniques", 0 < len(scenario.techniques) <= MOST_NAMES, f"1 to {MOST_NAMES} numbers of DISARM"),
    )
    wrong = [
        Problem(where=f"{where}, {name}", found=str(getattr(scenario, name)), expected=expected, do=MEND)
        for name, fits, expected in bounds
        if not fits
    ]
    posts = scenario.size * scenario.strength * scenario.days * (5 if scenario.style is Style.CAMOUFLAGED else 1)
    if not wrong and posts > MOST_POSTS:
        wrong.append(
            Problem(where=where, found=f"up to {posts:,.0f} posts", expected=f"at most {MOST_POSTS:,}", do="Make it smaller, weaker or shorter.")
        )  # fmt: skip
    return wrong + unknown(scenario.techniques)


def counted(said: int | tuple[str, ...]) -> bool:
    """Whether a number, or so many names, are within bounds and each is said once."""
    if isinstance(said, int):
        return 1 <= said <= MOST_NAMES
    return 1 <= len(said) <= MOST_NAMES and len(set(said)) == len(said)


def read_scenarios(content: str, where: str) -> list[Scenario]:
    """The scenarios of a TOML file, each a table `[[scenario]]`. Raises BadInput with all that is wrong in all of them."""
    try:
        said = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise BadInput("The scenarios cannot be read.", [
            Problem(where=where, found=str(error), expected="TOML", do="Mend the line it names.")]) from error  # fmt: skip
    rows = said.get("scenario")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise BadInput("The scenarios cannot be read.", [
            Problem(where=where, found=", ".join(said) or "nothing", expected="one [[scenario]] or more", do="See docs/explanation/red-team.md.")
        ])  # fmt: skip
    made: list[Scenario] = []
    wrong: list[Problem] = []
    for number, row in enumerate(rows, 1):
        try:
            made.append(Scenario.of(row, f"{where}, scenario {number}"))
        except BadInput as error:
            wrong += error.problems
    wrong += [
        Problem(where=where, found=f"'{name}' more than once", expected="each name once", do="Rename one.")
        for name in twice(scenario.name for scenario in made)
    ]
    if wrong:
        raise BadInput("The scenarios cannot be used.", wrong)
    return made


def twice(said: Iterable[str]) -> list[str]:
    """What is said more than once."""
    seen: set[str] = set()
    return sorted({name for name in said if name in seen or seen.add(name)})  # type: ignore[func-returns-value]


@cache
def ready() -> dict[str, Scenario]:
    """The scenarios that come with the system, by name."""
    content = (files("hustings.policy") / "scenarios.toml").read_text("utf-8")
    return {scenario.name: scenario for scenario in read_scenarios(content, "scenarios.toml")}
