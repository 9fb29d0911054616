"""What the worker does for indicators: every minute it looks at what came."""

from __future__ import annotations

from procrastinate.contrib.django import app

from hustings.apps.database import WORKER, in_role
from hustings.apps.indicators.matching import look
from hustings.apps.indicators.models import Indicator

__all__ = ["run_matching"]


@app.periodic(cron="* * * * *")
@app.task(name="indicator_matching", queue="upkeep", queueing_lock="indicator_matching", lock="indicator_matching")
def run_matching(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Look for the indicators of each organisation in what it holds."""
    with in_role(WORKER):
        held = list(Indicator.objects.order_by("held_by").values_list("held_by", flat=True).distinct())
    for each in held:
        look(each)
