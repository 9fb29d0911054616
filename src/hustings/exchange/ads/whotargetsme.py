"""An ad of the library by the names of the Political Advertising Transparency Data Standard that Who Targets Me proposed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hustings.screening.targeting_tree import from_json, leaves

__all__ = ["disclosed_ad"]

Body = Mapping[str, Any]

# The standard's kinds, by our dimension: as it is used, and as it is excluded.
KINDS = {
    "location": ("geo_location_unknown_type", "geo_location_excluded"),
    "country": ("user_characteristic_country", "geo_location_excluded"),
    "age": ("user_characteristic_age", "user_characteristic_exclusion"),
    "gender": ("user_characteristic_gender", "user_characteristic_exclusion"),
    "language": ("user_characteristic_language", "user_characteristic_exclusion"),
    "interest": ("user_interest_used", "user_interest_excluded"),
    "behavior": ("user_activity", "user_characteristic_exclusion"),
    "connection": ("user_connection", "user_characteristic_exclusion"),
    "custom_audience": ("hashed_list", "remarketing_exclusions"),
}
OTHER = ("other", "user_characteristic_exclusion")


def disclosed_ad(body: Body, advertiser: Body | None, *, address: str, library: str) -> dict[str, Any]:
    """One ad by the standard's names. What is not known says so by the standard's own `..._not_disclosed`.

    address   of the ad's page; library: of the library
    Limits    numbers are JSON numbers, as the standard asks: amounts of more than 15 digits lose their last ones
    """
    return {
        "advertiser": buyer(body, advertiser),
        "advertisement": advertisement(body, address, library),
        "advertising_platform": {"platform_name": body.get("platform") or ""},
        "targeting_categories": categories(body),
        "spending": spending(body),
        "delivery": {"delivery_not_disclosed": True},
        "reach": reach(body),
        "moderation": moderation(body),
        "provider_data": {
            "record": address, "digest": body["digest"], "hidden": body.get("hidden") or "",
            "disclaimer": body.get("disclaimer") or "", "payer": body.get("payer_name") or "", "currency": body.get("currency") or "",
            "category": body.get("category") or "", "election": body.get("election"), "targeting": body.get("targeting"),
        },
    }  # fmt: skip


def buyer(body: Body, advertiser: Body | None) -> dict[str, Any]:
    """Who ran it."""
    told = advertiser or {}
    said: dict[str, Any] = {
        "advertiser_id": str(body.get("advertiser") or body.get("page") or ""),
        "advertiser_real_name": body.get("advertiser_name") or body.get("page_name") or "",
        "advertiser_website": None,
        "advertiser_type": told.get("kind_of") or None,
        "advertiser_verification_date": (told.get("authorised") or "")[:10] or None,
    }
    if body.get("page_name"):
        said["advertiser_internal_name"] = body["page_name"]
    numbers = told.get("numbers") or []
    if numbers:
        said["advertiser_electoral_id"] = f"{numbers[0]['scheme']} {numbers[0]['value']}"
    if told.get("country"):
        said["advertiser_geo_scope"] = told["country"]
    return said


def advertisement(body: Body, address: str, library: str) -> dict[str, Any]:
    """What was shown, and when."""
    media = body.get("media") or []
    recognised = "\n".join(one["recognised_text"] for one in media if one.get("recognised_text"))
    approved = next((one["at"] for one in reversed(body.get("decisions") or []) if one["state"] == "approved"), None)
    advertiser = body.get("advertiser")
    said: dict[str, Any] = {
        "advert_id": str(body["number"]),
        "ad_library_entity_url": f"{library}advertisers/{advertiser}/" if advertiser else None,
        "ad_library_advert_url": address,
        "advert_copy": [one for one in (body.get("title"), body.get("text")) if one],
        "advert_media_urls": [],
        "advert_urls": [body["landing_url"]] if body.get("landing_url") else [],
        "advert_deleted": bool(body.get("removed")),
        "group": {"group_not_disclosed": True},
        "testing": {"testing_not_disclosed": True},
        "dates": {
            "datetime_period": [{"datetime_live": midnight(body.get("starts")), "datetime_ended": midnight(body.get("ends"))}],
            "datetime_approved": approved,
            "datetime_created": body.get("created"),
        },
    }  # fmt: skip
    if recognised:
        said["advert_alt_text"] = recognised
    return said


def categories(body: Body) -> list[dict[str, str]]:
    """Every criterion; how they are joined stands whole in `provider_data.targeting`."""
    tree = body.get("targeting")
    if tree is None:
        return []
    return [
        {"name": leaf.category or leaf.dimension, "type": KINDS.get(leaf.dimension, OTHER)[excluded], "value": leaf.value}
        for leaf, excluded in leaves(from_json(tree))
    ]  # fmt: skip


def spending(body: Body) -> dict[str, Any]:
    """What was paid: exact where it is known, else the range that was told."""
    names = (
        ("spend", "spending_total"),
        ("budget", "spending_budget"),
        ("spend_low", "spending_lower_bound"),
        ("spend_high", "spending_upper_bound"),
    )
    said = {name: number(body[key]) for key, name in names if body.get(key) is not None}
    return {"spending_not_disclosed": not (said.keys() - {"spending_budget"})} | said


def reach(body: Body) -> dict[str, Any]:
    """How often, by how many people, and by whom it was seen."""
    exact = body.get("impressions")
    low = exact if exact is not None else body.get("impressions_low")
    high = exact if exact is not None else body.get("impressions_high")
    impressions = {
        name: number(value)
        for name, value in (("impressions_paid_lower_bound", low), ("impressions_paid_upper_bound", high))
        if value is not None
    }
    people = body.get("reach")
    groups = body.get("by_age_and_gender") or []
    return {
        "impressions": {"impressions_not_disclosed": not impressions} | impressions,
        "unique_users": {"unique_users_not_disclosed": True} if people is None else {
            "unique_users_not_disclosed": False, "unique_users_lower_bound": people["low"], "unique_users_upper_bound": people["high"],
        },
        "engagement": {"engagement_not_disclosed": body.get("clicks") is None}
        | ({} if body.get("clicks") is None else {"engagement_clicks": body["clicks"]}),
        "demographics": {"demographics_not_disclosed": True} if not groups else {
            "demographics_not_disclosed": False,
            "demographics_gender": joined((gender, count) for _, gender, count, *_ in groups),
            "demographics_age": joined((age, count) for age, _, count, *_ in groups),
            "demographics_location": joined((region, count) for region, count, *_ in body.get("by_region") or []),
        },
    }  # fmt: skip


def joined(rows: Any) -> str:
    """Impressions by name, as the text that the standard has for them."""
    sums: dict[str, int] = {}
    for name, count in rows:
        sums[name or "unknown"] = sums.get(name or "unknown", 0) + int(count or 0)
    return "; ".join(f"{name}: {count}" for name, count in sorted(sums.items()))


def moderation(body: Body) -> dict[str, Any]:
    """What people and machines decided, with the rule of the last refusal or removal."""
    decisions = body.get("decisions") or []
    if not decisions:
        return {"moderation_not_disclosed": True}
    said: dict[str, Any] = {
        "moderation_not_disclosed": False,
        "moderation_review_type": [
            {"datestamp": one["at"], "type": "manual" if one["policy"] else "automated"} for one in decisions
        ],
    }
    against = [one for one in decisions if one["state"] in {"rejected", "removed"} and one["reason"]]
    if against:
        said["moderation_rule_applied"] = f"{against[-1]['reason']} ({against[-1]['policy']})"
    return said


def midnight(day: str | None) -> str | None:
    """The moment at which a day begins in UTC."""
    return None if day is None else f"{day[:10]}T00:00:00Z"


def number(value: Any) -> int | float:
    """A JSON number."""
    exact = Decimal(value)
    return int(exact) if exact == exact.to_integral_value() else float(exact)
