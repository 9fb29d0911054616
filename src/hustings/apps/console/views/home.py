"""The first page: what needs this person now, or for a visitor what this place is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hustings.apps.console.context import OWN
from hustings.apps.console.registry import attention
from hustings.apps.people.seat import seat_of

__all__ = ["home"]


def home(request: HttpRequest) -> HttpResponse:
    """What needs this person now; a visitor's front page; or, signed in without a position, what to do about it."""
    seat = seat_of(request)
    if seat is not None:
        waiting = attention(seat)
        told = [each.item for each in waiting if each.item is not None]
        context = {"waiting": waiting, "roles": sorted(seat.roles), "page_marking": told or OWN}
        return render(request, "console/home.html", context)
    if request.user.is_authenticated:
        return render(request, "console/no_position.html")
    return render(request, "console/front.html")
