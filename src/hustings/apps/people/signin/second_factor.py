"""Second factors: one-time codes that count once, recovery codes, passkeys; their secrets are sealed."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.adapter import get_adapter as mfa
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.internal.flows.add import validate_can_add_authenticator
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm

from hustings.apps.people.models import Person
from hustings.apps.people.signin.forms import plain
from hustings.apps.people.signin.one_time_code import counter_of
from hustings.apps.people.signin.seal import seal, unseal

__all__ = ["AskForSecond", "EnterCode", "EnterCodeAgain", "MakePasskey", "SecondFactors", "StartCodes", "enrol"]


class SecondFactors(DefaultMFAAdapter):
    """Hustings' answers to allauth's questions about second factors."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This code is not right, or it was used before. Wait for the next one."
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret before it is kept."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a kept secret."""
        return unseal(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last way to show who one is stays: without one nothing can be done but set one up."""
        others = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(pk=authenticator.pk)
        return bool(others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())

    def _get_site_name(self) -> str:
        return "Hustings"


def enrol(person: Person, secret: str) -> None:
    """Let an authenticator app with this secret count for the person."""
    Authenticator.objects.update_or_create(
        user=person, type=Authenticator.Type.TOTP, defaults={"data": {"secret": seal(secret)}}
    )


def take_code(person: Person, given: str) -> Authenticator:
    """The second factor whose code this is; the code is spent. Raises ValidationError."""
    clear = check_rate_limit(person)
    # Two requests with one code: the second waits here, and then finds it spent.
    held = Authenticator.objects.select_for_update().filter(user=person).exclude(type=Authenticator.Type.WEBAUTHN)
    for factor in held:
        if factor.type == Authenticator.Type.TOTP:
            counter = counter_of(
                unseal(factor.data["secret"]), given, seconds=time.time(), after=factor.data.get("spent", -1)
            )
            if counter is None:
                continue
            factor.data["spent"] = counter
            factor.save(update_fields=["data"])
        elif not factor.wrap().validate_code(given):
            continue
        clear()
        factor.user = person
        return factor
    raise mfa().validation_error("incorrect_code")


class EnterCode(AuthenticateForm):
    """Asked while signing in."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        plain(self)

    def clean_code(self) -> str:
        """Check the code and spend it."""
        given: str = self.cleaned_data["code"]
        self.authenticator = take_code(self.user, given)
        return given


class EnterCodeAgain(ReauthenticateForm):
    """Asked before something dangerous."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        plain(self)

    def clean_code(self) -> str:
        """Check the code and spend it."""
        given: str = self.cleaned_data["code"]
        self.authenticator = take_code(self.user, given)
        return given


class StartCodes(ActivateTOTPForm):
    """Asked when an authenticator app is set up: the app has to show that it took the secret."""

    def clean_code(self) -> str:
        """Check the first code of the new app."""
        validate_can_add_authenticator(self.user)
        clear = check_rate_limit(self.user, error_key="rate_limited")
        given: str = self.cleaned_data["code"]
        if counter_of(self.secret, given, seconds=time.time(), after=-1) is None:
            raise mfa().validation_error("incorrect_code")
        clear()
        return given


class MakePasskey(AddWebAuthnForm):
    """Asked when a passkey is made: it has to know its holder (a finger, a face, a PIN), so it signs in alone."""

    def clean(self) -> dict[str, Any]:
        """Check what the device answered."""
        self.cleaned_data["passwordless"] = True
        cleaned: dict[str, Any] = super().clean()
        return cleaned


class AskForSecond(AuthenticateStage):
    """Asks for the second factor, unless the person's organisation just had its own provider do so."""

    def handle(self) -> tuple[Any, bool]:
        """Ask, or go on."""
        login = (self.login.signal_kwargs or {}).get("sociallogin")
        if login is not None and login.state.get("strong"):
            record_authentication(self.request, self.login.user, "provider")
            return None, True
        answer: tuple[Any, bool] = super().handle()
        return answer
