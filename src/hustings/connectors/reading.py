"""Foreign tables from files: Parquet, Arrow, CSV and JSON Lines, plain or packed with gzip or zstd.

A file that is cut, or whose rows do not fit together, is refused as a whole with the rows named:
half a table would give a result that looks like one. Cells of CSV and JSON stay text, so ids keep
their leading zeros. Tables come in batches, so that a large one need not fit into memory.
"""

__all__ = ["foreign_batches", "read_foreign", "unpacked"]

import gzip
import io
import json
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet

from hustings.connectors.json_lines import json_batches
from hustings.connectors.separated import separated_batches
from hustings.errors import BadInput, Problem

FORMATS = {
    ".parquet": "parquet", ".pq": "parquet", ".arrow": "arrow", ".feather": "arrow", ".ipc": "arrow",
    ".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl",
}  # fmt: skip
PACKED = {".gz": "gzip", ".zst": "zstd"}
BATCH = 1 << 18
CUT = "The file may be cut: get it again, or remove what follows the last whole row."


def read_foreign(path: Path, wanted: Sequence[str] | None = None) -> pa.Table:
    """Read the columns `wanted` that the file has (all, if None) as one table; its metadata names them all."""
    batches = list(foreign_batches(path, wanted))
    table = pa.concat_tables(batches, promote_options="default")
    return table.replace_schema_metadata(batches[-1].schema.metadata)


def foreign_batches(path: Path, wanted: Sequence[str] | None = None) -> Iterator[pa.Table]:
    """The same in pieces, at least one. What is wrong may show only after the last."""
    path = Path(path)
    kind, packed = _format(path)
    if not path.is_file():
        found = "no such file" if not path.exists() else "a folder"
        raise _unreadable(path, found, "a table", "Check the name.")
    with _told(path, kind):
        if kind == "parquet":
            yield from _parquet(path, wanted)
        elif kind == "arrow":
            yield from _arrow(path, wanted)
        else:
            with _opened(path, packed) as stream:
                if kind == "jsonl":
                    pieces = json_batches(path, stream, wanted)
                else:
                    pieces = separated_batches(path, stream, wanted, "\t" if kind == "tsv" else ",")
                for table, names in pieces:
                    yield _named(table, names)


@contextmanager
def unpacked(path: Path, kind: str) -> Iterator[BinaryIO]:
    """The bytes of a file, unpacked where its name ends in .gz or .zst; `kind` is what people call such a file."""
    path = Path(path)
    if not path.is_file():
        found = "no such file" if not path.exists() else "a folder"
        raise _unreadable(path, found, f"a {kind} file", "Check the name.")
    with _told(path, kind), _opened(path, PACKED.get(path.suffix.lower())) as stream:
        yield stream


@contextmanager
def _told(path: Path, kind: str) -> Iterator[None]:
    """What goes wrong while a file is read, said with its name."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        found = f"a packed file that ends or breaks in the middle ({error})"
        raise _unreadable(path, found, "a whole file", CUT) from error
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise _unreadable(
            path, f"a {kind} file that does not hold together ({_short(error)})", "a whole file", CUT
        ) from error
    except OSError as error:
        if error.errno is None:  # Arrow's own complaints about content carry no errno.
            found = f"a {kind} file that does not hold together ({_short(error)})"
            raise _unreadable(path, found, "a whole file", CUT) from error
        raise _unreadable(path, error.strerror or str(error), "a readable file", "Check its permissions.") from error


def _unreadable(path: Path, found: str, expected: str, do: str) -> BadInput:
    return BadInput("An input cannot be read.", [Problem(where=str(path), found=found, expected=expected, do=do)])


def _short(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:160]


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
        return cast("BinaryIO", gzip.open(path, "rb"))
    if packed == "zstd":
        return cast("BinaryIO", io.BufferedReader(_Zstd(path)))
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


def _parquet(path: Path, wanted: Sequence[str] | None) -> Iterator[pa.Table]:
    with pyarrow.parquet.ParquetFile(path) as file:
        names = file.schema_arrow.names
        keep = None if wanted is None else [name for name in names if name in set(wanted)]
        empty = True
        for batch in file.iter_batches(BATCH, columns=keep):
            empty = False
            yield _named(pa.Table.from_batches([batch]), names)
        if empty:
            yield _named(file.schema_arrow.empty_table().select(names if keep is None else keep), names)


def _arrow(path: Path, wanted: Sequence[str] | None) -> Iterator[pa.Table]:
    with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as file:
        names = file.schema.names
        keep = names if wanted is None else [name for name in names if name in set(wanted)]
        for place in range(file.num_record_batches):
            yield _named(pa.Table.from_batches([file.get_batch(place).select(keep)]), names)
        if not file.num_record_batches:
            yield _named(file.schema.empty_table().select(keep), names)


def _named(table: pa.Table, names: Sequence[str]) -> pa.Table:
    return table.replace_schema_metadata({"columns": json.dumps(list(names))})
