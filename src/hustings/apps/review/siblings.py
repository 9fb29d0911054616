"""Decisions of the same cause as one that was overturned: told before anything is done, and then decided afresh."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from hustings.apps.database import moment
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown
from hustings.apps.review.deciding import undo
from hustings.apps.review.find import find_decision
from hustings.apps.review.models import Decision, State
from hustings.errors import BadInput, Problem

__all__ = ["MOST", "Siblings", "overturned", "reopen", "siblings", "waiting_for_siblings"]

MOST = 200  # of one turn: what a person reads through before pressing
SINCE = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class Siblings:
    """Standing decisions of the same cause: the same outcome by the same reason, about equal words or in one bundle.

    more      how many stand beyond those listed; they come next
    own       how many the reader decided themself: another person reopens these
    """

    listed: list[Decision]
    more: int
    own: int


def overturned(decision: Decision) -> Decision | None:
    """The decision by which this one was overturned: on appeal, or afresh after it was undone, with another outcome."""
    appeal = getattr(decision, "appeal", None)
    if appeal is not None and appeal.work.state == State.SETTLED:
        later = appeal.work.decisions.filter(settles=True, round=appeal.work.round, undo__isnull=True)
    elif getattr(decision, "undo", None) is not None and decision.work.state == State.SETTLED:
        later = decision.work.decisions.filter(settles=True, round=decision.work.round, undo__isnull=True)
    else:
        return None
    return later.exclude(outcome=decision.outcome).exclude(pk=decision.pk).select_related("reason").first()


def alike(decision: Decision) -> QuerySet[Decision]:
    """Standing decisions of the cause of this one, the oldest first."""
    work = decision.work
    same = Q(pk__in=[])
    if work.text_mark:
        same |= Q(work__text_mark=work.text_mark)
    if work.bundle is not None:
        same |= Q(work__bundle=work.bundle)
    return (
        Decision.objects.filter(
            same,
            settles=True,
            undo__isnull=True,
            appeal__isnull=True,
            outcome=decision.outcome,
            reason__code=decision.reason.code,
            work__policy__name=work.policy.name,
            work__held_by=work.held_by_id,
            work__queue=work.queue,
            work__state=State.SETTLED,
            work__round=F("round"),
        )
        .exclude(work__subject_kind=work.subject_kind, work__subject_id=work.subject_id)
        .select_related("work__policy", "reason")
        .order_by("decided_at", "pk")
    )


def siblings(seat: Seat, key: UUID) -> tuple[Decision, Decision, Siblings]:
    """An overturned decision, what overturned it, and its siblings.

    Raises   NotKnown for a decision that the reader may not see, or that was not overturned
    """
    decision = find_decision(seat, key)
    instead = overturned(decision)
    if instead is None:
        raise NotKnown
    found = alike(decision)
    others = found.exclude(decided_by__person=seat.person)
    listed = list(others[:MOST])
    many = others.count()
    return decision, instead, Siblings(listed=listed, more=many - len(listed), own=found.count() - many)


@transaction.atomic
def reopen(key: UUID, chosen: list[UUID], *, by: Seat) -> int:
    """Have siblings of an overturned decision decided afresh, by people who decided none of it; gives how many.

    chosen   those that were listed and that the reader left in
    Raises   NotKnown, Refused, BadInput where the list is not what stands any more: nothing is reopened then
    """
    decision, _, found = siblings(by, key)
    listed = {each.pk for each in found.listed}
    if not chosen or not set(chosen) <= listed:
        raise BadInput(
            "Nothing was reopened.",
            [
                Problem(
                    where="siblings",
                    found=f"{len(set(chosen) - listed)} of {len(chosen)} that do not stand as listed",
                    expected="one or more of those listed",
                    do="Look at the list again: somebody may have reopened or decided some meanwhile.",
                )
            ],
        )
    for each in chosen:
        undo(each, by=by, reason="a decision of the same cause was overturned", because=decision.pk)
    return len(chosen)


def waiting_for_siblings(seat: Seat) -> list[Decision]:
    """Overturned decisions of late whose siblings stand, the newest first; at most ten are looked at."""
    late = moment() - SINCE
    organisation = seat.appointment.position.organisation_id
    rows = (
        Decision.objects.filter(settles=True, work__held_by=organisation)
        .filter(
            Q(appeal__work__state=State.SETTLED, appeal__work__ended_at__gte=late)
            & ~Q(appeal__work__outcome=F("outcome"))
            | Q(undo__isnull=False, undo__because__isnull=True, work__state=State.SETTLED, work__ended_at__gte=late)
            & ~Q(work__outcome=F("outcome"))
        )
        .select_related("work__policy", "reason", "appeal__work", "undo")
        .order_by("-decided_at", "pk")[:10]
    )
    return [
        row
        for row in rows
        if overturned(row) is not None and alike(row).exclude(decided_by__person=seat.person).exists()
    ]
