"""What of review waits for a person."""

from __future__ import annotations

from django.urls import reverse

from hustings.apps.console.entry import Attention
from hustings.apps.people.seat import Seat
from hustings.apps.permission import can
from hustings.apps.review import find

__all__ = ["attention"]


def attention(seat: Seat) -> list[Attention]:
    """What one holds, queues in which something is due, and what could not be delivered."""
    if not can(seat, "list reviews"):
        return []
    told = [
        Attention(
            sentence="You hold something to decide.",
            url=reverse("review-work", args=[work.pk]),
            since=work.asked_at,
            until=work.lease_until,
            act="Decide",
        )
        for work in find.mine(seat)
    ]
    told += [
        Attention(
            sentence=f"{each.queue.title}: {each.overdue} overdue, {each.soon} due within four hours.",
            url=reverse("reviews"),
            since=each.oldest,
            act="Review",
        )
        for each in find.waiting(seat)
        if each.may_take and each.oldest is not None and (each.overdue or each.soon)
    ]
    if can(seat, "deliver again") and (lost := find.given_up(seat).first()) is not None and lost.dead_at is not None:
        told.append(
            Attention(
                sentence="What follows from a decision could not be delivered.",
                url=reverse("review-deliveries"),
                since=lost.dead_at,
                act="Look",
            )
        )
    return told
