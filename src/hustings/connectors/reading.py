"""Foreign tables from files: Parquet, Arrow, CSV and JSON Lines, plain or packed with gzip or zstd.

A file that is cut, or whose rows do not fit together, is refused as a whole with the rows named:
half a table would give a result that looks like one. Cells of CSV and JSON stay text, so ids keep
their leading zeros.
"""

__all__ = ["read_foreign"]

import gzip
import io
import json
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet

from hustings.errors import BadInput, Problem

FORMATS = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
    ".csv": "csv",
    ".tsv": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
}
PACKED = {".gz": "gzip", ".zst": "zstd"}
# Rows named in one message; more would hide what to do.
FIRST = 5
BATCH = 50_000
CUT = "The file may be cut: get it again, or remove what follows the last whole row."


def read_foreign(path: Path, wanted: Sequence[str] | None = None) -> pa.Table:
    """Read the columns `wanted` that the file has (all, if None); its metadata names them all."""
    path = Path(path)
    kind, packed = _format(path)
    if not path.is_file():
        raise BadInput(
            "An input cannot be read.",
            [
                Problem(
                    where=str(path),
                    found="no such file" if not path.exists() else "a folder",
                    expected="a table",
                    do="Check the name.",
                )
            ],
        )
    try:
        if kind in {"parquet", "arrow"}:
            return _columnar(path, kind, wanted)
        with _opened(path, packed) as stream:
            if kind == "jsonl":
                return _json_lines(path, stream, wanted)
            return _separated(path, stream, wanted, "\t" if kind == "tsv" else ",")
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _cut(path, f"a packed file that ends or breaks in the middle ({error})") from error
    except pa.ArrowInvalid as error:
        raise _cut(path, f"a {kind} file that does not hold together ({_short(error)})") from error
    except OSError as error:
        if error.errno is None:  # Arrow's own complaints about content carry no errno.
            raise _cut(path, f"a {kind} file that does not hold together ({_short(error)})") from error
        raise BadInput(
            "An input cannot be read.",
            [
                Problem(
                    where=str(path),
                    found=error.strerror or str(error),
                    expected="a readable file",
                    do="Check the file and its permissions.",
                )
            ],
        ) from error


def _short(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:160]


def _cut(path: Path, found: str) -> BadInput:
    return BadInput(
        "An input cannot be read.", [Problem(where=str(path), found=found, expected="a whole file", do=CUT)]
    )


def _format(path: Path) -> tuple[str, str | None]:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    packed = PACKED.get(suffixes[-1]) if suffixes else None
    if packed is not None:
        suffixes = suffixes[:-1]
    kind = FORMATS.get(suffixes[-1]) if suffixes else None
    if kind is None or (packed is not None and kind in {"parquet", "arrow"}):
        raise BadInput(
            "An input has no format we know.",
            [
                Problem(
                    where=str(path),
                    found=f"the ending {''.join(path.suffixes) or '(none)'}",
                    expected=".parquet, .arrow, .csv, .tsv or .jsonl, the last three also with .gz or .zst",
                    do="Rename the file for what it holds, or convert it.",
                )
            ],
        )
    return kind, packed


def _opened(path: Path, packed: str | None) -> BinaryIO:
    if packed == "gzip":
        return gzip.open(path, "rb")  # type: ignore[return-value]
    if packed == "zstd":
        return io.BufferedReader(_Zstd(path))
    return path.open("rb")


class _Zstd(io.RawIOBase):
    """A zstd file as a raw stream; a frame that ends early is an error, not an end."""

    def __init__(self, path: Path) -> None:
        self.source = pa.CompressedInputStream(pa.OSFile(str(path)), "zstd")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece: bytes = self.source.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self.source.close()
        super().close()


def _columnar(path: Path, kind: str, wanted: Sequence[str] | None) -> pa.Table:
    if kind == "parquet":
        names = pyarrow.parquet.read_schema(path).names
    else:
        with pa.memory_map(str(path)) as source:
            names = pa.ipc.open_file(source).schema.names if _is_ipc_file(path) else []
    keep = None if wanted is None else [name for name in names if name in set(wanted)]
    if kind == "parquet":
        # A zero-column read keeps the number of rows; an empty list means "no column of these".
        table = pyarrow.parquet.read_table(path, columns=keep)
    else:
        table = pyarrow.feather.read_table(path, columns=keep)
        names = names or table.column_names
    return _named(table, names)


def _is_ipc_file(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(6) == b"ARROW1"


def _named(table: pa.Table, names: Sequence[str]) -> pa.Table:
    return table.replace_schema_metadata({"columns": json.dumps(list(names))})


def _separated(path: Path, stream: BinaryIO, wanted: Sequence[str] | None, separator: str) -> pa.Table:
    data = stream.read()
    if not data:
        raise BadInput(
            "An input cannot be used.",
            [
                Problem(
                    where=str(path),
                    found="an empty file",
                    expected="a header and rows",
                    do="Check how the file was made.",
                )
            ],
        )
    encoding = "utf16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf8"
    problems: list[Problem] = []
    wrong = 0

    def misfit(row: Any) -> str:
        nonlocal wrong
        wrong += 1
        if wrong <= FIRST:
            problems.append(
                Problem(
                    where=f"{path}, row {row.number}" if row.number is not None else str(path),
                    found=f"{row.actual_columns} cells",
                    expected=f"{row.expected_columns} as in the header",
                    do=CUT,
                )
            )
        return "skip"

    def read(names: list[str] | None, source: Any) -> pa.Table:
        # All cells stay text: a column of digits may be ids with leading zeros.
        types = None if names is None else {name: pa.string() for name in names}
        return pyarrow.csv.read_csv(
            source,
            read_options=pyarrow.csv.ReadOptions(use_threads=False, encoding=encoding, block_size=1 << 24),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=separator, newlines_in_values=True, invalid_row_handler=misfit
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=types,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                include_columns=None
                if names is None or wanted is None
                else [name for name in names if name in set(wanted)] or names[:1],
            ),
        )

    # The header is read first, from the same bytes, so that each column can be declared text.
    names = _header(data, separator, encoding)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadInput(
            "An input cannot be used.",
            [
                Problem(
                    where=f"{path}, header",
                    found=f"the column {name!r} more than once",
                    expected="each name once",
                    do="Rename one of them.",
                )
                for name in twice
            ],
        )
    try:
        table = read(names, pa.BufferReader(data))
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise _cut(path, f"text that is no table ({_short(error)})") from error
    if problems:
        if wrong > FIRST:
            problems.append(
                Problem(where=str(path), found=f"{wrong - FIRST:,} more such rows", expected="none", do="See above.")
            )
        raise BadInput("An input cannot be read.", problems)
    if _open_quote(data, encoding):
        raise _cut(path, "a quoted cell that never ends")
    return _named(table, names)


def _header(data: bytes, separator: str, encoding: str) -> list[str]:
    table = pyarrow.csv.open_csv(
        pa.BufferReader(data),
        read_options=pyarrow.csv.ReadOptions(use_threads=False, encoding=encoding, block_size=1 << 20),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=separator, newlines_in_values=True, invalid_row_handler=lambda _: "skip"
        ),
    )
    return list(table.schema.names)


def _open_quote(data: bytes, encoding: str) -> bool:
    """Whether the text ends inside quotes: no line end there, and an odd number of quote marks."""
    return encoding == "utf8" and not data.endswith(b"\n") and data.count(b'"') % 2 == 1


def _json_lines(path: Path, stream: BinaryIO, wanted: Sequence[str] | None) -> pa.Table:
    problems: list[Problem] = []
    wrong = 0
    batches: list[dict[str, list[str | None]]] = []
    sizes: list[int] = []
    names: dict[str, None] = {}
    for rows in _batched(_rows(stream)):
        columns: dict[str, list[str | None]] = {}
        for place, (line, row) in enumerate(rows):
            if not isinstance(row, dict):
                wrong += 1
                if wrong <= FIRST:
                    found = row if isinstance(row, str) else "JSON that is no object"
                    problems.append(
                        Problem(where=f"{path}, line {line}", found=found, expected="one JSON object", do=CUT)
                    )
                continue
            for name, value in _flat(row):
                names.setdefault(name)
                if wanted is None or name in wanted:
                    cells = columns.setdefault(name, [])
                    cells.extend([None] * (place - len(cells)))
                    cells.append(_cell(value))
        batches.append(columns)
        sizes.append(len(rows))
    if problems:
        if wrong > FIRST:
            problems.append(
                Problem(where=str(path), found=f"{wrong - FIRST:,} more such lines", expected="none", do="See above.")
            )
        raise BadInput("An input cannot be read.", problems)
    keep = [name for name in names if wanted is None or name in wanted]
    if not batches:
        return _named(pa.table({}), [])
    parts = {
        name: pa.chunked_array(
            [
                pa.array([*cells, *[None] * (size - len(cells))], pa.string())
                for cells, size in ((batch.get(name, []), size) for batch, size in zip(batches, sizes, strict=True))
            ]
        )
        for name in keep
    }
    return _named(pa.table(parts), list(names))


def _rows(stream: BinaryIO) -> Iterator[tuple[int, object]]:
    """Line number and object of each line; text instead of an object says what is wrong with it."""
    for number, line in enumerate(stream, 1):
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if not line.strip():
            continue
        try:
            yield number, json.loads(line)
        except UnicodeDecodeError:
            yield number, "bytes that are not UTF-8"
        except json.JSONDecodeError as error:
            yield number, f"no JSON ({error.msg} at character {error.pos})"


def _batched(rows: Iterator[tuple[int, object]]) -> Iterator[list[tuple[int, object]]]:
    batch: list[tuple[int, object]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _flat(row: dict[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Members of nested objects under dotted names, so that a mapping can name `author.id`."""
    for key, value in row.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield before + key, value


def _cell(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return json.dumps(value, ensure_ascii=False)
