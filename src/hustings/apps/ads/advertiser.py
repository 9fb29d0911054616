"""Who acts for advertisers in a request: a person signed in with a second factor who acts in no position here."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from hustings.apps import database
from hustings.apps.people.models import Person
from hustings.apps.people.seat import seat_of
from hustings.apps.people.signin.session import APPOINTMENT, ORGANISATION, STRONG

__all__ = ["AdvertiserMiddleware", "advertiser_of", "advertising"]

Named = ParamSpec("Named")


class AdvertiserMiddleware:
    """Tells the database which person acts for their sponsors, where nobody acts in a position. Never both at once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        person = self.find(request)
        request.advertiser = person  # type: ignore[attr-defined]
        database.advertiser(person.pk if person is not None else None)
        response = self.get_response(request)
        if person is not None and "Cache-Control" not in response:
            # As for people in a seat: no browser, proxy or back button keeps what is theirs.
            response["Cache-Control"] = "private, no-store"
        return response

    def find(self, request: HttpRequest) -> Person | None:
        """The person, if this session is strong, their own, and in no position."""
        if seat_of(request) is not None or not request.user.is_authenticated:
            return None
        session = request.session
        if not session.get(STRONG) or session.get(APPOINTMENT) or session.get(ORGANISATION):
            return None
        assert isinstance(request.user, Person)
        return request.user


def advertiser_of(request: HttpRequest) -> Person | None:
    """Who acts for advertisers in this request; nobody where a position is acted in."""
    return getattr(request, "advertiser", None)


def advertising(view: Callable[Concatenate[HttpRequest, Person, Named], HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the view who acts as the second argument; everybody else is asked to sign in, or told that they sit."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        person = advertiser_of(request)
        if person is None:
            if seat_of(request) is not None:
                from django.shortcuts import render

                return render(request, "ads/portal/seated.html", status=403)
            return redirect_to_login(request.get_full_path())
        return view(request, person, *args, **named)

    page.without_seat = True  # type: ignore[attr-defined]
    return page
