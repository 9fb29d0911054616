"""Rows of trace events as words in memory: brought into order, exact repeats dropped."""

__all__ = ["ACTOR", "AT", "CONTENT", "TRACE", "sorted_rows"]

from typing import Any

import numpy as np

from hustings.detection.compiled import Codes, Int64s, compiled
from hustings.detection.radix import radix_order

# A row is four words side by side, so that moving it touches one place in memory.
TRACE, AT, ACTOR, CONTENT = 0, 1, 2, 3
# A flag that turns signed into unsigned order.
SIGN = np.uint64(1 << 63)


@compiled
def _later(rows: Int64s, one: int, two: int) -> bool:
    """Whether row `one` belongs behind row `two`."""
    for word in range(4):
        if rows[one, word] != rows[two, word]:
            return rows[one, word] > rows[two, word]
    return False


@compiled
def _insert(rows: Int64s, low: int, high: int) -> None:
    """Order a handful of rows in place."""
    for k in range(low + 1, high):
        m = k
        while m > low and _later(rows, m - 1, m):
            for word in range(4):
                rows[m, word], rows[m - 1, word] = rows[m - 1, word], rows[m, word]
            m -= 1


@compiled
def _reorder(rows: Int64s, low: int, high: int, word: int) -> None:
    """Order rows by one word, keeping the order of equals."""
    keys = np.empty(high - low, np.uint64)
    for k in range(high - low):
        keys[k] = np.uint64(rows[low + k, word]) ^ SIGN
    order = radix_order(keys)
    rows[low:high] = rows[low:high][order]


@compiled
def _order(rows: Int64s, low: int, high: int) -> None:
    """Order the rows of one bucket by all of their words."""
    if high - low <= 24:
        _insert(rows, low, high)
        return
    _reorder(rows, low, high, AT)
    _reorder(rows, low, high, TRACE)
    run: Any = low
    for k in range(low + 1, high + 1):
        if k == high or rows[k, AT] != rows[run, AT] or rows[k, TRACE] != rows[run, TRACE]:
            if 1 < k - run <= 24:
                _insert(rows, run, k)
            elif k - run > 24:
                _reorder(rows, run, k, CONTENT)
                _reorder(rows, run, k, ACTOR)
            run = k


@compiled
def _buckets(rows: Int64s) -> tuple[Int64s, Int64s]:
    """The rows dealt into buckets of rising trace words, about two rows to each, and their limits."""
    n = len(rows)
    low, high = rows[0, TRACE], rows[0, TRACE]
    for k in range(n):
        low, high = min(low, rows[k, TRACE]), max(high, rows[k, TRACE])
    span = np.uint64(high) - np.uint64(low)
    shift = np.uint64(0)
    while (span >> shift) > np.uint64(n // 2 + 1):
        shift += np.uint64(1)
    limits = np.zeros(np.int64(span >> shift) + 2, np.int64)
    for k in range(n):
        limits[np.int64((np.uint64(rows[k, TRACE]) - np.uint64(low)) >> shift) + 1] += 1
    for bucket in range(len(limits) - 1):
        limits[bucket + 1] += limits[bucket]
    dealt = np.empty_like(rows)
    places = limits[:-1].copy()
    for k in range(n):
        mine = np.int64((np.uint64(rows[k, TRACE]) - np.uint64(low)) >> shift)
        place = places[mine]
        places[mine] += 1
        for word in range(4):
            dealt[place, word] = rows[k, word]
    return dealt, limits


@compiled
def sorted_rows(rows: Int64s) -> tuple[Int64s, int]:
    """Rows (n by 4: trace, at, actor, content) in the order of their words, repeats dropped; how many were.

    Costs three passes over the rows and the ordering of rows with the same trace; memory twice the rows.
    """
    n = len(rows)
    if n == 0:
        return rows, 0
    dealt, limits = _buckets(rows)
    kept = 0
    for bucket in range(len(limits) - 1):
        low, high = limits[bucket], limits[bucket + 1]
        if high - low > 1:
            _order(dealt, low, high)
        for k in range(low, high):
            same = k > low
            for word in range(4):
                same = same and dealt[k, word] == dealt[kept - 1, word]
            if not same:
                for word in range(4):
                    dealt[kept, word] = dealt[k, word]
                kept += 1
    return dealt[:kept], n - kept


@compiled
def renamed(rows: Int64s, word: int, ranks: Codes) -> None:
    """Put ranks in the place of codes."""
    for k in range(len(rows)):
        rows[k, word] = ranks[rows[k, word]]
