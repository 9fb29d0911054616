"""Addresses of the quality of review."""

from __future__ import annotations

from django.urls import path

from hustings.apps.review.quality import views

urlpatterns = [
    path("", views.backlog, name="review-quality"),
    path("errors/", views.errors, name="review-errors"),
    path("errors/<uuid:key>/", views.wrong, name="review-wrong"),
    path("agreement/", views.agreement, name="review-agreement"),
    path("samples/", views.samples, name="review-samples"),
    path("samples/<uuid:key>/", views.sample, name="review-sample"),
    path("gold/", views.golds, name="review-golds"),
    path("gold/from/<uuid:key>/", views.gold_from, name="review-gold-from"),
    path("gold/<uuid:key>/", views.gold, name="review-gold"),
    path("gold/<uuid:key>/end/", views.gold_end, name="review-gold-end"),
]
