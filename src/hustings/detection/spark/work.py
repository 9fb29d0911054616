"""Work dealt out: what the steps of the engine ask of a cluster, and a cluster of one that does it right here.

A table is columns in parts. A step reads one part and gives columns for any other parts; between two steps
the cluster moves them, and that is all it knows of them. So the steps run alike in Spark's tasks (`session`)
and one after the other in this process (`Alone`), which is how they are tested by the thousand.
"""

__all__ = ["Alone", "Cluster", "Columns", "Dealt", "Shared", "Table", "packed", "sampled", "together", "unpacked"]

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute

# What a step reads and gives: arrays of equal length by name; strings as Arrow arrays.
Columns = dict[str, Any]
# Columns on their way to a part.
Dealt = tuple[int, Columns]
# Of one part: everything that was dealt to it.
Step = Callable[[int, list[Columns]], Iterator[Dealt]]
# Of some of the source's rows, in batches as `TraceTables` gives them.
Scan = Callable[[Iterator[pa.RecordBatch]], Iterator[Dealt]]
# What a cluster hands from step to step; only the cluster looks inside.
Table = Any


class Shared(Protocol):
    """Arrays that every task can look things up in; on a machine they are in memory once."""

    def open(self) -> Mapping[str, Any]:
        """The arrays by name; not to be written to."""


class Cluster(Protocol):
    """Where the steps run."""

    @property
    def cores(self) -> int:
        """How many tasks run at once."""

    def look(self, step: Scan, sample: int | None = None) -> list[Dealt]:
        """What a step gives for each task's share of the source, here; with `sample` traces of one row in so many, no contents."""

    def scan(self, step: Scan, parts: int) -> Table:
        """Read the source and deal what the step gives into `parts` parts of a table."""

    def deal(self, tables: Sequence[tuple[Table, Step]], parts: int) -> Table:
        """Run each step on each part of its table, and deal what they give into `parts` parts of one table."""

    def keep(self, table: Table) -> Table:
        """A table that is read several times: made once."""

    def gather(self, table: Table, step: Step) -> list[Columns]:
        """What a step gives for each part of a table, here; parts in order. For what is small."""

    def drop(self, table: Table) -> None:
        """A table that was kept is no longer read."""

    def share(self, **arrays: Any) -> Shared:
        """Make arrays known to every task."""


def packed(columns: Columns) -> bytes:
    """Columns, of one length or not, as bytes."""
    arrays = [pa.array(column) for column in columns.values()]
    lists = [pa.LargeListArray.from_arrays(pa.array([0, len(array)], pa.int64()), array) for array in arrays]
    batch = pa.record_batch(lists, names=list(columns))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    return sink.getvalue().to_pybytes()


def unpacked(blob: Any) -> Columns:
    """Columns from their bytes: numbers as numpy arrays, strings as Arrow has them."""
    batch = pa.ipc.open_stream(pa.py_buffer(blob)).read_next_batch()
    return {name: _as_array(column.values) for name, column in zip(batch.schema.names, batch.columns, strict=True)}


def _as_array(column: pa.Array) -> Any:
    text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
    return column if text else column.to_numpy(zero_copy_only=False)


def together(pieces: Iterable[Columns]) -> Columns:
    """Several columns of the same names as one; nothing at all where there is no piece."""
    pieces = list(pieces)
    if len(pieces) < 2:
        return pieces[0] if pieces else {}
    return {
        name: pa.concat_arrays([piece[name] for piece in pieces])
        if isinstance(pieces[0][name], pa.Array)
        else np.concatenate([piece[name] for piece in pieces])
        for name in pieces[0]
    }


@dataclass(frozen=True)
class _Here:
    arrays: Mapping[str, Any]

    def open(self) -> Mapping[str, Any]:
        return self.arrays


class Alone:
    """A cluster of one, in this process and in memory: for tests, and to see a step work.

    batches   the source, as `TraceTables` gives it; `cut` rows make one task's share
    """

    def __init__(self, batches: Sequence[pa.RecordBatch], cut: int = 1000) -> None:
        self._shares = [batch.slice(start, cut) for batch in batches for start in range(0, len(batch), cut)]

    cores = 2

    def look(self, step: Scan, sample: int | None = None) -> list[Dealt]:
        """What a step gives for each share, one after the other."""
        shares = self._shares if sample is None else [sampled(share, sample) for share in self._shares]
        return [(what, _moved(columns)) for share in shares for what, columns in step(iter([share]))]

    def scan(self, step: Scan, parts: int) -> Table:
        """Deal what the step gives for each share."""
        return _dealt((dealt for share in self._shares for dealt in step(iter([share]))), parts)

    def deal(self, tables: Sequence[tuple[Table, Step]], parts: int) -> Table:
        """Deal what the steps give for each part."""
        return _dealt(
            (
                dealt
                for table, step in tables
                for part, pieces in enumerate(table)
                if pieces
                for dealt in step(part, pieces)
            ),
            parts,
        )

    def keep(self, table: Table) -> Table:
        """It is in memory anyway."""
        return table

    def gather(self, table: Table, step: Step) -> list[Columns]:
        """What a step gives for each part."""
        return [_moved(columns) for part, pieces in enumerate(table) if pieces for _, columns in step(part, pieces)]

    def drop(self, table: Table) -> None:
        """It goes when nobody holds it."""

    def share(self, **arrays: Any) -> Shared:
        """They are known here."""
        return _Here({name: _moved({name: values})[name] for name, values in arrays.items()})


def sampled(share: pa.RecordBatch, sample: int) -> pa.RecordBatch:
    """Rows without their contents, and traces of one row in so many only."""
    taken = pa.array(np.arange(len(share)) % sample == 0)
    trace = pa.compute.if_else(taken, share.column("trace"), pa.scalar(None, share.schema.field("trace").type))
    return share.drop_columns(["content"]).set_column(share.schema.get_field_index("trace"), "trace", trace)


def _dealt(given: Iterable[Dealt], parts: int) -> list[list[Columns]]:
    table: list[list[Columns]] = [[] for _ in range(parts)]
    for part, columns in given:
        table[part].append(_moved(columns))
    return table


def _moved(columns: Columns) -> Columns:
    """Through bytes and back, as on a cluster."""
    return unpacked(packed(columns))
