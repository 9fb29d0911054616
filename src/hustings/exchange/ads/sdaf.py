"""An ad of the library in the Standardised Digital Advertising Format that CheckFirst proposed for the Digital Services Act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hustings.exchange.ads.told import aimed, amount_told, number_of, people_told
from hustings.screening.countries import country_name

__all__ = ["standardised_ad"]

EVERYWHERE = "All"


def standardised_ad(body: Mapping[str, Any], advertiser: Mapping[str, Any] | None, *, address: str) -> dict[str, Any]:
    """One ad by the format's names; what its format has no place for stands under `parameters`.

    body         the record as anyone may read it
    advertiser   that of its advertiser, where the library has one

    Limits   the library holds ads, not campaigns: the campaign is the ad. Media are known by digest, not by address.
             Of a removed or expunged ad the words are empty, and `parameters.hidden` says why
    """
    place = (advertiser or {}).get("country", "")
    return {
        "campaign_id": str(body["number"]),
        "advertiser": {
            "advertiser_id": str(body.get("advertiser") or body.get("page") or ""),
            "advertiser_name": body.get("advertiser_name") or body.get("page_name") or "",
            "advertiser_location": country_name(place) if place else "",
            "funder_legal_name": body.get("payer_name") or "",
            "funder_vat": number_of(advertiser, "VAT"),
        },
        "start_date": body.get("starts"),
        "end_date": body.get("ends"),
        "creative": [
            {
                "creative_id": body["digest"],
                "creative_type": ", ".join(sorted({one["kind"] for one in body.get("media") or [] if one.get("kind")})) or "text",
                "creative_title": body.get("title") or "",
                "creative_description": body.get("text") or "",
                "creative_media_urls": [],
                "creative_action": {
                    "objective": "",
                    "destination_url": body.get("landing_url") or "",
                    "caption": body.get("landing_domain") or "",
                    "title": body.get("title") or "",
                },
                "interactions": {"clicks": body.get("clicks"), "impressions": body.get("impressions"), "engagements": []},
            }
        ],
        "targeting": {country: {EVERYWHERE: seen(body)} for country in body.get("countries") or []},
        "payments": {
            "campaign_actual_cost": amount_told(body, "spend"),
            "campaign_expected_total_cost": body.get("budget") or "",
            "campaign_payment_currency": body.get("currency") or "",
        },
        "moderation": {
            "status": body.get("state") or "",
            "moderation_decision": [
                {"date": one["at"][:10], "decision": one["move"], "reason": one["reason"], "policy": one["policy"]}
                for one in body.get("decisions") or []
            ],
        },
        "parameters": {
            "record": address,
            "digest": body["digest"],
            "hidden": body.get("hidden") or "",
            "disclaimer": body.get("disclaimer") or "",
            "category": body.get("category") or "",
            "election": body.get("election"),
            "platform": body.get("platform") or "",
            "aimed_at": aimed(body),
            "media_sha256": [one["sha256"] for one in body.get("media") or [] if one.get("sha256")],
            "found_late": body.get("found_late"),
        },
    }  # fmt: skip


def seen(body: Mapping[str, Any]) -> dict[str, Any]:
    """Who saw it. Counts by age and gender are of all its countries: the library does not part them further."""
    groups: dict[str, Any] = {}
    for age, gender, impressions, *_ in body.get("by_age_and_gender") or []:
        known = groups.setdefault(gender.capitalize() or EVERYWHERE, {})
        known[age or EVERYWHERE] = {"impressions": None if impressions is None else int(impressions)}
    return groups | {
        "reach": people_told(body),
        "languages": [body["language"]] if body.get("language") else [],
        "first_shown_date": body.get("starts"),
        "last_shown_date": body.get("ends"),
    }
