"""How accounts are signed in to: no sign-up, no e-mail linking, and a fresh proof before anything dangerous."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core import context
from django.http import HttpRequest

from hustings.apps.people.models import Person
from hustings.apps.people.signin.fresh import is_fresh
from hustings.apps.remembered import remembered

__all__ = ["AccountAdapter", "Backend"]


class Backend(AuthenticationBackend):
    """Finds who is signed in; the session brings the person along."""

    def get_user(self, user_id: Any) -> Person | None:
        """The person, unless the account is closed."""
        person: Person | None = remembered(
            ("person", str(user_id)), lambda: AuthenticationBackend.get_user(self, user_id)
        )
        return person if person is not None and self.user_can_authenticate(person) else None


class AccountAdapter(DefaultAccountAdapter):
    """Hustings' answers to allauth's questions."""

    # The same words whatever was wrong: nobody learns here whether an account exists.
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "E-mail address or password is not right.",
        "account_inactive": "E-mail address or password is not right.",
        "incorrect_code": "This code is not right, or it was used before. Wait for the next one.",
        "too_many_login_attempts": "Too many attempts. Wait five minutes, then try again.",
        "rate_limited": "Too many attempts. Wait five minutes, then try again.",
        "incorrect_password": "This password is not right.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: people come by invitation."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        """The person of these credentials. A closed account is told nothing that a wrong password is not told."""
        person: Person | None = super().authenticate(request, **credentials)
        return person if person is not None and person.is_active else None

    def reauthenticate(self, user: Person, password: str) -> bool:
        """Whether this is the person's password; the address is the account's, not one they added."""
        again = self.authenticate(context.request, email=user.email, password=password)
        return again is not None and again.pk == user.pk

    def is_reauthentication_required(self, *, app: str, **named: Any) -> bool:
        """Ask again unless it is a moment ago."""
        return not is_fresh(context.request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Who has a second factor shows that one; a password alone is not enough for what is dangerous."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        strong = [method for method in methods if method["id"].startswith("mfa_")]
        return strong or methods

    def send_notification_mail(self, template_prefix: str, user: Person, *named: Any, **more: Any) -> None:
        """Tell the person by mail what happened to their account."""
        super().send_notification_mail(template_prefix, user, *named, email=user.email, **more)

    def add_message(self, *named: Any, **more: Any) -> None:
        """Nothing: pages say what is the case, in their own words."""

    def get_login_stages(self) -> list[str]:
        """The steps of a sign-in; the second factor is asked our way."""
        ours = {"allauth.mfa.stages.AuthenticateStage": "hustings.apps.people.signin.second_factor.AskForSecond"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]
