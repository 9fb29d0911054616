"""What of review waits for a person."""

from __future__ import annotations

from django.urls import reverse

from hustings.apps.console.entry import Attention
from hustings.apps.people.seat import Seat
from hustings.apps.permission import can
from hustings.apps.review import find
from hustings.apps.review.rules import in_force
from hustings.apps.review.siblings import waiting_for_siblings

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
        if not work.on_hold
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
    if can(seat, "undo a decision"):
        told += [
            Attention(
                sentence=f"Overturned: {row.reason.title.lower()}. Other decisions of the same cause stand.",
                url=reverse("review-siblings", args=[row.pk]),
                since=row.decided_at,
                act="Look",
            )
            for row in waiting_for_siblings(seat)
        ]
    if can(seat, "keep review rules") and in_force(seat) is None:
        told.append(
            Attention(
                sentence="No rules of review are in force: nothing is looked at twice by risk.",
                url=reverse("review-rules"),
                since=seat.now,
                act="Put some in force",
            )
        )
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
