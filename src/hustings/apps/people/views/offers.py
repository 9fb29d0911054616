"""Positions that were offered to the person who is signed in, whether or not they have one already."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hustings.apps import database
from hustings.apps.people import actions
from hustings.apps.people.models import Offer, Person
from hustings.apps.people.moving import CannotMove, serving
from hustings.apps.people.seat import seat_of
from hustings.apps.people.signin.session import STRONG
from hustings.apps.permission import NotKnown
from hustings.errors import BadInput

__all__ = ["answer", "offers"]


def strong_person(request: HttpRequest) -> Person:
    """Who is signed in, with a second factor; others have nothing here."""
    person = request.user
    if not isinstance(person, Person) or not request.session.get(STRONG):
        raise NotKnown
    return person


@require_safe
@login_required
def offers(request: HttpRequest) -> HttpResponse:
    """What is offered to this person."""
    person = strong_person(request)
    with serving(None):
        open_now = Offer.objects.filter(person=person, taken_at=None, withdrawn_at=None, ends_at__gt=database.moment())
        found = list(open_now.select_related("position__organisation", "position__site"))
    return render(request, "people/offers.html", {"offers": found})


@require_POST
@login_required
def answer(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take a position up, or say no."""
    person = strong_person(request)
    with serving(None):
        every = Offer.objects.select_related("position__organisation", "position__site", "person")
        found = every.filter(pk=key, person=person).first()
    if found is None:
        raise NotKnown
    if request.POST.get("answer") != "yes":
        actions.decline_offer(found, person=person)
        messages.success(request, "The offer is declined.")
        return redirect("offers")
    try:
        actions.take_up(found, person=person, by=seat_of(request))
    except (BadInput, CannotMove) as error:
        messages.error(request, str(error))
        return redirect("offers")
    messages.success(request, f"You are in the position {found.position.title} now. Choose it to act in it.")
    return redirect("signin:seat")
