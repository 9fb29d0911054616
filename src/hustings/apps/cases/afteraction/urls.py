"""Addresses of after-action reviews."""

from __future__ import annotations

from django.urls import path

from hustings.apps.cases.afteraction import pages

urlpatterns = [
    path("after-action/", pages.look_backs, name="look-backs"),
    path("after-action/<uuid:key>/", pages.look_back, name="look-back"),
    path("after-action/<uuid:key>/do/<slug:what>/", pages.add, name="do-look-back"),
    path("cases/<uuid:key>/after-action/", pages.begin, name="begin-look-back"),
]
