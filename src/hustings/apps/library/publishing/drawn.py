"""What is public of an ad, an advertiser, a payer and a page, as it stands now: two parts, one of which can be destroyed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max

from hustings.apps.ads.content import domain_of
from hustings.apps.ads.models import Ad, AdChange, AdVersion, Creative, Delivery, Disclaimer, Page, Payer, Sponsor
from hustings.apps.ads.published import rows
from hustings.apps.elections.models import Election
from hustings.apps.library.models import Subject
from hustings.apps.library.publishing.private import named_among, without_name
from hustings.policy.advertising import AdState
from hustings.policy.payer_name import HIDDEN
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


def draw(wanted: Mapping[str, Collection[UUID]], numbers: Numbers) -> Iterator[list[Drawn]]:
    """Those of the sources that are public: pages, payers and advertisers, then the ads that refer to them.

    wanted    keys by kind; what the ads among them name is looked at too
    numbers   of what the library has; whoever asks adds those of one list before asking for the next
    """
    held = ran(wanted.get("ad", ()), numbers)
    named: dict[str, set[UUID]] = {
        "page": {ad.page_id for ad in held if ad.page_id is not None},
        "payer": {ad.payer_id for ad in held if ad.payer_id is not None},
        "advertiser": {ad.sponsor_id for ad in held if ad.sponsor_id is not None},
    }
    public = {kind: {key for key in keys if (kind, key) not in numbers} for kind, keys in named.items()}
    for kind in public:
        public[kind] |= {key for key in wanted.get(kind, ()) if key in named[kind] or (kind, key) in numbers}
    owners = set(Page.objects.filter(pk__in=public["page"], sponsor__isnull=False).values_list("sponsor", flat=True))
    others = ({*wanted.get("advertiser", ()), *owners} - public["advertiser"]) - {
        key for kind, key in numbers if kind == "advertiser"
    }
    yield advertisers(sorted(public["advertiser"]), everyone=True) + advertisers(sorted(others), everyone=False)
    yield payers(sorted(public["payer"]))
    yield pages(sorted(public["page"]), numbers)
    yield ads(held, numbers)


def ran(sources: Collection[UUID], numbers: Numbers) -> list[Ad]:
    """Political ads that ran, each as it ran last: declared, found late, or in the archive of another library.

    What was handed in since and did not run is nobody's to read yet. What is in the library stays there, also where
    the finding that brought it in was withdrawn.
    """
    found = (
        Ad.objects.filter(pk__in=sources)
        .select_related("page", "sponsor", "payer", "disclaimer", "creative", "election", "found_late")
        .order_by("pk")
    )
    held = {ad.pk: ad for ad in found}
    door = [ad.pk for ad in held.values() if ad.archive in DOOR]
    shown = dict(
        AdChange.objects.filter(ad__in=door, state=AdState.DELIVERING)
        .values("ad")
        .annotate(last=Max("version"))
        .values_list("ad", "last")
    )
    public = []
    for key, ad in held.items():
        if ad.archive in DOOR:
            if key not in shown:
                continue
            if shown[key] != ad.version:
                put_as_it_ran(ad, shown[key])
        if ad.declared or ad.archive not in DOOR or getattr(ad, "found_late", None) or ("ad", key) in numbers:
            public.append(ad)
    return public


def put_as_it_ran(ad: Ad, version: int) -> None:
    """Put what it said when it ran last in the place of what was handed in since. The row is not saved."""
    told: dict[str, Any] = AdVersion.objects.get(ad=ad, version=version).content
    held = {"held_by_id": ad.held_by_id}
    ad.category, ad.declared = told["category"], told["category"] not in {"", "other"} or None
    ad.countries, ad.targeting, ad.currency = told["countries"], told["targeting"], told["currency"]
    ad.budget = None if told["budget"] is None else Decimal(told["budget"])
    ad.starts, ad.ends = moment_of(told["starts"]), moment_of(told["ends"])
    ad.election = Election.objects.filter(pk=told["election"]).first() if told["election"] else None
    ad.page = Page.objects.filter(**held, platform=told["platform"], number=told["page"]).first()
    if ad.payer is None or ad.payer.name != told["payer"]:
        ad.payer = Payer.objects.filter(**held, sponsor=ad.sponsor, name=told["payer"]).order_by("-pk").first()
    ad.disclaimer_text = told["disclaimer"]
    ad.disclaimer = (
        Disclaimer.objects.filter(sponsor=ad.sponsor, text=told["disclaimer"], short_form=told["short_form"])
        .order_by("-approved_at")
        .first()
    )
    ad.creative = Creative(
        title=told["title"], text=told["text"], media=told["media"], landing_url=told["landing_url"],
        landing_domain=domain_of(told["landing_url"]), synthetic=told["synthetic"], language=told["language"],
    )  # fmt: skip


def ads(held: Sequence[Ad], numbers: Numbers) -> list[Drawn]:
    """Ads with what was decided of them and what was delivered."""
    keys = [ad.pk for ad in held]
    moves: dict[UUID, list[AdChange]] = defaultdict(list)
    for change in AdChange.objects.filter(ad__in=keys).order_by("at", "id"):
        moves[change.ad_id].append(change)
    delivery = delivered(keys)
    drawn = [ad_drawn(ad, moves[ad.pk], delivery.get(ad.pk, Delivered()), numbers) for ad in held]
    named = {one.record[name] for one in drawn for name in ("page", "advertiser", "payer")} - {None}
    gone = set(Subject.objects.filter(number__in=named, key__isnull=True).values_list("number", flat=True))
    for one in drawn if gone else ():
        leave_out(one, gone)
    hide_names(held, drawn)
    return drawn


def hide_names(held: Sequence[Ad], drawn: Sequence[Drawn]) -> None:
    """Private persons who paid are named where a law of the table says so, and not otherwise."""
    hidden = {
        key
        for key, one in named_among({ad.payer_id for ad in held if ad.payer_id is not None}).items()
        if not one.shown
    }
    for ad, one in zip(held, drawn, strict=True):
        if ad.payer is not None and ad.payer_id in hidden and one.content["payer_name"]:
            one.content["payer_name"] = HIDDEN
            one.content["disclaimer"] = without_name(one.content["disclaimer"], ad.payer.name)


def leave_out(one: Drawn, gone: Collection[int]) -> None:
    """Who was expunged is named in no later version of an ad either."""
    for name in ("page", "advertiser", "payer"):
        if one.record[name] in gone:
            one.content[f"{name}_name"] = ""
            if name != "page":
                one.content["disclaimer"] = ""


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
    from hustings.screening.political.language import spoken  # brings numpy along, which no page needs

    starts, ends = shown_days(ad, moves, delivery)
    findings = [one.move for one in moves if one.move in ("find political", "withdraw finding")]
    late = getattr(ad, "found_late", None) if findings[-1:] != ["withdraw finding"] else None
    payer = ad.payer
    said_language = ad.creative.language if ad.creative is not None else ""
    told_language = (spoken("", ad.creative.text) or "") if ad.creative is not None and not said_language else ""
    record = {
        "archive": ad.archive,
        "archive_number": ad.number,
        "platform": ad.page.platform if ad.page is not None else "",
        "state": ad.state,
        "category": ad.category,
        "declared": ad.declared,
        "language": said_language or told_language,
        "language_told_by": "" if not (said_language or told_language) else "advertiser" if said_language else "its words",
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


def shown_days(ad: Ad, moves: Sequence[AdChange], delivery: Delivered) -> tuple[date | None, date | None]:
    """First and last day on which it was shown; no last one while it may still be shown."""
    days = [day for day, impressions, _, spend in delivery.days if positive(impressions) or positive(spend)]
    begun, stopped = None, None
    for one in moves:
        if one.state == AdState.DELIVERING:
            begun, stopped = begun or one.at, None
        elif one.state != AdState.PAUSED and begun is not None:
            stopped = stopped or one.at
    starts = date.fromisoformat(days[0]) if days else day_of(begun or ad.starts or ad.created)
    if ad.state in (AdState.DELIVERING, AdState.PAUSED):
        return starts, None
    return starts, date.fromisoformat(days[-1]) if days else day_of(stopped or ad.ends)


def advertisers(sources: Sequence[UUID], *, everyone: bool) -> list[Drawn]:
    """Those that were authorised once or that an archive names; everyone of them where an ad of the library does."""
    drawn = []
    for sponsor in Sponsor.objects.filter(pk__in=sources).order_by("pk"):
        told = rows("published_sponsor", sponsor.pk)
        if not told and not sponsor.archive and not everyone:
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


def payers(sources: Sequence[UUID]) -> list[Drawn]:
    """Payers of ads, without instrument, issuing country and currency, which are restricted.

    Of a private person the record says by which place's law they are named; kind and country are always there.
    """
    people = named_among(sources)
    drawn = []
    for payer in Payer.objects.filter(pk__in=sources).order_by("pk"):
        record: dict[str, Any] = {"kind_of": payer.kind, "country": payer.country, "public": payer.public_money}
        name = payer.name
        if (one := people.get(payer.pk)) is not None:
            record |= {"kind_of": "person", "named_by": one.place}
            name = payer.name if one.shown else HIDDEN
        drawn.append(Drawn(kind="payer", source=payer.pk, record=record, content={"name": name}))
    return drawn


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
                "archive_number": page.number,
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


def moment_of(text: str | None) -> datetime | None:
    """A moment as it was written."""
    return None if text is None else datetime.fromisoformat(text)


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
