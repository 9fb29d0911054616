"""The quality of review for programs: what waits, rates of error with intervals, agreement, appeals, samples."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from hustings.apps.api_caller import caller, needs
from hustings.apps.api_cursor import page
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, require
from hustings.apps.review.models import Sample
from hustings.apps.review.quality import actions, find
from hustings.apps.review.quality.find import SINCE
from hustings.apps.review.quality.told import end_of, start_of
from hustings.apps.tokens.scope import Scope
from hustings.staffing.quality_error import ErrorKind
from hustings.staffing.quality_interval import Rate

__all__ = ["router"]

router = Router(auth=needs(Scope.READ_REVIEW))

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=400, description="`next` of the page before.")]
Words = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]


class By(StrEnum):
    """What rates are told by."""

    QUEUE = "queue"
    POLICY = "policy"
    LANGUAGE = "language"


class RateOut(Schema):
    """A share with the interval that holds the true one in 95 of 100 such samples."""

    share: float
    low: float
    high: float
    looked: int = Field(description="The looks that it rests on.")


class BacklogOut(Schema):
    """What waits of a queue in a language. `breaks` is a lower bound: as if people took what is due first, and nothing came."""

    queue: str
    language: str
    waits: int
    held: int
    oldest: datetime
    overdue: int
    due_in_24_hours: int
    breaks: int
    first_breaks_at: datetime | None
    decided_an_hour: float = Field(description="Of all people together, over the last day.")


class BacklogsOut(Schema):
    """What is most late first."""

    items: list[BacklogOut]


class ErrorsOut(Schema):
    """Rates of one kind of decisions; null on fewer than ten looks, or where fewer than three people decided."""

    name: str
    decisions: int
    looked: int
    wrong: RateOut | None
    wrongly_taken_away: RateOut | None
    wrongly_left: RateOut | None
    violates: RateOut | None


class GoldOut(Schema):
    """Decisions on items whose right answer is known."""

    name: str
    looks: int
    wrong: RateOut | None
    kinds: dict[str, int] | None


class QualityOut(Schema):
    """Of the last 90 days. The correlation is of what makes two people err; null with too few errors."""

    samples: list[ErrorsOut]
    gold: list[GoldOut]
    correlation: float | None
    correlation_low: float | None
    correlation_high: float | None
    caught: RateOut | None = Field(description="Of wrong first looks, those that a second look differs from.")


class AgreementOut(Schema):
    """First and second looks under one policy in one language; null where it would say too little."""

    policy: str
    language: str
    units: int
    alike: RateOut | None
    alpha: float | None
    alpha_low: float | None
    alpha_high: float | None


class AppealsOut(Schema):
    """Appeals against one reason that were decided; the overturned null of fewer than ten."""

    queue: str
    code: str
    title: str
    decided: int
    overturned: int | None
    share: RateOut | None


class AgreementsOut(Schema):
    """Agreement, lowest first, and appeals by cause."""

    agreement: list[AgreementOut]
    appeals: list[AppealsOut]


class SampleOut(Schema):
    """Decisions drawn to be looked at again."""

    id: UUID
    at: datetime
    since: datetime
    until: datetime
    seed: int = Field(description="With the same decisions it gives the same draw.")
    looks: int
    decisions: int
    why: str


class SamplePage(Schema):
    """Samples, newest first."""

    items: list[SampleOut]
    next: str | None = Field(description="Cursor of the next page; null on the last.")


class StratumOut(Schema):
    """Decisions that are alike; the weight of each look there is size by looks. Person: a number of this sample alone."""

    queue: str
    policy: str
    language: str
    outcome: str
    person: int
    size: int
    looks: int


class SampleWhole(SampleOut):
    """A sample, its strata, and the rates that it gives."""

    strata: list[StratumOut]
    errors: list[ErrorsOut]


class SampleIn(Schema):
    """What to draw from, and how many."""

    model_config = ConfigDict(extra="forbid")

    since: date
    until: date = Field(description="The first day that is not in it; tomorrow for everything until now.")
    looks: int = Field(ge=1, le=actions.MOST_LOOKS)
    why: Words


def rate_out(rate: Rate | None) -> RateOut | None:
    """A rate for programs."""
    return None if rate is None else RateOut(share=rate.share, low=rate.low, high=rate.high, looked=rate.looked)


def errors_out(rows: list[find.Errors]) -> list[ErrorsOut]:
    """Rates of samples."""
    return [
        ErrorsOut(
            name=row.name, decisions=row.decisions, looked=row.looked, wrong=rate_out(row.all),
            wrongly_taken_away=rate_out(row.removed), wrongly_left=rate_out(row.left), violates=rate_out(row.violates),
        )
        for row in rows
    ]  # fmt: skip


def supervising(request: HttpRequest) -> Seat:
    """Who asks, if they may see the quality of review."""
    seat = caller(request)
    require(seat, "see review quality")
    return seat


@router.get("/backlog", response=BacklogsOut, summary="What waits", operation_id="review_backlog")
def backlog(request: HttpRequest) -> BacklogsOut:
    """By queue and language, with what would be late."""
    return BacklogsOut(
        items=[
            BacklogOut(
                queue=row.queue, language=row.language, waits=row.told.waits, held=row.held, oldest=row.oldest,
                overdue=row.told.past, due_in_24_hours=row.day, breaks=row.told.breaks, first_breaks_at=row.breaks_at,
                decided_an_hour=row.pace,
            )
            for row in find.backlog(supervising(request))
        ]
    )  # fmt: skip


@router.get("/errors", response=QualityOut, summary="How often decisions are wrong", operation_id="review_errors")
def errors(request: HttpRequest, by: By = By.QUEUE) -> QualityOut:
    """By samples that were looked at again, and by items whose answer is known."""
    seat = supervising(request)
    rows = find.errors(list(find.samples(seat).filter(at__gte=seat.now - SINCE)), by.value)
    gold, common, caught = find.gold_told(seat, by.value)
    return QualityOut(
        samples=errors_out(rows),
        gold=[
            GoldOut(
                name=each.name, looks=each.looks, wrong=rate_out(each.wrong),
                kinds={kind.value: each.kinds[kind] for kind in ErrorKind} if each.kinds else None,
            )
            for each in gold
        ],
        correlation=common.correlation, correlation_low=common.low, correlation_high=common.high, caught=rate_out(caught),
    )  # fmt: skip


@router.get("/agreement", response=AgreementsOut, summary="Agreement and appeals", operation_id="review_agreement")
def agreement(request: HttpRequest) -> AgreementsOut:
    """How far two people decide alike by policy and language, and what is overturned by cause."""
    seat = supervising(request)
    agreed = [
        AgreementOut(
            policy=row.policy, language=row.language, units=row.units, alike=rate_out(row.alike),
            alpha=row.alpha.alpha if row.alpha else None, alpha_low=row.alpha.low if row.alpha else None,
            alpha_high=row.alpha.high if row.alpha else None,
        )
        for row in find.agreement(seat)
    ]  # fmt: skip
    appeals = [
        AppealsOut(
            queue=row.queue, code=row.code, title=row.title, decided=row.decided, overturned=row.overturned,
            share=rate_out(row.share),
        )
        for row in find.overturned(seat)
    ]  # fmt: skip
    return AgreementsOut(agreement=agreed, appeals=appeals)


def sample_out(row: Sample) -> dict[str, Any]:
    """The values of a sample."""
    return {name: getattr(row, name) for name in ("id", "at", "since", "until", "seed", "looks", "decisions", "why")}


@router.get("/samples", response=SamplePage, summary="Samples", operation_id="review_samples")
def samples(request: HttpRequest, limit: Limit = 50, cursor: Cursor = None) -> SamplePage:
    """Newest first."""
    rows, following = page(request, find.samples(supervising(request)), newest_by="at", limit=limit, cursor=cursor)
    return SamplePage(items=[SampleOut(**sample_out(row)) for row in rows], next=following)


@router.get("/samples/{key}", response=SampleWhole, summary="A sample", operation_id="review_sample")
def sample(request: HttpRequest, key: UUID, by: By = By.QUEUE) -> SampleWhole:
    """With its strata, and its rates as far as it was looked at."""
    found = find.find_sample(supervising(request), key)
    if found is None:
        raise NotKnown
    return whole(found, by)


def whole(found: Sample, by: By) -> SampleWhole:
    """A sample with its strata and rates."""
    strata = [
        StratumOut(
            queue=row.queue, policy=row.policy, language=row.language, outcome=row.outcome, person=row.reviewer, size=row.size,
            looks=row.looks,
        )
        for row in found.strata.order_by("queue", "policy", "language", "outcome", "reviewer")
    ]  # fmt: skip
    return SampleWhole(**sample_out(found), strata=strata, errors=errors_out(find.errors([found], by.value)))


@router.post(
    "/samples",
    response={201: SampleWhole},
    auth=needs(Scope.WRITE_REVIEW),
    summary="Draw a sample",
    operation_id="draw_review_sample",
)
def draw_sample(request: HttpRequest, body: SampleIn) -> Status[SampleWhole]:
    """From decisions that stand, of queues in which looks can be put among the work. It is looked at again in its turn."""
    seat = caller(request)
    made = actions.sample(start_of(body.since), end_of(body.until, seat.now), body.looks, why=body.why, by=seat)
    return Status(201, whole(made, By.QUEUE))
