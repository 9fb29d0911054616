"""What the worker does for sealed evidence: stamps what is new every hour, and reads a part of it again every night."""

from __future__ import annotations

from procrastinate.contrib.django import app

from hustings.apps.cases.fixity import check_round
from hustings.apps.cases.stamps import stamp_all

__all__ = ["run_round", "run_stamps"]


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
