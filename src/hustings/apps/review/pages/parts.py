"""The pages of review, as far as a reader may open them."""

from __future__ import annotations

from django.urls import reverse

from hustings.apps.people.seat import Seat
from hustings.apps.permission import can
from hustings.apps.review.registry import QUEUES

__all__ = ["parts"]


def parts(seat: Seat) -> list[tuple[str, str]]:
    """Title and address of each page."""
    names = {
        "Waiting": "reviews",
        "Decisions": "review-decisions",
        "Appeals": "review-appeals",
        "In bulk": "review-bulks",
        "Kept for later": "review-holds",
        "Figures": "review-statistics",
        "Deliveries": "review-deliveries",
        "Rules": "review-rules",
    }
    if any(can(seat, queue.act) for queue in QUEUES.values()):
        names["What I see"] = "review-meter"
    if can(seat, "keep reviewers"):
        names["People"] = "review-people"
    return [(title, reverse(name)) for title, name in names.items()]
