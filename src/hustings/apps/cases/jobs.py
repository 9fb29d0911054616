"""What the worker does for cases by itself: stamps and reads evidence, hands plans over, looks for returns and gatherings to come."""

from __future__ import annotations

from procrastinate.contrib.django import app

from hustings.apps.cases.afteraction.replaying import run_replay
from hustings.apps.cases.alerting import alert
from hustings.apps.cases.disclosing.legal import make_notices_due
from hustings.apps.cases.enforcing.handing import hand_over
from hustings.apps.cases.fixity import check_round
from hustings.apps.cases.known import look_for_returns
from hustings.apps.cases.stamps import stamp_all

__all__ = ["run_enforce", "run_gatherings", "run_legal_notices", "run_replay", "run_returns", "run_round", "run_stamps"]


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


@app.periodic(cron="52 4 * * *")
@app.task(name="gatherings_to_come", queue="upkeep", queueing_lock="gatherings_to_come", lock="gatherings_to_come")
def run_gatherings(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Tell of gatherings to come that are advertised from elsewhere."""
    alert()


@app.periodic(cron="7 5 * * *")
@app.task(name="returns", queue="upkeep", queueing_lock="returns", lock="returns")
def run_returns(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Compare new pages, payers and buyers with what was removed."""
    look_for_returns()


@app.periodic(cron="11 * * * *")
@app.task(name="legal_notices", queue="upkeep", queueing_lock="legal_notices", lock="legal_notices")
def run_legal_notices(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Make the notices of legal process whose delay is over."""
    make_notices_due()


# Two at once would only wait for each other.
@app.periodic(cron="* * * * *")
@app.task(name="enforce", queue="review", queueing_lock="enforce", lock="enforce")
def run_enforce(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Hand over."""
    hand_over()
