"""The addresses of sign-in. Of allauth's pages only those that Hustings wants are here: no sign-up, no address book."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as second
from allauth.mfa.webauthn import views as passkey
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as openid
from django.urls import include, path

from hustings.apps.people.signin import pages, second_factor_pages
from hustings.apps.people.signin.fresh import asks_again
from hustings.apps.people.signin.own_password import own_password
from hustings.apps.people.signin.provider_pages import leave

__all__ = ["urlpatterns"]

ours = [
    path("seat/", pages.seat, name="seat"),
    path("sessions/", pages.sessions, name="sessions"),
    path("sessions/end/", pages.end, name="end"),
    path("invitation/<str:secret>/", pages.invitation, name="invited"),
    path("second-factor/", second_factor_pages.second_factors, name="second_factors"),
    path("second-factor/codes/", second_factor_pages.codes, name="codes"),
    path("second-factor/passkey/", second_factor_pages.passkey, name="passkey"),
    path("second-factor/recovery/", second_factor_pages.recovery, name="recovery"),
    path("second-factor/<int:key>/remove/", second_factor_pages.remove, name="remove"),
]

urlpatterns = [
    path("", include((ours, "signin"))),
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("signup/", pages.by_invitation, name="account_signup"),
    path("inactive/", pages.by_invitation, name="account_inactive"),
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", own_password(asks_again(account.password_change)), name="account_change_password"),
    path("password/set/", pages.by_invitation, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/sent/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/<str:uidb36>-<str:key>/",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("second/", second.authenticate, name="mfa_authenticate"),
    path("second/again/", second.reauthenticate, name="mfa_reauthenticate"),
    path("second/passkey/", passkey.login_webauthn, name="mfa_login_webauthn"),
    path("second/passkey/again/", passkey.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("provider/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("provider/error/", social.login_error, name="socialaccount_login_error"),
    path("provider/signup/", pages.by_invitation, name="socialaccount_signup"),
    path("provider/connections/", pages.by_invitation, name="socialaccount_connections"),
    path("provider/<slug:provider_id>/", leave, name="openid_connect_login"),
    path("provider/<slug:provider_id>/callback/", openid.callback, name="openid_connect_callback"),
]
