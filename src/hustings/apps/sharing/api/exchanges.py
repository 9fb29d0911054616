"""What passes between partners, for programs: sent, asked, answered, kept for oversight."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import AwareDatetime, Field

from hustings.apps.api_caller import caller, needs
from hustings.apps.api_cursor import page
from hustings.apps.items.models import Item
from hustings.apps.permission import NotKnown, readable, require
from hustings.apps.sharing import find, oversight, passing
from hustings.apps.sharing.api.words import SEE, Free, Word, group_of
from hustings.apps.sharing.models import Content
from hustings.apps.tokens.scope import Scope
from hustings.exchange.request import Named
from hustings.policy.capacity import Matter, Sort
from hustings.policy.marking import Tlp
from hustings.policy.requests import Opinion, Party, RequestState, open_moves

__all__ = ["router"]

router = Router(auth=needs(Scope.READ_SHARING))


class NamedIO(Schema):
    """One thing that is named."""

    what: Annotated[str, Field(max_length=20, pattern=r"^[a-z]+$")]
    platform: Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")] = ""
    name: Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")] = ""
    ref: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")] = ""


class ExchangeStepOut(Schema):
    """A step."""

    number: int
    code: str
    state: str
    party: str
    at: datetime
    reason: str
    how: str


class ExchangeOut(Schema):
    """Something that passed."""

    id: UUID
    known_as: UUID
    sort: str
    sender: UUID
    receiver: UUID
    capacity: str
    government: bool
    title: str
    text: str
    ground: str
    legal_ground: str
    matters: list[str]
    handling: str
    sent_at: datetime
    deadline: datetime | None
    state: str


class ExchangeWhole(ExchangeOut):
    """The same with its steps and what both make of it."""

    content: list[NamedIO]
    carried: list[UUID]
    steps: list[ExchangeStepOut]
    opinion: str | None = Field(description="Of all who said one, merged.")
    next: list[str] = Field(description="Steps that the caller's side may take now.")


class ExchangePage(Schema):
    """A page of one sort, newest first."""

    exchanges: list[ExchangeOut]
    next: str | None = Field(description="Cursor of the next page; null on the last.")


class ExchangeIn(Schema):
    """What is to pass; with `how`, what came from the partner on paper."""

    sort: Sort
    partner: UUID
    title: Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00]*$")]
    text: Free = ""
    ground: Word
    legal_ground: Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")] = ""
    matters: list[Matter] = []
    content: Annotated[list[NamedIO], Field(max_length=1000)] = []
    carried: Annotated[list[UUID], Field(max_length=50)] = []
    deadline: AwareDatetime | None = None
    tlp: Tlp = Tlp.AMBER_STRICT
    group: UUID | None = None
    handling: Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")] = ""
    exception: Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")] = ""
    how: Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")] = ""
    sent_at: AwareDatetime | None = None


class ExchangeStepIn(Schema):
    """A step to take."""

    code: Annotated[str, Field(max_length=20, pattern=r"^[a-z ]+$")]
    reason: Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")] = ""
    how: Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")] = ""
    acted_on: list[NamedIO] = []
    opinion: Opinion | None = None


class OpinionIn(Schema):
    """What one makes of it."""

    opinion: Opinion
    words: Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")] = ""
    how: Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")] = ""


class SightingIn(Schema):
    """Where it was seen."""

    times: Annotated[int, Field(ge=1, le=2_000_000_000)]
    first: AwareDatetime
    last: AwareDatetime
    where: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
    how: Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")] = ""


def exchange_out(one: Any) -> dict[str, Any]:
    """As programs read it."""
    return {
        "id": one.pk, "known_as": one.known_as, "sort": one.sort.value, "sender": one.sender_id, "receiver": one.receiver_id,
        "capacity": one.capacity, "government": one.government, "title": one.item.title, "text": one.item.text, "ground": one.ground,
        "legal_ground": getattr(one, "legal_ground", ""), "matters": one.matters, "handling": one.handling, "sent_at": one.sent_at,
        "deadline": one.deadline, "state": one.state,
    }  # fmt: skip


def whole(request: HttpRequest, one: Any) -> ExchangeWhole:
    """With its steps."""
    seat = caller(request)
    _, together = find.opinions_of(one.item)
    return ExchangeWhole(
        **exchange_out(one),
        content=[
            NamedIO(what=each.what, platform=each.platform, name=each.name, ref=each.ref)
            for each in Content.objects.filter(of=one.pk).order_by("what", "platform", "name", "ref", "pk")
        ],
        carried=list(one.item.carries.order_by("pk").values_list("carried", flat=True)),
        steps=[
            ExchangeStepOut(
                number=step.number, code=step.code, state=step.state, party=step.party, at=step.at, reason=step.reason, how=step.how
            )
            for step in find.steps_of(one.item)
        ],
        opinion=together.value if together is not None else None,
        next=[move.code for move in open_moves(RequestState(one.state), one.sort, Party(find.our_side(seat, one)))],
    )  # fmt: skip


@router.get("/exchanges", response=ExchangePage, summary="What passed, of one sort", operation_id="exchanges")
def list_exchanges(
    request: HttpRequest,
    sort: Sort,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=400, description="`next` of the page before.")] = None,
) -> ExchangePage:
    """Newest first, each sort by itself: they have separate rules."""
    seat = caller(request)
    require(seat, SEE)
    found, following = page(request, find.passed(seat, sort), newest_by="sent_at", limit=limit, cursor=cursor)
    return ExchangePage(exchanges=[ExchangeOut(**exchange_out(one)) for one in found], next=following)


@router.post("/exchanges", auth=needs(Scope.WRITE_SHARING), response={201: ExchangeWhole}, summary="Send, ask, or write down what came", operation_id="send_exchange")  # fmt: skip
def send(request: HttpRequest, given: ExchangeIn) -> Status[ExchangeWhole]:
    """What passes cannot be changed or deleted."""
    seat = caller(request)
    partner = find.find_partner(seat, given.partner)
    made = passing.send(
        passing.Sending(
            sort=given.sort, other=partner.organisation, title=given.title, text=given.text, ground=given.ground,
            legal_ground=given.legal_ground, matters=frozenset(given.matters), tlp=given.tlp, group=group_of(given.group),
            content=tuple(Named(what=one.what, platform=one.platform, name=one.name, ref=one.ref) for one in given.content),
            carried=items_of(request, given.carried), deadline=given.deadline, handling=given.handling, exception=given.exception,
            how=given.how, sent_at=given.sent_at if given.how else None,
        ),
        by=seat,
    )  # fmt: skip
    return Status(201, whole(request, find.find_passed(seat, made.pk)))


def items_of(request: HttpRequest, keys: list[UUID]) -> list[Item]:
    """Items that the caller may know. Raises NotKnown."""
    found = list(readable(caller(request)).select_related("label").filter(pk__in=keys).order_by("pk"))
    if len(found) != len(set(keys)):
        raise NotKnown
    return found


@router.get("/exchanges/{exchange}", response=ExchangeWhole, summary="One that passed", operation_id="exchange")
def one_exchange(request: HttpRequest, exchange: UUID) -> ExchangeWhole:
    """With its steps, and the next ones."""
    seat = caller(request)
    found = find.find_passed(seat, exchange)
    require(seat, SEE, found.item)
    return whole(request, found)


@router.post("/exchanges/{exchange}/steps", auth=needs(Scope.WRITE_SHARING), response={201: ExchangeWhole}, summary="Take a step", operation_id="exchange_step")  # fmt: skip
def step(request: HttpRequest, exchange: UUID, given: ExchangeStepIn) -> Status[ExchangeWhole]:
    """By the table of states; every answer has a reason."""
    seat = caller(request)
    found = find.find_passed(seat, exchange)
    asked = {(one.what, one.platform, one.name, one.ref) for one in given.acted_on}
    acted = [
        row
        for row in Content.objects.filter(of=found.pk).order_by("pk")
        if (row.what, row.platform, row.name, row.ref) in asked
    ]
    if len(acted) != len(asked):
        raise NotKnown
    passing.take_step(
        found, given.code, by=seat, reason=given.reason, how=given.how, acted_on=acted, opinion=given.opinion
    )
    return Status(201, whole(request, find.find_passed(seat, exchange)))


@router.post("/exchanges/{exchange}/opinions", auth=needs(Scope.WRITE_SHARING), response={201: ExchangeWhole}, summary="Give an opinion", operation_id="exchange_opinion")  # fmt: skip
def opinion(request: HttpRequest, exchange: UUID, given: OpinionIn) -> Status[ExchangeWhole]:
    """Positive, seed or negative."""
    seat = caller(request)
    found = find.find_passed(seat, exchange)
    passing.give_opinion(found, given.opinion, by=seat, words=given.words, how=given.how)
    return Status(201, whole(request, find.find_passed(seat, exchange)))


@router.post("/exchanges/{exchange}/sightings", auth=needs(Scope.WRITE_SHARING), response={201: ExchangeWhole}, summary="Tell of a sighting", operation_id="exchange_sighting")  # fmt: skip
def sighting(request: HttpRequest, exchange: UUID, given: SightingIn) -> Status[ExchangeWhole]:
    """How often it was seen, where and when."""
    seat = caller(request)
    found = find.find_passed(seat, exchange)
    passing.report_sighting(
        found, by=seat, times=given.times, first=given.first, last=given.last, where=given.where, how=given.how
    )
    return Status(201, whole(request, find.find_passed(seat, exchange)))


@router.get("/oversight", auth=needs(Scope.READ_SHARING, Scope.EXPORT), response=dict[str, Any], summary="All that passed, for oversight", operation_id="exchanges_oversight")  # fmt: skip
def for_oversight(request: HttpRequest) -> dict[str, Any]:
    """Complete, with the numbers of the log."""
    return {"columns": list(oversight.COLUMNS), "rows": oversight.rows(caller(request))}
