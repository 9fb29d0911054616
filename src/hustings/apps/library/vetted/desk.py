"""The desk for what researchers ask: received by one person, decided by another, withdrawn by either; parse, call, render."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from hustings.apps.console.table import Column, Table
from hustings.apps.library.models import Vetting
from hustings.apps.library.vetted.actions import decide, found_by, receive, request_of, standing, withdraw
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import can, require
from hustings.errors import BadInput
from hustings.policy.vetting import Field, State, Step, may_decide

__all__ = ["one", "requests", "step"]

LOOKS = 50


def theirs(seat: Seat) -> QuerySet[Vetting]:
    """The requests that were asked of the reader's organisation; the row rule says the same."""
    return Vetting.objects.filter(held_by=seat.appointment.position.organisation_id).select_related(
        "person", "received_by__person", "decided_by__person", "withdrawn_by__person"
    )


@require_safe
@seated
def requests(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What was asked, by whom, and how it stands."""
    require(seat, "list vetted access")
    table = Table(
        request=request,
        caption="Requests of researchers",
        rows=theirs(seat),
        columns=[
            Column(key="asked_at", title="Asked", link=lambda row: reverse("library-vetting", args=[row.pk])),
            Column(key="name", title="Researcher"),
            Column(key="institution", title="Institution"),
            Column(key="outcome", title="State", value=lambda row: standing(row, seat.now).value),
            Column(key="ads", title="Ads", number=True),
            Column(key="until", title="Until"),
        ],
        empty="No researcher has asked to read more than everybody reads.",
    )
    return table.csv() if table.wants_csv else render(request, "library/desk/vettings.html", {"table": table})


def found(seat: Seat, key: UUID) -> Vetting:
    """One of theirs."""
    asked = theirs(seat).filter(pk=key).first()
    if asked is None:
        raise Http404
    return asked


@require_safe
@seated
def one(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One request with all that it says, what it would open, and what was read."""
    require(seat, "list vetted access")
    asked = found(seat, key)
    state = standing(asked, seat.now)
    rule, person = request_of(asked), str(seat.person.pk)
    too_much, opens = "", 0
    if state is State.RECEIVED:
        try:
            opens = len(found_by(asked, 10**18))
        except BadInput as error:
            too_much = str(error)
    context = {
        "asked": asked,
        "state": state,
        "fields": [(name, Field(name).sentence) for name in asked.fields],
        "opens": opens,
        "too_much": too_much,
        "may_receive": can(seat, "receive vetted access")
        and not may_decide(rule, Step.RECEIVE, person=person, now=seat.now),
        "may_decide": can(seat, "decide on vetted access", asked_by=asked.received_by)
        and not may_decide(rule, Step.REFUSE, person=person, now=seat.now),
        "may_withdraw": can(seat, "withdraw vetted access")
        and not may_decide(rule, Step.WITHDRAW, person=person, now=seat.now),
        "looks": asked.looks.order_by("-at", "-id")[:LOOKS],
    }
    return render(request, "library/desk/vetting.html", context)


@require_POST
@seated
def step(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Take a step."""
    asked = found(seat, key)
    move, words = request.POST.get("move", ""), request.POST.get("reason", "")[:2000]
    try:
        match move:
            case "receive":
                receive(asked, found=words, by=seat)
                done = "Received. Another person decides."
            case "grant":
                done = f"Granted: it opens {decide(asked, grant=True, reason=words, by=seat):,} ads."
            case "refuse":
                decide(asked, grant=False, reason=words, by=seat)
                done = "Refused. The researcher reads the reason."
            case "withdraw":
                withdraw(asked, reason=words, by=seat)
                done = "Withdrawn: nothing is shown from now on."
            case _:
                raise Http404
    except BadInput as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("library-vetting", key)
