"""Staffing for programs: assumptions, what came in around earlier elections, plans, and the posts they ask for."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from hustings.apps.api_caller import caller, needs
from hustings.apps.api_cursor import page
from hustings.apps.permission import NotKnown, require
from hustings.apps.staffing import actions, find
from hustings.apps.staffing.models import Assumed, History, Plan
from hustings.apps.tokens.scope import Scope
from hustings.staffing import plan_document

__all__ = ["router"]

router = Router(auth=needs(Scope.READ_STAFFING))
SEE = "see staffing"
MOST_ROWS = 20_000  # of a call; more come as a file
MOST_DAYS, MOST_ITEMS, LONGEST = 3660, 10**9, 200


class AssumptionsOut(Schema):
    """Assumptions, who wrote them and why."""

    id: UUID
    recorded_at: datetime
    why: str
    document: dict[str, Any] = Field(description="Kinds, crews, elections, everyday, rules: as the command reads it.")


class AssumptionsIn(Schema):
    """Assumptions to plan by from now on."""

    document: dict[str, Any]
    why: Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]


Cell = Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=r"^[^\x00-\x1f\x7f\x85\u2028\u2029]*$")]


class CameOut(Schema):
    """So many items of a kind in a language came in on a day of an earlier election."""

    election: str
    country: str
    electorate_millions: float
    day: int = Field(description="0 is the day of voting.")
    kind: str
    language: str
    items: int


class CameIn(CameOut):
    """The same, as it is handed in."""

    election: Cell
    country: Cell
    electorate_millions: Annotated[float, Field(gt=0, lt=5000)]
    day: Annotated[int, Field(ge=-MOST_DAYS, le=MOST_DAYS, description="0 is the day of voting.")]
    kind: Cell
    language: Cell
    items: Annotated[int, Field(ge=0, le=MOST_ITEMS)]


class EarlierIn(Schema):
    """Earlier elections to plan by from now on."""

    rows: Annotated[list[CameIn], Field(min_length=1, max_length=MOST_ROWS)]
    source: Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00]*$")]


class EarlierOut(Schema):
    """What is held of earlier elections, where it comes from and since when."""

    id: UUID
    recorded_at: datetime
    source: str
    elections: int
    rows: list[CameOut]


class PlanOut(Schema):
    """A plan: while it is being made, `said` is null."""

    id: UUID
    asked_at: datetime
    day: date
    weeks: int
    seed: int
    assumptions: UUID
    done_at: datetime | None
    failed: str
    said: dict[str, Any] | None = Field(
        description="Answers, weeks with people by crew, posts by shift, simulated weeks, limits."
    )


class PlanPage(Schema):
    """Plans, newest first, without what they say."""

    plans: list[PlanOut]
    next: str | None = Field(description="Cursor of the next page; null on the last.")


class PlanIn(Schema):
    """For how long to plan, from today on."""

    weeks: Annotated[int, Field(ge=1, le=60)] = 26


def assumptions_out(found: Assumed) -> AssumptionsOut:
    """Assumptions as programs read them."""
    return AssumptionsOut(id=found.pk, recorded_at=found.recorded_at, why=found.why, document=found.document)


def plan_out(found: Plan, *, whole: bool = True) -> PlanOut:
    """A plan as programs read it."""
    return PlanOut(
        id=found.pk, asked_at=found.recorded_at, day=found.day, weeks=found.weeks, seed=found.seed,
        assumptions=found.assumptions_id, done_at=found.done_at, failed=found.failed, said=found.said if whole else None,
    )  # fmt: skip


@router.get("/assumptions", response=AssumptionsOut, summary="Assumptions in use", operation_id="staffing_assumptions")
def assumptions(request: HttpRequest) -> AssumptionsOut:
    """The newest; where nobody wrote any there is nothing."""
    require(caller(request), SEE)
    found = find.assumed(caller(request))
    if found is None:
        raise NotKnown
    return assumptions_out(found)


@router.post(
    "/assumptions",
    auth=needs(Scope.WRITE_STAFFING),
    response={201: AssumptionsOut},
    summary="Write the assumptions anew",
    operation_id="keep_staffing_assumptions",
)
def keep(request: HttpRequest, given: AssumptionsIn) -> Status[AssumptionsOut]:
    """The whole document; what was assumed before stays."""
    return Status(201, assumptions_out(actions.keep_assumptions(given.document, why=given.why, by=caller(request))))


def earlier_out(found: History) -> EarlierOut:
    """Earlier elections as programs read them."""
    rows = [
        CameOut(**{name: getattr(row, name) for name in plan_document.HISTORY})
        for row in plan_document.history(found.table.splitlines())
    ]
    return EarlierOut(
        id=found.pk, recorded_at=found.recorded_at, source=found.source, elections=found.elections, rows=rows
    )


@router.get("/history", response=EarlierOut, summary="Earlier elections in use", operation_id="staffing_history")
def history(request: HttpRequest) -> EarlierOut:
    """The newest table; where nobody handed one in there is nothing."""
    require(caller(request), SEE)
    found = find.history(caller(request))
    if found is None:
        raise NotKnown
    return earlier_out(found)


@router.post(
    "/history",
    auth=needs(Scope.WRITE_STAFFING),
    response={201: EarlierOut},
    summary="Hand in earlier elections",
    operation_id="keep_staffing_history",
)
def keep_history(request: HttpRequest, given: EarlierIn) -> Status[EarlierOut]:
    """The whole table; the next plan goes by it, and what was held before stays."""
    made = io.StringIO()
    written = csv.writer(made, lineterminator="\n")
    written.writerow(plan_document.HISTORY)
    written.writerows([getattr(row, name) for name in plan_document.HISTORY] for row in given.rows)
    kept = actions.keep_history(made.getvalue().encode(), source=given.source, by=caller(request))
    return Status(201, earlier_out(kept))


@router.get("/plans", response=PlanPage, summary="Plans", operation_id="staffing_plans")
def plans(
    request: HttpRequest,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=400, description="`next` of the page before.")] = None,
) -> PlanPage:
    """Newest first."""
    require(caller(request), SEE)
    found, following = page(request, find.plans(caller(request)), newest_by="recorded_at", limit=limit, cursor=cursor)
    return PlanPage(plans=[plan_out(each, whole=False) for each in found], next=following)


@router.post(
    "/plans",
    auth=needs(Scope.WRITE_STAFFING),
    response={202: PlanOut},
    summary="Ask for a plan",
    operation_id="ask_for_staffing_plan",
)
def ask(request: HttpRequest, given: PlanIn) -> Status[PlanOut]:
    """The worker makes it in about a minute; read it at its address."""
    return Status(202, plan_out(actions.ask_for_plan(weeks=given.weeks, by=caller(request))))


@router.get("/plans/{plan}", response=PlanOut, summary="One plan", operation_id="staffing_plan")
def plan(request: HttpRequest, plan: UUID) -> PlanOut:
    """A plan with all it says."""
    require(caller(request), SEE)
    return plan_out(find.find_plan(caller(request), plan))
