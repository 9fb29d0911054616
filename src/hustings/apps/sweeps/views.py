"""The pages of tips, sweeps and tear-lines: parse, call, render."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.apps.console.context import OWN
from hustings.apps.console.refused import say
from hustings.apps.console.table import Column, Table
from hustings.apps.items.models import NeedGrant, SharingGroup
from hustings.apps.people.models import Appointment, Organisation
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import allow, can, require
from hustings.apps.sharing.passing import refuse_tip
from hustings.apps.sweeps import actions, find
from hustings.apps.sweeps.forms import BEHAVIOUR, AnswerForm, AskForm, GrantForm, TearLineForm, TipForm
from hustings.apps.sweeps.models import Sweep, TearLine, Tip
from hustings.errors import BadInput
from hustings.policy.sweep import State
from hustings.policy.sweep import TearLine as TearLineState

__all__ = [
    "answer",
    "ask",
    "decide",
    "grant",
    "move",
    "propose",
    "published",
    "receive",
    "sweep",
    "sweeps",
    "tables",
    "tear_line",
    "tip",
    "tips",
]


@require_safe
@seated
def tips(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every tip this person may know."""
    require(seat, "list tips")
    table = Table(
        request=request,
        caption="Tips",
        rows=find.tips(seat),
        columns=[
            Column(key="item.title", title="About", link=lambda row: f"/tips/{row.pk}/"),
            Column(key="source.name", title="From"),
            Column(key="reference", title="Control number"),
            Column(key="received_at", title="Received"),
        ],
        find=["item__title", "source__name", "reference"],
        marking=lambda row: row.item,
        empty="Tips that partners give to your organisation, and that you are named for, appear here.",
    )
    if table.wants_csv:
        return table.csv()
    return render(
        request,
        "sweeps/tips.html",
        {"table": table, "page_marking": table.shown or OWN, "may_receive": can(seat, "receive tip")},
    )


@require_http_methods(["GET", "POST"])
@seated
def receive(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Record a tip."""
    allow(seat, "receive tip")
    form = TipForm(request.POST or None, organisations=Organisation.objects.all(), groups=SharingGroup.objects.all())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        reasons = refuse_tip(
            data["source"], by=seat, named_content=max(data["named_content"], len(data["starts"])), ground=data["ground"],
            **{word: word in data["behaviour"] for word, _sentence in BEHAVIOUR},
        )  # fmt: skip
        if reasons:
            for reason in reasons:
                form.add_error(
                    None,
                    f"{reason.sentence} The tip is refused for it ({reason.value}), and counted; nothing of it is kept.",
                )
            return render(request, "sweeps/receive.html", {"form": form}, status=422)
        try:
            received = actions.receive_tip(
                by=seat,
                title=data["title"],
                text=data["text"],
                reference=data["reference"],
                source=data["source"],
                marking=form.marking(),
                where_to_read=data["where_to_read"],
                starts=data["starts"],
            )
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "The tip is recorded. Name who needs to know it.")
            return redirect("tip", received.pk)
    return render(request, "sweeps/receive.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@seated
def tip(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One tip: what it is, who knows it, what came of it."""
    found = find.find_tip(seat, key)
    require(seat, "read", found.item)
    return render(request, "sweeps/tip.html", tip_page(seat, found))


def tip_page(seat: Seat, found: Tip, **forms: Form) -> dict[str, Any]:
    """What the page of a tip shows, with a form that came back wrong in its place."""
    return {
        "tip": found,
        "item": found.item,
        "page_marking": found.item,
        "starts": found.starts.all(),
        "named": NeedGrant.objects.filter(item=found.item, withdrawn_at=None, ends_at__gt=seat.now).select_related(
            "appointment__person", "appointment__position__organisation", "granted_by__person"
        ),
        "sweeps": find.sweeps(seat).filter(tip=found),
        "tear_lines": TearLine.objects.filter(item__in=find.known(seat), of=found.item).select_related("item__label"),
        "answers": found.answers.select_related("item", "sent_by__person").order_by("sent_at"),
        "may_ask": can(seat, "ask for a sweep", found.item),
        "may_answer": can(seat, "answer tip", found.item),
        "may_propose": can(seat, "propose tear-line", found.item),
        "may_grant": can(seat, "grant need", found.item),
        "answer_form": AnswerForm(auto_id="answer_%s"),
        "tear_line_form": TearLineForm(groups=SharingGroup.objects.all(), auto_id="tear_line_%s"),
        "grant_form": GrantForm(appointments=nameable(seat), auto_id="grant_%s"),
    } | forms


def nameable(seat: Seat) -> Any:
    """People of the reader's own organisation, in positions they hold."""
    return (
        Appointment.objects.filter(position__organisation=seat.appointment.position.organisation)
        .exclude(pk=seat.id)
        .select_related("person", "position__organisation")
        .order_by("person__name")
    )


@require_POST
@seated
def answer(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Answer the source of a tip."""
    found = find.find_tip(seat, key)
    form = AnswerForm(request.POST, auto_id="answer_%s")
    if form.is_valid():
        actions.answer_tip(found, by=seat, **form.cleaned_data)
        messages.success(request, "The answer went back to the source, under the tip's marking.")
        return redirect("tip", found.pk)
    return render(request, "sweeps/tip.html", tip_page(seat, found, answer_form=form), status=422)


@require_POST
@seated
def grant(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Name somebody who needs to know a tip and what comes of it."""
    from hustings.apps.items.actions import grant_need

    found = find.find_tip(seat, key)
    form = GrantForm(request.POST, appointments=nameable(seat), auto_id="grant_%s")
    if form.is_valid():
        ends = datetime.combine(form.cleaned_data["ends_on"] + timedelta(days=1), time(), UTC)
        try:
            grant_need(
                found.item,
                form.cleaned_data["appointment"],
                purpose=form.cleaned_data["purpose"],
                ends_at=ends,
                by=seat,
            )
        except BadInput as error:
            say(form, error)
        else:
            messages.success(
                request,
                f"{form.cleaned_data['appointment'].person.name} is named until {ends - timedelta(days=1):%d %b %Y}.",
            )
            return redirect("tip", found.pk)
    return render(request, "sweeps/tip.html", tip_page(seat, found, grant_form=form), status=422)


@require_POST
@seated
def propose(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Propose what may be told of a tip."""
    found = find.find_tip(seat, key)
    form = TearLineForm(request.POST, groups=SharingGroup.objects.all(), auto_id="tear_line_%s")
    if form.is_valid():
        proposed = actions.propose_tear_line(
            found.item, by=seat, text=form.cleaned_data["text"], target=form.marking(str(found.item.label.owner_id))
        )
        messages.success(request, "Proposed. A releasing authority of the source decides.")
        return redirect("tear-line", proposed.pk)
    return render(request, "sweeps/tip.html", tip_page(seat, found, tear_line_form=form), status=422)


@require_safe
@seated
def tear_line(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One tear-line: the words, the marking asked for, who decided."""
    found = find.find_tear_line(seat, key)
    require(seat, "read", found.item)
    waits = found.state == TearLineState.PROPOSED
    of = find.source_of(seat, found)
    context = {
        "tear_line": found,
        # Whoever is told what it is taken from reads under that marking.
        "page_marking": [found.item, *([of] if of is not None else [])],
        "may_decide": waits and of is not None and can(seat, "release", of, asked_by=found.proposed_by),
        "of": of,
    }
    return render(request, "sweeps/tear_line.html", context)


@require_POST
@seated
def decide(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Approve or refuse a tear-line."""
    found = find.find_tear_line(seat, key)
    approve = request.POST.get("decision") == "approve"
    try:
        actions.decide_tear_line(found, by=seat, approve=approve, reason=request.POST.get("reason", ""))
    except BadInput as error:
        messages.error(request, error.problems[0].do if error.problems else str(error))
    else:
        messages.success(request, "Approved: the words may be told." if approve else "Refused: nothing may be told.")
    return redirect("tear-line", found.pk)


@require_safe
@seated
def sweeps(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every sweep this person may know."""
    require(seat, "list sweeps")
    table = Table(
        request=request,
        caption="Sweeps",
        rows=find.sweeps(seat),
        columns=[
            Column(key="election", title="Election", link=lambda row: f"/sweeps/{row.pk}/"),
            Column(key="election_on", title="Election day"),
            Column(key="purpose", title="Purpose"),
            Column(key="state", title="State"),
            Column(key="requested_by.person.name", title="Asked for by"),
            Column(key="looked_at", title="Accounts searched", number=True),
            Column(key="found", title="Findings", number=True),
        ],
        find=["election", "purpose", "state", "requested_by__person__name"],
        marking=lambda row: row.item,
        empty="Searches that were asked for appear here, with who asked, who agreed and what was found.",
    )
    if table.wants_csv:
        return table.csv()
    return render(
        request,
        "sweeps/sweeps.html",
        {"table": table, "page_marking": table.shown or OWN, "may_ask": can(seat, "ask for a sweep")},
    )


@require_http_methods(["GET", "POST"])
@seated
def ask(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Ask for a sweep, of everybody in a table or from a tip."""
    allow(seat, "ask for a sweep")
    from_tip = find_from(request, seat)
    form = AskForm(request.POST or None, tables=find.tables(seat))
    if request.method == "POST" and form.is_valid():
        try:
            asked = actions.ask_for_sweep(by=seat, tip=from_tip, **form.cleaned_data)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Asked for. A second person has to agree before it runs.")
            return redirect("sweep", asked.pk)
    context = {"form": form, "tip": from_tip, "page_marking": from_tip.item if from_tip else OWN}
    return render(request, "sweeps/ask.html", context, status=422 if form.errors else 200)


def find_from(request: HttpRequest, seat: Seat) -> Tip | None:
    """The tip that the address names. An unreadable key is as unknown as any other."""
    from hustings.apps.permission import NotKnown

    key = request.GET.get("tip", "")
    if not key:
        return None
    try:
        return find.find_tip(seat, UUID(key))
    except ValueError:
        raise NotKnown from None


@require_safe
@seated
def sweep(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One sweep: why, among whom, who agreed, what was found."""
    found = find.find_sweep(seat, key)
    require(seat, "read", found.item)
    return render(request, "sweeps/sweep.html", sweep_page(seat, found))


def sweep_page(seat: Seat, found: Sweep) -> dict[str, Any]:
    """What the page of a sweep shows."""
    waits = found.state == State.ASKED
    return {
        "sweep": found,
        "page_marking": found.item,
        "may_second": waits and can(seat, "second a sweep", found.item, asked_by=found.requested_by),
        "may_withdraw": waits and found.requested_by_id == seat.id,
        "run": find.run_of(seat, found),
        "tied": found.tied.all(),
        "steps": steps(found),
    }


def steps(found: Sweep) -> list[dict[str, Any]]:
    """The dated history of a sweep, newest first."""
    said = [(found.item.made_at, f"Asked for by {found.requested_by.person.name}.")]
    if found.seconded_at and found.seconded_by:
        word = "Refused" if found.state == State.REFUSED else "Agreed to"
        said.append((found.seconded_at, f"{word} by {found.seconded_by.person.name}."))
    if found.started_at:
        said.append((found.started_at, "The search began."))
    if found.ended_at:
        said.append(
            (found.ended_at, "Done." if found.state == State.DONE else f"Ended without findings: {found.reason}")
        )
    return [{"at": at, "sentence": sentence} for at, sentence in reversed(said)]


@require_POST
@seated
def move(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Agree to a sweep, refuse it, or take it back."""
    found = find.find_sweep(seat, key)
    reason = request.POST.get("reason", "")
    try:
        match request.POST.get("move"):
            case "agree":
                actions.second_sweep(found, by=seat)
                messages.success(request, "Agreed. The search starts now; this page tells when it is done.")
            case "refuse":
                actions.refuse_sweep(found, by=seat, reason=reason)
                messages.success(request, "Refused, with your reason.")
            case "withdraw":
                actions.withdraw_sweep(found, by=seat, reason=reason)
                messages.success(request, "Taken back.")
            case other:
                messages.error(request, f"There is no step '{(other or '')[:20]}'. Use the buttons of the page.")
    except BadInput as error:
        messages.error(request, error.problems[0].do if error.problems else str(error))
    return redirect("sweep", found.pk)


@require_safe
@seated
def tables(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What can be searched: tables, by which rule they were collected, how many accounts they hold."""
    require(seat, "list sweeps")
    table = Table(
        request=request,
        caption="Tables that can be searched",
        rows=find.tables(seat),
        columns=[
            Column(key="item.title", title="Table"),
            Column(key="collected", title="Collected by the rule"),
            Column(key="actors", title="Accounts", number=True),
            Column(key="rows", title="Rows", number=True),
            Column(key="first", title="From"),
            Column(key="last", title="To"),
        ],
        find=["item__title", "collected"],
        marking=lambda row: row.item,
        empty="Tables of posts appear here once somebody registers them: hustings manage register_table.",
    )
    if table.wants_csv:
        return table.csv()
    return render(request, "sweeps/tables.html", {"table": table, "page_marking": table.shown or OWN})


@require_safe
def published(request: HttpRequest) -> HttpResponse:
    """For everybody: every sweep whose election is over, and how many more there were."""
    table = Table(
        request=request,
        caption="Sweeps of past elections",
        rows=find.published(),
        columns=[
            Column(key="election", title="Election"),
            Column(key="election_on", title="Election day"),
            Column(key="organisation", title="Searched by"),
            Column(key="purpose", title="Purpose"),
            Column(key="legal_ground", title="Legal ground"),
            Column(key="population", title="Among"),
            Column(key="looked_at", title="Accounts", number=True),
            Column(key="found", title="Findings", number=True),
        ],
        empty="A sweep is published here the day after the election that it protected.",
    )
    if table.wants_csv:
        return table.csv()
    return render(request, "sweeps/published.html", {"table": table, "others": find.unpublished(), "floor": find.FLOOR})
