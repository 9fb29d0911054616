"""Addresses of data protection."""

from __future__ import annotations

from django.urls import path

from hustings.apps.privacy import views

urlpatterns = [
    path("", views.kept, name="data-protection"),
    path("ask/", views.ask, name="ask-about-data"),
    path("asked/<uuid:reference>/", views.asked, name="asked-about-data"),
    path("requests/", views.requests, name="subject-requests"),
    path("requests/<uuid:key>/", views.subject_request, name="subject-request"),
    path("requests/<uuid:key>/move/", views.move, name="move-subject-request"),
]
