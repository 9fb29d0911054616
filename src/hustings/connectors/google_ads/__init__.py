"""Google's bundle of election ads: creatives, advertisers, weeks, regions, campaigns, of any of its years."""

__all__ = [
    "read_advertiser", "read_campaign", "read_creative", "read_declared", "read_keywords", "read_region", "read_week",
]  # fmt: skip

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from hustings.connectors.line import Line, Unfit
from hustings.screening.ad import Ad, PublicId
from hustings.screening.archive import Advertiser, CampaignAim, KeywordSpend, RegionSpend, WeeklySpend
from hustings.screening.countries import country_code
from hustings.screening.ranges import Money, MoneyRange, Range
from hustings.screening.targeting_tree import Is, Node, aimed

PLATFORM = "google"
SPEND = re.compile(r"spend([a-z]{3})")
LOW = re.compile(r"spendrangemin([a-z]{3})")
SPENDS = r"spend(?:rangemin)?[a-z]{3}"
PUBLIC_ID = re.compile(r"(?:^|,\s*)(?P<scheme>[A-Za-z][A-Za-z .&/-]*?)\s+(?:ID|No\.?|Number|#)[:\s]+(?=\S)")
EVERYBODY = {"not targeted", "all", "none", "not specified", "any", ""}
FEC, EIN = re.compile(r"C\d{8}"), re.compile(r"\d{2}-?\d{7}")
LISTED = re.compile(r"\s*[,;|]\s*")
GEO = ("geotargetingincluded", "geotargeting")
PLACES = re.compile(r",\s+")


def read_creative(line: Line, campaigns: Mapping[str, CampaignAim]) -> Ad:
    """One ad of creative-stats; where the table is of a year without targeting, the campaigns' is taken."""
    ad = line.needed("adid", "creativeid")
    regions = line.list("regions", "region")
    tree, lost, countries = _aim(line)
    mine = campaigns.get(ad)
    if tree is None and mine is not None:
        tree, lost = mine.tree, (*mine.tree_lost, "aim_of_the_campaign")
    advertiser = line.needed("advertiserid")
    name = line.text("advertisername")
    impressions = line.span("impressions", "numimpressions", "impressionsbucket", "numofimpressions")
    exact = impressions is not None and impressions.low == impressions.high and impressions.low > 0
    created = line.moment("firstservedtimestamp", "daterangestart", "startdate")
    ended = line.moment("lastservedtimestamp", "daterangeend", "enddate")
    first_day, last_day = line.moment("daterangestart"), line.moment("daterangeend")
    return Ad(
        platform=PLATFORM, actor=advertiser, ad=ad, page_name=name, advertiser=advertiser, sponsor=name, payer=name,
        created=created or first_day, ended=ended or last_day,
        impressions=int(impressions.low) if exact and impressions is not None else None,
        impressions_range=None if exact else impressions,
        spend_ranges=_ranges(line), media_type=line.text("adtype", "format", "creativetype"),
        snapshot_url=line.text("adurl", "creativeurl", "url"), shown_regions=regions,
        target_countries=countries or tuple(sorted({code for one in regions if (code := _country(one))})),
        days_shown=line.whole("numofdays", "numdays"), elections=line.list("elections", "election"),
        tree=tree, tree_lost=lost, defects=tuple(line.defects), rest=line.rest(),
    )  # fmt: skip


def read_advertiser(line: Line) -> Advertiser:
    """One buyer of advertiser-stats."""
    ids, defects = public_ids(line.text("publicidslist", "publicids") or "")
    return Advertiser(
        platform=PLATFORM, advertiser=line.needed("advertiserid"), name=line.text("advertisername"), public_ids=ids,
        regions=line.list("regions", "region"), elections=line.list("elections", "electioncycle"),
        ads=line.whole("totalcreatives", "numcreatives", "totalads"), spend=_spend(line), defects=defects, rest=line.rest(),
    )  # fmt: skip


def read_declared(line: Line) -> Advertiser:
    """What a buyer declared of itself; Google has not checked it."""
    return Advertiser(
        platform=PLATFORM, advertiser=line.needed("advertiserid"), name=line.text("advertisername"),
        declared_in=line.text("region", "regions"),
        declared_name=line.text("advertiserdeclaredname", "committeedeclaredname"),
        declared_number=line.text("advertiserdeclaredregulatoryid", "committeedeclaredidentificationid"),
        declared_scope=line.text("advertiserdeclaredscope", "committeedeclaredscope"),
        promoter_name=line.text("advertiserdeclaredpromotername"),
        promoter_address=line.text("advertiserdeclaredpromoteraddress"),
        defects=("declared_not_checked",), rest=line.rest(),
    )  # fmt: skip


def read_week(line: Line) -> WeeklySpend:
    """One week of one buyer."""
    week = line.day("weekstartdate", "weekstart", "week")
    if week is None:
        raise Unfit("no day on which the week begins")
    return WeeklySpend(
        platform=PLATFORM, advertiser=line.needed("advertiserid"), name=line.text("advertisername"), week=week,
        election=line.text("electioncycle", "elections"), spend=_spend(line), rest=line.rest(),
    )  # fmt: skip


def read_region(line: Line) -> RegionSpend:
    """One region, of all buyers or of one."""
    return RegionSpend(
        platform=PLATFORM, country=line.needed("country"), region=line.text("countrysubdivisionprimary"),
        district=line.text("countrysubdivisionsecondary"), advertiser=line.text("advertiserid"),
        name=line.text("advertisername"), spend=_spend(line), rest=line.rest(),
    )  # fmt: skip


def read_campaign(line: Line) -> CampaignAim:
    """One campaign: its aim and its ads."""
    tree, lost, _ = _aim(line)
    return CampaignAim(
        platform=PLATFORM, campaign=line.needed("campaignid"), advertiser=line.text("advertiserid"),
        name=line.text("advertisername"), ads=line.list("adslist", "ads"), first_day=line.day("startdate"),
        last_day=line.day("enddate"), tree=tree, tree_lost=lost, rest=line.rest(),
    )  # fmt: skip


def read_keywords(line: Line) -> tuple[KeywordSpend, ...]:
    """The keywords of one week, one row each; the columns are numbered by rank."""
    week, region, election = line.day("reportdate"), line.text("region"), line.text("elections", "electioncycle")
    if line.text("electioncycle") is not None and line.head.has("elections"):
        line.keep("electioncycle")
    ranks = sorted(int(name.removeprefix("keyword")) for name in line.head.like(r"keyword\d+"))
    found = []
    for rank in ranks:
        keyword = line.text(f"keyword{rank}")
        names = line.head.like(rf"spend[a-z]{{3}}{rank}")
        amounts = [(line.amount(name), name[5:8].upper()) for name in names]
        if keyword is not None:
            money = next((Money(amount=value, currency=code) for value, code in amounts if value is not None), None)
            found.append(
                KeywordSpend(
                    platform=PLATFORM,
                    week=week,
                    region=region,
                    election=election,
                    rank=rank,
                    keyword=keyword,
                    spend=money,
                )
            )
    if not found:
        raise Unfit("no keyword")
    rest = line.rest()
    return tuple(replace(one, rest=rest) for one in found)


def public_ids(cell: str) -> tuple[tuple[PublicId, ...], tuple[str, ...]]:
    """The numbers of a cell such as `FEC ID C00495861, EIN ID 12-3456789`, and what is wrong with their form.

    Some advertisers wrote an address or a web page where a number belongs: kept as given, with a defect.
    """
    marks = list(PUBLIC_ID.finditer(cell))
    found, defects = [], []
    ends = [*(mark.start() for mark in marks[1:]), len(cell)]
    for mark, end in zip(marks, ends, strict=False):
        value = cell[mark.end() : end].strip(" ,")
        found.append(PublicId(scheme=mark["scheme"].strip(), value=value))
    if cell.strip() and (not marks or marks[0].start() > 0):
        found.insert(0, PublicId(scheme="other", value=cell[: marks[0].start() if marks else len(cell)].strip(" ,")))
    for one in found:
        form = {"FEC": FEC, "EIN": EIN}.get(one.scheme.upper())
        if form is not None and not form.fullmatch(one.value):
            defects.append(f"{one.scheme.lower()}_malformed")
    return tuple(found), tuple(defects)


def _spend(line: Line) -> tuple[Money, ...]:
    found = []
    for name in line.head.like(SPEND.pattern):
        if (value := line.amount(name)) is not None:
            found.append(Money(amount=value, currency=name[-3:].upper()))
    return tuple(found)


def _ranges(line: Line) -> tuple[MoneyRange, ...]:
    found = []
    for name in line.head.like(SPENDS):
        if (match := LOW.fullmatch(name)) is not None:
            top = f"spendrangemax{match[1]}"
            low, high = line.amount(name), line.amount(top) if top in line.head.columns else None
            if low is None and high is None:
                continue
            if high is not None and low is not None and high < low:
                if high > 0:
                    raise Unfit(f"{line.head.columns[name]}: a range that ends before it begins ({low} to {high})")
                high = None  # 0 above a low bound stands for an open top
            found.append(MoneyRange(range=Range(low=low or Decimal(0), high=high), currency=match[1].upper()))
        elif (bucket := SPEND.fullmatch(name)) is not None and (value := line.span(name)) is not None:
            found.append(MoneyRange(range=value, currency=bucket[1].upper()))
    return tuple(found)


def _aim(line: Line) -> tuple[Node | None, tuple[str, ...], tuple[str, ...]]:
    """The tree of the targeting columns, what is lost, and the countries named; no tree where the columns are empty."""
    included: dict[str, list[Is]] = {}
    lost = []
    seen = False
    cells = (cell for name in (*GEO, "geotargetingexcluded") for cell in line.head.cells.get(name, ()))
    spaced = line.head.once("spaced places", lambda: any(PLACES.search(cell) for cell in cells))
    for dimension, names in (
        ("age", ("agetargeting", "ages")),
        ("gender", ("gendertargeting", "genders")),
        ("location", GEO),
    ):
        cell = line.raw(*names)
        seen |= cell is not None
        values = [
            value
            for value in (_places(cell, spaced=spaced) if dimension == "location" else _listed(cell))
            if value.casefold() not in EVERYBODY
        ]
        included[dimension] = [Is(dimension, value) for value in values]
    outside = line.raw("geotargetingexcluded")
    seen |= outside is not None
    excluded = [Is("location", value) for value in _places(outside, spaced=spaced) if value.casefold() not in EVERYBODY]
    if not seen:
        return None, (), ()
    if not spaced and any(
        "," in one for cell in (line.raw(*GEO), outside) for one in [str(cell or "")] if ";" not in one
    ):
        lost.append("places_parted_at_commas")
    named = {code for one in included["location"] if (code := _country_of(one.value)) is not None}
    return aimed(included, excluded), tuple(lost), tuple(sorted(named))


def _listed(cell: object) -> list[str]:
    if cell is None:
        return []
    if isinstance(cell, list):
        return [str(item).strip() for item in cell]
    return [part for part in LISTED.split(str(cell)) if part]


def _places(cell: object, *, spaced: bool) -> list[str]:
    """Places of a cell: a comma and a space part them, a bare comma stands within one (`Arad,Arad County,Romania`)."""
    if cell is None or isinstance(cell, list):
        return _listed(cell)
    text = str(cell).strip()
    parts = text.split(";") if ";" in text else PLACES.split(text)
    if not spaced and len(parts) == 1 and "," in text and country_code(text.rsplit(",", 1)[-1]) is None:
        parts = text.split(",")  # no space in any row and no country at the end: a plain list
    return [
        ", ".join(piece.strip() for piece in part.split(",") if piece.strip()) for part in parts if part.strip(" ,")
    ]


def _country_of(place: str) -> str | None:
    """The country that a place is or lies in, where it is written out: `PA` is a state, and so is Georgia more often."""
    last = place.rsplit(",", 1)[-1].strip()
    return None if len(last) < 3 or last.casefold() == "georgia" else country_code(last)


def _country(name: str) -> str | None:
    """`US`, `United States`, `US-CA`; the regions `EU` and `EEA` are no country."""
    text = name.strip()
    head = text.split("-", 1)[0]
    return country_code(text) or (country_code(head) if len(head) == 2 and head.isupper() and "-" in text else None)
