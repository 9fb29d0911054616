"""Addresses of review."""

from __future__ import annotations

from django.urls import include, path

from hustings.apps.review import views
from hustings.apps.review.pages import many, standing

urlpatterns = [
    path("", views.reviews, name="reviews"),
    path("quality/", include("hustings.apps.review.quality.urls")),
    path("next/", views.take, name="review-next"),
    path("work/<uuid:key>/", views.work, name="review-work"),
    path("work/<uuid:key>/heartbeat/", views.heartbeat, name="review-heartbeat"),
    path("work/<uuid:key>/decide/", views.decide, name="review-decide"),
    path("work/<uuid:key>/leave/", views.leave, name="review-leave"),
    path("work/<uuid:key>/take-up/", views.take_up, name="review-take-up"),
    path("decisions/<uuid:key>/take-back/", views.take_back, name="review-take-back"),
    path("decisions/<uuid:key>/siblings/", many.alike, name="review-siblings"),
    path("decisions/<uuid:key>/siblings/reopen/", many.reopen, name="review-reopen"),
    path("bulk/", many.bulks, name="review-bulks"),
    path("bulk/propose/", many.propose, name="review-propose-bulk"),
    path("bulk/<uuid:key>/", many.plan, name="review-bulk"),
    path("bulk/<uuid:key>/answer/", many.answer, name="review-answer-bulk"),
    path("bulk/<uuid:key>/release/", many.release, name="review-release-bulk"),
    path("bulk/<uuid:key>/roll-back/", many.roll_back, name="review-roll-back-bulk"),
    path("holds/", standing.holds, name="review-holds"),
    path("rules/", standing.review_rules, name="review-rules"),
    path("people/", standing.people, name="review-people"),
    path("people/record/", standing.record, name="review-record"),
    path("meter/", standing.meter, name="review-meter"),
    path("meter/avoid/", standing.avoid, name="review-avoid"),
    path("decisions/", views.decisions, name="review-decisions"),
    path("decisions/<uuid:key>/", views.decision, name="review-decision"),
    path("decisions/<uuid:key>/undo/", views.undo, name="review-undo"),
    path("appeals/", views.appeals, name="review-appeals"),
    path("statistics/", views.statistics, name="review-statistics"),
    path("policies/<uuid:key>/", views.policy, name="review-policy"),
    path("deliveries/", views.deliveries, name="review-deliveries"),
    path("deliveries/again/", views.again, name="review-deliver-again"),
]
