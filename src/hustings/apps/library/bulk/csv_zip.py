"""A table in a ZIP file, written in one go to a place that cannot be wound back."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

from hustings.apps.library.bulk.columns import COLUMNS, row

__all__ = ["csv_zip"]

# Signs with which a spreadsheet would take a cell for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
FAST = 1


class Gathered(io.RawIOBase):
    """What was written since it was last taken."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        """Bytes go in."""
        return True

    def write(self, part: Any) -> int:
        """Keep a part."""
        self.parts.append(bytes(part))
        return len(part)

    def take(self) -> bytes:
        """All parts since the last time."""
        parts, self.parts = self.parts, []
        return b"".join(parts)


def csv_zip(batches: Iterator[list[str]]) -> Iterator[bytes]:
    """`ads.csv` in a ZIP file. A text that begins like a formula gets an apostrophe, as every table here."""
    out = Gathered()
    # Opened by name it bears ZIP's first day; a real time would make other bytes of the same rows.
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=FAST) as archive,
        archive.open("ads.csv", "w", force_zip64=True) as file,
    ):
        file.write(written([list(COLUMNS)]))
        for batch in batches:
            file.write(written([[plain(value) for value in row(json.loads(body))] for body in batch]))
            yield out.take()
    yield out.take()


def written(rows: list[list[Any]]) -> bytes:
    """Rows as lines of CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def plain(value: Any) -> Any:
    """A cell as a spreadsheet may read it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
