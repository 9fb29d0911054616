"""What the worker does for ads without being asked: looks at landing pages, and lets the clock start and end ads."""

from __future__ import annotations

import secrets
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from hustings.apps import database
from hustings.apps.ads.documents.keeping import delete_due
from hustings.apps.ads.landing import capture, random_ads, sees, unseen_ads
from hustings.apps.ads.models import Ad
from hustings.apps.ads.moving import CannotMoveAd, move_ad
from hustings.apps.ads.renewing import renew_due
from hustings.apps.ads.undeclared import look_for_undeclared
from hustings.apps.people.models import Organisation
from hustings.policy.advertising import AdState, By

__all__ = ["LOOKS", "look_later", "tick"]

LOOKS = 20  # pages looked at again in an hour
BATCH = 500
WEEKLY = 20  # undeclared ads of each kind put before people


@app.task(name="landing", queue="default")
def run_look(ad: str, why: str) -> None:
    """Look at the page of one ad, and schedule the ad where only that look was missing."""
    found = Ad.objects.select_related("creative", "page", "sponsor").filter(pk=UUID(ad)).first()
    if found is None:
        return
    capture(found, why)
    try_move(found, "schedule", AdState.APPROVED)


def look_later(ad: Ad, why: str) -> None:
    """Have the page of an ad looked at, after this transaction: a job of a rolled-back one does not exist."""
    if sees() and ad.creative is not None and ad.creative.landing_url:
        run_look.defer(ad=str(ad.pk), why=why)


@app.periodic(cron="* * * * *")
@app.task(name="ads_clock", queue="default", pass_context=False)
def run_clock(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Start what is due and end what is over."""
    tick()


@app.periodic(cron="23 * * * *")
@app.task(name="landing_again", queue="default")
def run_looks_again(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Look again at some running ads' pages, and at those that nobody has seen yet."""
    if sees():
        for ad in unseen_ads(LOOKS):
            run_look.defer(ad=str(ad.pk), why="approval")
        for ad in random_ads(LOOKS):
            run_look.defer(ad=str(ad.pk), why="random")


@app.periodic(cron="37 4 * * 1")
@app.task(name="ads_undeclared", queue="upkeep", queueing_lock="ads_undeclared", lock="ads_undeclared")
def run_undeclared(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Put some undeclared ads of each door before two people a week: suspected ones, and some by lot."""
    for door in Organisation.objects.filter(pk__in=Ad.objects.values("held_by")).order_by("pk"):
        look_for_undeclared(door, key=secrets.token_hex(16), per_language=WEEKLY, suspected=WEEKLY)


def tick() -> tuple[int, int]:
    """Start the ads whose first day has come and end those whose last is over; gives how many of each.

    What is blocked stays scheduled and is tried again: a lapse ends, a law's silence passes.
    """
    now = database.moment()
    started = sum(
        try_move(ad, "start", AdState.SCHEDULED)
        for ad in Ad.objects.filter(state=AdState.SCHEDULED, starts__lte=now).order_by("starts")[:BATCH]
    )
    running = [AdState.SCHEDULED, AdState.DELIVERING, AdState.PAUSED]
    ended = sum(
        try_move(ad, "end", ad.state)
        for ad in Ad.objects.filter(state__in=running, ends__lte=now).order_by("ends")[:BATCH]
    )
    barred(now.date())
    return started, ended


def barred(today: object) -> None:
    """Pause what runs and may run no longer: a silence began, or what the law needs has lapsed."""
    from hustings.apps.ads.blockers import blockers_of

    for ad in Ad.objects.filter(state=AdState.DELIVERING, election__on__gte=today).select_related("election"):
        blocked = blockers_of(ad)
        if blocked:
            with transaction.atomic():
                move_ad(ad, "pause", machine=By.CLOCK, reason_code=blocked[0].value)


def try_move(ad: Ad, code: str, state: str) -> bool:
    """Make a move by the clock if it can be made."""
    if ad.state != state:
        return False
    try:
        with transaction.atomic():
            move_ad(ad, code, machine=By.CLOCK if code != "schedule" else By.MACHINE)
    except CannotMoveAd:
        return False
    return True


@app.periodic(cron="11 4 * * *")
@app.task(name="ads_renewals", queue="upkeep", queueing_lock="ads_renewals", lock="ads_renewals")
def run_renewals(timestamp: int) -> None:  # noqa: ARG001 - when this run was due
    """Call advertisers for renewal, let what is over lapse, and delete the documents whose day has come."""
    renew_due()
    while delete_due():
        pass
