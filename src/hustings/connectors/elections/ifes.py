"""The list of IFES ElectionGuide as others collected it: all the world, with the election's name and a status in words."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import date

from hustings.connectors.elections.reading import Lines, code_of, day_of, lines_of
from hustings.connectors.elections.row import Chamber, Fault, FaultCode, List, Row, chamber_of, plain
from hustings.policy.election import Authority, Kind, Level, Status

__all__ = ["read_ifes"]

COLUMNS = ("election_date", "iso3", "country", "election", "kind", "level", "status")
LICENCE = (
    "No licence is stated for this collection, and IFES's own terms are not in it: use it inside your organisation, and do "
    "not pass it on before IFES agreed."
)
STATUS = {
    "held": Status.HELD, "confirmed": Status.CALLED, "date not confirmed": Status.EXPECTED, "tentative": Status.PLANNED,
    "second round if needed": Status.EXPECTED, "postponed": Status.POSTPONED, "cancelled": Status.CANCELLED,
}  # fmt: skip
EARLY = {"snap", "moved up", "moved up snap"}
OPEN = {"confirmed", "date not confirmed", "tentative", "second round if needed"}
KINDS = {
    "presidential": Kind.PRESIDENTIAL, "legislative": Kind.LEGISLATIVE, "referendum": Kind.REFERENDUM,
    "european_parliament": Kind.LEGISLATIVE,
}  # fmt: skip
UNNAMED = {"president", "referendum"}  # what names nothing beyond the kind
ELSEWHERE = 3  # rows under one country that make a name this country's own
BODY = re.compile(r"^Election for (?:the )?", re.IGNORECASE)
OFFICE = re.compile(r"\b(?:governor|mayor|prime minister)\b", re.IGNORECASE)


def read_ifes(body: bytes, name: str, as_of: date | None = None) -> List:
    """Read it. With `as_of`, the day for which the list speaks, rows of months that were over and whose status says they lie ahead are told.

    Limits   without `as_of` only rows that the list itself flags are told as stale. A name of a legislature that three rows have
             under another country and one has here is told as misplaced; two misplaced rows of one name are not found.
    """
    lines = lines_of(body, name, COLUMNS)
    faults: list[Fault] = []
    usual = usual_names(lines)
    misplaced = misplaced_in(lines)
    rows = []
    for number, cells in lines:
        before = len(faults)
        country = code_of(number, cells["iso3"], cells["country"], faults)
        on = day_of(number, cells, "election_date", faults)
        early = plain(cells["status"]) in EARLY
        status = Status.HELD if early else STATUS.get(plain(cells["status"]))
        if status is None:
            faults.append(Fault(row=number, code=FaultCode.UNKNOWN_WORD, column="status", found=repr(cells["status"][:60]),
                                expected=", ".join(sorted(STATUS)), do="Mend the word, or tell us what it means."))  # fmt: skip
        if early and on is not None and as_of is not None and on >= as_of:
            status = Status.CALLED
        if number in misplaced or "legislature_of_other_country" in cells.get("flags", ""):
            faults.append(Fault(row=number, code=FaultCode.OTHER_COUNTRY, column="iso3", found=f"{cells['iso3']}: {cells['election'][:120]}",
                                expected=misplaced.get(number, "the country that elects it"), do="Look the day up, and record it by hand."))  # fmt: skip
        if any(fault.code.sets_aside for fault in faults[before:]) or country is None or on is None or status is None:
            continue
        if stale(cells, on, as_of):
            faults.append(Fault(row=number, code=FaultCode.STALE, column="status", found=f"{cells['status']}: {cells['election'][:120]}, {cells['country']}, on {on}",
                                expected="held, postponed or cancelled", do="Ask a later source whether it was held."))  # fmt: skip
        rows.append(row_of(number, cells, country, on, status, usual))
    return List(
        rows=tuple(rows),
        faults=tuple(faults),
        lines=len(lines),
        authority=Authority.LIST,
        licence=LICENCE,
        source="IFES ElectionGuide",
    )


def row_of(number: int, cells: dict[str, str], country: str, on: date, status: Status, usual: dict[str, str]) -> Row:
    """One row in our words."""
    body = BODY.sub("", cells["election"])
    kind = KINDS.get(cells["kind"], Kind.EXECUTIVE if OFFICE.search(body) else Kind.LEGISLATIVE)
    partial = cells["level"] == "subnational"
    place = cells["country"] if partial and cells["country"] != usual.get(cells["iso3"]) else ""
    # The level is by keyword, so a whole country's council of regions comes as "subnational": where no part is named, it is national.
    level = Level.SUPRANATIONAL if country == "EU" else Level.REGIONAL if place else Level.NATIONAL
    return Row(
        number=number, country=country, place=place[:80], name=f"{cells['election']}, {cells['country']}"[:300], level=level, kind=kind, on=on,
        status=status, body="" if plain(body) in UNNAMED else body[:200], note=cells["status"],
        chamber=chamber_of(kind, body) if country != "EU" else Chamber.NONE,
    )  # fmt: skip


def stale(cells: dict[str, str], on: date, as_of: date | None) -> bool:
    """Whether the day is over and the status was forgotten: by the list's own flag, or in a month before that for which it speaks."""
    if "status_not_updated_after_date" in cells.get("flags", ""):
        return True
    return as_of is not None and on < as_of.replace(day=1) and plain(cells["status"]) in OPEN


def usual_names(lines: Lines) -> dict[str, str]:
    """What the list calls each country where it speaks of the whole of it."""
    names: dict[str, Counter[str]] = defaultdict(Counter)
    for _, cells in lines:
        # A territory with a code of its own (Greenland) may have rows of its parts alone; its own name is then the usual one.
        names[cells["iso3"]][cells["country"]] += 1000 if cells["level"] == "national" else 1
    return {code: max(sorted(found), key=lambda name: found[name]) for code, found in names.items()}


def misplaced_in(lines: Lines) -> dict[int, str]:
    """Lines whose legislature bears the name of one that another country has: line -> that country's code."""
    where: dict[str, Counter[str]] = defaultdict(Counter)
    for _, cells in lines:
        if named_legislature(cells):
            where[plain(cells["election"])][cells["iso3"]] += 1
    found = {}
    for number, cells in lines:
        counted = where.get(plain(cells["election"]), Counter()) if named_legislature(cells) else Counter()
        if len(counted) == 2 and counted[cells["iso3"]] == 1:
            other, times = counted.most_common(1)[0]
            if times >= ELSEWHERE:
                found[number] = other
    return found


def named_legislature(cells: dict[str, str]) -> bool:
    """Whether a row names a legislature in its own language with whose it is behind: "Dáil Éireann (Irish House of ...)"."""
    return cells["kind"] == "legislative" and "(" in cells["election"]
