"""What the worker does for the exchange: it fetches from partners and brings to them, lets receivers react, and forgets old statuses."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from hustings.apps.database import WORKER, in_role, moment
from hustings.apps.taxii.models import Status
from hustings.apps.taxii.moving import due, move
from hustings.apps.taxii.reacting import react

__all__ = ["run_forget", "run_due", "run_move", "run_receivers"]

KEPT = timedelta(days=7)  # TAXII asks for 24 hours


@app.task(name="taxii_receivers", queue="review", lock="taxii_receivers")
def run_receivers() -> None:
    """React to what came."""
    while react(again=False):  # what fails waits for the next regular look
        pass


@app.periodic(cron="*/5 * * * *")
@app.task(name="taxii_receivers_again", queue="review", queueing_lock="taxii_again", lock="taxii_receivers")
def run_again(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Try again what failed."""
    react()


@app.periodic(cron="17 3 * * *")
@app.task(name="taxii_forget", queue="review", queueing_lock="taxii_forget")
def run_forget(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Delete what became of requests a week ago."""
    with in_role(WORKER):
        Status.objects.filter(at__lt=moment() - KEPT).delete()


@app.periodic(cron="* * * * *")
@app.task(name="taxii_due", queue="review", queueing_lock="taxii_due")
def run_due(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Let every subscription move whose time has come; one that waits for its partner holds up no other."""
    for key in due():
        with suppress(AlreadyEnqueued):  # it still waits for its turn, or for its partner
            run_move.configure(lock=f"taxii:{key}", queueing_lock=f"taxii:{key}").defer(subscription=str(key))


@app.task(name="taxii_move", queue="sweeps")
def run_move(subscription: str) -> None:
    """Fetch or bring."""
    move(UUID(subscription))
