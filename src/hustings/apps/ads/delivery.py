"""What was delivered: facts by day, region, age and gender, taken in by API and from files, and reach over them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet, Sum

from hustings.apps.ads.models import Ad, Delivery, Disclaimer
from hustings.apps.audit.record import record
from hustings.apps.people.moving import serving
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.errors import BadInput, Problem
from hustings.policy.advertising import By
from hustings.screening.reach import Reach, Sketch, reach

__all__ = ["Fact", "deliver", "reach_of"]

BATCH = 2_000
TOGETHER = 200  # ads whose sketches are read at once: 16 KB a row


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Counts of one ad on one day; "" in region, age or gender is all of them.

    viewers   opaque keys of the people who saw it, hashed on arrival and not kept; or
    sketch    registers that the platform made itself with the key of the installation; None: people were not counted
    """

    ad: UUID
    day: date
    region: str = ""
    age: str = ""
    gender: str = ""
    impressions: int | None = None
    clicks: int | None = None
    spend: Decimal | None = None
    currency: str = ""
    viewers: Sequence[str] | None = None
    sketch: bytes | None = None


def deliver(facts: Iterable[Fact], *, by: Seat) -> int:
    """Record what was delivered; the same key again replaces its counts. All or nothing; gives the rows.

    Reads    ads of the seat's own organisation
    Raises   BadInput with every problem at once (unknown ads, counts below zero, clicks above impressions, sketches)
    Limits   what the platform counts is what is known: clicks of a day may belong to impressions of the day before
    """
    require(by, "take ads in")
    rows = list(facts)
    known = {
        ad.pk: ad for ad in Ad.objects.filter(pk__in={fact.ad for fact in rows}).select_related("disclaimer", "page")
    }
    problems: list[Problem] = []
    seen: set[tuple[object, ...]] = set()
    made = []
    for place, fact in enumerate(rows, 1):
        key = (fact.ad, fact.day, fact.region, fact.age, fact.gender)
        found = wrong(fact, known, key in seen)
        seen.add(key)
        if found:
            problems.append(
                Problem(where=f"row {place}, {found[0]}", found=found[1], expected=found[2], do="Mend the row.")
            )
            continue
        made.append(row_of(fact, problems, place))
    if problems:
        raise BadInput("The deliveries cannot be taken in.", problems)
    with transaction.atomic(), serving(by):
        counts = ("impressions", "clicks", "spend", "currency", "sketch")
        Delivery.objects.bulk_create(
            made,
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["ad", "day", "region", "age", "gender"],
            update_fields=counts,
        )
        record("ads delivered", by=by, facts={"rows": len(made), "ads": len(known)})
        for ad in known.values():
            sum_up(ad)
            look_again(ad)
    return len(made)


def wrong(fact: Fact, known: dict[UUID, Ad], twice: bool) -> tuple[str, str, str] | None:
    """What is wrong with a fact: where, found, expected."""
    if fact.ad not in known:
        return "ad", str(fact.ad), "the key of an ad of this door"
    if twice:
        return "key", f"{fact.ad} on {fact.day} a second time", "one row a day, region, age and gender"
    for name in ("impressions", "clicks", "spend"):
        value = getattr(fact, name)
        if value is not None and value < 0:
            return name, str(value), "zero or more"
    if fact.clicks is not None and fact.impressions is not None and fact.clicks > fact.impressions:
        return "clicks", f"{fact.clicks:,}", f"at most the {fact.impressions:,} impressions of that day"
    if fact.spend is not None and not fact.currency:
        return "currency", "''", "the currency of the amount"
    return None


def row_of(fact: Fact, problems: list[Problem], place: int) -> Delivery:
    """The row of a fact, with its sketch."""
    registers: bytes | None = None
    try:
        if fact.viewers is not None:
            registers = Sketch.of(fact.viewers, settings.REACH_KEY.encode()).registers
        elif fact.sketch is not None:
            registers = Sketch(fact.sketch).registers
    except ValueError as error:
        problems.append(
            Problem(where=f"row {place}, people", found=str(error), expected="a sketch or viewers", do="Mend it.")
        )
    return Delivery(
        ad_id=fact.ad, day=fact.day, region=fact.region, age=fact.age, gender=fact.gender, impressions=fact.impressions,
        clicks=fact.clicks, spend=fact.spend, currency=fact.currency, sketch=registers,
    )  # fmt: skip


def sum_up(ad: Ad) -> None:
    """Totals of an ad from its delivery: rows by region and those by age are cuts of the same, so the largest counts."""
    cuts = (
        Q(region="", age="", gender=""),
        ~Q(region="") & Q(age="", gender=""),
        Q(region="") & ~Q(age="", gender=""),
        ~Q(region="") & ~Q(age="", gender=""),
    )
    rows = Delivery.objects.filter(ad=ad)
    sums = [rows.filter(cut).aggregate(i=Sum("impressions"), c=Sum("clicks"), s=Sum("spend")) for cut in cuts]
    totals = {name: max((one[name] for one in sums if one[name] is not None), default=None) for name in ("i", "c", "s")}
    ad.impressions, ad.clicks, ad.spend = totals["i"], totals["c"], totals["s"]
    ad.save(update_fields=["impressions", "clicks", "spend"])


def look_again(ad: Ad) -> None:
    """Hold an ad whose spend or makers changed since it was approved: accounts are taken over."""
    from hustings.apps.ads.moving import move_ad
    from hustings.apps.ads.takeover import signs_of

    signs = signs_of(ad)
    if signs and ad.state in {"approved", "scheduled", "delivering", "paused"}:
        move_ad(
            ad, "hold", machine=By.MACHINE, reason_code=signs[0].code, note=" ".join(sign.sentence for sign in signs)
        )


def reach_of(ads: QuerySet[Ad]) -> Reach:
    """How many people saw at least one of these ads, with an interval, or that it is not in the data."""
    keys = list(ads.order_by("pk").values_list("pk", "impressions"))
    merged: dict[UUID, Sketch] = {}
    for begin in range(0, len(keys), TOGETHER):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT ad_id, sketch FROM ad_delivery WHERE ad_id = ANY(%s) AND sketch IS NOT NULL",
                [[key for key, _ in keys[begin : begin + TOGETHER]]],
            )
            for key, registers in cursor:
                one = Sketch(bytes(registers))
                if key in merged:
                    merged[key].merge(one)
                else:
                    merged[key] = one
    known = [count for _, count in keys]
    impressions = None if None in known else sum(count for count in known if count is not None)
    return reach([merged[key].registers if key in merged else None for key, _ in keys], impressions=impressions)


def in_force(disclaimer: Disclaimer | None) -> bool:
    """Whether a disclaimer is approved and of a sponsor that is authorised now."""
    if disclaimer is None or disclaimer.approved_at is None or disclaimer.refused:
        return False
    return disclaimer.sponsor.state in {"authorised", "renewal due"}
