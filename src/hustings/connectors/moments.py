"""Times of foreign tables, made microseconds UTC; what is no time of any feed is refused with its rows."""

__all__ = ["Moments", "moments"]

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hustings.connectors.mapping import Time
from hustings.errors import Problem

MICROSECONDS: dict[str, int] = {"s": 1_000_000, "ms": 1_000, "us": 1}
NAMES = {"s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds"}
# Before the first of these years nobody posted, after the last nobody has yet: a time outside is a slip.
EARLIEST, LATEST = datetime(1995, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
FIRST = 5


def _us(moment: datetime) -> int:
    # Exact whole-number arithmetic; a float second count loses the last microsecond.
    delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


LOW, HIGH = _us(EARLIEST), _us(LATEST)


@dataclass(frozen=True, kw_only=True)
class Moments:
    """`at` in microseconds UTC and which rows have one; what is wrong; rows that are no time."""

    at: np.ndarray
    known: np.ndarray
    problems: tuple[Problem, ...]
    unreadable: np.ndarray


def moments(column: pa.ChunkedArray, how: Time, *, where: str) -> Moments:
    """Read a column of times as `how` says. Empty cells are unknown; others must be times."""
    rows = len(column)
    given = pc.is_valid(column).to_numpy(zero_copy_only=False)
    bad = np.zeros(rows, bool)
    problems: list[Problem] = []
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        at = column.cast(pa.timestamp("us")).cast(pa.int64()).fill_null(0).to_numpy()
        numbers = None
    elif how.unit == "iso":
        at, bad = _texts(column.cast(pa.string()), how.format)
        numbers = None
    else:
        numbers, bad = _numbers(column)
        at = _scaled(numbers, how.unit)
    if bad.any():
        expected = (
            f"times like {how.format!r}"
            if how.format
            else ("ISO 8601 times" if how.unit == "iso" else f"whole numbers of {NAMES[how.unit]} since 1970")
        )
        problems.append(
            Problem(
                where=where,
                found=_rows(bad, column),
                expected=expected,
                do="Set unit or format under [time] in the mapping, or mend these rows.",
            )
        )
    outside = given & ~bad & ((at < LOW) | (at >= HIGH))
    if outside.any():
        problems += _outside(outside, given & ~bad, column, numbers, how, where)
    return Moments(at=at, known=given & ~bad & ~outside, problems=tuple(problems), unreadable=bad | outside)


def _rows(mask: np.ndarray, column: pa.ChunkedArray) -> str:
    places = np.flatnonzero(mask)
    shown = ", ".join(f"row {place + 1:,}: {column[int(place)].as_py()!s:.40}" for place in places[:FIRST])
    more = f" and {len(places) - FIRST:,} more" if len(places) > FIRST else ""
    return f"{len(places):,} that are none ({shown}{more})"


def _texts(column: pa.ChunkedArray, form: str | None) -> tuple[np.ndarray, np.ndarray]:
    read: Callable[[str], datetime] = _iso if form is None else (lambda text: datetime.strptime(text, form))  # noqa: DTZ007 a bare time is made UTC below
    coded = column.combine_chunks().dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.chunk(0)
    values = np.zeros(len(coded.dictionary) + 1, np.int64)
    wrong = np.zeros(len(coded.dictionary) + 1, bool)
    for place, text in enumerate(coded.dictionary.to_pylist()):
        try:
            moment = read(text)
            values[place] = _us(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        except (ValueError, OverflowError):
            wrong[place] = True
    codes = coded.indices.fill_null(len(coded.dictionary)).to_numpy(zero_copy_only=False)
    return values[codes], wrong[codes]


def _iso(text: str) -> datetime:
    text = text.strip()
    if len(text) > 7 and text[4] == "/" and text[7] == "/":  # Snap writes 2018/10/27 14:00:00Z.
        text = text.replace("/", "-", 2)
    if text.endswith(" UTC"):
        text = text[:-4] + "Z"
    return datetime.fromisoformat(text)


def _numbers(column: pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
    if pa.types.is_integer(column.type):
        return column.cast(pa.int64(), safe=False).fill_null(0).to_numpy(), np.zeros(len(column), bool)
    if pa.types.is_floating(column.type):
        values = column.fill_null(0).to_numpy()
        return values, ~np.isfinite(values)
    values = np.zeros(len(column), np.int64)
    bad = np.zeros(len(column), bool)
    fractions: dict[int, Decimal] = {}
    for place, text in enumerate(column.cast(pa.string()).to_pylist()):
        if text is None:
            continue
        try:
            values[place] = int(text)
        except (ValueError, OverflowError):
            try:
                fraction = Decimal(text)
                if not fraction.is_finite() or abs(fraction) > 2**62:
                    bad[place] = True
                else:
                    fractions[place] = fraction
            except InvalidOperation:
                bad[place] = True
    if not fractions:
        return values, bad
    exact = values.astype(object)
    for place, fraction in fractions.items():
        exact[place] = fraction
    return exact, bad


def _scaled(numbers: np.ndarray, unit: str) -> np.ndarray:
    """Microseconds; what would not fit is put outside any calendar instead of wrapping around."""
    if numbers.dtype == object:
        factor = Decimal(MICROSECONDS[unit]) if unit in MICROSECONDS else Decimal("0.001")
        scaled = [round(number * factor) for number in numbers]
        return np.array([value if abs(value) < 2**62 else 2**62 for value in scaled], np.int64)
    if numbers.dtype.kind == "f":
        scale = float(MICROSECONDS.get(unit, 0.001))
        with np.errstate(invalid="ignore", over="ignore"):
            product = np.nan_to_num(numbers * scale, nan=0.0, posinf=2.0**62, neginf=-(2.0**62))
        return np.clip(np.rint(product), -(2.0**62), 2.0**62).astype(np.int64)
    if unit == "ns":
        return numbers // 1_000
    whole = MICROSECONDS[unit]
    limit = 2**62 // whole
    return np.where(np.abs(numbers) <= limit, np.clip(numbers, -limit, limit) * whole, 2**62)


def _outside(
    outside: np.ndarray, given: np.ndarray, column: pa.ChunkedArray, numbers: np.ndarray | None, how: Time, where: str
) -> list[Problem]:
    """Say of times outside the calendar whether another unit explains them."""
    problems = []
    left = outside.copy()
    if numbers is not None:
        for unit, called in NAMES.items():
            at = _scaled(numbers, unit)
            fits = left & (at >= LOW) & (at < HIGH)
            if not fits.any():
                continue
            whole = fits.sum() == given.sum()
            found = f"{int(fits.sum()):,} of {int(given.sum()):,} times in {called} ({_some(fits, column)})"
            problems.append(
                Problem(
                    where=where,
                    found=found,
                    expected=f"{NAMES[how.unit]}, as the mapping says",
                    do=f'Set unit = "{unit}" under [time] in the mapping.'
                    if whole
                    else "Bring all rows to one unit, then try again.",
                )
            )
            left &= ~fits
    if left.any():
        problems.append(
            Problem(
                where=where,
                found=f"{int(left.sum()):,} times outside any calendar ({_some(left, column)})",
                expected=f"times from {EARLIEST:%Y} to {LATEST:%Y}",
                do='Mend these rows, or set unreadable = "skip" under [time] in the mapping to leave them out.',
            )
        )
    return problems


def _some(mask: np.ndarray, column: pa.ChunkedArray) -> str:
    places = np.flatnonzero(mask)
    shown = ", ".join(f"row {place + 1:,}: {column[int(place)].as_py()}" for place in places[:FIRST])
    return shown + (f" and {len(places) - FIRST:,} more" if len(places) > FIRST else "")
