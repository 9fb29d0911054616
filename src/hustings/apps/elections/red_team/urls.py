"""Addresses of trials with planted campaigns."""

from __future__ import annotations

from django.urls import path

from hustings.apps.elections.red_team import views

__all__ = ["addresses"]

addresses = [
    path("<uuid:key>/red-team/", views.trials, name="red-team-trials"),
    path("<uuid:key>/red-team/ask/", views.ask, name="ask-for-red-team-trial"),
    path("red-team/<uuid:key>/", views.trial, name="red-team-trial"),
    path("red-team/<uuid:key>/move/", views.move, name="move-red-team-trial"),
]
