"""Rows to count over from a planted campaign of a made-up season: accounts, posts, pages, ads and what paid for them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow.csv
import pyarrow.parquet

from hustings.connectors.ads import read_ads
from hustings.errors import BadInput, Problem
from hustings.report.counting.basis import Basis, Row
from hustings.report.counting.from_ads import LACKS, row

__all__ = ["of_season"]

UNSAID = "a made-up season says nothing of it"


def of_season(folder: Path, campaign: int | None = None) -> Basis:
    """The rows of one campaign, as its labels tell it; without a number, of the campaign that bought the most ads.

    Limits   a season has no followers, no groups, no gatherings and no viewers: figures of them are not derivable
    Raises   BadInput for a folder that is no season, and for a campaign that it has not
    """
    missing = [
        name
        for name in ("labels.parquet", "buyers.csv", "posts.parquet", "ads.parquet", "settings.json")
        if not (folder / name).is_file()
    ]
    if missing:
        raise BadInput("This is no season.", [
            Problem(where=str(folder), found="no " + ", ".join(missing), expected="what `hustings simulate` writes", do="Name its folder."),
        ])  # fmt: skip
    labels = [
        one
        for one in pyarrow.parquet.read_table(folder / "labels.parquet").to_pylist()
        if one["campaign"] is not None and one["role"] == "covert"
    ]
    buyers = [one for one in pyarrow.csv.read_csv(folder / "buyers.csv").to_pylist() if one["campaign"] is not None]
    planted = sorted({one["campaign"] for one in labels} | {one["campaign"] for one in buyers})
    ads = read_ads(folder / "ads.parquet", "bought-ads").ads
    owner = {one["account"]: one for one in buyers}
    bought = Counter(owner[ad.account]["campaign"] for ad in ads if ad.account in owner)
    chosen = campaign if campaign is not None else max(planted, key=lambda one: (bought[one], -one), default=None)
    if chosen not in planted:
        raise BadInput("There is no such campaign.", [
            Problem(where="campaign", found=str(chosen), expected="one of " + ", ".join(map(str, planted)), do="Choose one of them."),
        ])  # fmt: skip
    accounts = sorted((str(one["platform"]), str(one["actor"])) for one in labels if one["campaign"] == chosen)
    pages = sorted({
        tuple(page.partition(":")[::2]) for one in buyers if one["campaign"] == chosen for page in str(one["pages"]).split()
    } - set(accounts))  # fmt: skip
    made = Counter(
        (one["platform"], one["actor"])
        for one in pyarrow.parquet.read_table(folder / "posts.parquet", columns=["platform", "actor"]).to_pylist()
    )
    own = [ad for ad in ads if ad.account in owner and owner[ad.account]["campaign"] == chosen]
    last = max((ad.created for ad in ads if ad.created), default=None)
    assets: list[Row] = [
        {"key": f"{platform}:{name}", "kind": kind, "platform": platform, "name": name, "state": "accepted", "followers": None, "members": None,
         "posts": made[platform, name], "names": None, "made": None, "recorded": None}
        for kind, those in (("account", accounts), ("page", pages)) for platform, name in those
    ]  # fmt: skip
    tables: dict[str, list[Row]] = {
        "assets": assets,
        "ads": [dict(row(ad)) | {"instrument_currency": owner[str(ad.account)]["currency"] or None} for ad in own],
        "indicators": [{"key": one["key"], "kind": one["kind"], "platform": one["platform"], "value": one["name"]} for one in assets],
    }  # fmt: skip
    lacks = dict.fromkeys(("gatherings", "opposed", *(name for name in LACKS if not name.startswith("ads."))), UNSAID)
    del lacks["assets.posts"]
    return Basis(
        as_of=last.strftime("%Y-%m-%dT%H:%M:%SZ") if last else "1970-01-01T00:00:00Z",
        scope=f"campaign {chosen} of a made-up season (everything is invented)", tables=tables, lacks=lacks,
    )  # fmt: skip
