"""Snap's public yearly files of political ads: exact spend, and whom each ad included and excluded."""

__all__ = ["from_table", "read_line"]

import re

import pyarrow as pa

from hustings.connectors.line import Line, Unfit, head_of, plain
from hustings.connectors.rows import Row
from hustings.errors import BadInput, Problem
from hustings.screening.ad import Ad, AdsTable, Criterion, PublicId
from hustings.screening.countries import country_code
from hustings.screening.targeting_tree import Is, Node, aimed

# What a file of Snap's must have, under the names that Snap has used, without spaces, case and signs.
NEEDED = {
    "ad": ("adid",), "spend": ("spend",), "created": ("startdate",), "actor": ("organizationname",),
    "billing": ("billingaddress",), "country": ("countrycode", "country", "targetcountry"),
}  # fmt: skip
# Columns of targeting -> dimension (`Segments` says only that there was a list, so it names no audience); one that is not listed and looks like targeting is taken as `other`.
DIMENSIONS = {
    "gender": "gender", "agebracket": "age", "language": "language", "interests": "interest", "segments": "other",
    "ostype": "device", "advanceddemographics": "demographic_other", "targetingconnectiontype": "device",
    "targetingcarrierisp": "device", "regions": "location", "electoraldistricts": "location",
    "radiustargeting": "location", "metros": "location", "postalcodes": "location", "locationcategories": "location",
    "postalcode": "location", "targetconnectiontype": "device",
}  # fmt: skip
SIDE = re.compile(r"\s*\((included|excluded|exlcuded)\)\s*$", re.IGNORECASE)
PLAIN_SIDE = re.compile(r"(included|excluded|exlcuded)$")
# A comma within brackets is part of a name.
LIST = re.compile(r",(?![^(]*\))")
LANDING = re.compile(r"web_view_url:(\S+)")
FIRST = 5


def from_table(table: pa.Table, where: str) -> AdsTable:
    """One `Ad` for each row; the organisation that bought is the actor, as ids stay as the source has them."""
    has = {plain(name) for name in table.column_names}
    missing = [ours for ours, theirs in NEEDED.items() if has.isdisjoint(theirs)]
    if missing:
        raise BadInput(
            "This is not one of Snap's files of political ads.",
            [
                Problem(
                    where=where,
                    found=f"no column like {NEEDED[ours][0]!r}",
                    expected="Snap's columns",
                    do="Use the PoliticalAds file of a year as Snap publishes it.",
                )
                for ours in missing
            ],
        )
    rows = [Row(f"row {place}", row) for place, row in enumerate(table.to_pylist(), 1)]
    head = head_of(where, rows)
    problems: list[Problem] = []
    ads = []
    unknown = set(table.column_names)
    for row in rows:
        line = Line(head, row)
        try:
            ads.append(read_line(line))
        except Unfit as error:
            if len(problems) < FIRST:
                problems.append(
                    Problem(
                        where=f"{where}, {row.line}",
                        found=str(error)[:160],
                        expected="an ad of Snap's file",
                        do="Mend the row or get the file again.",
                    )
                )
        unknown -= {head.columns[name] for name in line.used}
    if problems:
        raise BadInput("Snap's ads cannot be read.", problems)
    ads.sort(key=lambda ad: ad.ad)
    column = next(head.columns[name] for name in NEEDED["country"] if name in head.columns)
    unplaced = sorted({str(row) for row in table[column].to_pylist() if row and country_code(str(row)) is None})
    notes = [f"Countries nobody told us of, left out: {', '.join(unplaced)}."] if unplaced else []
    nowhere = sum(ad.billing_country is None for ad in ads)
    if nowhere:
        notes.append(f"{nowhere} billing addresses end in no country's code.")
    return AdsTable(
        ads=tuple(ads),
        source="snap-ads",
        columns=tuple(table.column_names),
        unknown=tuple(name for name in table.column_names if name in unknown),
        notes=tuple(notes),
    )


def read_line(line: Line) -> Ad:
    """One ad of a yearly file; 2024 adds the committee, its number and the jurisdiction."""
    head = line.head
    ad = line.needed("adid", "id")
    criteria = [
        Criterion(
            value=value,
            dimension=DIMENSIONS.get(PLAIN_SIDE.sub("", name), "other"),
            category=SIDE.sub("", original),
            excluded=(side := PLAIN_SIDE.search(name)) is not None and side[1] != "included",
        )
        for name, original in head.columns.items()
        if PLAIN_SIDE.search(name) or name in DIMENSIONS
        for value in _values(line.raw(name))
    ]
    named = [
        part.strip() for part in (line.text("countrycode", "country", "targetcountry") or "").split(",") if part.strip()
    ]
    countries = tuple(sorted({code for name in named if (code := country_code(name)) is not None}))
    defects = []
    if len(countries) < len(set(named)):
        defects.append("country_unknown")
    criteria = [Criterion(value=code, dimension="location", category="Country") for code in countries] + criteria
    address = line.text("billingaddress")
    billing = (address or "").rsplit(",", 1)[-1].strip()
    properties = line.text("creativeproperties", "creativeattachment") or ""
    landing = LANDING.search(properties)
    if landing is None and properties:
        line.keep("creativeproperties", "creativeattachment")  # it holds no address
    number = line.text("committeeidentificationnumber", "committeeid", "committeeidnumber")
    organisation = line.text("organizationname", "organisationname")
    payer = line.text("payingadvertisername")
    spend = line.amount("spend")
    if spend is not None and spend < 0:
        raise Unfit(f"Spend: {spend} is below zero")
    created, ended = line.moment("startdate"), line.moment("enddate")
    tree, lost = _tree(criteria)
    return Ad(
        platform="snapchat", actor=organisation, ad=ad, page_name=organisation,
        landing_url=landing[1] if landing else None, created=created, ended=ended,
        spend=spend, currency=(line.text("currencycode", "currency") or "").upper() or None,
        impressions=line.whole("impressions"),
        billing_country=country_code(billing) if len(billing) == 2 else None, billing_address=address,
        target_countries=countries, targeting=tuple(criteria),
        sponsor=organisation, payer=payer, disclaimer=payer,
        candidate=line.text("candidateballotinformation", "candidateballotname"),
        committee=line.text("committeename", "disclosurenameofcommittee"),
        jurisdiction=line.text("advertisingjurisdiction", "jurisdiction"),
        public_ids=(PublicId(scheme="committee", value=number),) if number else (),
        media_url=line.text("creativeurl"), tree=tree, tree_lost=lost,
        defects=tuple(defects + line.defects), rest=line.rest(),
    )  # fmt: skip


def _tree(criteria: list[Criterion]) -> tuple[Node, tuple[str, ...]]:
    """Included places of several kinds are joined by "or": the file does not say whether all must hold."""
    included: dict[str, list[Is]] = {}
    kinds = set()
    for one in criteria:
        if not one.excluded:
            list_of = "country" if one.category == "Country" else one.dimension
            if list_of == "location":
                kinds.add(one.category)
            elif list_of not in {"country", "gender", "age", "language"}:
                list_of = one.category
            included.setdefault(list_of, []).append(Is(one.dimension, one.value, one.category))
    excluded = [Is(one.dimension, one.value, one.category) for one in criteria if one.excluded]
    lost = []
    if len(kinds) > 1:
        lost.append("places_of_several_kinds_joined_by_or")
    if any(one.category.lower() == "segments" for one in criteria):
        lost.append("segments_without_names")
    return aimed(included, excluded), tuple(lost)


def _values(cell: object) -> list[str]:
    return [value.strip() for value in LIST.split(str(cell)) if value.strip()] if cell else []
