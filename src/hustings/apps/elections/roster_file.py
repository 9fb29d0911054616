"""The roster of an operations room as files that calendars and tables take: iCalendar and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime

from icalendar import Calendar, Event

from hustings.apps.elections.calendar_file import safe
from hustings.apps.elections.models import Election, Shift

__all__ = ["as_csv", "as_icalendar"]

COLUMNS = ("who", "duty", "starts", "ends", "languages", "reach")


def as_icalendar(election: Election, shifts: Iterable[Shift], *, now: datetime) -> bytes:
    """An event a shift, which keeps its UID; one that is taken back is not among them."""
    made = Calendar()
    made.add("prodid", "-//Hustings//Operations room//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", f"Operations room: {election.name}")
    for one in shifts:
        event = Event()
        event.add("uid", f"{one.pk}@rooms.hustings")
        event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
        event.add("dtstart", one.starts.astimezone(UTC))
        event.add("dtend", one.ends.astimezone(UTC))
        event.add("summary", f"{one.duty}: {one.who.person.name} ({election.name})")
        event.add("description", f"Called at: {one.reach}" + (f"\nReads: {one.languages}" if one.languages else ""))
        made.add_component(event)
    return bytes(made.to_ical())


def as_csv(shifts: Iterable[Shift]) -> str:
    """A row a shift; moments in UTC."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for one in shifts:
        begins, ends = one.starts.astimezone(UTC).isoformat(), one.ends.astimezone(UTC).isoformat()
        writer.writerow(safe(cell) for cell in (one.who.person.name, one.duty, begins, ends, one.languages, one.reach))
    return text.getvalue()
