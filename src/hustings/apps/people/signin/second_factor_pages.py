"""The pages on which people set their second factors up and take them away."""

from __future__ import annotations

import base64
import json

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.signals import authenticator_added, authenticator_removed
from allauth.mfa.totp.internal.auth import TOTP, clear_totp_secret
from allauth.mfa.webauthn.internal.auth import WebAuthn, begin_registration
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hustings.apps.people.models import Person
from hustings.apps.people.signin.fresh import asks_again
from hustings.apps.people.signin.own_password import own_password
from hustings.apps.people.signin.second_factor import MakePasskey, StartCodes
from hustings.apps.people.signin.session import STRONG
from hustings.apps.people.signin.told import told

__all__ = ["codes", "passkey", "recovery", "remove", "second_factors"]

KINDS = Authenticator.Type


def of(request: HttpRequest) -> Person:
    """The person of the request."""
    assert isinstance(request.user, Person)
    return request.user


@never_cache
@login_required
@require_GET
@own_password
def second_factors(request: HttpRequest) -> HttpResponse:
    """What this person shows beside the password, and how much of it is left."""
    held = list(Authenticator.objects.filter(user=of(request)).order_by("created_at"))
    spare = next((each.wrap() for each in held if each.type == KINDS.RECOVERY_CODES), None)
    ways = [each for each in held if each.type != KINDS.RECOVERY_CODES]
    return render(
        request,
        "signin/second_factors.html",
        {
            "ways": [(each, each.wrap().name if each.type == KINDS.WEBAUTHN else "Authenticator app") for each in ways],
            "has_codes": any(each.type == KINDS.TOTP for each in ways),
            "may_remove": len(ways) > 1,
            "spare": len(spare.get_unused_codes()) if spare else 0,
            "strong": bool(request.session.get(STRONG)),
        },
    )


def with_spare_codes(request: HttpRequest, added: Authenticator) -> HttpResponse:
    """Tell that a way in was added; with the first one come recovery codes, shown next."""
    person = of(request)
    new = not Authenticator.objects.filter(user=person, type=KINDS.RECOVERY_CODES).exists()
    if new:
        RecoveryCodes.activate(person)
    authenticator_added.send(sender=Authenticator, request=request, user=person, authenticator=added)
    return redirect("signin:recovery" if new else "signin:second_factors")


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
@own_password
@asks_again
def codes(request: HttpRequest) -> HttpResponse:
    """Set an authenticator app up: the picture holds the secret, the first code shows that the app took it."""
    person = of(request)
    if Authenticator.objects.filter(user=person, type=KINDS.TOTP).exists():
        return redirect("signin:second_factors")
    form = StartCodes(request.POST or None, user=person)
    form.fields["code"].label = "Code that the app shows now"
    form.fields["code"].widget.attrs.pop("placeholder", None)
    if request.method == "POST" and form.is_valid():
        added = TOTP.activate(person, form.secret).instance
        clear_totp_secret(request)
        return with_spare_codes(request, added)
    adapter = get_adapter()
    url = adapter.build_totp_url(person, form.secret)
    picture = base64.b64encode(adapter.build_totp_svg(url).encode()).decode()
    return render(
        request,
        "signin/codes.html",
        {"form": form, "picture": f"data:image/svg+xml;base64,{picture}", "secret": form.secret, "url": url},
    )


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
@own_password
@asks_again
def passkey(request: HttpRequest) -> HttpResponse:
    """Make a passkey on this device or on a key."""
    person = of(request)
    form = MakePasskey(request.POST or None, user=person)
    form.fields.pop("passwordless", None)
    form.fields["name"].label = "Name, to tell your passkeys apart"
    if request.method == "POST" and form.is_valid():
        added = WebAuthn.add(person, form.cleaned_data["name"], form.cleaned_data["credential"]).instance
        return with_spare_codes(request, added)
    options = begin_registration(person, passwordless=True)
    return render(request, "signin/passkey.html", {"form": form, "options": json.dumps(options)})


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
@own_password
@asks_again
def recovery(request: HttpRequest) -> HttpResponse:
    """Show the codes that are left, or make new ones, which ends the old."""
    person = of(request)
    held = Authenticator.objects.filter(user=person, type=KINDS.RECOVERY_CODES)
    if request.method == "POST":
        held.delete()
        RecoveryCodes.activate(person)
        told("recovery codes made", person)
        return redirect("signin:recovery")
    found = held.first()
    return render(request, "signin/recovery.html", {"codes": found.wrap().get_unused_codes() if found else []})


@login_required
@require_POST
@own_password
@asks_again
def remove(request: HttpRequest, key: int) -> HttpResponse:
    """Take one's own second factor away; the last one stays."""
    person = of(request)
    found = Authenticator.objects.filter(user=person, pk=key).exclude(type=KINDS.RECOVERY_CODES).first()
    if found is None:
        raise Http404
    if not get_adapter().can_delete_authenticator(found):
        return redirect("signin:second_factors")
    found.delete()
    authenticator_removed.send(sender=Authenticator, request=request, user=person, authenticator=found)
    return redirect("signin:second_factors")
