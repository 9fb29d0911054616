"""The first page: what needs this person now, or for a visitor what this place is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hustings.apps.console.registry import attention
from hustings.apps.people.seat import seat_of

__all__ = ["home"]


def home(request: HttpRequest) -> HttpResponse:
    """What needs this person now; a visitor's front page; or, signed in without a position, what to do about it."""
    seat = seat_of(request)
    if seat is not None:
        return render(request, "console/home.html", {"waiting": attention(seat), "roles": sorted(seat.roles)})
    if request.user.is_authenticated:
        return render(request, "console/no_position.html")
    return render(request, "console/front.html")
