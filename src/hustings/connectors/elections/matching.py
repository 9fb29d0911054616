"""Which rows of a list are elections that the calendar has already: joined as further claims, never doubled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from hustings.connectors.elections.row import Chamber, Fault, FaultCode, Row, plain
from hustings.policy.election import Kind, Level, Status

__all__ = ["NEAR", "Became", "Held", "Match", "Matched", "match"]

# Two lists that mean one election give days at most this far apart: the first and the last day of voting, or local time.
NEAR = timedelta(days=3)

Place = tuple[str, str, str, str]


class Became(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    JOINED = "joined"
    KNOWN = "known"
    REPEATED = "repeated"


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """One election of the calendar, with every day that some source names for it.

    keys    what lists call it: (list, key)
    said    what the list at hand said of it before: (day, status)
    """

    id: str
    country: str
    place: str
    level: Level
    kind: Kind
    body: str = ""
    chamber: Chamber = Chamber.NONE
    days: frozenset[date] = frozenset()
    keys: frozenset[tuple[str, str]] = frozenset()
    said: frozenset[tuple[date | None, Status]] = frozenset()

    @property
    def where(self) -> Place:
        """What two elections have to share to be one."""
        return (self.country, plain(self.place), self.level.value, self.kind.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """What becomes of one row: `held` is the election it is a claim about, `brought_by` the row of the list that brings it."""

    row: int
    became: Became
    held: str = ""
    brought_by: int | None = None


@dataclass(frozen=True, kw_only=True)
class Matched:
    """What becomes of all rows of a list, in its order, and what the comparison shows."""

    matches: tuple[Match, ...]
    faults: tuple[Fault, ...]

    def count(self, became: Became) -> int:
        """How many rows became that."""
        return sum(one.became is became for one in self.matches)


def match(
    rows: Sequence[Row], held: Iterable[Held], listed: str, *, since: date | None = None, until: date | None = None
) -> Matched:
    """Lay the rows of a list upon the calendar.

    listed         the list's name: its keys, and what it said before, are told by it
    since, until   the days between which the list means to be whole; by default its first and last
    Rule     a row with a key that the list used before is that election, whatever its day says now. Else an election of the
             same country, part, level and kind, whose house and name do not contradict, and for which some source names a
             day at most three days away; the nearest first, then the one whose name fits best; each is taken once. Else new.
    Edges    two rows of one list are one election only when day and name are equal (said twice)
    Limits   one election with days further apart (a year, as in the press of 2017 for Denmark) is not told by a machine: a
             person records that claim on the election's page
    """
    every = {one.id: one for one in sorted(held, key=lambda one: one.id)}
    by_place: dict[Place, list[Held]] = defaultdict(list)
    for one in every.values():
        by_place[one.where].append(one)
    by_key = {key: one for one in every.values() for key in sorted(one.keys)}
    matches: dict[int, Match] = {}
    faults: list[Fault] = []
    taken: set[str] = set()
    first: dict[tuple[Place, date | None, str], int] = {}
    near: list[tuple[int, int, int, str]] = []
    for index, row in enumerate(rows):
        where = place_of(row)
        earlier = first.setdefault((where, row.on, plain(row.body)), index)
        if earlier != index:
            matches[index] = Match(row=index, became=Became.REPEATED, brought_by=earlier)
            faults.append(Fault(
                row=row.number, code=FaultCode.REPEATED, column="", found=f"{row.name[:100]} on {row.on}, as in row {rows[earlier].number}",
                expected="each election once", do="Nothing: it is held once. Two votes of one day need names that differ.",
            ))  # fmt: skip
        elif row.key and (known := by_key.get((listed, row.key))) is not None:
            matches[index] = joined(index, row, known)
            taken.add(known.id)
        else:
            near += [(*apart, index, one.id) for one in by_place.get(where, ()) if (apart := distance(row, one)) is not None]  # fmt: skip
    for _, _, index, key in sorted(near):
        if index not in matches and key not in taken:
            matches[index] = joined(index, rows[index], every[key])
            taken.add(key)
    for index, row in enumerate(rows):
        became = matches.setdefault(index, Match(row=index, became=Became.NEW, brought_by=index))
        others = sorted(every[became.held].days - {row.on}) if became.held and row.on is not None else []
        if others:
            faults.append(Fault(
                row=row.number, code=FaultCode.CONFLICT, column="", found=f"{row.name[:100]} on {row.on}",
                expected=f"{', '.join(map(str, others))}, as another source says", do="Both stay; its page says which is followed, and why.",
            ))  # fmt: skip
    faults += lacking(rows, every.values(), taken, since, until)
    return Matched(matches=tuple(matches[index] for index in range(len(rows))), faults=tuple(faults))


def place_of(row: Row) -> Place:
    """Where a row's election is looked for."""
    return (row.country, plain(row.place), row.level.value, row.kind.value)


def joined(index: int, row: Row, one: Held) -> Match:
    """A row that is a claim about an election of the calendar; known where the list said the same before."""
    became = Became.KNOWN if (row.on, row.status) in one.said else Became.JOINED
    return Match(row=index, became=became, held=one.id)


def distance(row: Row, one: Held) -> tuple[int, int] | None:
    """Days to the nearest day that a source names, and how badly the names fit; nothing where it is another election."""
    if row.on is None or not one.days:
        return None
    gap = min(abs(day - row.on) for day in one.days)
    ours, theirs = plain(row.body), plain(one.body)
    if gap > NEAR or {row.chamber, one.chamber} == {Chamber.LOWER, Chamber.UPPER}:
        return None
    if ours and theirs and ours != theirs and not (row.on in one.days and (ours in theirs or theirs in ours)):
        return None
    return gap.days, int(ours != theirs)


def lacking(
    rows: Sequence[Row], held: Iterable[Held], taken: set[str], since: date | None, until: date | None
) -> list[Fault]:
    """Elections that the calendar has and the list has not, though it has others of that kind there: most often run-offs.

    A list is not asked for houses, kinds, parts and countries of which it has no row at all.
    """
    days = [row.on for row in rows if row.on is not None]
    if not days:
        return []
    begin, end = since or min(days), until or max(days)
    covered = {(place_of(row), row.chamber) for row in rows}
    return [
        Fault(row=0, code=FaultCode.LACKING, column="", found="no row", expected=f"{one.country} {one.kind} {one.body[:80]} on {day}".replace("  ", " "),
              do="Look whether it was held; the calendar keeps it by its other sources.")
        for one in sorted(held, key=lambda one: (min(one.days, default=begin), one.country, one.id))
        if one.id not in taken and (one.where, one.chamber) in covered
        for day in [min(one.days, default=None)]
        if day is not None and begin <= day <= end
    ]  # fmt: skip
