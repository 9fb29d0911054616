"""Addresses of elections."""

from __future__ import annotations

from django.urls import path

from hustings.apps.elections import views

urlpatterns = [
    path("", views.elections, name="elections"),
    path("new/", views.new, name="new-election"),
    path("<uuid:key>/", views.election, name="election"),
    path("<uuid:key>/change/", views.change, name="change-election"),
    path("<uuid:key>/voting/", views.voting_rule, name="record-voting-rule"),
]
