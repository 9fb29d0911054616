"""A trace table written piece by piece: Parquet, Arrow or CSV."""

__all__ = ["ENDINGS", "TraceWriter"]

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

ENDINGS = (".parquet", ".arrow", ".feather", ".csv")


class TraceWriter:
    """Takes parts of a trace table and writes them in pieces of like size."""

    ROWS = 1 << 20

    def __init__(self, place: Path, ending: str) -> None:
        self.place, self.ending = place, ending
        self.waiting: list[pa.Table] = []
        self.rows = 0
        self.sink: Any = None

    def take(self, part: pa.Table) -> None:
        """Keep a part; write when enough has come together."""
        self.waiting.append(part)
        self.rows += len(part)
        if self.rows >= self.ROWS:
            self._write(pa.concat_tables(self.waiting))

    def close(self) -> None:
        """Write what is left and end the file."""
        if self.waiting:
            self._write(pa.concat_tables(self.waiting))
        self.sink.close()

    def _write(self, table: pa.Table) -> None:
        table = table.combine_chunks()
        if self.ending == ".csv":
            at = pc.strftime(table["at"], format="%Y-%m-%dT%H:%M:%SZ")
            table = table.set_column(table.column_names.index("at"), "at", at)
        if self.sink is None:
            if self.ending == ".csv":
                self.sink = pyarrow.csv.CSVWriter(self.place, table.schema)
            elif self.ending == ".parquet":
                self.sink = pyarrow.parquet.ParquetWriter(self.place, table.schema, compression="zstd")
            else:
                options = pa.ipc.IpcWriteOptions(compression="zstd")
                self.sink = pa.ipc.new_file(str(self.place), table.schema, options=options)
        self.sink.write_table(table)
        self.waiting, self.rows = [], 0
