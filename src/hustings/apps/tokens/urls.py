"""The addresses of tokens."""

from __future__ import annotations

from django.urls import path

from hustings.apps.tokens import views

__all__ = ["app_name", "urlpatterns"]

app_name = "tokens"

urlpatterns = [path("", views.tokens, name="tokens"), path("<uuid:token>/end/", views.end, name="end")]
