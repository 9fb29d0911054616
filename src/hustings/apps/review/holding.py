"""Holding a piece of work: taking the next one, keeping it, putting it back, keeping out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from hustings.apps.database import moment
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, allow
from hustings.apps.review.errors import LeaseLost
from hustings.apps.review.models import Work
from hustings.apps.review.registry import QUEUES
from hustings.errors import BadInput, Problem
from hustings.policy.act import act

__all__ = [
    "LEASE",
    "LONGEST_HOLD",
    "Claimed",
    "claim",
    "escalate",
    "heartbeat",
    "held",
    "put_on_hold",
    "recuse",
    "release",
    "take_up",
]

LEASE = timedelta(minutes=5)  # renewed by each heartbeat, so a closed browser frees its work within this time
LONGEST_HOLD = timedelta(days=3)  # a weekend's answer; what waits for longer is put back


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """What somebody holds: the work, the fence of their claim, and the digest of what they see."""

    work: UUID
    fence: int
    digest: str
    lease_until: datetime | None = None


def claim(by: Seat, queue: str) -> Claimed | None:
    """Take the next work of a queue, or the one this seat still holds there; None when nothing waits for them.

    Nobody else can take it before the lease runs out. Nobody is given what they decided before or keep out of.

    Raises   Refused without the queue's act, KeyError for a queue that does not exist
    """
    name = QUEUES[queue].act
    # The database asks how they stand at this moment; here only what needs an answer and a log entry is asked in full.
    if not by.roles & act(name).roles:
        allow(by, name)
    taken = call("SELECT * FROM review_claim(%s, %s)", queue, LEASE)
    return Claimed(work=taken[0], fence=taken[1], digest=taken[2], lease_until=taken[3]) if taken else None


def call(function: str, *values: Any) -> Any:
    """The row that a function of the database gives, or None; the last one's where several statements go together."""
    with connection.cursor() as cursor:
        cursor.execute(function, values)
        while cursor.nextset():
            pass
        return cursor.fetchone()


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


def heartbeat(claim: Claimed, *, by: Seat) -> Claimed:  # noqa: ARG001 - whose claim it is, the database knows
    """Hold a work for another lease.

    Raises   LeaseLost when the claim is over
    """
    (until,) = call("SELECT review_keep(%s, %s, %s)", claim.work, claim.fence, LEASE)
    if until is None:
        raise LeaseLost
    return Claimed(work=claim.work, fence=claim.fence, digest=claim.digest, lease_until=until)


def release(claim: Claimed, *, by: Seat) -> None:  # noqa: ARG001 - as above
    """Put a work back undecided; somebody else takes it, or the same person later.

    Raises   LeaseLost when the claim is over
    """
    (done,) = call("SELECT review_release(%s, %s)", claim.work, claim.fence)
    if not done:
        raise LeaseLost


def recuse(claim: Claimed, *, by: Seat, reason: str) -> None:  # noqa: ARG001 - as above
    """Keep out of everything about this subject, from now on, and put it back for others.

    Raises   LeaseLost when the claim is over, BadInput without a reason
    """
    said(reason, "Say why you keep out.", "For example: a relative works there.")
    (done,) = call("SELECT review_recuse(%s, %s, %s)", claim.work, claim.fence, reason.strip()[:300])
    if not done:
        raise LeaseLost


def said(reason: str, wrong: str, do: str) -> str:
    """A reason in a few words. Raises BadInput without one."""
    if not reason.strip():
        raise BadInput(wrong, [Problem(where="reason", found="nothing", expected="a few words", do=do)])
    return reason.strip()


def put_on_hold(claim: Claimed, *, by: Seat, reason: str, until: datetime) -> None:  # noqa: ARG001 - as above
    """Keep a work for later and look at other work meanwhile; from `until` on anybody may take it.

    Raises   LeaseLost when the claim is over, BadInput without a reason, or for a moment that is over or too far away
    """
    now = moment()
    problems = []
    if not reason.strip():
        problems.append(
            Problem(
                where="reason", found="nothing", expected="a few words", do="For example: asked the election office."
            )
        )
    if not now < until <= now + LONGEST_HOLD:
        problems.append(
            Problem(
                where="until",
                found=f"{until:%Y-%m-%d %H:%M %Z}",
                expected=f"a moment from now on, at most {LONGEST_HOLD.days} days away",
                do="Choose one, or put it back.",
            )
        )
    if problems:
        raise BadInput("It cannot be kept for later.", problems)
    (done,) = call("SELECT review_put_on_hold(%s, %s, %s, %s)", claim.work, claim.fence, reason.strip()[:500], until)
    if not done:
        raise LeaseLost


def take_up(key: UUID, *, by: Seat) -> Claimed:  # noqa: ARG001 - as above
    """Go on with what one keeps for later.

    Raises   LeaseLost when it is not theirs any more
    """
    taken = call("SELECT * FROM review_take_up(%s, %s)", key, LEASE)
    if taken is None:
        raise LeaseLost
    return Claimed(work=taken[0], fence=taken[1], digest=taken[2], lease_until=taken[3])


def escalate(claim: Claimed, *, by: Seat, reason: str) -> None:  # noqa: ARG001 - as above
    """Pass a work on to who adjudicates; who passes it on does not decide it.

    Raises   LeaseLost when the claim is over, BadInput without a reason, or where nobody else adjudicates
    """
    words = said(reason, "Say why a senior should decide.", "For example: satire or threat, I cannot tell.")
    (verdict,) = call("SELECT review_escalate(%s, %s, %s)", claim.work, claim.fence, words[:500])
    if verdict == "nobody":
        raise BadInput(
            "There is nobody to pass it on to.",
            [
                Problem(
                    where="senior",
                    found="nobody who could decide it",
                    expected="another person recorded as senior",
                    do="Decide it, keep it for later, or put it back; a supervisor records who adjudicates.",
                )
            ],
        )
    if verdict != "passed on":
        raise LeaseLost
