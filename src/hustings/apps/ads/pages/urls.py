"""Addresses of ads for the people of the door."""

from __future__ import annotations

from django.urls import path

from hustings.apps.ads.pages import public, views

urlpatterns = [
    path("", views.ads, name="ads"),
    path("found-late/", public.found_late, name="ads-found-late"),
    path("statistics/", public.statistics, name="ads-statistics"),
    path("statistics/draw/", public.draw, name="ads-draw"),
    path("taken-in/", views.taken_in, name="ads-taken-in"),
    path("<uuid:key>/", views.ad, name="ad"),
    path("<uuid:key>/act/", views.act, name="act-on-ad"),
    path("<uuid:key>/found/", views.found_late, name="ad-found-late"),
]
