"""The pages of data protection: parse, call, render."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.core.ratelimit import consume
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.apps.console.context import OWN
from hustings.apps.console.table import Column, Table
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import can, require
from hustings.apps.privacy import actions, find
from hustings.apps.privacy.forms import AskForm
from hustings.apps.privacy.held import draft, held_about
from hustings.apps.privacy.models import SubjectRequest
from hustings.errors import BadInput
from hustings.policy.retention import KEPT
from hustings.policy.subject_request import REFUSE, WORK, State, Wanted

__all__ = ["ask", "asked", "kept", "move", "requests", "subject_request"]


@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """For everybody: what is kept how long, and what was deleted."""
    rows = Table(
        request=request,
        caption="What is kept, and how long",
        name="kept",
        rows=list(KEPT.values()),
        per_page=100,
        columns=[
            Column(key="table", title="Table"),
            Column(key="holds", title="Holds"),
            Column(key="whose", title="About"),
            Column(key="period", title="Kept"),
            Column(key="since", title="From"),
            Column(key="ended", title="Ends", value=lambda row: row.reason or row.ended.sentence),
            Column(key="basis", title="Ground"),
        ],
    )
    gone = Table(
        request=request,
        caption="What was deleted",
        name="gone",
        rows=find.deletions(),
        default="-at",
        per_page=25,
        columns=[
            Column(key="at", title="When"),
            Column(key="table", title="Table"),
            Column(key="rows", title="Rows", number=True),
            Column(key="index", title="Entry in the log", number=True, value=lambda row: row.index),
            Column(key="digest", title="Digest of the keys", value=lambda row: row.digest[:16]),
        ],
        empty="Batches of rows that were past their time appear here once they are deleted.",
    )
    for table in (rows, gone):
        if table.wants_csv:
            return table.csv()
    return render(request, "privacy/kept.html", {"kept": rows, "gone": gone})


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """For everybody: ask what is held about an account, or object. The answer here is the same for every account."""
    form = AskForm(request.POST or None, organisations=find.answering())
    if request.method == "POST" and form.is_valid():
        if not consume(request, action="privacy_ask"):
            form.add_error(None, "Too many requests came from where you are. Try again in an hour.")
            return render(request, "privacy/ask.html", {"form": form}, status=429)
        said = form.cleaned_data
        reference = actions.ask(
            organisation=UUID(said["organisation"]), wanted=Wanted(said["wanted"]),
            **{name: said[name].strip() for name in ("platform", "account", "contact", "showing", "words")},
        )  # fmt: skip
        return redirect("asked-about-data", reference)
    return render(request, "privacy/ask.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def asked(request: HttpRequest, reference: UUID) -> HttpResponse:
    """What happens next. Nothing is looked up: any reference gives the same page."""
    return render(request, "privacy/asked.html", {"reference": reference})


@require_safe
@seated
def requests(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every request this person may know."""
    require(seat, WORK)
    table = Table(
        request=request,
        caption="Requests about data",
        rows=find.requests(seat),
        columns=[
            Column(key="wanted", title="Wants", link=lambda row: f"/data-protection/requests/{row.pk}/"),
            Column(key="platform", title="Platform"),
            Column(key="account", title="Account"),
            Column(key="state", title="State"),
            Column(key="received_at", title="Received"),
            Column(key="due_at", title="Due"),
        ],
        find=["wanted", "platform", "account", "state"],
        marking=lambda row: row.item,
        empty="What people ask at /data-protection/ask/ appears here.",
    )
    if table.wants_csv:
        return table.csv()
    return render(request, "privacy/requests.html", {"table": table, "page_marking": table.shown or OWN})


@require_safe
@seated
def subject_request(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One request: who asks, what is held as far as this person may know, and what may be told."""
    found = find.find_request(seat, key)
    require(seat, "read", found.item)
    return render(request, "privacy/request.html", request_page(seat, found))


def request_page(seat: Seat, found: SubjectRequest) -> dict[str, Any]:
    """What the page of a request shows. What is held is looked up for who works on it, while it is open, alone."""
    state = State(found.state)
    works = state.open and can(seat, WORK, found.item)
    held = held_about(found.platform, found.account, by=seat) if works else []
    return {
        "asked": found,
        "wanted": Wanted(found.wanted).sentence,
        "held": held,
        "page_marking": [found.item, *(one.item for one in held)],
        "may_show": works and state is State.RECEIVED,
        "may_answer": works and state is State.SHOWN,
        "may_propose": works and state in (State.RECEIVED, State.SHOWN),
        "may_extend": works and not found.extended_for,
        "may_decide": state is State.PROPOSED and can(seat, REFUSE, found.item, asked_by=found.proposed_by),
        "may_uphold": found.wanted in (Wanted.OBJECTION, Wanted.ERASURE),
        "draft": draft(held),
        "steps": steps(found),
    }


def steps(found: SubjectRequest) -> list[dict[str, Any]]:
    """The dated history of a request, newest first."""
    said = [(found.received_at, "Handed in.")]
    if found.shown_at and found.shown_by:
        said.append((found.shown_at, f"{found.shown_by.person.name} saw that the account is theirs: {found.shown_how}"))
    if found.decided_at and found.decided_by:
        word = "Refused, as a second person," if found.state == State.REFUSED else "Answered"
        said.append((found.decided_at, f"{word} by {found.decided_by.person.name}."))
    return [{"at": at, "sentence": sentence} for at, sentence in reversed(said)]


@require_POST
@seated
def move(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Move a request on."""
    found = find.find_request(seat, key)
    reason = request.POST.get("reason", "")[:500]
    try:
        match request.POST.get("move"):
            case "show":
                actions.show_identity(found, by=seat, how=reason)
                messages.success(request, "Recorded. Now it can be answered.")
            case "answer":
                text, upheld = request.POST.get("answer", "")[:20_000], request.POST.get("upheld") == "1"
                actions.answer(found, by=seat, text=text, upheld=upheld)
                messages.success(request, "Kept as answered. Send the very words to the person.")
            case "propose":
                actions.propose_refusal(found, by=seat, ground=reason)
                messages.success(request, "Proposed. A second person decides.")
            case "refuse":
                actions.decide_refusal(found, by=seat, agree=True)
                messages.success(request, "Refused. Tell the person the ground, and where to complain.")
            case "back":
                actions.decide_refusal(found, by=seat, agree=False, reason=reason)
                messages.success(request, "Sent back to be worked on.")
            case "extend":
                actions.extend(found, by=seat, reason=reason)
                messages.success(request, "Two months more. Tell the person why before the first month is over.")
            case other:
                messages.error(request, f"There is no step '{(other or '')[:20]}'. Use the buttons of the page.")
    except BadInput as error:
        problem = error.problems[0]
        messages.error(request, f"{error.what} Expected {problem.expected}. {problem.do}")
    return redirect("subject-request", found.pk)
