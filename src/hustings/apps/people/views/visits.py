"""Reading-room visits: asked for by who has access, authorised by the security officer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from hustings.apps import database
from hustings.apps.console.table import Column, Table
from hustings.apps.people import actions
from hustings.apps.people.forms import VisitForm
from hustings.apps.people.models import Site, Visit
from hustings.apps.people.moving import CannotMove, serving
from hustings.apps.people.records import latest_per
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.people.views.desk import moves_of
from hustings.apps.permission import can, find, readable
from hustings.errors import BadInput
from hustings.policy.level import Level
from hustings.policy.state import Facility

__all__ = ["ask", "visits"]


@require_safe
@seated
def visits(request: HttpRequest, seat: Seat) -> HttpResponse:
    """One's own visits; for the security officer and the auditor those of the organisation."""
    now = database.moment()
    every = Visit.objects.select_related("appointment__person", "appointment__position", "site__organisation")
    office = can(seat, "see roster")
    if office:
        every = every.filter(appointment__position__organisation=seat.appointment.position.organisation_id)
    else:
        every = every.filter(appointment=seat.appointment)
    found = list(every.order_by("-starts_at"))
    changes = latest_per("visit", "visit", found, now)
    rows = [row(each, changes[each.pk], seat) for each in found if each.pk in changes]
    table = Table(
        request=request,
        caption="Visits",
        rows=rows,
        default="-starts_at",
        columns=[
            Column(key="starts_at", title="From"),
            Column(key="ends_at", title="Until"),
            Column(key="person", title="Who"),
            Column(key="site", title="Reading room"),
            Column(key="level", title="Level"),
            Column(key="state", title="State"),
            Column(key="purpose", title="Purpose"),
        ],
        empty="Visits that are asked for appear here.",
    )
    if table.wants_csv:
        return table.csv()
    waiting = [each for each in rows if each["moves"]]
    return render(request, "people/visits.html", {"table": table, "office": office, "waiting": waiting})


def row(visit: Visit, change: Any, seat: Seat) -> dict[str, Any]:
    """One visit, with what this reader may do about it."""
    subject = {"visit": visit}
    return {
        "pk": visit.pk,
        "starts_at": visit.starts_at,
        "ends_at": visit.ends_at,
        "person": visit.appointment.person.name,
        "site": f"{visit.site.name}, {visit.site.organisation.name}",
        "level": Level(visit.level).title,
        "state": str(change.state),
        "purpose": visit.purpose,
        "moves": [(name, url) for name, url, _ in moves_of("visit", subject, seat.now, seat)],
    }


@require_http_methods(["GET", "POST"])
@seated
def ask(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Ask for an hour."""
    items = readable(seat).filter(label__level__gt=0).select_related("label").order_by("-made_at")[:200]
    form = VisitForm(
        request.POST or None, items=[(str(each.pk), each.title) for each in items], sites=reading_rooms(seat)
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                item = find(seat, data["item"])
                actions.ask_visit(data["site"], item, data["starts_at"], data["ends_at"], data["purpose"], by=seat)
        except (BadInput, CannotMove) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The visit is asked for. Your security officer sends the authorisation ahead.")
            return redirect("people:visits")
    context = {"form": form, "title": "Ask for a visit", "back": reverse("people:visits"), "act": "Ask for it"}
    context["words"] = (
        "What is above unclassified is not kept here. You read it where it is kept; your level and need to know are "
        "sent ahead."
    )
    return render(request, "people/form.html", context, status=422 if form.errors else 200)


def reading_rooms(seat: Seat) -> Any:
    """Sites where something may be kept now, of whatever organisation. Up to which level is not told."""
    with serving(seat):
        held = list(latest_per("facility", "site", Site.objects.all(), database.moment()).values())
    good = [each.site_id for each in held if each.state == Facility.GRANTED and each.safeguarding > 0]
    return Site.objects.filter(pk__in=good).select_related("organisation").order_by("organisation__name", "name")
