"""Addresses of staffing."""

from __future__ import annotations

from django.urls import path

from hustings.apps.staffing import views

urlpatterns = [
    path("", views.staffing, name="staffing"),
    path("assumptions/", views.assumptions, name="staffing-assumptions"),
    path("plan/", views.plan, name="staffing-plan"),
    path("files/", views.files, name="staffing-files"),
    path("plans/<uuid:key>/shifts.<str:form>", views.shifts, name="staffing-shifts"),
]
