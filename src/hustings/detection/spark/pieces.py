"""Parquet on a disk that all machines share: tasks read it themselves, without a way through Java row by row."""

__all__ = ["Piece", "piece_batches", "pieces_of"]

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from hustings.detection.spark.work import sampled
from hustings.detection.tables import row_group, wrong_columns
from hustings.errors import BadInput

DISK = "file://"
# Rows that are worth a task.
ENOUGH = 500_000


@dataclass(frozen=True)
class Piece:
    """Row groups, by file and number, that one task reads; `rows` in all."""

    groups: tuple[tuple[str, int], ...]
    rows: int


def pieces_of(places: Sequence[str]) -> tuple[Piece, ...] | None:
    """The pieces of these files and folders; None where they are Spark's to read.

    Spark's are other addresses than `file://`, folders whose names hold a column, and what is no Parquet: it says
    best what is wrong there.
    Raises   BadInput: columns missing or of another type
    """
    files = [file for place in places for file in _files(place)]
    if not files or None in files:
        return None
    groups, problems = [], []
    for file in filter(None, files):
        try:
            told = pq.read_metadata(file)
        except (pa.ArrowException, OSError):
            return None
        problems += wrong_columns(str(file), told.schema.to_arrow_schema())
        groups += [((str(file), k), told.row_group(k).num_rows) for k in range(told.num_row_groups)]
    if problems:
        raise BadInput(f"Cannot use {', '.join(places)} as a trace table.", problems)
    rows = np.array([rows for _, rows in groups], np.int64)
    # A task goes on to whole row groups until it has enough.
    task = (np.cumsum(rows) - rows) // ENOUGH
    _, starts = np.unique(task, return_index=True)
    cuts = [*starts.tolist(), len(groups)]
    return tuple(Piece(tuple(group for group, _ in groups[a:b]), int(rows[a:b].sum())) for a, b in pairwise(cuts))


def _files(place: str) -> Iterator[Path | None]:
    """The files of a place that Spark would read; None among them where only Spark can tell."""
    if not place.startswith(DISK):
        yield None
        return
    path = Path(place.removeprefix(DISK))
    if not path.is_dir():
        yield path if path.is_file() else None
        return
    for folder, below, names in os.walk(path):
        below[:] = sorted(name for name in below if name[0] not in "._")
        if any("=" in name for name in below):
            yield None
        yield from (Path(folder) / name for name in sorted(names) if name[0] not in "._")


def piece_batches(piece: Piece, sample: int | None) -> Iterator[pa.RecordBatch]:
    """The rows of a piece, as `TraceTables` gives them; with `sample` traces of one row in so many, no contents."""
    for file, group in piece.groups:
        for batch in row_group(Path(file), group):
            yield batch if sample is None else sampled(batch, sample)
