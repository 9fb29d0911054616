"""Who asks over TAXII: a service account, by HTTP Basic with its token as the password, or by the token alone."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from dataclasses import dataclass
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from hustings.apps.api_caller import slow_down
from hustings.apps.api_problem import ApiProblem
from hustings.apps.people.seat import Seat, sit
from hustings.apps.taxii.answer import TaxiiProblem
from hustings.apps.taxii.models import Account
from hustings.apps.tokens.actions import holder_of
from hustings.apps.tokens.scope import Scope
from hustings.policy.role import Role

__all__ = ["Caller", "caller_of"]

FAILED_A_MINUTE = 60
CHALLENGE = 'Basic realm="Hustings", charset="UTF-8", Bearer realm="Hustings"'


@dataclass(frozen=True, kw_only=True)
class Caller:
    """An account that proved itself, and what its token is for."""

    seat: Seat
    organisation: UUID
    reads: bool
    writes: bool


def caller_of(request: HttpRequest) -> Caller:
    """The account of a request; the rest of it acts from there, in Python and in the database.

    Raises   TaxiiProblem 401 for whatever is no account, one answer for all; 429 after too many that tried to log in
    """
    header = request.headers.get("Authorization", "")
    name, secret = login_in(header)
    found = holder_of(secret) if secret else None
    if found is None or Role.SERVICE not in found.seat.roles:
        raise no_account(request, header)
    sit(request, found.seat)
    if name is not None and not Account.objects.filter(pk=found.seat.appointment.pk, name=name).exists():
        raise no_account(request, header)
    return Caller(
        seat=found.seat,
        organisation=found.seat.appointment.position.organisation_id,
        reads=Scope.TAXII_READ in found.scopes,
        writes=Scope.TAXII_WRITE in found.scopes,
    )


def no_account(request: HttpRequest, header: str) -> TaxiiProblem:
    """The answer to who is no account. Many clients ask without a login first, to be told how: that is no guess."""
    if header:
        try:
            slow_down(f"address:{get_adapter(request).get_client_ip(request)}", FAILED_A_MINUTE)
        except ApiProblem as problem:
            return TaxiiProblem(429, "Too many failed logins", headers=problem.headers)
    return TaxiiProblem(401, "Log in as an account", headers={"WWW-Authenticate": CHALLENGE})


def login_in(header: str) -> tuple[str | None, str]:
    """The user name and the token in an `Authorization` header; a bearer says no name, and what is neither no token."""
    kind, _, given = header.strip().partition(" ")
    if kind.lower() == "bearer":
        return None, given.strip()
    if kind.lower() != "basic":
        return None, ""
    try:
        name, _, secret = b64decode(given.strip(), validate=True).decode("utf-8").partition(":")
    except (Error, UnicodeDecodeError, ValueError):
        return None, ""
    return name, secret
