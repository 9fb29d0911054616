"""Similarity with time left aside, as published: TF-IDF cosine, and the bipartite configuration model."""

__all__ = ["MEASURES", "Similarity", "Summary", "similarity"]

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet
from scipy.special import gammainc

from hustings.detection.chance import benjamini_hochberg
from hustings.detection.similarity.bicm import configuration_model
from hustings.detection.similarity.blocks import ROOM, most_overlaps, overlaps
from hustings.detection.similarity.layers import Layer, layers
from hustings.detection.tables import TraceTables
from hustings.progress import Progress

KEY = [(name, pa.string()) for name in ("kind", "platform_a", "actor_a", "platform_b", "actor_b")]
SCHEMAS = {
    "cosine": pa.schema([*KEY, ("traces", pa.int64()), ("similarity", pa.float64())]),
    "bicm": pa.schema([
        *KEY, ("traces", pa.int64()), ("expected", pa.float64()), ("p", pa.float64()), ("q", pa.float64()),
    ]),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Similarity:
    """What to compare, and as whom.

    measure  'cosine' or 'bicm'
    kind     one kind of trace only; without it each kind is a layer of its own
    top      keep a pair that is among the so many strongest of either of its two actors
    fewest   leave out actors with fewer rows of the kind (cosine), with fewer distinct traces (bicm)
    rate     false discovery rate over all pairs of actors (bicm)
    room     elements of a block of the product
    """

    measure: str
    kind: str | None = None
    top: int | None = None
    fewest: int = 1
    rate: float = 0.05
    room: int = ROOM


@dataclass(kw_only=True)
class Summary:
    """What was done: per kind the actors and traces compared, the pairs written and the actors in them."""

    read: int = 0
    skipped: int = 0
    pairs: int = 0
    kinds: dict[str, dict[str, int]] = field(default_factory=dict)


# Codes of both actors, then the columns after the key.
Pairs = tuple[np.ndarray, np.ndarray, list[np.ndarray]]


def similarity(tables: TraceTables, settings: Similarity, place: Path, progress: Progress) -> Summary:
    """Write the similar pairs to `place` (Parquet), sorted by kind and the byte order of both actors.

    Reads    trace events; their times and contents are not looked at
    Gives    kind, platform_a, actor_a, platform_b, actor_b (a before b), traces (shared); cosine: similarity;
             bicm: expected, p, q. All pairs that share a trace (cosine), all within the rate (bicm).
    Edges    an actor and a trace count once; a trace needs two actors that are left after `fewest`.
             idf = ln((1 + n) / (1 + df)) + 1 with n the actors left; rows of length 1. Poisson tail; the
             Benjamini-Hochberg rate is over all n (n - 1) / 2 pairs, whether or not they share anything.
    Costs    time grows with the square of the actors per trace; memory with the table, and with the pairs kept
             where `top` or bicm must see all before any is written
    Limits   no time, no hours, no common interests: whoever reads the same news is similar. Not a finding.
    Source   Pacheco et al. 2021, doi:10.1609/icwsm.v15i1.18075, and Luceri et al. 2024, arXiv:2310.09884;
             Saracco et al. 2017, doi:10.1088/1367-2630/aa6b38.
    """
    progress.step("Reading traces")
    every = layers(tables, settings.kind, settings.fewest, distinct=settings.measure == "bicm")
    said = Summary(read=tables.read, skipped=tables.skipped)
    with pyarrow.parquet.ParquetWriter(place, SCHEMAS[settings.measure], compression="zstd") as writer:
        for layer in every:
            progress.step(f"Comparing actors by {layer.kind}")
            pairs, seen = 0, np.zeros(layer.left.shape[0], bool)
            for a, b, columns in MEASURES[settings.measure](layer, settings, progress):
                if not len(a):
                    continue
                writer.write_table(_table(layer, a, b, columns, SCHEMAS[settings.measure]), row_group_size=1 << 20)
                pairs += len(a)
                seen[a] = seen[b] = True
            said.kinds[layer.kind] = {
                "actors": layer.left.shape[0], "traces": layer.left.shape[1], "pairs": pairs, "in_pairs": int(seen.sum()),
            }  # fmt: skip
            said.pairs += pairs
    return said


def _table(layer: Layer, a: np.ndarray, b: np.ndarray, columns: list[np.ndarray], schema: pa.Schema) -> pa.Table:
    names = [pa.array([layer.kind], pa.string()).take(pa.array(np.zeros(len(a), np.int32)))]
    for side in (a, b):
        codes = pa.array(side)
        names += [layer.platforms.take(codes).cast(pa.string()), layer.names.take(codes).cast(pa.string())]
    values = [pa.array(column, kind.type) for column, kind in zip(columns, list(schema)[5:], strict=True)]
    return pa.table([*names, *values], schema=schema)


def cosine(layer: Layer, settings: Similarity, progress: Progress) -> Iterator[Pairs]:
    """Cosine of TF-IDF rows, for all pairs that share a trace."""
    left = layer.left
    n = left.shape[0]
    idf = np.log((1 + n) / (1 + np.asarray(left.sum(axis=0)).ravel())) + 1
    row = np.repeat(np.arange(n), np.diff(left.indptr))
    length = np.sqrt(np.bincount(row, weights=idf[left.indices] ** 2, minlength=n))
    weighted = left.copy()
    weighted.data = idf[left.indices] / length[row]
    kept = _Strongest(settings.top, n) if settings.top else None
    for block in overlaps([left, weighted], upper=kept is None, room=settings.room):
        shared, near = np.rint(block.values[0]).astype(np.int64), block.values[1]
        if kept is None:
            yield block.a, block.b, [shared, near]
        else:
            kept.add(block.a, block.b, -near, [shared, near])
        progress.at(block.end, n)
    if kept is not None:
        yield kept.pairs()


def bicm(layer: Layer, settings: Similarity, progress: Progress) -> Iterator[Pairs]:
    """Pairs that share more than the configuration model explains."""
    left = layer.left
    n = left.shape[0]
    model = configuration_model(left)
    tests = n * (n - 1) // 2
    # Of `tests` values at most `most / 2` are under 1, so none above this can pass: the rest need not be kept.
    bound = settings.rate * min(1.0, float(most_overlaps(left).sum()) / max(tests, 1))
    parts: list[tuple[np.ndarray, ...]] = []
    for block in overlaps([left], upper=True, room=settings.room):
        shared = np.rint(block.values[0]).astype(np.int64)
        expected = model.expected(block.a, block.b)
        p = gammainc(shared, np.maximum(expected, 1e-300))
        keep = p <= bound
        parts.append((block.a[keep], block.b[keep], shared[keep], expected[keep], p[keep]))
        progress.at(block.end, n)
    if not parts:
        return
    a, b, shared, expected, p = (np.concatenate(column) for column in zip(*parts, strict=True))
    if not len(p):
        return
    q = benjamini_hochberg(p, tests)
    keep = q <= settings.rate
    a, b, columns = a[keep], b[keep], [column[keep] for column in (shared, expected, p, q)]
    if settings.top:
        kept = _Strongest(settings.top, n)
        kept.add(np.r_[a, b], np.r_[b, a], np.r_[p, p], [np.r_[column, column] for column in columns])
        a, b, columns = kept.pairs()
    yield a, b, columns


class _Strongest:
    """The strongest pairs of each actor, from pairs given from both sides, all of an actor's at once."""

    def __init__(self, top: int, actors: int) -> None:
        self.top = top
        self.actors = actors
        self.parts: list[tuple[np.ndarray, ...]] = []

    def add(self, a: np.ndarray, b: np.ndarray, weakness: np.ndarray, columns: list[np.ndarray]) -> None:
        """More actors `a` with all their pairs; the lower `weakness` the stronger, and of equals the other's name decides."""
        order = np.lexsort((b, weakness, a))
        mine = a[order]
        keep = order[np.arange(len(mine)) - np.searchsorted(mine, mine) < self.top]
        key = np.minimum(a[keep], b[keep]) * self.actors + np.maximum(a[keep], b[keep])
        self.parts.append((key, *(column[keep] for column in columns)))

    def pairs(self) -> Pairs:
        """The kept pairs, each once, in order."""
        if not self.parts:
            return np.empty(0, np.int64), np.empty(0, np.int64), []
        key, *columns = (np.concatenate(column) for column in zip(*self.parts, strict=True))
        key, place = np.unique(key, return_index=True)
        return key // self.actors, key % self.actors, [column[place] for column in columns]


MEASURES: dict[str, Callable[[Layer, Similarity, Progress], Iterator[Pairs]]] = {"cosine": cosine, "bicm": bicm}
