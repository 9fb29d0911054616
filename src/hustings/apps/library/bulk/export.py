"""Everything that a search finds, sent while it is read: memory stays flat whatever there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import F, Func, TextField

from hustings.apps.database import WEB, in_role
from hustings.apps.library.bulk.csv_zip import csv_zip
from hustings.apps.library.bulk.parquet import parquet
from hustings.apps.library.find import Asked, search

__all__ = ["FORMS", "Form", "export"]

BATCH = 2_000
Batches = Iterator[list[str]]


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form of file: what it calls itself, and how bodies become it."""

    media: str
    write: Callable[[Batches], Iterator[bytes]]


def lines(batches: Batches) -> Iterator[bytes]:
    """JSON Lines: one record a line, whole."""
    for batch in batches:
        yield ("\n".join(batch) + "\n").encode()


FORMS = {
    "jsonl": Form(media="application/jsonl", write=lines),
    "csv.zip": Form(media="application/zip", write=csv_zip),
    "parquet": Form(media="application/vnd.apache.parquet", write=parquet),
}


def export(kind: str, asked: Asked, *, at: int, form: Form) -> Iterator[bytes]:
    """The file in parts. It is read after the view has returned, so it asks in the web's role itself."""
    return form.write(bodies(kind, asked, at=at))


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
