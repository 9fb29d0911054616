"""Hubs: traces that so many posts carry at once that all their pairs cannot be looked at."""

__all__ = ["Hub", "pairs_within", "rows_without_hubs", "without_hubs"]

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from hustings.detection.compiled import Codes, Flags, Int64s, compiled
from hustings.detection.traces import Traces


@dataclass(frozen=True, kw_only=True)
class Hub:
    """A trace that was left out: its kind and name, its rows, and how many pairs lie within the horizon."""

    kind: str
    trace: str
    rows: int
    pairs: int


@compiled
def pairs_within(trace: Codes, at: Int64s, horizon: int, traces: int, begin: int, end: int) -> Int64s:
    """Per trace code, pairs of rows at most the horizon apart, the later one from `begin` to `end`: one pass."""
    pairs = np.zeros(traces, np.int64)
    low = 0
    for i in range(begin, end):
        while trace[low] != trace[i] or at[i] - at[low] > horizon:
            low += 1
        pairs[trace[i]] += i - low
    return pairs


def without_hubs(traces: Traces, horizon: int, most: int) -> tuple[Traces, tuple[Hub, ...]]:
    """The table with at most `most` pairs within `horizon` (microseconds); the busiest traces go first.

    Each pair costs some 130 bytes later on. What is left out is named, never silently thinned.
    Limits   what is left out is what everybody shared in the same half hour: a campaign that hides in
             nothing but that is not seen. The choice looks at no gap finer than the horizon.
    """
    keep, hubs = rows_without_hubs(traces, horizon, most)
    return (traces.where(keep) if hubs else traces), hubs


def rows_without_hubs(traces: Traces, horizon: int, most: int) -> tuple[Flags, tuple[Hub, ...]]:
    """Which rows stay, and what is left out."""
    pairs = pairs_within(traces.trace, traces.at, horizon, len(traces.trace_names), 0, len(traces))
    if int(pairs.sum()) <= most:
        return np.ones(len(traces), bool), ()
    some = np.flatnonzero(pairs)
    busiest = some[np.argsort(-pairs[some], kind="stable")]
    left = int(pairs.sum()) - np.cumsum(pairs[busiest])
    out = busiest[: int(np.argmax(left <= most)) + 1]
    kept = np.ones(len(pairs), bool)
    kept[out] = False
    rows = np.bincount(traces.trace, minlength=len(pairs))
    kinds, names = traces.kinds.to_pylist(), traces.trace_names.take(pa.array(out)).to_pylist()
    hubs = tuple(
        Hub(kind=kinds[int(traces.trace_kind[code])], trace=name, rows=int(rows[code]), pairs=int(pairs[code]))
        for code, name in zip(out.tolist(), names, strict=True)
    )
    return kept[traces.trace], hubs
