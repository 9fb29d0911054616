"""Threat assessments for programs: read, written, stood by."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from hustings.apps.api_caller import caller, needs
from hustings.apps.elections import threats
from hustings.apps.elections.api.words import Line, Name, Strict
from hustings.apps.elections.models import Assessment
from hustings.apps.elections.work import watched
from hustings.apps.permission import NotKnown, require
from hustings.apps.tokens.scope import Scope
from hustings.policy.casework import Confidence
from hustings.policy.threat import Capability

__all__ = ["router"]

router = Router(auth=needs(Scope.READ_ELECTIONS))
WRITES = needs(Scope.WRITE_ELECTIONS)


class ActorOut(Schema):
    """An actor that an assessment names."""

    name: str
    profile: UUID | None
    capability: str
    why: str


class ThreatOut(Schema):
    """The latest version of a threat assessment."""

    id: UUID
    version: int
    summary: str
    gaps: str
    confidence: str
    why: str
    methods: list[str] = Field(description="DISARM techniques.")
    actors: list[ActorOut]
    at: datetime
    approved: bool | None = Field(description="Null while nobody else has read it.")


class ActorIn(Strict):
    """An actor that an assessment names: a known one by its profile's key, or one without by its name."""

    name: Name
    profile: UUID | None = None
    capability: Capability
    why: Line


class ThreatIn(Strict):
    """A version of a threat assessment; `assessment` is the one that it continues."""

    summary: Annotated[str, Field(max_length=20_000, pattern=r"^[^\x00]*$")]
    gaps: Annotated[str, Field(max_length=20_000, pattern=r"^[^\x00]*$")]
    confidence: Confidence
    why: Line
    methods: Annotated[list[Annotated[str, Field(max_length=20)]], Field(max_length=100)] = []
    actors: Annotated[list[ActorIn], Field(max_length=50)] = []
    assessment: UUID | None = None


class ApprovalIn(Strict):
    """A second person's word."""

    approved: bool
    note: Line


class ThreatList(Schema):
    """Assessments that you may know."""

    items: list[ThreatOut]


def threat_out(one: Assessment) -> ThreatOut:
    """The latest version as programs read it."""
    latest = one.versions.prefetch_related("actors").order_by("-number")[0]
    approval = getattr(latest, "approval", None)
    actors = [
        ActorOut(name=each.name, profile=each.actor_id, capability=each.capability, why=each.why)
        for each in latest.actors.all()
    ]
    return ThreatOut(
        id=one.pk, version=latest.number, summary=latest.summary, gaps=latest.gaps, confidence=latest.confidence, why=latest.why,
        methods=latest.methods, actors=actors, at=latest.at, approved=approval.approved if approval else None,
    )  # fmt: skip


@router.get("/{election}/threats", response=ThreatList, summary="Threat assessments", operation_id="threat_assessments")
def assessments(request: HttpRequest, election: UUID) -> ThreatList:
    """The latest version of each that you may know."""
    seat = caller(request)
    _, watch = watched(seat, election)
    known = list(threats.assessments(seat).filter(watch=watch))
    for one in known:
        require(seat, "read", one.item)
    return ThreatList(items=[threat_out(one) for one in known])


@router.post(
    "/{election}/threats",
    response={201: ThreatOut},
    auth=WRITES,
    summary="Write a threat assessment",
    operation_id="assess_threats",
)
def assess(request: HttpRequest, election: UUID, body: ThreatIn) -> Status[ThreatOut]:
    """The first version, or the next one of `assessment`."""
    seat = caller(request)
    _, watch = watched(seat, election)
    before = threats.find_assessment(seat, body.assessment) if body.assessment else None
    if before is not None and before.watch_id != watch.pk:
        raise NotKnown
    profiles = {
        item.pk: item
        for item in threats.known_actors(seat).filter(pk__in=[one.profile for one in body.actors if one.profile])
    }
    if any(one.profile is not None and one.profile not in profiles for one in body.actors):
        raise NotKnown
    named = [
        threats.Named(name=one.name, capability=one.capability, why=one.why, actor=profiles.get(one.profile) if one.profile else None)
        for one in body.actors
    ]  # fmt: skip
    made = threats.write(
        watch, by=seat, summary=body.summary, gaps=body.gaps, confidence=body.confidence, why=body.why, methods=body.methods, actors=named,
        assessment=before,
    )  # fmt: skip
    return Status(201, threat_out(threats.find_assessment(seat, made.assessment_id)))


@router.post(
    "/threats/{assessment}/approval",
    response=ThreatOut,
    auth=WRITES,
    summary="Stand by an assessment",
    operation_id="approve_assessment",
)
def approve(request: HttpRequest, assessment: UUID, body: ApprovalIn) -> ThreatOut:
    """Of the latest version; by another person than its author."""
    seat = caller(request)
    found = threats.find_assessment(seat, assessment)
    threats.approve(found.versions.order_by("-number")[0], by=seat, approved=body.approved, note=body.note)
    return threat_out(found)
