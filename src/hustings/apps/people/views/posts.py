"""The pages of one's own organisation: its sites with their clearances, its positions, and whom they are offered to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.apps import database
from hustings.apps.console.table import Column, Table
from hustings.apps.people import actions
from hustings.apps.people.forms import OfferForm, PositionForm, SiteForm
from hustings.apps.people.mail import send_offer
from hustings.apps.people.models import FacilityChange, Offer, Position, PositionChange, Site
from hustings.apps.people.moving import CannotMove
from hustings.apps.people.records import last, latest_per
from hustings.apps.people.roster import posts
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.people.views.desk import moves_of
from hustings.apps.permission import NotKnown, Refused, can, require
from hustings.errors import BadInput
from hustings.policy.level import Level
from hustings.policy.role import Role
from hustings.policy.state import Held

__all__ = ["add_position", "add_site", "offer", "organisation", "position", "site", "withdraw"]


def only_offices(seat: Seat) -> None:
    """Posts and sites tell who may be worth an attack: for others there is no such page."""
    try:
        require(seat, "see posts")
    except Refused as refused:
        raise NotKnown(refused.decision) from refused


@require_safe
@seated
def organisation(request: HttpRequest, seat: Seat) -> HttpResponse:
    """One's own organisation: sites, positions, open offers."""
    only_offices(seat)
    own = seat.appointment.position.organisation
    now = database.moment()
    table = Table(
        request=request,
        caption="Positions",
        rows=[
            {
                "pk": position.pk,
                "title": position.title,
                "site": position.site.name,
                "state": change.state,
                "roles": ", ".join(change.roles),
                "requires": Level(change.level).title if change.level else "",
                "people": count,
                "instrument": change.instrument,
            }
            for position, change, count in posts(own, now)
        ],
        default="title",
        columns=[
            Column(key="title", title="Position", link=lambda row: reverse("people:position", args=[row["pk"]])),
            Column(key="site", title="Site"),
            Column(key="state", title="State"),
            Column(key="roles", title="Roles"),
            Column(key="requires", title="Requires"),
            Column(key="people", title="People", number=True),
            Column(key="instrument", title="Contract or agreement"),
        ],
        empty="Positions that an administrator opens appear here.",
    )
    if table.wants_csv:
        return table.csv()
    sites = list(own.sites.order_by("name"))
    cleared = latest_per("facility", "site", sites, now)
    offers = Offer.objects.filter(position__organisation=own, taken_at=None, withdrawn_at=None, ends_at__gt=now)
    context = {
        "organisation": own,
        "table": table,
        "sites": [(each, cleared.get(each.pk), facility_words(cleared.get(each.pk))) for each in sites],
        "offers": offers.select_related("person", "position").order_by("ends_at"),
        "administrator": can(seat, "keep positions"),
        "inviter": can(seat, "invite"),
        "roster": can(seat, "see roster"),
    }
    return render(request, "people/organisation.html", context)


def facility_words(change: Any) -> str:
    """A facility clearance in words."""
    if change is None:
        return "none"
    up_to = f" up to {Level(change.level).title}" if change.level else ""
    kept = f", keeping up to {Level(change.safeguarding).title}" if change.safeguarding else ", nothing is kept there"
    return f"{change.state}{up_to}{kept if change.level else ''}"


def own_site(seat: Seat, key: UUID) -> Site:
    """A site of the reader's organisation."""
    only_offices(seat)
    found = Site.objects.filter(pk=key, organisation=seat.appointment.position.organisation_id).first()
    if found is None:
        raise NotKnown
    return found


def own_position(seat: Seat, key: UUID) -> Position:
    """A position of the reader's organisation."""
    only_offices(seat)
    every = Position.objects.select_related("site", "organisation")
    found = every.filter(pk=key, organisation=seat.appointment.position.organisation_id).first()
    if found is None:
        raise NotKnown
    return found


@require_safe
@seated
def site(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One site: its clearance, its history, the positions there."""
    found = own_site(seat, key)
    now = database.moment()
    subject = {"site": found}
    changes = FacilityChange.objects.filter(site=found, at__lte=now).order_by("-at", "-recorded_at")
    history = [
        {
            "at": change.at,
            "sentence": f"The facility clearance is {facility_words(change)}"
            + (f", sponsored by {change.sponsor}." if change.sponsor is not None else "."),
            "document": change.document,
            "note": change.note,
            "recorded_at": change.recorded_at,
        }
        for change in changes
    ]
    context = {
        "site": found,
        "now": facility_words(last("facility", subject, now)),
        "history": history,
        "moves": moves_of("facility", subject, now, seat),
        "positions": [
            (each, change, count)
            for each, change, count in posts(found.organisation, now)
            if each.site_id == found.pk and change.state == Held.IN_FORCE
        ],
    }
    return render(request, "people/site.html", context)


@require_safe
@seated
def position(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One position: what it requires and lets do, by which contract, who is in it, and how it came to be so."""
    found = own_position(seat, key)
    now = database.moment()
    subject = {"position": found}
    change = last("position", subject, now)
    roster = can(seat, "see roster")
    held = latest_per("appointment", "appointment", found.appointments.select_related("person"), now).values()
    context = {
        "position": found,
        "change": change,
        "required": Level(change.level).title if change is not None and change.level else "none",
        "roles": [Role(role) for role in change.roles] if change is not None else [],
        "compartments": len(change.compartments) if change is not None else 0,
        "history": [position_step(each) for each in found.changes.filter(at__lte=now).order_by("-at", "-recorded_at")],
        "moves": moves_of("position", subject, now, seat),
        "inside": [each.appointment for each in held if each.state == Held.IN_FORCE],
        "roster": roster,
        "offers": found.offers.filter(taken_at=None, withdrawn_at=None, ends_at__gt=now).select_related("person"),
        "inviter": can(seat, "invite") and change is not None and change.state == Held.IN_FORCE,
        "requires_access": change is not None and change.state == Held.IN_FORCE and change.level > 0,
        "officer": can(seat, "keep clearances"),
    }
    return render(request, "people/position.html", context)


def position_step(change: PositionChange) -> dict[str, Any]:
    """One change of a position, in a sentence; compartments are counted, not named."""
    if change.state == Held.ENDED:
        sentence = "The position ends."
    else:
        level = f"access up to {Level(change.level).title}" if change.level else "no access"
        more = f" and {len(change.compartments)} compartments" if change.compartments else ""
        roles = ", ".join(change.roles) or "no role"
        sentence = f"The position is in force with {roles}; it requires {level}{more}."
    return {
        "at": change.at,
        "sentence": sentence,
        "document": change.document,
        "note": change.note,
        "recorded_at": change.recorded_at,
    }


@require_http_methods(["GET", "POST"])
@seated
def add_position(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Open a position."""
    require(seat, "keep positions")
    own = seat.appointment.position.organisation
    form = PositionForm(request.POST or None, organisation=own)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        roles = [Role(role) for role in data["roles"]]
        try:
            made = actions.open_position(data["site"], data["title"], roles, by=seat, document=data["document"])
        except (BadInput, CannotMove) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The position is open. It requires no access until the security officer says so.")
            return redirect("people:position", made.pk)
    context = {"form": form, "title": "Open a position", "back": reverse("people:organisation"), "act": "Open it"}
    context["words"] = "A position exists whether or not somebody is in it. It begins without access."
    return render(request, "people/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@seated
def add_site(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Record a site."""
    require(seat, "keep positions")
    own = seat.appointment.position.organisation
    form = SiteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                made = actions.add_site(own, data["name"], data["address"], data["country"], by=seat)
        except IntegrityError:
            form.add_error("name", "Your organisation has a site of this name. Choose another.")
        else:
            return redirect("people:site", made.pk)
    context = {"form": form, "title": "Record a site", "back": reverse("people:organisation"), "act": "Record it"}
    context["words"] = "A site begins without a facility clearance; one site's clearance does not cover another."
    return render(request, "people/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@seated
def offer(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Offer a position to somebody by their e-mail address."""
    found = own_position(seat, key)
    require(seat, "invite")
    form = OfferForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made, secret = actions.offer_position(found, data["email"], data["employment"], by=seat)
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            send_offer(request, made, secret)
            # The same words whether there was an account: that is not the inviter's to know.
            messages.success(request, f"The offer was sent to {data['email']}. It is open for 14 days.")
            return redirect("people:position", found.pk)
    context = {"form": form, "title": f"Offer {found.title}", "act": "Send the offer"}
    context["back"] = reverse("people:position", args=[found.pk])
    context["words"] = "The person takes the position up themself, signed in. No access comes with it."
    return render(request, "people/form.html", context, status=422 if form.errors else 200)


@require_POST
@seated
def withdraw(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Take an offer back."""
    found = Offer.objects.filter(pk=key, position__organisation=seat.appointment.position.organisation_id).first()
    if found is None:
        raise NotKnown
    actions.withdraw_offer(found, by=seat)
    messages.success(request, "The offer is withdrawn.")
    return redirect("people:position", found.position_id)
