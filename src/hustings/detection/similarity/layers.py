"""Who left what, time left aside: one layer of actors and things for each kind of trace."""

__all__ = ["Layer", "layers"]

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from scipy import sparse

from hustings.detection.names import Dictionary, seeds
from hustings.detection.tables import TraceTables, lead_codes, no_such_kind, too_few
from hustings.detection.traces import ranked


@dataclass(frozen=True, kw_only=True)
class Layer:
    """Distinct pairs of actor and trace of one kind, as the published similarities take them.

    left              0/1 matrix of actors by traces (float64 CSR): every trace was left by two of these actors
                      at least, and every actor left one at least
    platforms, names  per row of `left`, in the byte order of (platform, actor)
    """

    kind: str
    left: sparse.csr_matrix
    platforms: pa.Array
    names: pa.Array


def layers(tables: TraceTables, kind: str | None, fewest: int, *, distinct: bool) -> list[Layer]:
    """The layers of some tables, by the byte order of their kinds; rows with a null take no part.

    fewest     actors with fewer events of the kind are left out before anything else is counted
    distinct   count an actor's distinct traces for that, instead of its rows (repeats among them), which is
               how the published figures count for bicm and for cosine
    Costs      16 bytes for a distinct (actor, trace) beside the names; rows are read in batches
    Raises     BadInput: a table with faults, a kind that is not there, fewer than two actors.
    """
    traces, actors = Dictionary(), Dictionary()
    kinds: dict[str, int] = {}
    platforms: dict[str, int] = {}
    known = np.empty((0, 2), np.int64)  # trace << 32 | actor, and how many rows
    read = 0
    for batch in tables.batches():
        here = lead_codes(batch.column("kind"), kinds)
        if kind is not None:
            mine = here == kinds.get(kind, -1)
            batch, here = batch.filter(pa.array(mine)), here[mine]
        platform = lead_codes(batch.column("platform"), platforms)
        trace = traces.codes(batch.column("trace"), here, seeds(list(kinds))).astype(np.int64)
        actor = actors.codes(batch.column("actor"), platform, seeds(list(platforms)))
        known = _added(known, trace << 32 | actor)
        read += len(batch)
    if kind is not None and kind not in kinds:
        raise no_such_kind(kind, kinds)
    if actors.count < 2:
        raise too_few(tables, read, actors.count)
    kind_rank, kind_names = ranked(kinds)
    platform_rank, platform_names = ranked(platforms)
    trace_rank, trace_kind, _ = traces.in_byte_order(kind_rank)
    actor_rank, actor_platform, names = actors.in_byte_order(platform_rank)
    trace, actor = trace_rank[known[:, 0] >> 32], actor_rank[known[:, 0] & 0xFFFFFFFF]
    of_kind = kind_rank[trace_kind][trace]
    where = platform_names.take(pa.array(platform_rank[actor_platform]))
    result = []
    for k, name in enumerate(kind_names.to_pylist()):
        if kind is not None and name != kind:
            continue
        mine = of_kind == k
        count = np.bincount(actor[mine], weights=None if distinct else known[mine, 1], minlength=len(names))
        mine[mine] = count[actor[mine]] >= fewest
        result.append(_layer(name, actor[mine], trace[mine], where, names))
    return result


def _added(known: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Distinct keys with their counts, those of one more batch among them."""
    fresh, count = np.unique(keys, return_counts=True)
    keys = np.r_[known[:, 0], fresh]
    every, place = np.unique(keys, return_inverse=True)
    total = np.bincount(place, weights=np.r_[known[:, 1], count], minlength=len(every)).astype(np.int64)
    return np.column_stack([every, total])


def _layer(kind: str, actor: np.ndarray, trace: np.ndarray, platforms: pa.Array, names: pa.Array) -> Layer:
    """Traces of two actors or more, actors with such a trace, each numbered anew in the same order."""
    _, place, count = np.unique(trace, return_inverse=True, return_counts=True)
    shared = count[place] >= 2
    actor, trace = actor[shared], trace[shared]
    who, row = np.unique(actor, return_inverse=True)
    what, column = np.unique(trace, return_inverse=True)
    left = sparse.csr_matrix((np.ones(len(row)), (row, column)), shape=(len(who), len(what)))
    left.sort_indices()
    return Layer(kind=kind, left=left, platforms=platforms.take(pa.array(who)), names=names.take(pa.array(who)))
