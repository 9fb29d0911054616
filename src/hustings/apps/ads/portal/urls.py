"""The addresses of the portal."""

from __future__ import annotations

from django.urls import path

from hustings.apps.ads.portal import ads, views

__all__ = ["urlpatterns"]

urlpatterns = [
    path("", views.advertise, name="advertise"),
    path("sign-up/", views.sign_up, name="advertise-sign-up"),
    path("sign-up/code/", views.confirm, name="advertise-confirm"),
    path("begin/", views.begin, name="advertise-begin"),
    path("<uuid:key>/", views.sponsor, name="advertise-sponsor"),
    path("<uuid:key>/person/", views.person, name="advertise-person"),
    path("<uuid:key>/organisation/", views.organisation, name="advertise-organisation"),
    *(
        path(f"<uuid:key>/{means}/", views.code, {"means": means}, name=f"advertise-{means}")
        for means in ("mail", "post", "website")
    ),
    path("<uuid:key>/disclaimers/", views.disclaimers, name="advertise-disclaimers"),
    path("<uuid:key>/members/", views.members, name="advertise-members"),
    path("<uuid:key>/members/<uuid:which>/end/", views.member, name="advertise-member-end"),
    path("<uuid:key>/ads/", ads.ads, name="advertise-ads"),
    path("<uuid:key>/ads/new/", ads.new, name="advertise-new-ad"),
    path("<uuid:key>/ads/table/", ads.table, name="advertise-ads-table"),
    path("<uuid:key>/ads/<uuid:which>/", ads.ad, name="advertise-ad"),
    path("<uuid:key>/ads/<uuid:which>/change/", ads.change, name="advertise-change-ad"),
    path("<uuid:key>/ads/<uuid:which>/act/", ads.act, name="advertise-act-on-ad"),
    path("<uuid:key>/appeal/", views.appeal, name="advertise-appeal"),
]
