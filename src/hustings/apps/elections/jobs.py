"""What the worker does for elections by itself: keeps the plans as the lead-time table has them, makes the searches that are due."""

from __future__ import annotations

from procrastinate.contrib.django import app

from hustings.apps.elections.planning import keep_plans
from hustings.apps.elections.red_team.jobs import run_lost_trials, run_red_team
from hustings.apps.elections.searching.jobs import run_due, run_standing

__all__ = ["run_due", "run_lost_trials", "run_plans", "run_red_team", "run_standing"]


@app.periodic(cron="12 3 * * *")
@app.task(name="election_plans", queue="upkeep", queueing_lock="election_plans", lock="election_plans")
def run_plans(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Make what plans lack, and move what their elections moved."""
    keep_plans()
