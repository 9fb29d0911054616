"""Foreign exports made the posts table: the engine that runs a source over its files, in batches."""

__all__ = ["ToldPosts", "write_posts"]

import tempfile
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hustings.connectors.export_files import JSON, TABLES, ExportFile, export_files
from hustings.connectors.json_pieces import json_pieces
from hustings.connectors.post_mapping import mapped_posts
from hustings.connectors.post_rows import Account, Gone, LostDigitsError, Passed, Post, Strange, table_of
from hustings.connectors.post_source import PostSource, Record
from hustings.connectors.reading import unpacked
from hustings.connectors.sameness import SeenEvents
from hustings.connectors.trace_file import TraceWriter
from hustings.connectors.tracing import Skipped
from hustings.errors import BadInput, Problem
from hustings.progress import Progress, Silent
from hustings.writing import whole_file

ENDINGS = (".parquet", ".arrow", ".feather")
BATCH = 20_000
MINUTE = 60_000_000
# After so many damaged ids a file is not read to its end.
MOST_LOST = 1_000
FIRST = 5
# What makes two rows the same post.
SAME = ("platform", "actor", "content")


@dataclass(frozen=True, kw_only=True)
class ToldPosts:
    """How a posts table came about.

    read      things read; `posts` rows written; `repeats` posts that stood there more than once
    filled    of each column how many posts have it
    skipped   what is no row and why; `notes` what else a reader should know
    """

    read: int
    posts: int
    repeats: int
    filled: dict[str, int]
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...]


@dataclass
class _Run:
    """What a run keeps in mind: counts, problems, and what is to be joined at the end."""

    source: PostSource
    platform: str
    problems: list[Problem] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    first: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    read: int = 0
    accounts: dict[str, list[tuple[int, dict[str, Any]]]] = field(default_factory=lambda: defaultdict(list))
    gone: dict[tuple[str, str | None], int] = field(default_factory=dict)

    def passed(self, where: str, reason: str) -> None:
        self.counts[reason] = self.counts.get(reason, 0) + 1
        if len(self.first[reason]) < FIRST:
            self.first[reason].append(where)

    def skipped(self) -> tuple[Skipped, ...]:
        return tuple(
            Skipped(reason=reason, count=count, first=tuple(self.first[reason]))
            for reason, count in self.counts.items()
        )


def write_posts(
    paths: Sequence[Path],
    source: PostSource,
    place: Path,
    *,
    platform: str | None = None,
    progress: Progress | None = None,
) -> ToldPosts:
    """Read the files as `source` and write the posts table, Parquet or Arrow by its ending; whole or not at all.

    Of a folder or zip every file counts that may be of the source by its ending, in the order of their names, but what begins with a dot.
    A post that stands in several files or pages is one row, the first; rows keep the order of the files.
    Costs    memory for a batch of posts and eight bytes for each; what is known of accounts and deletions besides,
             where the source tells of them apart from posts (`joins`)
    Raises   BadInput with the problems of all files
    """
    place = Path(place)
    if place.suffix.lower() not in ENDINGS:
        problem = Problem(
            where="--out", found=str(place), expected="a name ending in .parquet or .arrow", do="Name it so."
        )
        raise BadInput("The output has no format we know.", [problem])
    progress = progress or Silent()
    run = _Run(source=source, platform=platform or source.platform)
    with whole_file(place) as part, tempfile.TemporaryDirectory(dir=place.parent, prefix=".posts-") as folder:
        files, passed = export_files(paths, Path(folder) / "zips", JSON if source.mapping is None else TABLES)
        # Before accounts and deletions are known, posts wait on disk, not in memory.
        waiting = Path(folder) / "waiting.parquet" if source.joins else part
        written = _Written(waiting, ".parquet" if source.joins else place.suffix.lower(), source.extra)
        for number, file in enumerate(files):
            progress.step(f"Reading {file.path.name}")
            progress.at(number, len(files))
            before = len(run.problems)
            _file(file, run, written)
            run.problems[before:] = [
                replace(problem, where=problem.where.replace(str(file.path), file.shown))
                for problem in run.problems[before:]
            ]
        if run.problems:
            raise BadInput("The posts cannot be read.", run.problems)
        if not written.posts:
            raise _nothing(files, run)
        written.close()
        if source.joins:
            progress.step("Joining accounts and deletions")
            _join(run, waiting, part, place.suffix.lower(), written)
    notes = [f"{count:,} deletions of posts that are not here." for count in [len(run.gone)] if count]
    if passed:
        shown = ", ".join(passed[:FIRST]) + (", ..." if len(passed) > FIRST else "")
        notes.append(
            f"Files that are nothing of this source by their names were passed over: {len(passed):,} ({shown})."
        )
    if written.whole_minutes * 2 > written.posts:
        notes.append(
            f"{written.whole_minutes:,} of {written.posts:,} posts stand at whole minutes: what is closer than a "
            "minute cannot be told, and a window under 120 s compares clocks."
        )
    return ToldPosts(
        read=run.read, posts=written.posts, repeats=written.repeats, skipped=run.skipped(), notes=tuple(notes),
        filled={name: count for name, count in written.filled.items() if count},
    )  # fmt: skip


class _Written:
    """Collects posts into batches, drops repeats, writes."""

    def __init__(self, place: Path, ending: str, extra: Sequence[str]) -> None:
        self.extra = extra
        self.writer = TraceWriter(place, ending)
        self.writer.ROWS = BATCH
        self.seen = SeenEvents(SAME)
        self.rows: list[dict[str, Any]] = []
        self.posts = self.repeats = 0
        self.filled: dict[str, int] = {}
        self.whole_minutes = 0

    def add(self, row: dict[str, Any]) -> None:
        self.rows.append(row)
        if len(self.rows) >= BATCH:
            self.flush()

    def flush(self) -> None:
        if not self.rows:
            return
        table = table_of(self.rows, self.extra)
        new = self.seen.first(table)
        self.repeats += len(table) - len(new)
        self.posts += len(new)
        self.rows = []
        if len(new):
            self.count(new)
            self.whole_minutes += int((new["at"].cast(pa.int64()).to_numpy() % MINUTE == 0).sum())
            self.writer.take(new)

    def count(self, table: pa.Table) -> None:
        for name in table.column_names:
            self.filled[name] = self.filled.get(name, 0) + len(table) - table[name].null_count

    def close(self) -> None:
        self.flush()
        self.writer.close()


def _file(file: ExportFile, run: _Run, written: _Written) -> None:
    """One file's posts into the table; a file of another kind is a problem of its own."""
    path, shown = file.path, file.shown
    known = 0
    strange: list[Strange] = []
    lost: list[str] = []
    before = len(run.problems)
    try:
        for record in _records(path, run, lost):
            run.read += 1
            match record:
                case Post(line=line, values=values):
                    known += 1
                    _keep(f"{shown}, line {line}", values, run, written)
                case Account(actor=actor, at=at, values=values):
                    known += 1
                    run.accounts[actor].append((at, values))
                case Gone(at=at, actor=actor, content=content):
                    known += 1
                    run.gone[actor, content] = max(at, run.gone.get((actor, content), at))
                case Passed(line=line, reason=reason):
                    known += 1
                    run.passed(f"{shown}, line {line}", reason)
                case Strange():
                    strange.append(record) if len(strange) < FIRST else None
                    run.passed(f"{shown}, line {record.line}", f"things that are no {run.source.unit}")
        written.flush()
    except BadInput as error:
        run.problems += error.problems
    run.problems += _lost_digits(path, lost)
    if not known and len(run.problems) == before:
        found = f"no {run.source.unit}"
        if strange:
            found += f"; line {strange[0].line} holds {strange[0].what}"
        run.problems.append(
            Problem(
                where=str(path), found=found, expected=f"{run.source.title} ({run.source.files})",
                do="Name the source that it is with --as, or leave the file out.",
            )
        )  # fmt: skip


def _records(path: Path, run: _Run, lost: list[str]) -> Iterator[Record]:
    source = run.source
    if source.mapping is not None:
        yield from mapped_posts(path, source.mapping, run.problems, lost)
        return
    assert source.taker is not None, "a source has a taker or a mapping"
    take = source.taker()
    with unpacked(path, "JSON") as stream:
        for piece in json_pieces(path, stream, run.problems, descend=source.descend):
            try:
                yield from take(piece)
            except LostDigitsError as error:
                lost.append(f"line {piece.line}: {error}")
                if len(lost) == MOST_LOST:
                    return


def _keep(where: str, values: dict[str, Any], run: _Run, written: _Written) -> None:
    for name in ("actor", "content"):
        if not values.get(name):
            run.passed(where, f"posts without {name}")
            return
    if values.get("at") is None:
        run.passed(where, "posts without a readable time")
        return
    values.setdefault("platform", None)
    values["platform"] = values["platform"] or run.platform
    written.add(values)


def _lost_digits(path: Path, lost: list[str]) -> Iterable[Problem]:
    if lost:
        shown = "; ".join(lost[:FIRST]) + (f" and {len(lost) - FIRST:,} more" if len(lost) > FIRST else "")
        yield Problem(
            where=str(path), found=f"ids written as numbers with a fraction or exponent ({shown})",
            expected="ids as text or whole numbers: their last digits are lost here",
            do="Export again with ids as text; do not open the file in a spreadsheet.",
        )  # fmt: skip


def _nothing(files: Sequence[ExportFile], run: _Run) -> BadInput:
    reasons = "; ".join(f"{skip.count:,} {skip.reason}" for skip in run.skipped()) or "nothing at all"
    return BadInput(
        "There is no post in the files.",
        [
            Problem(
                where=", ".join(file.shown for file in files), found=reasons, expected="at least one post",
                do="Check how the files were made.",
            )
        ],
    )  # fmt: skip


def _join(run: _Run, waiting: Path, place: Path, ending: str, written: _Written) -> None:
    """Write the posts again with what is known of their accounts at their time, and when they went."""
    for facts in run.accounts.values():
        facts.sort(key=lambda fact: fact[0])
    written.filled = {}
    writer = TraceWriter(place, ending)
    writer.ROWS = BATCH
    used: set[tuple[str, str | None]] = set()
    with pq.ParquetFile(waiting) as file:
        for batch in file.iter_batches(BATCH):
            table = _joined(pa.Table.from_batches([batch]), run, used)
            written.count(table)
            writer.take(table)
    writer.close()
    for key in used:
        run.gone.pop(key, None)


def _joined(table: pa.Table, run: _Run, used: set[tuple[str, str | None]]) -> pa.Table:
    names = ("handle", "name", "profile_text", "profile_picture", "created")
    columns: dict[str, list[Any]] = {name: [] for name in (*names, "deleted")}
    at = table["at"].cast(pa.int64()).to_pylist()
    for actor, content, moment in zip(table["actor"].to_pylist(), table["content"].to_pylist(), at, strict=True):
        facts = run.accounts.get(actor, [])
        for name in names:
            columns[name].append(_as_of(facts, name, moment))
        columns["deleted"].append(_went(run, actor, content, moment, used))
    for name, values in columns.items():
        place = table.column_names.index(name)
        kind = table.schema.field(name)
        column = (
            pa.array(values, pa.int64()).cast(kind.type)
            if name in {"created", "deleted"}
            else pa.array(values, kind.type)
        )
        table = table.set_column(place, kind, column)
    return table


def _as_of(facts: list[tuple[int, dict[str, Any]]], name: str, moment: int) -> Any:
    """What was last said before a moment, else what was first said after it."""
    place = bisect_right(facts, moment, key=lambda fact: fact[0])
    for _, values in reversed(facts[:place]):
        if values.get(name) is not None:
            return values[name]
    return next((values[name] for _, values in facts[place:] if values.get(name) is not None), None)


def _went(run: _Run, actor: str, content: str, moment: int, used: set[tuple[str, str | None]]) -> int | None:
    moments = []
    for key in ((actor, content), (actor, None)):
        at = run.gone.get(key)
        if at is not None and at >= moment:
            used.add(key)
            moments.append(at)
    return min(moments, default=None)
