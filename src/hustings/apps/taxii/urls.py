"""The addresses of the exchange: TAXII's own, and the pages of who keeps it."""

from __future__ import annotations

from django.urls import path, re_path

from hustings.apps.taxii import views
from hustings.apps.taxii.server import taxii

__all__ = ["urlpatterns"]

urlpatterns = [
    re_path(r"^taxii2(?:/(?P<path>[\s\S]*))?\Z", taxii),
    path("exchange/", views.exchange, name="exchange"),
    path("exchange/collections/", views.collection_make, name="exchange-collection-make"),
    path("exchange/collections/<uuid:key>/", views.collection, name="exchange-collection"),
    path("exchange/collections/<uuid:key>/allow/", views.allow_one, name="exchange-allow"),
    path("exchange/collections/<uuid:key>/subscribe/", views.subscription_make, name="exchange-subscribe"),
    path("exchange/accounts/", views.account_make, name="exchange-account-make"),
    path("exchange/accounts/<uuid:key>/token/", views.account_token, name="exchange-token"),
    path("exchange/accounts/<uuid:key>/end/", views.account_end, name="exchange-account-end"),
    path("exchange/subscriptions/<uuid:key>/", views.subscription, name="exchange-subscription"),
    path("exchange/subscriptions/<uuid:key>/turn/", views.subscription_turn, name="exchange-turn"),
]
