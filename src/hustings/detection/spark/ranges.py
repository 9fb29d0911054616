"""Ranges: rows cut into parts by trace and time, so that no part holds a trace that is too large for it.

A part begins at a bound (trace, time) and ends at the next. Where a bound cuts a trace, the rows near it are
lent to the parts on the other side: as many as a window, or the horizons that a test looks at, reach.
"""

__all__ = ["Bounds", "NamedBounds", "bounds_of", "named_bounds_of"]

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from hustings.detection.compiled import Bytes, Codes, Int64s, compiled
from hustings.detection.names import byte_order, bytes_of


@dataclass(frozen=True)
class Bounds:
    """Where parts 1, 2, ... begin: rising pairs of trace (a hash or code) and time."""

    trace: Int64s
    at: Int64s

    @property
    def parts(self) -> int:
        """How many parts there are."""
        return len(self.at) + 1

    def dealt(self, trace: Int64s, at: Int64s, before: int, after: int) -> Iterator[tuple[int, Codes]]:
        """Rows of each part, its own and those lent to it: up to `before` ahead of it and `after` behind it."""
        first, last = np.searchsorted(self.trace, trace), np.searchsorted(self.trace, trace, "right")
        return _dealt(first, last, at, self.at, before, after)

    def own(self, part: int, trace: Int64s, at: Int64s) -> tuple[int, int]:
        """Of a part's rows in order of (trace, at), where its own begin and end."""
        begin = _place(trace, at, int(self.trace[part - 1]), int(self.at[part - 1])) if part else 0
        end = _place(trace, at, int(self.trace[part]), int(self.at[part])) if part < len(self.at) else len(at)
        return begin, end


def _place(trace: Int64s, at: Int64s, bound: int, moment: int) -> int:
    low, high = int(np.searchsorted(trace, bound)), int(np.searchsorted(trace, bound, "right"))
    return low + int(np.searchsorted(at[low:high], moment))


@dataclass(frozen=True)
class NamedBounds:
    """Bounds of traces by kind and name, in the order of their bytes."""

    kind: Codes
    trace: pa.Array
    at: Int64s

    @property
    def parts(self) -> int:
        """How many parts there are."""
        return len(self.at) + 1

    def dealt(self, kind: Codes, trace: pa.Array, at: Int64s, before: int, after: int) -> Iterator[tuple[int, Codes]]:
        """As `Bounds.dealt`."""
        first, last = np.empty(len(at), np.int64), np.empty(len(at), np.int64)
        _equal(*bytes_of(trace), kind, *bytes_of(self.trace), self.kind, first, last)
        return _dealt(first, last, at, self.at, before, after)


def bounds_of(trace: Int64s, at: Int64s, parts: int) -> Bounds:
    """Bounds that cut a sample of the rows into about equal parts, at most so many."""
    order = np.lexsort((at, trace))
    cuts = order[_cuts(len(order), parts)]
    trace, at = trace[cuts], at[cuts]
    new = np.ones(len(cuts), bool)
    new[1:] = (trace[1:] != trace[:-1]) | (at[1:] != at[:-1])
    return Bounds(trace[new], at[new])


def named_bounds_of(kind: Codes, trace: pa.Array, at: Int64s, parts: int) -> NamedBounds:
    """The same by the names of the traces."""
    known = trace.dictionary_encode()
    rank = np.empty(len(known.dictionary), np.int64)
    rank[byte_order(known.dictionary, np.zeros(len(rank), np.int32))] = np.arange(len(rank))
    code = rank[known.indices.to_numpy()] if len(at) else np.empty(0, np.int64)
    order = np.lexsort((at, code, kind))
    cuts = order[_cuts(len(order), parts)]
    kind, code, at = kind[cuts], code[cuts], at[cuts]
    new = np.ones(len(cuts), bool)
    new[1:] = (kind[1:] != kind[:-1]) | (code[1:] != code[:-1]) | (at[1:] != at[:-1])
    return NamedBounds(kind[new], trace.take(pa.array(cuts[new])), at[new])


def _cuts(rows: int, parts: int) -> Int64s:
    """Places that cut so many rows into equal parts."""
    return np.unique(np.arange(1, parts) * rows // parts) if rows else np.empty(0, np.int64)


def _dealt(
    first: Int64s, last: Int64s, at: Int64s, moments: Int64s, before: int, after: int
) -> Iterator[tuple[int, Codes]]:
    order, limits = _spread(first, last, np.ascontiguousarray(at), moments, before, after)
    for part in range(len(moments) + 1):
        if limits[part + 1] > limits[part]:
            yield part, order[limits[part] : limits[part + 1]]


@compiled
def _spread(first: Int64s, last: Int64s, at: Int64s, moments: Int64s, before: int, after: int) -> tuple[Codes, Int64s]:
    """Rows by part, and where each part begins; the bounds `first` to `last` of a row have its trace."""
    n = len(at)
    low, high = np.empty(n, np.int64), np.empty(n, np.int64)
    limits = np.zeros(len(moments) + 2, np.int64)
    for k in range(n):
        part = first[k]
        while part < last[k] and moments[part] <= at[k]:
            part += 1
        low[k] = high[k] = part
        while high[k] < last[k] and moments[high[k]] - at[k] <= before:
            high[k] += 1
        while low[k] > first[k] and at[k] - moments[low[k] - 1] < after:
            low[k] -= 1
        for p in range(low[k], high[k] + 1):
            limits[p + 1] += 1
    for p in range(len(moments) + 1):
        limits[p + 1] += limits[p]
    places = limits[:-1].copy()
    order = np.empty(limits[len(moments) + 1], np.int32)
    for k in range(n):
        for p in range(low[k], high[k] + 1):
            order[places[p]] = k
            places[p] += 1
    return order, limits


@compiled
def _compared(offsets: Int64s, data: Bytes, one: int, others: Int64s, other_data: Bytes, two: int) -> int:
    """Whether a string comes before (-1), is (0), or comes after (1) another, by bytes."""
    a, b = offsets[one], others[two]
    while a < offsets[one + 1] and b < others[two + 1]:
        if data[a] != other_data[b]:
            return -1 if data[a] < other_data[b] else 1
        a += 1
        b += 1
    if a < offsets[one + 1]:
        return 1
    return -1 if b < others[two + 1] else 0


@compiled
def _equal(
    offsets: Int64s, data: Bytes, lead: Codes, bounds: Int64s, bound_data: Bytes, bound_lead: Codes,
    first: Int64s, last: Int64s,
) -> None:  # fmt: skip
    """For each string, the first bound that is not before it, and the first that is after it."""
    for k in range(len(lead)):
        for upper in range(2):
            low, high = 0, len(bound_lead)
            while low < high:
                middle = (low + high) // 2
                if bound_lead[middle] != lead[k]:
                    order = -1 if lead[k] < bound_lead[middle] else 1
                else:
                    order = _compared(offsets, data, k, bounds, bound_data, middle)
                if order > 0 or (upper == 1 and order == 0):
                    low = middle + 1
                else:
                    high = middle
            if upper == 0:
                first[k] = low
            else:
                last[k] = low
