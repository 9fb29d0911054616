"""An ad as one flat row: a column for each plain part of the record, and JSON text for what has parts of its own."""

from __future__ import annotations

__all__ = ["COLUMNS", "FORMULA", "columns_of"]

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
# Signs with which a spreadsheet would take a cell for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def columns_of(body: str, *, guarded: bool) -> tuple[str, str]:
    """The columns in SQL, taken out of a record in one pass: what to select, and from what.

    body      the record's expression
    guarded   whether a text that begins like a formula gets an apostrophe
    """
    told = [f'"{name}" text' for name in (*NUMBERS, *PLAIN, *FLAGS)] + [f'"{name}" jsonb' for name in NESTED]
    signs = ", ".join(str(ord(sign)) for sign in FORMULA)

    def cell(name: str) -> str:
        column = f'flat."{name}"'
        if not guarded or name not in PLAIN:
            return column
        return f"CASE WHEN ascii({column}) IN ({signs}) THEN '''' || {column} ELSE {column} END"

    return ", ".join(map(cell, COLUMNS)), f"jsonb_to_record({body}) AS flat ({', '.join(told)})"
