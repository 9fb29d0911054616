"""What the worker does for elections: makes the searches that are due each day, and one at once when it is agreed to."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from hustings.apps.elections.searching.running import make_due, make_one

__all__ = ["run_due", "run_standing"]


@app.periodic(cron="17 3 * * *")
@app.task(
    name="standing_searches",
    queue="sweeps",
    queueing_lock="standing_searches",
    lock="standing_searches",
    pass_context=False,
)
def run_due(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Make every search that is due."""
    make_due()


@app.task(name="standing_search", queue="sweeps", lock="standing_searches")
def run_standing(standing: str) -> None:
    """Make one search, where it is due."""
    make_one(UUID(standing))
