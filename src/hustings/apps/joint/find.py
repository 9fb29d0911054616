"""What is followed jointly, and what is said of it by whom: only what the seat may know."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from hustings.apps.items.models import Item
from hustings.apps.people.models import Organisation
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, readable
from hustings.apps.taxii.models import StixObject
from hustings.policy.remark import Word, merged

__all__ = ["FOLLOWED", "Followed", "Part", "followed", "parts_of", "subject"]

FOLLOWED = ("campaign", "intrusion-set", "threat-actor", "incident", "grouping", "report")
MOST = 500  # parts that one page shows


@dataclass(frozen=True, kw_only=True)
class Part:
    """One thing that is said: by whom, of which type, in words, under the marking of its item."""

    item: Item
    stix_id: str
    type: str
    said_by: str
    words: str
    at: Any
    told: dict[str, Any]


@dataclass(kw_only=True)
class Followed:
    """Something that several follow: who says how much of it, and what they hold of it together."""

    row: StixObject
    name: str
    description: str
    said_by: str
    parts: dict[str, int] = field(default_factory=dict)
    held: str = ""
    sightings: int = 0


def latest(seat: Seat) -> QuerySet[StixObject]:
    """The newest version of each object that the seat may know."""
    known = StixObject.objects.filter(item__in=readable(seat))
    newer = known.filter(stix_id=OuterRef("stix_id"), version__gt=OuterRef("version"))
    return known.filter(~Exists(newer)).select_related(
        "item__label", "received_from", "item__made_by__position__organisation"
    )


def followed(seat: Seat) -> list[Followed]:
    """What partners told of campaigns, actors and incidents, newest first, with what is said of each."""
    rows = one_each(latest(seat).filter(type__in=FOLLOWED).order_by("-version", "pk")[: MOST * 2])
    return [summed(row, parts_of(row.stix_id, seat)) for row in rows[:MOST]]


def subject(stix_id: str, seat: Seat) -> StixObject:
    """The newest version of one.

    Raises   NotKnown
    """
    found = latest(seat).filter(stix_id=stix_id, type__in=FOLLOWED).order_by("-version", "pk").first()
    if found is None:
        raise NotKnown
    return found


def parts_of(stix_id: str, seat: Seat) -> list[Part]:
    """What is said of an object, newest first: of relationships, the other end's name."""
    rows = one_each(
        latest(seat).filter(mentions__ref=stix_id).exclude(stix_id=stix_id).order_by("-version", "pk")[:MOST]
    )
    told = {row.pk: json.loads(bytes(row.raw)) for row in rows}
    ends = {
        str(each.get(end))
        for each in told.values()
        if each.get("type") == "relationship"
        for end in ("source_ref", "target_ref")
    } - {stix_id}
    names = {
        row.stix_id: called(json.loads(bytes(row.raw)))
        for row in latest(seat).filter(stix_id__in=ends).order_by("version", "pk")
    }
    return [
        Part(item=row.item, stix_id=row.stix_id, type=row.type, said_by=sayer(row), words=words(told[row.pk], stix_id, names), at=row.version, told=told[row.pk])
        for row in rows
    ]  # fmt: skip


def summed(row: StixObject, parts: Iterable[Part]) -> Followed:
    """How much each says of it, and what they hold of it."""
    told = json.loads(bytes(row.raw))
    made = Followed(row=row, name=called(told), description=str(told.get("description", "")), said_by=sayer(row))
    counted: dict[str, int] = defaultdict(int)
    opinions = []
    for part in parts:
        counted[part.said_by] += 1
        if part.type == "opinion" and part.told.get("opinion") in set(Word):
            opinions.append(Word(part.told["opinion"]))
        if part.type == "sighting":
            made.sightings += int(part.told.get("count", 1))
    made.parts, made.held = dict(sorted(counted.items())), merged(opinions)
    return made


def one_each(rows: Iterable[StixObject]) -> list[StixObject]:
    """The first of each name: the same version may have come from several."""
    kept: dict[str, StixObject] = {}
    for row in rows:
        kept.setdefault(row.stix_id, row)
    return list(kept.values())


def sayer(row: StixObject) -> str:
    """Who handed it in; for what is ours, our organisation."""
    organisation: Organisation | None = row.received_from
    if organisation is None and row.item.made_by is not None:
        organisation = row.item.made_by.position.organisation
    return organisation.name if organisation is not None else "this installation"


def called(told: dict[str, Any]) -> str:
    """A name for an object, by what it says."""
    for key in ("name", "abstract", "value", "display_name", "account_login", "user_id", "pattern"):
        if told.get(key):
            beside = (
                f" on {told['account_type']}" if told.get("type") == "user-account" and told.get("account_type") else ""
            )
            return str(told[key])[:300] + beside
    return str(told.get("type", "object"))


def words(told: dict[str, Any], of: str, names: dict[str, str]) -> str:
    """What an object says of another, in a line."""
    kind = told.get("type")
    if kind == "relationship":
        other = str(told.get("target_ref") if told.get("source_ref") == of else told.get("source_ref"))
        verb = str(told.get("relationship_type", "related-to")).replace("-", " ")
        # An end that the reader may not know stays without a name.
        named = f"“{names[other]}”" if other in names else other.partition("--")[0].replace("-", " ")
        return f"{verb} {named}" if told.get("source_ref") == of else f"{named} {verb} it"
    if kind == "sighting":
        times = int(told.get("count", 1))
        return f"seen {times:,} time{'' if times == 1 else 's'}" + (
            f": {told['description']}" if told.get("description") else ""
        )
    if kind == "opinion":
        return str(told.get("opinion", "")).replace("-", " ") + (
            f": {told['explanation']}" if told.get("explanation") else ""
        )
    return str(told.get("content") or told.get("description") or called(told))[:1000]
