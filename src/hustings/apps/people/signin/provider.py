"""Signing in by an organisation's own OpenID Connect provider: its people only, in its positions only."""

from __future__ import annotations

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from django.http import HttpRequest
from django.shortcuts import render

from hustings.apps.people.find import seats
from hustings.apps.people.models import Person
from hustings.apps.people.signin.models import Provider
from hustings.apps.people.signin.seal import unseal
from hustings.apps.people.signin.told import told

__all__ = ["Providers", "second_factor_shown"]

OPENID = "openid_connect"


def second_factor_shown(provider: Provider, claims: dict[str, Any]) -> bool:
    """Whether the provider says that it asked for a second factor, in the words agreed with it (RFC 8176 for `amr`)."""
    methods = claims.get("amr")
    said = set(methods) if isinstance(methods, list) else set()
    return claims.get("acr") in provider.strong_acr or bool(said & set(provider.strong_amr))


def as_app(provider: Provider) -> SocialApp:
    """A provider as allauth takes it; it is never saved."""
    return SocialApp(
        provider=OPENID,
        provider_id=provider.slug,
        name=provider.name,
        client_id=provider.client,
        secret=unseal(provider.secret),
        settings={
            "server_url": provider.issuer,
            "uid_field": "sub",
            "oauth_pkce_enabled": True,
            "fetch_userinfo": False,
        },
    )


class Providers(DefaultSocialAccountAdapter):
    """Hustings' answers to allauth's questions about providers."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The providers that are in use now."""
        found = Provider.objects.filter(ended_at=None)
        if provider and provider != OPENID:
            found = found.filter(slug=provider)
        if client_id:
            found = found.filter(client=client_id)
        return [as_app(each) for each in found]

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never: a provider signs in who was invited, and makes nobody."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Let in who holds a position at the provider's organisation, and bind the session to that organisation.

        The first time, the provider's own word about the address of its own person is enough, because the session
        reaches that organisation only; what the person does elsewhere stays out of it.
        """
        provider = Provider.objects.get(slug=sociallogin.account.provider, ended_at=None)
        claims = sociallogin.account.extra_data.get("id_token") or {}
        person = sociallogin.user if sociallogin.is_existing else self.by_address(provider, claims)
        if person is None or not person.is_active or not at_organisation(person, provider):
            told("sign-in by provider refused", person, outcome="refused", facts={"provider": provider.slug})
            raise ImmediateHttpResponse(render(request, "socialaccount/authentication_error.html", status=403))
        if not sociallogin.is_existing:
            sociallogin.connect(request, person)
        sociallogin.state["organisation"] = str(provider.organisation_id)
        sociallogin.state["strong"] = second_factor_shown(provider, claims)

    def by_address(self, provider: Provider, claims: dict[str, Any]) -> Person | None:
        """The person of a verified address; nobody whom this provider knows already by another subject."""
        if claims.get("email_verified") is not True:
            return None
        person = Person.objects.filter(email=str(claims.get("email", "")).lower()).first()
        known = SocialAccount.objects.filter(user=person, provider=provider.slug)
        return None if person is None or known.exists() else person


def at_organisation(person: Person, provider: Provider) -> bool:
    """Whether the person is in a position of the provider's organisation now."""
    return any(
        seat.appointment.position.organisation_id == provider.organisation_id for seat in seats(person, strong=False)
    )
