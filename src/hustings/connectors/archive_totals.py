"""What the rows of an archive add up to, and what the archive or its description says they should."""

__all__ = ["Totals", "stated_of"]

import csv
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from importlib.resources import files

from hustings.connectors.kinds import Record
from hustings.connectors.rates import Rates
from hustings.screening.ad import Ad
from hustings.screening.archive import (
    Advertiser,
    CampaignAim,
    DeliveryShare,
    KeywordSpend,
    RegionSpend,
    ReportRow,
    WeeklySpend,
)

NOUNS: dict[type, str] = {
    Ad: "ads", Advertiser: "advertisers", CampaignAim: "campaigns", DeliveryShare: "shares", KeywordSpend: "keywords",
    RegionSpend: "regions", ReportRow: "report rows", WeeklySpend: "weeks",
}  # fmt: skip
DOLLARS = "USD"


@dataclass
class Totals:
    """Sums over records, named as people would say them; only what the records hold is named.

    sums      measure -> number. `spend RUB` is an exact sum; `spend USD, at least` and `at most` add up ranges,
              the latter only over ranges with a top (`ranges without a top` counts the others)
    """

    rates: Rates | None = None
    sums: dict[str, Decimal] = field(default_factory=dict)
    buyers: set[str] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)
    currencies: set[str] = field(default_factory=set)

    def add(self, record: Record) -> None:
        """Count one record in."""
        self._plus(NOUNS.get(type(record), "other rows"))
        match record:
            case Ad():
                self._ad(record)
            case Advertiser(advertiser=name):
                self.buyers.add(name)
                for one in record.public_ids:
                    self._plus(f"{one.scheme} numbers")
                for defect in record.defects:
                    scheme, _, wrong = defect.rpartition("_")
                    self._plus(
                        f"malformed {scheme.upper()} numbers" if wrong == "malformed" else defect.replace("_", " ")
                    )
                if record.ads is not None:
                    self._plus("ads by advertiser", record.ads)
                self._money(record.spend)
            case WeeklySpend() | RegionSpend():
                if record.advertiser is not None:
                    self.buyers.add(record.advertiser)
                self._money(record.spend)
            case ReportRow():
                self._report(record)
            case DeliveryShare() | CampaignAim():
                self.buyers |= {record.advertiser} - {None} if isinstance(record, CampaignAim) else set()  # type: ignore[arg-type]
            case _:
                pass

    def _plus(self, name: str, number: Decimal | int = 1) -> None:
        self.sums[name] = self.sums.get(name, Decimal(0)) + number

    def _money(self, spend: tuple[object, ...]) -> None:
        for one in spend:
            self.currencies.add(one.currency or "?")  # type: ignore[attr-defined]
            self._plus(f"spend {one.currency}", one.amount)  # type: ignore[attr-defined]

    def _range(self, name: str, low: Decimal, high: Decimal | None) -> None:
        self._plus(f"{name}, at least", low)
        if high is None:
            self._plus(f"{name}, ranges without a top")
        else:
            self._plus(f"{name}, at most", high)

    def _ad(self, ad: Ad) -> None:
        if ad.advertiser or ad.sponsor:
            self.buyers.add(str(ad.advertiser or ad.sponsor))
        elif ad.actor:
            self.pages.add(ad.actor)
        if ad.impressions is not None:
            self._plus("impressions", ad.impressions)
            self._plus("ads never shown", int(ad.impressions == 0))
        if ad.clicks is not None:
            self._plus("clicks", ad.clicks)
        if ad.spend is not None and ad.spend > 0:
            self._plus(f"spend {ad.currency or 'of unknown currency'}", ad.spend)
            self._plus(f"ads paid in {ad.currency or 'unknown currency'}")
        elif ad.platform != "google" and not ad.spend_ranges:
            self._plus("ads without an amount")
        for one in ad.spend_ranges:
            self._range(f"spend {one.currency or 'of unknown currency'}", one.range.low, one.range.high)
        if ad.impressions_range is not None:
            self._range("impressions", ad.impressions_range.low, ad.impressions_range.high)
        if ad.targeting:
            self._plus("targeting criteria", len(ad.targeting))
        if ad.created is not None and ad.ended is None:
            self._plus("ads without an end")
        if ad.billing_country is not None and ad.target_countries:
            self._plus(
                "ads billed to another country than they are aimed at",
                int(ad.billing_country not in ad.target_countries),
            )
        if self.rates is not None and ad.spend_ranges == ():
            self._dollars(ad, self.rates)

    def _dollars(self, ad: Ad, rates: Rates) -> None:
        """Amounts in dollars where a rate is at hand; an amount that is not known counts as none, as in the published shares."""
        amount = Decimal(0)
        if ad.spend and ad.currency:
            found = rates.convert(ad.spend, ad.currency, DOLLARS, None if ad.created is None else ad.created.date())
            if found is None:
                self._plus("ads without a rate to USD")
                return
            amount = found
        self._plus("spend in USD by the rates", amount)
        self._plus("ads under 3 USD", int(amount < 3))
        self._plus("ads under 1,000 USD", int(amount < 1000))

    def _report(self, row: ReportRow) -> None:
        if row.page is not None:
            self.buyers.add(row.page)
            self._plus("rows that ran without a disclaimer", int(row.without_disclaimer))
        if row.ads is not None:
            self._plus("ads in the report", row.ads)
        if row.spend is not None:
            exact = row.spend.range.low == row.spend.range.high
            self._plus("rows with a range for an amount", int(not exact))
            self._range(f"spend {row.spend.currency}", row.spend.range.low, row.spend.range.high)

    def named(self) -> dict[str, Decimal]:
        """All measures, counts of buyers and currencies among them."""
        more = {"advertisers": Decimal(len(self.buyers))} if self.buyers else {}
        if self.pages:
            more["pages, events and websites"] = Decimal(len(self.pages))
        if self.currencies:
            more["currencies"] = Decimal(len(self.currencies))
        return {**self.sums, **more}

    def figure(self, measure: str) -> Decimal | None:
        """One measure; `share of ads ...` is a share of all ads."""
        named = self.named()
        if measure.startswith("share of "):
            part, ads = named.get(measure.removeprefix("share of ")), named.get("ads")
            return None if part is None or not ads else part / ads
        if measure == "clicks per impression":
            return named["clicks"] / named["impressions"] if named.get("impressions") and "clicks" in named else None
        return named.get(measure)


@dataclass(frozen=True, kw_only=True)
class Stated:
    """A figure that a file's description states: the measure, the figure as written, and where it stands."""

    measure: str
    figure: Decimal
    source: str

    def agrees(self, ours: Decimal | None) -> bool:
        """Whether ours, rounded to as many places as the stated one has, is the same."""
        return ours is not None and ours.quantize(self.figure) == self.figure


@cache
def _stated() -> dict[str, tuple[Stated, ...]]:
    text = (files("hustings.connectors") / "stated.csv").read_text(encoding="utf-8")
    found: dict[str, list[Stated]] = {}
    for row in csv.DictReader(text.splitlines()):
        stated = Stated(measure=row["measure"], figure=Decimal(row["figure"]), source=row["source"])
        found.setdefault(row["sha256"], []).append(stated)
    return {digest: tuple(rows) for digest, rows in found.items()}


def stated_of(digest: str) -> tuple[Stated, ...]:
    """What is stated of the file with this sha256; nothing for files that nobody described."""
    return _stated().get(digest, ())
