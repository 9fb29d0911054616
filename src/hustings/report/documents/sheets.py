"""A report as tables: its figures, the rows beneath them, and what every column says."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence

from hustings.report.counting.basis import COLUMNS, Basis
from hustings.report.documents.document import Document

__all__ = ["FIGURES", "dictionary", "figures_csv", "sheet", "sheets"]

FIGURES = {
    "figure": "name of the query", "title": "the figure for people", "part": "which part of it; empty where it has one value",
    "value": "whole number, exact amount, day or words; empty where it cannot be derived", "unit": "of the value",
    "as_of": "moment at which the rows stood, in UTC", "rows": "how many rows are beneath it", "not_derivable": "why there is no value",
    "caveat": "what it does not say", "how": "how it is counted", "parameters": "of the query, as JSON",
    "rows_sha256": "digest of the rows beneath, in the order of their keys",
}  # fmt: skip
# Signs with which a spreadsheet would take a cell for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def figures_csv(document: Document) -> bytes:
    """One row for each value of each figure."""
    rows = []
    for one in document.figures:
        values = one.value if isinstance(one.value, Mapping) else {"": one.value}
        rows += [
            (one.name, one.title, part, value, one.unit, one.as_of, one.rows, one.why_not, one.caveat, one.how,
             json.dumps(dict(one.parameters), sort_keys=True), one.rows_sha256)
            for part, value in (values or {"": None}).items()
        ]  # fmt: skip
    return sheet(list(FIGURES), rows)


def sheets(basis: Basis) -> dict[str, bytes]:
    """The rows of each table that is there, by the name of its file."""
    return {
        f"rows/{name}.csv": sheet(list(COLUMNS[name]), ([row.get(column) for column in COLUMNS[name]] for row in rows))
        for name, rows in sorted(basis.tables.items())
    }  # fmt: skip


def dictionary(basis: Basis | None) -> bytes:
    """What each column of each file says, and why a table is not there."""
    rows: list[tuple[str, str, str]] = [("figures.csv", column, says) for column, says in FIGURES.items()]
    if basis is not None:
        rows += [
            (f"rows/{name}.csv", column, says)
            for name in sorted(basis.tables)
            for column, says in COLUMNS[name].items()
        ]
        rows += [
            (f"rows/{name.partition('.')[0]}.csv", name.partition(".")[2], f"not there: {why}")
            for name, why in sorted(basis.lacks.items())
        ]
    return sheet(["file", "column", "says"], rows)


def sheet(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file; a cell that a spreadsheet would take for a formula gets an apostrophe before it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([cell(one) for one in row] for row in rows)
    return text.getvalue().encode()


def cell(value: object) -> object:
    """A value as a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, str) and value.startswith(FORMULA) and not value.lstrip("-").replace(".", "", 1).isdigit():
        return "'" + value
    return value
