"""One decision about many works: proposed from a preview, agreed to by another person, decided in stages, rolled back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, allow, require
from hustings.apps.review.deciding import decide, undo
from hustings.apps.review.errors import ReviewError
from hustings.apps.review.holding import LEASE, Claimed, call
from hustings.apps.review.models import Bulk, BulkItem, Decision, State, Work
from hustings.apps.review.registry import QUEUES
from hustings.errors import BadInput, Problem

__all__ = ["MOST", "STAGES", "Became", "agree", "plans", "preview", "propose", "release", "roll_back"]

MOST = 500  # works of one plan: what two people can look through
STAGES = (10, 50, 100)


@dataclass(frozen=True, kw_only=True)
class Became:
    """What a stage came to."""

    decided: int
    left_out: int


def preview(seat: Seat, queue: str, text: str) -> list[Work]:
    """What a plan would be about: works that wait for a first look of one person, whose snapshot says `text`.

    Those that somebody holds, that two people have to look at or that the reader keeps out of are not among them;
    at most MOST + 1, so that it shows when a plan would be about too many.
    """
    if queue not in QUEUES:
        raise NotKnown
    allow(seat, QUEUES[queue].act)
    waiting = Work.objects.filter(
        held_by=seat.appointment.position.organisation_id, queue=queue, state=State.OPEN, people=1, pass_no=1,
        holder__isnull=True,
    ).exclude(without__contains=[seat.person.pk])  # fmt: skip
    if text.strip():
        waiting = waiting.filter(frozen__icontains=as_frozen(text))
    return list(waiting.select_related("policy").order_by("turn_at", "id")[: MOST + 1])


def as_frozen(text: str) -> str:
    """Words as a frozen snapshot has them."""
    return json.dumps(text.strip(), ensure_ascii=True)[1:-1]


@transaction.atomic
def propose(queue: str, works: Sequence[UUID], outcome: str, code: str, *, why: str, by: Seat) -> Bulk:
    """Propose one outcome by one reason for exactly these works.

    Raises   Refused, NotKnown for a queue that is not there, BadInput naming all that is wrong
    """
    if queue not in QUEUES:
        raise NotKnown
    require(by, "decide in bulk")
    allow(by, QUEUES[queue].act)
    problems = []
    if not 1 <= len(set(works)) <= MOST:
        problems.append(
            Problem(where="works", found=f"{len(set(works)):,}", expected=f"1 to {MOST:,}", do="Search more narrowly.")
        )
    if len(why.split()) < 3:
        problems.append(
            Problem(where="why", found=f"{len(why.split())} words", expected="what these have in common, in a sentence",
                    do="Write it for the person who agrees.")
        )  # fmt: skip
    made: UUID | None = None
    if not problems:
        ordered = list(dict.fromkeys(works))
        (made,) = call(
            "SELECT review_bulk_propose(%s, %s, %s, %s, %s::uuid[], %s::smallint[])",
            queue, outcome, code, why.strip()[:1000], ordered, list(STAGES),
        )  # fmt: skip
        if made is None:
            problems.append(
                Problem(
                    where="works, outcome or reason",
                    found="works that are held, changed or under another policy, or a reason that does not ground it",
                    expected="works that all wait, and a reason of their policy for that outcome",
                    do="Look at the list again, and choose anew.",
                )
            )
    if problems:
        raise BadInput("Nothing was proposed.", problems)
    assert made is not None
    return Bulk.objects.get(pk=made)


def plans(seat: Seat) -> QuerySet[Bulk]:
    """Plans of the reader's organisation, the newest first."""
    return (
        Bulk.objects.filter(held_by=seat.appointment.position.organisation_id)
        .select_related("reason__policy", "by__person", "approved_by__person")
        .order_by("-at", "id")
    )


def find_plan(seat: Seat, key: UUID) -> Bulk:
    """One plan. Raises NotKnown."""
    found = plans(seat).filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found


@transaction.atomic
def agree(key: UUID, digest: str, *, by: Seat, agrees: bool) -> Bulk:
    """Agree to what another person proposed, as it was previewed, or not.

    Raises   NotKnown, Refused for one's own, BadInput where it is not what was previewed
    """
    plan = find_plan(by, key)
    require(by, "agree to decide in bulk", asked_by=plan.by)
    (verdict,) = call("SELECT review_bulk_answer(%s, %s, %s)", plan.pk, digest, agrees)
    if verdict == "stale":
        raise BadInput(
            "This was not answered.",
            [Problem(where="plan", found="one that was answered or is another", expected="the one that was previewed",
                     do="Load the page again.")],
        )  # fmt: skip
    if verdict != "answered":
        raise NotKnown
    plan.refresh_from_db()
    return plan


@transaction.atomic
def release(key: UUID, *, by: Seat) -> Became:
    """Decide the works of the next stage, in the name of who proposed it; another person has agreed.

    What is held, decided or changed meanwhile is left out and waits on.

    Raises   NotKnown, BadInput where no stage is left or nobody agreed
    """
    plan = find_plan(by, key)
    allow(by, "decide in bulk")
    (stage,) = call("SELECT review_bulk_release(%s)", plan.pk)
    if stage is None:
        raise BadInput(
            "Nothing was decided.",
            [Problem(where="plan", found=f"{plan.state}, {plan.released} of {len(plan.stages)} stages released",
                     expected="one of yours that another person agreed to, with a stage left", do="Load the page again.")],
        )  # fmt: skip
    decided = 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM review_bulk_take(%s, %s::interval)", [plan.pk, f"{LEASE.total_seconds()} seconds"]
        )
        taken = cursor.fetchall()
    for item, work, fence, digest in taken:
        held = Claimed(work=work, fence=fence, digest=digest)
        try:
            made = decide(held, plan.outcome, plan.reason.code, "", by=by)
        except ReviewError:
            left_out(item, "it changed meanwhile")
            continue
        call("SELECT review_bulk_became(%s, %s)", item, made.pk)
        decided += 1
    call("SELECT review_bulk_end(%s)", plan.pk)
    many = BulkItem.objects.filter(bulk=plan).exclude(left_out="").count()
    return Became(decided=decided, left_out=many)


def left_out(item: UUID, why: str) -> None:
    """Say of a work that it was not decided with the others."""
    call("SELECT review_bulk_left_out(%s, %s)", item, why)


@transaction.atomic
def roll_back(key: UUID, *, by: Seat, reason: str) -> int:
    """Undo every decision of a plan that stands; people decide these works afresh, one by one. Gives how many.

    Raises   NotKnown, Refused for one's own plan, BadInput without a reason or for a plan that did nothing
    """
    plan = find_plan(by, key)
    require(by, "agree to decide in bulk", asked_by=plan.by, reason=reason)
    if not reason.strip():
        raise BadInput("It was not rolled back.", [Problem(where="reason", found="nothing", expected="why, in a sentence", do="Write it.")])  # fmt: skip
    (done,) = call("SELECT review_bulk_rolled_back(%s)", plan.pk)
    if not done:
        raise BadInput(
            "It was not rolled back.",
            [Problem(where="plan", found=plan.state, expected="one that was released", do="Load the page again.")],
        )
    standing = Decision.objects.filter(
        pk__in=BulkItem.objects.filter(bulk=plan, decision__isnull=False).values("decision"), undo__isnull=True
    )
    many = 0
    for decision in standing.order_by("decided_at", "pk"):
        try:
            with transaction.atomic():
                undo(decision.pk, by=by, reason=reason)
        except BadInput:
            continue  # decided afresh since: that decision is another one's
        many += 1
    return many
