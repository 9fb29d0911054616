"""An ad as one flat row: a column for each plain part of the record, and JSON text for what has parts of its own."""

from __future__ import annotations

__all__ = ["COLUMNS", "FORMULA", "row_of"]

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

# Rows are kept as they were made (library_line): a change of columns needs a migration that makes them again.
# Name -> Arrow's name of its type. Amounts are text: they are exact, and no currency has the same number of places.
COLUMNS = {
    **dict.fromkeys(NUMBERS, "int64"), **dict.fromkeys(PLAIN, "string"), **dict.fromkeys(FLAGS, "bool"), **dict.fromkeys(NESTED, "string"),
}  # fmt: skip
# Signs with which a spreadsheet would take a cell for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


# What has to stand between quotation marks in CSV.
SPECIAL = r'[",\n\r]'


def row_of(body: str, *, guarded: bool) -> str:
    """SQL that makes a row of CSV of a record, as COPY would write it.

    body      the record's expression
    guarded   whether a text that begins like a formula gets an apostrophe
    """
    signs = ", ".join(str(ord(sign)) for sign in FORMULA)

    def cell(name: str) -> str:
        said = f'flat."{name}"'
        within = f"""replace({said}, '"', '""') || '"'"""
        # What is not known is an empty cell, which an empty text is not.
        plain = f"""WHEN {said} IS NULL THEN '' WHEN {said} = '' OR {said} ~ '{SPECIAL}' THEN '"' || {within} ELSE {said} END"""
        if not guarded or name not in PLAIN:
            return f"CASE {plain}"
        safe = f"""CASE WHEN {said} ~ '{SPECIAL}' THEN '"''' || {within} ELSE '''' || {said} END"""
        return f"CASE WHEN ascii({said}) IN ({signs}) THEN {safe} {plain}"

    parts = ", ".join(
        (f"nullif(whole -> '{name}', 'null')::text" if name in NESTED else f"whole ->> '{name}'") + f' AS "{name}"'
        for name in COLUMNS
    )
    # Put together with nothing, a record that lies apart from its row is fetched once and not for every column.
    one = f"SELECT {parts} FROM (SELECT {body} || '{{}}' AS whole OFFSET 0) AS one OFFSET 0"  # noqa: S608 - names of ours
    return f"SELECT concat_ws(',', {', '.join(map(cell, COLUMNS))}) FROM ({one}) AS flat"  # noqa: S608 - names of ours
