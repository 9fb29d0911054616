"""Ads of any table, by a mapping in TOML that says which column is what."""

__all__ = ["AdsMapping", "find_ads_mapping", "read_mapped"]

import tomllib
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from hustings.connectors.amounts import DayOrder, Style
from hustings.connectors.line import Line, Unfit, plain
from hustings.connectors.mapping import Reader
from hustings.errors import BadInput, Problem
from hustings.screening.ad import Ad, PublicId
from hustings.screening.countries import country_code
from hustings.screening.ranges import MoneyRange, Range
from hustings.screening.targeting_tree import Is, aimed

TEXTS = (
    "actor", "page_name", "text", "landing_url", "currency", "sponsor", "payer", "disclaimer", "beneficiary", "advertiser",
    "candidate", "committee", "jurisdiction", "media_type", "media_url", "snapshot_url", "status", "billing_address",
    "account", "instrument", "address",
)  # fmt: skip
LISTS = ("elections", "languages", "platforms", "shown_regions")
NUMBERS = ("spend", "spend_low", "spend_high", "impressions", "impressions_low", "impressions_high", "clicks", "reach",
           "audience_low", "audience_high", "days_shown")  # fmt: skip
COLUMNS = ("ad", "platform", "created", "ended", "billing_country", "target_countries", *TEXTS, *LISTS, *NUMBERS)


@dataclass(frozen=True, kw_only=True)
class Aimed:
    """A column of targeting: its dimension, and whether it leaves people out."""

    column: str
    dimension: str
    excluded: bool = False


@dataclass(frozen=True, kw_only=True)
class AdsMapping:
    """Which column is what. `constants` hold for every row; columns nobody names are kept as they are."""

    name: str
    columns: dict[str, str]
    constants: dict[str, str] = field(default_factory=dict)
    aims: tuple[Aimed, ...] = ()
    ids: tuple[tuple[str, str], ...] = ()
    style: Style | None = None
    order: DayOrder | None = None


def find_ads_mapping(path: Path) -> AdsMapping:
    """Read a mapping from a TOML file; everything that is wrong with it is said at once."""
    path = Path(path)
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problem = Problem(where=str(path), found=str(error), expected="a file of TOML 1.0 in UTF-8", do="Mend it.")
        raise BadInput("The mapping cannot be read.", [problem]) from error
    reader = Reader()
    top = reader.table(raw, "mapping", ("name", "columns", "constants", "targeting", "public_ids", "decimal", "days"))
    columns = reader.table(top.get("columns"), "columns", COLUMNS)
    constants = reader.table(
        top.get("constants", {}), "constants", ("platform", "currency", "billing_country", "target_countries")
    )
    aims = []
    for number, item in enumerate(top.get("targeting", []), 1):
        where = f"targeting {number}"
        table = reader.table(item, where, ("column", "dimension", "excluded"))
        excluded = table.get("excluded", False)
        if type(excluded) is not bool:
            reader.wrong(f"{where}.excluded", repr(excluded), "true or false")
        column, dimension = (
            reader.text(table, "column", where, must=True),
            reader.text(table, "dimension", where, must=True),
        )
        aims.append(Aimed(column=column or "", dimension=dimension or "other", excluded=excluded is True))
    ids = reader.table(top.get("public_ids", {}), "public_ids", tuple(top.get("public_ids", {})))
    for where, table in (("columns", columns), ("constants", constants), ("public_ids", ids)):
        for key in table:
            reader.text(table, key, where)
    if columns and "ad" not in columns:
        reader.wrong("columns.ad", "nothing", "the column with each ad's id", 'Add ad = "...".')
    style = reader.choice(top, "decimal", "mapping", tuple(Style), None)
    order = reader.choice(top, "days", "mapping", tuple(DayOrder), None)
    if reader.problems:
        raise BadInput(f"The mapping {path} cannot be used.", reader.problems)
    return AdsMapping(
        name=reader.text(top, "name", "mapping") or path.stem, columns=dict(columns), constants=dict(constants),
        aims=tuple(aims), ids=tuple(ids.items()), style=Style(style) if style else None, order=DayOrder(order) if order else None,
    )  # fmt: skip


def missing(mapping: AdsMapping, columns: dict[str, str]) -> list[str]:
    """Columns that the mapping names and the table lacks."""
    named = [*mapping.columns.values(), *(one.column for one in mapping.aims), *(column for _, column in mapping.ids)]
    return [name for name in dict.fromkeys(named) if plain(name) not in columns]


def read_mapped(line: Line, mapping: AdsMapping) -> Ad:
    """One ad by the mapping."""
    at = {ours: plain(theirs) for ours, theirs in mapping.columns.items()}

    def text(name: str) -> str | None:
        return (line.text(at[name]) if name in at else None) or mapping.constants.get(name)

    def number(name: str) -> Decimal | None:
        return line.amount(at[name]) if name in at else None

    def count(name: str) -> int | None:
        return line.whole(at[name]) if name in at else None

    def between(name: str) -> Range | None:
        low, high = number(f"{name}_low"), number(f"{name}_high")
        try:
            return None if low is None and high is None else Range(low=low or Decimal(0), high=high)
        except ValueError as error:
            raise Unfit(f"{name}: {error}") from error

    texts: dict[str, Any] = {name: text(name) for name in TEXTS}
    texts["currency"] = (texts["currency"] or "").upper() or None
    countries = line.list(at["target_countries"]) if "target_countries" in at else ()
    countries = (
        countries or tuple(mapping.constants.get("target_countries", "").split(",")) if mapping.constants else countries
    )
    included: dict[str, list[Is]] = {}
    excluded: list[Is] = []
    for one in mapping.aims:
        values = [Is(one.dimension, value, one.column) for value in line.list(plain(one.column))]
        if one.excluded:
            excluded += values
        else:
            included.setdefault(one.column, []).extend(values)
    spend = between("spend")
    lists: dict[str, Any] = {name: line.list(at[name]) if name in at else () for name in LISTS}
    billing = text("billing_country")
    return Ad(
        **texts,
        ad=line.needed(at["ad"]), platform=text("platform"),
        created=line.moment(at["created"]) if "created" in at else None,
        ended=line.moment(at["ended"]) if "ended" in at else None,
        spend=number("spend"), spend_ranges=(MoneyRange(range=spend, currency=texts["currency"]),) if spend else (),
        impressions=count("impressions"), impressions_range=between("impressions"), clicks=count("clicks"),
        reach=count("reach"), audience_range=between("audience"), days_shown=count("days_shown"),
        billing_country=None if billing is None else country_code(billing) or billing,
        target_countries=tuple(sorted({country_code(name) or name.strip() for name in countries if name.strip()})),
        **lists,
        public_ids=tuple(
            PublicId(scheme=scheme, value=value) for scheme, column in mapping.ids if (value := line.text(plain(column)))
        ),
        tree=aimed(included, excluded) if mapping.aims else None, defects=tuple(line.defects), rest=line.rest(),
    )  # fmt: skip
