"""Reads of the register: who was told what, of what is known to the reader, and what recipients are owed."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from hustings.apps.cases import find
from hustings.apps.cases.models import CorrectionDue, Disclosure, DisclosureHolds
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown
from hustings.policy.disclosure import Thing
from hustings.policy.role import Role

__all__ = ["disclosures", "find_disclosure", "owed", "told_of"]

READING = frozenset({Role.REVIEWER, Role.LIAISON, Role.AUDITOR})


def disclosures(seat: Seat) -> QuerySet[Disclosure]:
    """Entries of one's own organisation about cases one may know, newest first; of no case, for who releases and audits."""
    known = Q(case__in=find.cases(seat).values("pk"))
    if READING & seat.roles:
        known |= Q(case__isnull=True)
    else:
        known |= Q(case__isnull=True, by=seat.appointment)
    found = Disclosure.objects.filter(known, held_by=seat.appointment.position.organisation_id)
    return found.select_related("case__item__label", "by__person").order_by("-at", "pk")


def find_disclosure(seat: Seat, key: UUID) -> Disclosure:
    """One entry. Raises NotKnown for one that is not there or not for this reader: nobody can tell which."""
    found = disclosures(seat).filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found


def told_of(seat: Seat, thing: Thing, key: str) -> QuerySet[Disclosure]:
    """Everybody who was told of something, newest first."""
    holds = DisclosureHolds.objects.filter(thing=thing, key=key).values("disclosure")
    return disclosures(seat).filter(pk__in=holds)


def owed(seat: Seat) -> QuerySet[CorrectionDue]:
    """Corrections that recipients do not have yet, the oldest first."""
    waiting = CorrectionDue.objects.filter(sent=None, disclosure__in=disclosures(seat).order_by().values("pk"))
    return waiting.select_related("correction", "disclosure__case__item__label").order_by("due_at", "pk")
