"""What the worker does for review by itself: every minute it delivers what follows from decisions."""

from __future__ import annotations

from procrastinate.contrib.django import app

from hustings.apps.review.outbox import deliver_due

__all__ = ["run_deliver"]


# Two at once would only wait for each other.
@app.periodic(cron="* * * * *")
@app.task(name="deliver", queue="review", queueing_lock="deliver", lock="deliver")
def run_deliver(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Deliver."""
    deliver_due()
