"""Files of posts: each format with its faults, all in the columns and types of the posts table."""

__all__ = ["Source", "Whole", "opened", "wrong_columns"]

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from hustings.detection.posts.columns import BATCH, LISTS, MEND, REQUIRED, SCHEMA, STAMP, TIMES
from hustings.detection.tables import Csv, damaged, is_name, names_in
from hustings.detection.times import TimeUnits, out_of_calendar, parsed_times
from hustings.errors import BadInput, Problem


def wrong_columns(where: str, schema: pa.Schema, *, as_text: bool = False) -> list[Problem]:
    """What keeps a schema from being that of a posts table; with `as_text` types are not asked."""
    problems = []
    has = ", ".join(f"'{name}'" for name in schema.names) or "no column"
    for name in SCHEMA.names:
        count = schema.names.count(name)
        if count > 1 or (not count and name in REQUIRED):
            problems.append(
                Problem(
                    where=f"{where}, column '{name}'",
                    found=f"{count} of that name among {has}" if count else has,
                    expected=f"one column '{name}'",
                    do=MEND,
                )
            )
        elif count and not as_text:
            kind = schema.field(name).type
            kind = kind.value_type if pa.types.is_dictionary(kind) else kind
            if not fits(name, kind):
                problems.append(
                    Problem(where=f"{where}, column '{name}'", found=str(kind), expected=expected(name), do=MEND)
                )
    return problems


def fits(name: str, kind: pa.DataType) -> bool:
    """Whether a column of that type can be taken for the column of that name without losing anything."""
    if pa.types.is_null(kind):
        return True
    if name in TIMES:
        return bool(pa.types.is_timestamp(kind))
    if name in LISTS:
        return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind)) and is_name(kind.value_type)
    return bool(pa.types.is_integer(kind)) if name == "views" else is_name(kind)


def expected(name: str) -> str:
    """The type that a column should have, in words."""
    if name in TIMES:
        return "timestamp"
    return "list of strings" if name in LISTS else "integer" if name == "views" else "string"


class Source:
    """One file: the names of its columns, and its rows in batches of bounded size."""

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        self.path = path
        self.names = tuple(names)
        self.schema: pa.Schema | None = None  # known beforehand where the file says it
        self._row = 0
        self._units: dict[str, TimeUnits] = {}

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows with those of the columns that the file has."""
        raise NotImplementedError

    def problems(self) -> list[Problem]:
        """What was found wrong while reading, apart from the values."""
        return []

    def normal(self, rows: pa.RecordBatch, columns: Sequence[str], problems: list[Problem]) -> pa.RecordBatch:
        """The columns in the types of `SCHEMA`; posts without a required value left out."""
        made = [
            self._column(name, rows.column(name), problems)
            if name in rows.schema.names
            else pa.nulls(len(rows), SCHEMA.field(name).type)
            for name in columns
        ]
        self._row += len(rows)
        batch = pa.record_batch(made, names=list(columns))
        for name in REQUIRED:
            if batch.column(name).null_count:
                batch = batch.filter(batch.column(name).is_valid())
        return batch

    def _column(self, name: str, column: pa.Array, problems: list[Problem]) -> pa.Array:
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        if name in TIMES:
            return self._times(name, column, problems)
        if name in LISTS:
            return _lists(column)
        if name == "views":
            return self._whole_numbers(name, column, problems)
        return names_in(column, few=False)

    def _times(self, name: str, column: pa.Array, problems: list[Problem]) -> pa.Array:
        if pa.types.is_string(column.type):
            at, found = parsed_times(self.path, column, self._row, self._units.setdefault(name, TimeUnits()), name)
            problems += found
        elif pa.types.is_null(column.type):
            at = column.cast(pa.int64())
        else:
            at = column.cast(pa.timestamp("us", column.type.tz), safe=False).cast(pa.int64())
        problems += out_of_calendar(self.path, at, self._row, problems, name)
        return at.cast(STAMP)

    def _whole_numbers(self, name: str, column: pa.Array, problems: list[Problem]) -> pa.Array:
        where = f"{self.path}, column '{name}'"
        if pa.types.is_string(column.type):
            good = pc.match_substring_regex(column, r"^-?[0-9]{1,18}$")
            bad = np.flatnonzero(pc.invert(good).fill_null(False).to_numpy(zero_copy_only=False))
            if len(bad) and not any(problem.where == where for problem in problems):
                row = int(bad[0])
                problems.append(
                    Problem(
                        where=where,
                        found=f"{column[row].as_py()!r} in row {self._row + row + 1:,}"
                        + (f" and {len(bad) - 1:,} more like it" if len(bad) > 1 else ""),
                        expected="a whole number, or nothing where it is not known",
                        do="Mend these rows.",
                    )
                )
            column = pc.if_else(good, column, pa.scalar(None, pa.string()))
        return column.cast(pa.int64())


def _lists(column: pa.Array) -> pa.Array:
    kind = pa.list_(pa.string())
    if pa.types.is_string(column.type):
        return pa.array([None if cell is None else _cells(cell) for cell in column.to_pylist()], kind)
    return (
        column.cast(pa.list_(pa.large_string())).cast(kind) if not pa.types.is_null(column.type) else column.cast(kind)
    )


def _cells(text: str) -> list[str]:
    """A list in one field: JSON, or values between spaces."""
    if text.lstrip().startswith("["):
        try:
            return [str(value) for value in json.loads(text) if value is not None]
        except json.JSONDecodeError:
            pass
    return text.split()


class Whole(Source):
    """A table in memory."""


class _Parquet(Source):
    def __init__(self, path: Path) -> None:
        self._file = pyarrow.parquet.ParquetFile(path)
        super().__init__(path, self._file.schema_arrow.names)
        self.schema = self._file.schema_arrow

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        wanted = [name for name in columns if name in self.names]
        yield from self._file.iter_batches(BATCH, columns=wanted, use_threads=False)


class _Arrow(Source):
    def __init__(self, path: Path, *, stream: bool) -> None:
        self._reader = pa.ipc.open_stream(path) if stream else pa.ipc.open_file(pa.memory_map(str(path)))
        self._stream = stream
        super().__init__(path, self._reader.schema.names)
        self.schema = self._reader.schema

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        wanted = [name for name in columns if name in self.names]
        every = self._reader if self._stream else map(self._reader.get_batch, range(self._reader.num_record_batches))
        for batch in every:
            few = batch.select(wanted)
            for start in range(0, len(few), BATCH):
                yield few.slice(start, BATCH)


class _Separated(Source):
    def __init__(self, path: Path) -> None:
        self._csv = Csv(path)
        super().__init__(path, self._csv.schema.names)

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        yield from self._csv.chosen([name for name in columns if name in self.names], BATCH)

    def problems(self) -> list[Problem]:
        return self._csv.problems()


class _JsonLines(Source):
    """One object a line; a member of another form than its column is a fault of that line."""

    def __init__(self, path: Path, known: dict[Path, list[str]]) -> None:
        if path not in known:
            names: dict[str, None] = {}
            with path.open("rb") as file:
                for _, row in _objects(file):
                    if isinstance(row, dict):
                        names |= dict.fromkeys(row)
            known[path] = list(names)
        super().__init__(path, known[path])
        self._bad: list[Problem] = []
        self._count = 0

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        wanted = [name for name in columns if name in self.names]
        with self.path.open("rb") as file:
            cells: dict[str, list[Any]] = {name: [] for name in wanted}
            rows = 0
            for line, row in _objects(file):
                if not isinstance(row, dict):
                    self._wrong(line, row if isinstance(row, str) else "JSON that is no object", "one JSON object")
                    continue
                for name in wanted:
                    cells[name].append(self._cell(line, name, row.get(name)))
                rows += 1
                if rows == BATCH:
                    yield _batch(cells)
                    cells, rows = {name: [] for name in wanted}, 0
            if rows:
                yield _batch(cells)

    def _cell(self, line: int, name: str, value: Any) -> Any:
        if name in LISTS:
            if isinstance(value, list):
                return [str(one) for one in value if one is not None]
            if value is not None and not isinstance(value, str):
                self._wrong(line, f"{name} {json.dumps(value)[:40]}", "a list of strings")
                return None
            return None if value is None else _cells(value)
        if isinstance(value, (list, dict, bool)):
            self._wrong(line, f"{name} {json.dumps(value)[:40]}", expected(name))
            return None
        return value if value is None or isinstance(value, str) else str(value)

    def _wrong(self, line: int, found: str, wanted: str) -> None:
        self._count += 1
        if self._count <= 3:
            where = f"{self.path}, line {line:,}"
            self._bad.append(Problem(where=where, found=found, expected=wanted, do="Mend or leave out the line."))

    def problems(self) -> list[Problem]:
        if self._count > 3:
            more = f"{self._count - 3:,} more such lines"
            return [*self._bad, Problem(where=str(self.path), found=more, expected="none", do="See above.")]
        return self._bad


def _batch(cells: dict[str, list[Any]]) -> pa.RecordBatch:
    kinds = [pa.list_(pa.string()) if name in LISTS else pa.string() for name in cells]
    arrays = [pa.array(column, kind) for column, kind in zip(cells.values(), kinds, strict=True)]
    return pa.record_batch(arrays, names=list(cells))


def _objects(file: BinaryIO) -> Iterator[tuple[int, object]]:
    """Number and object of each line; text in its place says what is wrong with it."""
    for number, line in enumerate(file, 1):
        line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if not line.strip():
            continue
        try:
            yield number, json.loads(line)
        except UnicodeDecodeError:
            yield number, "bytes that are not UTF-8"
        except json.JSONDecodeError as error:
            yield number, f"no JSON ({error.msg} at character {error.pos})"


JSON_LINES = frozenset({".jsonl", ".ndjson", ".json"})


def opened(path: Path, problems: list[Problem], known: dict[Path, list[str]]) -> Source | None:
    """Open a table by what its first bytes say it is, else by its name; what is wrong is added to `problems`."""
    try:
        source = _opened(path, known)
    except OSError as error:
        if error.errno is None:
            problems.append(damaged(path, error))
        else:
            found = error.strerror or str(error)
            do = "Check the name and the rights."
            problems.append(Problem(where=str(path), found=found, expected="a file that can be read", do=do))
        return None
    except (pa.ArrowException, UnicodeDecodeError) as error:
        problems.append(damaged(path, error))
        return None
    except BadInput as error:
        problems += error.problems
        return None
    if source.schema is None:
        names = pa.schema([(name, pa.string()) for name in source.names])
        problems += wrong_columns(str(path), names, as_text=True)
    else:
        problems += wrong_columns(str(path), source.schema)
    return source


def _opened(path: Path, known: dict[Path, list[str]]) -> Source:
    with path.open("rb") as file:
        head = file.read(8)
    if not head:
        raise BadInput("", [Problem(where=str(path), found="an empty file", expected="a posts table", do=MEND)])
    if head[:4] == b"PAR1":
        return _Parquet(path)
    if head[:6] == b"ARROW1" or head[:4] == b"\xff\xff\xff\xff":
        return _Arrow(path, stream=head[:6] != b"ARROW1")
    if path.suffix in {".parquet", ".arrow", ".feather", ".ipc"}:
        found = f"bytes that are not {path.suffix[1:]} (the first are {head!r})"
        do = "Check which file this is; CSV is named .csv, JSON Lines .jsonl."
        wanted = "a Parquet, Arrow, CSV or JSON Lines file"
        raise BadInput("", [Problem(where=str(path), found=found, expected=wanted, do=do)])
    if path.suffix in JSON_LINES or head.lstrip(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
        return _JsonLines(path, known)
    return _Separated(path)
