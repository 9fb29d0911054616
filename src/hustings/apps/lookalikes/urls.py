"""Addresses of look-alikes, protected names and cyber incidents."""

from __future__ import annotations

from django.urls import path

from hustings.apps.lookalikes import incident_pages, views

urlpatterns = [
    path("", views.lookalikes, name="lookalikes"),
    path("try/", views.hold, name="hold-against"),
    path("hits/<uuid:key>/", views.lookalike, name="lookalike"),
    path("hits/<uuid:key>/let-stand/", views.let_stand, name="let-lookalike-stand"),
    path("hits/<uuid:key>/suspect/", views.suspect, name="suspect-lookalike"),
    path("allowed/", views.allowed, name="allowed-lookalikes"),
    path("allowed/<uuid:key>/take-back/", views.take_back, name="take-lookalike-back"),
    path("protected/", views.protected, name="protected-names"),
    path("protected/list.csv", views.written, name="protected-list"),
    path("protected/load/", views.load, name="load-protected"),
    path("protected/<uuid:key>/", views.protected_name, name="protected-name"),
    path("protected/<uuid:key>/<str:do>/", views.decide, name="decide-protected"),
    path("incidents/", incident_pages.incidents, name="cyber-incidents"),
    path("incidents/new/", incident_pages.new, name="new-cyber-incident"),
    path("incidents/<uuid:key>/", incident_pages.incident, name="cyber-incident"),
    path("incidents/<uuid:key>/stix.json", incident_pages.stix, name="cyber-incident-stix"),
    path("incidents/<uuid:key>/publish/", incident_pages.publish, name="publish-cyber-incident"),
    path("incidents/<uuid:key>/<str:do>/", incident_pages.add, name="add-to-cyber-incident"),
]
