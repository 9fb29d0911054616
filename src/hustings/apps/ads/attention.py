"""What of advertisers waits for a person."""

from __future__ import annotations

from django.urls import reverse

from hustings.apps.ads.desk import find
from hustings.apps.console.entry import Attention
from hustings.apps.people.seat import Seat
from hustings.apps.permission import can

__all__ = ["attention"]


def attention(seat: Seat) -> list[Attention]:
    """How many advertisers this person could decide about, since when the first of them waits."""
    if not can(seat, "verify sponsors"):
        return []
    waiting = find.waiting(seat)
    first, many = waiting.order_by("asked_at").first(), waiting.count()
    if first is None:
        return []
    sentence = "One advertiser waits for a decision." if many == 1 else f"{many} advertisers wait for a decision."
    return [
        Attention(sentence=sentence, url=reverse("desk-sponsors"), since=first.asked_at, until=first.due_at, act="Look")
    ]
