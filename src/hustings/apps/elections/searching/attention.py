"""What of standing searches waits for a person: those to agree to, and those that could not be made."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from hustings.apps.console.entry import Attention
from hustings.apps.database import moment
from hustings.apps.elections.models import Search, StandingSearch
from hustings.apps.elections.planning import organisation_of
from hustings.apps.items.models import Item
from hustings.apps.people.seat import Seat
from hustings.apps.permission import can
from hustings.policy.lead_time import LAST
from hustings.policy.searching import Outcome, State

__all__ = ["attention"]

SHOWN = 20
# Nothing newer to search is no fault of the search: that stands on the page of the election alone.
WRONG = {Outcome.NO_SOURCE.value, Outcome.NOT_ALLOWED.value, Outcome.FAILED.value}


def attention(seat: Seat) -> list[Attention]:
    """Searches that another person asked for, and those whose last try could not be made, for who may ask for one."""
    rows = StandingSearch.objects.filter(watch__held_by=organisation_of(seat)).select_related("watch__election", "asked_by__person")  # fmt: skip
    asked = rows.filter(state=State.ASKED.value).exclude(asked_by__person=seat.person).order_by("asked_at", "pk")
    waiting = [
        Attention(
            sentence=f"{one.asked_by.person.name} asks for a standing search for {one.watch.election.name}: {one.purpose}",
            url=reverse("election-searched", args=[one.watch.election_id]), since=one.asked_at, act="Decide",
        )
        for one in asked[:SHOWN] if can(seat, "second a sweep", asked_by=one.asked_by)
    ]  # fmt: skip
    if not can(seat, "ask for a sweep"):
        return waiting
    running = rows.filter(state=State.RUNNING.value, watch__election__on__gte=moment().date() - timedelta(days=LAST))
    tried = Search.objects.filter(standing__in=running.values("pk")).select_related("watch__election")
    last = tried.order_by("standing_id", "-began_at", "-pk").distinct("standing_id")
    broken = sorted((one for one in last if one.outcome in WRONG), key=lambda one: (one.began_at, str(one.pk)))
    items = {item.pk: item for item in Item.objects.filter(pk__in=[one.about for one in broken if one.about])}
    return waiting + [
        Attention(
            sentence=f"A search for {one.watch.election.name} could not be made ({one.what}, {one.source or 'every archive'}): {one.reason}",
            url=reverse("election-searched", args=[one.watch.election_id]), since=one.began_at, act="See where nobody looked",
            item=items.get(one.about) if one.about else None,
        )
        for one in broken[:SHOWN]
    ]  # fmt: skip
