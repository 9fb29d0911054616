"""A table in a ZIP file, written in one go to a place that cannot be wound back."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from hustings.apps.library.bulk.columns import COLUMNS, FORMULA

__all__ = ["FAST", "Gathered", "csv_zip", "lines", "meanwhile", "plain", "plain_csv", "written"]

T = TypeVar("T")

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


def plain_csv(portions: Iterator[list[str]]) -> Iterator[bytes]:
    """The names of the columns and the rows, as the database wrote them."""
    yield written([list(COLUMNS)])
    yield from map(lines, filter(None, portions))


def csv_zip(portions: Iterator[list[str]]) -> Iterator[bytes]:
    """The same as `ads.csv` in a ZIP file. Packing one portion, it waits for the next."""
    out = Gathered()
    # Opened by name it bears ZIP's first day; a real time would make other bytes of the same rows.
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=FAST) as archive,
        archive.open("ads.csv", "w", force_zip64=True) as file,
    ):
        file.write(written([list(COLUMNS)]))
        yield out.take()  # whoever waits sees that it has begun

        def pack(rows: list[str]) -> bytes:
            file.write(lines(rows))
            return out.take()

        yield from meanwhile(pack, portions)
    yield out.take()


def meanwhile(work: Callable[[T], bytes], portions: Iterator[T]) -> Iterator[bytes]:
    """Work on each portion, in order, while the next is read: packing needs no database, and the two take about as long."""
    with ThreadPoolExecutor(1) as worker:
        waiting: Future[bytes] | None = None
        for portion in portions:
            done, waiting = waiting, worker.submit(work, portion)
            if done is not None:
                yield done.result()
        if waiting is not None:
            yield waiting.result()


def lines(rows: list[str]) -> bytes:
    """Rows that are lines already."""
    return "".join(f"{row}\n" for row in rows).encode()


def written(rows: list[list[Any]]) -> bytes:
    """Rows as lines of CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def plain(value: Any) -> Any:
    """A cell as a spreadsheet may read it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
