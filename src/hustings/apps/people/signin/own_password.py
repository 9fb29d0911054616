"""Pages about an account's own secrets are closed to sessions that an organisation's provider opened."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hustings.apps.people.signin.session import ORGANISATION

__all__ = ["own_password"]

Named = ParamSpec("Named")
View = Callable[Concatenate[HttpRequest, Named], HttpResponse]


def own_password(view: View[Named]) -> View[Named]:
    """Refuse the view to who came by a provider.

    An account may serve positions at several organisations; whoever runs one organisation's provider must not be able
    to set a password or a passkey with which the others are entered.
    """

    @wraps(view)
    def refusing(request: HttpRequest, /, *given: Named.args, **named: Named.kwargs) -> HttpResponse:
        if request.user.is_authenticated and request.session.get(ORGANISATION):
            return render(request, "signin/own_password.html", status=403)
        return view(request, *given, **named)

    return refusing
