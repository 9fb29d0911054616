"""A page for who has a seat; everybody else is asked to sign in, whatever the address, known or not."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from hustings.apps.people.seat import Seat, seat_of

__all__ = ["seated"]

P = ParamSpec("P")


def seated(view: Callable[Concatenate[HttpRequest, Seat, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the view its reader's seat as the second argument."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        seat = seat_of(request)
        if seat is None:
            return redirect_to_login(request.get_full_path())
        return view(request, seat, *args, **named)

    return page
