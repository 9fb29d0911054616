"""A folder in which trace tables appear; a file is read when it is whole, and half-written ones wait."""

__all__ = ["FolderSource"]

import csv
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from hustings.detection.tables import COLUMNS, wrong_columns
from hustings.watch.config import FolderToWatch
from hustings.watch.events import Events, Reject, from_json, from_table, from_text
from hustings.watch.source import Moved

ENDINGS = {".parquet", ".arrow", ".feather", ".ipc", ".csv", ".jsonl", ".ndjson"}
# Events committed at once.
PIECE = 100_000
DAMAGED = (pa.ArrowException, OSError, UnicodeDecodeError, csv.Error)


@dataclass(frozen=True)
class _Seen:
    """How a file looked, and since when (seconds of a clock that only runs forward)."""

    size: int
    changed: int
    since: float


class FolderSource:
    """The rule: a file is whole once its size and time of change have been the same for `settle_s` between two looks.

    Names that begin with a dot or end in something else than a trace table's ending are left alone, so a
    writer that moves its file in when done is always safe. A file that cannot be read yet (a Parquet file
    without its end) waits until it changes; after `patience_s` unchanged it is set aside as damaged. One that
    changes after it was read is read again: rows known already are exact repeats, which count once.
    """

    def __init__(self, told: FolderToWatch) -> None:
        self.told = told
        self.name = told.name
        self.trouble: str | None = None
        self._seen: dict[str, _Seen] = {}
        self._unread = False

    def read(self, places: dict[str, str], latest: int) -> Iterator[tuple[Events, Moved]]:
        """Every whole file that was not read yet, oldest first."""
        self._unread = False
        try:
            found = sorted(
                (path.stat().st_mtime_ns, path.name)
                for path in self.told.path.iterdir()
                if path.suffix in ENDINGS and not path.name.startswith(".") and path.is_file()
            )
        except OSError as error:
            self.trouble = f"{self.told.path}: {error.strerror}"
            return
        self.trouble = None
        for changed, name in found:
            try:
                size = (self.told.path / name).stat().st_size
            except OSError:
                continue  # taken away between two looks
            place = json.loads(places.get(name, "{}"))
            if place.get("size") == size and place.get("changed") == changed:
                if place["whole"]:
                    continue
                done = int(place["rows"])
            else:
                done = 0
            now = time.monotonic()
            seen = self._seen.get(name)
            if seen is None or (seen.size, seen.changed) != (size, changed):
                seen = self._seen[name] = _Seen(size, changed, now)
            if now - seen.since < self.told.settle_s:
                self._unread = True
                continue
            yield from self._file(name, seen, done, latest, now)

    def _file(self, name: str, seen: _Seen, done: int, latest: int, now: float) -> Iterator[tuple[Events, Moved]]:
        path = self.told.path / name

        def moved(rows: int, *, whole: bool) -> Moved:
            return {name: json.dumps({"size": seen.size, "changed": seen.changed, "rows": rows, "whole": whole})}

        rows = done
        try:
            for events in _pieces(path, done, latest):
                rows += events.read
                yield events, moved(rows, whole=False)
        except DAMAGED as error:
            if isinstance(error, FileNotFoundError):
                return
            if now - seen.since < self.told.patience_s:
                self._unread = True
                return
            reason = f"damaged or cut off ({str(error).splitlines()[0][:160]})"
            yield Events(rejects=(Reject(where=str(path), reason=reason, text=""),)), moved(rows, whole=True)
            return
        yield Events(), moved(rows, whole=True)
        self._seen.pop(name, None)

    def waiting(self) -> bool:
        """Whether a file is still settling."""
        return self._unread

    def settles_in(self) -> float:
        """Until the youngest file that was there has been unchanged for long enough."""
        now = time.monotonic()
        return max((self.told.settle_s - (now - seen.since) for seen in self._seen.values()), default=0.0)

    def close(self) -> None:
        """Nothing is held open."""


def _pieces(path: Path, done: int, latest: int) -> Iterator[Events]:
    """The events of a file beyond the first `done` rows, in pieces."""
    with path.open("rb") as file:
        head = file.read(8)
    if head[:4] == b"PAR1":
        read = pyarrow.parquet.ParquetFile(path)
        yield from _typed(path, read.schema_arrow, read.iter_batches(PIECE, use_threads=False), done, latest)
    elif head[:6] == b"ARROW1":
        with pa.OSFile(str(path)) as opened:
            ipc = pa.ipc.open_file(opened)
            batches = (ipc.get_batch(k) for k in range(ipc.num_record_batches))
            yield from _typed(path, ipc.schema, batches, done, latest)
    elif head[:4] == b"\xff\xff\xff\xff":
        with pa.OSFile(str(path)) as opened:
            stream = pa.ipc.open_stream(opened)
            yield from _typed(path, stream.schema, stream, done, latest)
    elif path.suffix in {".jsonl", ".ndjson"}:
        yield from _lines(path, done, latest)
    elif path.suffix == ".csv":
        yield from _csv(path, done, latest)
    else:
        raise pa.ArrowInvalid(f"bytes that are not {path.suffix[1:]}: {head!r}")


def _typed(
    path: Path, schema: pa.Schema, batches: Iterator[pa.RecordBatch], done: int, latest: int
) -> Iterator[Events]:
    if wrong_columns(str(path), schema):
        # Said once for the whole file.
        yield from_table(schema.empty_table(), str(path), latest)
        return
    at = 0
    for batch in batches:
        for start in range(0, len(batch), PIECE):
            piece = batch.slice(start, PIECE)
            at += len(piece)
            if at <= done:
                continue
            piece = piece.slice(max(0, done - (at - len(piece))))
            yield from_table(pa.Table.from_batches([piece]), f"{path} after row {at - len(piece):,}", latest)


def _lines(path: Path, done: int, latest: int) -> Iterator[Events]:
    with path.open("rb") as file:
        lines = islice(enumerate(file, 1), done, None)
        while piece := list(islice(lines, PIECE)):
            events = [(f"{path} line {number:,}", line) for number, line in piece if line.strip()]
            found = from_json([line for _, line in events], [place for place, _ in events], latest)
            # Empty lines are no events, but they are lines that need not be looked at again.
            yield Events(rows=found.rows, read=len(piece), skipped=found.skipped, rejects=found.rejects)


def _csv(path: Path, done: int, latest: int) -> Iterator[Events]:
    bad: list[Reject] = []

    def invalid(row: "pyarrow.csv.InvalidRow") -> str:
        bad.append(
            Reject(
                where=f"{path}, row {row.number}" if row.number is not None else str(path), text=str(row.text)[:400],
                reason=f"{row.actual_columns} fields where the header has {row.expected_columns}",
            )
        )  # fmt: skip
        return "skip"

    with path.open("rb") as file:
        header = next(csv.reader([file.readline().decode("utf-8-sig")]), [])
    reader = pyarrow.csv.open_csv(
        path,
        read_options=pyarrow.csv.ReadOptions(use_threads=False, block_size=1 << 22),
        parse_options=pyarrow.csv.ParseOptions(invalid_row_handler=invalid, newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types={name: pa.string() for name in header}, strings_can_be_null=True, null_values=[""]
        ),
    )
    if any(reader.schema.names.count(name) != 1 for name in COLUMNS):
        # Said once for the whole file, as for any other table.
        yield from_table(reader.schema.empty_table(), str(path), latest)
        return
    at = 0
    for batch in reader:
        at += len(batch)
        if at > done:
            piece = batch.slice(max(0, done - (at - len(batch))))
            table = pa.Table.from_batches([piece]).select(list(COLUMNS))
            found = from_text(table, f"{path} after row {at - len(piece):,}", latest)
            yield Events(
                rows=found.rows, read=found.read, skipped=found.skipped, rejects=found.rejects + tuple(bad)
            )  # fmt: skip
        bad.clear()
    if bad:
        yield Events(rejects=tuple(bad))
