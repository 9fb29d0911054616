"""Rows of a file one after another, each with its line, whatever the form: CSV, JSON, Parquet, SQLite."""

__all__ = ["FileRows", "Row", "rows_of"]

import codecs
import csv
import gzip
import io
import json
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet

from hustings.connectors.sources import Source
from hustings.errors import Problem

DELIMITERS = ",;\t|"
WIDEST_CELL = 1 << 26  # a list of all postal codes of a country stands in one cell
HEAD = 1 << 16
CUT = "The file may be cut: get it again, or remove what follows the last whole row."


@dataclass(frozen=True)
class Row:
    """One row: where it begins (a line, or `data[3]`), its values by column, or why it has none."""

    line: str
    values: dict[str, Any]
    wrong: str | None = None


@dataclass
class FileRows:
    """The rows of one file, with what showed up on the way."""

    source: Source
    columns: list[str] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Count a sentence about the file."""
        self.notes[text] = self.notes.get(text, 0) + 1

    def __iter__(self) -> Iterator[Row]:
        try:
            with self.source.opened() as stream:
                yield from self._read(stream)
        except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
            self._broken(f"a packed file that ends or breaks in the middle ({error})")
        except (pa.ArrowInvalid, sqlite3.DatabaseError, UnicodeDecodeError, csv.Error) as error:
            self._broken(f"a file that does not hold together ({str(error).splitlines()[0][:160]})")
        except json.JSONDecodeError as error:
            self._broken(f"no JSON ({error.msg} at line {error.lineno}, character {error.colno})")
        except OSError as error:
            self._broken(error.strerror or str(error).splitlines()[0][:160])

    def _broken(self, found: str) -> None:
        self.problems.append(Problem(where=self.source.name, found=found, expected="a whole file", do=CUT))

    def _read(self, stream: BinaryIO) -> Iterator[Row]:
        match self.source.ending:
            case ".parquet" | ".pq":
                yield from self._parquet(stream)
            case ".db" | ".sqlite" | ".sqlite3":
                yield from self._sqlite(stream)
            case ".json" | ".jsonl" | ".ndjson":
                yield from self._json(stream)
            case _:
                yield from self._separated(stream)

    def _see(self, names: Iterator[str] | list[str]) -> None:
        known = set(self.columns)
        self.columns += [name for name in names if name not in known]

    def _parquet(self, stream: BinaryIO) -> Iterator[Row]:
        body = pa.PythonFile(stream, mode="r") if stream.seekable() else pa.BufferReader(stream.read())
        number = 0
        with pyarrow.parquet.ParquetFile(body) as file:
            self._see(list(file.schema_arrow.names))
            for batch in file.iter_batches(1 << 14):
                for values in batch.to_pylist():
                    number += 1
                    yield Row(f"row {number}", values)

    def _sqlite(self, stream: BinaryIO) -> Iterator[Row]:
        """The table `ads`; where `targets` and `ad_targets` stand beside it, each ad's criteria as a list `targeting`."""
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "copy.db"
            with copy.open("wb") as target:
                while piece := stream.read(1 << 20):
                    target.write(piece)
            with closing(sqlite3.connect(f"file:{copy}?mode=ro&immutable=1", uri=True)) as base:
                base.row_factory = sqlite3.Row
                tables = {name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
                if "ads" not in tables:
                    found = "the tables " + (", ".join(sorted(tables)[:20]) or "(none)")
                    self.problems.append(
                        Problem(
                            where=self.source.name,
                            found=found,
                            expected="a table named ads",
                            do="Export the table as CSV.",
                        )
                    )
                    return
                criteria: dict[Any, list[str]] = {}
                if {"targets", "ad_targets"} <= tables:
                    found_rows = base.execute(
                        "SELECT ad_id, name FROM ad_targets JOIN targets ON targets.id = target_id ORDER BY ad_targets.rowid"
                    )
                    for ad, name in found_rows:
                        criteria.setdefault(ad, []).append(name)
                for number, row in enumerate(base.execute("SELECT * FROM ads ORDER BY rowid"), 1):
                    values = dict(row)
                    if criteria:
                        values["targeting"] = criteria.get(values.get("id"), [])
                    self._see(list(values))
                    yield Row(f"row {number}", values)

    def _json(self, stream: BinaryIO) -> Iterator[Row]:
        reader = _peekable(stream)
        text = io.TextIOWrapper(reader, encoding=_encoding(reader.peek(4)[:4]))
        first = ""
        number = 0
        for line in text:
            number += 1
            first = line.strip().lstrip("\ufeff")
            if first:
                break
        else:
            self._empty()
            return
        try:
            value = _loaded(first)
        except json.JSONDecodeError:
            # No whole value on the first line: one document over many lines.
            yield from self._document(_loaded(first + "\n" + text.read()), "")
            return
        yield from self._line(value, number)
        for line in text:
            number += 1
            if not line.strip():
                continue
            try:
                yield from self._line(_loaded(line), number)
            except json.JSONDecodeError as error:
                yield Row(f"line {number}", {}, f"no JSON ({error.msg} at character {error.pos})")

    def _line(self, value: Any, number: int) -> Iterator[Row]:
        place = f"line {number}"
        for row in self._document(value, ""):
            yield Row(place if not row.line else f"{place}, {row.line}", row.values, row.wrong)

    def _document(self, value: Any, place: str) -> Iterator[Row]:
        """Rows of a list of rows, a list of pages, one page `{"data": [...]}`, or one row."""
        if isinstance(value, list):
            for number, item in enumerate(value, 1):
                yield from self._document(item, f"{place} item {number}".strip())
        elif isinstance(value, dict) and isinstance(value.get("data"), list):
            more = set(value) - {"data", "paging", "next", "previous", "cursors", "summary"}
            for name in sorted(more):
                self.note(f"beside the ads the answer holds {name!r}, which is left out")
            for number, item in enumerate(value["data"], 1):
                yield from self._document(item, f"{place} data[{number}]".strip())
        elif isinstance(value, dict) and isinstance(value.get("error"), dict) and len(value) == 1:
            yield Row(place, {}, f"an error that the source answered: {str(value['error'].get('message'))[:120]}")
        elif isinstance(value, dict):
            self._see(list(value))
            yield Row(place, value)
        else:
            yield Row(place, {}, f"{json.dumps(value)[:60]} is no object")

    def _empty(self) -> None:
        self.problems.append(
            Problem(
                where=self.source.name, found="an empty file", expected="a header and rows", do="Check how it was made."
            )
        )

    def _separated(self, stream: BinaryIO) -> Iterator[Row]:
        csv.field_size_limit(WIDEST_CELL)
        reader = _peekable(stream)
        start = reader.peek(HEAD)[:HEAD]
        if not start.strip():
            self._empty()
            return
        watched = _Lines(io.TextIOWrapper(reader, encoding=_encoding(start[:4]), errors="surrogateescape", newline=""))
        delimiter = _delimiter(start.decode(_encoding(start[:4]), "replace"))
        cells = csv.reader(watched, delimiter=delimiter)
        names: list[str] = []
        begins = 1
        short = False
        for row in cells:
            watched.recent, watched.seen = watched.seen, []
            if not any(cell.strip() for cell in row):
                begins = cells.line_num + 1
                continue
            if not names:
                names = _named(row)
                self._see(names)
                begins = cells.line_num + 1
                continue
            place = f"line {begins}"
            begins = cells.line_num + 1
            if len(row) > len(names) and any(cell.strip() for cell in row[len(names) :]):
                yield Row(place, {}, f"{len(row)} cells where the header has {len(names)}")
                continue
            short = len(row) < len(names) - _empty_end(names)
            if short:
                yield Row(place, {}, f"{len(row)} cells where the header has {len(names)}")
                continue
            if [" ".join(cell.split()) for cell in row[: len(names)]] == names:
                yield Row(place, {}, "the header again")
                continue
            values: dict[str, Any] = dict(zip(names, map(self._cell, row), strict=False))
            yield Row(place, values)
        if watched.quotes % 2 and _unclosed(watched.recent, delimiter):
            self._broken("a quoted cell that never ends")
        elif short and not watched.ended:
            self._broken("a last row that is cut")

    def _cell(self, cell: str) -> str:
        if cell.isascii():
            return cell
        try:
            cell.encode("utf-8")
        except UnicodeEncodeError:
            self.note("cells that are not UTF-8 were read as Windows-1252")
            return cell.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
        return cell


def _loaded(text: str) -> Any:
    """JSON; half a sign (a lone surrogate, which no table can hold) becomes a question mark."""
    value = json.loads(text)
    return _whole_signs(value) if "\\ud" in text or "\\uD" in text else value


def _whole_signs(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [_whole_signs(item) for item in value]
    return (
        {_whole_signs(name): _whole_signs(item) for name, item in value.items()} if isinstance(value, dict) else value
    )


def _peekable(stream: BinaryIO) -> io.BufferedReader:
    return stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(cast("io.RawIOBase", stream))


class _Lines:
    """Lines of text, with the quote marks counted."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines, self.quotes, self.ended = lines, 0, True
        self.seen: list[str] = []  # since the last row
        self.recent: list[str] = []  # those of the last row

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self.lines)
        self.quotes += line.count('"')
        self.ended = line.endswith(("\n", "\r"))
        self.seen.append(line)
        return line


def _unclosed(lines: list[str], delimiter: str) -> bool:
    """Whether these lines end within quotes; a quote mark in the middle of a cell is only a sign."""
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end of data" in str(error)
    return False


def _encoding(start: bytes) -> str:
    if start[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        return "utf-16"
    return "utf-8-sig" if start[:3] == codecs.BOM_UTF8 else "utf-8"


def _delimiter(text: str) -> str:
    line = next((line for line in text.splitlines() if line.strip()), "")
    counts = {sign: len(next(csv.reader([line], delimiter=sign), [])) for sign in DELIMITERS}
    return max(DELIMITERS, key=lambda sign: counts[sign])


def _named(row: list[str]) -> list[str]:
    names: list[str] = []
    for number, cell in enumerate(row, 1):
        name = " ".join(cell.replace("\ufeff", "").split()) or f"column {number}"
        again = 2
        plain = name
        while name in names:
            name, again = f"{plain} ({again})", again + 1
        names.append(name)
    return names


def _empty_end(names: list[str]) -> int:
    """How many columns at the end have no name: a header that ends in delimiters."""
    count = 0
    for number, name in reversed(list(enumerate(names, 1))):
        if name != f"column {number}":
            break
        count += 1
    return count


def rows_of(source: Source) -> FileRows:
    """The rows of a file; read it once, then look at its notes and problems."""
    return FileRows(source)
