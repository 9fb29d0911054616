"""The addresses of the desk, and of what everybody may read of an advertiser."""

from __future__ import annotations

from django.urls import path

from hustings.apps.ads import published
from hustings.apps.ads.desk import registers, views

__all__ = ["urlpatterns"]

urlpatterns = [
    path("desk/advertisers/", views.sponsors, name="desk-sponsors"),
    path("desk/advertisers/next/", views.next_one, name="desk-next"),
    path("desk/advertisers/<uuid:key>/", views.sponsor, name="desk-sponsor"),
    path("desk/advertisers/<uuid:key>/decide/", views.decide, name="desk-decide"),
    path("desk/advertisers/<uuid:key>/step/", views.step, name="desk-step"),
    path("desk/advertisers/<uuid:key>/behind/", views.behind, name="desk-behind"),
    path("desk/disclaimers/<uuid:key>/", views.disclaimer, name="desk-disclaimer"),
    path("desk/documents/<uuid:key>/", views.document, name="desk-document"),
    path("desk/registers/", registers.registers, name="desk-registers"),
    path("desk/registers/load/", registers.load, name="desk-load-register"),
    path("sponsors/<uuid:key>/checks/", published.checks, name="published-checks"),
]
