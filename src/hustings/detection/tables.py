"""Trace tables as they come: Parquet, Arrow or CSV, read in batches, all of their faults said at once."""

__all__ = ["COLUMNS", "TraceTables", "in_memory", "lead_codes", "no_such_kind", "row_group", "too_few"]

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from hustings.detection.times import TimeUnits, out_of_calendar, parsed_times
from hustings.errors import BadInput, Problem

COLUMNS = ("platform", "actor", "kind", "trace", "content", "at")
# Few names on many rows: read and passed on as dictionaries.
FEW = ("platform", "kind")
# Rows at a time: few enough for a core's cache, and not a power of two, or the 256 places that a batch
# is dealt to would fall on the same few lines of that cache.
BATCH = 250_000
MEND = "Map the source with `hustings traces`, or name the columns so."


class TraceTables:
    """One or more trace tables, read as one.

    `batches()` gives record batches with the columns asked for, rows with a null left out: `platform`
    and `kind` as dictionaries, `actor`, `trace`, `content` as strings, `at` as int64 microseconds UTC.
    After it has run, `read` and `skipped` count the rows, and a table with faults has raised BadInput
    with all of them. Times without a zone are UTC. In CSV an empty field is a null, and `at` may be
    ISO 8601 or the seconds, milliseconds or microseconds since 1970, one unit throughout.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self.paths = tuple(map(Path, paths))
        self.read = 0
        self.skipped = 0
        self.problems: list[Problem] = []

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Give the rows of all tables in order, in bounded batches."""
        self.read = self.skipped = 0
        self.problems = []
        sources = [source for path in self.paths if (source := self._open(path)) is not None]
        if self.problems:
            raise self._bad()
        for source in sources:
            try:
                for rows in source.batches():
                    self.read += len(rows)
                    batch = self._checked(source, rows)
                    if batch is not None and not self.problems:
                        self.skipped += len(rows) - len(batch)
                        yield batch
            except (pa.ArrowException, UnicodeDecodeError) as error:
                self.problems.append(damaged(source.path, error))
            except OSError as error:
                if error.errno is not None:
                    raise
                self.problems.append(damaged(source.path, error))
            self.problems += source.problems()
        if self.problems:
            raise self._bad()

    def _bad(self) -> BadInput:
        names = ", ".join(str(path) for path in self.paths)
        return BadInput(f"Cannot use {names} as a trace table.", self.problems)

    def _open(self, path: Path) -> "Source | None":
        try:
            source = opened(path)
        except OSError as error:
            if error.errno is None:
                self.problems.append(damaged(path, error))
            else:
                self.problems.append(
                    Problem(
                        where=str(path),
                        found=error.strerror or str(error),
                        expected="a file that can be read",
                        do="Check the name and the rights.",
                    )
                )
            return None
        except (pa.ArrowException, UnicodeDecodeError) as error:
            self.problems.append(damaged(path, error))
            return None
        except BadInput as error:
            self.problems += error.problems
            return None
        self.problems += wrong_columns(str(path), source.schema, as_csv=isinstance(source, Csv))
        return source

    def _checked(self, source: "Source", rows: pa.RecordBatch) -> pa.RecordBatch | None:
        return source.normal(rows, self.problems)


def wrong_columns(where: str, schema: pa.Schema, *, as_csv: bool = False) -> list[Problem]:
    """What keeps a schema from being that of a trace table."""
    problems = []
    has = ", ".join(f"'{name}'" for name in schema.names) or "no column"
    for name in COLUMNS:
        count = schema.names.count(name)
        if count != 1:
            problems.append(
                Problem(
                    where=f"{where}, column '{name}'",
                    found=f"{count} of that name among {has}" if count else has,
                    expected=f"one column '{name}'",
                    do=MEND,
                )
            )
        elif not as_csv:
            kind = schema.field(name).type
            if pa.types.is_dictionary(kind):
                kind = kind.value_type
            wanted = "timestamp" if name == "at" else "string"
            fits = pa.types.is_timestamp(kind) if name == "at" else is_name(kind)
            if not fits:
                problems.append(Problem(where=f"{where}, column '{name}'", found=str(kind), expected=wanted, do=MEND))
    return problems


def is_name(kind: pa.DataType) -> bool:
    """Whether values of a type can be taken as names without losing anything."""
    return (
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_string_view(kind)
        or pa.types.is_integer(kind)
        or pa.types.is_null(kind)
    )


def is_text(kind: pa.DataType) -> bool:
    """Whether a Parquet column of that type can be read as a dictionary."""
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def damaged(path: Path, error: Exception) -> Problem:
    """A file that begins well and does not go on so."""
    return Problem(
        where=str(path),
        found=f"damaged or cut off ({str(error).splitlines()[0][:160]})",
        expected="a whole file",
        do="Fetch or write it again.",
    )


class Source:
    """One table: its schema, and its rows in batches of bounded size."""

    def __init__(self, path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
        self.path = path
        self.schema = schema
        self._batches = batches
        self._row = 0

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows, with the columns of a trace table only."""
        yield from self.chosen(list(COLUMNS), BATCH)

    def chosen(self, columns: list[str], most: int) -> Iterator[pa.RecordBatch]:
        """The rows with these columns, at most so many at a time."""
        for batch in self._batches:
            few = batch.select(columns)
            for start in range(0, len(few), most):
                yield few.slice(start, most)

    def problems(self) -> list[Problem]:
        """What was found wrong while reading, apart from the values."""
        return []

    def times(self, column: pa.Array, problems: list[Problem]) -> pa.Array:
        """`at` in whole microseconds UTC, nulls kept."""
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        if pa.types.is_null(column.type):
            return column.cast(pa.int64())
        return column.cast(pa.timestamp("us", column.type.tz), safe=False).cast(pa.int64())

    def normal(self, rows: pa.RecordBatch, problems: list[Problem]) -> pa.RecordBatch:
        """The rows without nulls, in the types that TraceTables promises."""
        names = {name: names_in(rows.column(name), few=name in FEW) for name in COLUMNS if name != "at"}
        at = self.times(rows.column("at"), problems)
        problems += out_of_calendar(self.path, at, self._row, problems)
        self._row += len(rows)
        batch = pa.record_batch([*names.values(), at], names=[*names, "at"])
        nulls = [column for column in batch.columns if column.null_count]
        if nulls:
            whole = nulls[0].is_valid()
            for column in nulls[1:]:
                whole = pc.and_(whole, column.is_valid())
            batch = batch.filter(whole)
        return batch


def names_in(column: pa.Array, *, few: bool) -> pa.Array:
    """A column of names as plain strings, or where they are few as a dictionary of them."""
    if few:
        if pa.types.is_dictionary(column.type):
            values = column.dictionary
            if not values.null_count and is_name(values.type):
                return pa.DictionaryArray.from_arrays(column.indices.cast(pa.int32()), values.cast(pa.string()))
            column = column.dictionary_decode()
        return column.cast(pa.string()).dictionary_encode()
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    return column if pa.types.is_string(column.type) else column.cast(pa.large_string()).cast(pa.string())


class Csv(Source):
    """A CSV file: every column read as text, times understood afterwards."""

    def __init__(self, path: Path) -> None:
        self._bad_rows: list[str] = []
        self._bad_count = 0
        self._time = TimeUnits()
        with path.open("rb") as file:
            first = file.readline().decode("utf-8-sig")
        header = next(csv.reader([first]), [])
        reader = pyarrow.csv.open_csv(
            path,
            read_options=pyarrow.csv.ReadOptions(use_threads=False, block_size=1 << 24),
            parse_options=pyarrow.csv.ParseOptions(invalid_row_handler=self._invalid, newlines_in_values=True),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types={name: pa.string() for name in header}, strings_can_be_null=True, null_values=[""]
            ),
        )
        super().__init__(path, reader.schema, reader)

    def _invalid(self, row: "pyarrow.csv.InvalidRow") -> str:
        self._bad_count += 1
        if len(self._bad_rows) < 3:
            number = f"row {row.number}" if row.number is not None else f"the row '{row.text[:60]}'"
            self._bad_rows.append(f"{number} ({row.actual_columns} of {row.expected_columns})")
        return "skip"

    def problems(self) -> list[Problem]:
        """Rows of another number of fields than the header."""
        if not self._bad_count:
            return []
        return [
            Problem(
                where=str(self.path),
                found=f"{self._bad_count:,} rows with too few or too many fields: " + "; ".join(self._bad_rows),
                expected="as many fields in each row as in the header",
                do="If it is the last row, the file was cut off: fetch it again. Else quote fields with commas.",
            )
        ]

    def times(self, column: pa.Array, problems: list[Problem]) -> pa.Array:
        at, found = parsed_times(self.path, column, self._row, self._time)
        problems += found
        return at


def opened(path: Path) -> Source:
    """Open a table by what its first bytes say it is, else by its name."""
    with path.open("rb") as file:
        head = file.read(8)
    if not head:
        raise BadInput("", [Problem(where=str(path), found="an empty file", expected="a trace table", do=MEND)])
    if head[:4] == b"PAR1":
        return _parquet(path, None)
    if head[:6] == b"ARROW1":
        ipc = pa.ipc.open_file(pa.memory_map(str(path)))
        return Source(path, ipc.schema, (ipc.get_batch(k) for k in range(ipc.num_record_batches)))
    if head[:4] == b"\xff\xff\xff\xff":
        stream = pa.ipc.open_stream(path)
        return Source(path, stream.schema, stream)
    if path.suffix in {".parquet", ".arrow", ".feather", ".ipc"}:
        raise BadInput(
            "",
            [
                Problem(
                    where=str(path),
                    found=f"bytes that are not {path.suffix[1:]} (the first are {head!r})",
                    expected="a Parquet, Arrow or CSV file",
                    do="Check which file this is; CSV is named .csv.",
                )
            ],
        )
    return Csv(path)


def _parquet(path: Path, groups: list[int] | None) -> Source:
    schema = pyarrow.parquet.read_schema(path)
    wanted = [name for name in COLUMNS if name in schema.names]
    few = [name for name in FEW if name in wanted and is_text(schema.field(name).type)]
    file = pyarrow.parquet.ParquetFile(path, read_dictionary=few)
    batches = file.iter_batches(BATCH, row_groups=groups, columns=wanted, use_threads=False)
    return Source(path, file.schema_arrow, batches)


def row_group(path: Path, number: int) -> Iterator[pa.RecordBatch]:
    """The rows of one row group of a Parquet file with the columns of a trace table, as `TraceTables` gives them.

    Times out of any calendar come along: who reads many groups says that of all of them at once.
    """
    source = _parquet(path, [number])
    for rows in source.batches():
        yield source.normal(rows, [])


def in_memory(table: pa.Table) -> tuple[list[pa.RecordBatch], int, int]:
    """The batches of a table already in memory, rows read, and rows left out for a null."""
    problems = wrong_columns("the table", table.schema)
    if problems:
        raise BadInput("Cannot use this as a trace table.", problems)
    source = Source(Path("the table"), table.schema, table.to_batches())
    batches = [source.normal(rows, problems) for rows in source.batches()]
    if problems:
        raise BadInput("Cannot use this as a trace table.", problems)
    return batches, len(table), len(table) - sum(map(len, batches))


def lead_codes(column: pa.DictionaryArray, known: dict[str, int]) -> np.ndarray:
    """Codes of a dictionary column across batches; names not yet `known` are added to it."""
    here = np.array([known.setdefault(name, len(known)) for name in column.dictionary.to_pylist()], np.int32)
    indices = column.indices.to_numpy()
    return here[indices] if len(here) else np.empty(0, np.int32)


def no_such_kind(kind: str, kinds: dict[str, int]) -> BadInput:
    """The kind asked for is not in the tables."""
    has = ", ".join(f"'{name}'" for name in sorted(kinds)) or "no trace at all"
    return BadInput(
        "There is nothing to count.",
        [
            Problem(
                where="column 'kind'", found=has, expected=f"'{kind}'", do="Ask for a kind that is there with --kind."
            )
        ],
    )


def too_few(tables: TraceTables, rows: int, actors: int) -> BadInput:
    """No trace events, or all by one actor: nobody to be paired with."""
    names = ", ".join(str(path) for path in tables.paths)
    found = f"{rows:,} trace events by one actor" if actors else "no trace event"
    if tables.skipped:
        found += f" ({tables.skipped:,} of {tables.read:,} rows were left out for a null)"
    return BadInput(
        "There is nobody to compare.",
        [
            Problem(
                where=names,
                found=found,
                expected="trace events by at least two actors",
                do="Check the mapping, or the filter that made the table.",
            )
        ],
    )
