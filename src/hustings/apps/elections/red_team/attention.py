"""What of trials waits for a person."""

from __future__ import annotations

from django.urls import reverse

from hustings.apps.console.entry import Attention
from hustings.apps.elections.red_team.find import to_second, trials
from hustings.apps.people.seat import Seat
from hustings.policy.sweep import State

__all__ = ["attention"]

SHOWN = 5


def attention(seat: Seat) -> list[Attention]:
    """Trials to agree to, and one's own that failed."""
    waiting = [
        Attention(
            sentence=f"{one.asked_by.person.name} asks for a trial with a planted campaign: {one.purpose}",
            url=reverse("red-team-trial", args=[one.pk]), since=one.item.made_at, act="Decide", item=one.item,
        )
        for one in to_second(seat)
    ]  # fmt: skip
    failed = trials(seat).filter(state=State.FAILED.value, asked_by=seat.appointment)[:SHOWN]
    waiting += [
        Attention(
            sentence=f"Your trial for {one.election.name} ended without a result: {one.reason}",
            url=reverse("red-team-trial", args=[one.pk]), since=one.ended_at or one.item.made_at, item=one.item,
        )
        for one in failed
    ]  # fmt: skip
    return waiting
