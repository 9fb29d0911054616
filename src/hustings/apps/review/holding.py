"""Holding a piece of work: taking the next one, keeping it, putting it back, keeping out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from hustings.apps.audit.record import record
from hustings.apps.database import moment
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, allow
from hustings.apps.review.errors import LeaseLost
from hustings.apps.review.models import Recusal, State, Work
from hustings.apps.review.registry import QUEUES
from hustings.errors import BadInput, Problem

__all__ = ["LEASE", "Claimed", "claim", "heartbeat", "held", "recuse", "release"]

LEASE = timedelta(minutes=5)  # renewed by each heartbeat, so a closed browser frees its work within this time


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """What somebody holds: the work, the fence of their claim, and the digest of what they see."""

    work: UUID
    fence: int
    digest: str
    lease_until: datetime | None = None


def claimed(work: Work) -> Claimed:
    """The claim of who holds a work now."""
    return Claimed(work=work.pk, fence=work.fence, digest=work.digest, lease_until=work.lease_until)


# What the holder already has comes first: a browser that was closed finds its work again. The row that another one is
# just taking is skipped, not waited for.
NEXT = """
UPDATE review_work SET holder_id = %(seat)s, claimed_at = %(now)s, lease_until = %(until)s, fence = fence + 1
WHERE id = (
  SELECT w.id FROM review_work w
  WHERE w.held_by_id = %(organisation)s AND w.queue = %(queue)s AND w.state = 'open'
    AND (w.lease_until IS NULL OR w.lease_until <= %(now)s) AND NOT %(person)s = ANY (w.without)
  ORDER BY w.turn_at, w.id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING *
"""


@transaction.atomic
def claim(by: Seat, queue: str) -> Claimed | None:
    """Take the next work of a queue, or the one this seat still holds there; None when nothing waits for them.

    Nobody else can take it before the lease runs out. Nobody is given what they decided before or keep out of.

    Raises   Refused without the queue's act, KeyError for a queue that does not exist
    """
    allow(by, QUEUES[queue].act)
    now = moment()
    still = Work.objects.filter(holder=by.id, state=State.OPEN, lease_until__gt=now, queue=queue).first()
    if still is not None:
        return claimed(still)
    values = {
        "seat": by.id,
        "organisation": by.appointment.position.organisation_id,
        "person": by.person.pk,
        "queue": queue,
        "now": now,
        "until": now + LEASE,
    }
    taken = next(iter(Work.objects.raw(NEXT, values)), None)
    if taken is None:
        return None
    record("review claimed", by=by, subject=taken.subject, facts=told(taken))
    return claimed(taken)


def told(work: Work) -> dict[str, Any]:
    """What each log entry says of a work."""
    return {"work": str(work.pk), "fence": work.fence, "snapshot": work.digest}


def held(by: Seat, key: UUID) -> Work:
    """The work that this seat holds now.

    Raises   NotKnown for one that is not there or not theirs to see, LeaseLost for one they do not hold any more
    """
    work = Work.objects.select_related("policy", "held_by").filter(pk=key).first()
    if work is None:
        raise NotKnown
    if work.holder_id != by.id or not work.held_at(moment()):
        raise LeaseLost
    return work


def heartbeat(claim: Claimed, *, by: Seat) -> Claimed:
    """Hold a work for another lease.

    Raises   LeaseLost when the claim is over
    """
    now = moment()
    kept = owned(claim, by, now).update(lease_until=now + LEASE)
    if not kept:
        raise LeaseLost
    return Claimed(work=claim.work, fence=claim.fence, digest=claim.digest, lease_until=now + LEASE)


def owned(claim: Claimed, by: Seat, now: datetime) -> Any:
    """The row of a claim that still stands."""
    return Work.objects.filter(pk=claim.work, fence=claim.fence, holder=by.id, state=State.OPEN, lease_until__gt=now)


@transaction.atomic
def release(claim: Claimed, *, by: Seat) -> None:
    """Put a work back undecided; somebody else takes it, or the same person later.

    Raises   LeaseLost when the claim is over
    """
    work = owned(claim, by, moment()).select_for_update().first()
    if work is None:
        raise LeaseLost
    free(work)
    record("review released", by=by, subject=work.subject, facts=told(work))


def free(work: Work) -> None:
    """Let a work wait again."""
    work.holder, work.claimed_at, work.lease_until = None, None, None
    work.save(update_fields=["holder", "claimed_at", "lease_until"])


@transaction.atomic
def recuse(claim: Claimed, *, by: Seat, reason: str) -> None:
    """Keep out of everything about this subject, from now on, and put it back for others.

    Raises   LeaseLost when the claim is over, BadInput without a reason
    """
    if not reason.strip():
        raise BadInput(
            "Say why you keep out.",
            [
                Problem(
                    where="reason", found="nothing", expected="a few words", do="For example: a relative works there."
                )
            ],
        )
    work = owned(claim, by, moment()).select_for_update().first()
    if work is None:
        raise LeaseLost
    Recusal.objects.get_or_create(
        person=by.person,
        subject_kind=work.subject_kind,
        subject_id=work.subject_id,
        defaults={"reason": reason.strip(), "at": moment()},
    )
    work.without = sorted({*work.without, by.person.pk})
    work.save(update_fields=["without"])
    free(work)
    record("review recused", by=by, subject=work.subject, facts=told(work), reason=reason.strip())
