"""What archives hold beside single ads: advertisers, weeks, regions, report rows, each as one typed row."""

__all__ = [
    "Advertiser",
    "CampaignAim",
    "DeliveryShare",
    "KeywordSpend",
    "OtherRow",
    "RegionSpend",
    "ReportRow",
    "WeeklySpend",
]

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hustings.screening.ad import PublicId
from hustings.screening.ranges import Money, MoneyRange
from hustings.screening.targeting_tree import Node

Rest = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Advertiser:
    """A buyer as an archive lists it, or what it declared of itself (`declared_*`, not checked by the platform).

    spend   the same sum in each currency that the archive states
    ads     how many it ran
    """

    platform: str
    advertiser: str
    name: str | None = None
    public_ids: tuple[PublicId, ...] = ()
    regions: tuple[str, ...] = ()
    elections: tuple[str, ...] = ()
    ads: int | None = None
    spend: tuple[Money, ...] = ()
    declared_in: str | None = None
    declared_name: str | None = None
    declared_number: str | None = None
    declared_scope: str | None = None
    promoter_name: str | None = None
    promoter_address: str | None = None
    defects: tuple[str, ...] = ()
    rest: Rest = ()


@dataclass(frozen=True, kw_only=True)
class WeeklySpend:
    """What a buyer spent in the week that begins on `week`."""

    platform: str
    advertiser: str
    name: str | None
    week: date
    election: str | None = None
    spend: tuple[Money, ...] = ()
    rest: Rest = ()


@dataclass(frozen=True, kw_only=True)
class RegionSpend:
    """What was spent in a region, by all or by one buyer."""

    platform: str
    country: str | None
    region: str | None = None
    district: str | None = None
    advertiser: str | None = None
    name: str | None = None
    spend: tuple[Money, ...] = ()
    rest: Rest = ()


@dataclass(frozen=True, kw_only=True)
class ReportRow:
    """One row of Meta's report: a page under one disclaimer, or a whole region (then page and disclaimer are None).

    spend     a range where the report writes `≤100`
    without_disclaimer   the report says that these ads ran without one
    first_day, last_day  the days reported on; `first_day` is None where the report begins with the archive
    """

    platform: str
    page: str | None = None
    page_name: str | None = None
    disclaimer: str | None = None
    without_disclaimer: bool = False
    spend: MoneyRange | None = None
    ads: int | None = None
    country: str | None = None
    region: str | None = None
    period: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    rest: Rest = ()


@dataclass(frozen=True, kw_only=True)
class KeywordSpend:
    """A keyword among those on which most was spent in a week; `rank` 1 is the most."""

    platform: str
    week: date | None
    region: str | None
    election: str | None
    rank: int
    keyword: str
    spend: Money | None
    rest: Rest = ()


@dataclass(frozen=True, kw_only=True)
class CampaignAim:
    """Whom a campaign was aimed at, and the ads it ran."""

    platform: str
    campaign: str
    advertiser: str | None = None
    name: str | None = None
    ads: tuple[str, ...] = ()
    first_day: date | None = None
    last_day: date | None = None
    tree: Node | None = None
    tree_lost: tuple[str, ...] = ()
    rest: Rest = ()


@dataclass(frozen=True, kw_only=True)
class DeliveryShare:
    """The share of one ad's impressions that went to a region, or to an age and gender."""

    platform: str
    ad: str
    share: Decimal
    region: str | None = None
    age: str | None = None
    gender: str | None = None
    rest: Rest = ()


@dataclass(frozen=True, kw_only=True)
class OtherRow:
    """A row of a table that an archive adds (id mappings, its own sums, the day of the edition), kept as it stands."""

    platform: str
    table: str
    rest: Rest = ()
