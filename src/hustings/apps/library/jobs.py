"""What the worker does for the library: every minute it publishes what changed."""

from __future__ import annotations

from procrastinate.contrib.django import app

from hustings.apps.library.publishing.publish import publish_all

__all__ = ["run_publish"]


@app.periodic(cron="* * * * *")
@app.task(name="publish", queue="default", queueing_lock="publish", lock="publish")
def run_publish(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Publish."""
    publish_all()
