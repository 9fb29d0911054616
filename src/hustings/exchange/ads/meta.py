"""An ad of the library in the form in which Meta's Ad Library API tells ads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from hustings.exchange.ads import ranges
from hustings.screening.law.table import MEMBERS
from hustings.screening.targeting_tree import years

__all__ = ["ALIASES", "FIELDS", "archived_ad"]

Body = Mapping[str, Any]
Criterion = tuple[str, str, str, bool]  # dimension, value, the archive's word for it, whether it is excluded

# Older names of the same, which older clients still ask for. A singular name holds the first of the list.
ALIASES = {
    "funding_entity": "bylines",
    "potential_reach": "estimated_audience_size",
    "region_distribution": "delivery_by_region",
}
UNKNOWN = "Unknown"
GENDERS = {"f": "female", "female": "female", "women": "female", "m": "male", "male": "male", "men": "male"}
AIMED_GENDERS = {"female": "Women", "male": "Men"}
PLACES = 6  # of a share: small enough that no group of a large ad becomes 0


def archived_ad(body: Body, asked: Iterable[str], *, snapshot: str) -> dict[str, Any]:
    """One ad with the fields asked for, in their order; `id` is always there.

    body       the record as anyone may read it
    snapshot   address of the ad's page; the number is put behind it

    Gives      scalars as strings and lists that are never empty: what is not known or hidden is left out
    """
    ad: dict[str, Any] = {"id": str(body["number"])}
    aimed: list[Criterion] | None = None
    for name in asked:
        if name in TARGETED:
            aimed = list(criteria(body.get("targeting"))) if aimed is None else aimed
            value = TARGETED[name](aimed)
        else:
            value = snapshot + ad["id"] if name == "ad_snapshot_url" else FIELDS[name](body)
        if value:
            ad[name] = value
    return ad


def text(name: str) -> Callable[[Body], str | None]:
    """A field that is a text of the record."""
    return lambda body: body.get(name)


def listed(name: str) -> Callable[[Body], list[str] | None]:
    """A field that is a list with the one text of the record."""
    return lambda body: [body[name]] if body.get(name) else None


def day(name: str) -> Callable[[Body], str | None]:
    """A field that is a day of the record."""
    return lambda body: body[name][:10] if body.get(name) else None


def spend(body: Body) -> ranges.Range | None:
    """The range of what was spent: ours from the exact amount, else the one the archive itself told."""
    if body.get("spend") is not None:
        return ranges.spend(Decimal(body["spend"]))
    return told(body.get("spend_low"), body.get("spend_high"))


def impressions(body: Body) -> ranges.Range | None:
    """The same of how often it was shown."""
    if body.get("impressions") is not None:
        return ranges.impressions(body["impressions"])
    return told(body.get("impressions_low"), body.get("impressions_high"))


def told(low: str | int | None, high: str | int | None) -> ranges.Range | None:
    """A range as an archive told it; None where it told none."""
    bounds = {
        name: f"{Decimal(value):f}"
        for name, value in (("lower_bound", low), ("upper_bound", high))
        if value is not None
    }
    return bounds or None  # fmt: skip


def audience(body: Body) -> ranges.Range | None:
    """The range of how many people saw it: of an audience that was only planned the library knows nothing."""
    reach = body.get("reach")
    return None if reach is None else ranges.audience(reach["people"])


def shares(rows: Iterable[tuple[Any, str | None]]) -> list[tuple[Any, str]]:
    """Each name that has any impressions with its share of all, 1 together but for rounding."""
    counted: dict[Any, int] = {}
    for name, count in rows:
        counted[name] = counted.get(name, 0) + int(count or 0)
    whole = sum(counted.values())
    return [(name, share(count, whole)) for name, count in counted.items() if count > 0]


def share(count: int, whole: int) -> str:
    """A share as text without needless zeros."""
    return f"{Decimal(count) / whole:.{PLACES}f}".rstrip("0").rstrip(".")


def groups(body: Body) -> list[dict[str, str]]:
    """Shares by age and gender. Where nobody counted groups all of it is of unknown age and gender.

    One client reads the first entry of each list, another stops where the list is missing: so there is one entry always.
    """
    rows = body.get("by_age_and_gender") or ()
    found = shares(
        ((age or UNKNOWN, GENDERS.get(gender.casefold(), "unknown")), count) for age, gender, count, *_ in rows
    )
    return [
        {"age": age, "gender": gender, "percentage": of} for (age, gender), of in found or [((UNKNOWN, "unknown"), "1")]
    ]


def regions(body: Body) -> list[dict[str, str]]:
    """Shares by region, likewise."""
    found = shares((region, count) for region, count, *_ in body.get("by_region") or ())
    return [{"region": region, "percentage": of} for region, of in found or [(UNKNOWN, "1")]]


def eu_reach(body: Body) -> str | None:
    """How many people saw it, where all of its countries are members of the European Union."""
    countries = body.get("countries")
    if not countries or body.get("reach") is None or not MEMBERS.issuperset(countries):
        return None
    return str(body["reach"]["people"])


def payers(body: Body) -> list[dict[str, str]] | None:
    """Who paid, and for whose good."""
    pair = {"payer": body.get("payer_name"), "beneficiary": body.get("advertiser_name")}
    named = {part: name for part, name in pair.items() if name}
    return [named] if named else None


def criteria(tree: Any, *, out: bool = False) -> Iterator[Criterion]:
    """Each criterion of a targeting as it is kept, in one pass: a thousand ads are told at once."""
    for kind, content in tree.items() if tree else ():
        if kind == "is":
            yield content["dimension"], content["value"], content.get("category") or content["dimension"], out
        elif kind == "not":
            yield from criteria(content, out=not out)
        else:
            for branch in content:
                yield from criteria(branch, out=out)


def target_locations(aimed: Sequence[Criterion]) -> list[dict[str, Any]]:
    """Places it was aimed at, and those left out."""
    return [
        {"name": name, "type": kind, "excluded": out} for dimension, name, kind, out in aimed if dimension == "location"
    ]


def target_ages(aimed: Sequence[Criterion]) -> list[str] | None:
    """Youngest and oldest it was aimed at; `65+` where the span is open."""
    values = [value for dimension, value, _, out in aimed if dimension == "age" and not out]
    spans = [span for value in values if (span := years(value)) is not None]
    if not spans:
        return None
    lowest = min(low for low, _ in spans)
    tops = [high for _, high in spans if high is not None]
    return [str(lowest), str(max(tops)) if len(tops) == len(spans) else f"{max(65, *(low for low, _ in spans))}+"]


def target_gender(aimed: Sequence[Criterion]) -> str | None:
    """Women, Men or All; left out where the targeting is not known."""
    wanted = {GENDERS.get(value.casefold()) for dimension, value, _, out in aimed if dimension == "gender" and not out}
    return None if not aimed else AIMED_GENDERS.get(wanted.pop() or "", "All") if len(wanted) == 1 else "All"


def unheld(body: Body) -> None:
    """A field of Meta's that the library knows nothing of."""


FIELDS: dict[str, Callable[[Body], Any]] = {
    "id": lambda body: str(body["number"]),
    "ad_creation_time": day("created"),
    "ad_creative_bodies": listed("text"),
    "ad_creative_link_captions": listed("landing_domain"),
    "ad_creative_link_descriptions": unheld,
    "ad_creative_link_titles": listed("title"),
    "ad_delivery_start_time": day("starts"),
    "ad_delivery_stop_time": day("ends"),
    "ad_snapshot_url": unheld,  # put together from the address of the installation
    "age_country_gender_reach_breakdown": unheld,
    "beneficiary_payers": payers,
    "br_total_reach": unheld,
    "bylines": text("disclaimer"),
    "currency": text("currency"),
    "delivery_by_region": regions,
    "demographic_distribution": groups,
    "estimated_audience_size": audience,
    "eu_total_reach": eu_reach,
    "impressions": impressions,
    "languages": listed("language"),
    "page_id": lambda body: None if body.get("page") is None else str(body["page"]),
    "page_name": text("page_name"),
    "publisher_platforms": listed("platform"),
    "spend": spend,
    "target_ages": unheld,  # these three are read out of the targeting, once for all
    "target_gender": unheld,
    "target_locations": unheld,
    "total_reach_by_location": unheld,
    "ad_creative_body": text("text"),
    "ad_creative_link_caption": text("landing_domain"),
    "ad_creative_link_description": unheld,
    "ad_creative_link_title": text("title"),
}
TARGETED: dict[str, Callable[[Sequence[Criterion]], Any]] = {
    "target_ages": target_ages, "target_gender": target_gender, "target_locations": target_locations,
}  # fmt: skip
FIELDS |= {old: FIELDS[new] for old, new in ALIASES.items()}
