"""What needs somebody: matches that nobody looked at."""

from __future__ import annotations

from django.urls import reverse

from hustings.apps.console.entry import Attention
from hustings.apps.indicators import actions, find
from hustings.apps.indicators.models import MatchState
from hustings.apps.people.seat import Seat
from hustings.apps.permission import can

__all__ = ["attention"]


def attention(seat: Seat) -> list[Attention]:
    """For those who decide: how many wait, since the first."""
    if not can(seat, actions.DECIDE):
        return []
    waiting = find.matches(seat).filter(state=MatchState.OPEN).order_by("found_at", "pk")
    first = waiting.first()
    if first is None:
        return []
    many = waiting.count()
    sentence = (
        f"{many:,} indicators of others match our ads or traces."
        if many > 1
        else f"{first.indicator.item.title} matches here."
    )
    return [
        Attention(
            sentence=sentence,
            url=reverse("indicator-matches"),
            since=first.found_at,
            act="Look",
            item=first.indicator.item,
        )
    ]
