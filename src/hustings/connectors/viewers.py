"""Tables of who saw which ad, as platforms hand them over: read a portion at a time, every bad row told."""

__all__ = ["read_viewers"]

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from hustings.errors import BadInput, Problem
from hustings.screening.reach_table import View

NEEDED, MORE = ("ad", "viewer"), ("day", "country")
TOLD = 50  # problems of a table that are told at once


def read_viewers(source: Path | BinaryIO, name: str) -> Iterator[list[View]]:
    """Rows of a CSV or Parquet table with the columns ad and viewer, and day and country where it has them.

    Reads    one row is one time that one viewer was shown one ad; `name` says by its ending which kind of file it is
    Raises   BadInput for a file without the columns; at the end for all rows that lack an ad or a viewer, or whose day is none
    """
    try:
        names, batches = opened(source, name)
    except (OSError, pa.ArrowInvalid) as error:
        raise BadInput("The table cannot be read.", [
            Problem(where=name, found=str(error)[:200], expected="a CSV or Parquet file", do="Look at how it was made."),
        ]) from error  # fmt: skip
    lacking = [one for one in NEEDED if one not in names]
    if lacking:
        raise BadInput("The table lacks columns.", [
            Problem(where=name, found=", ".join(names)[:200], expected=f"a column {one}", do="Rename the column that holds it.") for one in lacking
        ])  # fmt: skip
    used = [one for one in (*NEEDED, *MORE) if one in names]
    problems: list[Problem] = []
    number = 1
    try:
        for batch in batches:
            good: list[View] = []
            for row in zip(*(batch.column(one).to_pylist() for one in used), strict=True):
                number += 1
                read = view_of(dict(zip(used, row, strict=True)))
                if isinstance(read, View):
                    good.append(read)
                elif len(problems) < TOLD:
                    problems.append(Problem(where=f"row {number:,}", found=read, expected="an ad, a viewer, and a day such as 2026-09-26 or none", do="Mend the row."))  # fmt: skip
            yield good
    except pa.ArrowInvalid as error:
        problems.append(Problem(where=f"after row {number:,}", found=str(error)[:200], expected="as many cells as the head", do="Mend the file."))  # fmt: skip
    if problems:
        raise BadInput("Rows of the table cannot be used.", problems)


def opened(source: Path | BinaryIO, name: str) -> tuple[list[str], Iterator[Any]]:
    """The columns of a file and its rows in portions."""
    if name.lower().endswith((".parquet", ".pq")):
        file = pq.ParquetFile(source)
        return list(file.schema_arrow.names), file.iter_batches(batch_size=200_000)
    text = {one: pa.string() for one in (*NEEDED, *MORE)}
    reader = pc.open_csv(source, convert_options=pc.ConvertOptions(column_types=text, strings_can_be_null=True))
    return list(reader.schema.names), iter(reader)


def view_of(row: dict[str, Any]) -> View | str:
    """A row as it is counted, or what is wrong with it."""
    for one in NEEDED:
        if row[one] in (None, ""):
            return f"no {one}"
    at = row.get("day")
    if at in (None, ""):
        day = None
    elif isinstance(at, datetime):
        day = at.date()
    elif isinstance(at, date):
        day = at
    elif isinstance(at, str):
        try:
            day = date.fromisoformat(at[:10])
        except ValueError:
            return f"the day '{at[:30]}'"
    else:
        return f"a day of the type {type(at).__name__}"
    country = None if "country" not in row else str(row["country"] or "")
    return View(ad=str(row["ad"]), viewer=str(row["viewer"]), day=day, country=country)
