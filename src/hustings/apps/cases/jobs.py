"""What the worker does for cases by itself: hands over enforcement, stamps what was sealed, and reads it again."""

from __future__ import annotations

from procrastinate.contrib.django import app

from hustings.apps.cases.enforcing.handing import hand_over
from hustings.apps.cases.fixity import check_round
from hustings.apps.cases.stamps import stamp_all

__all__ = ["run_enforce", "run_round", "run_stamps"]


# Two at once would only wait for each other.
@app.periodic(cron="* * * * *")
@app.task(name="enforce", queue="review", queueing_lock="enforce", lock="enforce")
def run_enforce(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Hand over what enforcement plans released."""
    hand_over()


@app.periodic(cron="3 * * * *")
@app.task(name="evidence_stamps", queue="upkeep", queueing_lock="evidence_stamps", lock="evidence_stamps")
def run_stamps(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Have what was newly sealed stamped."""
    stamp_all()


@app.periodic(cron="41 2 * * *")
@app.task(name="evidence_round", queue="upkeep", queueing_lock="evidence_round", lock="evidence_round")
def run_round(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Read a part of what is sealed again."""
    check_round()
