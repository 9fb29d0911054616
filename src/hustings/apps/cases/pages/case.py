"""The pages of cases."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.apps.cases import campaigns, find, working
from hustings.apps.cases.capture import captures
from hustings.apps.cases.forms import (
    ArgumentForm,
    CampaignForm,
    CaptureForm,
    CaseForm,
    HypothesisForm,
    MoveForm,
    NoteForm,
    PackForm,
    SealForm,
    TaskEndForm,
    TaskForm,
)
from hustings.apps.cases.models import Campaign, Case, Evidence, Hypothesis
from hustings.apps.cases.pages.whole import tabs_of
from hustings.apps.console.context import OWN
from hustings.apps.console.refused import say
from hustings.apps.console.table import Column, Table
from hustings.apps.items.models import Item
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import allow, can, readable, require
from hustings.apps.sweeps.actions import own_marking
from hustings.apps.sweeps.views import nameable
from hustings.errors import BadInput
from hustings.policy.casework import CaseState, LeadState, Outcome, Side, TaskState

__all__ = ["add", "case", "cases", "material_of", "move", "open_case"]


@require_safe
@seated
def cases(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every case and campaign this person may know."""
    require(seat, "list cases")
    table = Table(
        request=request,
        caption="Cases",
        rows=find.cases(seat),
        columns=[
            Column(key="item.title", title="Case", link=lambda row: f"/cases/{row.pk}/"),
            Column(key="question", title="Question"),
            Column(key="state", title="State"),
            Column(key="outcome", title="Outcome"),
            Column(key="lead_by.person.name", title="Led by"),
            Column(key="item.made_at", title="Opened"),
        ],
        find=["item__title", "question", "state", "outcome", "lead_by__person__name"],
        marking=lambda row: row.item,
        empty="A case begins with a question: open one, or take a lead up.",
    )
    established = Table(
        request=request,
        caption="Campaigns",
        name="g",
        rows=find.campaigns(seat),
        columns=[
            Column(key="item.title", title="Campaign", link=lambda row: f"/campaigns/{row.pk}/"),
            Column(key="aims_at", title="Aims at", value=lambda row: ", ".join(row.aims_at), order=False),
            Column(key="item.made_at", title="Opened"),
        ],
        find=["item__title"],
        marking=lambda row: row.item,
        empty="Campaigns are opened in a case.",
    )
    for one in (table, established):
        if one.wants_csv:
            return one.csv()
    context = {
        "table": table,
        "campaigns": established,
        "page_marking": [*table.shown, *established.shown] or OWN,
        "may_open": can(seat, "open case"),
    }
    return render(request, "cases/cases.html", context)


@require_http_methods(["GET", "POST"])
@seated
def open_case(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Open a case, with the leads it takes up."""
    allow(seat, "open case")
    leads = find.leads(seat).exclude(state=LeadState.DISMISSED)
    form = CaseForm(request.POST or None, leads=leads, initial={"leads": request.GET.getlist("lead")})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = working.open_case(
                by=seat, title=data["title"], question=data["question"], scope=data["scope"], leads=list(data["leads"]),
                marking=own_marking(seat),
            )  # fmt: skip
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "The case is open. Write down the possible answers before looking for evidence.")
            return redirect("case", made.pk)
    context = {"form": form, "page_marking": [lead.item for lead in leads] or OWN}
    return render(request, "cases/open.html", context, status=422 if form.errors else 200)


@require_safe
@seated
def case(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One case: its question, answers, material, people, tasks and what happened."""
    found = find.find_case(seat, key)
    require(seat, "read", found.item)
    return render(request, "cases/case.html", case_page(seat, found))


def case_page(seat: Seat, found: Case, **forms: Form) -> dict[str, Any]:
    """What the page of a case shows, with a form that came back wrong in its place."""
    parts = find.parts_of(seat, found)
    material = material_of(seat, found)
    may = can(seat, "work on case", found.item) and found.state != CaseState.CLOSED
    held = Evidence.objects.filter(case__in=parts, item__in=readable(seat).values("pk")).select_related("item__label")
    leads = find.leads(seat).filter(cases__case__in=parts).distinct()
    studied = find.campaigns(seat).filter(cases__case__in=parts).distinct()
    return {
        "case": found,
        "item": found.item,
        "tabs": tabs_of(found),
        "parts": parts[1:],
        "part_of": found.merges.filter(undone_at=None, into__in=find.cases(seat)).select_related("into__item").first(),
        "page_marking": [found.item, *(part.item for part in parts[1:]), *(lead.item for lead in leads), *(one.item for one in studied), *material],
        "hypotheses": [weighed(seat, one) for part in parts for one in part.hypotheses.select_related("by__person")],
        "leads": leads,
        "campaigns": studied,
        "material": material,
        "evidence": held.order_by("-sealed_at"),
        "tasks": [task for part in parts for task in part.tasks.select_related("for_whom__person")],
        "open_tasks": sum(part.tasks.filter(state=TaskState.OPEN).count() for part in parts),
        "team": [mate for part in parts for mate in part.team.filter(ended_at=None).select_related("appointment__person")],
        "holds": found.holds.filter(ended_at=None).select_related("by__person"),
        "history": history(parts),
        "may_work": may,
        "may_move": can(seat, "work on case", found.item),
        "note_form": NoteForm(auto_id="note_%s"),
        "hypothesis_form": HypothesisForm(auto_id="hypothesis_%s"),
        "argument_form": ArgumentForm(case=found, material=material, auto_id="argument_%s"),
        "task_form": TaskForm(people=nameable(seat), auto_id="task_%s"),
        "end_form": TaskEndForm(case=found, auto_id="end_%s"),
        "campaign_form": CampaignForm(auto_id="campaign_%s"),
        "move_form": MoveForm(case=found, auto_id="move_%s"),
        "seal_form": SealForm(auto_id="seal_%s"),
        "capture_form": CaptureForm(auto_id="capture_%s"),
        "may_capture": may and captures(),
        "pack_form": PackForm(auto_id="pack_%s"),
        "may_pack": can(seat, "export", found.item),
    } | forms  # fmt: skip


def material_of(seat: Seat, found: Case) -> QuerySet[Item]:
    """What is part of a case, its sealed evidence included, as far as the reader may know it."""
    parts = find.parts_of(seat, found)
    return (
        (readable(seat).filter(in_cases__case__in=parts) | readable(seat).filter(evidence__case__in=parts))
        .distinct()
        .select_related("label")
        .order_by("kind", "title", "pk")
    )


def weighed(seat: Seat, hypothesis: Hypothesis) -> dict[str, Any]:
    """A possible answer with what speaks for and against it. What an argument rests on is told to who may know it."""
    arguments = list(hypothesis.arguments.select_related("by__person"))
    rests_on = [one.rests_on_id for one in arguments if one.rests_on_id is not None]
    known = {item.pk: item for item in readable(seat).filter(pk__in=rests_on).select_related("label")}

    def of(side: Side) -> list[dict[str, Any]]:
        return [
            {"said": one, "rests_on": known.get(one.rests_on_id) if one.rests_on_id else None}
            for one in arguments
            if one.side == side
        ]

    return {"hypothesis": hypothesis, "for": of(Side.FOR), "against": of(Side.AGAINST)}


def history(parts: list[Case]) -> list[dict[str, Any]]:
    """What happened in a case and its parts, newest first."""
    told: list[tuple[Any, str]] = []
    for part in parts:
        told.append((part.item.made_at, f"Opened by {part.lead_by.person.name}: {part.question}"))
        told += [(one.at, f"{one.by.person.name}: {one.text}") for one in part.notes.select_related("by__person")]
        told += [(one.at, f"{one.by.person.name}: {one.state}{f' ({one.outcome})' if one.outcome else ''}. {one.reason}")
                 for one in part.moves.select_related("by__person")]  # fmt: skip
        told += [
            (one.at, f"Legal hold by {one.by.person.name}: {one.ground}")
            for one in part.holds.select_related("by__person")
        ]
        told += [
            (one.ended_at, f"Task {one.state}: {one.title}. {one.result}") for one in part.tasks.all() if one.ended_at
        ]
    return [{"at": at, "sentence": sentence} for at, sentence in sorted(told, key=itemgetter(0), reverse=True)]


Said = dict[str, Any]


def add_argument(_found: Case, seat: Seat, data: Said) -> object:
    """One argument, as the form gave it."""
    return working.argue(data["hypothesis"], Side(data["side"]), by=seat, text=data["text"], rests_on=data["rests_on"])


# What can be added on the page of a case: its form, what it does, and what is said once it is done.
ADDED: dict[str, tuple[str, Callable[[Case, Seat, Said], object], str]] = {
    "note": ("note_form", lambda found, seat, data: working.add_note(found, by=seat, text=data["text"]), "Noted."),
    "hypothesis": (
        "hypothesis_form",
        lambda found, seat, data: working.add_hypothesis(found, by=seat, text=data["text"]),
        "Put forward. Say what speaks for it, and what against.",
    ),
    "argument": ("argument_form", add_argument, "Added."),
    "task": (
        "task_form",
        lambda found, seat, data: working.add_task(
            found, by=seat, title=data["title"], for_whom=data["for_whom"], due=data["due"]
        ),
        "Written down.",
    ),
    "end-task": (
        "end_form",
        lambda found, seat, data: working.end_task(  # noqa: ARG005 - the task knows its case
            data["task"], TaskState(data["state"]), by=seat, result=data["result"]
        ),
        "The task is ended.",
    ),
    "campaign": (
        "campaign_form",
        lambda found, seat, data: campaigns.open_campaign(
            found, by=seat, name=data["name"], aims_at=data["aims_at"], narratives=data["narratives"], tactics=data["tactics"]
        ),
        "The campaign is open. Propose what belongs to it, on evidence.",
    ),
}  # fmt: skip


@require_POST
@seated
def add(request: HttpRequest, seat: Seat, key: UUID, what: str) -> HttpResponse:
    """Add to a case: a note, an answer, an argument, a task, a campaign."""
    found = find.find_case(seat, key)
    if what not in ADDED:
        raise Http404("There is nothing of this name to add.")
    name, do, done = ADDED[what]
    empty = case_page(seat, found)[name]
    form = rebound(empty, request, seat, found)
    if form.is_valid():
        try:
            made = do(found, seat, form.cleaned_data)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, done)
            return redirect("campaign", made.pk) if isinstance(made, Campaign) else redirect("case", found.pk)
    return render(request, "cases/case.html", case_page(seat, found, **{name: form}), status=422)


def rebound(empty: Form, request: HttpRequest, seat: Seat, found: Case) -> Form:
    """The same form with what was sent."""
    more: dict[str, Any] = {}
    if isinstance(empty, ArgumentForm):
        more = {"case": found, "material": material_of(seat, found)}
    if isinstance(empty, TaskForm):
        more = {"people": nameable(seat)}
    if isinstance(empty, (MoveForm, TaskEndForm)):
        more = {"case": found}
    return type(empty)(request.POST, auto_id=empty.auto_id, **more)


@require_POST
@seated
def move(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Put a case aside, go on, close it, open it again."""
    found = find.find_case(seat, key)
    form = rebound(MoveForm(case=found, auto_id="move_%s"), request, seat, found)
    if form.is_valid():
        data = form.cleaned_data
        try:
            working.move(
                found, data["code"], by=seat, reason=data["reason"], outcome=Outcome(data["outcome"]) if data["outcome"] else None
            )  # fmt: skip
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Done, with your reason.")
            return redirect("case", found.pk)
    return render(request, "cases/case.html", case_page(seat, found, move_form=form), status=422)
