"""What the worker does for look-alikes: it looks through what arrived."""

from __future__ import annotations

from procrastinate.contrib.django import app

from hustings.apps.lookalikes.searching import look

__all__ = ["run_lookalikes"]


# At odd minutes, apart from what else is done by the clock.
@app.periodic(cron="7,17,27,37,47,57 * * * *")
@app.task(name="lookalikes", queue="upkeep", queueing_lock="lookalikes", lock="lookalikes")
def run_lookalikes(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Look."""
    look()
