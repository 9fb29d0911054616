"""Review for programs: how queues stand, what comes next, and what its holder decides, by the same actions as the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import ConfigDict, Field

from hustings.apps.api_caller import caller, needs
from hustings.apps.api_problem import ApiProblem
from hustings.apps.permission import NotKnown, require
from hustings.apps.review import actions, find
from hustings.apps.review.errors import LeaseLost, ReviewError
from hustings.apps.review.holding import held
from hustings.apps.review.models import Reason, Work
from hustings.apps.review.registry import QUEUES
from hustings.apps.tokens.scope import Scope

__all__ = ["router"]

router = Router(auth=needs(Scope.READ_REVIEW))

Fence = Annotated[int, Field(ge=0, lt=2**62)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Code = Annotated[str, Field(max_length=60, pattern=r"^[^\x00]*$")]
Name = Annotated[str, Path(max_length=40, pattern=r"^[a-z-]+$")]


class QueueOut(Schema):
    """How a queue stands. Figures are of the next thousand works; `more` says that others wait behind them."""

    name: str
    title: str
    waits: int
    for_me: int
    held: int
    overdue: int
    due_in_four_hours: int
    oldest: datetime | None
    more: bool
    may_take: bool


class QueuesOut(Schema):
    """Every queue of the caller's organisation."""

    items: list[QueueOut]


class ReasonOut(Schema):
    """A reason of the policy, and the outcomes that it can ground."""

    code: str
    title: str
    outcomes: list[str]


class HeldOut(Schema):
    """What the caller holds: the frozen snapshot, and what to name when deciding."""

    id: UUID
    queue: str
    kind: str
    fence: int
    digest: str
    lease_until: datetime
    asked_at: datetime
    due_at: datetime
    policy: str
    outcomes: list[str]
    reasons: list[ReasonOut]
    snapshot: dict[str, Any]


class TakenOut(Schema):
    """What was taken; null where nothing waits for the caller."""

    work: HeldOut | None


class ClaimIn(Schema):
    """Which claim is spoken of."""

    model_config = ConfigDict(extra="forbid")
    fence: Fence


class DecisionIn(Schema):
    """A decision on exactly what was shown."""

    model_config = ConfigDict(extra="forbid")
    fence: Fence
    digest: Digest
    outcome: Annotated[str, Field(max_length=30, pattern=r"^[^\x00]*$")]
    code: Code
    note: Annotated[str, Field(max_length=4000, pattern=r"^[^\x00]*$")] = ""
    take_next: bool = Field(default=False, description="Take the next of the same queue with it.")


class DecidedOut(Schema):
    """The decision, and the next work where it was asked for; whether it settled anything is told by the queue alone."""

    decision: UUID
    decided_at: datetime
    next: HeldOut | None


class KeptOut(Schema):
    """Until when the caller holds it."""

    lease_until: datetime


class ReleasedOut(Schema):
    """That it was put back."""

    released: bool


def held_out(work: Work, *, fence: int) -> HeldOut:
    """A held work as programs read it."""
    assert work.lease_until is not None
    return HeldOut(
        id=work.pk, queue=work.queue, kind=work.subject_kind, fence=fence, digest=work.digest, lease_until=work.lease_until,
        asked_at=work.asked_at, due_at=work.due_at, policy=str(work.policy),
        outcomes=[str(each["code"]) for each in work.policy.outcomes],
        reasons=[ReasonOut(code=each.code, title=each.title, outcomes=each.outcomes) for each in Reason.objects.filter(policy=work.policy_id)],
        snapshot=work.snapshot,
    )  # fmt: skip


def taken(request: HttpRequest, claim: actions.Claimed | None) -> HeldOut | None:
    """What a claim gave."""
    return None if claim is None else held_out(held(caller(request), claim.work), fence=claim.fence)


@router.get("/queues", response=QueuesOut, summary="How queues stand", operation_id="review_queues")
def queues(request: HttpRequest) -> QueuesOut:
    """Those the caller works in first. Nothing is told of who decides how fast."""
    seat = caller(request)
    require(seat, "list reviews")
    return QueuesOut(
        items=[
            QueueOut(
                name=each.name, title=each.queue.title, waits=each.waits, for_me=each.for_me, held=each.held,
                overdue=each.overdue, due_in_four_hours=each.soon, oldest=each.oldest, more=each.more, may_take=each.may_take,
            )
            for each in find.waiting(seat)
        ]
    )  # fmt: skip


@router.post(
    "/queues/{queue}/claim",
    response=TakenOut,
    auth=needs(Scope.WRITE_REVIEW),
    summary="Take the next",
    operation_id="claim_review",
)
def claim(request: HttpRequest, queue: Name) -> TakenOut:
    """The next work of a queue, or what the caller still holds there. Nobody takes a work by name."""
    if queue not in QUEUES:
        raise NotKnown
    return TakenOut(work=taken(request, actions.claim(caller(request), queue)))


@router.get("/work/{key}", response=HeldOut, summary="What you hold", operation_id="review_work")
def work(request: HttpRequest, key: UUID) -> HeldOut:
    """As it was when it was asked about."""
    seat = caller(request)
    require(seat, "list reviews")
    try:
        found = held(seat, key)
    except LeaseLost as lost:
        raise ApiProblem("conflict", str(lost)) from lost
    return held_out(found, fence=found.fence)


@router.post(
    "/work/{key}/decide",
    response=DecidedOut,
    auth=needs(Scope.WRITE_REVIEW),
    summary="Decide",
    operation_id="decide_review",
)
def decide(request: HttpRequest, key: UUID, body: DecisionIn) -> DecidedOut:
    """Said again after a lost answer, it is the same decision. What changed meanwhile is asked about anew."""
    seat = caller(request)
    spoken = actions.Claimed(work=key, fence=body.fence, digest=body.digest)
    following = None
    try:
        if body.take_next:
            made, following = actions.decide_and_claim(spoken, body.outcome, body.code, body.note, by=seat)
        else:
            made = actions.decide(spoken, body.outcome, body.code, body.note, by=seat)
    except ReviewError as over:
        # Answered and not raised further: what was asked anew about a changed subject stands.
        raise ApiProblem("conflict", str(over)) from over
    return DecidedOut(decision=made.pk, decided_at=made.decided_at, next=taken(request, following))


@router.post(
    "/work/{key}/heartbeat",
    response=KeptOut,
    auth=needs(Scope.WRITE_REVIEW),
    summary="Hold it for longer",
    operation_id="keep_review",
)
def heartbeat(request: HttpRequest, key: UUID, body: ClaimIn) -> KeptOut:
    """For another lease of five minutes."""
    try:
        kept = actions.heartbeat(actions.Claimed(work=key, fence=body.fence, digest=""), by=caller(request))
    except LeaseLost as lost:
        raise ApiProblem("conflict", str(lost)) from lost
    assert kept.lease_until is not None
    return KeptOut(lease_until=kept.lease_until)


@router.post(
    "/work/{key}/release",
    response=ReleasedOut,
    auth=needs(Scope.WRITE_REVIEW),
    summary="Put it back",
    operation_id="release_review",
)
def release(request: HttpRequest, key: UUID, body: ClaimIn) -> ReleasedOut:
    """Undecided; somebody else takes it, or the same person later."""
    try:
        actions.release(actions.Claimed(work=key, fence=body.fence, digest=""), by=caller(request))
    except LeaseLost as lost:
        raise ApiProblem("conflict", str(lost)) from lost
    return ReleasedOut(released=True)
