"""What is public of an ad, an advertiser, a payer and a page, as it stands now: two parts, one of which can be destroyed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from hustings.apps.ads.models import Ad, AdChange, Delivery, Page, Payer, Sponsor
from hustings.apps.ads.published import rows
from hustings.policy.advertising import RAN, AdState
from hustings.screening.reach import Reach, Sketch, reach

__all__ = ["Drawn", "draw"]

# What comes in by these ways was handed in at this door; every other archive says of itself what ran.
DOOR = frozenset({"portal", "api", "csv"})


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """One subject as it stands.

    record    numbers, days, states and references; amounts as text. Stays for ever
    content   words, names, addresses and targeting. Sealed; can be destroyed
    """

    kind: str
    source: UUID
    record: dict[str, Any]
    content: dict[str, Any]


Numbers = Mapping[tuple[str, UUID], int]


def draw(kind: str, sources: Collection[UUID], numbers: Numbers) -> list[Drawn]:
    """Those of the sources that are public, in the order of their keys.

    numbers   of every subject that one of these refers to
    """
    return {"ad": ads, "advertiser": advertisers, "payer": payers, "page": pages}[kind](sorted(sources), numbers)


def ads(sources: Sequence[UUID], numbers: Numbers) -> list[Drawn]:
    """Political ads that ran: declared, found late, or in the archive of another library."""
    found = (
        Ad.objects.filter(pk__in=sources)
        .filter(state__in=RAN)
        .filter(Q(declared=True) | Q(found_late__isnull=False) | ~Q(archive__in=DOOR))
        .select_related("page", "sponsor", "payer", "disclaimer", "creative", "election", "found_late")
        .order_by("pk")
    )
    held = list(found)
    keys = [ad.pk for ad in held]
    moves: dict[UUID, list[AdChange]] = defaultdict(list)
    for change in AdChange.objects.filter(ad__in=keys).order_by("at", "id"):
        moves[change.ad_id].append(change)
    delivery = delivered(keys)
    return [ad_drawn(ad, moves[ad.pk], delivery.get(ad.pk, Delivered()), numbers) for ad in held]


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """What was delivered of one ad, by each of its cuts, and how many people saw it."""

    days: tuple[list[Any], ...] = ()
    regions: tuple[list[Any], ...] = ()
    groups: tuple[list[Any], ...] = ()
    people: Reach | None = None


CUTS = """
SELECT ad_id, 'days', day::text, '', sum(impressions)::text, sum(clicks)::text, sum(spend)::text
FROM ad_delivery WHERE ad_id = ANY(%(ads)s) AND region = '' AND age = '' AND gender = '' GROUP BY ad_id, day
UNION ALL
SELECT ad_id, 'regions', region, '', sum(impressions)::text, sum(clicks)::text, sum(spend)::text
FROM ad_delivery WHERE ad_id = ANY(%(ads)s) AND region <> '' AND age = '' AND gender = '' GROUP BY ad_id, region
UNION ALL
SELECT ad_id, 'groups', age, gender, sum(impressions)::text, sum(clicks)::text, sum(spend)::text
FROM ad_delivery WHERE ad_id = ANY(%(ads)s) AND region = '' AND (age <> '' OR gender <> '') GROUP BY ad_id, age, gender
ORDER BY 1, 2, 3, 4
"""


def delivered(keys: Sequence[UUID]) -> dict[UUID, Delivered]:
    """The cuts of each ad that has any, and its reach where people were counted."""
    cuts: dict[UUID, dict[str, list[list[Any]]]] = defaultdict(lambda: {"days": [], "regions": [], "groups": []})
    with connection.cursor() as cursor:
        cursor.execute(CUTS, {"ads": list(keys)})
        for key, cut, first, second, impressions, clicks, spend in cursor.fetchall():
            names = [first, second] if cut == "groups" else [first]
            cuts[key][cut].append([*names, impressions, clicks, spend])
    sketches: dict[UUID, Sketch] = {}
    for key, registers in Delivery.objects.filter(ad__in=keys, sketch__isnull=False).values_list("ad", "sketch"):
        one = Sketch(bytes(registers or b""))
        if key in sketches:
            sketches[key].merge(one)
        else:
            sketches[key] = one
    return {
        key: Delivered(
            days=tuple(of["days"]), regions=tuple(of["regions"]), groups=tuple(of["groups"]),
            people=reach([sketches[key].registers]) if key in sketches else None,
        )
        for key, of in cuts.items()
    }  # fmt: skip


def ad_drawn(ad: Ad, moves: Sequence[AdChange], delivery: Delivered, numbers: Numbers) -> Drawn:
    """One ad."""
    starts, ends = shown_days(ad, delivery)
    late = getattr(ad, "found_late", None)
    payer = ad.payer
    record = {
        "archive": ad.archive,
        "archive_number": ad.number,
        "platform": ad.page.platform if ad.page is not None else "",
        "state": ad.state,
        "category": ad.category,
        "declared": ad.declared,
        "language": ad.creative.language if ad.creative is not None else "",
        "countries": sorted(ad.countries),
        "election": None if ad.election is None else {"id": str(ad.election_id), "name": ad.election.name, "on": said(ad.election.on)},
        "created": said(ad.created),
        "starts": said(starts),
        "ends": said(ends),
        "currency": ad.currency,
        "budget": amount(ad.budget),
        "spend": amount(ad.spend),
        "spend_low": amount(ad.spend_low),
        "spend_high": amount(ad.spend_high),
        "impressions": ad.impressions,
        "impressions_low": ad.impressions_low,
        "impressions_high": ad.impressions_high,
        "clicks": ad.clicks,
        "by_day": list(delivery.days),
        "by_region": list(delivery.regions),
        "by_age_and_gender": list(delivery.groups),
        "reach": people(delivery.people),
        "page": numbers.get(("page", ad.page_id)) if ad.page_id else None,
        "advertiser": numbers.get(("advertiser", ad.sponsor_id)) if ad.sponsor_id else None,
        "payer": numbers.get(("payer", ad.payer_id)) if ad.payer_id else None,
        "advertiser_class": ad.sponsor.sponsor_class if ad.sponsor is not None else "",
        "money": None if payer is None else {
            "public": payer.public_money,
            "inside": None if not payer.country or not ad.countries else payer.country in ad.countries,
        },
        "found_late": None if late is None else {
            "at": said(late.found_at), "days_without": late.days_without, "impressions_without": late.impressions_without,
        },
        "decisions": [
            {"at": said(one.at), "move": one.move, "state": one.state, "reason": one.reason_code, "policy": one.policy, "version": one.version}
            for one in moves
        ],
        "removed": ad.state == AdState.REMOVED,
    }  # fmt: skip
    creative = ad.creative
    content = {
        "title": creative.title if creative is not None else "",
        "text": creative.text if creative is not None else "",
        "media": strings(creative.media) if creative is not None else [],
        "landing_url": creative.landing_url if creative is not None else "",
        "landing_domain": creative.landing_domain if creative is not None else "",
        "synthetic": creative.synthetic if creative is not None else None,
        "disclaimer": ad.disclaimer_text or (ad.disclaimer.text if ad.disclaimer is not None else ""),
        "candidate_authorised": ad.disclaimer.candidate_authorised if ad.disclaimer is not None else None,
        "page_name": (ad.page.name or ad.page.number) if ad.page is not None else "",
        "advertiser_name": str(ad.sponsor) if ad.sponsor is not None else "",
        "payer_name": payer.name if payer is not None else "",
        "targeting": strings(ad.targeting),
        "found_how": late.how if late is not None else "",
        "told": list(late.told) if late is not None else [],
    }
    return Drawn(kind="ad", source=ad.pk, record=record, content=content)


def shown_days(ad: Ad, delivery: Delivered) -> tuple[date | None, date | None]:
    """First and last day on which it was shown; no last one while it may still be shown."""
    days = [day for day, impressions, _, spend in delivery.days if positive(impressions) or positive(spend)]
    starts = date.fromisoformat(days[0]) if days else day_of(ad.starts) or day_of(ad.created)
    if ad.state in (AdState.DELIVERING, AdState.PAUSED):
        return starts, None
    ends = date.fromisoformat(days[-1]) if days else day_of(ad.ends)
    return starts, ends


def advertisers(sources: Sequence[UUID], numbers: Numbers) -> list[Drawn]:
    """Those that were authorised once, that an archive names, or that an ad of the library names."""
    shown = {source for kind, source in numbers if kind == "advertiser"}
    drawn = []
    for sponsor in Sponsor.objects.filter(pk__in=sources).order_by("pk"):
        told = rows("published_sponsor", sponsor.pk)
        if not told and not sponsor.archive and sponsor.pk not in shown:
            continue
        checks = rows("published_checks", sponsor.pk) if told else []
        behind = rows("published_behind", sponsor.pk) if told else []
        record = {
            "archive": sponsor.archive,
            "archive_number": sponsor.number,
            "kind_of": sponsor.kind,
            "country": sponsor.country,
            "state": sponsor.state if told else "",
            "advertiser_class": sponsor.sponsor_class if told else "",
            "valid_until": said(told[0]["valid_until"]) if told else None,
            "authorised": said(told[0]["authorised_at"]) if told else None,
            "checks": [
                {
                    "what": one["what"], "scheme": one["scheme"], "register": one["register"], "edition": said(one["published"]),
                    "result": one["result"], "verdict": one["verdict"], "people": one["people"], "at": said(one["checked_at"]),
                    "until": said(one["until"]),
                }
                for one in checks
            ],
            "changes": [
                {"move": one["move"], "state": one["state"], "class": one["sponsor_class"], "reason": one["reason_code"], "at": said(one["at"])}
                for one in (rows("published_changes", sponsor.pk) if told else [])
            ],
            "controller_established": any(one["part"] == "controller" and one["name"] for one in behind),
        }  # fmt: skip
        content = {
            "name": str(sponsor),
            "registered_name": sponsor.registered_name,
            "numbers": [
                {"scheme": one["scheme"], "value": one["value"], "name_found": one["name_found"], "similarity": amount(one["similarity"])}
                for one in checks if one["value"]
            ],
            "behind": [{"part": one["part"], "name": one["name"], "country": one["country"], "evidence": one["evidence"]} for one in behind],
        }  # fmt: skip
        drawn.append(Drawn(kind="advertiser", source=sponsor.pk, record=record, content=content))
    return drawn


def payers(sources: Sequence[UUID], numbers: Numbers) -> list[Drawn]:  # noqa: ARG001 - as the others
    """Payers of ads, without instrument, issuing country and currency, which are restricted."""
    return [
        Drawn(
            kind="payer",
            source=payer.pk,
            record={"kind_of": payer.kind, "country": payer.country, "public": payer.public_money},
            content={"name": payer.name},
        )
        for payer in Payer.objects.filter(pk__in=sources).order_by("pk")
    ]


def pages(sources: Sequence[UUID], numbers: Numbers) -> list[Drawn]:
    """Pages with every name they bore."""
    return [
        Drawn(
            kind="page",
            source=page.pk,
            record={
                "platform": page.platform,
                "created": said(page.created_on),
                "advertiser": numbers.get(("advertiser", page.sponsor_id)) if page.sponsor_id else None,
            },
            content={
                "name": page.name,
                "number": page.number,
                "names": [{"name": one.name, "since": said(one.since)} for one in page.names.order_by("since", "name")],
            },
        )
        for page in Page.objects.filter(pk__in=sources).prefetch_related("names").order_by("pk")
    ]


def said(when: date | datetime | None) -> str | None:
    """A day or moment as it is written."""
    return None if when is None else when.isoformat()


def amount(value: Decimal | float | None) -> str | None:
    """A number without needless zeros, as text: every reader keeps it exactly."""
    if value is None:
        return None
    text = f"{value:f}" if isinstance(value, Decimal) else f"{value:.2f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def positive(text: str | None) -> bool:
    """Whether a count or an amount is above zero."""
    return text is not None and Decimal(text) > 0


def day_of(moment: datetime | None) -> date | None:
    """The day of a moment, in UTC as it is kept."""
    return None if moment is None else moment.date()


def people(found: Reach | None) -> dict[str, int] | None:
    """How many people saw it, with the interval."""
    if found is None or found.people is None or found.low is None or found.high is None:
        return None
    return {"people": found.people, "low": found.low, "high": found.high}


def strings(value: Any) -> Any:
    """The same with fractions as text, which canonical JSON has no place for."""
    if isinstance(value, float):
        return amount(value)
    if isinstance(value, dict):
        return {name: strings(one) for name, one in value.items()}
    if isinstance(value, list):
        return [strings(one) for one in value]
    return value
