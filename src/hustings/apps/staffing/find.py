"""Reads about staffing: what is in use, the newest plan, and how the calendar differs from what is assumed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from hustings.apps.database import moment
from hustings.apps.elections.models import Election, Watch
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


def differs(seat: Seat, document: dict[str, Any]) -> list[str]:
    """Where the calendar of elections says something else than the assumptions, in sentences.

    Elections that the organisation works on are named one by one where nothing is planned for them; the others of the
    calendar, which may be those of the whole world, are counted.
    """
    today = moment().date()
    coming = list(
        Election.objects.filter(on__gte=today, on__lte=today + timedelta(weeks=60)).order_by("on", "name", "pk")
    )
    named: dict[tuple[str, str], list[Election]] = {}
    for one in coming:
        named.setdefault((one.country, one.name), []).append(one)
    told, planned = [], set()
    for each in document.get("elections", []):
        day = date.fromisoformat(str(each["day"]))
        # Two rounds, or two years, may have one name: the nearest day is meant.
        there = min(named.get((str(each["country"]), str(each["name"])), []), key=lambda one: distance(one, day), default=None)  # fmt: skip
        if there is None:
            told.append(f"{each['name']} ({each['country']}) is not in the calendar of coming elections.")
            continue
        planned.add(there.pk)
        if there.status in HELD:
            told.append(f"{each['name']} ({each['country']}) is {there.status}, the calendar says.")
        elif there.on != day:
            told.append(f"{each['name']} ({each['country']}): assumed on {day}, the calendar says {there.on}.")
    rest = [one for one in coming if one.pk not in planned and one.status not in HELD]
    ours_too = set(Watch.objects.filter(held_by=ours(seat), election__in=[one.pk for one in rest]).values_list("election", flat=True))  # fmt: skip
    told += [
        f"{one.name} ({one.country}) on {one.on}: we work on it, and nothing is planned for it."
        for one in rest if one.pk in ours_too
    ]  # fmt: skip
    others = len(rest) - len(ours_too)
    if others:
        told.append(
            f"{others:,} further {'election' if others == 1 else 'elections'} of the next 60 weeks in the calendar: nobody here took "
            f"{'it' if others == 1 else 'them'} on, and nothing is planned for {'it' if others == 1 else 'them'}."
        )
    return told


def distance(one: Election, day: date) -> int:
    """How many days an election is from a day."""
    assert one.on is not None, "coming elections have a day"
    return abs((one.on - day).days)
