"""Telling partners, for programs: what would go, and letting it go."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from hustings.apps.api_caller import caller, needs
from hustings.apps.permission import NotKnown, allow, find
from hustings.apps.said.publishing import Preview, collections, look_at, publish_item
from hustings.apps.said.relabelling import relabel_for_partners
from hustings.apps.sharing.api.words import group_of
from hustings.apps.sharing.find import others
from hustings.apps.taxii.models import Collection
from hustings.apps.tokens.scope import Scope
from hustings.exchange.stix.marking import Reads
from hustings.policy.marking import Tlp

__all__ = ["router"]

router = Router(auth=needs(Scope.TAXII_WRITE))


class ToldIn(Schema):
    """Where to, and which markings everybody who reads it applies."""

    collection: UUID
    reads: Literal["tlp", "acs", "hustings"] = "tlp"


class RefusedFor(Schema):
    """A reason against it."""

    where: str
    found: str
    expected: str
    do: str


class ToldPreview(Schema):
    """What would go."""

    objects: list[dict[str, Any]] = Field(description="STIX 2.1 objects, as they would go.")
    losses: list[str] = Field(description="What of the item stays here.")
    refusals: list[RefusedFor] = Field(description="Any of these keeps all of it from going.")
    readers: list[str]


class ToldOut(Schema):
    """What went."""

    status: UUID
    objects: int


@router.post("/{item}/preview", response=ToldPreview, summary="What would go")
def preview(request: HttpRequest, item: UUID, body: ToldIn) -> dict[str, Any]:
    """What telling an item would put into a collection of one's own organisation; nothing is written."""
    seat = caller(request)
    made: Preview = look_at(find(seat, item), own(request, body.collection), by=seat, reads=Reads(body.reads))
    return {
        "objects": made.objects,
        "losses": made.losses,
        "refusals": [
            {"where": one.where, "found": one.found, "expected": one.expected, "do": one.do} for one in made.refusals
        ],
        "readers": [one.name for one in made.readers],
    }


@router.post("/{item}", response=ToldOut, summary="Tell partners")
def tell(request: HttpRequest, item: UUID, body: ToldIn) -> dict[str, Any]:
    """Put what an item says into a collection; a second time is a newer version of the same objects."""
    seat = caller(request)
    found = publish_item(find(seat, item), own(request, body.collection), by=seat, reads=Reads(body.reads))
    return {"status": found.pk, "objects": len(found.successes)}


class MarkedIn(Schema):
    """Who may know an item of one's own from now on, and why."""

    tlp: Literal["clear", "green", "amber", "amber+strict"]
    group: UUID | None = Field(None, description="The sharing group that may know it, for amber.")
    organisations: Annotated[list[UUID], Field(max_length=500)] = Field(
        [], description="Partners that may know it besides us, for amber+strict."
    )
    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]


class MarkedOut(Schema):
    """The marking that it has then; what it was made from may keep it stricter than was asked."""

    tlp: str


@router.post("/{item}/marking", response=MarkedOut, summary="Mark it for partners", operation_id="relabel_for_partners")
def mark(request: HttpRequest, item: UUID, body: MarkedIn) -> MarkedOut:
    """Give an item of one's own organisation another marking; levels, compartments and countries stay."""
    seat = caller(request)
    found = find(seat, item)
    allow(seat, "relabel", found)
    named = list(others(seat).filter(pk__in=body.organisations))
    if len(named) < len(set(body.organisations)):
        raise NotKnown
    now = relabel_for_partners(
        found, tlp=Tlp(body.tlp), group=group_of(body.group), organisations=named, by=seat, reason=body.reason
    )
    return MarkedOut(tlp=now.tlp.value)


def own(request: HttpRequest, key: UUID) -> Collection:
    """A collection of the caller's own organisation. Raises NotKnown."""
    found: Collection | None = collections(caller(request)).filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found
