"""Joint work for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Router, Schema, Status
from pydantic import Field

from hustings.apps.api_caller import caller, needs
from hustings.apps.joint import actions, find
from hustings.apps.permission import require
from hustings.apps.tokens.scope import Scope
from hustings.policy.marking import Marking, Tlp
from hustings.policy.remark import RemarkKind, Word

__all__ = ["router"]

router = Router(auth=needs(Scope.READ_CASES))


class FollowedOut(Schema):
    """What several follow, summed over what you may know."""

    stix_id: str
    type: str
    name: str
    told_by: str
    parts: dict[str, int] = Field(description="Organisation: how much it says of it.")
    held: str = Field(description="agreed, disputed, rejected, undecided; empty where nobody said a word.")
    sightings: int
    version: datetime


class FollowedList(Schema):
    """The newest 500."""

    followed: list[FollowedOut]


class PartOut(Schema):
    """One thing that is said of it."""

    item: UUID
    stix_id: str
    type: str
    said_by: str
    words: str
    at: datetime


class FollowedWhole(FollowedOut):
    """One of them, with what is said of it."""

    description: str
    said: list[PartOut]


class RemarkIn(Schema):
    """What to say of it: a note, or with a word an opinion."""

    words: str = Field(min_length=1, max_length=5000)
    word: Literal["strongly-disagree", "disagree", "neutral", "agree", "strongly-agree"] | None = None
    tlp: Literal["clear", "green", "amber+strict"] = "green"


class RemarkMade(Schema):
    """The item of the remark."""

    item: UUID


def shown(each: find.Followed) -> dict[str, Any]:
    """One as the API tells it."""
    return {
        "stix_id": each.row.stix_id, "type": each.row.type, "name": each.name, "told_by": each.said_by, "parts": each.parts, "held": each.held,
        "sightings": each.sightings, "version": each.row.version,
    }  # fmt: skip


@router.get("/", response=FollowedList, summary="What is followed jointly")
def list_followed(request: HttpRequest) -> dict[str, Any]:
    """Campaigns, actors, incidents and reports that were shared, and what is said of each."""
    seat = caller(request)
    require(seat, actions.SEE)
    return {"followed": [shown(each) for each in find.followed(seat)]}


@router.get("/{stix_id}", response=FollowedWhole, summary="One, with what each says of it")
def get_followed(request: HttpRequest, stix_id: Path[str]) -> dict[str, Any]:
    """One of them."""
    seat = caller(request)
    require(seat, actions.SEE)
    row, parts = find.subject(stix_id, seat), find.parts_of(stix_id, seat)
    whole = find.summed(row, parts)
    said = [
        {
            "item": part.item.pk,
            "stix_id": part.stix_id,
            "type": part.type,
            "said_by": part.said_by,
            "words": part.words,
            "at": part.at,
        }
        for part in parts
    ]
    return shown(whole) | {"description": whole.description, "said": said}


@router.post(
    "/{stix_id}/remarks", response={201: RemarkMade}, auth=needs(Scope.WRITE_LEADS), summary="Say something of it"
)
def add_remark(request: HttpRequest, stix_id: Path[str], asked: RemarkIn) -> Status[dict[str, Any]]:
    """A note or an opinion, as an item of your organisation."""
    seat = caller(request)
    marking = Marking(tlp=Tlp(asked.tlp), owner=str(seat.appointment.position.organisation_id))
    word = Word(asked.word) if asked.word else None
    made = actions.remark(
        stix_id,
        kind=RemarkKind.OPINION if word else RemarkKind.NOTE,
        words=asked.words,
        word=word,
        by=seat,
        marking=marking,
    )
    return Status(201, {"item": made.pk})
