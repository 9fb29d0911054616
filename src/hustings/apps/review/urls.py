"""Addresses of review."""

from __future__ import annotations

from django.urls import path

from hustings.apps.review import views

urlpatterns = [
    path("", views.reviews, name="reviews"),
    path("next/", views.take, name="review-next"),
    path("work/<uuid:key>/", views.work, name="review-work"),
    path("work/<uuid:key>/heartbeat/", views.heartbeat, name="review-heartbeat"),
    path("work/<uuid:key>/decide/", views.decide, name="review-decide"),
    path("work/<uuid:key>/leave/", views.leave, name="review-leave"),
    path("decisions/", views.decisions, name="review-decisions"),
    path("decisions/<uuid:key>/", views.decision, name="review-decision"),
    path("decisions/<uuid:key>/undo/", views.undo, name="review-undo"),
    path("appeals/", views.appeals, name="review-appeals"),
    path("statistics/", views.statistics, name="review-statistics"),
    path("policies/<uuid:key>/", views.policy, name="review-policy"),
    path("deliveries/", views.deliveries, name="review-deliveries"),
    path("deliveries/again/", views.again, name="review-deliver-again"),
]
