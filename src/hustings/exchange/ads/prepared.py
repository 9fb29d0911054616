"""An ad in Meta's form made ready once, so that an answer is put together without reading the record again."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from hustings.exchange.ads.meta import FIELDS, Body, archived_ad, unheld

__all__ = ["Picked", "picked", "prepared"]

# The lines of a prepared text, in their order. Whoever adds or changes a field adds a migration that prepares all anew.
LINES = (
    "ad_creation_time", "ad_creative_bodies", "ad_creative_link_captions", "ad_creative_link_titles", "ad_delivery_start_time",
    "ad_delivery_stop_time", "beneficiary_payers", "bylines", "currency", "delivery_by_region", "demographic_distribution",
    "estimated_audience_size", "eu_total_reach", "impressions", "languages", "page_id", "page_name", "publisher_platforms", "spend",
    "target_ages", "target_gender", "target_locations",
)  # fmt: skip
# Older names of a line, and those that hold the first of its list.
SAME = {
    "funding_entity": "bylines",
    "potential_reach": "estimated_audience_size",
    "region_distribution": "delivery_by_region",
}
FIRST = {
    "ad_creative_body": "ad_creative_bodies", "ad_creative_link_caption": "ad_creative_link_captions",
    "ad_creative_link_title": "ad_creative_link_titles",
}  # fmt: skip
SNAPSHOT = "ad_snapshot_url"
ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

Picked = Callable[[str, int], str]


def prepared(body: Body) -> str:
    """The value of each line as JSON, which has no line break of its own; an empty line is a field left out.

    body   the record as anyone may read it: what is hidden in it is not in the text either
    """
    ad = archived_ad(body, LINES, snapshot="")
    return "\n".join(ENCODE(ad[name]) if name in ad else "" for name in LINES)


def picked(asked: Sequence[str], *, snapshot: str) -> Picked:
    """What makes of a prepared text and a number the JSON of the ad: `archived_ad` of its record, to the last byte.

    snapshot   address of the ad's page; the number is put behind it
    """
    address = ENCODE(snapshot)[:-1]
    parts: list[
        tuple[str, int, bool]
    ] = []  # what stands before the value, its line, whether only the first of the list
    for name in asked:
        line = FIRST.get(name) or SAME.get(name, name)
        if name == SNAPSHOT:
            parts.append((f',"{name}":{address}', -1, False))
        elif line in LINES:
            parts.append((f',"{name}":', LINES.index(line), name in FIRST))
        else:
            assert name == "id" or FIELDS[name] is unheld, f"a field without a line: {name}"

    def pick(text: str, number: int) -> str:
        lines = text.split("\n")
        made = f'{{"id":"{number}"'
        for before, line, first in parts:
            if line < 0:
                made += f'{before}{number}"'
            elif value := lines[line]:
                made += before + (value[1:-1] if first else value)
        return made + "}"

    return pick
