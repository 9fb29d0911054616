"""When things happened, as microseconds since 1970 UTC, from whatever a text column says."""

__all__ = ["TimeUnits", "FIRST", "LAST", "out_of_calendar", "parsed_times"]

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hustings.errors import Problem

# What is before 1970 or from 2200 on is a mistaken unit or a placeholder, not when somebody posted.
FIRST, LAST = 0, 7_258_118_400_000_000
NUMBER = r"^-?[0-9]+(\.[0-9]+)?$"
ISO = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?)?"
    r"( ?Z|[+-][0-9]{2}:?[0-9]{2})?$"
)
# A number of this many seconds, or thousandths, or millionths: 1973 to 5138 in each unit.
UNITS = (("seconds", 1e8, 1e11, 1_000_000), ("milliseconds", 1e11, 1e14, 1_000), ("microseconds", 1e14, 1e17, 1))


@dataclass
class TimeUnits:
    """Which ways of writing a time were seen so far in a file, each with its first row."""

    seen: dict[str, int] = field(default_factory=dict)
    mixed: bool = False
    unread: bool = False


def shown(column: pa.Array, rows: np.ndarray, first: int) -> str:
    """The first few values at fault with their row numbers (the first row of data is row 1)."""
    values = column.take(pa.array(rows[:3])).to_pylist()
    some = "; ".join(f"row {first + row + 1:,}: {value!r}" for row, value in zip(rows[:3], values, strict=True))
    return f"{some}{' and more' if len(rows) > 3 else ''}"


def out_of_calendar(
    path: Path, at: pa.Array, first: int, known: list[Problem], column_name: str = "at"
) -> list[Problem]:
    """Times that nobody can have posted at; said once per file, with the first rows."""
    if at.null_count:
        at = pc.if_else(at.is_valid(), at, FIRST)
    values = at.to_numpy()
    rows = np.flatnonzero((values < FIRST) | (values >= LAST))
    where = f"{path}, column '{column_name}'"
    if not len(rows) or any(problem.where == where and problem.expected.startswith("between") for problem in known):
        return []
    some = "; ".join(f"row {first + row + 1:,}: {values[row]:,} microseconds since 1970" for row in rows[:3])
    return [
        Problem(
            where=where,
            found=f"times out of any calendar: {some}{' and more' if len(rows) > 3 else ''}",
            expected="between 1970-01-01 and 2199-12-31",
            do="Look for a mistaken unit or a placeholder for 'unknown'; an unknown time is left empty.",
        )
    ]


def _iso(text: pa.Array) -> pa.Array:
    """Microseconds of ISO 8601 times; without a zone they are UTC. Raises where no such day exists."""
    text = pc.replace_substring_regex(text, r"(\.[0-9]{6})[0-9]+", r"\1")
    text = pc.replace_substring_regex(text, " ?Z$", "+00:00")
    text = pc.replace_substring_regex(text, r"^(.{10})($|[+-])", r"\1T00:00\2")
    zoned = pc.match_substring_regex(text, r":.*[+-][0-9]{2}:?[0-9]{2}$")
    text = pc.if_else(zoned, text, pc.binary_join_element_wise(text, "+00:00", ""))
    return text.cast(pa.timestamp("us", "UTC")).cast(pa.int64())


def parsed_times(
    path: Path, column: pa.Array, first: int, state: TimeUnits, column_name: str = "at"
) -> tuple[pa.Array, list[Problem]]:
    """Microseconds per row of a text column (nulls kept), and what is wrong with it.

    `first` is how many rows came before; `state` remembers the units of the file so far.
    """
    problems: list[Problem] = []
    where = f"{path}, column '{column_name}'"
    given = column.is_valid().to_numpy(zero_copy_only=False)
    at = np.zeros(len(column), np.int64)
    number = pc.match_substring_regex(column, NUMBER).fill_null(False).to_numpy(zero_copy_only=False)
    iso = pc.match_substring_regex(column, ISO).fill_null(False).to_numpy(zero_copy_only=False)
    bad = given & ~number & ~iso
    ways: dict[str, np.ndarray] = {}
    if number.any():
        rows = np.flatnonzero(number)
        text = column.take(pa.array(rows))
        size = np.abs(text.cast(pa.float64()).to_numpy())
        for unit, low, high, factor in UNITS:
            mine = (size >= low) & (size < high)
            if mine.any():
                ways[unit] = rows[mine]
                at[rows[mine]] = _scaled(text.take(pa.array(np.flatnonzero(mine))), factor)
        none = (size < UNITS[0][1]) | (size >= UNITS[-1][2])
        if none.any():
            bad[rows[none]] = True
    if iso.any():
        rows = np.flatnonzero(iso)
        ways["ISO 8601"] = rows
        try:
            at[rows] = _iso(column.take(pa.array(rows))).to_numpy()
        except pa.ArrowInvalid:
            for row in rows:
                try:
                    at[row] = _iso(column.slice(row, 1))[0].as_py()
                except pa.ArrowInvalid:
                    bad[row] = True
    for way, rows in ways.items():
        state.seen.setdefault(way, first + int(rows[0]) + 1)
    if len(state.seen) > 1 and not state.mixed:
        state.mixed = True
        seen = ", ".join(f"{way} (first in row {row:,})" for way, row in state.seen.items())
        problems.append(
            Problem(
                where=where,
                found=f"several units: {seen}",
                expected="one unit throughout",
                do="Write all times alike, best as ISO 8601 in UTC.",
            )
        )
    if bad.any() and not state.unread:
        state.unread = True
        problems.append(
            Problem(
                where=where,
                found=f"what is no time: {shown(column, np.flatnonzero(bad), first)}",
                expected="ISO 8601, or seconds, milliseconds or microseconds since 1970",
                do="Mend these rows, or leave the field empty where the time is not known.",
            )
        )
    return pa.array(at, mask=~given | bad), problems


def _scaled(text: pa.Array, factor: int) -> np.ndarray:
    """Whole microseconds of numbers in a unit of `factor` microseconds, halves to even."""
    if not pc.any(pc.match_substring(text, ".")).as_py():
        return text.cast(pa.int64()).to_numpy() * factor
    whole = pc.replace_substring_regex(text, r"\..*$", "").cast(pa.int64()).to_numpy() * factor
    part = pc.replace_substring_regex(text, r"^[^.]*", "0").cast(pa.float64()).to_numpy()
    return whole + np.rint(part * factor).astype(np.int64)
