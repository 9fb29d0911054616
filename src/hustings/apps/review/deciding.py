"""Deciding what one holds, and undoing what another person decided."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from hustings.apps.database import moment, taken_back_on_error
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, require
from hustings.apps.review.asking import ask, cancel
from hustings.apps.review.errors import LeaseLost, Outdated
from hustings.apps.review.frozen import digest_of, freeze
from hustings.apps.review.harm import Harm
from hustings.apps.review.holding import LEASE, Claimed, call
from hustings.apps.review.models import Decision, State, Undo, Work
from hustings.apps.review.registry import handler_of
from hustings.errors import BadInput, Problem
from hustings.policy.reviewing import Topic

__all__ = ["NOTE", "decide", "decide_and_claim", "take_back", "undo"]

NOTE = 4000  # characters


class Changed(Exception):
    """The subject is not what the snapshot shows."""

    def __init__(self, work: Work, snapshot: dict[str, Any] | None) -> None:
        self.work = work
        self.snapshot = snapshot


def decide(held: Claimed, outcome: str, reason_code: str, note: str, *, by: Seat) -> Decision:
    """Decide what one holds, by a reason of the policy that the work names.

    The decision, what it does to the subject, the message of it and the log entry stand together or not at all.
    Repeated by who made it (an answer lost on the way), it is the same decision, and does nothing again. With two
    people the first settles nothing, the second does when both agree, and otherwise a third.

    Whoever calls catches Outdated inside their transaction, so that what was asked anew stands; undone with it, the
    older work waits on and is refused again.

    Raises   LeaseLost when the claim is over, Outdated when the subject has changed (it is asked about anew),
             BadInput for an outcome or reason that the policy does not have, NotKnown
    """
    decision, _ = at_once(held, outcome, reason_code, note, by=by, lease=None)
    return decision


def decide_and_claim(
    held: Claimed, outcome: str, reason_code: str, note: str, *, by: Seat
) -> tuple[Decision, Claimed | None]:
    """Decide as `decide` does, and take the next of the same queue with it; None where nothing waits for them.

    Both stand or fall together: refused, nothing is decided and nothing taken.

    Raises   what `decide` raises
    """
    return at_once(held, outcome, reason_code, note, by=by, lease=LEASE)


def at_once(
    held: Claimed, outcome: str, reason_code: str, note: str, *, by: Seat, lease: timedelta | None
) -> tuple[Decision, Claimed | None]:
    """The decision, and with a lease the next work; None where none was taken with it."""
    note = note.strip()
    if len(note) > NOTE:
        raise BadInput(
            "The decision cannot be taken.",
            [Problem(where="note", found=f"{len(note):,} characters", expected=f"at most {NOTE:,}", do="Shorten it.")],
        )
    try:
        with taken_back_on_error() as together:
            return made(held, outcome, reason_code, note, by=by, lease=lease, together=together)
    except Changed as changed:
        renew(changed.work, changed.snapshot)
        raise Outdated from None


def made(
    held: Claimed, outcome: str, code: str, note: str, *, by: Seat, lease: timedelta | None, together: str
) -> tuple[Decision, Claimed | None]:
    """The decision as the database has it, what follows for the subject, and the next work."""
    row = call(
        together + "SELECT * FROM review_decide(%s, %s, %s, %s, %s, %s, %s)",  # noqa: S608 - a savepoint of ours
        held.work,
        held.fence,
        held.digest,
        outcome,
        code,
        note,
        lease,
    )
    verdict, key, reason, settles, round_, pass_no, at, queue, kind, subject, held_by, policy, people, moves, *taken = (
        row
    )
    claimed = Claimed(work=taken[0], fence=taken[1], digest=taken[2], lease_until=taken[3]) if taken[0] else None
    match verdict:
        case "not_known":
            raise NotKnown
        case "lease_lost":
            raise LeaseLost
        case "outdated":
            raise Outdated
        case "reason":
            raise BadInput(
                "The decision cannot be taken.",
                [
                    Problem(
                        where="reason",
                        found=f"'{code[:60]}' for '{outcome[:30]}'",
                        expected="a reason of the policy that grounds the outcome",
                        do="Choose one of those on the page.",
                    )
                ],
            )
        case "repeated":
            return Decision.objects.select_related("reason", "work").get(pk=key), claimed
    known = {"id": held.work, "queue": queue, "subject_kind": kind, "subject_id": subject, "digest": held.digest,
             "held_by_id": held_by, "policy_id": policy, "people": people, "fence": held.fence, "round": round_,
             "state": State.SETTLED.value if settles else State.OPEN.value, "outcome": outcome if settles else "",
             "pass_no": pass_no + 1}  # fmt: skip
    work = partly(Work, known)
    said = {"id": key, "work_id": held.work, "round": round_, "pass_no": pass_no, "fence": held.fence, "outcome": outcome,
            "reason_id": reason, "note": note, "digest": held.digest, "settles": settles, "decided_by_id": by.id,
            "decided_at": at}  # fmt: skip
    decision = partly(Decision, said)
    assert isinstance(work, Work)
    assert isinstance(decision, Decision)
    decision.work, decision.decided_by = work, by.appointment
    if not moves:
        return decision, claimed
    handler = handler_of(kind)
    if handler.current is not None:
        snapshot = handler.current(subject)
        if snapshot is None or digest_of(freeze(snapshot)) != held.digest:
            raise Changed(work, snapshot)
    if settles:
        handler.decided(work, decision, by)
    return decision, claimed


def partly(model: type[Model], known: dict[str, Any]) -> Model:
    """A row of which some columns are known; the others are fetched where somebody asks for them."""
    names = [field.attname for field in model._meta.concrete_fields if field.attname in known]  # noqa: SLF001 - documented by Django
    return model.from_db("default", names, [known[name] for name in names])


def renew(work: Work, snapshot: dict[str, Any] | None) -> None:
    """Ask anew about what has changed, as urgently as before; about what is gone, no more."""
    if snapshot is None:
        cancel(work.subject)
        return
    before = Work.objects.get(pk=work.pk)
    ask(
        before.queue,
        before.subject,
        snapshot=snapshot,
        priority=before.priority,
        due_at=before.due_at,
        people=before.people,
        held_by=before.held_by,
        harm=Harm.read(before.harm) if before.harm is not None else None,
        topics=[Topic(each) for each in before.topics],
        item=before.item_id,
        bundle=before.bundle,
    )


@transaction.atomic
def undo(decision: UUID, *, by: Seat, reason: str, because: UUID | None = None) -> Undo:
    """Undo what another person decided: what it did is taken back, and somebody else decides afresh.

    Neither who decided nor who undoes decides again. Where the subject is being looked at already (an appeal, a newer
    version), that look goes on and no other begins.

    Raises   NotKnown, Refused for one's own decision, BadInput without a reason or for one that does not stand
    """
    found = Decision.objects.select_related("work", "decided_by", "reason").filter(pk=decision).first()
    if found is None:
        raise NotKnown
    require(by, "undo a decision", asked_by=found.decided_by, reason=reason)
    if not reason.strip():
        raise BadInput(
            "The decision cannot be undone.",
            [
                Problem(
                    where="reason", found="nothing", expected="why, in a sentence", do="Write it; it stands in the log."
                )
            ],
        )
    (verdict,) = call("SELECT review_undo_decision(%s, %s, %s)", found.pk, reason.strip()[:500], because)
    if verdict == "stale":
        raise BadInput(
            "The decision cannot be undone.",
            [
                Problem(
                    where="decision",
                    found="one that does not stand any more",
                    expected="the one that stands",
                    do="Load the page again.",
                )
            ],
        )
    if not verdict.startswith("undone"):
        raise NotKnown
    if verdict == "undone":
        handler_of(found.work.subject_kind).undone(found.work, found, by)
    # Not read again: until it is decided afresh, nobody who may decide is told how it was decided before.
    return Undo(decision=found, by=by.appointment, reason=reason.strip()[:500], at=moment())


@transaction.atomic
def take_back(decision: UUID, *, by: Seat) -> Claimed | None:
    """Take one's own decision back within seconds, a slip of the finger: what it did is taken back, and one holds it again.

    The look stays on record, marked as taken back. None where it is too late, or somebody has looked since: then
    another person can undo it.

    Raises   NotKnown for a decision that is not theirs
    """
    found = Decision.objects.select_related("work", "reason").filter(pk=decision, decided_by=by.appointment).first()
    if found is None:
        raise NotKnown
    verdict, settled, work, fence, digest, until = call("SELECT * FROM review_take_back(%s, %s)", found.pk, LEASE)
    if verdict == "not_known":
        raise NotKnown
    if verdict != "taken back":
        return None
    if settled:
        handler_of(found.work.subject_kind).undone(found.work, found, by)
    return Claimed(work=work, fence=fence, digest=digest, lease_until=until)
