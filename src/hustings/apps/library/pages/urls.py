"""Addresses of the library. They stay: what was linked once leads to the same record for ever."""

from __future__ import annotations

from django.urls import path

from hustings.apps.library.alerts import views as alerts
from hustings.apps.library.audiences import views as audiences
from hustings.apps.library.pages import ad, feeds, policies, recent, rules, subjects, views

urlpatterns = [
    path("", views.search, name="library"),
    path("ads/<int:number>/", ad.ad, name="library-ad"),
    path("advertisers/<int:number>/", subjects.advertiser, name="library-advertiser"),
    path("payers/<int:number>/", subjects.payer, name="library-payer"),
    path("pages/<int:number>/", subjects.page, name="library-page"),
    path("audiences/", audiences.audiences, name="library-audiences"),
    path("audiences/opposed/", audiences.opposed, name="library-opposed"),
    path("changed/", recent.changed, name="library-changed"),
    path("removed/", recent.removed, name="library-removed"),
    path("policies/", policies.policies, name="library-policies"),
    path("rules/", rules.rules, name="library-rules"),
    path("feed.atom", feeds.atom, name="library-atom"),
    path("feed.rss", feeds.rss, name="library-rss"),
    path("alerts/", alerts.ask, name="library-alert"),
    path("alerts/confirm/<str:token>/", alerts.confirm, name="library-alert-confirm"),
    path("alerts/end/<str:token>/", alerts.end, name="library-alert-end"),
]
