"""Snap's public yearly files of political ads: exact spend, and whom each ad included and excluded."""

__all__ = ["from_table"]

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

import pyarrow as pa

from hustings.errors import BadInput, Problem
from hustings.screening.ad import Ad, AdsTable, Criterion
from hustings.screening.countries import country_code

# Our name -> how Snap has called it, compared without spaces, case and signs (years differ).
NAMES = {
    "ad": ("adid",), "currency": ("currencycode", "currency"), "spend": ("spend",),
    "impressions": ("impressions",), "created": ("startdate",), "ended": ("enddate",),
    "actor": ("organizationname",), "billing": ("billingaddress",), "payer": ("payingadvertisername",),
    "country": ("countrycode", "country", "targetcountry"), "properties": ("creativeproperties", "creativeattachment"),
    "creative": ("creativeurl",), "beneficiary": ("candidateballotinformation",),
}  # fmt: skip
NEEDED = ("ad", "spend", "created", "actor", "billing", "country")
# Columns of targeting -> dimension (`Segments` says only that there was a list, so it names no audience); one that is not listed and looks like targeting is taken as `other`.
DIMENSIONS = {
    "gender": "gender", "agebracket": "age", "language": "language", "interests": "interest", "segments": "other",
    "ostype": "device", "advanceddemographics": "demographic_other", "targetingconnectiontype": "device",
    "targetingcarrierisp": "device", "regions": "location", "electoraldistricts": "location",
    "radiustargeting": "location", "metros": "location", "postalcodes": "location", "locationcategories": "location",
    "postalcode": "location", "targetconnectiontype": "device",
}  # fmt: skip
SIDE = re.compile(r"\s*\((included|excluded|exlcuded)\)\s*$", re.IGNORECASE)
# A comma within brackets is part of a name.
LIST = re.compile(r",(?![^(]*\))")
LANDING = re.compile(r"web_view_url:(\S+)")
FIRST = 5


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def from_table(table: pa.Table, where: str) -> AdsTable:
    """One `Ad` for each row; the organisation that bought is the actor, as ids stay as the source has them."""
    plain = {_plain(name): name for name in table.column_names}
    found = {ours: next((plain[theirs] for theirs in names if theirs in plain), None) for ours, names in NAMES.items()}
    missing = [ours for ours in NEEDED if found[ours] is None]
    if missing:
        raise BadInput(
            "This is not one of Snap's files of political ads.",
            [
                Problem(
                    where=where,
                    found=f"no column like {NAMES[ours][0]!r}",
                    expected="Snap's columns",
                    do="Use the PoliticalAds file of a year as Snap publishes it.",
                )
                for ours in missing
            ],
        )
    targeting = {
        name: (DIMENSIONS.get(_plain(SIDE.sub("", name)), "other"), SIDE.search(name))
        for name in table.column_names
        if SIDE.search(name) or _plain(name) in DIMENSIONS
    }
    used = {*filter(None, found.values()), *targeting}
    problems: list[Problem] = []
    ads = []
    for place, row in enumerate(table.to_pylist(), 1):
        cell = {ours: row[theirs] if theirs is not None else None for ours, theirs in found.items()}
        try:
            ads.append(_ad(cell, row, targeting))
        except (ValueError, InvalidOperation) as error:
            if len(problems) < FIRST:
                problems.append(
                    Problem(
                        where=f"{where}, row {place}",
                        found=str(error)[:160] or "no number",
                        expected="an ad of Snap's file",
                        do="Mend the row or get the file again.",
                    )
                )
    if problems:
        raise BadInput("Snap's ads cannot be read.", problems)
    ads.sort(key=lambda ad: ad.ad)
    unplaced = sorted(
        {str(row) for row in table[str(found["country"])].to_pylist() if row and country_code(str(row)) is None}
    )
    notes = [f"Countries nobody told us of, left out: {', '.join(unplaced)}."] if unplaced else []
    nowhere = sum(ad.billing_country is None for ad in ads)
    if nowhere:
        notes.append(f"{nowhere} billing addresses end in no country's code.")
    return AdsTable(
        ads=tuple(ads),
        source="snap-ads",
        columns=tuple(table.column_names),
        unknown=tuple(name for name in table.column_names if name not in used),
        notes=tuple(notes),
    )


def _ad(
    cell: dict[str, str | None], row: dict[str, object], targeting: dict[str, tuple[str, re.Match[str] | None]]
) -> Ad:
    criteria = [
        Criterion(
            value=value,
            dimension=dimension,
            category=SIDE.sub("", name),
            excluded=side is not None and side[1].lower() != "included",
        )
        for name, (dimension, side) in targeting.items()
        for value in _values(row[name])
    ]
    country = country_code(cell["country"] or "")
    if country is not None:
        criteria.insert(0, Criterion(value=country, dimension="location", category="Country"))
    billing = (cell["billing"] or "").rsplit(",", 1)[-1].strip()
    landing = LANDING.search(cell["properties"] or "")
    if not cell["ad"]:
        raise ValueError("no ad id")
    return Ad(
        platform="snapchat", actor=cell["actor"], ad=cell["ad"], page_name=cell["actor"],
        landing_url=landing[1] if landing else None, created=_moment(cell["created"]), ended=_moment(cell["ended"]),
        spend=Decimal(str(cell["spend"]).replace(",", "")) if cell["spend"] else None, currency=cell["currency"],
        impressions=int(str(cell["impressions"]).replace(",", "")) if cell["impressions"] else None,
        billing_country=country_code(billing) if len(billing) == 2 else None,
        target_countries=(country,) if country is not None else (), targeting=tuple(criteria),
        sponsor=cell["actor"], payer=cell["payer"],
    )  # fmt: skip


def _values(cell: object) -> list[str]:
    return [value.strip() for value in LIST.split(str(cell)) if value.strip()] if cell else []


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    moment = datetime.fromisoformat(text.strip().replace("/", "-"))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
