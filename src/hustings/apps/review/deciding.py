"""Deciding what one holds, and undoing what another person decided."""

from __future__ import annotations

from uuid import UUID

from django.db import connection, transaction

from hustings.apps.audit.record import record
from hustings.apps.database import moment
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, allow, require
from hustings.apps.review.asking import ask, cancel
from hustings.apps.review.errors import LeaseLost, Outdated
from hustings.apps.review.frozen import digest_of, freeze
from hustings.apps.review.holding import Claimed, owned, told
from hustings.apps.review.models import Decision, Message, Reason, State, Undo, Work
from hustings.apps.review.registry import QUEUES, handler_of
from hustings.errors import BadInput, Problem

__all__ = ["decide", "undo"]

NOTE = 4000  # characters


def decide(claim: Claimed, outcome: str, reason_code: str, note: str, *, by: Seat) -> Decision:
    """Decide what one holds, by a reason of the policy that the work names.

    The decision, what it does to the subject, the message of it and the log entry stand together or not at all.
    Repeated by who made it (an answer lost on the way), it is the same decision. With two people the first settles
    nothing, the second does when both agree, and otherwise a third.

    Raises   LeaseLost when the claim is over, Outdated when the subject has changed (it is asked about anew),
             BadInput for an outcome or reason that the policy does not have
    """
    with transaction.atomic():
        decided = attempt(claim, outcome, reason_code, note, by=by)
    if decided is None:
        # Raised only here, so that what was asked anew stands.
        raise Outdated
    return decided


def attempt(claim: Claimed, outcome: str, reason_code: str, note: str, *, by: Seat) -> Decision | None:
    """The decision; None where the subject has changed and was asked about anew."""
    now = moment()
    work = owned(claim, by, now).select_for_update(of=("self",)).first()
    if work is None:
        return made_before(claim, outcome, reason_code, by=by)
    allow(by, QUEUES[work.queue].act)
    handler = handler_of(work.subject_kind)
    if claim.digest != work.digest:
        return None
    if handler.current is not None and renewed(work):
        return None
    reason = reason_of(work, outcome, reason_code, note)
    settles = work.people == 1 or work.pass_no > 2 or (work.pass_no == 2 and agrees(work, outcome))
    decision = Decision.objects.create(
        work=work,
        round=work.round,
        pass_no=work.pass_no,
        fence=work.fence,
        outcome=outcome,
        reason=reason,
        note=note.strip(),
        digest=work.digest,
        settles=settles,
        decided_by=by.appointment,
        decided_at=now,
    )
    work.holder, work.claimed_at, work.lease_until = None, None, None
    work.without = sorted({*work.without, by.person.pk})
    work.pass_no += 1
    changed = ["holder", "claimed_at", "lease_until", "without", "pass_no"]
    if settles:
        work.state, work.outcome, work.ended_at = State.SETTLED, outcome, now
        changed += ["state", "outcome", "ended_at"]
    work.save(update_fields=changed)
    if settles:
        handler.decided(work, decision, by)
        send("settled", decision, work)
    record(
        "review decided",
        by=by,
        subject=work.subject,
        facts=told(work)
        | {
            "decision": str(decision.pk),
            "outcome": outcome,
            "code": reason_code,
            "policy": str(reason.policy_id),
            "settles": settles,
        },
        text={"note": decision.note} if decision.note else None,
    )
    return decision


def made_before(claim: Claimed, outcome: str, reason_code: str, *, by: Seat) -> Decision | None:
    """The decision that this claim made already, where it is repeated.

    Raises   NotKnown, LeaseLost; gives None where a newer version took the work's place
    """
    work = Work.objects.filter(pk=claim.work).first()
    if work is None:
        raise NotKnown
    made = Decision.objects.filter(work=work, fence=claim.fence, decided_by=by.id).select_related("reason").first()
    if made is not None and (made.outcome, made.reason.code) == (outcome, reason_code):
        return made
    if work.state == State.SUPERSEDED and made is None:
        return None
    raise LeaseLost


def renewed(work: Work) -> bool:
    """Ask anew where the subject is not what the snapshot shows, and tell whether that was so."""
    current = handler_of(work.subject_kind).current
    assert current is not None, "asked only where there is one"
    snapshot = current(work.subject_id)
    if snapshot is None:
        cancel(work.subject)
        return True
    if digest_of(freeze(snapshot)) == work.digest:
        return False
    ask(
        work.queue,
        work.subject,
        snapshot=snapshot,
        priority=work.priority,
        due_at=work.due_at,
        people=work.people,
        held_by=work.held_by,
    )
    return True


def reason_of(work: Work, outcome: str, code: str, note: str) -> Reason:
    """The reason of the work's policy.

    Raises   BadInput for a code that does not exist there or does not ground the outcome
    """
    problems = []
    reason = Reason.objects.filter(policy=work.policy_id, code=code).first()
    if reason is None or outcome not in reason.outcomes:
        problems.append(
            Problem(
                where="reason",
                found=f"'{code[:60]}' for '{outcome[:30]}'",
                expected="a reason of the policy that grounds the outcome",
                do="Choose one of those on the page.",
            )
        )
    if len(note) > NOTE:
        problems.append(
            Problem(where="note", found=f"{len(note):,} characters", expected=f"at most {NOTE:,}", do="Shorten it.")
        )
    if problems:
        raise BadInput("The decision cannot be taken.", problems)
    assert reason is not None, "without one there is a problem"
    return reason


def agrees(work: Work, outcome: str) -> bool:
    """Whether the first of two decided the same; asked of the database, which tells nothing else of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT review_agrees(%s, %s)", [work.pk, outcome])
        return bool(cursor.fetchone()[0])


def send(event: str, decision: Decision, work: Work) -> None:
    """Put a message of it into the outbox; its key is the same for ever."""
    now = moment()
    Message.objects.create(
        key=f"{event}:{decision.pk}",
        event=event,
        decision=decision,
        held_by_id=work.held_by_id,
        made_at=now,
        due_at=now,
    )


@transaction.atomic
def undo(decision: UUID, *, by: Seat, reason: str) -> Undo:
    """Undo what another person decided: what it did is taken back, and somebody else decides afresh.

    Neither who decided nor who undoes decides again. Where the subject is being looked at already (an appeal, a newer
    version), that look goes on and no other begins.

    Raises   NotKnown, Refused for one's own decision, BadInput without a reason or for one that does not stand
    """
    found = Decision.objects.select_related("work", "decided_by").filter(pk=decision).first()
    if found is None:
        raise NotKnown
    work = Work.objects.select_for_update(of=("self",)).get(pk=found.work_id)
    require(by, "undo a decision", asked_by=found.decided_by, reason=reason)
    problems = []
    if not reason.strip():
        problems.append(
            Problem(
                where="reason", found="nothing", expected="why, in a sentence", do="Write it; it stands in the log."
            )
        )
    if work.state != State.SETTLED or not found.settles or found.round != work.round:
        problems.append(
            Problem(
                where="decision",
                found="one that does not stand",
                expected="one that stands",
                do="Look at the page anew.",
            )
        )
    if problems:
        raise BadInput("The decision cannot be undone.", problems)
    undone = Undo.objects.create(decision=found, by=by.appointment, reason=reason.strip()[:500], at=moment())
    deciders = Decision.objects.filter(work=work).values_list("decided_by__person", flat=True)
    send("undone", found, work)
    handler_of(work.subject_kind).undone(work, found, by)
    work.outcome, work.without = "", sorted({*work.without, *deciders, by.person.pk})
    work.round, work.pass_no = work.round + 1, 1
    others = Work.objects.filter(
        queue=work.queue, subject_kind=work.subject_kind, subject_id=work.subject_id, state=State.OPEN
    )
    if others.exists():
        work.state = State.SUPERSEDED
    else:
        work.state, work.ended_at = State.OPEN, None
    work.save(update_fields=["outcome", "without", "round", "pass_no", "state", "ended_at"])
    record(
        "review undone",
        by=by,
        subject=work.subject,
        facts=told(work) | {"decision": str(found.pk)},
        reason=reason.strip(),
    )
    return undone
