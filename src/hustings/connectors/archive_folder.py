"""An archive written as a folder of Parquet tables: whole or not at all, never twice, and going on where a run was killed."""

__all__ = ["MANIFEST", "Written", "write_archive"]

import fcntl
import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from hustings import __version__
from hustings.connectors.archive import ArchiveReader, FileRead, Placed, Skipped
from hustings.connectors.archive_totals import Totals
from hustings.connectors.sources import Source
from hustings.errors import BadInput, Problem
from hustings.screening.ad import ADS_COLUMNS, Ad
from hustings.screening.archive import (
    Advertiser,
    CampaignAim,
    DeliveryShare,
    KeywordSpend,
    OtherRow,
    RegionSpend,
    ReportRow,
    WeeklySpend,
)
from hustings.screening.table_form import row_of, schema_of
from hustings.writing import whole_folder

MANIFEST = "manifest.json"
# What this module writes; another number makes old folders be written anew.
FORM = 1
TABLES: dict[type, str] = {
    Ad: "ads.parquet", Advertiser: "advertisers.parquet", WeeklySpend: "spend_by_week.parquet",
    RegionSpend: "spend_by_region.parquet", ReportRow: "report.parquet", KeywordSpend: "keywords.parquet",
    CampaignAim: "campaigns.parquet", DeliveryShare: "shares.parquet", OtherRow: "other.parquet",
}  # fmt: skip
SKIPPED = "set_aside.parquet"
SKIPPED_SCHEMA = pa.schema([("file", pa.string()), ("line", pa.string()), ("reason", pa.string())])
ORIGIN = [pa.field("source_file", pa.string()), pa.field("line", pa.string()), pa.field("row_digest", pa.string())]
DONE, PARTS, LOCK = "done.json", ".parts", ".lock"


@dataclass(frozen=True, kw_only=True)
class Written:
    """A finished folder: rows by table, and whether it stood there already."""

    place: Path
    rows: dict[str, int]
    before: bool

    @property
    def sentence(self) -> str:
        """The folder for people."""
        what = ", ".join(f"{name} {number:,}" for name, number in self.rows.items() if number)
        return f"{'Nothing to do: these files stand already in' if self.before else 'Written:'} {self.place} ({what} rows)."


def write_archive(reader: ArchiveReader, place: Path) -> Written:
    """Write all that the reader reads as tables in a folder; `manifest.json` comes last.

    Each file becomes a part of its own when it is read to its end, so a killed run goes on at the first file
    that was not. Nothing is moved to its place before all files are read; where one cannot be, the folder
    stays as it was and the parts wait.
    """
    place = Path(place)
    if place.exists() and not place.is_dir():
        problem = Problem(where=str(place), found="a file", expected="a folder, or nothing", do="Name another place.")
        raise BadInput("The tables cannot be written.", [problem])
    place.mkdir(parents=True, exist_ok=True)
    with _alone(place):
        fingerprint, chain = _fingerprint(reader)
        before = _standing(place, fingerprint)
        if before is not None and not reader.problems:
            for entry in before["files"]:
                reader.files.append(_file_back(entry, reader))
            return Written(
                place=place, rows={name: table["rows"] for name, table in before["tables"].items()}, before=True
            )
        parts = []
        for (source, digest), link in zip(reader.sources, chain, strict=True):
            part = place / PARTS / link
            if _restore(reader, part):
                parts.append(part)
                continue
            problems = len(reader.problems)
            with whole_folder(part, last=DONE) as folder:
                file = _write_part(reader, source, digest, folder)
                if len(reader.problems) > problems:
                    (folder / DONE).unlink()  # read again next time: the file may have been mended
            if len(reader.problems) == problems and file is not None:
                parts.append(part)
        if reader.problems:
            raise BadInput("Some of it cannot be read, so nothing was written.", reader.problems)
        rows = _publish(reader, place, parts, fingerprint)
    shutil.rmtree(place / PARTS, ignore_errors=True)
    return Written(place=place, rows=rows, before=False)


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """One run at a time; what killed runs left beside the folder is cleared."""
    with (place / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            problem = Problem(
                where=str(place), found="another run that writes there", expected="one at a time", do="Wait for it."
            )
            raise BadInput("The tables cannot be written.", [problem]) from error
        for left in [*place.parent.glob(f".{place.name}.*.part"), *(place / PARTS).glob(".*.part")]:
            shutil.rmtree(left, ignore_errors=True)
        yield


def _fingerprint(reader: ArchiveReader) -> tuple[str, list[str]]:
    """What all inputs come to, and after each file what they came to so far: a part stands for all before it, too."""
    settings = json.dumps([FORM, __version__, reader.kind, repr(reader.mapping), repr(reader.rates)])
    state = hashlib.sha256(settings.encode()).hexdigest()
    chain = []
    for source, digest in reader.sources:
        state = hashlib.sha256(f"{state} {source.name} {digest}".encode("utf-8", "surrogateescape")).hexdigest()
        chain.append(state[:32])
    return state, chain


def _standing(place: Path, fingerprint: str) -> dict[str, Any] | None:
    """The manifest, where it is of the same inputs and all its tables are as it says."""
    try:
        manifest: dict[str, Any] = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
        same = manifest["fingerprint"] == fingerprint and all(
            _digest(place / name) == table["sha256"] for name, table in manifest["tables"].items()
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return manifest if same else None


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _schema(kind: type) -> pa.Schema:
    """The ads keep the order of the ads table, so that whatever reads that reads this."""
    schema = schema_of(kind)
    if kind is Ad:
        more = [schema.field(name) for name in schema.names if name not in ADS_COLUMNS.names]
        return pa.schema([*ADS_COLUMNS, *more, *ORIGIN])
    return pa.schema([*schema, *ORIGIN])


def _write_part(reader: ArchiveReader, source: Source, digest: str, folder: Path) -> FileRead | None:
    writers: dict[type, pa.parquet.ParquetWriter] = {}
    file: FileRead | None = None
    try:
        for reading, batch in reader.read(source, digest):
            file = reading
            for kind in dict.fromkeys(type(placed.record) for placed in batch):
                schema = _schema(kind)
                if kind not in writers:
                    writers[kind] = pa.parquet.ParquetWriter(folder / TABLES[kind], schema)
                rows = [_row(placed) for placed in batch if type(placed.record) is kind]
                writers[kind].write_table(pa.Table.from_pylist(rows, schema=schema))
    finally:
        for writer in writers.values():
            writer.close()
    if file is not None:
        (folder / DONE).write_text(json.dumps(_file_out(file), ensure_ascii=False), encoding="utf-8")
    return file


def _row(placed: Placed) -> dict[str, Any]:
    return {**row_of(placed.record), "source_file": placed.file, "line": placed.line, "row_digest": placed.digest}


def _file_out(file: FileRead) -> dict[str, Any]:
    totals = file.totals
    return {
        "file": file.name, "path": str(file.source.path), "inside": list(file.source.inside), "sha256": file.sha256,
        "kind": file.kind, "about": file.about, "columns": list(file.columns), "rows": file.rows, "rows_in": file.rows_in,
        "records": file.records, "unknown_columns_kept": list(file.unknown), "notes": file.notes,
        "set_aside": [[one.line, one.reason] for one in file.skipped],
        "totals": {name: f"{value:f}" for name, value in totals.sums.items()},
        "buyers": sorted(totals.buyers), "pages": sorted(totals.pages), "currencies": sorted(totals.currencies),
    }  # fmt: skip


def _file_back(entry: dict[str, Any], reader: ArchiveReader) -> FileRead:
    source = Source(path=Path(entry["path"]), inside=tuple(entry["inside"]))
    totals = Totals(
        rates=reader.rates, sums={name: Decimal(value) for name, value in entry["totals"].items()},
        buyers=set(entry["buyers"]), pages=set(entry["pages"]), currencies=set(entry["currencies"]),
    )  # fmt: skip
    return FileRead(
        source=source, sha256=entry["sha256"], kind=entry["kind"], about=entry["about"], columns=tuple(entry["columns"]),
        rows=entry["rows"], rows_in=entry["rows_in"], records=entry["records"], unknown=tuple(entry["unknown_columns_kept"]),
        notes=entry["notes"], skipped=[Skipped(source.name, line, reason) for line, reason in entry["set_aside"]], totals=totals,
    )  # fmt: skip


def _restore(reader: ArchiveReader, part: Path) -> bool:
    """Take a finished part for read: its sums, and the ads that later files must not count again."""
    try:
        entry = json.loads((part / DONE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    file = _file_back(entry, reader)
    if file.kind in {kind.name for kind in reader.among if kind.first}:
        return False  # others are joined with it, so it is needed in memory
    ads = part / TABLES[Ad]
    if ads.exists():
        with pa.parquet.ParquetFile(ads) as table:
            for batch in table.iter_batches(columns=["platform", "ad", "row_digest", "line"]):
                for row in batch.to_pylist():
                    reader.seen.setdefault((row["platform"], row["ad"]), (row["row_digest"], file.name, row["line"]))
    reader.files.append(file)
    return True


def _publish(reader: ArchiveReader, place: Path, parts: list[Path], fingerprint: str) -> dict[str, int]:
    """All tables, also those without rows: none of an earlier run may stay behind."""
    rows: dict[str, int] = {}
    with whole_folder(place, last=MANIFEST) as folder:
        for kind, name in TABLES.items():
            rows[name] = 0
            with pa.parquet.ParquetWriter(folder / name, _schema(kind)) as writer:
                for part in parts:
                    if (part / name).exists():
                        with pa.parquet.ParquetFile(part / name) as table:
                            for batch in table.iter_batches(1 << 14):
                                writer.write_batch(batch)
                                rows[name] += batch.num_rows
        skipped = [vars(one) for file in reader.files for one in file.skipped]
        pa.parquet.write_table(pa.Table.from_pylist(skipped, schema=SKIPPED_SCHEMA), folder / SKIPPED)
        rows[SKIPPED] = len(skipped)
        manifest = {
            "form": FORM, "made_by": {"hustings": __version__}, "fingerprint": fingerprint,
            "tables": {name: {"rows": number, "sha256": _digest(folder / name)} for name, number in rows.items()},
            "files": [_file_out(file) for file in reader.files],
        }  # fmt: skip
        (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    return rows
