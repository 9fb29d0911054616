"""What the worker does for data protection by itself: every night it deletes what is past its time."""

from __future__ import annotations

from procrastinate.contrib.django import app

from hustings.apps.privacy.expire import expire

__all__ = ["run_expire"]


# Two at once would only wait for each other.
@app.periodic(cron="17 3 * * *")
@app.task(name="expire", queue="upkeep", queueing_lock="expire", lock="expire")
def run_expire(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Delete."""
    for _ in expire():
        pass
