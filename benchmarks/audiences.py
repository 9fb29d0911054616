"""Who was addressed with what, and whether one buyer addressed both sides: the IRA's ads, real innocents, made data.

    python benchmarks/audiences.py
    python benchmarks/audiences.py --seeds 400

Prints one JSON document: the table of audiences by messages of the IRA's ads; the opposed audiences of the whole
operation among the buyers of other archives, and of each group of its pages that `hustings buyers` ties, among its
other pages; how often the same test names a real advertiser of Snap 2018, of Meta 2019, or a page of posts of 2017; and on made data how
p is spread where nothing is planted, and how often a planted operation is named.
"""

import argparse
import csv
import json
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from hustings.cli.data import data_folder
from hustings.connectors.ads import read_ads
from hustings.connectors.buyers import find_buyers
from hustings.screening.ad import Ad
from hustings.screening.audience.opposed import Bought, Opposed, adjusted, opposed_audiences
from hustings.screening.audience.poles import Matter, Stand, packaged_poles
from hustings.screening.audience.table import Addressed, audience_by_message

LEVEL = 0.05
MATTER = Matter(code="made", name="A made matter", sides=("one side", "the other"))


def bought(ads: list[Ad], archive: str) -> list[Bought]:
    """Ads with where they stand; a buyer is a page of its archive."""
    poles = packaged_poles()
    return [
        Bought(
            ad=f"{archive}:{one.ad}", buyer=f"{archive}:{one.actor or one.sponsor or one.ad}",
            day=None if one.created is None else one.created.date(), stands=poles.stands(one.text or "", one.tree),
        )
        for one in ads
    ]  # fmt: skip


def of_meta(path: Path) -> list[Bought]:
    """The answers of Meta's interface: texts, and no targeting."""
    poles = packaged_poles()
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Bought(
                ad=f"meta:{row['ad_id']}", buyer=f"meta:{row['page_id']}", day=date.fromisoformat(row["ad_delivery_start_time"][:10]),
                stands=poles.stands(" ".join(row[name] or "" for name in ("ad_creative_body", "ad_creative_link_title")), None),
            )
            for row in csv.DictReader(file)
        ]  # fmt: skip


def of_posts(folder: Path) -> list[Bought]:
    """Posts of pages of parties, people and brands in four countries, where the page is known; no days."""
    poles, held = packaged_poles(), []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.open(encoding="utf-8")):
            row = json.loads(line)
            if row["page"]:
                stands = poles.stands(row["text"], None)
                held.append(
                    Bought(ad=f"{path.stem}:{number}", buyer=f"{path.stem}:{row['page']}", day=None, stands=stands)
                )
    return held


def told(one: Opposed) -> dict[str, Any]:
    """A matter's result as plain numbers."""
    return {
        "matter": one.matter.name, "ads": one.ads, "buyers": one.buyers, "lesser side": one.lesser, "by chance": one.by_chance,
        "p any": one.p_any, "q any": one.q_any, "p matter": one.p_matter, "q matter": one.q_matter, "others": one.others,
        "others in matter": one.others_matter, "common days": one.days, "by shift": one.by_shift, "p step": one.p_step,
        "q step": one.q_step, "weeks": one.weeks,
        "words": [[f"{term} ({where}) {many}" for term, where, many in side[:3]] for side in one.words],
    }  # fmt: skip


def made(random: np.random.Generator, *, planted: bool) -> tuple[list[Bought], list[Bought]]:
    """An archive of 120 pages, of which a third speak of a matter, most on one side; six of them are looked at as a group.

    Where it is planted, three of the group stand on each side with 8 to 30 ads, bought on the same days.
    """
    archive = []
    number = 0
    for page in range(120):
        many = int(random.integers(8, 31))
        share = float(random.choice([0.0, 0.5, 0.9])) if page % 3 == 0 else 0.0
        side, other = int(random.integers(2)), float(random.choice([0.0, 0.0, 0.3]))
        days = random.integers(0, 400, size=many)
        for at in days:
            stands = {}
            if random.random() < share:
                stands = {"made": Stand(side=side ^ int(random.random() < other), words=(("text", "made"),))}
            archive.append(
                Bought(ad=number, buyer=f"p{page:03}", day=date(2015, 1, 5) + timedelta(days=int(at)), stands=stands)
            )
            number += 1
    chosen = {f"p{page:03}" for page in random.choice(120, size=6, replace=False)}
    if planted:
        sittings = random.integers(0, 400, size=10)
        places = {name: place for place, name in enumerate(sorted(chosen))}
        archive = [
            replace(
                one, day=date(2015, 1, 5) + timedelta(days=int(random.choice(sittings))),
                stands={"made": Stand(side=places[one.buyer] % 2, words=(("text", "made"),))},
            )
            if one.buyer in places and random.random() < 0.7 else one
            for one in archive
        ]  # fmt: skip
    return [one for one in archive if one.buyer in chosen], archive


def spread(seeds: int, *, planted: bool) -> dict[str, Any]:
    """How often each p lies at or under the level, over many archives."""
    found: dict[str, list[float]] = {"p_any": [], "p_matter": [], "p_step": []}
    for seed in range(seeds):
        group, archive = made(np.random.default_rng([seed, int(planted)]), planted=planted)
        (one,) = opposed_audiences(group, archive, [MATTER], seed=seed, draws=499)
        for name, values in found.items():
            if getattr(one, name) is not None:
                values.append(getattr(one, name))
    return {
        name: {"tested": len(values), **{f"at most {level}": round(float(np.mean(np.array(values) <= level)), 3) for level in (0.01, 0.05, 0.2, 0.5)}}
        for name, values in found.items() if values
    }  # fmt: skip


def innocents(ads: list[Bought], archive: list[Bought]) -> dict[str, Any]:
    """Each buyer of an archive by itself, q over all buyers and matters together."""
    buyers = sorted({one.buyer for one in ads})
    matters = packaged_poles().matters
    results = [
        one
        for buyer in buyers
        for one in opposed_audiences([ad for ad in ads if ad.buyer == buyer], archive, matters, seed=1, draws=999)
    ]
    named = {
        name: sum(1 for q in adjusted([getattr(one, name) for one in results]) if q is not None and q <= LEVEL)
        for name in ("p_any", "p_matter", "p_step")
    }
    return {
        "buyers": len(buyers), "ads": len(ads), "ads that stand anywhere": sum(bool(one.stands) for one in ads),
        "buyers on both sides of a matter": len({place // len(matters) for place, one in enumerate(results) if one.lesser}),
        "named at q 0.05": named,
    }  # fmt: skip


def main() -> int:
    """Run all of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, default=None, help="folder with ira-ads, snap-political-2018, meta-ad-library-api-2019"
    )
    parser.add_argument("--seeds", type=int, default=200)
    given = parser.parse_args()
    folder = given.data or data_folder()
    matters = packaged_poles().matters
    ira_ads = read_ads(folder / "ira-ads" / "ads.jsonl", None)
    began = time.process_time()
    table = audience_by_message([
        Addressed(number=int(one.ad), text=one.text or "", landing=one.landing_url or "", tree=one.tree, impressions=one.impressions,
                  clicks=one.clicks, spend=one.spend, currency=one.currency or "")
        for one in ira_ads
    ])  # fmt: skip
    took = time.process_time() - began
    ira = bought(list(ira_ads), "ira")
    snap = bought(list(read_ads(folder / "snap-political-2018" / "PoliticalAds2018.csv", None)), "snap")
    meta = of_meta(folder / "meta-ad-library-api-2019" / "fb_ads.csv")
    posts = of_posts(folder / "political-text-seeds")
    archive = [*ira, *snap, *meta, *posts]
    groups = find_buyers(ira_ads, draws=0).belonging.groups
    told_groups = []
    results = []
    for place, group in enumerate(groups):
        members = {
            f"ira:{name.partition(':')[2] if name.partition(':')[0] in ('facebook', 'instagram', 'website') else name}"
            for name in group.buyers
        }
        own = [one for one in ira if one.buyer in members]
        found = opposed_audiences(own, ira, matters, seed=place)
        results += [(place, one) for one in found]
        told_groups.append({"group": place, "buyers": list(group.buyers)[:12], "ads": len(own)})
    q = {name: adjusted([getattr(one, name) for _, one in results]) for name in ("p_any", "p_matter", "p_step")}
    print(json.dumps({
        "table": {
            "seconds": round(took, 2), "ads": table.ads,
            "audiences": [[one.says, list(one.details), one.ads] for one in table.audiences],
            "messages": [[one.says, one.texts, one.ads] for one in table.messages],
        },
        "IRA as one group among all archives": [told(one) for one in opposed_audiences(ira, archive, matters, seed=0)],
        "groups of its pages": told_groups,
        "both sides within a group": [
            {"group": place} | told(one) | {"q any": q["p_any"][at], "q matter": q["p_matter"][at], "q step": q["p_step"][at]}
            for at, (place, one) in enumerate(results) if one.lesser
        ],
        "tests within groups": Counter({name: sum(value is not None for value in values) for name, values in q.items()}),
        "Snap 2018, each advertiser": innocents(snap, archive),
        "Meta 2019, each page": innocents(meta, archive),
        "Posts of 2017, each page": innocents(posts, archive),
        "made, nothing planted": spread(given.seeds, planted=False),
        "made, planted": spread(given.seeds, planted=True),
    }, ensure_ascii=False, indent=1))  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
