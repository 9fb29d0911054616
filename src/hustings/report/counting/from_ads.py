"""Rows to count over from a file of ads alone: what such a file cannot say is named, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hustings.report.counting.basis import Basis, Row
from hustings.screening.ad import Ad
from hustings.screening.audience.poles import packaged_poles
from hustings.screening.gathering import gatherings, opposed_gatherings

__all__ = ["KINDS", "of_ads"]

# What an ad leads to, by the beginning of its name: of these, what somebody holds.
KINDS = {"fb": ("page", "facebook"), "ig": ("account", "instagram"), "web": ("domain", "")}
ONLY_ADS = "a file of ads says nothing of it"
LACKS = {
    "followers": ONLY_ADS, "assets.followers": ONLY_ADS, "assets.posts": ONLY_ADS, "assets.names": ONLY_ADS,
    "days": "no day on which an ad was shown is held, only the day it was made",
    "reach": "no viewer identities, no daily reach: how many people the times shown were is not in the data",
    "leads": ONLY_ADS, "targets": ONLY_ADS, "appeals": ONLY_ADS, "told": ONLY_ADS, "origins": ONLY_ADS, "says": ONLY_ADS,
    "gatherings.held": "an ad does not say whether a gathering took place",
    "ads.instrument_currency": "the file says in which currency an ad was billed, not in which its payment instrument is held",
}  # fmt: skip


def of_ads(ads: Iterable[Ad], *, as_of: str, scope: str) -> Basis:
    """The ads, the pages, accounts and domains that they lead to, and the gatherings that they call to.

    Limits   that an ad leads to a page says that the page is advertised, not by whom: this is for a file in which all ads
             are of one operation, as its publisher says
    """
    every = list(ads)
    poles = packaged_poles()
    found = gatherings(every, poles)
    pairs = opposed_gatherings(found, poles.matters)
    tables: dict[str, Sequence[Row]] = {
        "assets": assets(every), "ads": [row(ad) for ad in every],
        "gatherings": [
            {"key": f"{one.site}:{one.number}", "day": one.day.isoformat() if one.day else None, "ads": len(one.ads), "viewers": None,
             "interested": None, "going": None, "held": None, "recorded": None}
            for one in found
        ],
        "opposed": [
            {"key": " and ".join(sorted(f"{one.site}:{one.number}" for one in pair.gatherings)) + f", {pair.matter.code}", "sure": pair.sure}
            for pair in pairs
        ],
    }  # fmt: skip
    tables["indicators"] = [
        {name: one[name] for name in ("key", "kind", "platform")} | {"value": one["name"]} for one in tables["assets"]
    ]
    lacks = dict(LACKS)
    if any(ad.instrument for ad in every):
        lacks["ads.instrument_currency"] = (
            "the file names payment instruments and not the currency in which they are held"
        )
    return Basis(as_of=as_of, scope=scope, tables=tables, lacks=lacks)


def row(ad: Ad) -> Row:
    """An ad as it is counted. A range is no exact amount."""
    return {
        "key": ad.ad, "page": ad.actor, "created": ad.created.isoformat() if ad.created else None, "first": None,
        "last": ad.ended.date().isoformat() if ad.ended else None, "amount": f"{ad.spend:f}" if ad.spend is not None else None,
        "currency": ad.currency, "instrument_currency": None, "impressions": ad.impressions, "clicks": ad.clicks,
    }  # fmt: skip


def assets(ads: Iterable[Ad]) -> list[Row]:
    """Each page, account and domain once."""
    found = {}
    for ad in ads:
        kind, _, name = (ad.actor or "").partition(":")
        if kind in KINDS and name:
            what, platform = KINDS[kind]
            found[ad.actor] = {
                "key": str(ad.actor), "kind": what, "platform": platform, "name": name, "state": "accepted", "followers": None, "members": None,
                "posts": None, "names": None, "made": None, "recorded": None,
            }  # fmt: skip
    return [found[name] for name in sorted(found, key=str)]
