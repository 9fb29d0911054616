"""Addresses of the forms."""

from __future__ import annotations

from django.urls import path

from hustings.apps.library.forms import one, reports

__all__ = ["urlpatterns"]

urlpatterns = [
    path("ads/<int:number>/notice/", one.notice, name="library-notice"),
    path("ads/<int:number>/notice.jsonld", one.notice_json, name="library-notice-json"),
    path("ads/<int:number>/sdaf.json", one.sdaf, name="library-sdaf"),
    path("ads/<int:number>/whotargetsme.json", one.whotargetsme, name="library-whotargetsme"),
    path("reports/meta/<str:country>/<str:currency>/<str:span>.zip", reports.meta, name="library-report-meta"),
    path("reports/google.zip", reports.google, name="library-report-google"),
]
