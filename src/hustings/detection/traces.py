"""The trace table as arrays: who left which trace, in which post, when; encoded, sorted, counted.

Everything in `detection` works on one value, `Traces`. Names are kept once, in order of their
bytes, so that comparing codes is comparing names.
"""

__all__ = ["COLUMNS", "Traces", "encode", "read_traces"]

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from hustings.detection.compiled import Codes, Flags, Int64s
from hustings.detection.names import Dictionary, byte_order, seeds
from hustings.detection.rows import ACTOR, AT, CONTENT, TRACE, sorted_rows
from hustings.detection.tables import COLUMNS, TraceTables, in_memory, lead_codes, too_few


@dataclass(frozen=True, kw_only=True)
class Traces:
    """Trace events as parallel arrays, sorted by (trace, at, actor, content); exact repeats once.

    kind, trace, actor, content   codes (int32); kind, trace, actor and content codes are ranks in
                                  the byte order of their names, so equal input in any row order
                                  gives equal arrays. `trace` is the rank of (kind, trace): a trace
                                  code belongs to one kind.
    at                            int64, microseconds UTC
    kinds                         kind names (sorted)
    trace_names, trace_kind       name and kind code per trace code
    platforms, actor_names        per actor code; (platform, actor) sorted by bytes
    content_names                 per content code
    read, skipped, repeats        rows read, rows with a null that take no part, exact repeats
    """

    kind: Codes
    trace: Codes
    actor: Codes
    content: Codes
    at: Int64s
    kinds: pa.Array
    trace_names: pa.Array
    trace_kind: Codes
    platforms: pa.Array
    actor_names: pa.Array
    content_names: pa.Array
    read: int
    skipped: int
    repeats: int

    def __len__(self) -> int:
        return len(self.at)

    def where(self, keep: Flags) -> "Traces":
        """A part of the rows, in their order, with the same codes."""
        columns = {name: getattr(self, name)[keep] for name in ("kind", "trace", "actor", "content", "at")}
        return replace(self, **columns)


def _encoded(batches: Iterable[pa.RecordBatch]) -> tuple[Int64s, dict[str, pa.Array | Codes]]:
    """The rows as words with codes in byte order, and the names behind the codes."""
    traces, actors, contents = Dictionary(), Dictionary(), Dictionary()
    kinds: dict[str, int] = {}
    platforms: dict[str, int] = {}
    parts = [np.empty((0, 4), np.int64)]
    one = np.ones(1, np.uint64)
    for batch in batches:
        kind, platform = lead_codes(batch.column("kind"), kinds), lead_codes(batch.column("platform"), platforms)
        rows = np.empty((len(batch), 4), np.int64)
        rows[:, TRACE] = traces.codes(batch.column("trace"), kind, seeds(list(kinds)))
        rows[:, ACTOR] = actors.codes(batch.column("actor"), platform, seeds(list(platforms)))
        rows[:, CONTENT] = contents.codes(batch.column("content"), np.zeros(len(batch), np.int32), one)
        rows[:, AT] = batch.column("at").to_numpy()
        parts.append(rows)
    rows = np.concatenate(parts)
    parts.clear()
    kind_rank, kind_names = ranked(kinds)
    platform_rank, platform_names = ranked(platforms)
    names: dict[str, pa.Array | Codes] = {"kinds": kind_names}
    rank, lead, names["trace_names"] = traces.in_byte_order(kind_rank)
    rows[:, TRACE] = rank[rows[:, TRACE]]
    names["trace_kind"] = kind_rank[lead]
    rank, lead, names["actor_names"] = actors.in_byte_order(platform_rank)
    rows[:, ACTOR] = rank[rows[:, ACTOR]]
    names["platforms"] = platform_names.take(pa.array(platform_rank[lead]))
    rank, _, names["content_names"] = contents.in_byte_order(np.zeros(1, np.int32))
    rows[:, CONTENT] = rank[rows[:, CONTENT]]
    return rows, names


def ranked(known: dict[str, int]) -> tuple[Codes, pa.Array]:
    """Rank per code of a few names, and the names in byte order."""
    names = pa.array(list(known), pa.string())
    order = byte_order(names, np.zeros(len(names), np.int32))
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return rank, names.take(pa.array(order))


def _traces(rows: Int64s, names: dict[str, pa.Array | Codes], read: int, skipped: int) -> Traces:
    rows, repeats = sorted_rows(rows)
    trace, actor, content = (rows[:, word].astype(np.int32) for word in (TRACE, ACTOR, CONTENT))
    kind = names["trace_kind"][trace] if len(trace) else trace
    return Traces(
        kind=kind,
        trace=trace,
        actor=actor,
        content=content,
        at=rows[:, AT].copy(),
        read=read,
        skipped=skipped,
        repeats=repeats,
        **names,
    )


def encode(table: pa.Table) -> Traces:
    """Encode a table that has the trace table's columns; names and times as `TraceTables` takes them.

    Raises   BadInput: columns missing, of another type, or with times out of any calendar.
    """
    batches, read, skipped = in_memory(table)
    return _traces(*_encoded(batches), read, skipped)


def read_traces(paths: Sequence[Path]) -> Traces:
    """Read trace tables (Parquet, Arrow or CSV) as one.

    Costs    about 2 microseconds of CPU and 220 bytes of memory a row, most of it for names.
    Raises   BadInput, with all that is wrong in the files, or if they do not hold two actors.
    """
    tables = TraceTables(paths)
    rows, names = _encoded(tables.batches())
    if len(names["actor_names"]) < 2:
        raise too_few(tables, len(rows), len(names["actor_names"]))
    return _traces(rows, names, tables.read, tables.skipped)
