"""Everything that a search finds, sent while it is read: memory stays flat whatever there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Func, QuerySet, TextField

from hustings.apps.database import WEB, in_role
from hustings.apps.library.bulk.columns import columns_of
from hustings.apps.library.bulk.csv_zip import csv_zip
from hustings.apps.library.bulk.parquet import parquet
from hustings.apps.library.find import Asked, newest_first, search
from hustings.apps.library.models import Shown

__all__ = ["FORMS", "Form", "export"]

BATCH = 2_000
# Signs that JSON writes otherwise: a record in such a cell is a line as it stands.
BARE, END = r"E'\x01'", b"\x02"
Batches = Iterator[list[str]]
Portions = Iterator[list[bytes]]


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form of file: what it calls itself, what the database writes of a record, and how such rows become the file.

    columns   what to select of the record, and from what beside it; the first column is the number
    cells     how COPY writes them
    """

    media: str
    columns: tuple[str, str]
    cells: str = "FORMAT csv"
    end: bytes = b","
    write: Callable[[Portions], Iterator[bytes]]


def lines(portions: Portions) -> Iterator[bytes]:
    """JSON Lines: one record a line, whole."""
    for portion in portions:
        yield b"".join(row.partition(END)[2] for row in portion)


FORMS = {
    "jsonl": Form(
        media="application/jsonl",
        columns=("found.number, found.body::text", ""),
        cells=rf"FORMAT csv, QUOTE {BARE}, DELIMITER E'\x02'",
        end=END,
        write=lines,
    ),
    "csv.zip": Form(media="application/zip", columns=columns_of("found.body", guarded=True), write=csv_zip),
    "parquet": Form(
        media="application/vnd.apache.parquet", columns=columns_of("found.body", guarded=False), write=parquet
    ),
}


def export(kind: str, asked: Asked, *, at: int, form: Form) -> Iterator[bytes]:
    """The file in parts. The first portion is read at once, so that what takes too long is refused before anything is sent.

    The rest is read after the view has returned, so it asks in the web's role itself.
    """
    rest = portions(kind, asked, at=at, form=form)
    first = next(rest, None)
    return form.write(rest if first is None else chain([first], rest))


def portions(kind: str, asked: Asked, *, at: int, form: Form) -> Portions:
    """The records as the database writes them in this form, newest number first, in portions that are each a transaction.

    A place stays what it is, so no transaction has to last as long as a reader takes.
    """
    selected, beside = form.columns
    below: int | None = None
    while True:
        with in_role(WEB):
            found = search(asked, kind=kind, at=at)
            found = found if below is None else found.filter(number__lt=below)
            try:
                rows = copied(
                    found,
                    f"SELECT {selected} FROM ({{}}) AS found{beside and ', ' + beside} ORDER BY found.number DESC",  # noqa: S608 - names of ours
                    form.cells,
                )
            except EmptyResultSet:  # nothing can fit
                return
        if rows:
            yield rows
        if len(rows) < BATCH:
            return
        below = int(rows[-1].partition(form.end)[0])


def copied(found: QuerySet[Shown], around: str, cells: str) -> list[bytes]:
    """A portion of what was found, each row as COPY writes it."""
    statement, params = newest_first(found, BATCH).values_list("number", "body").query.sql_with_params()
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({around.format(statement)}) TO STDOUT ({cells})", params) as rows,
    ):
        return [bytes(row) for row in rows]


def bodies(kind: str, asked: Asked, *, at: int) -> Batches:
    """The records as text, newest number first, in portions that are each a transaction.

    A place stays what it is, so no transaction has to last as long as a reader takes.
    """
    below: int | None = None
    while True:
        with in_role(WEB):
            found = search(asked, kind=kind, at=at)
            if below is not None:
                found = found.filter(number__lt=below)
            text = Func(F("body"), template="%(expressions)s::text", output_field=TextField())
            batch = list(found.annotate(said=text).values_list("number", "said")[:BATCH])
        if batch:
            yield [said for _, said in batch]
        if len(batch) < BATCH:
            return
        below = batch[-1][0]
