"""Addresses of elections."""

from __future__ import annotations

from django.urls import path

from hustings.apps.elections import feeds, lists, room_pages, views, work
from hustings.apps.elections.red_team.urls import addresses
from hustings.apps.elections.searching import pages as searching

urlpatterns = [
    path("", views.elections, name="elections"),
    path("new/", views.new, name="new-election"),
    path("<uuid:key>/", views.election, name="election"),
    path("<uuid:key>/change/", views.change, name="change-election"),
    path("lists/", lists.lists, name="election-lists"),
    path("lists/<uuid:key>/", lists.one, name="election-list"),
    path("<uuid:key>/choose/", views.choose, name="choose-claim"),
    path("<uuid:key>/rule/", views.rule_again, name="claim-by-rule"),
    path("today/", work.today, name="elections-today"),
    path("<uuid:key>/take-on/", work.take_on, name="take-election-on"),
    path("<uuid:key>/languages/", work.languages, name="election-languages"),
    path("<uuid:key>/tier/", work.tier, name="judge-tier"),
    path("<uuid:key>/tasks/", work.add_task, name="add-election-task"),
    path("<uuid:key>/seen/", work.seen, name="election-moves-seen"),
    path("tasks/<uuid:key>/", work.task, name="election-task"),
    *(
        path(f"tasks/<uuid:key>/{do}/", work.change_task, {"do": do}, name=f"change-election-task-{do}")
        for do in ("take", "give", "finish", "drop", "reopen")
    ),
    path("calendar.ics", feeds.icalendar_file, name="elections-icalendar"),
    path("calendar.csv", feeds.csv_file, name="elections-csv"),
    path("contacts/", room_pages.contacts, name="election-contacts"),
    path("contacts/<uuid:key>/", room_pages.check_contact, name="election-contact"),
    path("contacts/<uuid:key>/end/", room_pages.end_contact, name="end-election-contact"),
    path("incidents/<uuid:key>/", room_pages.incident, name="election-incident"),
    path("shifts/<uuid:key>/end/", room_pages.end_shift, name="end-election-shift"),
    path("threats/<uuid:key>/", room_pages.assessment, name="threat-assessment"),
    path("threats/<uuid:key>/decide/", room_pages.decide, name="decide-threat-assessment"),
    path("<uuid:key>/threats/", room_pages.threats_of, name="election-threats"),
    path("<uuid:key>/room/", room_pages.room_of, name="election-room"),
    path("<uuid:key>/room/<int:number>/", room_pages.situation, name="election-situation"),
    *(
        path(f"<uuid:key>/room/roster.{form}", room_pages.roster, {"form": form}, name=f"election-roster-{form}")
        for form in ("ics", "csv")
    ),
    *(
        path(f"<uuid:key>/room/{do}/", room_pages.do_room, {"do": do}, name=f"election-room-{do}")
        for do in ("shift", "line", "situation", "incident")
    ),
    path("<uuid:key>/searched/", searching.searched, name="election-searched"),
    path("<uuid:key>/searched/ask/", searching.ask, name="election-search-ask"),
    path("<uuid:key>/searched/<uuid:search>/<slug:what>/", searching.do, name="election-search-do"),
    path("<uuid:key>/voting/", views.voting_rule, name="record-voting-rule"),
    *addresses,
]
