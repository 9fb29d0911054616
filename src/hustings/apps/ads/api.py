"""The interface to ads: hand in, deliver, ask for orders, read what is at one's own door."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from hustings.apps import database
from hustings.apps.ads.delivery import Fact, deliver, reach_of
from hustings.apps.ads.find import ads as ads_of
from hustings.apps.ads.find import find_ad, find_sponsor
from hustings.apps.ads.find import orders as orders_of
from hustings.apps.ads.find import sponsors as sponsors_of
from hustings.apps.ads.handed import Handed, Media
from hustings.apps.ads.models import Ad, Sponsor
from hustings.apps.ads.submitting import hand_in
from hustings.apps.api_caller import caller, needs
from hustings.apps.api_cursor import page
from hustings.apps.permission import require
from hustings.apps.tokens.scope import Scope

__all__ = ["ads_router", "sponsors_router"]

ads_router = Router(auth=needs(Scope.READ_ADS))
sponsors_router = Router(auth=needs(Scope.READ_ADS))

# PostgreSQL keeps no NUL; halves of surrogate pairs are refused by the reader of JSON.
Words = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
Text = Annotated[str, Field(max_length=20_000, pattern=r"^[^\x00]*$")]
Code = Annotated[str, Field(max_length=2, pattern=r"^([A-Z]{2})?$")]
Currency = Annotated[str, Field(max_length=3, pattern=r"^([A-Z]{3})?$")]
# Text, so that no reader of JSON makes it a number that is nearly the amount.
Money = Annotated[str, Field(max_length=15, pattern=r"^[0-9]{1,12}(\.[0-9]{1,2})?$")]
Spent = Annotated[str, Field(max_length=15, pattern=r"^[0-9]{1,10}(\.[0-9]{1,4})?$")]
Count = Annotated[int, Field(ge=0, le=10**15)]


class MediaIn(Schema):
    """A picture, film or sound by its hash."""

    model_config = ConfigDict(extra="forbid")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    kind: Annotated[str, Field(max_length=20, pattern=r"^[a-z]*$")] = "image"
    perceptual: Annotated[str, Field(max_length=64, pattern=r"^[0-9a-f]*$")] = ""
    recognised_text: Text = ""


class AdIn(Schema):
    """An ad as it is handed in. What is left out is not said; the door returns a form that lacks what it needs."""

    model_config = ConfigDict(extra="forbid")
    sponsor: UUID
    number: Annotated[str, Field(min_length=1, max_length=180, pattern=r"^[^\x00]*\S[^\x00]*$")]
    platform: Words = ""
    page: Words = ""
    page_name: Words = ""
    title: Words = ""
    text: Text = ""
    media: Annotated[list[MediaIn], Field(max_length=50)] = []
    landing_url: Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")] = ""
    language: Annotated[str, Field(max_length=8, pattern=r"^[A-Za-z-]*$")] = ""
    synthetic: bool | None = None
    disclaimer: Words = ""
    short_form: Words = ""
    category: Annotated[str, Field(max_length=20, pattern=r"^[a-z ]*$")] = ""
    election: UUID | None = None
    countries: Annotated[list[Code], Field(max_length=250)] = []
    targeting: dict[str, Any] | None = Field(default=None, description="A tree of all, any, not and is.")
    budget: Money | None = None
    currency: Currency = ""
    starts: datetime | None = None
    ends: datetime | None = None
    payer: Words = ""
    payer_country: Code = ""
    payer_kind: Annotated[
        str, Field(max_length=20, pattern=r"^[a-z -]*$", description="`person` for a private one.")
    ] = ""
    instrument: Words = Field(default="", description="Fingerprint of the card or account, never its number.")
    issuing_country: Code = ""
    administrators: Annotated[list[tuple[Words, Code]], Field(max_length=100)] = []


class HitOut(Schema):
    """One reason why a person should look; `span` counts code points of the text."""

    category: str
    span: list[int] = Field(min_length=2, max_length=2)
    rule: str
    sentence: str


class HandedInOut(Schema):
    """What became of an ad that was handed in."""

    id: UUID
    became: str = Field(description="new, changed or the same.")
    version: int
    state: str
    hits: list[HitOut]


class AdOut(Schema):
    """An ad at the door; amounts are exact, and null where they are not known."""

    id: UUID
    archive: str
    number: str
    version: int
    state: str
    sponsor: UUID | None
    sponsor_name: str
    page_name: str
    title: str
    text: str
    landing_url: str
    disclaimer: str
    category: str
    declared: bool | None
    election: UUID | None
    countries: list[str]
    targeting: Any = None
    spend: str | None
    currency: str
    impressions: int | None
    clicks: int | None
    created: datetime | None
    starts: datetime | None
    ends: datetime | None


class AdPage(Schema):
    """Ads, newest first."""

    items: list[AdOut]
    next: str | None = Field(description="Cursor of the next page; null on the last.")


class VersionOut(Schema):
    """What an ad said and asked at one time."""

    version: int
    at: datetime
    digest: str
    content: dict[str, Any]


class ChangeOut(Schema):
    """One thing that happened to an ad."""

    move: str
    state: str
    reason_code: str
    policy: str
    at: datetime


class FactIn(Schema):
    """Counts of an ad on one day; empty region, age and gender are all of them."""

    model_config = ConfigDict(extra="forbid")
    ad: UUID
    day: date
    region: Annotated[str, Field(max_length=120, pattern=r"^[^\x00]*$")] = ""
    age: Annotated[str, Field(max_length=20, pattern=r"^[^\x00]*$")] = ""
    gender: Annotated[str, Field(max_length=20, pattern=r"^[^\x00]*$")] = ""
    impressions: Count | None = None
    clicks: Count | None = None
    spend: Spent | None = None
    currency: Currency = ""
    viewers: Annotated[list[Words], Field(max_length=100_000)] | None = Field(
        default=None, description="Opaque keys of who saw it: counted under the installation's key, and not kept."
    )


class DeliveryIn(Schema):
    """What was delivered; the same key again replaces its counts."""

    model_config = ConfigDict(extra="forbid")
    facts: Annotated[list[FactIn], Field(min_length=1, max_length=10_000)]


class DeliveredOut(Schema):
    """How many rows were taken in."""

    rows: int


class OrderOut(Schema):
    """Show an ad, or stop showing it; only the latest order of an ad counts."""

    number: int
    ad: UUID
    key: str = Field(description="The ad's number as it was handed in.")
    order: str
    why: str
    at: datetime
    done_at: datetime | None


class OrderPage(Schema):
    """Orders in their turn; ask again after the last number."""

    items: list[OrderOut]


class ReachOut(Schema):
    """How many people saw at least one of some ads; null where nobody counted people."""

    ads: int
    without: int
    people: int | None
    low: int | None
    high: int | None
    sentence: str


class SponsorOut(Schema):
    """Who stands behind ads."""

    id: UUID
    registered_name: str
    kind: str
    country: str
    state: str
    sponsor_class: str
    made_at: datetime


class SponsorPage(Schema):
    """Sponsors, newest first."""

    items: list[SponsorOut]
    next: str | None


def amount(said: str | None) -> Decimal | None:
    """An amount as it was written."""
    return None if said is None else Decimal(said)


def ad_out(ad: Ad) -> AdOut:
    """An ad as programs read it."""
    return AdOut(
        id=ad.pk, archive=ad.archive, number=key_of(ad), version=ad.version, state=ad.state, sponsor=ad.sponsor_id,
        sponsor_name=ad.sponsor.registered_name if ad.sponsor else "", page_name=ad.page.name if ad.page else "",
        title=ad.creative.title if ad.creative else "", text=ad.creative.text if ad.creative else "",
        landing_url=ad.creative.landing_url if ad.creative else "", disclaimer=ad.disclaimer_text, category=ad.category,
        declared=ad.declared, election=ad.election_id, countries=ad.countries, targeting=ad.targeting,
        spend=None if ad.spend is None else f"{ad.spend:f}", currency=ad.currency, impressions=ad.impressions,
        clicks=ad.clicks, created=ad.created, starts=ad.starts, ends=ad.ends,
    )  # fmt: skip


def key_of(ad: Ad) -> str:
    """The number as it was handed in or as the archive gives it."""
    return ad.number.partition(":")[2]


def sponsor_out(sponsor: Sponsor) -> SponsorOut:
    """A sponsor as programs read it."""
    return SponsorOut(
        id=sponsor.pk, registered_name=sponsor.registered_name, kind=sponsor.kind, country=sponsor.country,
        state=sponsor.state, sponsor_class=sponsor.sponsor_class, made_at=sponsor.made_at,
    )  # fmt: skip


@ads_router.get("", response=AdPage, summary="Ads at your door", operation_id="ads")
def ads(
    request: HttpRequest,
    state: Annotated[str, Query(max_length=20, pattern=r"^[a-z ]*$")] = "",
    sponsor: Annotated[UUID | None, Query(description="Only of this sponsor.")] = None,
    country: Annotated[str, Query(max_length=2, pattern=r"^([A-Z]{2})?$", description="Aimed at this country.")] = "",
    archive: Annotated[str, Query(max_length=30, pattern=r"^[a-z-]*$")] = "",
    hit: Annotated[
        str, Query(max_length=40, pattern=r"^[a-z_.]*$", description="A category of the screening, or its first part.")
    ] = "",
    q: Annotated[
        str, Query(max_length=200, pattern=r"^[^\x00]*$", description="Words in text, page, sponsor or disclaimer.")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> AdPage:
    """Newest first."""
    rows = ads_of(caller(request), state=state, sponsor=sponsor, country=country, archive=archive, hit=hit, words=q)
    found, following = page(request, rows, newest_by="made_at", limit=limit, cursor=cursor)
    return AdPage(items=[ad_out(ad) for ad in found], next=following)


@ads_router.post(
    "",
    response={200: HandedInOut, 201: HandedInOut},
    auth=needs(Scope.WRITE_ADS),
    summary="Hand an ad in",
    operation_id="hand_in_ad",
)
def hand_in_ad(request: HttpRequest, body: AdIn) -> Any:
    """A new ad, or a new version of the ad with this sponsor and number; either goes through the door at once."""
    seat = caller(request)
    require(seat, "take ads in")
    sponsor = find_sponsor(seat, body.sponsor)
    values = body.model_dump(exclude={"sponsor", "media", "election", "countries", "administrators", "budget"})
    done = hand_in(
        Handed(
            **values, budget=amount(body.budget), media=tuple(Media(**one.model_dump()) for one in body.media), election=str(body.election or ""),
            countries=tuple(body.countries), administrators=tuple(body.administrators),
        ),
        sponsor, by=seat, through="api",
    )  # fmt: skip
    screening = done.ad.screenings.filter(version=done.ad.version).order_by("-at", "-id").first()
    hits = screening.hits if screening is not None else []
    told = HandedInOut(
        id=done.ad.pk, became=done.became, version=done.ad.version, state=done.ad.state,
        hits=[HitOut(category=hit["category"], span=[hit["start"], hit["end"]], rule=hit["rule"], sentence=hit["sentence"]) for hit in hits],
    )  # fmt: skip
    return Status(201 if done.became == "new" else 200, told)


@ads_router.get("/orders", response=OrderPage, summary="What to show and to stop", operation_id="ad_orders")
def orders(
    request: HttpRequest,
    after: Annotated[int, Query(ge=0, le=2**62, description="The last number you did.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> OrderPage:
    """In their turn, so that none is skipped."""
    found = orders_of(caller(request), after=after)[:limit]
    return OrderPage(
        items=[
            OrderOut(
                number=one.number,
                ad=one.ad_id,
                key=key_of(one.ad),
                order=one.order,
                why=one.why,
                at=one.at,
                done_at=one.done_at,
            )
            for one in found
        ]
    )


@ads_router.post(
    "/orders/{number}/done",
    response=OrderOut,
    auth=needs(Scope.WRITE_ADS),
    summary="Say that an order is done",
    operation_id="ad_order_done",
)
def order_done(request: HttpRequest, number: int) -> OrderOut:
    """The same again changes nothing."""
    from hustings.apps.permission import NotKnown

    seat = caller(request)
    require(seat, "take ads in")
    one = orders_of(seat, after=0).filter(number=number).first() if 0 < number < 2**63 else None
    if one is None:
        raise NotKnown
    if one.done_at is None:
        one.done_at = database.moment()
        one.save(update_fields=["done_at"])
    return OrderOut(
        number=one.number,
        ad=one.ad_id,
        key=key_of(one.ad),
        order=one.order,
        why=one.why,
        at=one.at,
        done_at=one.done_at,
    )


@ads_router.post(
    "/deliveries",
    response=DeliveredOut,
    auth=needs(Scope.WRITE_ADS),
    summary="Deliver counts",
    operation_id="deliver_ads",
)
def deliveries(request: HttpRequest, body: DeliveryIn) -> DeliveredOut:
    """All or nothing."""
    return DeliveredOut(
        rows=deliver(
            [Fact(**one.model_dump() | {"spend": amount(one.spend)}) for one in body.facts], by=caller(request)
        )
    )


@ads_router.get(
    "/reach", response=ReachOut, summary="How many people saw at least one of them", operation_id="ads_reach"
)
def reach(
    request: HttpRequest, ads: Annotated[list[UUID], Query(min_length=1, max_length=1000, description="Keys of ads.")]
) -> ReachOut:
    """Ads that are not at your door count as if they were not asked for."""
    found = reach_of(ads_of(caller(request)).filter(pk__in=ads))
    return ReachOut(
        ads=found.ads,
        without=found.without,
        people=found.people,
        low=found.low,
        high=found.high,
        sentence=found.sentence,
    )


@ads_router.get("/{ad}", response=AdOut, summary="One ad", operation_id="ad")
def one_ad(request: HttpRequest, ad: UUID) -> AdOut:
    """An ad of your door."""
    return ad_out(find_ad(caller(request), ad))


@ads_router.get(
    "/{ad}/versions", response=list[VersionOut], summary="What it said at each time", operation_id="ad_versions"
)
def versions(request: HttpRequest, ad: UUID) -> list[VersionOut]:
    """The first first."""
    return [
        VersionOut(version=one.version, at=one.at, digest=one.digest, content=one.content)
        for one in find_ad(caller(request), ad).versions.order_by("version")
    ]


@ads_router.get("/{ad}/changes", response=list[ChangeOut], summary="What happened to it", operation_id="ad_changes")
def changes(request: HttpRequest, ad: UUID) -> list[ChangeOut]:
    """The first first."""
    return [
        ChangeOut(move=one.move, state=one.state, reason_code=one.reason_code, policy=one.policy, at=one.at)
        for one in find_ad(caller(request), ad).changes.order_by("at", "id")
    ]


@sponsors_router.get("", response=SponsorPage, summary="Sponsors at your door", operation_id="sponsors")
def sponsors(
    request: HttpRequest,
    state: Annotated[str, Query(max_length=30, pattern=r"^[a-z ]*$")] = "",
    q: Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$", description="Part of the registered name.")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> SponsorPage:
    """Newest first."""
    rows = sponsors_of(caller(request), state=state, words=q)
    found, following = page(request, rows, newest_by="made_at", limit=limit, cursor=cursor)
    return SponsorPage(items=[sponsor_out(one) for one in found], next=following)


@sponsors_router.get("/{sponsor}", response=SponsorOut, summary="One sponsor", operation_id="sponsor")
def one_sponsor(request: HttpRequest, sponsor: UUID) -> SponsorOut:
    """A sponsor of your door."""
    return sponsor_out(find_sponsor(caller(request), sponsor))
