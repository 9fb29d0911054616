"""Shifts as calendars and tables: a plan's posts out, and shifts that were planned elsewhere in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from icalendar import Calendar, Event

from hustings.errors import BadInput, Problem

__all__ = ["as_calendar", "as_table", "gaps", "posts_of", "read_shifts"]

COLUMNS = ("crew", "begins", "ends", "people")
MOST = 20_000
TOLD = 20


def posts_of(said: Mapping[str, Any], shift_hours: int) -> list[dict[str, Any]]:
    """The posts of a plan, a row a shift: crew, begins, ends (UTC) and how many people."""
    rows = []
    for week in said["weeks"]:
        monday = date.fromisoformat(week["monday"])
        for post in week["posts"]:
            for day in range(7):
                begins = datetime.combine(monday + timedelta(days=day), time(post["begins"]), UTC)
                ends = begins + timedelta(hours=shift_hours)
                rows.append({"crew": post["crew"], "begins": begins, "ends": ends, "people": post["people"]})
    return sorted(rows, key=lambda row: (row["begins"], row["crew"]))


def as_calendar(rows: Iterable[Mapping[str, Any]], *, key: str, made_at: datetime) -> bytes:
    """Posts as iCalendar: an event a shift, named by crew and people; the same post keeps its UID."""
    calendar = Calendar()
    calendar.add("prodid", "-//Hustings//staffing//EN")
    calendar.add("version", "2.0")
    for row in rows:
        event = Event()
        event.add("uid", f"{row['crew'].encode().hex()}-{row['begins']:%Y%m%dT%H%M}-{key}@staffing.hustings")
        event.add("dtstamp", made_at.astimezone(UTC))
        event.add("dtstart", row["begins"])
        event.add("dtend", row["ends"])
        event.add("summary", f"{row['crew']}: {row['people']}")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def as_table(rows: Iterable[Mapping[str, Any]]) -> str:
    """Posts as CSV."""
    made = io.StringIO()
    written = csv.writer(made)
    written.writerow(COLUMNS)
    for row in rows:
        crew = row["crew"]
        # A name that a spreadsheet would take for a formula is told as text.
        crew = f"'{crew}" if crew[:1] in "=+-@\t\r" else crew
        written.writerow([crew, row["begins"].isoformat(), row["ends"].isoformat(), row["people"]])
    return made.getvalue()


def read_shifts(text: str) -> list[dict[str, Any]]:
    """Shifts from CSV (crew, begins, ends, people) or iCalendar (events called "crew: people").

    Limits   an event that repeats is refused: write each out
    Raises   BadInput with the faults of all rows
    """
    told = calendar_rows(text) if text.lstrip()[:15].upper() == "BEGIN:VCALENDAR" else table_rows(text)
    rows, wrong = [], []
    for number, (where, row) in enumerate(told):
        if number == MOST:
            wrong.append(_wrong(where, f"more than {MOST:,} shifts", "fewer"))
            break
        try:
            begins, ends = moment_of(row["begins"]), moment_of(row["ends"])
            people = int(row["people"])
        except (TypeError, ValueError) as error:
            wrong.append(_wrong(where, str(error), "begins and ends as moments, people as a number"))
            continue
        if not row["crew"] or not 0 <= people <= 100_000 or not timedelta() < ends - begins <= timedelta(hours=24):
            wrong.append(
                _wrong(where, f"{row['crew']!r}, {begins} to {ends}, {people}", "a crew, at most a day, people")
            )
            continue
        rows.append({"crew": row["crew"], "begins": begins.isoformat(), "ends": ends.isoformat(), "people": people})
    if not rows and not wrong:
        wrong.append(_wrong("file", "no shift", "at least one"))
    if wrong:
        more = [_wrong("further rows", f"{len(wrong) - TOLD} more faults", "none")] if len(wrong) > TOLD else []
        raise BadInput("The shifts cannot be read.", wrong[:TOLD] + more)
    return rows


def table_rows(text: str) -> Iterable[tuple[str, dict[str, Any]]]:
    """Rows of a CSV table, each with its line."""
    table = csv.DictReader(io.StringIO(text))
    lacking = [name for name in COLUMNS if name not in (table.fieldnames or [])]
    if lacking:
        raise BadInput("The shifts cannot be read.", [_wrong(
            "its first line", ", ".join(table.fieldnames or []) or "nothing", f"also {', '.join(lacking)}")])  # fmt: skip
    for number, row in enumerate(table, start=2):
        yield f"line {number}", {name: (row[name] or "").strip() for name in COLUMNS}


def calendar_rows(text: str) -> Iterable[tuple[str, dict[str, Any]]]:
    """Events of a calendar, each with its place."""
    try:
        calendar = Calendar.from_ical(text)
    except (ValueError, IndexError, KeyError) as error:
        raise BadInput("The shifts cannot be read.", [_wrong("file", str(error), "iCalendar")]) from error
    for number, event in enumerate(calendar.walk("VEVENT"), start=1):
        where = f"event {number}"
        if "RRULE" in event or "RDATE" in event:
            raise BadInput(
                "The shifts cannot be read.", [_wrong(where, "an event that repeats", "each shift written out")]
            )
        crew, _, people = str(event.get("SUMMARY", "")).rpartition(":")
        begins, ends = event.get("DTSTART"), event.get("DTEND")
        yield where, {
            "crew": crew.strip(), "people": people.strip(),
            "begins": getattr(begins, "dt", None), "ends": getattr(ends, "dt", None),
        }  # fmt: skip


def moment_of(value: object) -> datetime:
    """A moment with its zone; without one it is UTC.

    Raises   ValueError
    """
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        raise ValueError(f"{value!r} is no moment")  # noqa: TRY004 - told with the other faults of its row
    return (value if value.tzinfo is not None else value.replace(tzinfo=UTC)).astimezone(UTC)


def gaps(posts: Iterable[Mapping[str, Any]], shifts: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Posts of a plan that the shifts leave open: whoever is there for the whole of a post fills it."""
    there = [
        (row["crew"], datetime.fromisoformat(row["begins"]), datetime.fromisoformat(row["ends"]), row["people"])
        for row in shifts
    ]
    if not there:
        return []
    first, last = min(row[1] for row in there), max(row[2] for row in there)
    open_posts = []
    for post in posts:
        if not first <= post["begins"] or not post["ends"] <= last:
            continue  # the roster does not speak of that time
        planned = sum(
            people
            for crew, begins, ends, people in there
            if crew == post["crew"] and begins <= post["begins"] and post["ends"] <= ends
        )
        if planned < post["people"]:
            open_posts.append({**post, "planned": planned, "lacking": post["people"] - planned})
    return open_posts


def _wrong(where: str, found: object, expected: str) -> Problem:
    return Problem(where=where, found=str(found), expected=expected, do="Mend it, then hand it in again.")
