"""Addresses of indicators."""

from __future__ import annotations

from django.urls import path

from hustings.apps.indicators import views

urlpatterns = [
    path("", views.indicators, name="indicators"),
    path("record/", views.record, name="record-indicator"),
    path("list/", views.record_file, name="record-indicators"),
    path("matches/", views.matches, name="indicator-matches"),
    path("matches/<uuid:key>/<slug:what>/", views.decide, name="decide-match"),
    path("<uuid:key>/", views.indicator, name="indicator"),
    path("<uuid:key>/tell/", views.tell, name="tell-match"),
]
