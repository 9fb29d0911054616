"""The ads table, whatever archive it came from: one row an ad, the same columns for each source."""

__all__ = ["ADS_COLUMNS", "Ad", "AdsTable", "Criterion", "PublicId", "ReachCount", "Share"]

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

import pyarrow as pa

from hustings.screening.ranges import MoneyRange, Range
from hustings.screening.targeting_tree import Node

MOMENT = pa.timestamp("us", "UTC")
# Column -> type, in the order they are written. What a source does not hold is null in every row.
ADS_COLUMNS = pa.schema([
    ("platform", pa.string()), ("actor", pa.string()), ("ad", pa.string()), ("page_name", pa.string()),
    ("text", pa.string()), ("landing_url", pa.string()), ("created", MOMENT), ("ended", MOMENT),
    ("spend", pa.string()), ("currency", pa.string()), ("impressions", pa.int64()), ("clicks", pa.int64()),
    ("reach", pa.int64()), ("billing_country", pa.string()), ("target_countries", pa.list_(pa.string())),
    ("targeting", pa.string()), ("sponsor", pa.string()), ("payer", pa.string()), ("account", pa.string()),
    ("instrument", pa.string()), ("address", pa.string()), ("regions", pa.string()),
    ("defects", pa.list_(pa.string())),
])  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One thing that an ad asks of the people who shall see it, or of those who shall not."""

    value: str
    dimension: str = "other"
    category: str = ""
    path: tuple[str, ...] = ()
    excluded: bool = False


@dataclass(frozen=True, kw_only=True)
class PublicId:
    """A number under which a public register knows an advertiser: scheme (FEC, EIN, ...) and value as given."""

    scheme: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Share:
    """The part of an ad's impressions that went to a group: a region, or an age with a gender."""

    share: Decimal
    region: str | None = None
    age: str | None = None
    gender: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReachCount:
    """How many people of a country, age and gender an ad reached."""

    country: str
    age: str | None
    gender: str | None
    people: int


@dataclass(frozen=True, kw_only=True)
class Ad:
    """One ad as its archive shows it; None and () where the archive says nothing.

    actor             whom the ad leads to or comes from: a page, event, website or buyer's account
    spend, currency   exact amount; the currency is None where the archive does not really state one
    created, ended    with time zone
    billing_country, target_countries   ISO 3166 codes of two letters; the countries named, not guessed
    account, instrument, address   the paying account, a fingerprint of its card or bank, its network
                      address: what a platform knows and archives leave out
    defects           what looks wrong in the row, or was mended

    The rest is what archives of ranges and labels hold beside that:
    spend_ranges      one per currency in which the archive states the same amount
    impressions_range, audience_range   where no exact number is published
    shares, reach_counts   to whom it was shown: by region, by age and gender, by country
    disclaimer        as shown; None also where the archive says there was none (see `defects`)
    advertiser, public_ids   the archive's id of the buyer, and the buyer's numbers in public registers
    beneficiary, candidate, committee, jurisdiction, elections   on whose behalf and for what
    tree, tree_lost   the aim as a Boolean tree, and what the archive's form lost of it
    rest              columns that nobody told us of, with this row's values
    """

    platform: str | None
    actor: str | None
    ad: str
    page_name: str | None = None
    text: str | None = None
    landing_url: str | None = None
    created: datetime | None = None
    ended: datetime | None = None
    spend: Decimal | None = None
    currency: str | None = None
    impressions: int | None = None
    clicks: int | None = None
    reach: int | None = None
    billing_country: str | None = None
    target_countries: tuple[str, ...] = ()
    targeting: tuple[Criterion, ...] = ()
    sponsor: str | None = None
    payer: str | None = None
    account: str | None = None
    instrument: str | None = None
    address: str | None = None
    regions: str | None = None
    defects: tuple[str, ...] = ()
    spend_ranges: tuple[MoneyRange, ...] = ()
    impressions_range: Range | None = None
    audience_range: Range | None = None
    shares: tuple[Share, ...] = ()
    reach_counts: tuple[ReachCount, ...] = ()
    disclaimer: str | None = None
    beneficiary: str | None = None
    advertiser: str | None = None
    public_ids: tuple[PublicId, ...] = ()
    candidate: str | None = None
    committee: str | None = None
    jurisdiction: str | None = None
    elections: tuple[str, ...] = ()
    media_type: str | None = None
    media_url: str | None = None
    snapshot_url: str | None = None
    status: str | None = None
    languages: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    shown_regions: tuple[str, ...] = ()
    days_shown: int | None = None
    texts: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()
    billing_address: str | None = None
    tree: Node | None = None
    tree_lost: tuple[str, ...] = ()
    rest: tuple[tuple[str, str], ...] = ()

    @property
    def paid(self) -> bool:
        """Whether an amount above zero is known, exactly or as a range."""
        return (self.spend is not None and self.spend > 0) or any(one.range.low > 0 for one in self.spend_ranges)


@dataclass(frozen=True, kw_only=True)
class AdsTable:
    """Ads of one source, in the order of their ids, with what a reader should know of how they came.

    columns   what the source holds (a column that is null in every row is one it does not hold)
    unknown   columns of the source that nothing was made of
    notes     sentences: joins undone, rows doubted
    """

    ads: tuple[Ad, ...]
    source: str
    columns: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    joins: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ads)

    def __iter__(self) -> Iterator[Ad]:
        return iter(self.ads)

    def arrow(self) -> pa.Table:
        """The same as a table with the columns of `ADS_COLUMNS`."""
        rows: dict[str, list[object]] = {name: [] for name in ADS_COLUMNS.names}
        for ad in self.ads:
            for name, cells in rows.items():
                cells.append(_cell(getattr(ad, name)))
        return pa.table(rows, schema=ADS_COLUMNS)


def _cell(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, tuple):
        if value and isinstance(value[0], Criterion):
            return criteria_as_json(value)
        return list(value) or None
    return value


def criteria_as_json(criteria: tuple[Criterion, ...]) -> str:
    """Criteria in their archive's order, as one line of JSON."""
    return json.dumps(
        [
            {
                "dimension": one.dimension,
                "category": one.category,
                "path": list(one.path),
                "value": one.value,
                "excluded": one.excluded,
            }
            for one in criteria
        ],
        ensure_ascii=False,
    )
