"""The log: every batch of events with the places it was read up to, there whole or not at all.

A batch is an Arrow file, written beside and moved into place; the line in the manifest (SQLite) that names
it, its digest and the places in the sources is committed in one transaction. What is not in the manifest
was never read: a process killed at any moment leaves at most a file that nobody names.
"""

__all__ = ["Batch", "Counts", "Log"]

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from hustings.errors import BadInput, EnvironmentLacks, Problem
from hustings.watch.events import SCHEMA, Events

VERSION = 1
DAY = 86_400_000_000
# So many small files are put together, and so many rows make a large one.
MANY, LARGE = 100, 2_000_000
TABLES = """
CREATE TABLE IF NOT EXISTS batch (
  number INTEGER PRIMARY KEY, file TEXT NOT NULL UNIQUE, digest TEXT NOT NULL, rows INTEGER NOT NULL,
  first INTEGER, last INTEGER, rejects TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS place (
  source TEXT NOT NULL, part TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (source, part)
) STRICT;
CREATE TABLE IF NOT EXISTS count (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS step (number INTEGER PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """One committed file of events; `first` and `last` are times of events in microseconds."""

    number: int
    file: Path
    digest: str
    rows: int
    first: int | None
    last: int | None


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Since the log began: events read, taken, with a null, set aside as bad, and too old to be kept."""

    read: int = 0
    taken: int = 0
    skipped: int = 0
    rejected: int = 0
    left: int = 0


class Log:
    """A folder with the manifest and the files it names; one process at a time.

    Raises   BadInput where another process holds it, or a file is not what was committed
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.events = folder / "events"
        self.events.mkdir(parents=True, exist_ok=True)
        self._lock = (folder / "lock").open("a+")
        try:
            _hold(self._lock.fileno())
        except BlockingIOError as error:
            problem = Problem(
                where=str(folder), found="another watch at work", expected="one watch to a state",
                do="Stop the other, or name another state.",
            )  # fmt: skip
            raise BadInput("The watch cannot begin.", [problem]) from error
        self._base = sqlite3.connect(folder / "manifest.sqlite", isolation_level=None)
        self._base.execute("PRAGMA journal_mode=WAL")
        self._base.execute("PRAGMA synchronous=FULL")
        self._base.executescript(TABLES)
        found = self.kept("version")
        if found is None:
            self.keep("version", str(VERSION))
        elif found != str(VERSION):
            problem = Problem(
                where=str(folder), found=f"a log of version {found}", expected=f"version {VERSION}",
                do="Go on with the version that made it, or begin a new state.",
            )  # fmt: skip
            raise BadInput("The watch cannot begin.", [problem])
        self._clear()

    def _clear(self) -> None:
        """Take away what a killed process left and nobody names."""
        named = {row[0] for row in self._base.execute("SELECT file FROM batch")}
        named |= {row[0] for row in self._base.execute("SELECT rejects FROM batch WHERE rejects IS NOT NULL")}
        for path in self.events.iterdir():
            if path.name not in named and not path.name.startswith("rejects-"):
                path.unlink()
        for path in self.events.glob("rejects-*"):
            if path.name not in named and self._younger(path):
                path.unlink()

    def _younger(self, path: Path) -> bool:
        """Bad events stay when their batch has been merged; those of a batch never committed go."""
        (last,) = self._base.execute("SELECT max(number) FROM batch").fetchone()
        return last is None or int(path.stem.removeprefix("rejects-")) > last

    def close(self) -> None:
        """Let go of it."""
        self._base.close()
        self._lock.close()

    def places(self, source: str) -> dict[str, str]:
        """Where a source was read up to, part by part (a file, a partition)."""
        return dict(self._base.execute("SELECT part, value FROM place WHERE source = ?", (source,)))

    def counts(self) -> Counts:
        """What was read since the log began."""
        return Counts(**dict(self._base.execute("SELECT name, value FROM count")))

    def batches(self, after: int = 0) -> list[Batch]:
        """Committed batches with a number above `after`."""
        rows = self._base.execute(
            "SELECT number, file, digest, rows, first, last FROM batch WHERE number > ? ORDER BY number", (after,)
        )
        return [
            Batch(number=n, file=self.events / file, digest=digest, rows=rows, first=first, last=last)
            for n, file, digest, rows, first, last in rows
        ]

    def read(self, batch: Batch) -> pa.Table:
        """The events of a batch, if they are what was committed."""
        data = batch.file.read_bytes() if batch.file.exists() else b""
        if hashlib.sha256(data).hexdigest() != batch.digest:
            problem = Problem(
                where=str(batch.file), found="a file that is missing or not as it was written",
                expected="the events that were committed", do="Restore the whole state folder from a backup.",
            )  # fmt: skip
            raise BadInput("The state of the watch is damaged.", [problem])
        return pa.ipc.open_file(pa.py_buffer(data)).read_all().cast(SCHEMA)

    def append(self, source: str, events: Events, moved: Mapping[str, str]) -> Batch | None:
        """Commit events together with the places they were read up to; give the batch if it holds rows."""
        (last,) = self._base.execute("SELECT max(number) FROM batch").fetchone()
        number = (last or 0) + 1
        batch, rejects = None, None
        if events.rejects:
            rejects = f"rejects-{number:09}.jsonl"
            lines = [json.dumps({"source": source, **vars(one)}, ensure_ascii=False) for one in events.rejects]
            self._write(rejects, ("\n".join(lines) + "\n").encode("utf-8", "replace"))
        if len(events.rows) or rejects:
            batch = self._file(number, events.rows)
        with self._transaction():
            if batch is not None:
                self._base.execute(
                    "INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (number, batch.file.name, batch.digest, batch.rows, batch.first, batch.last, rejects),
                )
            self._base.executemany(
                "INSERT INTO place VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
                [(source, part, value) for part, value in moved.items()],
            )
            for name, more in (
                ("read", events.read), ("taken", len(events.rows)), ("skipped", events.skipped),
                ("rejected", len(events.rejects)),
            ):  # fmt: skip
                self._base.execute(
                    "INSERT INTO count VALUES (?, ?) ON CONFLICT DO UPDATE SET value = value + excluded.value",
                    (name, more),
                )
        return batch

    def tidy(self, cut: int) -> None:
        """Let rows before `cut` (microseconds) leave the disk, and put small files together.

        A file with old rows is written anew once all of it is old, or a day after its first row was.
        """
        batches = self.batches()
        for one in batches:
            stale = one.first is not None and one.last is not None and (one.last < cut or one.first < cut - DAY)
            if stale:
                rows = self.read(one)
                kept = rows.filter(pc.greater_equal(rows["at"], pa.scalar(cut, SCHEMA.field("at").type)))
                self._replace([one], kept, left=len(rows) - len(kept))
        run: list[Batch] = []
        small = [one for one in self.batches() if one.rows < LARGE // 4]
        for one in small:
            run.append(one)
            if sum(b.rows for b in run) >= LARGE or (one is small[-1] and len(run) >= MANY):
                self._replace(run, pa.concat_tables([self.read(b) for b in run]), left=0)
                run = []

    def _replace(self, old: list[Batch], rows: pa.Table, *, left: int) -> None:
        """Put one file in the place of several, in one transaction."""
        number = old[-1].number
        new = self._file(number, rows, merged=True)
        with self._transaction():
            # What was bad stays on file under the number of the batch it came with.
            self._base.executemany("DELETE FROM batch WHERE number = ?", [(one.number,) for one in old])
            self._base.execute(
                "INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?, NULL)",
                (number, new.file.name, new.digest, new.rows, new.first, new.last),
            )
            self._base.execute(
                "INSERT INTO count VALUES ('left', ?) ON CONFLICT DO UPDATE SET value = value + excluded.value", (left,)
            )
        for one in old:
            if one.file != new.file:
                one.file.unlink(missing_ok=True)

    def rejects(self) -> Iterator[str]:
        """The lines of all bad events, in the order in which they came."""
        for path in sorted(self.events.glob("rejects-*.jsonl")):
            yield from path.read_text(encoding="utf-8").splitlines()

    def kept(self, name: str) -> str | None:
        """Something small that the watch remembers."""
        row = self._base.execute("SELECT value FROM kept WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def keep(self, name: str, value: str) -> None:
        """Remember it."""
        with self._transaction():
            self._base.execute(
                "INSERT INTO kept VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", (name, value)
            )

    def remember(self, history: str, steps: Sequence[str]) -> None:
        """Keep where the history of findings stands, and what happened in one run, together."""
        with self._transaction():
            self._base.execute(
                "INSERT INTO kept VALUES ('history', ?) ON CONFLICT DO UPDATE SET value = excluded.value", (history,)
            )
            self._base.executemany("INSERT INTO step (value) VALUES (?)", [(step,) for step in steps])

    def steps(self) -> list[str]:
        """Everything that ever happened to a finding, in order."""
        return [row[0] for row in self._base.execute("SELECT value FROM step ORDER BY number")]

    def _file(self, number: int, rows: pa.Table, *, merged: bool = False) -> Batch:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_file(sink, SCHEMA, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
            writer.write_table(rows.cast(SCHEMA))
        data = sink.getvalue().to_pybytes()
        digest = hashlib.sha256(data).hexdigest()
        # The digest in the name keeps a merged file apart from the one whose number it takes.
        file = self._write(f"{number:09}-{'merged' if merged else 'came'}-{digest[:12]}.arrow", data)
        span = pc.min_max(rows["at"].cast(pa.int64())).as_py() if len(rows) else {"min": None, "max": None}
        return Batch(number=number, file=file, digest=digest, rows=len(rows), first=span["min"], last=span["max"])

    def _write(self, name: str, data: bytes) -> Path:
        """A file on the disk, its name too, before anything speaks of it."""
        place, part = self.events / name, self.events / f".{name}.part"
        try:
            with part.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(place)
            folder = os.open(self.events, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise EnvironmentLacks(
                f"Events cannot be kept in {self.events} ({error.strerror}). Nothing is lost: they are read again. "
                "Mend the disk, then run the same command again."
            ) from error
        return place

    def _transaction(self) -> "_Transaction":
        return _Transaction(self._base)


class _Transaction:
    def __init__(self, base: sqlite3.Connection) -> None:
        self._base = base

    def __enter__(self) -> None:
        self._base.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._base.execute("COMMIT" if kind is None else "ROLLBACK")


def _hold(handle: int) -> None:
    import fcntl  # noqa: PLC0415 - only where there is such a thing

    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
