"""Contested matters, the words that stand on their two sides, and where an ad stands by the words in it."""

__all__ = ["Matter", "Poles", "Stand", "packaged_poles", "read_poles"]

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from hustings.errors import BadInput, Problem
from hustings.screening.audience.alike import folded
from hustings.screening.audience.people import WHO
from hustings.screening.targeting_tree import Node, leaves

PART = re.compile(r"[^\W_]+")
START = 3  # letters of its first word by which a term is looked up
FEWEST_LETTERS = 3
# Of texts so short, so many are kept with what was found in them.
SHORT, MOST_READ = 80, 20_000


@dataclass(frozen=True, kw_only=True)
class Matter:
    """One contested matter; `sides` are what its two poles are called."""

    code: str
    name: str
    sides: tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Stand:
    """On which side of a matter an ad stands, and the terms that say so, with where each stood: targeting or text."""

    side: int
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Poles:
    """The table: matters in their order, and terms by the beginning of their first word."""

    matters: tuple[Matter, ...]
    terms: Mapping[str, tuple[tuple[tuple[str, ...], bool, str, int], ...]] = field(repr=False)
    read: dict[str, list[tuple[str, int, str]]] = field(default_factory=dict, repr=False, compare=False)

    def stands(self, text: str, tree: Node | None) -> dict[str, Stand]:
        """Where an ad stands, by matter. One that has words of both sides of a matter stands nowhere in it.

        Reads    what the ad says, and whom its targeting includes; what targeting excludes says nothing here
        Limits   goes by words: an ad that quotes the other side in order to mock it stands where the words stand; pictures
                 and languages that the table lacks are not read
        """
        found: dict[str, dict[int, dict[tuple[str, str], None]]] = {}
        places = [("text", text)]
        if tree is not None:
            places += [
                ("targeting", leaf.value) for leaf, excluded in leaves(tree) if not excluded and leaf.dimension in WHO
            ]
        for where, words in places:
            for code, side, term in self.said_before(words):
                found.setdefault(code, {}).setdefault(side, {})[where, term] = None
        return {
            code: Stand(side=side, words=tuple(sorted(sides[side])))
            for code, sides in found.items()
            if len(sides) == 1
            for side in sides
        }

    def said_before(self, text: str) -> list[tuple[str, int, str]]:
        """The same as `said`; what targeting says, many ads say."""
        if len(text) > SHORT:
            return self.said(text)
        if text not in self.read:
            if len(self.read) >= MOST_READ:
                self.read.clear()
            self.read[text] = self.said(text)
        return self.read[text]

    def said(self, text: str) -> list[tuple[str, int, str]]:
        """Every term in a text: matter, side and term."""
        words = PART.findall(folded(text))
        found = []
        for place, word in enumerate(words):
            for parts, open_end, code, side in self.terms.get(word[:START], ()):
                held = words[place : place + len(parts)]
                if held[:-1] == list(parts[:-1]) and len(held) == len(parts):
                    last = held[-1]
                    if last == parts[-1] or (open_end and last.startswith(parts[-1])):
                        found.append((code, side, " ".join(parts) + "*" * open_end))
        return found


@cache
def packaged_poles() -> Poles:
    """The table that comes along."""
    return read_poles((files("hustings.screening.audience") / "poles.json").read_text("utf-8"), "poles.json")


def read_poles(text: str, where: str) -> Poles:
    """A table of matters from JSON.

    Raises   BadInput with every fault: no JSON, a matter without two sides, a term without words or on both sides
    """
    try:
        raw = json.loads(text)
    except ValueError as error:
        raise BadInput("The table of contested matters cannot be read.", [
            Problem(where=where, found=str(error), expected="JSON", do="Compare it with poles.json of the package."),
        ]) from error  # fmt: skip
    problems: list[Problem] = []
    matters: list[Matter] = []
    terms: dict[str, list[tuple[tuple[str, ...], bool, str, int]]] = {}

    def wrong(place: str, found: object, expected: str) -> None:
        problems.append(
            Problem(
                where=f"{where}, {place}",
                found=str(found)[:80],
                expected=expected,
                do="Correct it, then load it again.",
            )
        )

    given = raw.get("matters") if isinstance(raw, dict) else None
    if not isinstance(given, list) or not given:
        wrong("matters", given, "a list of matters")
        given = []
    for number, one in enumerate(given, 1):
        place = f"matter {number}"
        sides = one.get("sides") if isinstance(one, dict) else None
        if not isinstance(sides, list) or len(sides) != 2 or not all(isinstance(side, dict) for side in sides):
            wrong(place, sides, "two sides, each with name and terms")
            continue
        code, name = one.get("code"), one.get("matter")
        if (
            not isinstance(code, str)
            or not re.fullmatch(r"[a-z][a-z0-9-]{0,29}", code)
            or any(each.code == code for each in matters)
        ):
            wrong(f"{place}, code", code, "small letters, digits and hyphens, once")
            continue
        names = [side.get("name") for side in sides]
        if not isinstance(name, str) or not all(isinstance(each, str) and each for each in names):
            wrong(f"{place}, names", [name, *names], "a name of the matter and one of each side")
            continue
        matters.append(Matter(code=code, name=name, sides=(names[0], names[1])))
        seen: dict[tuple[str, ...], int] = {}
        for side, each in enumerate(sides):
            for term in each.get("terms") if isinstance(each.get("terms"), list) else []:
                parts = tuple(PART.findall(folded(str(term))))
                if not parts or len("".join(parts)) < FEWEST_LETTERS:
                    wrong(f"{place}, terms", term, f"words with at least {FEWEST_LETTERS} letters together")
                elif seen.setdefault(parts, side) != side:
                    wrong(f"{place}, terms", term, "a term on one side alone")
                else:
                    terms.setdefault(parts[0][:START], []).append((parts, str(term).endswith("*"), code, side))
            if not any(of == side for of in seen.values()):
                wrong(f"{place}, side {side + 1}", each.get("terms"), "terms")
    if problems:
        raise BadInput("The table of contested matters cannot be used.", problems)
    return Poles(matters=tuple(matters), terms={start: tuple(held) for start, held in terms.items()})
