"""A Parquet file, sent a row group at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from hustings.apps.library.bulk.columns import COLUMNS, row
from hustings.apps.library.bulk.csv_zip import Gathered

__all__ = ["parquet"]

ROW_GROUP = 10_000
SCHEMA = pa.schema([(name, pa.type_for_alias(kind)) for name, kind in COLUMNS.items()])


def parquet(batches: Iterator[list[str]]) -> Iterator[bytes]:
    """The table of ads; a file without rows where nothing is found."""
    out = Gathered()
    with pq.ParquetWriter(pa.PythonFile(out, mode="w"), SCHEMA, compression="zstd") as writer:
        waiting: list[str] = []
        for batch in batches:
            waiting += batch
            if len(waiting) >= ROW_GROUP:
                writer.write_table(table(waiting), row_group_size=ROW_GROUP * 2)
                waiting = []
                yield out.take()
        if waiting:
            writer.write_table(table(waiting), row_group_size=ROW_GROUP * 2)
    yield out.take()


def table(bodies: list[str]) -> pa.Table:
    """Records as columns."""
    columns = zip(*(row(json.loads(body)) for body in bodies), strict=True)
    return pa.Table.from_arrays(
        [pa.array(column, kind.type) for column, kind in zip(columns, SCHEMA, strict=True)], schema=SCHEMA
    )
