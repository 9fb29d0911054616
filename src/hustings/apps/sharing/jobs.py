"""What the worker does for partners: deadlines, and the count for the public."""

from __future__ import annotations

from procrastinate.contrib.django import app

from hustings.apps.sharing.counting import expire_overdue, publish_counts
from hustings.apps.sharing.crossing import publish_outgoing

__all__ = ["run_counts", "run_deadlines", "run_outgoing"]


@app.periodic(cron="*/5 * * * *")
@app.task(name="sharing_deadlines", queue="sharing", queueing_lock="sharing_deadlines", lock="sharing_deadlines")
def run_deadlines(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Let what nobody answered expire."""
    expire_overdue()


@app.periodic(cron="37 2 * * *")
@app.task(name="sharing_counts", queue="sharing", queueing_lock="sharing_counts", lock="sharing_counts")
def run_counts(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Tell the public what is due."""
    publish_counts()


@app.periodic(cron="* * * * *")
@app.task(name="sharing_outgoing", queue="sharing", queueing_lock="sharing_outgoing", lock="sharing_outgoing")
def run_outgoing(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Say to partners' installations what waits."""
    publish_outgoing()
