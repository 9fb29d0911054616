"""Addresses of partners, exchanges and meetings."""

from __future__ import annotations

from django.urls import path

from hustings.apps.sharing.views import desk, exchanges, meetings, partners, public

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("list/", partners.partners, name="partners"),
    path("list/<uuid:key>/", partners.partner, name="partner"),
    path("drills/", partners.drills, name="drills"),
    path("drills/<uuid:key>/", partners.drill, name="drill"),
    path("groups/", partners.groups, name="sharing-groups"),
    path("exchanges/", exchanges.exchanges, name="exchanges"),
    path("exchanges/new/", exchanges.new, name="new-exchange"),
    path("exchanges/export.<slug:form>", exchanges.export, name="export-exchanges"),
    path("exchanges/<uuid:key>/", exchanges.exchange, name="exchange"),
    path("exchanges/<uuid:key>/document.<slug:form>", exchanges.document, name="exchange-document"),
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/<uuid:key>/", meetings.meeting, name="meeting"),
    path("meetings/<uuid:key>/meeting.ics", meetings.calendar, name="meeting-calendar"),
    path("meetings/points/<uuid:key>/", meetings.point, name="meeting-point"),
    path("evidence/<uuid:key>/", exchanges.evidence, name="gathered-without"),
    path("governments/", public.counts, name="government-counts"),
]
