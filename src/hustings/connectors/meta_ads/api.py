"""Ads as Meta's Ad Library interface answers them, with the old and the new names of its fields."""

__all__ = ["read_api_ad", "read_share"]

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from hustings.connectors.amounts import amount, whole
from hustings.connectors.line import Line, Unfit, structured
from hustings.screening.ad import Ad, ReachCount, Share
from hustings.screening.archive import DeliveryShare
from hustings.screening.countries import country_code
from hustings.screening.ranges import MoneyRange, Range
from hustings.screening.targeting_tree import Is, Node, aimed

PLATFORM = "facebook"
GENDERS = {"all": None, "men": "male", "women": "female", "male": "male", "female": "female"}
DOMAIN = re.compile(r"^(?:https?://)?[\w-]+(?:\.[\w-]+)+(?:/\S*)?$")


def read_api_ad(line: Line, shares: Mapping[str, Sequence[Share]]) -> Ad:
    """One ad; `shares` are those of tables beside it, for answers that were flattened into several files."""
    ad = line.text("id", "adid", "adarchiveid", "libraryid") or _id_in(line.text("adsnapshoturl", "adurl"))
    if ad is None:
        raise Unfit("no id")
    currency = (line.text("currency") or "").upper() or None
    spend = _bounds(line, "spend")
    bodies = _texts(line, "adcreativebodies", "adcreativebody")
    captions = _texts(line, "adcreativelinkcaptions", "adcreativelinkcaption")
    byline = line.text("bylines", "byline", "fundingentity", "disclaimer")
    payers, beneficiaries = _behind(line.raw("beneficiarypayers"))
    tree, lost, countries = _aim(line)
    reach_counts = tuple(_reach(line.raw("agecountrygenderreachbreakdown")))
    reached = line.list("adreachedcountries", "reachedcountries", "deliverycountries")
    found = (
        *_shares(line.raw("demographicdistribution")),
        *_shares(line.raw("deliverybyregion", "regiondistribution")),
    )
    return Ad(
        platform=PLATFORM, actor=line.text("pageid"), ad=ad, page_name=line.text("pagename"),
        text=bodies[0] if bodies else None, texts=bodies, titles=_texts(line, "adcreativelinktitles", "adcreativelinktitle"),
        captions=captions, descriptions=_texts(line, "adcreativelinkdescriptions", "adcreativelinkdescription"),
        # The library shows no address; the caption of the link is most often its domain.
        landing_url=next((caption for caption in captions if DOMAIN.match(caption)), None),
        created=line.moment("addeliverystarttime") or line.moment("adcreationtime"), ended=line.moment("addeliverystoptime"),
        spend_ranges=(MoneyRange(range=spend, currency=currency),) if spend is not None else (), currency=currency,
        impressions_range=_bounds(line, "impressions"), audience_range=_bounds(line, "estimatedaudiencesize", "potentialreach"),
        reach=line.whole("eutotalreach", "brtotalreach", "uktotalreach", "totalreach"),
        reach_counts=reach_counts, shares=found or tuple(shares.get(ad, ())),
        target_countries=countries or tuple(sorted({code for name in reached if (code := country_code(name))})),
        disclaimer=byline, payer=payers[0] if payers else byline, beneficiary=beneficiaries[0] if beneficiaries else None,
        sponsor=byline, advertiser=line.text("pageid"), snapshot_url=line.text("adsnapshoturl", "adurl"),
        media_type=line.text("mediatype"), status=line.text("adactivestatus", "status"),
        languages=line.list("languages"), platforms=line.list("publisherplatforms", "platforms"),
        tree=tree, tree_lost=lost, rest=line.rest(),
        defects=(*line.defects, *(("no_disclaimer",) if byline is None and line.head.has("bylines") else ()),
                 *(("several_payers",) if len(set(payers)) > 1 or len(set(beneficiaries)) > 1 else ())),
    )  # fmt: skip


def read_share(line: Line) -> DeliveryShare:
    """One share of one ad, from a table of its own."""
    share = line.amount("percentage", "share")
    if share is None or not 0 <= share <= 1:
        raise Unfit(f"a share of {share}")
    return DeliveryShare(
        platform=PLATFORM, ad=line.needed("adid", "id", "adarchiveid"), share=share, region=line.text("region"),
        age=line.text("age", "agerange"), gender=line.text("gender"), rest=line.rest(),
    )  # fmt: skip


def _id_in(address: str | None) -> str | None:
    match = re.search(r"[?&/]id=(\d+)", address or "")
    return match[1] if match else None


def _texts(line: Line, *names: str) -> tuple[str, ...]:
    value = structured(line.raw(*names))
    if value is None:
        return ()
    return tuple(str(item) for item in value if item) if isinstance(value, list) else (str(value),)


def _bounds(line: Line, *names: str) -> Range | None:
    """A range from one field, or from a pair of columns whose names end in min and max, lower and upper."""
    for name in names:
        if name in line.values:
            return line.span(name)
        for low, high in (
            ("min", "max"), ("lowerbound", "upperbound"), ("lower", "upper"), ("low", "high"),
        ):  # fmt: skip
            if f"{name}{low}" in line.values or f"{name}{high}" in line.values:
                bottom, top = line.amount(f"{name}{low}"), line.amount(f"{name}{high}")
                if bottom is None and top is None:
                    return None
                try:
                    return Range(low=bottom or Decimal(0), high=top)
                except ValueError as error:
                    raise Unfit(f"{name}: {error}") from error
    return None


def _objects(raw: Any) -> list[dict[str, Any]]:
    value = structured(raw)
    if isinstance(value, dict):
        value = [value]
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _shares(raw: Any) -> list[Share]:
    found = []
    for item in _objects(raw):
        share = amount(item.get("percentage"))
        if share is not None:
            found.append(Share(share=share, region=item.get("region"), age=item.get("age"), gender=item.get("gender")))
    return found


def _behind(raw: Any) -> tuple[list[str], list[str]]:
    """Payers and beneficiaries, the current ones first."""
    items = sorted(_objects(raw), key=lambda item: item.get("current") is False)
    payers = [str(item["payer"]) for item in items if item.get("payer")]
    return payers, [str(item["beneficiary"]) for item in items if item.get("beneficiary")]


def _reach(raw: Any) -> list[ReachCount]:
    found = []
    for item in _objects(raw):
        country = str(item.get("country") or "")
        for group in _objects(item.get("age_gender_breakdowns")) or [item]:
            for gender in ("female", "male", "unknown"):
                people = whole(group.get(gender))
                if people is not None:
                    found.append(ReachCount(country=country, age=group.get("age_range"), gender=gender, people=people))
    return found


def _aim(line: Line) -> tuple[Node | None, tuple[str, ...], tuple[str, ...]]:
    """The tree of target ages, gender and places; no tree where the answer holds none of them."""
    ages, gender, places = line.list("targetages"), line.text("targetgender"), _objects(line.raw("targetlocations"))
    if not ages and gender is None and not places:
        return None, (), ()
    included: dict[str, list[Is]] = {}
    if ages:
        span = ages[0] if len(ages) == 1 else f"{ages[0]}-{ages[-1]}"
        included["age"] = [Is("age", span)]
    if gender is not None and GENDERS.get(gender.casefold(), gender) is not None:
        included["gender"] = [Is("gender", GENDERS.get(gender.casefold(), gender) or gender)]
    excluded, hidden, countries = [], 0, set()
    for place in places:
        leaf = Is("location", str(place.get("name") or ""), str(place.get("type") or ""))
        hidden += whole(place.get("num_obfuscated")) or 0
        if place.get("excluded") in {True, "true", "True"}:
            excluded.append(leaf)
            continue
        included.setdefault("location", []).append(leaf)
        code = country_code(leaf.value) if leaf.category.casefold() in {"countries", "country", ""} else None
        # A place within a country is written `Vienna, Austria`.
        code = code or country_code(leaf.value.rsplit(",", 1)[-1])
        if code is not None and leaf.value.rsplit(",", 1)[-1].strip().casefold() != "georgia":
            countries.add(code)
    lost = ["detailed_targeting_not_published"]
    if hidden:
        lost.append("places_hidden")
    return aimed(included, excluded), tuple(lost), tuple(sorted(countries))
