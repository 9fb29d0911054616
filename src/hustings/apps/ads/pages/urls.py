"""Addresses of ads for the people of the door."""

from __future__ import annotations

from django.urls import path

from hustings.apps.ads.pages import views

urlpatterns = [
    path("", views.ads, name="ads"),
    path("taken-in/", views.taken_in, name="ads-taken-in"),
    path("<uuid:key>/", views.ad, name="ad"),
    path("<uuid:key>/act/", views.act, name="act-on-ad"),
    path("<uuid:key>/found/", views.found_late, name="ad-found-late"),
]
