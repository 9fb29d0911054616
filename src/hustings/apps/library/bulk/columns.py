"""An ad as one flat row: a column for each plain part of the record, and JSON text for what has parts of its own."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["COLUMNS", "NESTED", "row"]

NUMBERS = (
    "number",
    "version",
    "seq",
    "page",
    "advertiser",
    "payer",
    "impressions",
    "impressions_low",
    "impressions_high",
    "clicks",
)
PLAIN = (
    "at", "digest", "hidden", "archive", "archive_number", "platform", "state", "category", "language", "created", "starts", "ends",
    "currency", "budget", "spend", "spend_low", "spend_high", "page_name", "advertiser_name", "payer_name", "advertiser_class",
    "disclaimer", "title", "text", "landing_url", "landing_domain", "found_how",
)  # fmt: skip
FLAGS = ("declared", "removed", "synthetic", "candidate_authorised")
NESTED = (
    "countries", "election", "targeting", "media", "money", "reach", "found_late", "told", "decisions", "by_day", "by_region",
    "by_age_and_gender",
)  # fmt: skip

# Name -> Arrow's name of its type. Amounts are text: they are exact, and no currency has the same number of places.
COLUMNS = {
    **dict.fromkeys(NUMBERS, "int64"), **dict.fromkeys(PLAIN, "string"), **dict.fromkeys(FLAGS, "bool"), **dict.fromkeys(NESTED, "string"),
}  # fmt: skip
ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def row(body: dict[str, Any]) -> list[Any]:
    """The values of the columns; None is not known or hidden."""
    values = [body.get(name) for name in COLUMNS]
    for place in range(len(COLUMNS) - len(NESTED), len(COLUMNS)):
        if values[place] is not None:
            values[place] = ENCODE(values[place])
    return values
