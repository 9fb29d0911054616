"""What the worker does for elections: makes each search on the days on which it is due, and at once when it is agreed to."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from hustings.apps.database import moment
from hustings.apps.elections.searching.running import due, make_one

__all__ = ["run_due", "run_standing"]


@app.periodic(cron="17 3 * * *")
@app.task(name="standing_searches", queue="sweeps", queueing_lock="standing_searches", pass_context=False)
def run_due(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Ask for every search that is due, each as a job of its own: one that breaks keeps no other from being made."""
    for key, _ in due(moment().date()):
        run_standing.defer(standing=str(key))


@app.task(name="standing_search", queue="sweeps", lock="standing_searches")
def run_standing(standing: str) -> None:
    """Make one search, where it is due."""
    make_one(UUID(standing))
