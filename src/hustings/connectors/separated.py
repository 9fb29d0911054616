"""Tables of separated text (CSV, TSV), read in batches with every cell as text."""

__all__ = ["separated_batches"]

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.csv

from hustings.errors import BadInput, Problem

# Bytes read at a time; a row must fit into one.
BLOCK = 1 << 24
FIRST = 5
CUT = "The file may be cut: get it again, or remove what follows the last whole row."


class _Watched:
    """A stream that begins with bytes already taken from it, and remembers how it ended."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self.head, self.stream = head, stream
        self.quotes, self.last = 0, b""
        self.closed = False

    def read(self, size: int = -1) -> bytes:
        if self.head:
            piece, self.head = (self.head, b"") if size < 0 else (self.head[:size], self.head[size:])
        else:
            piece = self.stream.read(size)
        self.quotes += piece.count(b'"')
        self.last = piece[-1:] or self.last
        return piece

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self.closed = True


def separated_batches(
    path: Path, stream: BinaryIO, wanted: Sequence[str] | None, separator: str
) -> Iterator[tuple[pa.Table, list[str]]]:
    """Batches of the columns `wanted`, each with the names of all columns; rows that do not fit are refused."""
    head = stream.read(BLOCK)
    if not head:
        raise _refusal(path, "an empty file", "a header and rows", "Check how the file was made.")
    encoding = "utf16" if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf8"
    # The header is read first, from the same bytes, so that each column can be declared text.
    names = list(_opened(pa.BufferReader(head), separator, encoding, lambda _: "skip").schema.names)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        found = ", ".join(f"the column {name!r} more than once" for name in twice)
        raise _refusal(path, found, "each name once", "Rename one of them.")
    problems: list[Problem] = []
    wrong = 0

    def misfit(row: Any) -> str:
        nonlocal wrong
        wrong += 1
        if wrong <= FIRST:
            where = f"{path}, row {row.number}" if row.number is not None else str(path)
            expected = f"{row.expected_columns} as in the header"
            problems.append(Problem(where=where, found=f"{row.actual_columns} cells", expected=expected, do=CUT))
        return "skip"

    keep = names if wanted is None else [name for name in names if name in set(wanted)] or names[:1]
    watched = _Watched(head, stream)
    source = pa.PythonFile(watched, mode="r")
    empty = True
    for batch in _opened(source, separator, encoding, misfit, names, keep):
        empty = False
        yield pa.Table.from_batches([batch]), names
    if empty:
        yield pa.table({name: pa.array([], pa.string()) for name in keep}), names
    if wrong > FIRST:
        problems.append(
            Problem(where=str(path), found=f"{wrong - FIRST:,} more such rows", expected="none", do="See above.")
        )
    if problems:
        raise BadInput("An input cannot be read.", problems)
    # No line end there and an odd number of quote marks: the text ends inside a cell.
    if encoding == "utf8" and watched.last != b"\n" and watched.quotes % 2:
        raise _refusal(path, "a quoted cell that never ends", "a whole file", CUT)


def _refusal(path: Path, found: str, expected: str, do: str) -> BadInput:
    return BadInput("An input cannot be used.", [Problem(where=str(path), found=found, expected=expected, do=do)])


def _opened(
    source: Any, separator: str, encoding: str, misfit: Any, names: Sequence[str] = (), keep: Sequence[str] = ()
) -> Any:
    return pyarrow.csv.open_csv(
        source,
        read_options=pyarrow.csv.ReadOptions(use_threads=False, encoding=encoding, block_size=BLOCK),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=separator, newlines_in_values=True, invalid_row_handler=misfit
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            # All cells stay text: a column of digits may be ids with leading zeros.
            column_types={name: pa.string() for name in names},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
            include_columns=list(keep),
        ),
    )
