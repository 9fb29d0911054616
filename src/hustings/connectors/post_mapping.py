"""Flat tables of posts made rows of the posts table: the mapping, as a value and as TOML, and what runs it."""

__all__ = ["PostColumn", "PostMapping", "mapped_posts", "parse_post_mapping"]

import json
import math
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from hustings.connectors.address import find_addresses
from hustings.connectors.folding import find_hashtags, find_mentions
from hustings.connectors.mapping import Reader
from hustings.connectors.post_rows import (
    EXTRA,
    LOST_DIGITS,
    POSTS,
    LostDigitsError,
    Post,
    lower_name,
    moment_us,
    number,
    said,
    unique,
)
from hustings.connectors.reading import foreign_batches
from hustings.errors import BadInput, Problem

NEEDED = ("actor", "content", "at")
UNITS = ("iso", "s", "ms", "us", "any")
FINDERS = {"url": find_addresses, "hashtag": find_hashtags, "mention": find_mentions}
SPREADSHEET = re.compile(LOST_DIGITS)
WHOLE_FLOAT = re.compile(r"(-?\d{1,15})\.0")
# What Python and numpy print of a list's items: 'a', "b", or bare.
PRINTED = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^\s,'"]+)""")
# In these no item holds what parts a list that somebody wrote without brackets.
PARTED = {"hashtags", "mentions"}
TRUTH = {"true": True, "1": True, "false": False, "0": False}
# What a repost carries was chosen by its author, unless the mapping says that the source gives the sharer's own.
CARRIED = ("text", "links", "hashtags", "mentions", "images")


@dataclass(frozen=True, kw_only=True)
class PostColumn:
    """Where one column of the posts table comes from: a column, how its cells are cut, and in what unit times are."""

    column: str
    unit: str = "iso"
    split: str | None = None
    find: str | None = None


@dataclass(frozen=True, kw_only=True)
class PostMapping:
    """A whole mapping. Of several places for one column the first that is not empty counts; lists are joined."""

    name: str
    title: str
    platform: str
    columns: tuple[tuple[str, tuple[PostColumn, ...]], ...]
    nulls: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    campaign_from_file: bool = False

    def wanted(self) -> tuple[str, ...]:
        """Every column of the source that is read."""
        return tuple(dict.fromkeys(place.column for _, places in self.columns for place in places))


def parse_post_mapping(text: str, *, where: str) -> PostMapping:
    """Read a mapping from TOML; everything that is wrong with it is said at once."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problem = Problem(where=where, found=str(error), expected="TOML 1.0", do="Mend that line.")
        raise BadInput(f"The mapping {where} is not TOML.", [problem]) from error
    reader = Reader()
    top = reader.table(
        raw, "mapping", ("name", "title", "platform", "nulls", "post", "reposts_own", "campaign_from_file")
    )
    names = (*(name for name in POSTS.names if name != "platform"), *EXTRA)
    post = reader.table(top.get("post"), "post", names)
    columns = []
    for name, value in post.items():
        if name in names:
            items = value if isinstance(value, list) else [value]
            columns.append((name, tuple(_place(reader, item, f"post.{name}") for item in items)))
    for name in NEEDED:
        if name not in post:
            reader.wrong(f"post.{name}", "nothing", "where it stands", f'Add {name} = {{ column = "..." }}.')
    mapping = PostMapping(
        name=reader.text(top, "name", "mapping") or where,
        title=reader.text(top, "title", "mapping") or where,
        platform=reader.text(top, "platform", "mapping", must=True) or "",
        columns=tuple(columns),
        nulls=_words(reader, top, "nulls"),
        own=_words(reader, top, "reposts_own"),
        campaign_from_file=top.get("campaign_from_file") is True,
    )
    if reader.problems:
        raise BadInput(f"The mapping {where} cannot be used.", reader.problems)
    return mapping


def _place(reader: Reader, raw: object, where: str) -> PostColumn:
    table = reader.table(raw, where, ("column", "unit", "split", "find"))
    return PostColumn(
        column=reader.text(table, "column", where, must=True) or "",
        unit=reader.choice(table, "unit", where, UNITS, "iso") or "iso",
        split=reader.text(table, "split", where),
        find=reader.choice(table, "find", where, tuple(FINDERS), None),
    )


def _words(reader: Reader, table: dict[str, Any], key: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        reader.wrong(key, repr(value), "a list of texts")
        return ()
    return tuple(value)


def mapped_posts(path: Path, mapping: PostMapping, problems: list[Problem], lost: list[str]) -> Iterator[Post]:
    """The posts of a flat table (CSV, JSON Lines, Parquet, Arrow); ids that lost digits are told in `lost`."""
    row, has, missing = 0, "", False
    campaign = _campaign(path) if mapping.campaign_from_file else None
    for table in foreign_batches(path, mapping.wanted()):
        names = json.loads(table.schema.metadata[b"columns"])
        has = ", ".join(map(repr, names[:40]))
        missing = missing or any(not _present(mapping, name, names) for name in NEEDED)
        cells = {name: _cells(table[name], mapping) for name in table.column_names if name in mapping.wanted()}
        for place in range(len(table)):
            row += 1
            try:
                values = _values(mapping, {name: column[place] for name, column in cells.items()})
            except LostDigitsError as error:
                lost.append(f"row {row:,}: {error}")
                continue
            yield Post(row, values if campaign is None else values | {"campaign": campaign})
    if missing:
        for name in NEEDED:
            wanted = [place.column for place in dict(mapping.columns)[name]]
            if not any(f"'{column}'" in has for column in wanted):
                expected = f"{' or '.join(map(repr, wanted))}, as {mapping.title} has it"
                problems.append(
                    Problem(
                        where=str(path),
                        found=f"no column for {name}; it has {has or 'none'}",
                        expected=expected,
                        do="Name the source that it is with --as, write a mapping of yours, or leave the file out.",
                    )
                )


def _campaign(path: Path) -> str:
    """The campaign that a file is named for: `Iran_5_part_3.gzip.parquet` is of `Iran_5`."""
    return re.sub(r"_part.*", "", path.name.split(".")[0])


def _present(mapping: PostMapping, name: str, names: list[str]) -> bool:
    return any(place.column in names for place in dict(mapping.columns)[name])


def _cells(column: pa.ChunkedArray, mapping: PostMapping) -> list[Any]:
    """Plain values; moments as microseconds in a marked form, so that the unit of the mapping is not asked."""
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        at = column.cast(pa.timestamp("us", getattr(column.type, "tz", None))).cast(pa.int64()).to_pylist()
        return [None if moment is None else _Moment(moment) for moment in at]
    nulls = {"", *mapping.nulls}
    return [None if isinstance(cell, str) and cell.strip() in nulls else cell for cell in column.to_pylist()]


class _Moment(int):
    """Microseconds since 1970, whatever the mapping calls the unit."""


def _values(mapping: PostMapping, row: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, places in mapping.columns:
        kind = POSTS.field(name).type if name in POSTS.names else EXTRA[name]
        if pa.types.is_list(kind):
            found = [item for place in places for item in _items(row.get(place.column), place, mapping, name)]
            values[name] = unique(lower_name(item) if name in {"hashtags", "mentions"} else item for item in found)
        else:
            read = (_scalar(row.get(place.column), place, kind, name) for place in places)
            values[name] = next((value for value in read if value is not None), None)
    if values.get("repost_of") is not None:
        values |= {name: None for name in CARRIED if name not in mapping.own}
    return values


def _scalar(cell: Any, place: PostColumn, kind: pa.DataType, name: str) -> Any:
    if cell is None:
        return None
    if pa.types.is_timestamp(kind):
        if isinstance(cell, _Moment):
            return moment_us(cell, "us")
        return moment_us(cell if place.unit in {"iso", "any"} else _whole(cell), place.unit)
    if pa.types.is_integer(kind):
        return number(cell)
    if pa.types.is_boolean(kind):
        return cell if isinstance(cell, bool) else TRUTH.get(str(cell).strip().lower())
    if name == "handle":
        return lower_name(cell)
    return (
        _id(cell)
        if kind == pa.string() and name in {"actor", "content", "repost_of", "reply_to", "quote_of"}
        else said(cell)
    )


def _whole(cell: Any) -> Any:
    """A count of seconds that a table program wrote as 1.7e9 or 1700000000.0."""
    try:
        return cell if isinstance(cell, int) else int(str(cell))
    except ValueError:
        try:
            return int(float(cell))
        except (ValueError, OverflowError, TypeError):
            return None


def _id(cell: Any) -> str | None:
    """An id as text; what a table program made a fraction of keeps its digits only where all were kept."""
    if isinstance(cell, float):
        if math.isnan(cell):  # an empty cell of such a column
            return None
        if cell.is_integer() and abs(cell) < 2**53:
            return str(int(cell))
        raise LostDigitsError(repr(cell))
    text = said(cell)
    if text is None:
        return None
    text = text.strip()
    if match := WHOLE_FLOAT.fullmatch(text):
        return match[1]
    if SPREADSHEET.fullmatch(text):
        raise LostDigitsError(text)
    return text


def _items(cell: Any, place: PostColumn, mapping: PostMapping, name: str) -> Iterator[str]:
    if cell is None:
        return
    if place.find is not None:
        yield from FINDERS[place.find](str(cell))
        return
    items: Any = cell
    if isinstance(cell, str):
        items = (
            _listed(cell, parted=name in PARTED)
            if place.split == "json"
            else cell.split(place.split)
            if place.split
            else [cell]
        )
    for item in items if isinstance(items, list) else [items]:
        text = said(item)
        text = text.strip() if text else None
        if text and text not in mapping.nulls:
            yield text


def _listed(text: str, *, parted: bool) -> list[Any]:
    """A list in one cell: as JSON, or as Python and numpy print one; bare text is one item, or a list where that is sure."""
    if not text.strip().startswith("["):
        return re.split(r"[,;\s]+", text) if parted else [text]
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        return [next(filter(None, found), "") for found in PRINTED.findall(text.strip().strip("[]"))]
    return value if isinstance(value, list) else [value]
