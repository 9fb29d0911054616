"""What the worker does for partners: deadlines, the count for the public, what waits to go, and mail."""

from __future__ import annotations

from procrastinate.contrib.django import app

from hustings.apps.sharing.counting import expire_overdue, publish_counts
from hustings.apps.sharing.crossing import publish_outgoing
from hustings.apps.sharing.mailing import mail_digests

__all__ = ["run_counts", "run_deadlines", "run_digests", "run_outgoing"]


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


@app.periodic(cron="23 * * * *")
@app.task(name="sharing_digests", queue="sharing", queueing_lock="sharing_digests", lock="sharing_digests")
def run_digests(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Mail what is new to partners who asked for it."""
    mail_digests()
