"""The calendar for programs: elections, what sources say of them, which of it is followed, and lists that are loaded."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db.models import Min, QuerySet
from django.http import HttpRequest
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from hustings.apps.api_caller import caller, needs
from hustings.apps.api_cursor import page
from hustings.apps.elections import actions, claims, find
from hustings.apps.elections.api.words import Code, Cursor, Limit, Name, Short, Strict, Web
from hustings.apps.elections.asked import Asked
from hustings.apps.elections.loading import load_list
from hustings.apps.elections.models import Claim, Election, Load
from hustings.apps.permission import NotKnown
from hustings.apps.tokens.scope import Scope
from hustings.connectors.elections.reading import LARGEST
from hustings.errors import BadInput, Problem
from hustings.policy.election import Authority, Kind, Level
from hustings.policy.election import Status as Held

__all__ = ["router"]

router = Router(auth=needs(Scope.READ_ELECTIONS))
WRITES = needs(Scope.WRITE_ELECTIONS)


class SourceIn(Strict):
    """What a source says of an election."""

    on: date | None = None
    status: Held
    source: Name
    source_url: Web = ""
    authority: Authority = Authority.UNSTATED
    said_on: date | None = None


class ElectionIn(SourceIn):
    """An election with the first claim about it."""

    country: Code
    name: Name
    level: Level = Level.NATIONAL
    kind: Kind
    place: Short = ""
    body: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")] = ""


class SourceOut(Schema):
    """A claim; `followed` is the one that the plan goes by."""

    id: UUID
    on: date | None
    status: str
    source: str
    source_url: str
    authority: str
    said_on: date | None
    recorded_at: datetime
    followed: bool


class ElectionOut(Schema):
    """An election, as the claim that is followed has it."""

    id: UUID
    country: str
    place: str
    body: str
    name: str
    level: str
    kind: str
    on: date | None
    status: str
    sequence: int = Field(description="Raised with each change of day or status.")


class ElectionWhole(ElectionOut):
    """An election with everything that was said of it, and why one of it is followed."""

    claims: list[SourceOut]
    followed_why: str
    chosen: bool = Field(description="By a person; else by the rule.")


class ElectionPage(Schema):
    """Elections, the last recorded first."""

    items: list[ElectionOut]
    next: str | None = Field(description="Cursor of the next page; null on the last.")


class ChooseIn(Strict):
    """Which claim the plan goes by."""

    claim: UUID
    why: Annotated[str, Field(max_length=400, pattern=r"^[^\x00]*$")]


class RuleIn(Strict):
    """Why the rule is right after all."""

    why: Annotated[str, Field(max_length=400, pattern=r"^[^\x00]*$")]


class ListIn(Schema):
    """How a list is read."""

    layout: Literal["ifes", "parlgov", "named", "ics", "csv"]
    source: Name = ""
    as_of: date | None = None
    authority: Authority | None = None


class FaultOut(Schema):
    """One thing that is wrong in a list; line 0 is the list as a whole."""

    row: int
    fault: str
    column: str
    found: str
    expected: str
    do: str


class LoadOut(Schema):
    """What became of a list; `already` says that these very bytes were loaded before."""

    id: UUID
    source: str
    licence: str
    lines: int
    set_aside: int
    became: dict[str, int]
    already: bool
    faults: list[FaultOut]


def election_out(one: Election) -> dict[str, Any]:
    """An election as programs read it."""
    return {
        "id": one.pk, "country": one.country, "place": one.place, "body": one.body, "name": one.name, "level": one.level, "kind": one.kind,
        "on": one.on, "status": one.status, "sequence": one.sequence,
    }  # fmt: skip


def whole(one: Election) -> ElectionWhole:
    """An election with its claims."""
    last = one.followed.order_by("-at", "-pk").first()
    said = [
        SourceOut(id=claim.pk, on=claim.on, status=claim.status, source=claim.source, source_url=claim.source_url, authority=claim.authority,
                 said_on=claim.said_on, recorded_at=claim.recorded_at, followed=last is not None and claim.pk == last.claim_id)
        for claim in claims.claims_of(one)
    ]  # fmt: skip
    return ElectionWhole(
        **election_out(one), claims=said, followed_why=last.why if last else "", chosen=bool(last and last.chosen)
    )


@router.get("", response=ElectionPage, summary="The calendar", operation_id="elections")
def elections(
    request: HttpRequest,
    country: Annotated[str, Query(max_length=2, pattern=r"^([A-Z]{2})?$")] = "",
    level: Level | None = None,
    kind: Kind | None = None,
    since: Annotated[date | None, Query(description="From this day on.")] = None,
    until: Annotated[date | None, Query(description="To this day.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ElectionPage:
    """The last recorded first."""
    asked = {
        "country": country or None, "level": level.value if level else None, "kind": kind.value if kind else None, "on__gte": since, "on__lte": until
    }  # fmt: skip
    rows: QuerySet[Any] = Election.objects.filter(**{name: value for name, value in asked.items() if value is not None})
    found, following = page(
        request,
        rows.annotate(made_at=Min("claims__recorded_at")).exclude(made_at=None),
        newest_by="made_at",
        limit=limit,
        cursor=cursor,
    )
    return ElectionPage(items=[ElectionOut(**election_out(one)) for one in found], next=following)


@router.post(
    "", response={201: ElectionWhole}, auth=WRITES, summary="Record an election", operation_id="record_election"
)
def record_election(request: HttpRequest, body: ElectionIn) -> Status[ElectionWhole]:
    """With the first claim about it."""
    made = actions.record_election(**body.model_dump(), by=caller(request))
    return Status(201, whole(Election.objects.get(pk=made.pk)))


@router.post(
    "/lists", response={200: LoadOut, 201: LoadOut}, auth=WRITES, summary="Load a list", operation_id="load_elections"
)
def load(
    request: HttpRequest,
    file: Annotated[UploadedFile, File(description=f"{LARGEST // 2**20} MiB at most.")],
    asked: Form[ListIn],
) -> Status[LoadOut]:
    """Whole or not at all; 201 when it is new, 200 when these very bytes were loaded before."""
    if (file.size or 0) > LARGEST:
        raise BadInput(
            "The list is not read.",
            [Problem(where="file", found=f"{file.size:,} bytes", expected=f"at most {LARGEST:,}", do="Split it.")],
        )
    done = load_list(
        Asked(body=file.read(), name=file.name or "list", layout=asked.layout, source=asked.source, as_of=asked.as_of, authority=asked.authority),
        by=caller(request),
    )  # fmt: skip
    assert done.load is not None, "what is loaded has a key"
    kept = Load.objects.get(pk=done.load)
    told = [
        FaultOut(row=one.row, fault=one.code, column=one.column, found=one.found, expected=one.expected, do=one.do)
        for one in kept.faults.order_by("row", "code", "pk")
    ]  # fmt: skip
    out = LoadOut(
        id=kept.pk, source=kept.source, licence=kept.licence, lines=kept.lines, set_aside=kept.set_aside, became=kept.became, already=done.already, faults=told
    )  # fmt: skip
    return Status(200 if done.already else 201, out)


@router.get("/{election}", response=ElectionWhole, summary="One election", operation_id="election")
def election(request: HttpRequest, election: UUID) -> ElectionWhole:
    """With every claim, and why one is followed."""
    caller(request)  # whoever is signed in reads the calendar
    return whole(find.find_election(election))


@router.post(
    "/{election}/claims",
    response={201: ElectionWhole},
    auth=WRITES,
    summary="Record a claim",
    operation_id="record_claim",
)
def record_claim(request: HttpRequest, election: UUID, body: SourceIn) -> Status[ElectionWhole]:
    """What a source says; the plan goes by it where the rule says so."""
    found = find.find_election(election)
    claims.record_claim(found, **body.model_dump(), by=caller(request))
    return Status(201, whole(Election.objects.get(pk=found.pk)))


@router.post(
    "/{election}/followed", response=ElectionWhole, auth=WRITES, summary="Choose a claim", operation_id="choose_claim"
)
def choose(request: HttpRequest, election: UUID, body: ChooseIn) -> ElectionWhole:
    """The plan goes by it until somebody says otherwise."""
    chosen = Claim.objects.filter(pk=body.claim, election=find.find_election(election).pk).first()
    if chosen is None:
        raise NotKnown
    claims.choose_claim(chosen, by=caller(request), why=body.why)
    return whole(Election.objects.get(pk=election))


@router.post(
    "/{election}/rule", response=ElectionWhole, auth=WRITES, summary="Go by the rule again", operation_id="follow_rule"
)  # fmt: skip
def follow_rule(request: HttpRequest, election: UUID, body: RuleIn) -> ElectionWhole:
    """A person's choice is taken back, with the reason; what it was stays."""
    found = find.find_election(election)
    claims.follow_the_rule(found, why=body.why, by=caller(request))
    return whole(Election.objects.get(pk=found.pk))
