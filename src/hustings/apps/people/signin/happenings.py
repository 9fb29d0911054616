"""What follows from a sign-in: the session says whose it is, since when, from where, and whether it is strong."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.signals import password_changed, password_reset, user_logged_in
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest

from hustings.apps.database import moment
from hustings.apps.people.models import Person
from hustings.apps.people.signin.session import ADDRESS, AGENT, BEGAN, ORGANISATION, STRONG, end_sessions
from hustings.apps.people.signin.told import told

__all__ = ["listen"]

SECOND = {"mfa", "provider"}


def signed_in(request: HttpRequest, user: Person, **named: Any) -> None:
    """A sign-in is complete."""
    session, adapter = request.session, get_adapter(request)
    records = get_authentication_records(request, user)
    session[STRONG] = any(record.get("method") in SECOND for record in records)
    session[BEGAN] = moment().isoformat()
    session[ADDRESS] = adapter.get_client_ip(request)
    session[AGENT] = adapter.get_http_user_agent(request)[:200]
    login = named.get("sociallogin")
    if login is not None:
        session[ORGANISATION] = login.state["organisation"]
    told("signed in", user, facts={"strong": session[STRONG], "by provider": login is not None})


def second_factor_added(request: HttpRequest, user: Person, authenticator: Any, **_: Any) -> None:
    """Whoever sets a second factor up has just shown it. It begins a new session, with a new key."""
    told("second factor added", user, facts={"kind": authenticator.type})
    if authenticator.type != authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
        request.session[STRONG] = True
        request.session.cycle_key()
        end_sessions(person=user.pk, but=request.session.session_key)


def second_factor_removed(request: HttpRequest, user: Person, authenticator: Any, **_: Any) -> None:
    """One way less to show who one is."""
    told("second factor removed", user, facts={"kind": authenticator.type})
    end_sessions(person=user.pk, but=request.session.session_key)


def password_is_new(request: HttpRequest, user: Person, **_: Any) -> None:
    """A new password ends every other session at once, not when it is next used."""
    told("password changed", user)
    end_sessions(person=user.pk, but=request.session.session_key)


def refused(credentials: dict[str, Any], **_: Any) -> None:
    """A sign-in was refused. The address tried is personal text; whether it has an account is not said."""
    told("sign-in refused", None, outcome="refused", text={"e-mail": str(credentials.get("email", ""))[:200]})


def code_refused(user: Person, **_: Any) -> None:
    """A second factor was not right, after the password was."""
    told("second factor refused", user, outcome="refused")


def listen() -> None:
    """Connect the above."""
    user_logged_in.connect(signed_in, dispatch_uid="signin.signed_in")
    authenticator_added.connect(second_factor_added, dispatch_uid="signin.added")
    authenticator_removed.connect(second_factor_removed, dispatch_uid="signin.removed")
    authentication_failed.connect(code_refused, dispatch_uid="signin.code_refused")
    password_changed.connect(password_is_new, dispatch_uid="signin.changed")
    password_reset.connect(password_is_new, dispatch_uid="signin.reset")
    user_login_failed.connect(refused, dispatch_uid="signin.refused")
