"""Spark as the cluster: its data frames hold columns as bytes, and it deals them out, keeps them, makes up for losses."""

__all__ = ["OnSpark"]

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from hustings.detection.spark.pieces import Piece, piece_batches
from hustings.detection.spark.source import Source
from hustings.detection.spark.work import Columns, Dealt, Scan, Shared, Step, packed, unpacked

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

# What a data frame of ours looks like: whose part, and its columns as bytes.
BLOBS = "part int, blob binary"
# Bytes handed to Java at once.
AT_ONCE = 1 << 24
# Rows with names handed to Java at once.
ROWS = 100_000
# Each share has a name of its own in the session.
NUMBERS = count()


@dataclass(frozen=True)
class OnDisk:
    """Arrays in files that Spark brings to every machine, mapped into memory there."""

    files: Mapping[str, str]

    def open(self) -> Mapping[str, Any]:
        """The arrays by name."""
        return _opened(tuple(self.files.items()))


_HELD: dict[str, Any] = {}


def _opened(files: tuple[tuple[str, str], ...]) -> Mapping[str, Any]:
    from pyspark import SparkFiles  # noqa: PLC0415

    for _, file in files:
        if file not in _HELD:
            with pa.memory_map(SparkFiles.get(file)) as source:
                column = pa.ipc.open_file(source).get_batch(0).column(0)
            text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
            _HELD[file] = column if text else column.to_numpy(zero_copy_only=False)
    return {name: _HELD[file] for name, file in files}


class OnSpark:
    """The steps as tasks of a Spark session.

    source   what `source.read_source` gives
    folder   a place on this machine for what is brought to every other; the caller removes it
    """

    def __init__(self, session: "SparkSession", source: Source, folder: Path) -> None:
        self._session = session
        self._source = source
        self._folder = folder
        self._kept: list[DataFrame] = []

    @property
    def cores(self) -> int:
        """How many tasks run at once."""
        return int(self._session.sparkContext.defaultParallelism)

    def look(self, step: Scan, sample: int | None = None) -> list[Dealt]:
        """What a step gives for each task's share of the source, here; see `Cluster`."""
        return self._collected(self._scanned(step, sample))

    def scan(self, step: Scan, parts: int) -> "DataFrame":
        """Read the source and deal what the step gives."""
        return self._scanned(step, None).repartitionById(parts, "part")

    def deal(self, tables: Sequence[tuple["DataFrame", Step]], parts: int) -> "DataFrame":
        """Run steps on the parts of tables and deal what they give."""
        given = [table.mapInArrow(_on_parts(step), BLOBS) for table, step in tables]
        whole = given[0]
        for more in given[1:]:
            whole = whole.unionAll(more)
        return whole.repartitionById(parts, "part")

    def keep(self, table: "DataFrame") -> "DataFrame":
        """A table that is read several times: made once, on the workers' disks; what a worker loses is made again."""
        from pyspark import StorageLevel  # noqa: PLC0415

        self._kept.append(table.persist(StorageLevel.DISK_ONLY))
        return self._kept[-1]

    def drop(self, table: "DataFrame") -> None:
        """A table that was kept is no longer read."""
        table.unpersist()

    def gather(self, table: "DataFrame", step: Step) -> list[Columns]:
        """What a step gives for each part of a table, here."""
        return [columns for _, columns in self._collected(table.mapInArrow(_on_parts(step), BLOBS))]

    def share(self, **arrays: Any) -> Shared:
        """Bring arrays to every machine."""
        files = {}
        for name, values in arrays.items():
            file = self._folder / f"{name}-{next(NUMBERS)}.arrow"
            batch = pa.record_batch([pa.array(values)], names=[name])
            with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_file(sink, batch.schema) as writer:
                writer.write_batch(batch)
            self._session.sparkContext.addFile(str(file))
            files[name] = file.name
        return OnDisk(files)

    def write(
        self, table: "DataFrame", step: Step, named: Callable[[Columns], pa.RecordBatch], schema: str, out: str
    ) -> None:
        """Write what a step gives for each part as a folder of Parquet files, in the order of the parts.

        `_SUCCESS` in the folder says that it is whole; what stood there before is replaced.
        """
        rows = table.mapInArrow(_on_parts_named(step, named), schema)
        rows.write.mode("overwrite").option("compression", "zstd").parquet(out)

    def teller(self) -> "Told":
        """What tasks tell by part; a task that ran twice tells the same again."""
        return Told(self._session)

    def close(self) -> None:
        """Forget what was kept."""
        for table in self._kept:
            table.unpersist()

    def _scanned(self, step: Scan, sample: int | None) -> "DataFrame":
        pieces, rows = self._source.pieces, self._source.rows
        if rows is None:
            numbers = self._session.range(0, len(pieces), 1, max(1, len(pieces)))
            return numbers.mapInArrow(_on_pieces(step, pieces, sample), BLOBS)
        if sample is not None:
            trace = f"CASE WHEN monotonically_increasing_id() % {sample} = 0 THEN trace END AS trace"
            rows = rows.selectExpr("platform", "actor", "kind", trace, "at")
        return rows.mapInArrow(_on_rows(step), BLOBS)

    @staticmethod
    def _collected(frame: "DataFrame") -> list[Dealt]:
        table = frame.toArrow()
        order = np.argsort(table["part"].to_numpy(), kind="stable")
        blobs = table["blob"]
        return [(table["part"][int(k)].as_py(), unpacked(blobs[int(k)].as_buffer())) for k in order]


class Told:
    """Facts from the tasks, by part."""

    def __init__(self, session: "SparkSession") -> None:
        from pyspark.accumulators import AccumulatorParam  # noqa: PLC0415

        class ByPart(AccumulatorParam):  # type: ignore[type-arg]
            def zero(self, value: dict[int, Any]) -> dict[int, Any]:
                return {}

            def addInPlace(self, value1: dict[int, Any], value2: dict[int, Any]) -> dict[int, Any]:  # noqa: N802
                value1.update(value2)
                return value1

        self._facts = session.sparkContext.accumulator({}, ByPart())

    def __call__(self, part: int, *facts: int) -> None:
        """Tell the facts of one part."""
        self._facts.add({part: facts})

    @property
    def facts(self) -> dict[int, tuple[int, ...]]:
        """What was told; complete when what runs the tasks has returned."""
        return self._facts.value


def _on_parts_named(
    step: Step, named: Callable[[Columns], pa.RecordBatch]
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """A step over parts whose columns leave as rows."""

    def task(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for part, pieces in _parts(batches):
            for _, columns in step(part, pieces):
                rows = len(next(iter(columns.values())))
                for start in range(0, rows, ROWS):
                    yield named({name: column[start : start + ROWS] for name, column in columns.items()})

    return task


def _on_rows(step: Scan) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """A step over the source as Spark calls it."""

    def task(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return _as_blobs(step(map(_normal, batches)))

    return task


def _on_pieces(
    step: Scan, pieces: tuple[Piece, ...], sample: int | None
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """A step over pieces of the source, which the task reads by itself."""

    def task(numbers: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        mine = (pieces[k] for batch in numbers for k in batch.column(0).to_pylist())
        return _as_blobs(step(batch for piece in mine for batch in piece_batches(piece, sample)))

    return task


def _normal(batch: pa.RecordBatch) -> pa.RecordBatch:
    """As `TraceTables` gives its batches."""
    for name in ("platform", "kind"):
        place = batch.schema.get_field_index(name)
        batch = batch.set_column(place, name, batch.column(place).dictionary_encode())
    return batch


def _on_parts(step: Step) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """A step over the parts of a table as Spark calls it: a task has one part, in several pieces."""

    def task(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for part, pieces in _parts(batches):
            yield from _as_blobs(step(part, pieces))

    return task


def _parts(batches: Iterator[pa.RecordBatch]) -> Iterator[tuple[int, list[Columns]]]:
    pieces: dict[int, list[Columns]] = {}
    for batch in batches:
        for part, blob in zip(batch.column(0).to_pylist(), batch.column(1), strict=True):
            pieces.setdefault(part, []).append(unpacked(blob.as_buffer()))
    for part in sorted(pieces):
        yield part, pieces.pop(part)


def _as_blobs(given: Iterator[Dealt]) -> Iterator[pa.RecordBatch]:
    parts: list[int] = []
    blobs: list[bytes] = []
    size = 0
    for part, columns in given:
        parts.append(part)
        blobs.append(packed(columns))
        size += len(blobs[-1])
        if size >= AT_ONCE:
            yield _blobs(parts, blobs)
            parts, blobs, size = [], [], 0
    if parts:
        yield _blobs(parts, blobs)


def _blobs(parts: list[int], blobs: list[bytes]) -> pa.RecordBatch:
    return pa.record_batch([pa.array(parts, pa.int32()), pa.array(blobs, pa.binary())], names=["part", "blob"])
