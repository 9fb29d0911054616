"""Everything that a search finds, sent while it is read: memory stays flat whatever there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain

from django.db import connection
from django.db.models import Max, QuerySet

from hustings.apps.database import WEB, in_role
from hustings.apps.library.bulk.columns import row_of
from hustings.apps.library.bulk.csv_zip import csv_zip, lines, plain_csv
from hustings.apps.library.bulk.parquet import parquet
from hustings.apps.library.find import newest_first
from hustings.apps.library.models import Shown
from hustings.apps.library.patience import patiently

__all__ = ["FORMS", "Form", "export", "portions"]

BATCH = 2_000
# How long the next portion is looked for among all numbers, and among how many of them afterwards.
PATIENCE_MS, WINDOW = 500, 20_000
Portions = Iterator[list[str]]

# What is shown has its line; one that has none all the same is made now.
READY = "SELECT seq, {ready} FROM library_line WHERE seq = ANY(%s) AND {holds}"
MADE = "SELECT s.seq, {made} FROM library_shown s WHERE s.seq = ANY(%s)"


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form of file: what it calls itself, what of a version goes into it, and how such lines become the file.

    ready, holds   the column that was made ready, and where it holds
    made           the same made of the body
    """

    media: str
    ready: str = "cells"
    holds: str = "cells IS NOT NULL"
    made: str = f"({row_of('s.body', guarded=True)})"
    write: Callable[[Portions], Iterator[bytes]]


def json_lines(portions: Portions) -> Iterator[bytes]:
    """One record a line, whole."""
    return map(lines, filter(None, portions))


FORMS = {
    "jsonl": Form(media="application/jsonl", ready="line", holds="true", made="s.body::text", write=json_lines),
    "csv": Form(media="text/csv; charset=utf-8", write=plain_csv),
    "csv.zip": Form(media="application/zip", write=csv_zip),
    # An apostrophe that a spreadsheet needs is no part of a table for programs.
    "parquet": Form(
        media="application/vnd.apache.parquet", holds="plain AND cells IS NOT NULL", made=f"({row_of('s.body', guarded=False)})", write=parquet
    ),
}  # fmt: skip


def export(found: Callable[[], QuerySet[Shown]], *, form: Form) -> Iterator[bytes]:
    """The file in parts. The first portion is looked for at once, so that what is wrong with a search is told before anything is sent.

    found   the search, of a place; asked anew for each portion, in its transaction
    """
    rest = portions(found, form=form)
    first = next(rest, None)
    return form.write(rest if first is None else chain([first], rest))


def portions(found: Callable[[], QuerySet[Shown]], *, form: Form) -> Portions:
    """The lines, newest number first, in portions that are each a transaction, some of them empty.

    A place stays what it is, so no transaction has to last as long as a reader takes. All but the first are read after
    the view has returned, so each asks in the web's role itself. Where the next portion is not found in time, the rest
    is looked for among so many numbers at a time: no statement takes long, whatever was asked.
    """
    below, walking = None, False
    while below is None or below > 1:
        with in_role(WEB):
            if below is None:
                below = 1 + (Shown.objects.aggregate(last=Max("number"))["last"] or 0)
            rows = found().filter(number__lt=below)
            held = None if walking else patiently(partial(first_of, newest_first(rows, BATCH)), PATIENCE_MS)
            walking = held is None
            if held is None:
                held = first_of(rows.filter(number__gte=below - WINDOW).order_by("-number")[:BATCH])
            lines = lines_of([seq for seq, _ in held], form)
        yield lines
        if len(held) == BATCH:
            below = held[-1][1]
        elif walking:
            below -= WINDOW
        else:
            return


def first_of(rows: QuerySet[Shown]) -> list[tuple[int, int]]:
    """Place and number of some rows."""
    return list(rows.values_list("seq", "number"))


def lines_of(seqs: Sequence[int], form: Form) -> list[str]:
    """The lines of some versions, in their order. Reading them in the order in which they lie takes half as long."""
    with connection.cursor() as cursor:
        cursor.execute(READY.format(ready=form.ready, holds=form.holds), [list(seqs)])
        there = dict(cursor.fetchall())
        absent = [seq for seq in seqs if seq not in there]
        if absent:
            cursor.execute(MADE.format(made=form.made), [absent])
            there |= dict(cursor.fetchall())
    return [there[seq] for seq in seqs]
