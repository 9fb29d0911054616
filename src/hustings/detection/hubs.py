"""Hubs: traces that so many posts carry at once that all their pairs cannot be looked at."""

__all__ = ["Hub", "pairs_within", "without_hubs"]

from dataclasses import dataclass, replace

import numpy as np

from hustings.detection.compiled import Codes, Int64s, compiled
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
    if not len(traces):
        return traces, ()
    pairs = pairs_within(traces.trace, traces.at, horizon, len(traces.trace_names), 0, len(traces))
    if int(pairs.sum()) <= most:
        return traces, ()
    some = np.flatnonzero(pairs)
    busiest = some[np.argsort(-pairs[some], kind="stable")]
    left = int(pairs.sum()) - np.cumsum(pairs[busiest])
    out = busiest[: int(np.argmax(left <= most)) + 1]
    kept = np.ones(len(pairs), bool)
    kept[out] = False
    keep = kept[traces.trace]
    rows = np.bincount(traces.trace, minlength=len(pairs))
    hubs = tuple(
        Hub(
            kind=traces.kinds[int(traces.trace_kind[code])].as_py(), trace=traces.trace_names[code].as_py(),
            rows=int(rows[code]), pairs=int(pairs[code]),
        )
        for code in out.tolist()
    )  # fmt: skip
    columns = {name: getattr(traces, name)[keep] for name in ("kind", "trace", "actor", "content", "at")}
    return replace(traces, **columns), hubs
