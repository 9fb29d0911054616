"""What the worker does with a plan that somebody asked for."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from hustings.apps.database import moment
from hustings.apps.staffing.models import Plan
from hustings.errors import HustingsError
from hustings.staffing import plan_document
from hustings.staffing.forecast import learn
from hustings.staffing.plan import check

__all__ = ["make_plan", "run_plan"]


@app.task(name="staffing_plan", queue="staffing")
def run_plan(plan: str) -> None:
    """One plan, from asked to said."""
    make_plan(UUID(plan))


def make_plan(key: UUID) -> None:
    """Make a plan that has not been made; what cannot be planned is said in its place."""
    found = Plan.objects.select_related("assumptions", "history").filter(pk=key, done_at__isnull=True).first()
    if found is None:
        return
    try:
        model = learn(plan_document.history(found.history.table.splitlines())) if found.history is not None else None
        made = check(
            plan_document.assumptions(found.assumptions.document), model, today=found.day, weeks=found.weeks, seed=found.seed
        )  # fmt: skip
        found.said = plan_document.told(made, found.day)
    except HustingsError as error:
        found.failed = str(error)
    found.done_at = moment()
    found.save(update_fields=["said", "failed", "done_at"])
