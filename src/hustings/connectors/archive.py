"""Archives of political ads read whole: any of their files, folders and zips, every row in or named with its reason."""

__all__ = ["Archive", "ArchiveReader", "FileRead", "Placed", "Skipped", "read_archive"]

import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar, cast

from hustings.connectors.archive_totals import NOUNS, Totals
from hustings.connectors.kinds import KINDS, Beside, Kind, Record, kinds_named, recognised
from hustings.connectors.line import Head, Line, Unfit, head_of, plain
from hustings.connectors.mapped_ads import AdsMapping, missing, read_mapped
from hustings.connectors.rates import Rates
from hustings.connectors.rows import FileRows, Row, rows_of
from hustings.connectors.sources import Source, find_sources
from hustings.errors import BadInput, Problem
from hustings.screening.ad import Ad, AdsTable
from hustings.screening.archive import (
    Advertiser,
    CampaignAim,
    DeliveryShare,
    KeywordSpend,
    OtherRow,
    RegionSpend,
    ReportRow,
    WeeklySpend,
)  # fmt: skip

# Rows from which a file's columns and ways of writing numbers and days are seen.
SAMPLE = 2_000
FEW = 10
BATCH = 4_096


@dataclass(frozen=True)
class Skipped:
    """A row that is not among the records, where it stands, and why."""

    file: str
    line: str
    reason: str


@dataclass(frozen=True)
class Placed:
    """A record with where it came from and a digest of all that it says."""

    record: Record
    file: str
    line: str
    digest: str


@dataclass(kw_only=True)
class FileRead:
    """One file of an archive: what it is, and what became of its rows."""

    source: Source
    sha256: str
    kind: str | None = None
    about: str = "not recognised"
    columns: tuple[str, ...] = ()
    rows: int = 0
    rows_in: int = 0
    records: dict[str, int] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)
    unknown: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)
    totals: Totals = field(default_factory=Totals)

    @property
    def name(self) -> str:
        """The file as people see it."""
        return self.source.name


class ArchiveReader:
    """Reads an archive file by file, in batches, so that it need not fit into memory.

    Tables that others are joined with come first. An ad that stands in several rows or files with the same
    content counts once; with another content, the first stays and the other is named. A file that cannot be
    read is a problem, kept until all are read.
    """

    def __init__(
        self, paths: list[Path], kind: str | None = None, mapping: AdsMapping | None = None, rates: Rates | None = None
    ) -> None:
        self.kind, self.mapping, self.rates = kind, mapping, rates
        self.among = KINDS if kind is None else kinds_named(kind)
        if not self.among:
            names = ", ".join(dict.fromkeys(name for one in KINDS for name in (one.name.split("-")[0], one.name)))
            problem = Problem(where="--kind", found=repr(kind), expected=f"one of {names}", do="Name one of these.")
            raise BadInput("The kind of archive is unknown.", [problem])
        self.files: list[FileRead] = []
        self.passed: list[str] = []
        self.problems: list[Problem] = []
        self.beside = Beside()
        # Ad -> digest of what was said of it, file, line.
        self.seen: dict[tuple[str | None, str], tuple[str, str, str]] = {}
        sources: list[Source] = []
        for path in paths:
            try:
                found, passed, problems = find_sources(path)
            except BadInput as error:
                self.problems += error.problems
                continue
            sources += found
            self.passed += passed
            self.problems += problems
        self.sources = self._ordered(list(dict.fromkeys(sources)))

    def _ordered(self, sources: list[Source]) -> list[tuple[Source, str]]:
        """Each source with its digest, those that others are joined with first; the same bytes are read once."""
        early: list[tuple[Source, str]] = []
        late: list[tuple[Source, str]] = []
        names: dict[str, str] = {}
        for source in sources:
            try:
                digest = source.digest()
            except (OSError, EOFError, RuntimeError, ValueError) as error:
                self.problems.append(
                    Problem(
                        where=source.name,
                        found=str(error) or type(error).__name__,
                        expected="a readable file",
                        do="Get it again.",
                    )
                )
                continue
            if digest in names:
                self.passed.append(f"{source.name} (the same bytes as {names[digest]})")
                continue
            names[digest] = source.name
            head, _ = self._head(rows_of(source), FEW)
            kind = recognised(head, self.among) if head is not None and self.mapping is None else None
            (early if kind is not None and kind.first else late).append((source, digest))
        return early + late

    def _head(self, rows: FileRows, most: int = SAMPLE) -> tuple[Head | None, Iterator[Row]]:
        stream = iter(rows)
        sample = list(itertools.islice(stream, most))
        usable = [row for row in sample if row.wrong is None]
        if not usable and not rows.columns:
            return None, itertools.chain(sample, stream)
        head = head_of(rows.source.file_name, usable, rows.columns)
        return head, itertools.chain(sample, stream)

    def batches(self) -> Iterator[tuple[FileRead, list[Placed]]]:
        """All records, a file after another; a file's sums are whole after its last batch."""
        for source, digest in self.sources:
            yield from self.read(source, digest)

    def read(self, source: Source, digest: str) -> Iterator[tuple[FileRead, list[Placed]]]:
        """The records of one file; at least one batch, so that a file without rows is seen."""
        file = FileRead(source=source, sha256=digest, totals=Totals(rates=self.rates))
        self.files.append(file)
        rows = rows_of(source)
        head, stream = self._head(rows)
        kind = self._kind(file, head, rows)
        if kind is None or head is None:
            self.problems += rows.problems
            yield file, []
            return
        unknown: dict[str, None] = {}
        batch: list[Placed] = []
        for row in stream:
            file.rows += 1
            if row.wrong is not None:
                file.skipped.append(Skipped(source.name, row.line, row.wrong))
                continue
            line = Line(head, row)
            try:
                read = kind.read(line, self.beside)
            except Unfit as error:
                file.skipped.append(Skipped(source.name, row.line, str(error)))
                continue
            except (ValueError, TypeError, AttributeError, LookupError, ArithmeticError) as error:
                # A cell of a shape that no archive has had yet: the row is named, the others go on.
                reason = f"a value of a shape that we do not know ({type(error).__name__}: {error})"[:200]
                file.skipped.append(Skipped(source.name, row.line, reason))
                continue
            records = read if isinstance(read, tuple) else (read,)
            if kind.name not in KEPT_AS_REST:
                unknown |= dict.fromkeys(
                    name for name, _ in records[0].rest if plain(name) in line.values and plain(name) not in line.used
                )
            if self._taken(file, row, records, batch):
                file.rows_in += 1
            if len(batch) >= BATCH:
                yield file, batch
                batch = []
        file.columns = tuple(rows.columns)
        file.unknown = tuple(unknown)
        file.notes += [text if count == 1 else f"{text} ({count:,} times)" for text, count in rows.notes.items()]
        self.problems += rows.problems
        yield file, batch

    def _kind(self, file: FileRead, head: Head | None, rows: FileRows) -> Kind | None:
        if head is None:
            if not rows.problems:
                self.problems.append(
                    _unreadable(file.name, "no rows", "at least a header", "Check how the file was made.")
                )
            return None
        if self.mapping is not None:
            mapping = self.mapping
            lacking = missing(mapping, head.columns)
            if lacking:
                has = ", ".join(map(repr, list(head.columns.values())[:40]))
                self.problems += [
                    _unreadable(
                        file.name,
                        f"no column {name!r}; it has {has}",
                        "the columns that the mapping names",
                        "Name it as the table does.",
                    )
                    for name in lacking
                ]
                return None
            head.written(mapping.style, mapping.order)
            kind = Kind(
                name="mapped",
                about=f"a table by the mapping {mapping.name}",
                read=lambda line, _: read_mapped(line, mapping),
            )
        else:
            found = recognised(head, self.among)
            if found is None and self.kind is not None and len(self.among) == 1:
                found = self.among[0]
            if found is None and file.source.ending == ".txt":
                self.passed.append(f"{file.name} (a text, no table that we know)")
                return None
            if found is None:
                has = ", ".join(map(repr, list(head.columns.values())[:20]))
                self.problems.append(
                    _unreadable(
                        file.name,
                        f"a table that we do not know; it has {has}",
                        "a table of an archive of ads",
                        "Name its kind with --kind, or say which column is what with --mapping.",
                    )
                )
                return None
            kind = found
        file.kind, file.about = kind.name, kind.about
        return kind

    def _taken(self, file: FileRead, row: Row, records: tuple[Record, ...], batch: list[Placed]) -> bool:
        taken = False
        for record in records:
            digest = digest_of(record)
            if isinstance(record, Ad):
                before = self.seen.setdefault((record.platform, record.ad), (digest, file.name, row.line))
                if before[1:] != (file.name, row.line):
                    same = before[0] == digest
                    what = "the same ad again, as in" if same else "another row of the ad in"
                    file.skipped.append(Skipped(file.name, row.line, f"{what} {_short(before[1])}, {before[2]}"))
                    if same and before[1] != file.name:
                        file.totals.add(record)  # the file holds it, though the archive has it from another one
                    continue
            self.beside.keep(record)
            file.totals.add(record)
            noun = NOUNS.get(type(record), "other rows")
            file.records[noun] = file.records.get(noun, 0) + 1
            batch.append(Placed(record, file.name, row.line, digest))
            taken = True
        return taken


# Tables of which we name no column: all of it is "rest" and none of it unknown.
KEPT_AS_REST = {"ira-landing-keys", "ira-totals", "google-updated", "google-mapping"}


def _short(name: str) -> str:
    return name.rsplit("/", 1)[-1]


def _unreadable(where: str, found: str, expected: str, do: str) -> Problem:
    return Problem(where=where, found=found, expected=expected, do=do)


def digest_of(record: Record) -> str:
    """Sixteen hexadecimal digits of the sha256 of all that a record says; the zone of a moment does not count."""
    said = []
    for name, value in vars(record).items():
        if value is None or value == ():
            continue
        said.append(f"{name}={value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value!r}")
    return hashlib.sha256("\n".join(said).encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True)
class Archive:
    """All of an archive in memory. `ads` is None where it holds no single ads (a report, a table of advertisers)."""

    ads: AdsTable | None
    advertisers: tuple[Advertiser, ...]
    weeks: tuple[WeeklySpend, ...]
    regions: tuple[RegionSpend, ...]
    report: tuple[ReportRow, ...]
    keywords: tuple[KeywordSpend, ...]
    campaigns: tuple[CampaignAim, ...]
    shares: tuple[DeliveryShare, ...]
    other: tuple[OtherRow, ...]
    skipped: tuple[Skipped, ...]
    files: tuple[FileRead, ...]
    passed: tuple[str, ...]


Wanted = TypeVar("Wanted")


def read_archive(path: Path, kind: str | None = None, mapping: AdsMapping | None = None) -> Archive:
    """Read a file, folder or zip whole; all that cannot be read is said at once.

    Limits   for an archive that does not fit into memory, use `ArchiveReader.batches`.
    Raises   BadInput, after everything was tried.
    """
    reader = ArchiveReader([Path(path)], kind, mapping)
    by_type: dict[type, list[Record]] = {}
    for _, batch in reader.batches():
        for placed in batch:
            by_type.setdefault(type(placed.record), []).append(placed.record)
    if reader.problems:
        raise BadInput("An archive cannot be read.", reader.problems)

    def of(kind: type[Wanted]) -> tuple[Wanted, ...]:
        return cast("tuple[Wanted, ...]", tuple(by_type.get(kind, ())))

    ads = of(Ad)
    with_ads = [file for file in reader.files if file.records.get("ads")]
    table = AdsTable(
        ads=tuple(sorted(ads, key=lambda ad: (ad.platform or "", ad.ad))),
        source=" and ".join(dict.fromkeys(str(file.kind) for file in with_ads)),
        columns=tuple(dict.fromkeys(name for file in with_ads for name in file.columns)),
        unknown=tuple(dict.fromkeys(name for file in with_ads for name in file.unknown)),
        notes=tuple(note for file in with_ads for note in file.notes),
    )  # fmt: skip
    return Archive(
        ads=table if ads else None, advertisers=of(Advertiser), weeks=of(WeeklySpend), regions=of(RegionSpend),
        report=of(ReportRow), keywords=of(KeywordSpend), campaigns=of(CampaignAim), shares=of(DeliveryShare),
        other=of(OtherRow), skipped=tuple(one for file in reader.files for one in file.skipped),
        files=tuple(reader.files), passed=tuple(reader.passed),
    )  # fmt: skip
