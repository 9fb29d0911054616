"""Which pages of a package belong together, with the ads that show it and how likely chance is: `network.json`."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from hustings.connectors.buyers import BuyersFound, find_buyers
from hustings.detection.settings import DetectSettings
from hustings.progress import Progress
from hustings.screening.ad import AdsTable
from hustings.screening.belonging import THRESHOLD
from hustings.screening.bursts import WITHIN

__all__ = ["DRAWS", "SEED", "network"]

SEED, DRAWS = 0, 10
LIMITS = (
    "A tie says that pages share something rare, or that they act together in time; not who ordered it. Agencies and their clients, "
    "and those who imitate one another, are tied too. Only what this cut holds was searched: a cut that leaves payment "
    "instruments or administrators out cannot tie pages by them."
)  # fmt: skip
# What of a pair's test is told.
TESTS = (
    "acts",
    "traces",
    "kinds",
    "p_timing",
    "q_timing",
    "p_content",
    "q_content",
    "p_office",
    "q_office",
    "basis",
    "p_rhythm",
    "q_rhythm",
)


def network(ads: AdsTable, progress: Progress) -> dict[str, Any]:
    """Search the ads of a cut for pages that belong together, and tell every edge with its evidence."""
    settings = DetectSettings(window=WITHIN, seed=SEED)
    found = find_buyers(ads, settings=settings, draws=DRAWS, progress=progress)
    belonging = found.belonging
    group_of = {buyer: number for number, group in enumerate(belonging.groups) for buyer in group.buyers}
    findings_of: dict[str, list[int]] = defaultdict(list)
    for row in found.detection.members.to_pylist():
        findings_of[f"{row['platform']}:{row['actor']}"].append(row["finding"])
    names: dict[str, tuple[str | None, int]] = {}
    for ad in ads:
        if ad.actor is not None:
            name, count = names.get(_key(ad.platform, ad.actor), (None, 0))
            names[_key(ad.platform, ad.actor)] = name or ad.page_name, count + 1
    return {
        "by": "page", "seed": SEED, "settings": settings.as_dict(), "limits": LIMITS,
        "significance": {
            "sentence": _significance(found), "tied_pairs": len(belonging.ties), "tied_by_habit": belonging.by_habit,
            "tied_by_chance": belonging.by_chance, "draws": DRAWS, "least_weight": THRESHOLD,
        },
        "nodes": [
            {"id": key, "name": name, "ads": count, "group": group_of.get(key), "findings": sorted(findings_of[key])}
            for key, (name, count) in sorted(names.items())
        ],
        "ties": _ties(found),
        "groups": [
            {"group": number, "pages": list(group.buyers), "ads": list(group.ads), "sentence": group.sentence()}
            for number, group in enumerate(belonging.groups)
        ],
        "left_out": [{"kind": kind, "trace": trace, "pages": pages} for kind, trace, pages in belonging.left_out],
        "findings": [dict(one) for one in found.detection.findings],
        "links": [
            {"a": _key(row["platform_a"], row["actor_a"]), "b": _key(row["platform_b"], row["actor_b"])} | {name: row.get(name) for name in TESTS}
            for row in found.detection.links.to_pylist() if row["basis"]
        ],
        "evidence": [
            {
                "finding": row["finding"], "a": _key(row["platform_a"], row["actor_a"]), "b": _key(row["platform_b"], row["actor_b"]),
                "kind": row["kind"], "trace": row["trace"], "ad_a": row["content_a"], "ad_b": row["content_b"],
                "at_a": row["at_a"].isoformat(), "at_b": row["at_b"].isoformat(), "gap_s": row["gap_s"],
            }
            for row in found.detection.evidence.to_pylist()
        ],
    }  # fmt: skip


def _ties(found: BuyersFound) -> list[dict[str, Any]]:
    """Each tie with what both share, and the ads of either side in which they do."""
    ads: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for one in found.ads:
        if one.search == "shared":
            ads[one.buyer, one.kind, one.trace].add(one.ad)
    return [
        {
            "a": tie.a, "b": tie.b, "weight": tie.weight, "kinds": list(tie.kinds),
            "shared": [
                {"kind": kind, "trace": trace, "pages": pages, "weight": round(weight, 3),
                 "ads_a": sorted(ads[tie.a, kind, trace]), "ads_b": sorted(ads[tie.b, kind, trace])}
                for kind, trace, pages, weight in tie.shared
            ],
        }
        for tie in found.belonging.ties
    ]  # fmt: skip


def _significance(found: BuyersFound) -> str:
    held = found.belonging
    text = f"{len(held.ties):,} pairs of {held.buyers:,} pages are tied."
    if held.by_chance is not None:
        text += (
            f" By aims, texts, sites and moments alone {held.by_habit:,} are; where these are dealt out anew over the pages, "
            f"{held.by_chance:,.1f} are (mean of {held.draws} draws)."
        )
    return text


def _key(platform: str | None, page: str) -> str:
    return f"{platform}:{page}"
