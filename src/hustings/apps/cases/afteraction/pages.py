"""The pages of after-action reviews."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.apps.cases.afteraction import acts
from hustings.apps.cases.afteraction.forms import (
    AgreeForm,
    ChangeForm,
    DoneForm,
    LookBackForm,
    MissForm,
    ReplayForm,
    SettleForm,
)
from hustings.apps.cases.models import Change, LookBack, Missed, Replay
from hustings.apps.cases.pages.standing import people
from hustings.apps.cases.pages.whole import opened
from hustings.apps.cases.standing_forms import NUMBER
from hustings.apps.console.context import OWN
from hustings.apps.console.refused import say
from hustings.apps.console.table import Column, Table
from hustings.apps.items.models import Item
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import can, readable, require
from hustings.apps.sweeps.models import TraceTable
from hustings.errors import BadInput, Problem
from hustings.policy.afteraction import Cause, MissState, ReplayState
from hustings.policy.casework import LeadSource

__all__ = ["add", "begin", "look_back", "look_backs"]

Said = dict[str, Any]


@require_safe
@seated
def look_backs(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What was missed before, whether it is closed, and the reviews in which that stands."""
    require(seat, "list look-backs")
    known = acts.look_backs(seat)
    missed = Missed.objects.filter(look_back__in=known.order_by()).select_related(
        "look_back__item__label", "look_back__before"
    )
    table = Table(
        request=request,
        caption="Vulnerabilities",
        rows=missed.order_by("state", "look_back__before__on", "at", "pk"),
        columns=[
            Column(key="title", title="What was missed", link=lambda row: reverse("look-back", args=[row.look_back_id])),
            Column(key="state", title="State"),
            Column(key="cause", title="Why"),
            Column(key="began_on", title="Could be found from"),
            Column(key="found_on", title="Found"),
            Column(key="days", title="Days", number=True, value=lambda row: (row.found_on - row.began_on).days, order=False),
            Column(key="look_back.before.on", title="To be closed before", value=lambda row: row.look_back.before.on if row.look_back.before else None),
        ],
        find=["title", "state", "cause", "why", "look_back__item__title"],
        marking=lambda row: row.look_back.item,
        empty="Nothing was written down. A review begins on the page of a case.",
    )  # fmt: skip
    reviews = Table(
        request=request,
        caption="After-action reviews",
        name="g",
        rows=known,
        columns=[
            Column(key="item.title", title="Review", link=lambda row: reverse("look-back", args=[row.pk])),
            Column(key="case.item.title", title="Of the case", value=lambda row: row.case.item.title if readable(seat).filter(pk=row.case_id).exists() else "one that is not yours to know", order=False),
            Column(key="by.person.name", title="Begun by"),
            Column(key="at", title="Begun"),
        ],
        find=["item__title"],
        marking=lambda row: row.item,
        empty="None was begun.",
    )  # fmt: skip
    for one in (table, reviews):
        if one.wants_csv:
            return one.csv()
    context = {
        "table": table, "reviews": reviews, "page_marking": [*table.shown, *reviews.shown] or OWN,
        "open": missed.filter(state=MissState.OPEN).count(), "closed": missed.filter(state=MissState.CLOSED).count(),
        "accepted": missed.filter(state=MissState.ACCEPTED).count(),
    }  # fmt: skip
    return render(request, "cases/afteraction/look_backs.html", context)


@require_http_methods(["GET", "POST"])
@seated
def begin(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Begin a review of a case."""
    found = opened(seat, key)
    require(seat, "look back", found.item)
    form = LookBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = acts.look_back(found, by=seat, **form.cleaned_data)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "The review is begun. Write down what was missed, one thing at a time.")
            return redirect("look-back", made.pk)
    context = {"form": form, "case": found, "page_marking": found.item}
    return render(request, "cases/afteraction/begin.html", context, status=422 if form.errors else 200)


@require_safe
@seated
def look_back(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One review: what was missed, what is done otherwise, and what replays showed."""
    found = acts.find_look_back(seat, key)
    require(seat, "read", found.item)
    return render(request, "cases/afteraction/look_back.html", page(seat, found))


def tables(seat: Seat) -> QuerySet[TraceTable]:
    """Tables that the reader may know."""
    found = TraceTable.objects.filter(item__in=readable(seat).values("pk")).select_related("item__label")
    return found.order_by("item__title", "pk")


def page(seat: Seat, found: LookBack, **forms: Form) -> Said:
    """What the page shows, with a form that came back wrong in its place."""
    replays = Replay.objects.select_related("table__item", "by__person", "agreed_by__person").order_by("at", "pk")
    changes = Change.objects.select_related("owner__person", "done_by__person", "by__person").prefetch_related(
        Prefetch("replays", replays)
    )
    missed = list(
        found.missed.select_related("by__person", "settled_by__person", "rests_on__label").prefetch_related(
            "actors", Prefetch("changes", changes.order_by("due", "at", "pk"))
        )
    )
    known = set(readable(seat).filter(pk__in=[one.rests_on_id for one in missed if one.rests_on_id]).values_list("pk", flat=True))  # fmt: skip
    waiting = [
        replay for one in missed for each in one.changes.all() for replay in each.replays.all()
        if replay.state == ReplayState.ASKED and can(seat, "second a replay", found.item, asked_by=replay.by)
    ]  # fmt: skip
    return {
        "look_back": found,
        "item": found.item,
        "page_marking": [found.item, *(one.rests_on for one in missed if one.rests_on and one.rests_on_id in known)],
        "missed": missed,
        "known": known,
        "knows_case": readable(seat).filter(pk=found.case_id).exists(),
        "waiting": waiting,
        "may_add": can(seat, "look back", found.item),
        "may_settle": any(one.state == MissState.OPEN and can(seat, "settle a miss", found.item, asked_by=one.by) for one in missed),
        "agree_form": None,
    } | {name: make(seat, found) for name, (make, _) in DONE.items()} | forms  # fmt: skip


def changes_of(found: LookBack) -> QuerySet[Change]:
    """Every change of a review."""
    return Change.objects.filter(missed__look_back=found).order_by("due", "at", "pk")


def the_item(seat: Seat, address: str) -> Item | None:
    """The item that the address of a page ends with. Raises BadInput for one that the reader does not know."""
    if not address.strip():
        return None
    numbers = NUMBER.findall(address)
    found = readable(seat).filter(pk=UUID(numbers[-1])).first() if numbers else None
    if found is None:
        raise BadInput("It was not settled.", [
            Problem(where="rests on", found=f"'{address[:80]}'", expected="the address of the page of something you know", do="Copy it from the browser."),
        ])  # fmt: skip
    return found


def do_change(found: LookBack, form: Form, seat: Seat) -> object:  # noqa: ARG001 - as its fellows
    """Write a change down, as the form gave it."""
    assert isinstance(form, ChangeForm)
    data = form.cleaned_data
    return acts.change(
        data["missed"], by=seat, cause=Cause(data["cause"]), was=data["was"], becomes=data["becomes"], owner=data["owner"],
        due=data["due"], settings_was=form.settings("was"), settings_becomes=form.settings("becomes"),
    )  # fmt: skip


def do_agree(found: LookBack, form: Form, seat: Seat) -> object:  # noqa: ARG001 - as its fellows
    """A second person's decision, as the form gave it."""
    data = form.cleaned_data
    if data["decision"] == "agree":
        return acts.agree(data["replay"], by=seat)
    return acts.refuse(data["replay"], by=seat, reason=data["reason"])


# What is done on the page of a review: its form, and the act.
DONE: dict[str, tuple[Callable[..., Form], Callable[[LookBack, Form, Seat], object]]] = {
    "miss_form": (
        lambda seat, found, *sent: MissForm(sent[0] if sent else None, auto_id="miss_%s"),  # noqa: ARG005
        lambda found, form, seat: acts.miss(found, by=seat, **form.cleaned_data | {
            "found_by": LeadSource(form.cleaned_data["found_by"]), "cause": Cause(form.cleaned_data["cause"])}),
    ),
    "change_form": (
        lambda seat, found, *sent: ChangeForm(*sent, missed=found.missed.filter(state=MissState.OPEN), people=people(seat), auto_id="change_%s"),
        do_change,
    ),
    "done_form": (
        lambda seat, found, *sent: DoneForm(*sent, changes=changes_of(found), auto_id="done_%s"),  # noqa: ARG005
        lambda found, form, seat: acts.done(form.cleaned_data["change"], by=seat, how=form.cleaned_data["how"]),  # noqa: ARG005
    ),
    "replay_form": (
        lambda seat, found, *sent: ReplayForm(*sent, changes=changes_of(found), tables=tables(seat), auto_id="replay_%s"),
        lambda found, form, seat: acts.ask_for_replay(  # noqa: ARG005
            form.cleaned_data["change"], form.cleaned_data["table"], by=seat, until=form.cleaned_data["until"]),
    ),
    "agree_form": (
        lambda seat, found, *sent: AgreeForm(*sent, replays=Replay.objects.filter(change__in=changes_of(found).order_by())),  # noqa: ARG005
        do_agree,
    ),
    "settle_form": (
        lambda seat, found, *sent: SettleForm(*sent, missed=found.missed.all(), auto_id="settle_%s"),  # noqa: ARG005
        lambda found, form, seat: acts.settle(  # noqa: ARG005
            form.cleaned_data["missed"], MissState(form.cleaned_data["state"]), by=seat, why=form.cleaned_data["why"],
            rests_on=the_item(seat, form.cleaned_data["rests_on"])),
    ),
}  # fmt: skip


@require_POST
@seated
def add(request: HttpRequest, seat: Seat, key: UUID, what: str) -> HttpResponse:
    """Do one of the things of the page of a review."""
    found = acts.find_look_back(seat, key)
    name = f"{what}_form"
    if name not in DONE:
        raise Http404("There is nothing of this name to do.")
    make, act = DONE[name]
    form = make(seat, found, request.POST)
    if form.is_valid():
        try:
            act(found, form, seat)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Written down, in your name.")
            return redirect("look-back", found.pk)
    return render(request, "cases/afteraction/look_back.html", page(seat, found, **{name: form}), status=422)
