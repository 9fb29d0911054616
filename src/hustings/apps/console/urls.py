"""Addresses of the pages around the pages."""

from __future__ import annotations

from django.urls import path

from hustings.apps.console.views.about import about, keyboard, styles
from hustings.apps.console.views.home import home
from hustings.apps.console.views.search import search, suggest

urlpatterns = [
    path("", home, name="home"),
    path("search/", search, name="search"),
    path("search/suggest/", suggest, name="suggest"),
    path("keyboard/", keyboard, name="keyboard"),
    path("about/", about, name="about"),
    path("styles/", styles, name="styles"),
]
