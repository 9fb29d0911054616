"""Addresses of the log."""

from __future__ import annotations

from django.urls import path

from hustings.apps.audit import views

urlpatterns = [
    path("log/", views.log, name="log"),
    path("log/entry/<uuid:entry>/", views.entry, name="log-entry"),
    path("log/checkpoints/", views.checkpoints, name="log-checkpoints"),
    path("log/<str:name>/export.tar", views.export, name="log-export"),
    path("log/<str:name>/checkpoint", views.checkpoint, name="log-checkpoint"),
    path("log/<str:name>/witness", views.witness, name="log-witness"),
    path("log/<str:name>/cosignature", views.cosignature, name="log-cosignature"),
]
