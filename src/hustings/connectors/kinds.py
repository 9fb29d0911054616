"""The tables that archives of ads publish: how each is known by its columns, and which reader takes its rows."""

__all__ = ["KINDS", "Beside", "Kind", "Record", "kinds_named", "recognised"]

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from hustings.connectors import bought_ads, google_ads, ira_ads, meta_ads, snap_ads
from hustings.connectors.line import Head, Line
from hustings.screening.ad import Ad, Share
from hustings.screening.archive import (
    Advertiser,
    CampaignAim,
    DeliveryShare,
    KeywordSpend,
    OtherRow,
    RegionSpend,
    ReportRow,
    WeeklySpend,
)  # fmt: skip

Record = Ad | Advertiser | CampaignAim | DeliveryShare | KeywordSpend | OtherRow | RegionSpend | ReportRow | WeeklySpend
Read = Callable[[Line, "Beside"], Record | tuple[Record, ...]]


@dataclass
class Beside:
    """What tables beside the ads say of them: read first, then joined by the ad's id."""

    shares: dict[str, list[Share]] = field(default_factory=dict)
    campaigns: dict[str, CampaignAim] = field(default_factory=dict)

    def keep(self, record: Record) -> None:
        """Remember what later ads need."""
        if isinstance(record, DeliveryShare):
            share = Share(share=record.share, region=record.region, age=record.age, gender=record.gender)
            self.shares.setdefault(record.ad, []).append(share)
        elif isinstance(record, CampaignAim):
            for ad in record.ads:
                self.campaigns.setdefault(ad, record)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of table. `marks`: it is this one where all columns of one of the sets are there."""

    name: str
    about: str
    read: Read
    marks: tuple[frozenset[str], ...] = ()
    file: re.Pattern[str] | None = None
    first: bool = False  # others are joined with it, so it is read before them


def _marks(*sets: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(names.split()) for names in sets)


def _other(platform: str, table: str) -> Read:
    return lambda line, _: OtherRow(platform=platform, table=table, rest=line.rest())


KINDS = (
    Kind(name="ira-release", about="the IRA release", read=lambda line, _: ira_ads.read_line(line),
         marks=_marks("adid pagekey spendamount targeting", "id clicks impressions spend targeting created",
                      "id clicks impressions spendamount spendcurrency created", "id facebookurl impressions clicks cost currency")),
    Kind(name="ira-landing-keys", about="the IRA release's sums by landing page", read=_other("facebook", "landing_keys"),
         marks=_marks("pagekey ads impressions clicks spendrub")),
    Kind(name="ira-totals", about="the IRA release's own totals", read=_other("facebook", "aggregates"),
         marks=_marks("ads impressions clicks spendrub adsrub sharezeroimpressions")),
    Kind(name="snap", about="Snap's yearly file", read=lambda line, _: snap_ads.read_line(line),
         marks=_marks("adid organizationname billingaddress", "adid payingadvertisername spend", "adid organizationname spend")),
    Kind(name="google-campaigns", about="Google's campaign-targeting", read=lambda line, _: google_ads.read_campaign(line),
         marks=_marks("campaignid adslist", "campaignid agetargeting"), first=True),
    Kind(name="google-creatives", about="Google's creative-stats",
         read=lambda line, beside: google_ads.read_creative(line, beside.campaigns),
         marks=_marks("adid adtype advertiserid", "adid advertiserid daterangestart", "adid advertiserid advertisername impressions")),
    Kind(name="google-advertisers", about="Google's advertiser-stats", read=lambda line, _: google_ads.read_advertiser(line),
         marks=_marks("advertiserid totalcreatives", "advertiserid publicidslist", "advertiserid advertisername elections spendusd")),
    Kind(name="google-declared", about="Google's advertiser-declared-stats", read=lambda line, _: google_ads.read_declared(line),
         marks=_marks("advertiserid advertiserdeclaredname", "advertiserid committeedeclaredname",
                      "advertiserid advertiserdeclaredregulatoryid", "advertiserid advertiserdeclaredpromotername")),
    Kind(name="google-weeks", about="Google's advertiser-weekly-spend", read=lambda line, _: google_ads.read_week(line),
         marks=_marks("advertiserid weekstartdate")),
    Kind(name="google-advertiser-regions", about="Google's advertiser-geo-spend", read=lambda line, _: google_ads.read_region(line),
         marks=_marks("advertiserid country countrysubdivisionprimary", "advertiserid country spendusd")),
    Kind(name="google-regions", about="Google's geo-spend", read=lambda line, _: google_ads.read_region(line),
         marks=_marks("country countrysubdivisionprimary", "country spendusd spendeur")),
    Kind(name="google-keywords", about="Google's top-keywords-history", read=lambda line, _: google_ads.read_keywords(line),
         marks=_marks("reportdate keyword1", "region elections keyword1")),
    Kind(name="google-updated", about="Google's day of the edition", read=_other("google", "updated"),
         marks=_marks("reportdataupdateddate")),
    Kind(name="google-mapping", about="Google's old and new ids", read=_other("google", "id_mapping"),
         file=re.compile(r"(advertiser|creative)_id_mapping", re.IGNORECASE)),
    Kind(name="meta-demographics", about="Meta's shares by age and gender", read=lambda line, _: meta_ads.read_share(line),
         marks=_marks("adid age gender percentage", "id age gender percentage"), first=True),
    Kind(name="meta-regions", about="Meta's shares by region", read=lambda line, _: meta_ads.read_share(line),
         marks=_marks("adid region percentage", "id region percentage"), first=True),
    Kind(name="meta-api", about="Meta's Ad Library interface", read=lambda line, beside: meta_ads.read_api_ad(line, beside.shares),
         marks=_marks("pageid addeliverystarttime", "pageid adsnapshoturl", "adsnapshoturl addeliverystarttime", "id adsnapshoturl",
                      "pageid adcreativebody", "pageid adcreativebodies", "adarchiveid pageid", "id pageid demographicdistribution",
                      "id pageid bylines", "id pageid fundingentity", "id pageid eutotalreach", "id pageid spend impressions")),
    Kind(name="meta-report", about="Meta's daily report", read=lambda line, _: meta_ads.read_report(line),
         marks=_marks("pageid pagename disclaimer", "locationname"), file=re.compile(r"AdLibraryReport_.*\.(csv|tsv|txt)$")),
    Kind(name="ads-table", about="our own ads table", read=lambda line, _: bought_ads.read_line(line),
         marks=_marks("platform actor ad", "platform pageid ad", "platform actor adid")),
)  # fmt: skip
# A file's name weighs more than a column or two.
NAME_WEIGHS = 3


def recognised(head: Head, among: Iterable[Kind] = KINDS) -> Kind | None:
    """The kind whose marks fit best; None where none does."""
    best, weight = None, 0
    has = frozenset(head.columns)
    for kind in among:
        fits = max((len(marks) for marks in kind.marks if marks <= has), default=0)
        named = NAME_WEIGHS if kind.file is not None and kind.file.search(head.file_name) else 0
        if fits + named > weight:
            best, weight = kind, fits + named
    return best


def kinds_named(name: str) -> tuple[Kind, ...]:
    """The kind of that name, or all of one archive: `google` is every table of Google's."""
    return tuple(kind for kind in KINDS if kind.name == name or kind.name.startswith(f"{name}-"))
