"""Looking things up in loaded editions, as the values that `screening.register` compares."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.db.models import Q

from hustings.apps.ads.models import RegisterEdition, RegisterEntry
from hustings.apps.ads.registers.loading import folded
from hustings.screening.register.edition import Contact, Edition, Entry

__all__ = ["Stored", "by_name", "editions", "newest", "part_for", "whole"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Stored(Edition):
    """The lines of an edition that a claim can be about; it counts and weighs words as the whole one does."""

    key: UUID
    whole: int
    common: dict[str, int]

    def __len__(self) -> int:
        return self.whole

    @property
    def uses(self) -> Counter[str]:
        """In how many names of the whole edition the words stand that many share."""
        return Counter(self.common)


def editions(door: UUID) -> list[RegisterEdition]:
    """The newest complete edition of each scheme that a door holds."""
    held = RegisterEdition.objects.filter(held_by_id=door, complete=True)
    return list(held.order_by("scheme", "-published", "-loaded_at").distinct("scheme"))


def newest(door: UUID, scheme: str) -> RegisterEdition | None:
    """The newest complete edition of one scheme."""
    held = RegisterEdition.objects.filter(held_by_id=door, complete=True, scheme=scheme)
    return held.order_by("-published", "-loaded_at").first()


def part_for(edition: RegisterEdition, number: str) -> Stored:
    """The lines under a number; for a domain also those above it, which stand for everything beneath."""
    numbers = {number}
    if edition.scheme == "domain":
        labels = number.split(".")
        above = [".".join(labels[cut:]) for cut in range(1, len(labels))]
        numbers |= set(above) | {f".{each}" for each in above}
    rows = RegisterEntry.objects.filter(edition=edition, number__in=numbers).order_by("id")
    return Stored(
        name=edition.name, scheme=edition.scheme, published=edition.published, digest=edition.sha256, source=edition.source,
        entries=tuple(entry(row) for row in rows), key=edition.pk, whole=edition.entries_count, common=edition.common,
    )  # fmt: skip


@lru_cache(maxsize=4)
def whole(key: UUID) -> Edition:
    """A whole edition, for registers that are searched by likeness of names; kept, since a complete one never changes."""
    edition = RegisterEdition.objects.get(pk=key)
    return Edition(
        name=edition.name, scheme=edition.scheme, published=edition.published, digest=edition.sha256, source=edition.source,
        entries=tuple(entry(row) for row in RegisterEntry.objects.filter(edition=edition).order_by("id").iterator()),
    )  # fmt: skip


def by_name(edition: RegisterEdition, name: str, *, most: int = 20) -> list[RegisterEntry]:
    """Lines whose name begins as this one does, as names are compared; the same name first."""
    sought = folded(name)
    if not sought:
        return []
    rows = RegisterEntry.objects.filter(Q(folded=sought) | Q(folded__startswith=f"{sought} "), edition=edition)
    return sorted(rows.order_by("id")[: most * 5], key=lambda row: (row.folded != sought, row.folded, row.pk))[:most]


def entry(row: RegisterEntry) -> Entry:
    """A line as a value."""
    rest = row.rest
    return Entry(
        number=row.number, name=row.name, kind=row.kind, country=row.country,
        contacts=tuple(Contact(**contact) for contact in rest.get("contacts", ())), also=tuple(rest.get("also", ())),
        people=tuple(rest.get("people", ())), related=tuple(rest.get("related", ())), since=day(rest.get("since")),
        until=day(rest.get("until")),
    )  # fmt: skip


def day(said: str | None) -> date | None:
    """A day as JSON holds it."""
    return date.fromisoformat(said) if said else None
