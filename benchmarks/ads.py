"""The ads of the Internet Research Agency: totals reprinted, the payment rule, shared targeting beside chance.

    python benchmarks/ads.py

Prints one JSON document: each total beside the release's own (`aggregates.json`), the payment rule on the ads
aimed at the US and on Snap's of 2018, and pairs of pages that share at least three exact targeting sets beside
the same sets dealt out anew. The ads are all of one operation, so nothing here is a precision.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from typing import Any

import planted

from hustings.cli.data import data_folder
from hustings.connectors.ads import read_ads
from hustings.connectors.ira_ads.totals import Totals, totals
from hustings.detection.folding import folded_ocr
from hustings.screening.ad import Ad
from hustings.screening.payment import review
from hustings.screening.targeting import shared_targeting

# Name in the release's aggregates -> our figure, decimals it is printed with.
PRINTED: dict[str, tuple[Callable[[Totals], Any], int]] = {
    "ads": (lambda t: t.ads, 0),
    "impressions": (lambda t: t.impressions, 0),
    "clicks": (lambda t: t.clicks, 0),
    "spend_rub": (lambda t: t.spend_rub, 2),
    "spend_usd_stated": (lambda t: t.spend_usd_stated, 2),
    "ads_rub": (lambda t: t.ads_rub, 0),
    "ads_usd_nonzero": (lambda t: t.ads_usd_nonzero, 0),
    "ads_without_spend": (lambda t: t.ads_without_spend, 0),
    "ads_zero_impressions": (lambda t: t.ads_zero_impressions, 0),
    "spend_usd_equiv_at_0_016": (lambda t: t.spend_usd_equivalent, 2),
    "share_zero_impressions": (lambda t: t.share_zero_impressions, 4),
    "share_under_3_usd_at_0_016": (lambda t: t.share_under_3_usd, 4),
    "share_under_1000_usd_at_0_016": (lambda t: t.share_under_1000_usd, 4),
    "impression_share_of_ads_created_up_to_2016_11_08": (lambda t: t.impression_share_up_to_election, 4),
    "click_through": (lambda t: t.click_through, 4),
    "targeting_criteria": (lambda t: t.targeting_criteria, 0),
    "ads_created_up_to_2016_11_08": (lambda t: t.ads_up_to_election, 0),
}
FLAGGED = 0.998
SNAP_ADS, SNAP_FLAGGED = 659, 13


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0, help="of the shuffles")
    parser.add_argument("--shuffles", type=int, default=200)
    a = parser.parse_args()
    planted.show(measure(seed=a.seed, shuffles=a.shuffles))


def measure(*, seed: int = 0, shuffles: int = 200) -> dict[str, Any]:
    """All figures."""
    data = data_folder()
    if data is None:
        sys.exit("The real ads are not here. Set HUSTINGS_DATA.")
    begun = time.perf_counter()
    ira = list(read_ads(data / "ira-ads" / "ads.parquet", "ira-ads"))
    reprinted = reprint(ira, json.loads((data / "ira-ads" / "aggregates.json").read_text(encoding="utf-8")))
    rule = payment(ira, list(read_ads(data / "snap-political-2018" / "PoliticalAds2018.csv", "snap-ads")))
    shared = shared_targeting(ira, folded_ocr, seed=seed, shuffles=shuffles)
    targeting = {
        "fewest_sets": shared.fewest_sets, "pages": shared.pages, "ads": shared.ads, "pairs": shared.found,
        "pairs_by_chance": round(shared.by_chance, 2), "most_by_chance": shared.most_by_chance,
        "shuffles": shared.shuffles, "first": [list(pair) for pair in shared.pairs[:10]], "sentence": shared.sentence,
    }  # fmt: skip
    goals = {
        "totals_that_differ": planted.goal(float(sum(not row["equal"] for row in reprinted.values())), most=0),
        **rule.pop("goals"),
    }
    return {"benchmark": "ads", "goals": goals, "reached": all(goal["reached"] for goal in goals.values()),
            "totals": reprinted, "payment": rule, "targeting": targeting, "wall_s": round(time.perf_counter() - begun, 2)}  # fmt: skip


def reprint(ads: list[Ad], published: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Each total beside the release's."""
    ours = totals(ads)
    rows = {}
    for name, (figure, digits) in PRINTED.items():
        value = float(round(float(figure(ours)), digits))
        rows[name] = {"here": value, "published": published[name], "equal": value == float(published[name])}
    return rows


def payment(ira: list[Ad], snap: list[Ad]) -> dict[str, Any]:
    """The payment rule on both."""
    aimed = [ad for ad in ira if ad.paid and "US" in ad.target_countries]
    flagged = [flag.ad for flag in review(aimed).flagged]
    first = review(ira).first
    beside = review(snap)
    share = round(len(flagged) / max(len(aimed), 1), 4)
    return {
        "ira_paid_aimed_at_us": len(aimed), "ira_flagged": len(flagged), "ira_share": share,
        "ira_first": first.sentence() if first else None,
        "ira_first_created": first.ad.created.isoformat() if first and first.ad.created else None,
        "snap_ads": len(snap), "snap_judged": len(beside.considered), "snap_flagged": len(beside.flagged),
        "goals": {"ira_share": planted.goal(share, least=FLAGGED),
                  "snap_flagged": planted.goal(float(len(beside.flagged)), most=SNAP_FLAGGED),
                  "snap_ads": planted.goal(float(len(snap)), least=SNAP_ADS)},
    }  # fmt: skip


if __name__ == "__main__":
    main()
