"""Indicators for programs: what is looked for, where it was seen, and recording what to look for."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from hustings.apps.api_caller import caller, needs
from hustings.apps.api_cursor import page
from hustings.apps.indicators import actions, find
from hustings.apps.indicators.keeping import Given, record_list
from hustings.apps.indicators.models import Indicator, Match
from hustings.apps.permission import NotKnown, require
from hustings.apps.tokens.scope import Scope
from hustings.policy.marking import Marking, Tlp

__all__ = ["router"]

router = Router(auth=needs(Scope.READ_CASES))


class IndicatorOut(Schema):
    """A sign that is looked for, or why it is not."""

    id: UUID
    title: str
    given_by: str
    stix_id: str
    pattern: str
    not_matched: str = Field(description="Why it is not looked for; empty where it is.")
    revoked: bool
    since: datetime | None
    until: datetime | None
    recorded_at: datetime
    waiting: int = Field(description="Matches that nobody looked at.")
    relevant: int


class IndicatorPage(Schema):
    """Indicators, newest first."""

    indicators: list[IndicatorOut]
    next: str | None = Field(description="Cursor of the next page; null on the last.")


class IndicatorIn(Schema):
    """What to look for."""

    title: str = Field(min_length=1, max_length=300)
    pattern: str = Field(min_length=1, max_length=20_000, description="A pattern of STIX 2.1.")
    since: datetime | None = None
    until: datetime | None = None


class IndicatorsIn(Schema):
    """Indicators under one marking of one's own organisation; all are recorded or none."""

    tlp: Literal["clear", "green", "amber+strict"] = "amber+strict"
    indicators: list[IndicatorIn] = Field(min_length=1, max_length=1000)


class IndicatorsMade(Schema):
    """Their numbers, in the order in which they were handed in."""

    indicators: list[UUID]


class MatchOut(Schema):
    """Where an indicator was seen: the same sign, not who made it."""

    id: UUID
    indicator: UUID
    ad: UUID | None
    table: UUID | None
    seen: dict[str, Any]
    rows: int
    at: datetime | None
    found_at: datetime
    state: str
    reason: str
    lead: UUID | None


class MatchPage(Schema):
    """Matches, newest first."""

    matches: list[MatchOut]
    next: str | None = Field(description="Cursor of the next page; null on the last.")


class MatchDecision(Schema):
    """What somebody makes of a match."""

    state: Literal["relevant", "by chance"]
    reason: str = Field(min_length=1, max_length=500)


def shown(row: Indicator) -> dict[str, Any]:
    """An indicator as the API tells it."""
    return {
        "id": row.pk, "title": row.item.title, "given_by": row.given_by.name, "stix_id": row.stix_id, "pattern": row.pattern,
        "not_matched": row.not_matched, "revoked": row.revoked, "since": row.since, "until": row.until, "recorded_at": row.recorded_at,
        "waiting": getattr(row, "open_matches", 0), "relevant": getattr(row, "relevant", 0),
    }  # fmt: skip


def shown_match(row: Match) -> dict[str, Any]:
    """A match as the API tells it."""
    return {
        "id": row.pk, "indicator": row.indicator_id, "ad": row.ad_id, "table": row.table_id, "seen": row.seen, "rows": row.rows, "at": row.at,
        "found_at": row.found_at, "state": row.state, "reason": row.reason, "lead": row.lead_id,
    }  # fmt: skip


@router.get("/", response=IndicatorPage, summary="What is looked for")
def list_indicators(
    request: HttpRequest, limit: Annotated[int, Query(ge=1, le=200)] = 50, cursor: str | None = None
) -> dict[str, Any]:
    """Indicators that you may know and your organisation holds."""
    seat = caller(request)
    require(seat, actions.SEE)
    rows, after = page(request, find.indicators(seat), newest_by="recorded_at", limit=limit, cursor=cursor)
    return {"indicators": [shown(row) for row in rows], "next": after}


@router.post("/", response={201: IndicatorsMade}, auth=needs(Scope.WRITE_LEADS), summary="Record what to look for")
def add_indicators(request: HttpRequest, asked: IndicatorsIn) -> Status[dict[str, Any]]:
    """Record indicators; they are looked for within a minute, in what stands here as well."""
    seat = caller(request)
    marking = Marking(tlp=Tlp(asked.tlp), owner=str(seat.appointment.position.organisation_id))
    given = [Given(pattern=one.pattern, title=one.title, since=one.since, until=one.until) for one in asked.indicators]
    return Status(201, {"indicators": [kept.pk for kept in record_list(given, marking=marking, by=seat)]})


@router.get("/matches", response=MatchPage, summary="Where they were seen")
def list_matches(
    request: HttpRequest,
    state: Literal["open", "relevant", "by chance"] | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> dict[str, Any]:
    """Matches in what your organisation holds, of indicators that you may know."""
    seat = caller(request)
    require(seat, actions.SEE)
    wanted = find.matches(seat).filter(state=state) if state else find.matches(seat)
    rows, after = page(request, wanted, newest_by="found_at", limit=limit, cursor=cursor)
    return {"matches": [shown_match(row) for row in rows], "next": after}


@router.post("/matches/{key}", response=MatchOut, auth=needs(Scope.WRITE_LEADS), summary="Say what a match is")
def decide_match(request: HttpRequest, key: UUID, asked: MatchDecision) -> dict[str, Any]:
    """Worth a look, which records a lead; or the same sign by chance."""
    seat = caller(request)
    decide = actions.relevant if asked.state == "relevant" else actions.by_chance
    return shown_match(decide(key, by=seat, reason=asked.reason))


@router.get("/{key}", response=IndicatorOut, summary="One indicator")
def get_indicator(request: HttpRequest, key: UUID) -> dict[str, Any]:
    """An indicator that you may know."""
    seat = caller(request)
    require(seat, actions.SEE)
    found = find.indicators(seat).filter(pk=key).first()
    if found is None:
        raise NotKnown
    return shown(found)
