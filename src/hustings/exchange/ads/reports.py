"""Sums over ads in the layouts of Meta's daily report and of Google's bundle, so that programs that read those read these."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

__all__ = ["CREATIVES", "GoogleBundle", "MetaReport", "meta_report"]

Body = Mapping[str, Any]
Table = tuple[list[str], list[list[str]]]
Sums = dict[str, Decimal]
CREATIVES = "google-political-ads-creative-stats.csv"
NO_DISCLAIMER = "These ads ran without a disclaimer"
BUCKETS = ((10_000, "≤ 10k"), (100_000, "10k-100k"), (1_000_000, "100k-1M"), (10_000_000, "1M-10M"))
MOST = "> 10M"


@dataclass(kw_only=True)
class MetaReport:
    """Meta's two tables of one country, currency and span of days.

    advertisers, locations   heading and rows, most spent first; amounts are exact where Meta's says "≤100"
    left_out                 ads whose amount is not known by day (or at all), which no sum can hold
    """

    currency: str
    advertisers: Table = field(default_factory=lambda: ([], []))
    locations: Table = field(default_factory=lambda: ([], []))
    ads: int = 0
    left_out: int = 0


def meta_report(
    bodies: Iterable[Body], *, currency: str, first: date | None = None, last: date | None = None
) -> MetaReport:
    """Sum ads that were paid in one currency by page and disclaimer, and by region.

    first, last   the days, both included; without them all of the time, and then ads without days count too

    Limits   regions are known over the whole time of an ad alone: a report of some days has no locations
    """
    spent: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    counted: dict[tuple[str, str, str], int] = defaultdict(int)
    places: dict[str, Decimal] = defaultdict(Decimal)
    report = MetaReport(currency=currency)
    for body in bodies:
        if body.get("currency") != currency:
            continue
        amount = spent_in(body, first, last)
        if amount is None:
            report.left_out += 1
            continue
        if amount == 0 and (first is not None or last is not None) and not shown_in(body, first, last):
            continue
        report.ads += 1
        key = (str(body.get("page") or ""), body.get("page_name") or "", body.get("disclaimer") or NO_DISCLAIMER)
        spent[key] += amount
        counted[key] += 1
        if first is None and last is None:
            for region, _, _, paid in body.get("by_region") or []:
                places[region] += Decimal(paid or 0)
    heading = ["Page ID", "Page name", "Disclaimer", f"Amount spent ({currency})", "Number of ads in Library"]
    rows = [[*key, plain(spent[key]), str(counted[key])] for key in sorted(spent, key=lambda key: (-spent[key], key))]
    report.advertisers = (heading, rows)
    named = sorted(places, key=lambda name: (-places[name], name))
    report.locations = (
        ["Location name", f"Amount spent ({currency})"],
        [[name, plain(places[name])] for name in named],
    )
    return report


def spent_in(body: Body, first: date | None, last: date | None) -> Decimal | None:
    """What was spent on an ad in these days; None where that is not known."""
    if first is None and last is None:
        return None if body.get("spend") is None else Decimal(body["spend"])
    days = body.get("by_day") or []
    if not days:
        return None
    return sum((Decimal(paid or 0) for day, _, _, paid in days if within(day, first, last)), Decimal(0))


def shown_in(body: Body, first: date | None, last: date | None) -> bool:
    """Whether it was shown on one of these days."""
    return any(
        int(impressions or 0) > 0 and within(day, first, last) for day, impressions, *_ in body.get("by_day") or []
    )


def within(day: str, first: date | None, last: date | None) -> bool:
    """Whether a day is one of them."""
    on = date.fromisoformat(day)
    return (first is None or on >= first) and (last is None or on <= last)


class GoogleBundle:
    """The tables of Google's bundle, summed while ads pass by: only sums are kept.

    currencies   those that have a column; an ad paid in another has an empty amount
    address      of an ad's page; the number is put behind it

    Limits       amounts stand in the column of the currency they were paid in, nothing is converted; ranges are the exact
                 amount twice. Campaigns and keywords are not in the library: the ad is its own campaign. Weeks and
                 regions hold only ads whose days and regions are known; regions those shown in one country
    """

    def __init__(self, *, currencies: Sequence[str], address: str) -> None:
        self.currencies = list(currencies)
        self.address = address
        self.spent: dict[tuple[str, str], Sums] = defaultdict(sums)
        self.places: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.elections: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.counted: dict[tuple[str, str], int] = defaultdict(int)
        self.by_week: dict[tuple[str, str, str], Sums] = defaultdict(sums)
        self.by_region: dict[tuple[str, str], Sums] = defaultdict(sums)

    @property
    def creatives_heading(self) -> list[str]:
        """Of the table with one row an ad."""
        return [
            "Ad_ID", "Ad_URL", "Ad_Type", "Regions", "Advertiser_ID", "Advertiser_Name", "Ad_Campaigns_List", "Date_Range_Start",
            "Date_Range_End", "Num_of_Days", "Impressions", *(f"Spend_Range_{end}_{one}" for one in self.currencies for end in ("Min", "Max")),
        ]  # fmt: skip

    def add(self, body: Body) -> list[str]:
        """Add an ad to the sums; gives its row."""
        key, currency, countries = who(body), body.get("currency"), body.get("countries") or []
        self.counted[key] += 1
        self.places[key] |= set(countries)
        if body.get("election"):
            self.elections[key].add(body["election"]["name"])
        if currency:
            if body.get("spend") is not None:
                self.spent[key][currency] += Decimal(body["spend"])
            for day, _, _, paid in body.get("by_day") or []:
                if paid is not None:
                    self.by_week[(*key, sunday(day))][currency] += Decimal(paid)
            for region, _, _, paid in body.get("by_region") or [] if len(countries) == 1 else ():
                if paid is not None:
                    self.by_region[countries[0], region][currency] += Decimal(paid)
        low = body.get("spend") if body.get("spend") is not None else body.get("spend_low")
        high = body.get("spend") if body.get("spend") is not None else body.get("spend_high")
        paid_in = [(low or "", high or "") if one == currency else ("", "") for one in self.currencies]
        return [
            str(body["number"]), f"{self.address}{body['number']}/", kind(body), ", ".join(countries), *key, str(body["number"]),
            body.get("starts") or "", body.get("ends") or "", days(body), bucket(body), *(end for pair in paid_in for end in pair),
        ]  # fmt: skip

    def tables(self) -> dict[str, Table]:
        """The other tables by file name, each a heading and rows."""
        amounts = [f"Spend_{one}" for one in self.currencies]
        buyers = [
            [*key, "", ", ".join(sorted(self.places[key])), ", ".join(sorted(self.elections[key])), str(self.counted[key]),
             *self.columns(self.spent[key])]
            for key in sorted(self.counted)
        ]  # fmt: skip
        return {
            "google-political-ads-advertiser-stats.csv": (
                ["Advertiser_ID", "Advertiser_Name", "Public_IDs_List", "Regions", "Elections", "Total_Creatives", *amounts], buyers,
            ),
            "google-political-ads-advertiser-weekly-spend.csv": (
                ["Advertiser_ID", "Advertiser_Name", "Week_Start_Date", *amounts],
                [[*key, *self.columns(self.by_week[key])] for key in sorted(self.by_week)],
            ),
            "google-political-ads-geo-spend.csv": (
                ["Country", "Country_Subdivision_Primary", "Country_Subdivision_Secondary", *amounts],
                [[*key, "", *self.columns(self.by_region[key])] for key in sorted(self.by_region)],
            ),
        }  # fmt: skip

    def columns(self, amounts: Mapping[str, Decimal]) -> list[str]:
        """The amounts in the order of the columns."""
        return [plain(amounts[one]) if one in amounts else "" for one in self.currencies]


def sums() -> Sums:
    """Amounts by currency, from nothing on."""
    return defaultdict(Decimal)


def sunday(day: str) -> str:
    """The Sunday on which the week of a day begins, as Google's weeks do."""
    on = date.fromisoformat(day)
    return (on - timedelta(days=(on.weekday() + 1) % 7)).isoformat()


def who(body: Body) -> tuple[str, str]:
    """Number and name of who bought it: the advertiser, or the page where no advertiser is known."""
    if body.get("advertiser"):
        return str(body["advertiser"]), body.get("advertiser_name") or ""
    return str(body.get("page") or ""), body.get("page_name") or ""


def kind(body: Body) -> str:
    """TEXT, IMAGE or VIDEO."""
    kinds = {str(one.get("kind", "")).split("/")[0].upper() for one in body.get("media") or []}
    return "VIDEO" if "VIDEO" in kinds else "IMAGE" if "IMAGE" in kinds else "TEXT"


def days(body: Body) -> str:
    """On how many days it was shown."""
    shown = [one for one in body.get("by_day") or [] if int(one[1] or 0) > 0]
    if shown:
        return str(len(shown))
    if body.get("starts") and body.get("ends"):
        return str((date.fromisoformat(body["ends"]) - date.fromisoformat(body["starts"])).days + 1)
    return ""


def bucket(body: Body) -> str:
    """Google's range of impressions."""
    count = body.get("impressions")
    if count is None:
        return ""
    return next((name for top, name in BUCKETS if count <= top), MOST)


def plain(amount: Decimal) -> str:
    """An amount without needless zeros."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
