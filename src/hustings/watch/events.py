"""Trace events as they arrive: good ones as rows of the trace table, bad ones with a reason."""

__all__ = ["Events", "Reject", "SCHEMA", "from_json", "from_table", "from_text"]

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hustings.detection.tables import COLUMNS, is_name, wrong_columns
from hustings.detection.times import FIRST, LAST, TimeUnits, parsed_times

SCHEMA = pa.schema([(name, pa.timestamp("us", "UTC") if name == "at" else pa.string()) for name in COLUMNS])
# Of a bad event so much is kept that a person can see which it was.
SHOWN = 400
NO_TIME = "what stands in 'at' is no time: ISO 8601, or seconds, milliseconds or microseconds since 1970"


@dataclass(frozen=True, kw_only=True)
class Reject:
    """An event that could not be used: where it stood, why, and how it began."""

    where: str
    reason: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Events:
    """Events that arrived together: rows in SCHEMA, how many were read and had a null, and the bad ones."""

    rows: pa.Table = field(default_factory=SCHEMA.empty_table)
    read: int = 0
    skipped: int = 0
    rejects: tuple[Reject, ...] = ()


def from_json(lines: Sequence[bytes], places: Sequence[str], latest: int = LAST) -> Events:
    """Events of JSON objects, one each, with the names of the trace table's columns; others are left alone.

    latest   an event at or after this (microseconds) is set aside
    """
    columns: dict[str, list[str | None]] = {name: [] for name in COLUMNS}
    rejects: list[Reject] = []
    kept: list[int] = []
    for number, line in enumerate(lines):
        reason = None
        try:
            event = json.loads(line)
        except ValueError as error:  # also bytes that are no UTF-8
            reason = f"no JSON ({error})"
        else:
            if not isinstance(event, dict):
                reason = "JSON, but no object"
            else:
                row = [event.get(name) for name in COLUMNS]
                for name, value in zip(COLUMNS, row, strict=True):
                    if value is not None and (
                        isinstance(value, bool)
                        or not isinstance(value, str | int | float if name == "at" else str | int)
                    ):
                        reason = f"'{name}' is neither text nor a number"
        if reason is not None:
            rejects.append(Reject(where=places[number], reason=reason, text=_text(line)))
            continue
        kept.append(number)
        for name, value in zip(COLUMNS, row, strict=True):
            columns[name].append(None if value is None else value if isinstance(value, str) else _plain(value))
    try:
        table = pa.table({name: pa.array(columns[name], pa.string()) for name in COLUMNS})
    except UnicodeEncodeError:  # half a surrogate pair: JSON may write it, UTF-8 cannot
        good = [i for i in range(len(kept)) if all(_encodes(columns[name][i]) for name in COLUMNS)]
        bad = sorted(set(range(len(kept))) - set(good))
        rejects += [
            Reject(where=places[kept[i]], reason="text that is no Unicode", text=_text(lines[kept[i]])) for i in bad
        ]
        table = pa.table({name: pa.array([columns[name][i] for i in good], pa.string()) for name in COLUMNS})
        kept = [kept[i] for i in good]
    found = from_text(table, [places[i] for i in kept], latest)
    return Events(
        rows=found.rows, read=len(lines), skipped=found.skipped, rejects=tuple(rejects) + found.rejects
    )  # fmt: skip


def _encodes(value: str | None) -> bool:
    try:
        (value or "").encode()
    except UnicodeEncodeError:
        return False
    return True


def _plain(value: float) -> str:
    return str(value) if isinstance(value, int) else format(value, "f")


def _text(line: bytes) -> str:
    return line[:SHOWN].decode("utf-8", "replace")


def from_text(table: pa.Table, places: Sequence[str] | str, latest: int = LAST) -> Events:
    """Events of a table whose columns are all text; `at` as a CSV trace table may have it, each row by itself."""
    given = table["at"].combine_chunks() if table["at"].num_chunks else pa.array([], pa.string())
    column = given.chunk(0) if isinstance(given, pa.ChunkedArray) else given
    # One unit a file is asked of a table; events of one stream may come from several writers.
    at, _ = parsed_times(Path("events"), column, 0, TimeUnits())
    # An unreadable time is told apart from one that is not there.
    unread = pc.and_(column.is_valid(), at.is_null()).to_numpy(zero_copy_only=False)
    return _sorted_out(table, at, unread, places, latest)


def from_table(table: pa.Table, place: str, latest: int = LAST) -> Events:
    """Events of a Parquet or Arrow table; one whose columns do not fit is set aside as a whole."""
    problems = wrong_columns(place, table.schema)
    if problems:
        reason = "; ".join(
            f"{problem.where}: found {problem.found}, expected {problem.expected}" for problem in problems
        )
        return Events(read=len(table), rejects=(Reject(where=place, reason=reason, text=f"{len(table):,} rows"),))
    table = table.select(list(COLUMNS))
    kind = table.schema.field("at").type
    column = table["at"]
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
    at = column.cast(pa.timestamp("us", column.type.tz), safe=False).cast(pa.int64()).combine_chunks()
    at = pa.concat_arrays(at.chunks) if isinstance(at, pa.ChunkedArray) else at
    return _sorted_out(table, at, np.zeros(len(table), bool), place, latest)


def _sorted_out(table: pa.Table, at: pa.Array, unread: np.ndarray, places: Sequence[str] | str, latest: int) -> Events:
    names = {name: _names(table[name]) for name in COLUMNS if name != "at"}
    null = at.is_null().to_numpy(zero_copy_only=False) & ~unread
    for column in names.values():
        null |= column.is_null().to_numpy(zero_copy_only=False)
    moment = at.fill_null(FIRST).to_numpy()
    outside = ~null & ~unread & ((moment < FIRST) | (moment >= LAST))
    ahead = ~null & ~unread & ~outside & (moment >= latest)
    bad = (unread | outside | ahead) & ~null
    rejects = []
    for i in np.flatnonzero(bad).tolist():
        reason = (
            NO_TIME
            if unread[i]
            else "a time out of any calendar"
            if outside[i]
            else "a time further ahead than allowed"
        )
        text = json.dumps({name: str(table[name][i].as_py()) for name in COLUMNS}, ensure_ascii=False)[:SHOWN]
        rejects.append(
            Reject(where=f"{places}, row {i + 1:,}" if isinstance(places, str) else places[i], reason=reason, text=text)
        )
    keep = pa.array(~null & ~bad)
    rows = pa.table({**names, "at": at.cast(pa.timestamp("us", "UTC"))}).select(list(COLUMNS)).filter(keep)
    return Events(rows=rows.cast(SCHEMA), read=len(table), skipped=int(null.sum()), rejects=tuple(rejects))


def _names(column: pa.ChunkedArray) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    assert is_name(column.type)
    whole = column.cast(pa.string()).combine_chunks()
    return pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole
