"""What the worker does for review by itself: it delivers what follows from decisions, and works turns out anew."""

from __future__ import annotations

from procrastinate.contrib.django import app

from hustings.apps.review.harm import move_turns
from hustings.apps.review.outbox import deliver_due
from hustings.apps.review.quality.jobs import run_plant

__all__ = ["run_deliver", "run_plant", "run_turns"]


# Two at once would only wait for each other.
@app.periodic(cron="* * * * *")
@app.task(name="deliver", queue="review", queueing_lock="deliver", lock="deliver")
def run_deliver(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Deliver."""
    deliver_due()


@app.periodic(cron="23 * * * *")
@app.task(name="review_turns", queue="review", queueing_lock="review_turns", lock="review_turns")
def run_turns(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Work out anew whose turn it is, by the harm to expect."""
    move_turns()
