"""Loading an edition of a register: whole or not at all, and once, however often it is tried."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db import transaction

from hustings.apps.ads.models import RegisterEdition, RegisterEntry
from hustings.apps.audit.record import record
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.screening.register.edition import Edition, Entry
from hustings.screening.register.names import EVERYBODYS, FEW, words

__all__ = ["Loaded", "load_edition"]

AT_ONCE = 5000


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """An edition, and whether it stood there already."""

    edition: RegisterEdition
    already: bool


@transaction.atomic
def load_edition(edition: Edition, *, by: Seat) -> Loaded:
    """Put an edition into the database, for the organisation of the seat.

    An edition that is there already, by scheme and digest, is left as it is: checks were made against it.
    """
    require(by, "load register")
    door = by.appointment.position.organisation
    made, new = RegisterEdition.objects.get_or_create(
        held_by=door,
        scheme=edition.scheme,
        sha256=edition.digest,
        defaults={
            "name": edition.name,
            "published": edition.published,
            "source": edition.source[:300],
            "common": common(edition),
            "loaded_by": by.appointment,
        },
    )
    if not new:
        return Loaded(edition=made, already=True)
    entries = iter(edition.entries)
    while part := list(islice(entries, AT_ONCE)):
        RegisterEntry.objects.bulk_create(row(made, entry) for entry in part)
    made.entries_count, made.complete = len(edition), True
    made.save(update_fields=["entries_count", "complete"])
    record("register loaded", by=by, subject=("register edition", made.pk),
           facts={"scheme": made.scheme, "entries": made.entries_count, "sha256": made.sha256})  # fmt: skip
    return Loaded(edition=made, already=False)


def common(edition: Edition) -> dict[str, int]:
    """The words that so many names share that they identify nobody; comparing names needs no others counted."""
    least = max(FEW, EVERYBODYS * len(edition))
    return {word: count for word, count in sorted(edition.uses.items()) if count > least}


def row(edition: RegisterEdition, entry: Entry) -> RegisterEntry:
    """One line of the register."""
    rest: dict[str, Any] = {
        "contacts": [{name: value for name, value in asdict(contact).items() if value} for contact in entry.contacts],
        "also": list(entry.also), "people": list(entry.people), "related": list(entry.related),
        "since": said(entry.since), "until": said(entry.until),
    }  # fmt: skip
    return RegisterEntry(
        edition=edition, number=entry.number[:60], name=entry.name[:400], folded=folded(entry.name), kind=entry.kind[:60],
        country=entry.country[:60], ended_on=entry.until, rest={name: value for name, value in rest.items() if value},
    )  # fmt: skip


def folded(name: str) -> str:
    """A name as names are looked up: its words as they are compared, in order."""
    return " ".join(words(name))[:400]


def said(day: date | None) -> str | None:
    """A day as JSON holds it."""
    return day.isoformat() if day is not None else None
