"""Meta's report of a day, a week or all time: pages under each disclaimer, amounts, numbers of ads, regions."""

__all__ = ["ReportFile", "about_file", "read_report"]

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from hustings.connectors.line import Line, Unfit
from hustings.screening.archive import ReportRow
from hustings.screening.ranges import MoneyRange

PLATFORM = "facebook"
# `FacebookAdLibraryReport_2023-06-01_US_yesterday_advertisers.csv`
NAME = re.compile(
    r"AdLibraryReport_(?P<day>\d{4}-\d{2}-\d{2})_(?P<country>[A-Z]{2}|[a-z]+)_(?P<period>yesterday|last_\d+_days|lifelong|[a-z]+(?:_\d+)?(?:_[a-z]+)?)"
    r"(?:_(?P<part>.+))?\.[a-z]+$"
)
DAYS = re.compile(r"last_(\d+)_days")
MONEY = re.compile(r"\((?P<code>[A-Z]{3})\)|_(?P<last>[A-Za-z]{3})$")
WITHOUT = re.compile(r"^these ads ran without a disclaimer\.?$", re.IGNORECASE)
PAGE = re.compile(r"-?\d+")


@dataclass(frozen=True, kw_only=True)
class ReportFile:
    """What the name of a report's file says."""

    country: str | None = None
    period: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    region: str | None = None


@lru_cache(maxsize=8)
def about_file(file_name: str) -> ReportFile:
    """Read the name; all None where it is another."""
    match = NAME.search(file_name)
    if match is None:
        return ReportFile()
    last = date.fromisoformat(match["day"])
    period, part = match["period"], match["part"]
    days = 1 if period == "yesterday" else int(found[1]) if (found := DAYS.fullmatch(period)) else None
    return ReportFile(
        country=match["country"].upper() if len(match["country"]) == 2 else None,
        period=period,
        # The report of a day counts that day in: seven days to 1 June begin on 26 May.
        first_day=last - timedelta(days=days - 1) if days is not None else None,
        last_day=last,
        region=part if part not in {None, "advertisers", "locations"} else None,
    )


def read_report(line: Line) -> ReportRow:
    """One row, by the columns' names or, in a language nobody told us of, by their order.

    The order is the same in every language: page, its name, disclaimer, amount, number of ads; or region, amount.
    """
    about = about_file(line.head.file_name)
    names = list(line.head.columns)
    money = _find(line, names, r"(?:total)?amountspent.*|spend.*|(?:total)?spend[a-z]{3}", 3 if len(names) > 3 else 1)
    currency = MONEY.search(line.head.columns[money]) if money is not None else None
    code = ((currency["code"] or currency["last"]) if currency is not None else "").upper() or None
    spend = line.span(money) if money is not None else None
    if spend is not None and spend.low < 0:
        raise Unfit(f"{line.head.columns[str(money)]}: {spend.low} is below zero")
    amount = MoneyRange(range=spend, currency=code) if spend is not None else None
    if len(names) <= 3 and not line.head.has("pageid"):
        region = line.needed("locationname", "location", "region", names[0])
        return ReportRow(
            platform=PLATFORM, region=region, spend=amount, country=about.country, period=about.period,
            first_day=about.first_day, last_day=about.last_day, rest=line.rest(),
        )  # fmt: skip
    page = line.needed("pageid", names[0])
    if not PAGE.fullmatch(page):
        raise Unfit(f"{line.head.columns[names[0]]}: {page[:60]!r} is no number of a page")
    ads = _find(line, names, r"number(?:of)?ads.*|ads(?:inlibrary)?|numberofads.*", 4)
    disclaimer = line.text("disclaimer", names[2])
    without = disclaimer is None or WITHOUT.match(disclaimer) is not None
    return ReportRow(
        platform=PLATFORM, page=page, page_name=line.text("pagename", names[1]), disclaimer=None if without else disclaimer,
        without_disclaimer=without, spend=amount, ads=line.whole(ads) if ads is not None else None,
        country=about.country, region=about.region, period=about.period, first_day=about.first_day,
        last_day=about.last_day, rest=line.rest(),
    )  # fmt: skip


def _find(line: Line, names: list[str], pattern: str, place: int) -> str | None:
    found = line.head.like(pattern)
    if found:
        return found[0]
    return names[place] if len(names) > place and not line.head.has("pageid") else None
