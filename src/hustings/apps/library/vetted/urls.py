"""Addresses of vetted access: the researcher's pages and the desk."""

from __future__ import annotations

from django.urls import path

from hustings.apps.library.vetted import desk, views

__all__ = ["urlpatterns"]

urlpatterns = [
    path("vetted/", views.about, name="library-vetted"),
    path("vetted/ask/", views.ask_for, name="library-vetted-ask"),
    path("vetted/<uuid:key>/", views.cut, name="library-vetted-cut"),
    path("vetted/<uuid:key>/file.<str:form>", views.file, name="library-vetted-file"),
    path("vetted/<uuid:key>/token/", views.token, name="library-vetted-token"),
    path("vetted/<uuid:key>/end/", views.end, name="library-vetted-end"),
    path("vetting/", desk.requests, name="library-vettings"),
    path("vetting/<uuid:key>/", desk.one, name="library-vetting"),
    path("vetting/<uuid:key>/step/", desk.step, name="step-library-vetting"),
]
