"""Elections out of an iCalendar file: each event a claim, with what is wrong with it told."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from icalendar import Calendar
from icalendar.error import BrokenCalendarProperty

from hustings.connectors.elections.reading import code_of
from hustings.connectors.elections.row import MOST_ROWS, Fault, FaultCode, List, Row, chamber_of
from hustings.errors import BadInput, Problem
from hustings.policy.election import Authority, Kind, Level, Status
from hustings.screening.countries import country_code

__all__ = ["read_events"]

LARGEST = 5 * 2**20  # an event in memory is many times its bytes
LICENCE = "As the calendar's maker says; it was given with it."
STATUS = {"CONFIRMED": Status.CALLED, "TENTATIVE": Status.EXPECTED, "CANCELLED": Status.CANCELLED}
LONGEST = {"uid": 200, "summary": 300}


def read_events(body: bytes, name: str, as_of: date | None = None) -> List:
    """Read it. Where another installation wrote it, its own words say country, kind and status; else what the event says.

    Limits   an event of a foreign calendar names its country in LOCATION (its last part) or in CATEGORIES, and its kind in
             CATEGORIES; one that does not is set aside. Repeating events are set aside: an election does not repeat
    """
    if len(body) > LARGEST:
        raise BadInput("The calendar is not read.", [Problem(where=name, found=f"{len(body):,} bytes", expected=f"at most {LARGEST:,}", do="Split it.")])  # fmt: skip
    try:
        calendar = Calendar.from_ical(body)
        events = calendar.walk("VEVENT")
    except (ValueError, KeyError, IndexError, AttributeError, TypeError, RecursionError) as error:
        raise BadInput("The calendar cannot be read.", [Problem(
            where=name, found=str(error)[:200] or type(error).__name__, expected="iCalendar (RFC 5545)", do="Export it anew.")]) from error  # fmt: skip
    if not events or len(events) > MOST_ROWS:
        raise BadInput("The calendar is not read.", [Problem(where=name, found=f"{len(events):,} events", expected=f"1 to {MOST_ROWS:,}", do="Look at the file.")])  # fmt: skip
    faults: list[Fault] = []
    rows = []
    for number, event in enumerate(events, 1):
        row = row_of(number, event, faults, as_of)
        if row is not None:
            rows.append(row)
    return List(
        rows=tuple(rows), faults=tuple(faults), lines=len(events), authority=Authority.UNSTATED, licence=LICENCE
    )


def row_of(number: int, event: Any, faults: list[Fault], as_of: date | None) -> Row | None:
    """One event as a row; what is wrong with it is noted."""
    before = len(faults)

    def wrong(code: FaultCode, column: str, found: str, expected: str, do: str) -> None:
        faults.append(Fault(row=number, code=code, column=column, found=found[:300], expected=expected, do=do))

    on = day_of(event)
    if on is None:
        wrong(
            FaultCode.NO_DATE,
            "DTSTART",
            text_of(event, "dtstart") or "nothing",
            "a day",
            "Record the election by hand once a source names its day.",
        )
    if event.get("rrule") or event.get("rdate"):
        wrong(
            FaultCode.UNKNOWN_WORD,
            "RRULE",
            "an event that repeats",
            "one election an event",
            "Give each its own event.",
        )
    told = {part.strip().lower() for part in categories_of(event)}
    kind = worded(Kind, text_of(event, "x-hustings-kind"), told)
    if kind is None:
        wrong(
            FaultCode.UNKNOWN_WORD,
            "CATEGORIES",
            ", ".join(sorted(told)) or "nothing",
            f"one of {', '.join(Kind)}",
            "Name the kind among the categories.",
        )
    level = worded(Level, text_of(event, "x-hustings-level"), told) or Level.NATIONAL
    status = worded(Status, text_of(event, "x-hustings-status"), set()) or STATUS.get(
        text_of(event, "status").upper(), Status.EXPECTED
    )
    country = country_of(number, event, told, faults)
    summary, key = text_of(event, "x-hustings-name") or text_of(event, "summary"), text_of(event, "uid")
    if not summary:
        wrong(FaultCode.UNKNOWN_WORD, "SUMMARY", "nothing", "what people call it", "Name it.")
    for column, text in (("uid", key), ("summary", summary)):
        if len(text) > LONGEST[column] or "\x00" in text:
            wrong(
                FaultCode.TOO_LONG,
                column.upper(),
                f"{len(text):,} characters",
                f"at most {LONGEST[column]}, and text",
                "Shorten it.",
            )
    if len(faults) > before or on is None or kind is None or country is None:
        return None
    address = text_of(event, "url")
    elected = text_of(event, "x-hustings-body")[:200]
    return Row(
        number=number, country=country, name=summary, level=level, kind=kind, on=on, status=status, place=text_of(event, "x-hustings-place")[:80],
        body=elected, chamber=chamber_of(kind, elected), key=key, said_on=as_of,
        source_url=address if address.startswith(("https://", "http://")) and len(address) <= 500 else "",
    )  # fmt: skip


def text_of(event: Any, name: str) -> str:
    """A property as text; several of one name are read as the first."""
    said = event.get(name)
    if isinstance(said, list):
        said = said[0] if said else None
    if said is None:
        return ""
    return str(dated(said) or said).strip()


def day_of(event: Any) -> date | None:
    """The day on which it begins, as it is written there: a moment's own day, in whichever zone it is told."""
    said = dated(event.get("dtstart"))
    if isinstance(said, datetime):
        return said.date()
    return said if isinstance(said, date) else None


def dated(said: Any) -> Any:
    """The day or moment of a property that has one; the library keeps what it cannot read as broken."""
    try:
        return getattr(said, "dt", None)
    except BrokenCalendarProperty:
        return None


def categories_of(event: Any) -> list[str]:
    """All categories of an event."""
    said = event.get("categories")
    every = said if isinstance(said, list) else [said] if said is not None else []
    try:
        return [str(one) for each in every for one in getattr(each, "cats", [each])]
    except BrokenCalendarProperty:
        return []


def worded(words: Any, own: str, told: set[str]) -> Any:
    """One of a few words: our own property, or a category."""
    found = [word for word in words if word.value == own.lower() or (not own and word.value in told)]
    return found[0] if found else None


def country_of(number: int, event: Any, told: set[str], faults: list[Fault]) -> str | None:
    """Where it is."""
    own = text_of(event, "x-hustings-country")
    if own:
        return "CS" if own == "CS" else code_of(number, own, own, faults, "X-HUSTINGS-COUNTRY")
    place = text_of(event, "location").split(",")[-1].strip()
    for said in (place, *sorted(told)):
        code = country_code(said) if said else None
        if code is not None:
            return code
    return code_of(number, place or "nothing", place, faults, "LOCATION")
