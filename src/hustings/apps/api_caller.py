"""Who calls the interface: a program by its token, or a page of ours by the session it stands in."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from ninja.security.apikey import APIKeyCookie
from ninja.security.http import HttpAuthBase
from ninja.utils import check_csrf

from hustings.apps.api_problem import ApiProblem
from hustings.apps.people.seat import Seat, seat_of, sit
from hustings.apps.tokens.actions import Holder, holder_of
from hustings.apps.tokens.scope import Scope

__all__ = ["caller", "holder", "needs"]

FAILED_A_MINUTE = 60


def needs(*scopes: Scope) -> list[Any]:
    """What an operation says of its callers: sessions, and tokens with all of these scopes."""
    return [Token(frozenset(scopes)), Session()]


def caller(request: HttpRequest) -> Seat:
    """The seat that calls; operations with `needs` always have one."""
    seat = seat_of(request)
    if seat is None:
        raise ApiProblem("not_signed_in")
    return seat


def holder(request: HttpRequest) -> Holder | None:
    """The token that calls, if it is one."""
    return getattr(request, "holder", None)


def slow_down(who: str, most: int) -> None:
    """Count this call. Raises ApiProblem when there were too many in the last minute."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT calls_of_late(%s, %s)", [who, most])
        if cursor.fetchone()[0]:
            raise ApiProblem("too_many", headers={"Retry-After": "60"})


class Token(HttpAuthBase):
    """`Authorization: Bearer hustings_...`"""

    openapi_scheme = "bearer"

    def __init__(self, scopes: frozenset[Scope]) -> None:
        self.scopes = scopes
        super().__init__()

    def __call__(self, request: HttpRequest) -> Any:
        """The seat of the token. A bad token is refused even where a session stands beside it."""
        given = request.headers.get("Authorization")
        if given is None:
            return None
        kind, _, secret = given.partition(" ")
        found = holder_of(secret.strip()) if kind.lower() == "bearer" else None
        if found is None:
            request.seat = None  # type: ignore[attr-defined]
            slow_down(f"address:{get_adapter(request).get_client_ip(request)}", FAILED_A_MINUTE)
            raise ApiProblem("not_signed_in")
        slow_down(f"token:{found.token}", settings.HUSTINGS_API_CALLS_A_MINUTE)
        lacking = self.scopes - found.scopes
        if lacking:
            raise ApiProblem("scope", f"The token lacks {', '.join(sorted(lacking))}.")
        request.holder = found  # type: ignore[attr-defined]
        sit(request, found.seat)
        return found.seat


class Session(APIKeyCookie):
    """The cookie of a signed-in browser. What changes something needs the token of the page as well."""

    param_name = "sessionid"

    def __call__(self, request: HttpRequest) -> Any:
        """The seat of the session."""
        seat = seat_of(request)
        if seat is None or "Authorization" in request.headers:
            return None
        if check_csrf(request) is not None:
            raise ApiProblem("no_csrf_token")
        slow_down(f"seat:{seat.id}", settings.HUSTINGS_API_CALLS_A_MINUTE)
        return seat

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """Not asked: the session middleware knows."""
        return seat_of(request)
