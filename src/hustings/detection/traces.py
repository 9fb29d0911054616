"""The trace table as arrays: who left which trace, in which post, when; encoded, sorted, counted.

Everything in `detection` works on one value, `Traces`. Names are kept once, in order of their
bytes, so that comparing codes is comparing names.
"""

__all__ = ["COLUMNS", "Traces", "encode", "read_traces"]

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet

COLUMNS = ("platform", "actor", "kind", "trace", "content", "at")


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

    kind: np.ndarray
    trace: np.ndarray
    actor: np.ndarray
    content: np.ndarray
    at: np.ndarray
    kinds: pa.Array
    trace_names: pa.Array
    trace_kind: np.ndarray
    platforms: pa.Array
    actor_names: pa.Array
    content_names: pa.Array
    read: int
    skipped: int
    repeats: int

    def __len__(self) -> int:
        return len(self.at)


def ranked(*columns: pa.ChunkedArray | pa.Array) -> tuple[np.ndarray, list[pa.Array]]:
    """Codes of the rows of `columns` by the byte order of their values, and the values per code."""
    names = [f"c{i}" for i in range(len(columns))]
    table = pa.table(dict(zip(names, columns, strict=True)))
    distinct = table.group_by(names).aggregate([])
    order = pc.sort_indices(distinct, sort_keys=[(name, "ascending") for name in names])
    distinct = distinct.take(order).append_column("code", pa.array(np.arange(len(order), dtype=np.int32)))
    if len(columns) == 1:
        codes = pc.index_in(table["c0"], distinct["c0"].combine_chunks())
        return codes.to_numpy().astype(np.int32), [distinct["c0"].combine_chunks()]
    numbered = table.append_column("row", pa.array(np.arange(len(table))))
    joined = numbered.join(distinct, keys=names)
    codes = np.empty(len(table), np.int32)
    codes[joined["row"].to_numpy()] = joined["code"].to_numpy()
    return codes, [distinct[name].combine_chunks() for name in names]


def encode(table: pa.Table) -> Traces:
    """Encode a table that has the trace table's columns."""
    table = table.select(list(COLUMNS))
    read = len(table)
    text = [name for name in COLUMNS if name != "at"]
    table = pa.table({**{name: table[name].cast(pa.string()) for name in text}, "at": table["at"].cast(pa.timestamp("us", "UTC"))})
    table = table.drop_null()
    skipped = read - len(table)
    table = table.group_by(list(COLUMNS)).aggregate([])
    repeats = read - skipped - len(table)
    kind_codes, (kinds,) = ranked(table["kind"])
    trace, (trace_kinds, trace_names) = ranked(table["kind"], table["trace"])
    actor, (platforms, actor_names) = ranked(table["platform"], table["actor"])
    content, (content_names,) = ranked(table["content"])
    at = table["at"].cast(pa.int64()).to_numpy()
    order = np.lexsort((content, actor, at, trace))
    return Traces(
        kind=kind_codes[order], trace=trace[order], actor=actor[order], content=content[order], at=at[order],
        kinds=kinds, trace_names=trace_names, trace_kind=pc.index_in(trace_kinds, kinds).to_numpy().astype(np.int32),
        platforms=platforms, actor_names=actor_names, content_names=content_names,
        read=read, skipped=skipped, repeats=repeats,
    )


def read_traces(paths: Sequence[Path]) -> Traces:
    """Read trace tables (Parquet, Arrow or CSV) as one."""
    parts = []
    for path in map(Path, paths):
        if path.suffix == ".csv":
            part = pyarrow.csv.read_csv(path)
        elif path.suffix in {".arrow", ".feather"}:
            part = pyarrow.feather.read_table(path)
        else:
            part = pyarrow.parquet.read_table(path)
        parts.append(part.select(list(COLUMNS)))
    return encode(pa.concat_tables(parts, promote_options="permissive"))
