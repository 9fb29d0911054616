"""The ads table, whatever archive it came from: one row an ad, the same columns for each source."""

__all__ = ["ADS_COLUMNS", "Ad", "AdsTable", "Criterion"]

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

import pyarrow as pa

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
class Ad:
    """One ad as its archive shows it; None and () where the archive says nothing.

    actor             whom the ad leads to or comes from: a page, event, website or buyer's account
    spend, currency   exact amount; the currency is None where the archive does not really state one
    created, ended    with time zone
    billing_country, target_countries   ISO 3166 codes of two letters; the countries named, not guessed
    account, instrument, address   the paying account, a fingerprint of its card or bank, its network
                      address: what a platform knows and archives leave out
    defects           what looks wrong in the row, or was mended
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

    @property
    def paid(self) -> bool:
        """Whether an amount above zero is known."""
        return self.spend is not None and self.spend > 0


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
