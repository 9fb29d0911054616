"""The order of words and meanings that makes a claim, written as one line and matched against a sentence.

<NAME>   a phrase of that meaning          word|word   one of these words
..3      up to three words of any kind     x?          may be absent
!x       does not stand here               ^           where a clause begins
$        where a clause ends

A line that begins with {12} asks for its parts in any order within 12 words, none of them sharing a word.
"""

__all__ = ["Match", "Pattern", "compiled"]

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from hustings.screening.voting.words import Spans

SOFT = frozenset({",", ":", "-", "–", "—", "(", ")", '"', "/", "|", "*", "•", "#", "~", ">", "&", "+", "=", "\u27a1"})
CLAUSE = frozenset({",", ":", "–", "—", "(", ")", '"', "|", "•", "-", ">", "/", "\u27a1"})
STOPS = CLAUSE - {'"', "("}


@dataclass(frozen=True)
class Match:
    """Where a pattern stands: words [start, end), and where each meaning in it stands."""

    start: int
    end: int
    held: tuple[tuple[str, int, int], ...]
    head: int = -1  # where the first part stands that the pattern names, if not where the match begins

    def of(self, name: str) -> Iterator[tuple[int, int]]:
        """Places of a meaning within the match."""
        return ((start, end) for held, start, end in self.held if held == name)


@dataclass(frozen=True)
class Element:
    """One part of a pattern."""

    kind: str  # meaning, word, gap, begin, end
    names: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()
    several: tuple[tuple[str, ...], ...] = ()
    most: int = 0
    crosses: bool = False
    optional: bool = False
    absent: bool = False


@dataclass(frozen=True)
class Pattern:
    """A compiled line."""

    line: str
    elements: tuple[Element, ...]
    needs: tuple[tuple[str, ...], ...]  # of each group of meanings, one must stand in the sentence
    opens: frozenset[str]  # words of which one must be there
    within: int = 0  # words in which the parts stand in any order; 0: in the order given

    def find(self, words: Sequence[str], spans: Spans) -> Iterator[Match]:
        """All places where the pattern stands, the earliest first, one for each beginning."""
        for group in self.needs:
            if not any(name in spans for name in group):
                return
        if self.opens and self.opens.isdisjoint(words):
            return
        if self.within:
            yield from _together(self.elements, self.within, words, spans)
            return
        for start in range(len(words)):
            found = _match(self.elements, 0, words, spans, start, ())
            if found is not None:
                end, held = found
                if end > start:
                    first = start
                    while first < end and words[first] in SOFT:
                        first += 1
                    yield Match(first, end, held)


def clause_begins(words: Sequence[str], at: int) -> bool:
    """Whether a clause begins at a word."""
    return at == 0 or words[at - 1] in CLAUSE or not words[at - 1][:1].isalnum()


def clause_ends(words: Sequence[str], at: int) -> bool:
    """Whether a clause ends before a word."""
    return at >= len(words) or words[at] in CLAUSE or not words[at][:1].isalnum()


Held = tuple[tuple[str, int, int], ...]


def _match(
    elements: tuple[Element, ...], at: int, words: Sequence[str], spans: Mapping[str, Mapping[int, tuple[int, ...]]],
    place: int, held: Held,
) -> tuple[int, Held] | None:  # fmt: skip
    if at == len(elements):
        return place, held
    element = elements[at]
    if element.kind == "gap":
        for step in range(element.most + 1):
            if place + step > len(words) or (step and not element.crosses and words[place + step - 1] in STOPS):
                return None
            found = _match(elements, at + 1, words, spans, place + step, held)
            if found is not None:
                return found
        return None
    if element.kind == "begin":
        return _match(elements, at + 1, words, spans, place, held) if clause_begins(words, place) else None
    if element.kind == "end":
        return _match(elements, at + 1, words, spans, place, held) if clause_ends(words, place) else None
    ends: list[tuple[str, int]] = []
    for name in element.names:
        ends.extend((name, end) for end in spans.get(name, {}).get(place, ()))
    if element.words and place < len(words) and words[place] in element.words:
        ends.append(("", place + 1))
    for one in element.several:
        if tuple(words[place : place + len(one)]) == one:
            ends.append(("", place + len(one)))
    if element.absent:
        return None if ends else _match(elements, at + 1, words, spans, place, held)
    for name, end in ends:
        found = _match(elements, at + 1, words, spans, end, (*held, (name, place, end)) if name else held)
        if found is not None:
            return found
    if element.optional:
        return _match(elements, at + 1, words, spans, place, held)
    return None


def _together(
    elements: tuple[Element, ...], within: int, words: Sequence[str], spans: Mapping[str, Mapping[int, tuple[int, ...]]]
) -> Iterator[Match]:
    """Every place of the first part around which the others stand, the closest of each."""
    places: list[list[tuple[str, int, int]]] = []
    for element in elements:
        here = [
            (name, start, end) for name in element.names for start, ends in spans.get(name, {}).items() for end in ends
        ]
        here.extend(("", at, at + 1) for at, word in enumerate(words) if word in element.words)
        here.extend(
            ("", at, at + len(one))
            for one in element.several
            for at in range(len(words) - len(one) + 1)
            if tuple(words[at : at + len(one)]) == one
        )
        if element.absent:
            if here:
                return
        elif not here:
            return
        else:
            places.append(here)
    for first in places[0]:
        held = _closest(places, 1, (first,), within)
        if held is not None:
            yield Match(min(one[1] for one in held), max(one[2] for one in held), held, first[1])


def _closest(places: Sequence[Sequence[tuple[str, int, int]]], at: int, held: Held, within: int) -> Held | None:
    """The other parts, the nearest first, so that all stand within so many words."""
    if at == len(places):
        return held
    centre = held[0][1]
    for one in sorted(places[at], key=lambda place: abs(place[1] - centre)):
        if any(one[1] < end and start < one[2] for _, start, end in held):
            continue
        first, last = min(one[1], *(start for _, start, _ in held)), max(one[2], *(end for _, _, end in held))
        if last - first > within:
            continue
        found = _closest(places, at + 1, (*held, one), within)
        if found is not None:
            return found
    return None


@cache
def compiled(line: str) -> Pattern:
    """Read one line."""
    elements, needs = [], []
    opens: frozenset[str] = frozenset()
    within = 0
    for part in line.split():
        if part.startswith("{"):
            within = int(part[1:-1])
        elif part == "^":
            elements.append(Element("begin"))
        elif part == "$":
            elements.append(Element("end"))
        elif part.startswith(("..", "::")):
            elements.append(Element("gap", most=int(part[2:]), crosses=part[0] == ":"))
        else:
            absent, optional = part.startswith("!"), part.endswith("?") and len(part) > 1
            part = part.removeprefix("!").removesuffix("?")
            pieces = part.split("|")
            names = tuple(piece[1:-1] for piece in pieces if piece.startswith("<"))
            plain = frozenset(piece for piece in pieces if piece[0] != "<" and "_" not in piece)
            several = tuple(tuple(piece.split("_")) for piece in pieces if piece[0] != "<" and "_" in piece)
            elements.append(Element("meaning" if names else "word", names, plain, several, 0, False, optional, absent))
            if not absent and not optional:
                if several:
                    continue
                if names and not plain:
                    needs.append(names)
                elif plain and not names and not opens:
                    opens = plain
    return Pattern(line, tuple(elements), tuple(needs), opens, within)
