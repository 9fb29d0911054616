"""Addresses of rights audits."""

from __future__ import annotations

from django.urls import path

from hustings.apps.rights import views

urlpatterns = [
    path("", views.rights, name="rights"),
    path("published/", views.published, name="rights-published"),
    path("tables/", views.table, name="rights-table"),
    path("tables/sample.toml", views.sample_table, name="rights-sample"),
    path("audits/", views.start, name="rights-start"),
    path("audits/<uuid:key>/", views.audit, name="rights-audit"),
    path("policies/<uuid:key>/release/", views.release, name="rights-release"),
    path("policies/<uuid:key>/override/", views.ask, name="rights-ask"),
    path("overrides/<uuid:key>/agree/", views.agree, name="rights-agree"),
]
