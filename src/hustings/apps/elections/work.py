"""The pages of the work on elections: the day's, the part of an election's page, and one task."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hustings.apps import database
from hustings.apps.console.refused import say
from hustings.apps.console.table import Column, Table
from hustings.apps.elections import due, find, planning
from hustings.apps.elections.forms import GiveForm, NoteForm, TakeOnForm, TaskForm, TierForm
from hustings.apps.elections.models import Election, Task, Watch
from hustings.apps.elections.searching.covered import summary_of
from hustings.apps.elections.stated import in_words
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import NotKnown, allow, can
from hustings.errors import BadInput
from hustings.policy.lead_time import Going, TaskState, step_of
from hustings.policy.risk_tier import Factor, proposed

__all__ = ["add_task", "change_task", "languages", "seen", "take_on", "task", "tier", "today", "work_of"]


def person(row: Task) -> str:
    """Whose it is; of one that nobody had taken, who ended it."""
    who = row.owner or row.ended_by
    return who.person.name if who else "nobody's yet"


def in_days(days: int | None) -> str:
    """How far the day is."""
    if days is None:
        return "no day known"
    if days == 0:
        return "today"
    return f"in {days:,} days" if days > 0 else f"{-days:,} days ago"


def task_table(request: HttpRequest, name: str, caption: str, rows: Any, empty: str, *, election: bool = True) -> Table:
    """Tasks as a table."""
    columns = [
        Column(key="title", title="Task", link=lambda row: f"/elections/tasks/{row.pk}/"),
        *([Column(key="election", title="Election", value=lambda row: row.watch.election.name, link=lambda row: f"/elections/{row.watch.election_id}/", order="watch__election__name")] if election else []),
        Column(key="due", title="Due"),
        Column(key="owner", title="Whose", value=person, order="owner__person__name"),
        Column(key="state", title="State"),
    ]  # fmt: skip
    return Table(
        request=request,
        name=name,
        caption=caption,
        rows=rows,
        columns=columns,
        default="due",
        empty=empty,
        find=["title"],
    )


@require_safe
@seated
def today(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The page people start their day on: what is due, what comes, what nobody took on."""
    allow(seat, "see election work")
    day = database.moment().date()
    open_ones = due.tasks(seat).filter(state=TaskState.OPEN.value)
    late = open_ones.filter(due__lt=day)
    soon = open_ones.filter(due__gte=day, due__lte=day + due.SOON)
    standing = due.standing(seat, day)
    elections = Table(
        request=request, name="elections", caption="Elections we work on now", rows=standing, default="days",
        columns=[
            Column(key="name", title="Election", value=lambda row: row.watch.election.name, link=lambda row: f"/elections/{row.watch.election_id}/"),
            Column(key="country", title="Country", value=lambda row: in_words(row.watch.election.country)),
            Column(key="days", title="Days to go", value=lambda row: row.days, number=True),
            Column(key="status", title="Status", value=lambda row: row.watch.election.status),
            Column(key="sources", title="Its sources", value=lambda row: row.sources),
            Column(key="tier", title="Tier", value=lambda row: row.tier.value if row.tier else None, number=True),
            Column(key="open", title="Open", value=lambda row: row.open, number=True),
            Column(key="overdue", title="Overdue", value=lambda row: row.overdue, number=True),
            Column(key="next_due", title="Next due", value=lambda row: row.next_due),
        ],
        empty="No election that we took on is in its last 180 days. Take one on from its page.",
    )  # fmt: skip
    free = Table(
        request=request, name="free", caption="Elections nobody here took on", rows=due.not_taken_on(seat, day), default="on",
        columns=[
            Column(key="on", title="Day", value=lambda row: row.on or "not known"),
            Column(key="name", title="Election", link=lambda row: f"/elections/{row.pk}/"),
            Column(key="country", title="Country", value=lambda row: in_words(row.country)),
            Column(key="level", title="Level"),
        ],
        empty="Every election of the next 180 days in the calendar is taken on. What the calendar lacks, nobody here can see.",
    )  # fmt: skip
    tables = [
        task_table(request, "late", "Overdue", late, "Nothing is overdue."),
        task_table(request, "soon", "Due within seven days", soon, "Nothing is due within seven days."),
    ]
    for table in (*tables, elections, free):
        if table.wants_csv:
            return table.csv()
    shown = {
        "tables": tables,
        "elections": elections,
        "free": free,
        "late": late.count(),
        "soon": soon.count(),
        "standing": standing,
        "day": day,
    }
    return render(request, "elections/today.html", shown)


def work_of(request: HttpRequest, seat: Seat | None, found: Election, **forms: Form) -> dict[str, Any]:
    """The part of an election's page that the own organisation sees: tier, plan, what moved."""
    if seat is None or not can(seat, "see election work"):
        return {}
    day = database.moment().date()
    watch = planning.watch_of(seat, found)
    days = (found.on - day).days if found.on else None
    shown: dict[str, Any] = {"sees_work": True, "in_days": in_days(days), "may_take_on": can(seat, "take election on")}
    if watch is None:
        return shown | {"take_on_form": forms.get("take_on_form") or TakeOnForm(auto_id="take_%s")}
    tiers = list(watch.tiers.select_related("by__person").order_by("-at", "-pk"))
    plan = planning.plan_of(watch, day)
    rows = list(
        watch.tasks.select_related("owner__person", "ended_by__person", "watch__election").order_by(
            "due", "title", "pk"
        )
    )
    open_ones = [row for row in rows if row.state in planning.OPEN]
    begins = (
        {factor.name.lower(): tiers[0].factors.get(factor.value, "") for factor in Factor} | {"tier": tiers[0].tier}
        if tiers
        else {}
    )
    return shown | {
        "watch": watch, "searched": summary_of(seat, watch), "tiers": tiers, "going": plan.going, "rests": plan.going is not Going.ON,
        "open_tasks": task_table(request, "open", "To do", open_ones, "Nothing is to be done.", election=False),
        "ended_tasks": task_table(request, "ended", "Done and dropped", [row for row in rows if row.state not in planning.OPEN], "Nothing is done yet.", election=False),
        "late": [row for row in open_ones if row.due and row.due < day], "moved": list(due.moved(seat).filter(watch=watch).order_by("due", "title", "pk")),
        "may_judge": can(seat, "judge risk tier"), "may_work": can(seat, "work on election"),
        "tier_form": forms.get("tier_form") or TierForm(initial=begins, auto_id="tier_%s"),
        "task_form": forms.get("task_form") or TaskForm(people=planning.colleagues(seat), auto_id="task_%s"),
        "languages_form": forms.get("languages_form") or TakeOnForm(initial={"languages": watch.languages}, auto_id="languages_%s"),
    }  # fmt: skip


def watched(seat: Seat, key: UUID) -> tuple[Election, Watch]:
    """An election that the own organisation took on. Raises NotKnown."""
    found = find.find_election(key)
    watch = planning.watch_of(seat, found)
    if watch is None:
        raise NotKnown
    return found, watch


def back(request: HttpRequest, found: Election, form: Form, name: str) -> HttpResponse:
    """The election's page with a form that came back wrong."""
    from hustings.apps.elections.views import page

    return page(request, found, 422, **{name: form})


@require_POST
@seated
def take_on(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Take an election on."""
    found = find.find_election(key)
    allow(seat, "take election on")
    form = TakeOnForm(request.POST, auto_id="take_%s")
    if not form.is_valid():
        return back(request, found, form, "take_on_form")
    planning.take_on(found, by=seat, languages=form.cleaned_data["languages"])
    messages.success(request, "We work on this election; its plan stands below. Judge the tier next.")
    return redirect("election", found.pk)


@require_POST
@seated
def languages(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Say which languages voters read."""
    found, watch = watched(seat, key)
    form = TakeOnForm(request.POST, auto_id="languages_%s")
    if not form.is_valid():
        return back(request, found, form, "languages_form")
    planning.set_languages(watch, form.cleaned_data["languages"], by=seat)
    return redirect("election", found.pk)


@require_POST
@seated
def tier(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Judge the risk tier, or see first what the table proposes."""
    found, watch = watched(seat, key)
    form = TierForm(request.POST, auto_id="tier_%s")
    if form.is_valid():
        planning.judge_tier(
            watch, form.cleaned_data["tier"], factors=form.factors, why=form.cleaned_data["why"], by=seat
        )
        told = proposed({Factor(factor): answer for factor, answer in form.factors.items()})
        messages.success(
            request,
            f"Tier {form.cleaned_data['tier'].value} is recorded. The table proposes {told.tier.value}: {told.why}",
        )
        return redirect("election", found.pk)
    return back(request, found, form, "tier_form")


@require_POST
@seated
def add_task(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Add a task by hand."""
    found, watch = watched(seat, key)
    form = TaskForm(request.POST, people=planning.colleagues(seat), auto_id="task_%s")
    if form.is_valid():
        planning.add_task(watch, by=seat, **form.cleaned_data)
        messages.success(request, "The task is in the plan.")
        return redirect("election", found.pk)
    return back(request, found, form, "task_form")


@require_POST
@seated
def seen(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Say that one has seen what moved."""
    found, watch = watched(seat, key)
    count = planning.seen(watch, by=seat)
    messages.success(request, f"{count:,} {'task is' if count == 1 else 'tasks are'} told as seen.")
    return redirect("election", found.pk)


def find_task(seat: Seat, key: UUID) -> Task:
    """A task of the own organisation. Raises NotKnown."""
    found = due.tasks(seat).select_related("watch__election", "owner__person", "ended_by__person", "by__person").filter(pk=key).first() if can(seat, "see election work") else None  # fmt: skip
    if found is None:
        raise NotKnown
    return found


@require_safe
@seated
def task(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One task: why it is there, whose it is, what happened to it."""
    return task_page(request, seat, find_task(seat, key))


def task_page(request: HttpRequest, seat: Seat, found: Task, status: int = 200, **forms: Form) -> HttpResponse:
    """The page of a task, with a form that came back wrong in its place."""
    step = step_of(found.step)
    shown = {
        "task": found, "step": step, "election": found.watch.election, "open": found.state in planning.OPEN,
        "late": found.state == TaskState.OPEN and found.due is not None and found.due < database.moment().date(),
        "moves": found.moves.select_related("by__person", "owner__person", "claim").order_by("-at", "-pk"),
        "may_work": can(seat, "work on election"), "mine": found.owner_id == seat.id,
        "give_form": GiveForm(people=planning.colleagues(seat), initial={"owner": found.owner_id}, auto_id="give_%s"),
        "finish_form": NoteForm(auto_id="finish_%s"), "drop_form": NoteForm(auto_id="drop_%s"), "reopen_form": NoteForm(auto_id="reopen_%s"),
    }  # fmt: skip
    return render(request, "elections/task.html", shown | forms, status=status)


@require_POST
@seated
def change_task(request: HttpRequest, seat: Seat, key: UUID, do: str) -> HttpResponse:
    """Take, give, finish, drop or open a task again."""
    found = find_task(seat, key)
    if do == "take":
        planning.give(found, seat.appointment, by=seat)
        messages.success(request, "It is yours.")
        return redirect("election-task", found.pk)
    form: Form = (
        GiveForm(request.POST, people=planning.colleagues(seat), auto_id="give_%s")
        if do == "give"
        else NoteForm(request.POST, auto_id=f"{do}_%s")
    )
    if form.is_valid():
        try:
            if do == "give":
                planning.give(found, form.cleaned_data["owner"], by=seat)
            elif do == "finish":
                planning.finish(found, by=seat, note=form.cleaned_data["note"])
            elif do == "drop":
                planning.drop(found, by=seat, note=form.cleaned_data["note"])
            else:
                planning.reopen(found, by=seat, why=form.cleaned_data["note"])
        except BadInput as error:
            say(form, error)
        else:
            return redirect("election-task", found.pk)
    return task_page(request, seat, found, 422, **{f"{do}_form": form})
