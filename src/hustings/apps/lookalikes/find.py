"""Reads about protected names, look-alikes and cyber incidents: one's own organisation's, and of items that one may know."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from hustings.apps.items.models import Item
from hustings.apps.lookalikes.models import Allowed, CyberIncident, Hit, Protected, ProtectedDecision
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, readable
from hustings.policy.lookalike import ProtectedStep

__all__ = ["allowed", "find_hit", "find_incident", "find_protected", "hits", "in_force", "incidents", "protected"]


def known(seat: Seat) -> QuerySet[Item, Any]:
    """The keys of the items behind a list."""
    return readable(seat).values("pk")


def own(seat: Seat) -> UUID:
    """The organisation for which a seat acts."""
    return seat.appointment.position.organisation_id


def protected(seat: Seat) -> QuerySet[Protected]:
    """What the organisation protects, or was asked to."""
    return (
        Protected.objects.filter(held_by=own(seat))
        .select_related("election", "registered_by__person")
        .prefetch_related("decisions__by__person")
        .order_by("value", "pk")
    )


def in_force(organisation: UUID, today: date) -> QuerySet[Protected]:
    """What is protected on a day: checked, not withdrawn, within its days."""
    said = ProtectedDecision.objects.filter(protected=OuterRef("pk"))
    return Protected.objects.filter(
        Exists(said.filter(step=ProtectedStep.CHECKED.value)),
        ~Exists(said.filter(step=ProtectedStep.WITHDRAWN.value)),
        held_by=organisation,
        starts__lte=today,
        ends__gte=today,
    ).order_by("value", "pk")


def find_protected(seat: Seat, key: UUID) -> Protected:
    """One protected name. Raises NotKnown."""
    found = protected(seat).filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found


def allowed(seat: Seat) -> QuerySet[Allowed]:
    """What the organisation lets stand now, newest first."""
    return Allowed.objects.filter(held_by=own(seat), ended_at=None).select_related("by__person").order_by("-at", "pk")


def hits(seat: Seat) -> QuerySet[Hit]:
    """Look-alikes that the seat may know, the surest first."""
    return (
        Hit.objects.filter(item__in=known(seat), protected__held_by=own(seat))
        .select_related("item__label", "protected")
        .order_by("-score", "spelt", "pk")
    )


def find_hit(seat: Seat, key: UUID) -> Hit:
    """One look-alike. Raises NotKnown."""
    found = hits(seat).filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found


def incidents(seat: Seat) -> QuerySet[CyberIncident]:
    """Cyber incidents that the seat may know, the worst first."""
    return (
        CyberIncident.objects.filter(item__in=known(seat))
        .select_related("item__label", "election")
        .order_by("-severity", "-seen_at", "pk")
    )


def find_incident(seat: Seat, key: UUID) -> CyberIncident:
    """One cyber incident. Raises NotKnown."""
    found = incidents(seat).filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found
