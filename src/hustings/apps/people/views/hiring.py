"""Posts that need a clearance and somebody to fill them: the board, and one requisition."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from hustings.apps import database
from hustings.apps.console.table import Column, Table
from hustings.apps.people import actions
from hustings.apps.people.models import Requisition
from hustings.apps.people.moving import CannotMove
from hustings.apps.people.records import candidate_in, last, latest_per
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.people.views.desk import moves_of, only_officers
from hustings.apps.people.views.posts import own_position
from hustings.apps.permission import NotKnown, can
from hustings.policy.level import Level

__all__ = ["open_one", "requisition", "requisitions"]


@require_safe
@seated
def requisitions(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every post somebody is or was looked for."""
    own = only_officers(seat)
    now = database.moment()
    every = list(Requisition.objects.filter(position__organisation=own).select_related("position"))
    changes = latest_per("requisition", "requisition", every, now)
    table = Table(
        request=request,
        caption="Posts to fill",
        rows=[row(each, changes[each.pk]) for each in every if each.pk in changes],
        default="-since",
        columns=[
            Column(key="position", title="Position", link=lambda row: reverse("people:requisition", args=[row["pk"]])),
            Column(key="state", title="State"),
            Column(key="since", title="Since"),
            Column(key="candidate", title="Candidate"),
            Column(key="employment", title="Employed as"),
            Column(key="stated", title="Eligibility as stated"),
            Column(key="former", title="Former agency"),
            Column(key="cooling", title="Cooling off until"),
        ],
        empty="Open one from the page of a position that requires access.",
    )
    if table.wants_csv:
        return table.csv()
    return render(request, "people/requisitions.html", {"table": table, "organisation": own})


def row(found: Requisition, change: Any) -> dict[str, Any]:
    """One line of the board."""
    return {
        "pk": found.pk,
        "position": found.position.title,
        "state": change.state,
        "since": change.at,
        # The address that was typed in, not the name of an account: naming somebody tells nothing of them.
        "candidate": change.candidate.email if change.candidate is not None else "",
        "employment": change.employment,
        "stated": Level(change.stated_level).title if change.stated_level else "",
        "former": change.former_agency.name if change.former_agency is not None else "",
        "cooling": change.cooling_off_until,
    }


@require_safe
@seated
def requisition(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One requisition: how far it has come."""
    own = only_officers(seat)
    found = Requisition.objects.filter(pk=key, position__organisation=own).select_related("position").first()
    if found is None:
        raise NotKnown
    now = database.moment()
    change = last("requisition", {"requisition": found}, now)
    taken = candidate_in(found, now)
    history = [
        {
            "at": each.at,
            "sentence": f"The requisition is: {each.state}"
            + (f", {each.candidate.email} as {each.employment}." if each.candidate is not None else "."),
            "document": each.document,
            "note": each.note,
            "recorded_at": each.recorded_at,
        }
        for each in found.changes.select_related("candidate").order_by("-at", "-recorded_at")
    ]
    context = {
        "requisition": found,
        "row": row(found, change),
        "taken": taken,
        "history": history,
        "moves": moves_of("requisition", {"requisition": found}, now, seat),
    }
    return render(request, "people/requisition.html", context)


@require_POST
@seated
def open_one(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Begin to look for somebody for a position."""
    found = own_position(seat, key)
    if not can(seat, "see roster"):
        raise NotKnown
    document = request.POST.get("reason", "").strip()[:300] or "no document"
    try:
        made = actions.open_requisition(found, by=seat, document=document)
    except CannotMove as error:
        messages.error(request, str(error))
        return redirect("people:position", found.pk)
    return redirect("people:requisition", made.pk)
