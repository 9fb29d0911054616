"""Who shared the same things close together in time: all pairs of two actors, per kind of trace."""

__all__ = ["SCHEMA", "Links", "links"]

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hustings.detection.kernel import near_pairs
from hustings.detection.traces import Traces

SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("kind", "platform_a", "actor_a", "platform_b", "actor_b")),
        *((name, pa.int64()) for name in ("pairs", "traces", "contents_a", "contents_b")),
        ("median_gap_s", pa.float64()),
    ]
)


@dataclass(frozen=True, kw_only=True)
class Links:
    """What to count: pairs at most `window` apart; links of at least `fewest_pairs`."""

    window: timedelta
    kind: str | None = None
    min_participation: int = 1
    min_weight: int = 1


def links(traces: Traces, settings: Links) -> pa.Table:
    """Count the pairs of every two actors, per kind of trace."""
    window = settings.window // timedelta(microseconds=1)
    i, j = near_pairs(traces.trace, traces.at, traces.actor, traces.content, window)
    swap = traces.actor[i] > traces.actor[j]
    a, b = np.where(swap, j, i), np.where(swap, i, j)
    kind, actor_a, actor_b = traces.kind[a], traces.actor[a], traces.actor[b]
    gap = np.abs(traces.at[a] - traces.at[b])
    order = np.lexsort((gap, actor_b, actor_a, kind))
    kind, actor_a, actor_b, gap = kind[order], actor_a[order], actor_b[order], gap[order]
    new = np.ones(len(order), bool)
    new[1:] = (kind[1:] != kind[:-1]) | (actor_a[1:] != actor_a[:-1]) | (actor_b[1:] != actor_b[:-1])
    start = np.flatnonzero(new)
    pairs = np.diff(np.append(start, len(order)))
    group = np.cumsum(new) - 1

    def distinct(codes: np.ndarray) -> np.ndarray:
        both = np.unique(np.stack([group, codes[order]]), axis=1)
        return np.bincount(both[0], minlength=len(start)).astype(np.int64)

    middle = (gap[start + (pairs - 1) // 2] + gap[start + pairs // 2]) / 2e6 if len(start) else np.empty(0)
    one = [kind[start], actor_a[start], actor_b[start]]
    table = pa.table(
        [
            traces.kinds.take(pa.array(one[0])),
            traces.platforms.take(pa.array(one[1])),
            traces.actor_names.take(pa.array(one[1])),
            traces.platforms.take(pa.array(one[2])),
            traces.actor_names.take(pa.array(one[2])),
            pa.array(pairs, pa.int64()),
            pa.array(distinct(traces.trace[a])),
            pa.array(distinct(traces.content[a])),
            pa.array(distinct(traces.content[b])),
            pa.array(middle),
        ],
        schema=SCHEMA,
    )
    return table.filter(pc.greater_equal(table["pairs"], settings.min_weight))
