"""Addresses of tips, sweeps and tear-lines."""

from __future__ import annotations

from django.urls import path

from hustings.apps.sweeps import views

urlpatterns = [
    path("tips/", views.tips, name="tips"),
    path("tips/receive/", views.receive, name="receive-tip"),
    path("tips/<uuid:key>/", views.tip, name="tip"),
    path("tips/<uuid:key>/answer/", views.answer, name="answer-tip"),
    path("tips/<uuid:key>/name/", views.grant, name="name-for-tip"),
    path("tips/<uuid:key>/tear-line/", views.propose, name="propose-tear-line"),
    path("tear-lines/<uuid:key>/", views.tear_line, name="tear-line"),
    path("tear-lines/<uuid:key>/decide/", views.decide, name="decide-tear-line"),
    path("sweeps/", views.sweeps, name="sweeps"),
    path("sweeps/ask/", views.ask, name="ask-for-sweep"),
    path("sweeps/tables/", views.tables, name="trace-tables"),
    path("sweeps/published/", views.published, name="published-sweeps"),
    path("sweeps/<uuid:key>/", views.sweep, name="sweep"),
    path("sweeps/<uuid:key>/move/", views.move, name="move-sweep"),
]
