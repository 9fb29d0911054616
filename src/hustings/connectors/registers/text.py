"""A register's file as text and rows, with every fault said at once."""

__all__ = ["bad_rows", "csv_rows", "first_line", "read_text", "unreadable"]

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path

from hustings.errors import BadInput, Problem

FIRST = 20


def read_text(path: Path) -> tuple[str, bytes]:
    """The file as text and as bytes. UTF-8, else latin-1, in which US agencies still publish."""
    try:
        raw = Path(path).read_bytes()
    except OSError as error:
        raise unreadable(path, error.strerror or str(error), "a file that can be read", "Check the name.") from error
    if not raw.strip():
        raise unreadable(path, "an empty file", "rows of a register", "Get the file again.")
    try:
        return raw.decode("utf-8-sig"), raw
    except UnicodeDecodeError:
        return raw.decode("latin-1"), raw


def first_line(path: Path) -> str:
    """The first line, to see what kind of file it is."""
    return read_text(path)[0].splitlines()[0]


Mend = Callable[[list[str], list[str]], list[str] | None]


def csv_rows(path: Path, text: str, needed: Sequence[str], mend: Mend | None = None) -> list[dict[str, str]]:
    """Rows of a CSV with a header that has at least the columns `needed`; cells without spaces around them.

    `mend` gets header and cells of a row of another length, and gives the cells as they should be, or None.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    problems: list[Problem] = []
    rows: list[dict[str, str]] = []
    try:
        header = [name.strip() for name in next(reader)]
        lacking = [name for name in needed if name not in header]
        if lacking:
            raise bad_rows(path, [
                Problem(where=str(path), found="the columns " + ", ".join(header), expected=f"a column {name!r}",
                        do="Check which register this is, or write a mapping.")
                for name in lacking
            ])  # fmt: skip
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header) and mend is not None:
                cells = mend(header, cells) or cells
            if len(cells) != len(header):
                problems.append(
                    Problem(
                        where=f"{path}, line {reader.line_num}",
                        found=f"{len(cells)} cells",
                        expected=f"{len(header)}",
                        do="Mend the row, or get the file again.",
                    )
                )
                continue
            rows.append(dict(zip(header, (cell.strip() for cell in cells), strict=True)))
    except csv.Error as error:
        problems.append(
            Problem(
                where=f"{path}, line {reader.line_num}",
                found=str(error),
                expected="a whole CSV file",
                do="The file may be cut: get it again.",
            )
        )
    if problems:
        raise bad_rows(path, problems)
    return rows


def bad_rows(path: Path, problems: Sequence[Problem]) -> BadInput:
    """One error that names the faults; the first of them where there are many."""
    more = len(problems) - FIRST
    what = f"The register {path} cannot be used" + (
        f" ({more:,} more faults of {len(problems):,})." if more > 0 else "."
    )
    return BadInput(what, list(problems)[:FIRST])


def unreadable(path: Path, found: str, expected: str, do: str) -> BadInput:
    """A file that is no register at all."""
    return BadInput("A register cannot be read.", [Problem(where=str(path), found=found, expected=expected, do=do)])
