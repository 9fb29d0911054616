"""Addresses of complaints."""

from __future__ import annotations

from django.urls import path

from hustings.apps.library.complaints import views

__all__ = ["urlpatterns"]

urlpatterns = [
    path("ads/<int:number>/complain/", views.about_ad, name="library-complain"),
    path("complaints/<str:code>/", views.state, name="library-complaint"),
]
