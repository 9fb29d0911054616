"""What the worker does for joint work: every minute it reads which objects name which."""

from __future__ import annotations

from procrastinate.contrib.django import app

from hustings.apps.joint.mentioning import scan

__all__ = ["run_mentions"]


@app.periodic(cron="* * * * *")
@app.task(name="stix_mentions", queue="upkeep", queueing_lock="stix_mentions", lock="stix_mentions")
def run_mentions(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Read what came."""
    scan()
