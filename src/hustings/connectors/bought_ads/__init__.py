"""Our own ads table, as the simulator and every reader of ads writes it, and tables much like it."""

__all__ = ["from_table", "read_line"]

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import pyarrow as pa

from hustings.connectors.line import Line, Unfit, plain
from hustings.errors import BadInput, Problem
from hustings.screening.ad import ADS_COLUMNS, Ad, AdsTable, Criterion
from hustings.screening.countries import country_code
from hustings.screening.table_form import record_of, schema_of

# Other names under which tables much like ours hold a column.
ALSO = {
    "ad": ("ad_id",), "actor": ("page", "page_id"), "spend": ("spend_amount",), "currency": ("spend_currency",),
    "target_countries": ("countries",), "payer": ("paid_by",), "account": ("buyer",),
}  # fmt: skip
NEEDED = ("platform", "actor", "ad")
FIRST = 5
# What only the wide form of the table holds, as `hustings ads --out` writes it.
WIDE = tuple(name for name in schema_of(Ad).names if name not in ADS_COLUMNS.names)
LISTS = frozenset(name for name in WIDE if pa.types.is_list(schema_of(Ad).field(name).type))
# Where a row came from: written beside the ads, no part of them.
ORIGIN = ("source_file", "line", "row_digest")


def from_table(table: pa.Table, where: str) -> AdsTable:
    """One `Ad` for each row; only platform, actor and ad must be there."""
    found = {
        name: next((other for other in (name, *ALSO.get(name, ())) if other in table.column_names), None)
        for name in ADS_COLUMNS.names
    }
    missing = [name for name in NEEDED if found[name] is None]
    if missing:
        raise BadInput(
            "This is no table of ads that we know.",
            [
                Problem(
                    where=where,
                    found=f"no column {name!r}; it has " + ", ".join(map(repr, table.column_names[:40])),
                    expected="the ads table, the IRA release, or Snap's file",
                    do="Name the columns as docs/reference/mappings.md does.",
                )
                for name in missing
            ],
        )
    problems: list[Problem] = []
    ads = []
    for place, row in enumerate(table.to_pylist(), 1):
        try:
            ad = _ad({name: row[theirs] if theirs is not None else None for name, theirs in found.items()})
            ads.append(_widened(ad, {name: row[name] for name in WIDE if name in row}))
        except (ValueError, TypeError, InvalidOperation) as error:
            if len(problems) < FIRST:
                problems.append(
                    Problem(
                        where=f"{where}, row {place}",
                        found=f"{error}"[:160]
                        if not isinstance(error, InvalidOperation)
                        else f"an amount that is no number ({row[str(found['spend'])]!r})",
                        expected="a row of the ads table",
                        do="Mend the row.",
                    )
                )
    if problems:
        raise BadInput("The ads cannot be read.", problems)
    ads.sort(key=lambda ad: ad.ad.encode())
    used = {*found.values(), *WIDE, *ORIGIN}
    return AdsTable(
        ads=tuple(ads),
        source="bought-ads",
        columns=tuple(table.column_names),
        unknown=tuple(name for name in table.column_names if name not in used),
    )


def read_line(line: Line) -> Ad:
    """One row of the table, its wide columns too."""
    row = {name: line.raw(plain(name), *map(plain, ALSO.get(name, ()))) for name in ADS_COLUMNS.names}
    wide = {name: line.raw(plain(name)) for name in WIDE}
    line.used |= {plain(name) for name in ORIGIN}
    try:
        ad = _widened(_ad(row), {name: value for name, value in wide.items() if value is not None})
    except InvalidOperation as error:
        raise Unfit(f"spend: {row['spend']!r} is no number") from error
    except (TypeError, KeyError, AttributeError) as error:
        raise Unfit(f"{type(error).__name__}: {error}"[:160]) from error
    return replace(ad, rest=(*ad.rest, *line.rest()))


def _widened(ad: Ad, wide: dict[str, Any]) -> Ad:
    if not any(value is not None for value in wide.values()):
        return ad
    cells = {name: _list(value) if name in LISTS else value for name, value in wide.items() if value is not None}
    more = record_of(Ad, {**cells, "platform": ad.platform, "actor": ad.actor, "ad": ad.ad})
    return replace(ad, **{name: getattr(more, name) for name in cells})


def _ad(row: dict[str, Any]) -> Ad:
    texts: dict[str, Any] = {
        name: _text(row[name])
        for name in (
            "platform",
            "actor",
            "page_name",
            "text",
            "landing_url",
            "currency",
            "sponsor",
            "payer",
            "account",
            "instrument",
            "address",
            "regions",
        )
    }
    if row["ad"] is None or row["ad"] == "":
        raise ValueError("no ad id")
    billing = _text(row["billing_country"])
    countries = {country_code(name) or name.strip() for name in _list(row["target_countries"])}
    return Ad(
        **texts, ad=str(row["ad"]), created=_moment(row["created"]), ended=_moment(row["ended"]),
        spend=Decimal(str(row["spend"])) if row["spend"] not in {None, ""} else None,
        impressions=_whole(row["impressions"]), clicks=_whole(row["clicks"]), reach=_whole(row["reach"]),
        billing_country=None if billing is None else country_code(billing) or billing,
        target_countries=tuple(sorted(countries)), targeting=tuple(map(_criterion, _criteria(row["targeting"]))),
        defects=tuple(_list(row["defects"])),
    )  # fmt: skip


def _text(value: object) -> str | None:
    return None if value is None or value == "" else str(value)


def _whole(value: object) -> int | None:
    return None if value is None or value == "" else int(str(value))


def _moment(value: object) -> datetime | None:
    if value is None or value == "":
        return None
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _list(value: object) -> list[str]:
    if value is None or value == "":
        return []
    if isinstance(value, str):
        value = json.loads(value) if value.startswith("[") else [part for part in value.split(",") if part.strip()]
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is no list")
    return [str(item) for item in value if item is not None]


def _criteria(value: object) -> list[Any]:
    if isinstance(value, str) and value.startswith("["):
        value = json.loads(value)
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def _criterion(raw: object) -> Criterion:
    """A criterion as an object, or as text such as `interest: gospel` or `not location: XA`."""
    if isinstance(raw, dict):
        return Criterion(
            value=str(raw.get("value") or ""),
            dimension=str(raw.get("dimension") or "other"),
            category=str(raw.get("category") or ""),
            path=tuple(map(str, raw.get("path") or ())),
            excluded=bool(raw.get("excluded")),
        )
    text = str(raw).strip()
    excluded = text.startswith("not ")
    dimension, colon, value = text.removeprefix("not ").partition(":")
    return Criterion(
        value=(value if colon else dimension).strip(),
        dimension=dimension.strip() if colon else "other",
        excluded=excluded,
    )
