"""Evidence: the posts that tie two actors, as rows an outsider can check."""

__all__ = ["evidence_table", "rows_digest"]

import hashlib

import numpy as np
import pyarrow as pa

from hustings.detection.compiled import Codes, Int64s
from hustings.detection.traces import Traces


def evidence_table(traces: Traces, row_a: np.ndarray, row_b: np.ndarray) -> pa.Table:
    """Pairs of posts as evidence: side a before side b, each once, sorted by the key of the contract."""
    swap = traces.actor[row_a] > traces.actor[row_b]
    row_a, row_b = np.where(swap, row_b, row_a), np.where(swap, row_a, row_b)
    order = np.lexsort(
        (traces.content[row_b], traces.content[row_a], traces.trace[row_a], traces.actor[row_b], traces.actor[row_a])
    )
    row_a, row_b = row_a[order], row_b[order]
    new = np.r_[True, (row_a[1:] != row_a[:-1]) | (row_b[1:] != row_b[:-1])] if len(order) else np.empty(0, bool)
    row_a, row_b = row_a[new], row_b[new]

    def take(names: pa.Array, codes: Codes) -> pa.Array:
        return names.take(pa.array(codes))

    def stamp(rows: Int64s) -> pa.Array:
        return pa.array(traces.at[rows], pa.int64()).cast(pa.timestamp("us", "UTC"))

    return pa.table({
        "platform_a": take(traces.platforms, traces.actor[row_a]), "actor_a": take(traces.actor_names, traces.actor[row_a]),
        "platform_b": take(traces.platforms, traces.actor[row_b]), "actor_b": take(traces.actor_names, traces.actor[row_b]),
        "kind": take(traces.kinds, traces.kind[row_a]), "trace": take(traces.trace_names, traces.trace[row_a]),
        "content_a": take(traces.content_names, traces.content[row_a]), "content_b": take(traces.content_names, traces.content[row_b]),
        "at_a": stamp(row_a), "at_b": stamp(row_b),
        "gap_s": pa.array(np.abs(traces.at[row_b] - traces.at[row_a]) / 1e6, pa.float64()),
    })  # fmt: skip


def rows_digest(table: pa.Table) -> str:
    """SHA-256 over the rows as sorted text: the same rows in any order give the same digest."""
    columns = [table[name].cast(pa.string()).to_pylist() for name in table.column_names]
    lines = sorted("\x1f".join(row) for row in zip(*columns, strict=True))
    return hashlib.sha256("\x1e".join(lines).encode()).hexdigest()
