"""A Parquet file, sent a row group at a time."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from hustings.apps.library.bulk.columns import COLUMNS
from hustings.apps.library.bulk.csv_zip import Gathered, lines, meanwhile

__all__ = ["parquet"]

ROW_GROUP = 10_000
SCHEMA = pa.schema([(name, pa.type_for_alias(kind)) for name, kind in COLUMNS.items()])


def parquet(portions: Iterator[list[str]]) -> Iterator[bytes]:
    """The table of ads; a file without rows where nothing is found."""
    out = Gathered()
    with pq.ParquetWriter(pa.PythonFile(out, mode="w"), SCHEMA, compression="zstd") as writer:
        yield out.take()  # whoever waits sees that it has begun

        def pack(rows: list[str]) -> bytes:
            writer.write_table(table(rows), row_group_size=len(rows))
            return out.take()

        yield from meanwhile(pack, together(portions))
    yield out.take()


def together(portions: Iterator[list[str]]) -> Iterator[list[str]]:
    """The same in portions that make a row group each."""
    waiting: list[str] = []
    for portion in portions:
        waiting += portion
        if len(waiting) >= ROW_GROUP:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def table(rows: list[str]) -> pa.Table:
    """Lines of CSV as columns; a cell without quotation marks and letters is not known, which an empty text is not."""
    whole = lines(rows)
    return csv.read_csv(
        pa.BufferReader(whole),
        # One block: a row over the edge of two could not be read.
        read_options=csv.ReadOptions(column_names=list(COLUMNS), block_size=len(whole) + 1),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=SCHEMA, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False,
            true_values=["true"], false_values=["false"],
        ),
    )  # fmt: skip
