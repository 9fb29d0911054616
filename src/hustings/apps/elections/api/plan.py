"""The plan for programs: elections that are taken on, their tier, and tasks."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from hustings.apps import database
from hustings.apps.api_caller import caller, needs
from hustings.apps.elections import due, find, planning
from hustings.apps.elections.api.words import Line, Name, Short, Strict, colleague
from hustings.apps.elections.models import Task, Watch
from hustings.apps.elections.work import find_task, watched
from hustings.apps.permission import require
from hustings.apps.tokens.scope import Scope
from hustings.policy.lead_time import TaskState
from hustings.policy.risk_tier import Tier

__all__ = ["router"]

router = Router(auth=needs(Scope.READ_ELECTIONS))
WRITES = needs(Scope.WRITE_ELECTIONS)


class TakeOnIn(Strict):
    """An election is taken on."""

    languages: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")] = ""


class TierIn(Strict):
    """A judgement of how much an election is worth."""

    tier: Literal[1, 2, 3]
    factors: Annotated[dict[Short, Short], Field(max_length=10)] = {}
    why: Line


class WorkOut(Schema):
    """Where the own organisation's work on an election stands."""

    election: UUID
    languages: str
    tier: int | None
    plan: str
    open: int
    overdue: int


class TaskIn(Strict):
    """A task by hand."""

    title: Name
    due: date | None = None
    with_day: bool = Field(default=True, description="It moves with the day of voting.")
    owner: UUID | None = None


class TaskOut(Schema):
    """One thing to do."""

    id: UUID
    election: UUID
    step: str = Field(description="Of the lead-time table; empty for one by hand.")
    title: str
    due: date | None
    state: str
    owner: UUID | None
    note: str
    overdue: bool


class TaskList(Schema):
    """Tasks by their day."""

    items: list[TaskOut]


class TaskDo(Strict):
    """What is done with a task."""

    do: Literal["give", "finish", "drop", "reopen"]
    note: Line = ""
    owner: UUID | None = None


def task_out(task: Task, today: date) -> TaskOut:
    """A task as programs read it."""
    return TaskOut(
        id=task.pk, election=task.watch.election_id, step=task.step, title=task.title, due=task.due, state=task.state, owner=task.owner_id,
        note=task.note, overdue=task.state == TaskState.OPEN and task.due is not None and task.due < today,
    )  # fmt: skip


@router.get("/tasks", response=TaskList, summary="What is to be done", operation_id="election_tasks")
def tasks(
    request: HttpRequest,
    state: TaskState = TaskState.OPEN,
    mine: bool = False,
    until: Annotated[date | None, Query(description="Due by this day.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> TaskList:
    """Of your organisation, by their day."""
    seat = caller(request)
    require(seat, "see election work")
    rows = due.tasks(seat).filter(state=state.value)
    rows = rows.filter(owner=seat.appointment) if mine else rows
    rows = rows.filter(due__lte=until) if until is not None else rows
    today = database.moment().date()
    return TaskList(items=[task_out(one, today) for one in rows.order_by("due", "title", "pk")[:limit]])


@router.post(
    "/tasks/{task}",
    response=TaskOut,
    auth=WRITES,
    summary="Give, finish, drop or reopen",
    operation_id="do_election_task",
)
def do_task(request: HttpRequest, task: UUID, body: TaskDo) -> TaskOut:
    """What is done with a task; a note is needed but for giving it."""
    seat = caller(request)
    found = find_task(seat, task)
    if body.do == "give":
        done = planning.give(found, colleague(seat, body.owner), by=seat)
    elif body.do == "finish":
        done = planning.finish(found, by=seat, note=body.note)
    elif body.do == "drop":
        done = planning.drop(found, by=seat, note=body.note)
    else:
        done = planning.reopen(found, by=seat, why=body.note)
    return task_out(done, database.moment().date())


def work_out(watch: Watch) -> WorkOut:
    """Where the work stands."""
    today = database.moment().date()
    tier = planning.tier_of(watch)
    rows = watch.tasks.filter(state__in=planning.OPEN)
    return WorkOut(
        election=watch.election_id, languages=watch.languages, tier=tier.value if tier else None, plan=planning.plan_of(watch, today).going.value,
        open=rows.count(), overdue=rows.filter(due__lt=today).count(),
    )  # fmt: skip


@router.get("/{election}/work", response=WorkOut, summary="Where your work on it stands", operation_id="election_work")
def work(request: HttpRequest, election: UUID) -> WorkOut:
    """404 where your organisation did not take it on."""
    return work_out(watched(caller(request), election)[1])


@router.post(
    "/{election}/work", response=WorkOut, auth=WRITES, summary="Take an election on", operation_id="take_election_on"
)
def take_on(request: HttpRequest, election: UUID, body: TakeOnIn) -> WorkOut:
    """Its plan is made at once; said again, it is the same."""
    return work_out(planning.take_on(find.find_election(election), by=caller(request), languages=body.languages))


@router.post(
    "/{election}/languages", response=WorkOut, auth=WRITES, summary="Say which languages voters read", operation_id="set_election_languages"
)  # fmt: skip
def languages(request: HttpRequest, election: UUID, body: TakeOnIn) -> WorkOut:
    """In place of those said before; coverage is counted by them."""
    seat = caller(request)
    _, watch = watched(seat, election)
    return work_out(planning.set_languages(watch, body.languages, by=seat))


@router.post(
    "/{election}/tier", response=WorkOut, auth=WRITES, summary="Judge the risk tier", operation_id="judge_tier"
)
def judge(request: HttpRequest, election: UUID, body: TierIn) -> WorkOut:
    """With what the judgement rests on; the plan follows."""
    seat = caller(request)
    _, watch = watched(seat, election)
    planning.judge_tier(watch, Tier(body.tier), factors=body.factors, why=body.why, by=seat)
    return work_out(watch)


@router.post(
    "/{election}/tasks", response={201: TaskOut}, auth=WRITES, summary="Add a task", operation_id="add_election_task"
)
def add_task(request: HttpRequest, election: UUID, body: TaskIn) -> Status[TaskOut]:
    """By hand."""
    seat = caller(request)
    _, watch = watched(seat, election)
    made = planning.add_task(
        watch, title=body.title, due=body.due, with_day=body.with_day, owner=colleague(seat, body.owner), by=seat
    )
    return Status(201, task_out(made, database.moment().date()))
