"""What an investigator would want: what of it is held, what is held and left out of this cut, what nobody here holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hustings.exchange.missing import WISHES, Wish
from hustings.exchange.package.cut import Cut, CutTables, known
from hustings.exchange.package.held import Held

__all__ = ["absent", "absent_page"]

# Column of the wishes -> table, field, the cut from which on it is told.
WHERE = {
    "instrument": ("payments", "instrument", Cut.LAW_ENFORCEMENT), "account": ("ads", "account", Cut.COMMITTEE),
    "address": ("payments", "address", Cut.LAW_ENFORCEMENT), "payer": ("ads", "payer_name", Cut.PUBLIC), "sponsor": ("ads", "advertiser_name", Cut.PUBLIC),
    "impressions": ("ads", "impressions", Cut.PUBLIC), "clicks": ("ads", "clicks", Cut.PUBLIC), "spend": ("ads", "spend", Cut.PUBLIC),
    "currency": ("ads", "currency", Cut.PUBLIC), "created": ("ads", "created", Cut.PUBLIC), "ended": ("ads", "ends", Cut.PUBLIC),
    "text": ("ads", "text", Cut.PUBLIC), "landing_url": ("ads", "landing_url", Cut.PUBLIC), "actor": ("ads", "page", Cut.PUBLIC),
    "target_countries": ("ads", "countries", Cut.PUBLIC),
}  # fmt: skip


def absent(held: Held, cut: CutTables, creatives: int) -> list[dict[str, Any]]:
    """Each wish with how many of the ads hold it, and whether this cut tells it.

    creatives   how many media files go with the package
    """
    ads = held.tables["ads"]
    regions = {row["ad"] for row in held.tables["delivery"] if row["by"] in {"region", "regions"}}
    aimed = {row["ad"] for row in held.tables["targeting"]}
    countries = {
        row["ad"] for row in held.tables["payments"] if known(row["payer_country"]) or known(row["issuing_country"])
    }
    counted = {
        "regions": (len(regions), Cut.PUBLIC), "targeting": (len(aimed), Cut.PUBLIC), "billing_country": (len(countries), Cut.PUBLIC),
        "reach": (len(ads) - int(held.reach["ads_without_count"]), Cut.PUBLIC),
    }  # fmt: skip
    found = []
    for wish in WISHES:
        if wish.column in WHERE:
            table, field, first = WHERE[wish.column]
            have = sum(known(row[field]) for row in held.tables[table])
        else:
            have, first = counted[wish.column]
        found.append(_told(wish, have, len(ads), told=cut.cut.holds(first)))
    media = sum(bool(row["media"]) for row in ads)
    files = Wish(column="creatives", name="Pictures and films", holder="the platform, archives",
                 why="What was seen; here only their digests or addresses go along, unless the files were given.")  # fmt: skip
    found.append(_told(files, creatives, max(media, creatives, 1) if media else len(ads), told=True))
    return found


def _told(wish: Wish, have: int, ads: int, *, told: bool) -> dict[str, Any]:
    state = "not in the data" if not have else f"for {have:,} of {ads:,}" if have < ads else "for all"
    if have and not told:
        state += ", left out of this cut"
    return {"what": wish.column, "name": wish.name, "why": wish.why, "holder": wish.holder, "have": have, "state": state,
            "unknown": have < ads, "absent": not have, "told": told}  # fmt: skip


def absent_page(held: Held, found: Sequence[Mapping[str, Any]], limits: Sequence[str]) -> str:
    """The page `missing.md`."""

    def table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
        if not rows:
            return ["Nothing we ask for.", ""]
        head = ["| what | known | why it matters | who may hold it |", "| --- | --- | --- | --- |"]
        return [
            *head,
            *(f"| {one['name']} (`{one['what']}`) | {one['state']} | {one['why']} | {one['holder']} |" for one in rows),
            "",
        ]

    lines = [
        "# What is missing", "", f"Counted from the {len(held.tables['ads']):,} ads of this package (source: {held.about['source']}).", "",
        "## Not in the data at all", "", *table([one for one in found if one["absent"]]),
        "## Not known for some ads, or left out of this cut", "",
        *table([one for one in found if not one["absent"] and (one["unknown"] or not one["told"])]),
        "## Reach", "", str(held.reach["sentence"]), "",
        "## What else to know", "", *(f"- {line}" for line in (*limits, *held.notes)), "",
    ]  # fmt: skip
    return "\n".join(lines)
