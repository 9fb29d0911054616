"""The marking that somebody asks for a run, from options or a file, checked word by word."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from hustings.apps.items.models import SharingGroup
from hustings.apps.people.models import Organisation
from hustings.apps.people.seat import Seat
from hustings.errors import BadInput, Problem
from hustings.policy.level import Level
from hustings.policy.marking import Kind, Marking, Need, Tlp
from hustings.policy.role import Role

__all__ = ["Asked", "marking_asked"]

KEYS = (
    "tlp", "level", "compartments", "releasable_to", "permitted_kinds", "permitted_organisations", "owner", "group", "need",
    "roles", "originator_consent",
)  # fmt: skip

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was said about the marking; what was not said is None."""

    file: Path | None = None
    tlp: str | None = None
    need: str | None = None
    roles: Sequence[str] | None = None
    owner: str | None = None
    group: str | None = None


def marking_asked(asked: Asked, seat: Seat) -> Marking:
    """The marking, by default for the organisation of who asks and nobody else (TLP amber+strict).

    Raises   BadInput with each word that is not known: nothing is guessed, and nothing left out
    """
    said = from_file(asked.file) if asked.file is not None else {}
    where = str(asked.file) if asked.file is not None else "the marking"
    for name in ("tlp", "need", "roles", "owner", "group"):
        value = getattr(asked, name)
        if value is not None:
            said[name] = value
    problems: list[Problem] = []

    def read(name: str, known: Callable[[Any], T], choices: Sequence[object], otherwise: T) -> T:
        if name not in said:
            return otherwise
        try:
            return known(said[name])
        except (KeyError, ValueError, TypeError, AttributeError):
            expected = ", ".join(map(str, choices)) or "another value"
            problems.append(
                Problem(where=f"{where}, {name}", found=repr(said[name]), expected=expected, do="Use one of these.")
            )
            return otherwise

    own = seat.appointment.position.organisation
    names = {organisation.name: str(organisation.pk) for organisation in Organisation.objects.all()}
    groups = {group.name: str(group.pk) for group in SharingGroup.objects.all()}
    levels = {level.name.lower(): level for level in Level}
    marking = Marking(
        tlp=read("tlp", Tlp, list(Tlp), Tlp.AMBER_STRICT),
        owner=read("owner", lambda name: names[name], sorted(names), str(own.pk)),
        level=read("level", lambda word: levels[word.lower().replace(" ", "_")], sorted(levels), Level.UNCLASSIFIED),
        compartments=read("compartments", words, ["a list of code words"], frozenset()),
        releasable_to=read("releasable_to", countries, ["a list of two-letter countries"], None),
        permitted_kinds=read(
            "permitted_kinds", lambda each: frozenset(Kind(word) for word in words(each)), list(Kind), None
        ),
        permitted_organisations=read(
            "permitted_organisations", lambda each: frozenset(names[name] for name in words(each)), sorted(names), None
        ),
        group=read("group", lambda name: groups[name], sorted(groups), None),
        need=read("need", Need, list(Need), Need.NONE),
        roles=read("roles", lambda each: frozenset(Role(word) for word in words(each)), list(Role), None),
        originator_consent=read("originator_consent", flag, ["true", "false"], False),
    )
    if problems:
        raise BadInput("The marking cannot be used. Nothing was loaded.", problems)
    return marking


def from_file(place: Path) -> dict[str, Any]:
    """The words of a TOML file; a word that nobody here understands would have to be a denial, so it is refused."""
    try:
        said = tomllib.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(
            f"{place} cannot be read as a marking: {error}. Write it as TOML, as the how-to shows."
        ) from error
    strange = [
        Problem(where=str(place), found=f"the key '{key}'", expected=", ".join(KEYS), do="Take it out or mend it.")
        for key in said
        if key not in KEYS
    ]
    if strange:
        raise BadInput("The marking has words that are not known here. Nothing was loaded.", strange)
    return said


def words(value: object) -> frozenset[str]:
    """A list of words."""
    if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
        raise TypeError
    return frozenset(value)


def countries(value: object) -> frozenset[str]:
    """A list of ISO 3166 codes."""
    found = words(value)
    if not all(len(code) == 2 and code.isalpha() and code.isupper() for code in found):
        raise ValueError
    return found


def flag(value: object) -> bool:
    """True or false, and nothing that only looks like it."""
    if not isinstance(value, bool):
        raise TypeError
    return value
