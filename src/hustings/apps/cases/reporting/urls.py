"""Addresses of reports. Those of what is published stay: what was linked once leads to the same version for ever."""

from __future__ import annotations

from django.urls import path

from hustings.apps.cases.reporting import pages, public

__all__ = ["urlpatterns"]

urlpatterns = [
    path("cases/<uuid:key>/reports/", pages.of_case, name="case-reports"),
    path("reports/", public.reports, name="reports"),
    path("reports/written/", pages.written, name="written-reports"),
    path("reports/written/<uuid:key>/", pages.report, name="report"),
    path("reports/written/<uuid:key>/write/<slug:section>/", pages.write, name="write-report"),
    path("reports/written/<uuid:key>/parameters/", pages.set_parameters, name="report-parameters"),
    path("reports/written/<uuid:key>/move/", pages.move, name="move-report"),
    path("reports/written/<uuid:key>/recount/", pages.recount, name="recount-report"),
    path("reports/written/<uuid:key>/<int:number>/", pages.version, name="report-version"),
    path("reports/written/<uuid:key>/<int:number>/figures/<slug:name>/", pages.figure, name="report-figure"),
    path("reports/written/<uuid:key>/<int:number>/files/<str:name>", pages.file, name="report-file"),
    path("reports/written/<uuid:key>/<int:number>/hand-over/", pages.hand_over, name="hand-report-over"),
    path("reports/<uuid:key>/", public.published_report, name="published-report"),
    path("reports/<uuid:key>/figures/<slug:name>/", public.figure_of, name="published-figure"),
    path("reports/<uuid:key>/<int:number>/", public.published_report, name="published-version"),
    path("reports/<uuid:key>/<int:number>/files/<str:name>", public.file_of, name="published-file"),
]
