"""Look-alikes, protected names and cyber incidents for programs: those that the caller may know."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from hustings.apps.api_caller import caller, needs
from hustings.apps.api_cursor import page
from hustings.apps.elections.models import Election
from hustings.apps.items.api import MarkingOut, marking
from hustings.apps.lookalikes import find, protecting
from hustings.apps.lookalikes.models import CyberIncident, Hit, Protected
from hustings.apps.lookalikes.searching import hold_against
from hustings.apps.lookalikes.views import state_of
from hustings.apps.permission import NotKnown, require
from hustings.apps.tokens.scope import Scope
from hustings.exchange.lookalike.recogniser import Kind, What

__all__ = ["router"]

router = Router(auth=needs(Scope.READ_CASES))
SEE = "see look-alikes"
Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=400, description="`next` of the page before.")]
Text = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]


class ProtectedIn(Schema):
    """What somebody asks to protect."""

    kind: Literal["domain", "person", "organisation", "account"]
    value: Text
    platform: Text = ""
    election: UUID | None = None
    asked_by: Text
    evidence: Text
    starts: date
    ends: date


class ProtectedOut(Schema):
    """A protected name, and whether another person has checked who asked."""

    id: UUID
    kind: str
    value: str
    platform: str
    election: UUID | None
    asked_by: str
    evidence: str
    starts: date
    ends: date
    state: str


class LookalikeOut(Schema):
    """Something that looks like a protected name: a reason to look, never a verdict."""

    id: UUID
    marking: MarkingOut
    observed: str
    what: str
    platform: str
    looks_like: str
    protected: UUID
    relations: list[str]
    score: float = Field(description="The order of the queue; no probability.")
    sentence: str
    state: str
    found_at: datetime


class LookalikePage(Schema):
    """Look-alikes, newest first."""

    lookalikes: list[LookalikeOut]
    next: str | None = Field(description="Cursor of the next page; null on the last.")


class LikenessIn(Schema):
    """Something to hold against what is protected."""

    what: Literal["host", "name", "account"]
    value: Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]
    platform: Text = ""


class LikenessOut(Schema):
    """What it looks like."""

    looks_like: str
    protected: UUID
    relations: list[str]
    score: float
    sentence: str


class CyberIncidentOut(Schema):
    """A cyber incident around an election."""

    id: UUID
    marking: MarkingOut
    title: str
    kind: str
    affected: str
    election: UUID | None
    state: str
    severity: int
    seen_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class CyberIncidentPage(Schema):
    """Cyber incidents, newest first."""

    incidents: list[CyberIncidentOut]
    next: str | None = Field(description="Cursor of the next page; null on the last.")


def protected_out(row: Protected) -> ProtectedOut:
    """A protected name as programs read it."""
    return ProtectedOut(
        id=row.pk, kind=row.kind, value=row.value, platform=row.platform, election=row.election_id, asked_by=row.asked_by,
        evidence=row.evidence, starts=row.starts, ends=row.ends, state=state_of(row),
    )  # fmt: skip


def hit_out(row: Hit) -> LookalikeOut:
    """A look-alike as programs read it."""
    return LookalikeOut(
        id=row.pk, marking=marking(row.item.label), observed=row.observed, what=row.what, platform=row.platform, looks_like=row.protected.value,
        protected=row.protected_id, relations=row.relations, score=row.score, sentence=row.sentence, state=row.state, found_at=row.found_at,
    )  # fmt: skip


def incident_out(row: CyberIncident) -> CyberIncidentOut:
    """A cyber incident as programs read it."""
    return CyberIncidentOut(
        id=row.pk, marking=marking(row.item.label), title=row.item.title, kind=row.kind, affected=row.affected, election=row.election_id,
        state=row.state, severity=row.severity, seen_at=row.seen_at, started_at=row.started_at, ended_at=row.ended_at,
    )  # fmt: skip


@router.get("/", response=LookalikePage, summary="Look-alikes", operation_id="lookalikes")
def lookalikes(request: HttpRequest, limit: Limit = 50, cursor: Cursor = None) -> LookalikePage:
    """Newest first."""
    require(caller(request), SEE)
    found, following = page(request, find.hits(caller(request)).order_by(), newest_by="found_at", limit=limit, cursor=cursor)  # fmt: skip
    return LookalikePage(lookalikes=[hit_out(row) for row in found], next=following)


@router.post(
    "/held-against", response=list[LikenessOut], summary="What something looks like", operation_id="held_against"
)
def held_against(request: HttpRequest, given: LikenessIn) -> list[LikenessOut]:
    """Nothing is kept."""
    found = hold_against(given.value, What(given.what), given.platform, by=caller(request))
    return [
        LikenessOut(
            looks_like=one.protected.value, protected=UUID(one.protected.key), relations=[each.value for each in one.relations],
            score=one.score, sentence=one.sentence,
        )
        for one in found
    ]  # fmt: skip


@router.get("/protected", response=list[ProtectedOut], summary="Protected names", operation_id="protected_names")
def protected(request: HttpRequest) -> list[ProtectedOut]:
    """All of the caller's organisation, by name."""
    require(caller(request), SEE)
    return [protected_out(row) for row in find.protected(caller(request))]


@router.post(
    "/protected", auth=needs(Scope.WRITE_ITEMS), response={201: ProtectedOut}, summary="Protect a name", operation_id="protect_name"
)  # fmt: skip
def protect(request: HttpRequest, given: ProtectedIn) -> Status[ProtectedOut]:
    """It is sought once another person has checked that who asks may ask."""
    seat = caller(request)
    election = None
    if given.election is not None:
        election = Election.objects.filter(pk=given.election).first()
        if election is None:
            raise NotKnown
    made = protecting.protect(
        by=seat, kind=Kind(given.kind), value=given.value, platform=given.platform, election=election, asked_by=given.asked_by,
        evidence=given.evidence, starts=given.starts, ends=given.ends,
    )  # fmt: skip
    return Status(201, protected_out(find.find_protected(seat, made.pk)))


@router.get("/incidents", response=CyberIncidentPage, summary="Cyber incidents", operation_id="cyber_incidents")
def incidents(request: HttpRequest, limit: Limit = 50, cursor: Cursor = None) -> CyberIncidentPage:
    """Newest first."""
    require(caller(request), SEE)
    found, following = page(request, find.incidents(caller(request)).order_by(), newest_by="seen_at", limit=limit, cursor=cursor)  # fmt: skip
    return CyberIncidentPage(incidents=[incident_out(row) for row in found], next=following)
