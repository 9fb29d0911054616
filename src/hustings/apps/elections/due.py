"""What is due, for whom, and which elections are in the time in which they are worked on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Min, Q, QuerySet

from hustings.apps.elections.models import Election, Task, TierJudgement, Watch
from hustings.apps.elections.planning import OPEN, colleagues, organisation_of
from hustings.apps.people.seat import Seat
from hustings.policy.election import Status, unlike, unsettled
from hustings.policy.lead_time import FIRST, LAST, TaskState, step_of
from hustings.policy.risk_tier import Tier
from hustings.policy.role import Role

__all__ = ["SOON", "Standing", "in_window", "mine", "moved", "not_taken_on", "standing", "tasks", "unowned"]

SOON = timedelta(days=7)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where the work on one election stands. `sources` says where what is said of its day needs a person; "" where nothing does."""

    watch: Watch
    days: int | None
    tier: Tier | None
    open: int
    overdue: int
    next_due: date | None
    sources: str


def tasks(seat: Seat) -> QuerySet[Task]:
    """Tasks of the own organisation."""
    return Task.objects.filter(watch__held_by=organisation_of(seat)).select_related("watch__election", "owner__person")


def in_window(rows: QuerySet[Election], today: date) -> QuerySet[Election]:
    """Elections that the lead-time table speaks of today, and those put off whose day is not known."""
    near = Q(on__gte=today - timedelta(days=LAST), on__lte=today - timedelta(days=FIRST))
    return rows.filter(near | Q(on__isnull=True, status=Status.POSTPONED.value))


def standing(seat: Seat, today: date) -> list[Standing]:
    """The elections that the own organisation works on now, the next first."""
    near = in_window(Election.objects.all(), today).values("pk")
    late = Q(tasks__state=TaskState.OPEN.value, tasks__due__lt=today)
    going = Q(tasks__state=TaskState.OPEN.value)
    found = (
        Watch.objects.filter(held_by=organisation_of(seat)).select_related("election")
        .annotate(open=Count("tasks", filter=Q(tasks__state__in=OPEN)), overdue=Count("tasks", filter=late), next_due=Min("tasks__due", filter=going))
        .filter(Q(election__in=near) | Q(overdue__gt=0)).prefetch_related("election__claims").order_by("election__on", "election__name", "pk")
    )  # fmt: skip
    watches = list(found)
    tiers = latest_tiers(watch.pk for watch in watches)
    return [
        Standing(
            watch=watch, days=(watch.election.on - today).days if watch.election.on else None, tier=tiers.get(watch.pk), open=watch.open,
            overdue=watch.overdue, next_due=watch.next_due, sources=sources_of(watch.election, today),
        )
        for watch in watches
    ]  # fmt: skip


def sources_of(election: Election, today: date) -> str:
    """What of an election's sources needs a person, in words."""
    if unlike([claim.as_said for claim in election.claims.all()]):
        return "contradict each other"
    if unsettled(election.on, Status(election.status), today):
        return "do not say whether it was held"
    return ""


def latest_tiers(watches: Iterable[object]) -> dict[object, Tier]:
    """The latest judgement of each."""
    rows = TierJudgement.objects.filter(watch__in=list(watches)).order_by("at", "pk")
    return {one.watch_id: Tier(one.tier) for one in rows}


def not_taken_on(seat: Seat, today: date) -> QuerySet[Election]:
    """Elections in the time in which one works on them that the own organisation did not take on; cancelled and held ones left out."""
    taken = Watch.objects.filter(held_by=organisation_of(seat)).values("election")
    coming = in_window(Election.objects.all(), today).filter(Q(on__gte=today) | Q(on__isnull=True))
    return coming.exclude(pk__in=taken).exclude(status__in=[Status.CANCELLED.value, Status.HELD.value])


def mine(seat: Seat, today: date) -> QuerySet[Task]:
    """What is the reader's to do, overdue or due soon."""
    return tasks(seat).filter(owner=seat.appointment, state=TaskState.OPEN.value, due__lte=today + SOON)


def unowned(seat: Seat, today: date) -> list[Task]:
    """What nobody has that the reader's role is meant for, overdue or due soon: nobody took it, or who did has left."""
    free = Q(owner=None) | ~Q(owner__in=colleagues(seat).values("pk"))
    near = tasks(seat).filter(free, state=TaskState.OPEN.value, due__lte=today + SOON).order_by("due", "title", "pk")
    return [
        task
        for task in near
        if (step := step_of(task.step)) is None or step.whom in seat.roles or Role.SUPERVISOR in seat.roles
    ]


def moved(seat: Seat) -> QuerySet[Task]:
    """The reader's tasks that the election's day moved and that they have not seen since."""
    return tasks(seat).filter(owner=seat.appointment, moved_at__isnull=False, seen_at=None)
