"""What governments had a part in, for everybody."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from hustings.apps.sharing.views.public import HEADINGS, told
from hustings.policy.origin import COUNT_DELAY, COUNT_FLOOR

__all__ = ["router"]

router = Router()


class CountOut(Schema):
    """What was told of a quarter."""

    since: date
    until: date
    numbers: list[dict[str, Any]] = Field(
        description="Groups and their number together; empty: fewer than the floor, none included."
    )


class GovernmentCounts(Schema):
    """What is told the public: never changed once it was told."""

    delay_days: int
    floor: int
    counts: dict[str, list[CountOut]]
    headings: dict[str, str]


@router.get(
    "", auth=None, response=GovernmentCounts, summary="What governments had a part in", operation_id="government_counts"
)
def governments(request: HttpRequest) -> GovernmentCounts:  # noqa: ARG001 - what an operation is handed
    """For everybody. It takes no filter: two answers for two filters could be subtracted."""
    return GovernmentCounts(
        delay_days=COUNT_DELAY.days, floor=COUNT_FLOOR, headings=HEADINGS,
        counts={
            what: [
                CountOut(since=row.since, until=row.until, numbers=[{"groups": list(one.groups), "number": one.number} for one in row.numbers])
                for row in rows
            ]
            for what, rows in told()
        },
    )  # fmt: skip
