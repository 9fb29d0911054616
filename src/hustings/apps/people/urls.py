"""The addresses of people, clearances, posts and visits."""

from __future__ import annotations

from django.urls import include, path

from hustings.apps.people.views import change, desk, hiring, offers, posts, rule, visits

__all__ = ["urlpatterns"]

ours = [
    path("", desk.desk, name="desk"),
    path("me/", desk.me, name="me"),
    path("person/<uuid:key>/", desk.person, name="person"),
    path("person/<uuid:key>/replay/", desk.replay, name="replay"),
    path("person/<uuid:key>/off-board/", desk.off_board, name="off-board"),
    path("person/<uuid:key>/recover/", desk.recover, name="recover"),
    path("change/<slug:code>/<slug:name>/<uuid:key>/", change.change, name="change"),
    path("organisation/", posts.organisation, name="organisation"),
    path("sites/new/", posts.add_site, name="add-site"),
    path("site/<uuid:key>/", posts.site, name="site"),
    path("positions/new/", posts.add_position, name="add-position"),
    path("position/<uuid:key>/", posts.position, name="position"),
    path("position/<uuid:key>/offer/", posts.offer, name="offer"),
    path("position/<uuid:key>/requisition/", hiring.open_one, name="open-requisition"),
    path("offer/<uuid:key>/withdraw/", posts.withdraw, name="withdraw-offer"),
    path("requisitions/", hiring.requisitions, name="requisitions"),
    path("requisition/<uuid:key>/", hiring.requisition, name="requisition"),
    path("visits/", visits.visits, name="visits"),
    path("visits/new/", visits.ask, name="ask-visit"),
    path("rules/", rule.rules, name="rules"),
    path("rules/new/", rule.add, name="add-rule"),
]

urlpatterns = [
    path("people/", include((ours, "people"))),
    # Beside the pages of sign-in: who has no position yet reaches these too.
    path("account/offers/", offers.offers, name="offers"),
    path("account/offers/<uuid:key>/", offers.answer, name="answer-offer"),
]
