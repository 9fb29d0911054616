"""Reads about review: what waits, what is mine, what was decided, by which reasons, with how much agreement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from hustings.apps.database import moment
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, can
from hustings.apps.review.agreement import alpha
from hustings.apps.review.models import Appeal, Decision, Message, State, Work
from hustings.apps.review.registry import QUEUES, Queue

__all__ = [
    "Agreement",
    "Waiting",
    "agreement",
    "appeals",
    "by_reason",
    "decisions",
    "find_decision",
    "given_up",
    "mine",
    "queues",
    "waiting",
]

SOON = timedelta(hours=4)
MOST = 1000  # nobody needs to know whether ten thousand wait or eleven, and each page asks


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """How a queue stands for one reader; `more`: these are the figures of the next MOST, and more wait."""

    name: str
    queue: Queue
    waits: int
    held: int
    for_me: int
    overdue: int
    soon: int
    oldest: datetime | None
    more: bool
    may_take: bool


def queues(seat: Seat) -> list[str]:
    """The queues this reader may take work from."""
    return [name for name, queue in QUEUES.items() if can(seat, queue.act)]


def waiting(seat: Seat) -> list[Waiting]:
    """Each queue of the reader's organisation, those they work in first; of a long one the next MOST are looked at."""
    now = moment()
    mine = queues(seat)
    every = []
    for name, queue in QUEUES.items():
        rows = list(
            Work.objects.filter(held_by=seat.appointment.position.organisation_id, queue=name, state=State.OPEN)
            .order_by("turn_at", "id")
            .values_list("lease_until", "due_at", "asked_at", "without")[:MOST]
        )
        free = [row for row in rows if row[0] is None or row[0] <= now]
        every.append(
            Waiting(
                name=name,
                queue=queue,
                waits=len(free),
                held=len(rows) - len(free),
                for_me=sum(seat.person.pk not in row[3] for row in free),
                overdue=sum(row[1] <= now for row in rows),
                soon=sum(now < row[1] <= now + SOON for row in rows),
                oldest=min((row[2] for row in free), default=None),
                more=len(rows) == MOST,
                may_take=name in mine,
            )
        )
    return sorted(every, key=lambda each: not each.may_take)


def mine(seat: Seat) -> QuerySet[Work]:
    """What this seat holds now, what runs out first first."""
    return Work.objects.filter(holder=seat.id, state=State.OPEN, lease_until__gt=moment()).order_by(
        "on_hold", "lease_until"
    )


def decisions(seat: Seat) -> QuerySet[Decision]:
    """Decisions that settled something, newest first; row rules keep to the reader's organisation."""
    organisation = seat.appointment.position.organisation_id
    return (
        Decision.objects.filter(settles=True, work__held_by=organisation)
        .select_related("work__policy", "reason", "decided_by__person", "undo", "appeal")
        .order_by("-decided_at")
    )


def find_decision(seat: Seat, key: UUID) -> Decision:
    """One decision.

    Raises   NotKnown for one that is not there, not theirs, or not told to them before the work is settled
    """
    found = (
        Decision.objects.filter(pk=key, work__held_by=seat.appointment.position.organisation_id)
        .select_related("work__policy", "reason", "decided_by__person", "undo__by__person", "appeal__work")
        .first()
    )
    if found is None:
        raise NotKnown
    return found


def appeals(seat: Seat) -> QuerySet[Appeal]:
    """Appeals, newest first."""
    return (
        Appeal.objects.filter(work__held_by=seat.appointment.position.organisation_id)
        .select_related("work", "decision__reason", "decision__work")
        .order_by("-at")
    )


def given_up(seat: Seat) -> QuerySet[Message]:
    """Messages that could not be delivered."""
    return (
        Message.objects.filter(held_by=seat.appointment.position.organisation_id, dead_at__isnull=False)
        .select_related("decision__work")
        .order_by("-dead_at")
    )


def by_reason(seat: Seat, since: datetime) -> list[dict[str, object]]:
    """Decisions that stand, by queue, policy, reason and outcome, the most frequent first; with how many were undone."""
    rows = (
        Decision.objects.filter(
            settles=True, decided_at__gte=since, work__held_by=seat.appointment.position.organisation_id
        )
        .order_by()
        .values("work__queue", "reason__policy__version", "reason__code", "reason__title", "outcome")
        .annotate(
            many=Count("pk"),
            undone=Count("pk", filter=Q(undo__isnull=False)),
            appealed=Count("pk", filter=Q(appeal__isnull=False)),
        )
        .order_by("-many", "reason__code", "outcome")
    )
    return [dict(row) for row in rows]


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How often two people who did not see each other's outcome decided the same, and beyond chance (alpha)."""

    queue: str
    pairs: int
    same: int
    alpha: float | None

    @property
    def share(self) -> float:
        """The part of pairs that agree, in percent."""
        return 100 * self.same / self.pairs


def agreement(seat: Seat, since: datetime) -> list[Agreement]:
    """By queue, of what two people looked at; only of what is settled, so that nobody is told before."""
    looks: dict[str, dict[tuple[UUID, int], list[str]]] = {}
    # What its maker took back within seconds was a slip, and no look.
    rows = (
        Decision.objects.exclude(undo__by=F("decided_by"))
        .filter(
            pass_no__lte=2,
            decided_at__gte=since,
            work__people=2,
            work__state=State.SETTLED,
            work__held_by=seat.appointment.position.organisation_id,
        )
        .values_list("work__queue", "work_id", "round", "outcome")
    )
    for queue, work, round_, outcome in rows.order_by("work_id", "round", "pass_no"):
        looks.setdefault(queue, {}).setdefault((work, round_), []).append(outcome)
    told = []
    for queue, works in sorted(looks.items()):
        pairs = [(each[0], each[1]) for each in works.values() if len(each) == 2]
        if pairs:
            told.append(
                Agreement(queue=queue, pairs=len(pairs), same=sum(a == b for a, b in pairs), alpha=alpha(pairs))
            )
    return told
