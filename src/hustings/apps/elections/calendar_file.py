"""The calendar for others: iCalendar with identities that stay and editions that count, and CSV in our own columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, vText

from hustings.apps.elections.models import Election
from hustings.apps.elections.stated import in_words
from hustings.connectors.elections.table import COLUMNS
from hustings.policy.election import Status

__all__ = ["MOST", "as_csv", "as_icalendar", "safe"]

MOST = 5000
STATUS = {Status.CANCELLED: "CANCELLED", Status.CALLED: "CONFIRMED", Status.HELD: "CONFIRMED"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def identity(one: Election) -> str:
    """What an election is known by outside."""
    return f"{one.pk}@elections.hustings"


def as_icalendar(elections: Iterable[Election], *, name: str, base: str, now: datetime) -> bytes:
    """Elections as whole-day events (RFC 5545): one without a day is left out, since an event needs one.

    Identity is the election's key and stays whatever changes, the address of the installation included; SEQUENCE rises with each change of day or
    status; what is cancelled stays, as CANCELLED, so that it is struck out where somebody had it.
    """
    made = Calendar()
    made.add("prodid", "-//Hustings//Elections//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    for one in elections:
        if one.on is None:
            continue
        event = Event()
        event.add("uid", identity(one))
        event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
        event.add("sequence", one.sequence)
        event.add("dtstart", one.on)
        event.add("dtend", one.on + timedelta(days=1))
        event.add("summary", f"{one.name} ({in_words(one.country)})")
        event.add("status", STATUS.get(Status(one.status), "TENTATIVE"))
        event.add("transp", "TRANSPARENT")
        event.add("location", ", ".join(part for part in (one.place, in_words(one.country)) if part))
        event.add("url", f"{base}/elections/{one.pk}/")
        event.add("description", f"{one.level}, {one.kind}: {one.status}. Which source says so stands at the address.")
        event.add("categories", [one.level, one.kind])
        # Our own words, so that another installation reads back what this one wrote.
        for word, value in (("COUNTRY", one.country), ("PLACE", one.place), ("LEVEL", one.level), ("KIND", one.kind), ("STATUS", one.status), ("BODY", one.body), ("NAME", one.name)):  # fmt: skip
            event.add(f"x-hustings-{word.lower()}", vText(value))
        made.add_component(event)
    return bytes(made.to_ical())


def as_csv(elections: Iterable[Election]) -> str:
    """Elections with the claim that is followed, in the columns that `hustings elections load --as csv` reads."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for one in elections:
        last = max(one.followed.all(), key=lambda each: (each.at, each.pk), default=None)
        claim = last.claim if last is not None else None
        writer.writerow(safe(cell) for cell in (
            one.country, one.on.isoformat() if one.on else "", one.kind, one.name, one.place, one.level, one.body, one.status, identity(one),
            claim.source if claim else "", claim.source_url if claim else "", claim.authority if claim else "",
            claim.said_on.isoformat() if claim and claim.said_on else "",
        ))  # fmt: skip
    return text.getvalue()


def safe(cell: str) -> str:
    """A cell that no spreadsheet runs."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
