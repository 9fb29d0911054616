"""Ads of any archive made the ads table, and the ads table made traceable.

Knows the raw release of the Internet Research Agency's ads, Snap's yearly files, and our own ads
table (which the simulator writes too). Columns a source has and nobody told us of are kept out and
named, columns it lacks are null: files of other years differ.
"""

__all__ = ["READERS", "SHARED", "read_ads", "shared_columns", "traceable_ads"]

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from hustings.connectors import ira_ads, snap_ads
from hustings.connectors.ad_leavings import network_block, phones_of, tracking_ids
from hustings.connectors.bought_ads import from_table as from_bought
from hustings.connectors.reading import read_foreign
from hustings.detection.folding import folded_ocr, spelling
from hustings.errors import BadInput, Problem
from hustings.screening.ad import ADS_COLUMNS, Ad, AdsTable
from hustings.screening.bursts import bursts
from hustings.screening.payment import review
from hustings.screening.targeting import audience_named, targeting_key

# Name -> (reader of the raw table, columns by which a file of this kind is known).
# What ads share beside the columns of the ads table itself.
SHARED = (
    "targeting_set",
    "audiences",
    "site_url",
    "administrators",
    "paid_in",
    "paid_from",
    "burst",
    "tracking",
    "phones",
    "network",
)
READERS: dict[str, tuple[Callable[[pa.Table, str], AdsTable], frozenset[str]]] = {
    "ira-ads": (ira_ads.from_table, frozenset({"ad_id", "page_key", "spend_amount", "targeting"})),
    "snap-ads": (snap_ads.from_table, frozenset({"adid", "organizationname", "billingaddress"})),
    "bought-ads": (from_bought, frozenset()),
}


def read_ads(path: Path, kind: str | None = None) -> AdsTable:
    """Read a file of ads; which archive it comes from is seen from its columns unless `kind` says."""
    path = Path(path)
    table = read_foreign(path)
    if not table.column_names or not len(table):
        raise BadInput(
            "There are no ads.",
            [Problem(where=str(path), found="no rows", expected="at least one ad", do="Check how the file was made.")],
        )
    if kind is None:
        has = {"".join(name.lower().split()) for name in table.column_names}
        kind = next((name for name, (_, marks) in READERS.items() if marks <= has and marks), "bought-ads")
    if kind not in READERS:
        raise BadInput(
            "The kind of ads is unknown.",
            [Problem(where="ads", found=repr(kind), expected="one of " + ", ".join(READERS), do="Name one of these.")],
        )
    ads = READERS[kind][0](table, str(path))
    _check_ids(ads.ads, path)
    return ads


def _check_ids(ads: Sequence[Ad], path: Path) -> None:
    """One id, one ad: payments are summed, so the same ad twice would count twice."""
    seen: dict[str, int] = {}
    for ad in ads:
        seen[ad.ad] = seen.get(ad.ad, 0) + 1
    twice = [(name, count) for name, count in seen.items() if count > 1]
    if twice:
        raise BadInput(
            "The ads cannot be used.",
            [
                Problem(
                    where=str(path),
                    found=f"{len(twice):,} ad ids on several rows ("
                    + ", ".join(f"{name} {count} times" for name, count in twice[:5])
                    + ")",
                    expected="one row an ad",
                    do="Keep one row of each, then try again.",
                )
            ],
        )


def traceable_ads(path: Path, kind: str) -> tuple[pa.Table, tuple[str, ...]]:
    """The ads table with what ads share beside it, as the columns of `SHARED`.

    targeting_set   four or more criteria as one name, in an order of their own; criteria that a
                    reading machine may have seen differently are one, shown by their commonest spelling
    audiences       the pages and events whose followers, friends or guests the ad includes or excludes,
                    and named custom audiences
    site_url        the landing page where it is a website's: a platform's own page is the actor itself
    administrators  who may act for the page, where the table has such a column
    paid_in         the currency against the countries aimed at, where it is none of theirs ("RUB against US")
    paid_from       likewise the country of the instrument, or of the bill
    burst           ads of several buyers made within two minutes of one another
    tracking        ids of accounts in the landing address, or in a column `tracking_ids` of whoever fetched the page
    phones          numbers in a column `phones`, in one spelling
    network         the block of the network address, or of a column `network`
    """
    ads = read_ads(path, kind)
    return shared_columns(ads), ads.notes


def shared_columns(ads: AdsTable) -> pa.Table:
    """The same of ads that were read already."""
    criteria = spelling(one.value for ad in ads for one in ad.targeting if one.value.strip())
    named = [[audience_named(one) for one in ad.targeting] for ad in ads]
    audiences = spelling(name for names in named for name in names if name)
    sets, followers, sites = [], [], []
    for ad, names in zip(ads, named, strict=True):
        key = targeting_key(ad, folded_ocr)
        sets.append(
            None
            if key is None
            else " + ".join(("not " if excluded else "") + criteria[folded] for excluded, folded in key)
        )
        followers.append(list(dict.fromkeys(audiences[folded_ocr(name)] for name in names if name)) or None)
        sites.append(ad.landing_url if ad.platform not in {"facebook", "instagram"} else None)
    table = ads.arrow()
    text, texts = pa.string(), pa.list_(pa.string())
    columns = (
        pa.array(sets, text), pa.array(followers, texts), pa.array(sites, text),
        pa.array([_named(ad, "administrators", "administrator", "admins") or None for ad in ads], texts),
        pa.array([_paid_in(ad) for ad in ads], text), pa.array([_paid_from(ad) for ad in ads], text),
        pa.array(bursts(ads.ads), text),
        pa.array([tracking_ids(ad.landing_url, _named(ad, "tracking_ids", "tracking")) or None for ad in ads], texts),
        pa.array([phones_of(_named(ad, "phones", "phone")) or None for ad in ads], texts),
        pa.array([network_block(next(iter(_named(ad, "network")), ad.address)) for ad in ads], text),
    )  # fmt: skip
    for name, values in zip(SHARED, columns, strict=True):
        table = table.append_column(name, values)
    return table.replace_schema_metadata({"columns": json.dumps([*ADS_COLUMNS.names, *SHARED])})


def _named(ad: Ad, *columns: str) -> list[str]:
    """The items of a column that nobody told us of, given as a list in JSON or with commas."""
    cell = next((value for name, value in ad.rest if name.lower() in columns and value), "")
    if cell.startswith("["):
        return [str(one) for one in json.loads(cell) if one]
    return [one.strip() for one in cell.split(",") if one.strip()]


def _paid_in(ad: Ad) -> str | None:
    """Money that is no legal one where the ad is aimed, nor one that buyers everywhere use."""
    flag = review([replace(ad, billing_country=None)]).first
    return _against(flag.paid_from, ad) if flag is not None and flag.ground == "currency" else None


def _paid_from(ad: Ad) -> str | None:
    country = next(iter(_named(ad, "instrument_country")), None) or ad.billing_country
    known = country is not None and ad.target_countries and country not in ad.target_countries
    return _against(country or "", ad) if known else None


def _against(paid: str, ad: Ad) -> str:
    return f"{paid} against {'+'.join(ad.target_countries)}"
