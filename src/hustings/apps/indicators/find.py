"""Reading indicators and matches: what the seat may know, of its own organisation."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, Q, QuerySet

from hustings.apps.indicators.models import Indicator, Match, MatchState
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, readable

__all__ = ["find_indicator", "indicators", "matches"]


def indicators(seat: Seat) -> QuerySet[Indicator]:
    """The indicators that the seat's organisation holds, newest first, with how many matches wait and were relevant."""
    rows = Indicator.objects.filter(
        item__in=readable(seat), held_by=seat.appointment.position.organisation_id, replaced_by=None
    )
    return (
        rows.select_related("item__label", "given_by")
        .annotate(open_matches=Count("matches", Q(matches__state=MatchState.OPEN)), relevant=Count("matches", Q(matches__state=MatchState.RELEVANT)))
        .order_by("-recorded_at", "pk")
    )  # fmt: skip


def matches(seat: Seat) -> QuerySet[Match]:
    """What these indicators match here."""
    known = readable(seat)
    return (
        Match.objects.filter(held_by=seat.appointment.position.organisation_id, indicator__item__in=known)
        .filter(Q(table=None) | Q(table__item__in=known))
        .select_related(
            "indicator__item__label", "indicator__given_by", "ad__page", "table__item", "decided_by__person"
        )
        .order_by("-found_at", "pk")
    )


def find_indicator(seat: Seat, key: UUID) -> Indicator:
    """One indicator.

    Raises   NotKnown
    """
    found = indicators(seat).filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found
