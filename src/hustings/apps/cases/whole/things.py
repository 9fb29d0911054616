"""What a case is about: accounts, pages, buyers, ads, gatherings, evidence, findings, and on what ground two of them are tied."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, QuerySet
from django.urls import reverse

from hustings.apps.ads.models import Ad
from hustings.apps.cases import find
from hustings.apps.cases.marks import COMMON
from hustings.apps.cases.models import (
    Case,
    Evidence,
    Gathering,
    GatheringAd,
    LeadAbout,
    Member,
    MemberEvidence,
    OpposedPair,
)
from hustings.apps.cases.reach.assets import behind
from hustings.apps.findings import find as findings
from hustings.apps.items.models import Item
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, readable
from hustings.policy.casework import MemberState

__all__ = ["MOST_ADS", "Ground", "Thing", "Whole", "ads_beneath", "whole"]

MOST_ADS = 10_000
# How heavy a tie is drawn: what a row of a table says, and, of a finding, how unlikely chance is. Where not all can be drawn,
# that an actor is in a finding is left out first: its links say the same.
SAID, PLAIN, LAST = 2, 1, 0
ADS = ("archive", "number", "state", "created", "starts", "impressions", "spend", "currency", "countries")


@dataclass(kw_only=True)
class Thing:
    """One thing in a case.

    kind, platform, name   by which it is known; two rows with these alike are one thing
    title       what it is called, where that is more than its name
    state       what people or the platform say of it now
    first, last when it is first and last known from, as far as a row tells
    page        the address where it is shown whole
    at          where it was drawn before, in its finding
    place       the how manieth thing of its case it is; -1 in none
    """

    kind: str
    platform: str
    name: str
    title: str = ""
    state: str = ""
    first: datetime | date | None = None
    last: datetime | date | None = None
    page: str = ""
    item: Item | None = None
    impressions: int | None = None
    at: tuple[int, int] | None = None
    key: tuple[str, str, str] = field(init=False)
    place: int = field(init=False, default=-1)

    def __post_init__(self) -> None:
        self.key = self.kind, self.platform, self.name

    @property
    def number(self) -> int:
        """The same number each time, short enough for a script to hold exactly."""
        return int.from_bytes(sha256("\x1f".join(self.key).encode()).digest()[:6], "big")

    @property
    def label(self) -> str:
        """As a picture names it: the kind first, so that colour is not needed."""
        return f"{self.kind} {self.title or self.name}"[:80]


class Ground(NamedTuple):
    """Why two things are tied: the words, and how heavy the line is drawn (0 to 3)."""

    a: Thing
    b: Thing
    why: str
    strength: int


@dataclass(kw_only=True)
class Whole:
    """Things by their key, and the ties between them. `left_out` says what was too much to hold, in sentences.

    a, b, why, strength   a tie in each place: the places of both things, the ground, how heavy the line is drawn
    """

    things: dict[tuple[str, str, str], Thing] = field(default_factory=dict)
    a: list[int] = field(default_factory=list)
    b: list[int] = field(default_factory=list)
    why: list[str] = field(default_factory=list)
    strength: list[int] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    marked: list[Item] = field(default_factory=list)

    def put(self, thing: Thing) -> Thing:
        """The thing, or the one that is there already with what this one knows more."""
        held = self.things.setdefault(thing.key, thing)
        if held is thing:
            thing.place = len(self.things) - 1
            return thing
        held.title = held.title or thing.title
        held.state = held.state or thing.state
        held.first = held.first or thing.first
        held.page = held.page or thing.page
        return held

    def tie(self, a: Thing, b: Thing, why: str, strength: int = SAID) -> None:
        """Say that two are tied."""
        self.tie_many([a.place], [b.place], why, [strength])

    def tie_many(self, a: Sequence[int], b: Sequence[int], why: str, strength: Sequence[int]) -> None:
        """Say of many on one ground that they are tied, by their places."""
        self.a += a
        self.b += b
        self.why += [why] * len(a)
        self.strength += strength

    @property
    def ties(self) -> Iterator[Ground]:
        """Each tie of two different things."""
        things = list(self.things.values())
        for a, b, why, strength in zip(self.a, self.b, self.why, self.strength, strict=True):
            if a != b:
                yield Ground(things[a], things[b], why, strength)


def whole(seat: Seat, case: Case) -> Whole:
    """Everything of a case and its parts, as far as the reader may know it.

    Limits   at most MOST_ADS ads behind members, the earliest taken in first; actors of a finding under their pseudonyms, never joined
             with accounts that are named elsewhere
    """
    told = Whole()
    parts = find.parts_of(seat, case)
    campaigns = find.campaigns(seat).filter(cases__case__in=parts).order_by("pk").distinct()
    members = list(
        Member.objects.filter(campaign__in=campaigns.order_by().values("pk")).exclude(state=MemberState.WITHDRAWN).order_by("kind", "platform", "name", "at", "id")
    )  # fmt: skip
    for member in members:
        told.put(
            Thing(kind=member.kind, platform=member.platform, name=member.name, title=member.part and f"{member.name} ({member.part})",
                  state=member.state, page=reverse("beneath", args=[case.pk, "member", member.pk]))
        )  # fmt: skip
    told.marked += [one.item for one in campaigns]
    with_ads(told, members)
    with_gatherings(told, parts)
    with_evidence(told, seat, parts, members)
    with_findings(told, seat, parts, members)
    with_leads(told, seat, parts)
    return told


def ads_beneath(members: Sequence[Member]) -> QuerySet[Ad]:
    """The ads behind members, the earliest first."""
    rows = Ad.objects.filter(behind([(one.kind, one.platform, one.name) for one in members]))
    return rows.select_related("page", "payer", "creative").order_by(F("created").asc(nulls_last=True), "archive", "number", "pk")  # fmt: skip


def with_ads(told: Whole, members: Sequence[Member]) -> None:
    """Ads behind members, with the page, buyer and domain of each."""
    ads = list(ads_beneath(members)[: MOST_ADS + 1])
    if len(ads) > MOST_ADS:
        ads = ads[:MOST_ADS]
        told.left_out.append(f"Of the ads behind its members the first {MOST_ADS:,} are here.")
    for ad in ads:
        words = (ad.creative.title or ad.creative.text) if ad.creative else ""
        thing = told.put(
            Thing(kind="ad", platform=ad.archive, name=ad.number, title=f"{ad.number}: {words[:60]}" if words else "", state=ad.state,
                  first=ad.starts or ad.created, last=ad.ends)
        )  # fmt: skip
        thing.impressions, thing.first = ad.impressions, thing.first or ad.starts or ad.created
        if ad.page is not None:
            page = told.put(
                Thing(
                    kind="page",
                    platform=ad.page.platform,
                    name=ad.page.number,
                    title=ad.page.name,
                    first=ad.page.created_on,
                )
            )
            told.tie(thing, page, "shown by")
        if ad.payer is not None:
            told.tie(thing, told.put(Thing(kind="ad buyer", platform="", name=ad.payer.name)), "paid by")
        # That two ads lead to where anybody may have a page ties nothing.
        if ad.creative is not None and ad.creative.landing_domain and ad.creative.landing_domain not in COMMON:
            told.tie(
                thing, told.put(Thing(kind="domain", platform="", name=ad.creative.landing_domain)), "leads to", PLAIN
            )


def with_gatherings(told: Whole, parts: Sequence[Case]) -> None:
    """Gatherings with who announced them, the ads that called to them, and what stands against them."""
    named = {(thing.title or thing.name): thing for thing in told.things.values() if thing.kind in ("page", "account", "ad buyer")}  # fmt: skip
    held: dict[UUID, Thing] = {}
    for one in Gathering.objects.filter(case__in=parts).order_by("id"):
        made = held[one.pk] = told.put(
            Thing(kind="gathering", platform=one.site, name=one.number or str(one.pk), title=one.title[:60], state=one.called_off,
                  first=one.starts or one.day, page=reverse("gathering", args=[one.pk]))
        )  # fmt: skip
        for host in one.hosts:
            told.tie(
                made, named.get(host) or told.put(Thing(kind="host", platform=one.site, name=host)), "announced by"
            )
    for call in GatheringAd.objects.filter(gathering__in=list(held)).order_by("id"):
        told.tie(
            told.put(Thing(kind="ad", platform=call.archive, name=call.number)), held[call.gathering_id], "calls to"
        )
    for pair in OpposedPair.objects.filter(gathering__in=list(held), other__in=list(held)).order_by("id"):
        told.tie(held[pair.gathering_id], held[pair.other_id], f"against each other on {pair.matter}")


def with_evidence(told: Whole, seat: Seat, parts: Sequence[Case], members: Sequence[Member]) -> None:
    """Sealed objects with what they show, and the members that rest on them."""
    by_key: dict[UUID, Thing] = {}
    rows = Evidence.objects.filter(case__in=parts, item__in=readable(seat).values("pk")).select_related("item__label")
    for one in rows.order_by("sealed_at", "pk"):
        made = by_key[one.pk] = told.put(
            Thing(kind="evidence", platform="", name=one.sha256, title=one.name, state=one.how, first=one.captured_at,
                  page=reverse("evidence", args=[one.pk]), item=one.item)
        )  # fmt: skip
        told.marked.append(one.item)
        if one.what and one.of:
            told.tie(made, told.put(Thing(kind=one.what, platform=one.platform, name=one.of)), "shows")
    named = {member.pk: member for member in members}
    for rest in MemberEvidence.objects.filter(member__in=list(named), rests_on__in=list(by_key)).order_by("at", "id"):
        member = named[rest.member_id]
        told.tie(told.things[member.kind, member.platform, member.name], by_key[rest.rests_on_id], "rests on")


def with_findings(told: Whole, seat: Seat, parts: Sequence[Case], members: Sequence[Member]) -> None:
    """Findings with their actors as they were drawn, and the members that rest on them."""
    known = readable(seat).filter(in_cases__case__in=parts).order_by().values("pk")
    by_key: dict[UUID, Thing] = {}
    for one in findings.findings(seat).filter(item__in=known).order_by("-item__made_at", "number", "pk"):
        made = by_key[one.pk] = told.put(
            Thing(kind="finding", platform="", name=str(one.pk), title=one.item.title[:60], state=one.basis, first=one.first,
                  last=one.last, page=reverse("finding", args=[one.pk]), item=one.item)
        )  # fmt: skip
        told.marked.append(one.item)
        try:
            body = json.loads(gzip.decompress(findings.picture(one.item)))
        except NotKnown:  # loaded without a picture: the finding stands by itself
            continue
        with_actors(told, made, str(one.run_id), str(one.pk), body)
    named = {member.pk: member for member in members}
    for rest in MemberEvidence.objects.filter(member__in=list(named), rests_on__in=list(by_key)).order_by("at", "id"):
        member = named[rest.member_id]
        told.tie(told.things[member.kind, member.platform, member.name], by_key[rest.rests_on_id], "rests on")


def with_actors(told: Whole, finding: Thing, run: str, key: str, body: dict[str, Any]) -> None:
    """The actors of a finding and its links, with the places at which they were drawn."""
    actors, links = body["actors"], body["links"]
    held = []
    of_actor = reverse("finding-actor", args=[key, 0]).removesuffix("0/")
    for name, number, x, y in zip(actors["name"], actors["number"], actors["x"], actors["y"], strict=True):
        made = told.put(Thing(kind="actor", platform=run, name=name, page=f"{of_actor}{number}/"))
        made.at = made.at or (x, y)
        held.append(made.place)
    told.tie_many(held, [finding.place] * len(held), "in the finding", [LAST] * len(held))
    told.tie_many(
        [held[a] for a in links["a"]], [held[b] for b in links["b"]], "acted together", [int(one) for one in links["strength"]]
    )  # fmt: skip


def with_leads(told: Whole, seat: Seat, parts: Sequence[Case]) -> None:
    """Leads that the case took up, with what they are about."""
    leads = {one.pk: one for one in find.leads(seat).filter(cases__case__in=parts).distinct()}
    made = {
        key: told.put(
            Thing(kind="lead", platform="", name=str(key), title=one.item.title[:60], state=one.source, first=one.item.made_at,
                  page=reverse("lead", args=[key]), item=one.item)
        )
        for key, one in leads.items()
    }  # fmt: skip
    told.marked += [one.item for one in leads.values()]
    for about in LeadAbout.objects.filter(lead__in=list(leads)).exclude(name="").order_by("id"):
        thing = told.put(Thing(kind=about.what, platform=about.platform, name=about.name))
        told.tie(made[about.lead_id], thing, "is about")
