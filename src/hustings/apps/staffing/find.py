"""Reads about staffing: what is in use, the newest plan, and how the calendar differs from what is assumed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from hustings.apps.database import moment
from hustings.apps.elections.models import Election
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown
from hustings.apps.staffing.models import Assumed, History, Plan, Roster

__all__ = ["assumed", "differs", "find_plan", "history", "plans", "roster", "under_way"]

# A worker that has not answered after so long was ended; another plan may be asked for.
LONGEST = timedelta(minutes=30)
HELD = {"cancelled", "held"}


def ours(seat: Seat) -> UUID:
    """The reader's organisation."""
    return seat.appointment.position.organisation_id


def assumed(seat: Seat) -> Assumed | None:
    """The assumptions in use."""
    rows = Assumed.objects.filter(held_by=ours(seat)).select_related("recorded_by__person")
    return rows.order_by("-recorded_at", "-pk").first()


def history(seat: Seat) -> History | None:
    """The table of earlier elections in use."""
    rows = History.objects.filter(held_by=ours(seat)).select_related("recorded_by__person")
    return rows.order_by("-recorded_at", "-pk").first()


def roster(seat: Seat) -> Roster | None:
    """The shifts in use."""
    rows = Roster.objects.filter(held_by=ours(seat)).select_related("recorded_by__person")
    return rows.order_by("-recorded_at", "-pk").first()


def plans(seat: Seat) -> QuerySet[Plan]:
    """Plans, newest first."""
    rows = Plan.objects.filter(held_by=ours(seat)).select_related("recorded_by__person", "assumptions", "history")
    return rows.order_by("-recorded_at", "-pk")


def find_plan(seat: Seat, key: UUID) -> Plan:
    """One plan. Raises NotKnown."""
    found = plans(seat).filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found


def under_way(seat: Seat) -> Plan | None:
    """A plan that the worker still makes."""
    return plans(seat).filter(done_at__isnull=True, recorded_at__gt=moment() - LONGEST).first()


def differs(document: dict[str, Any]) -> list[str]:
    """Where the calendar of elections says something else than the assumptions, in sentences."""
    today = moment().date()
    coming = {
        (each.country, each.name): each
        for each in Election.objects.filter(on__gte=today, on__lte=today + timedelta(weeks=60)).order_by("on", "name")
    }
    told = []
    known = {(str(each["country"]), str(each["name"])) for each in document.get("elections", [])}
    for each in document.get("elections", []):
        there = coming.get((str(each["country"]), str(each["name"])))
        if there is None:
            told.append(f"{each['name']} ({each['country']}) is not in the calendar of coming elections.")
        elif there.status in HELD:
            told.append(f"{each['name']} ({each['country']}) is {there.status}, the calendar says.")
        elif str(there.on) != str(each["day"]):
            told.append(f"{each['name']} ({each['country']}): assumed on {each['day']}, the calendar says {there.on}.")
    told += [
        f"{each.name} ({each.country}) on {each.on} is in the calendar, and nothing is planned for it."
        for key, each in coming.items()
        if key not in known and each.status not in HELD
    ]
    return told
