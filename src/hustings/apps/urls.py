"""Every address of the platform."""

from __future__ import annotations

from django.urls import include, path

from hustings.apps.console import views as console

urlpatterns = [path("", console.home, name="home"), path("account/", include("allauth.urls"))]
