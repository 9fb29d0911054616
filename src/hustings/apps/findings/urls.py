"""Addresses of runs and findings."""

from __future__ import annotations

from django.urls import path

from hustings.apps.findings import views

urlpatterns = [
    path("findings/", views.findings, name="findings"),
    path("findings/<uuid:key>/", views.finding, name="finding"),
    path("findings/<uuid:key>/network.json", views.finding_network, name="finding-network"),
    path("findings/<uuid:key>/evidence/", views.evidence, name="finding-evidence"),
    path("findings/<uuid:key>/actors/<int:number>/", views.actor, name="finding-actor"),
    path("findings/<uuid:key>/between/<int:a>/<int:b>/", views.between, name="finding-between"),
    path("findings/<uuid:key>/names/", views.names, name="finding-names"),
    path("findings/<uuid:key>/names/open/", views.open_names, name="open-finding-names"),
    path("findings/<uuid:key>/export/<str:what>.<str:form>", views.exported, name="finding-export"),
    path("runs/", views.runs, name="runs"),
    path("runs/<uuid:key>/", views.run, name="run"),
    path("runs/<uuid:key>/network.json", views.run_network, name="run-network"),
]
