"""What the worker does for the library: every minute it publishes what changed."""

from __future__ import annotations

from procrastinate.contrib.django import app

from hustings.apps.library.alerts.letters import tell_all
from hustings.apps.library.checking import check_and_tell
from hustings.apps.library.publishing.publish import publish_all
from hustings.apps.library.words import count_words

__all__ = ["run_check", "run_count_words", "run_publish", "run_tell_alerts"]


@app.periodic(cron="* * * * *")
@app.task(name="publish", queue="default", queueing_lock="publish", lock="publish")
def run_publish(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Publish."""
    publish_all()


@app.periodic(cron="7 * * * *")
@app.task(name="count_words", queue="upkeep", queueing_lock="count_words", lock="count_words")
def run_count_words(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Count the words that ads say, for who misspells one."""
    count_words()


@app.periodic(cron="30 5 * * *")
@app.task(name="tell_alerts", queue="default", queueing_lock="tell_alerts", lock="tell_alerts")
def run_tell_alerts(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Tell of new ads."""
    tell_all()


@app.periodic(cron="17 3 * * *")
@app.task(name="check_library", queue="upkeep", queueing_lock="check_library", lock="check_library")
def run_check(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Hold what is shown against versions and log; what is wrong stands in the open log."""
    check_and_tell()
