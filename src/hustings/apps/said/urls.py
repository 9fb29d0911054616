"""Addresses of what is told to partners."""

from __future__ import annotations

from django.urls import path

from hustings.apps.said import views

urlpatterns = [
    path("", views.items, name="told-items"),
    path("<uuid:key>/", views.item, name="told-item"),
    path("received/<uuid:key>/", views.received, name="received"),
    path("<uuid:key>/marking/", views.relabel, name="told-relabel"),
]
