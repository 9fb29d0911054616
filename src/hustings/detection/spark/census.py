"""The census: one look at the source for everybody's name and rank, and a sample of the traces to cut them by."""

__all__ = ["SAMPLE_ROWS", "Census", "Ranks", "actor_ranks", "census", "nobody"]

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from hustings.detection.compiled import Codes, Hashes
from hustings.detection.names import Dictionary, hashes, seeds
from hustings.detection.spark.work import Cluster, Dealt, Shared
from hustings.detection.tables import lead_codes
from hustings.detection.times import FIRST, LAST
from hustings.detection.traces import ranked
from hustings.errors import BadInput, Problem

ACTORS, KINDS, SAMPLE, FACTS = range(4)
# Rows that are looked at to cut the traces into equal parts.
SAMPLE_ROWS = 200_000


@dataclass(frozen=True, kw_only=True)
class Census:
    """Who is in the source, in the order of their bytes, and a sample of its rows.

    valid         rows without a null; rows: of these, those of the kind asked for, where one was
    kinds, platforms    names, sorted; every_kind: those of other kinds than the one asked for too
    platform      per actor rank, the rank of its platform
    actors        per actor rank, its name
    sample        kind rank, trace and time of one row in so many
    """

    valid: int
    rows: int
    kinds: pa.Array
    every_kind: tuple[str, ...]
    platforms: pa.Array
    platform: Codes
    actors: pa.Array
    sample_kind: Codes
    sample_trace: pa.Array
    sample_at: np.ndarray


@dataclass(frozen=True)
class _Look:
    """Names that occur in a task's share of the rows."""

    kind: str | None

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[Dealt]:
        kinds: dict[str, int] = {}
        platforms: dict[str, int] = {}
        actors = Dictionary()
        valid, rows, wrong = 0, 0, []
        for batch in batches:
            valid += len(batch)
            kind = lead_codes(batch.column("kind"), kinds)
            at = batch.column("at").to_numpy()
            wrong.append(at[(at < FIRST) | (at >= LAST)])
            if self.kind is not None:
                mine = kind == kinds.get(self.kind, -1)
                batch, kind, at = batch.filter(pa.array(mine)), kind[mine], at[mine]
            rows += len(batch)
            platform = lead_codes(batch.column("platform"), platforms)
            actors.codes(batch.column("actor"), platform, seeds(list(platforms)))
            trace = batch.column("trace")
            taken = trace.is_valid().to_numpy(zero_copy_only=False)
            yield SAMPLE, {
                "kind": pa.array(list(kinds), pa.string()).take(pa.array(kind[taken])),
                "trace": trace.filter(pa.array(taken)), "at": at[taken],
            }  # fmt: skip
        yield KINDS, {"kind": pa.array(list(kinds), pa.string())}
        found = np.concatenate(wrong) if wrong else np.empty(0, np.int64)
        yield FACTS, {"facts": np.array([len(found), valid, rows, int(found[0]) if len(found) else 0])}
        if actors.count:
            names, leads = actors.as_seen()
            yield ACTORS, {"actor": names, "platform": pa.array(list(platforms), pa.string()).take(pa.array(leads))}


def census(cluster: Cluster, kind: str | None, sample: int, where: str) -> Census:
    """Look at the source once: names, ranks, and a sample of one row in `sample`.

    Costs    this process holds the name of every actor.
    Raises   BadInput for times out of any calendar.
    """
    seen: dict[int, list[Mapping[str, Any]]] = {what: [] for what in range(4)}
    for what, columns in cluster.look(_Look(kind), sample):
        seen[what].append(columns)
    wrong, valid, rows = np.sum([c["facts"][:3] for c in seen[FACTS]], axis=0).tolist() if seen[FACTS] else (0, 0, 0)
    if wrong:
        first = next(int(c["facts"][3]) for c in seen[FACTS] if c["facts"][0])
        raise BadInput(f"Cannot use {where} as a trace table.", [Problem(
            where="column 'at'", found=f"{wrong:,} times out of any calendar, such as {first} microseconds since 1970",
            expected="a moment from 1970 to 2199", do="Check the unit of the times.",
        )])  # fmt: skip
    every_kind = tuple(sorted({name for c in seen[KINDS] for name in c["kind"].to_pylist()}, key=str.encode))
    kinds = pa.array([name for name in every_kind if kind in (None, name)], pa.string())
    platforms: dict[str, int] = {}
    actors = Dictionary()
    for c in seen[ACTORS]:
        lead = lead_codes(c["platform"].dictionary_encode(), platforms)
        actors.codes(c["actor"].cast(pa.string()), lead, seeds(list(platforms)))
    rank, platform_names = ranked(platforms)
    _, platform, names = actors.in_byte_order(rank)
    sample_kind = [pa.compute.index_in(c["kind"], kinds).to_numpy().astype(np.int32) for c in seen[SAMPLE]]
    traces = [c["trace"].cast(pa.string()) for c in seen[SAMPLE]]
    return Census(
        valid=valid, rows=rows, kinds=kinds, every_kind=every_kind, platforms=platform_names,
        platform=rank[platform] if len(platform) else platform, actors=names,
        sample_kind=np.concatenate([*sample_kind, np.empty(0, np.int32)]),
        sample_trace=pa.concat_arrays([*traces, pa.array([], pa.string())]),
        sample_at=np.concatenate([*(c["at"] for c in seen[SAMPLE]), np.empty(0, np.int64)]),
    )  # fmt: skip


@dataclass(frozen=True)
class Ranks:
    """The rank of each actor, to be looked up in any task."""

    table: Shared
    platforms: tuple[str, ...]
    salt: int

    def of(self, names: pa.Array, platform: pa.DictionaryArray) -> Codes:
        """Ranks of a batch of actors."""
        held = self.table.open()
        here = platform.dictionary.to_pylist()
        seed = _salted(here, self.salt)
        key = hashes(names, platform.indices.to_numpy(), seed)
        order = np.argsort(key)
        place = np.searchsorted(held["key"], key[order])
        ranks = np.empty(len(key), np.int32)
        ranks[order] = held["rank"][place]
        return ranks


def _salted(platforms: list[str], salt: int) -> Hashes:
    return seeds(platforms) ^ np.uint64(salt) if platforms else np.zeros(1, np.uint64)


def actor_ranks(cluster: Cluster, told: Census) -> Ranks:
    """Make the ranks of all actors known to every task: twelve bytes an actor on each machine.

    Actors are looked up by 64-bit hashes; where two of them agreed, others are taken.
    """
    for salt in range(16):
        key = hashes(told.actors, told.platform, _salted(told.platforms.to_pylist(), salt))
        order = np.argsort(key)
        key = key[order]
        if not (key[1:] == key[:-1]).any():
            break
    else:
        raise AssertionError("sixteen hashes of 64 bits in a row that do not tell the actors apart")
    table = cluster.share(key=key, rank=order.astype(np.int32))
    return Ranks(table, tuple(told.platforms.to_pylist()), salt)


def nobody(where: str, rows: int, actors: int, read: int) -> BadInput:
    """No trace events, or all by one actor."""
    found = f"{rows:,} trace events by one actor" if actors else "no trace event"
    return BadInput("There is nobody to compare.", [Problem(
        where=where, found=f"{found} ({read:,} rows read)", expected="trace events by at least two actors",
        do="Check the mapping, or the filter that made the table.",
    )])  # fmt: skip
