"""What a granted request opens, a page or a portion at a time; the database asks everything anew each time and notes what it gave."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db import DatabaseError, connection, transaction

from hustings.apps import database
from hustings.apps.database import WEB, in_role
from hustings.apps.library.bulk.csv_zip import plain
from hustings.apps.library.models import Vetting

__all__ = ["COLUMNS", "FORMS", "Row", "Shut", "cursor_of", "export", "place_in", "read_cut"]

SALT = "library.vetted.cursor"
PORTION = 1_000
REFUSED = "42501"  # insufficient_privilege
# What the public knows of an ad anyway, by which its row is joined to the public files.
COLUMNS = (
    "number", "version", "seq", "archive", "archive_number", "platform", "state", "page", "advertiser", "payer", "countries", "starts", "ends",
    "currency", "spend", "impressions",
)  # fmt: skip
FORMS = {"jsonl": "application/jsonl", "csv": "text/csv; charset=utf-8"}


class Shut(Exception):
    """Nothing that was granted opens this, or not any more."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """An ad: what everybody reads of it, and the fields that were granted."""

    number: int
    body: dict[str, Any]
    vetted: dict[str, Any]

    def told(self) -> dict[str, Any]:
        """As JSON tells it."""
        return {**{name: self.body.get(name) for name in COLUMNS}, "vetted": self.vetted}


def read_cut(
    asked: Vetting, *, below: int | None, most: int, way: str, fields: Sequence[str] | None = None
) -> tuple[list[Row], bool]:
    """Up to so many ads below a number, the highest first, and whether others follow.

    fields   fewer of those that were granted; all of them where it is left out

    Raises   Shut where any condition of `policy.vetting` fails at this moment
    """
    wanted = list(asked.fields if fields is None else fields)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT * FROM library_vetted_read(%s, %s::text[], %s, %s, %s)", [asked.pk, wanted, below, most, way]
            )
            found = cursor.fetchall()
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != REFUSED:
            raise
        raise Shut from error
    rows = [
        Row(number=number, body=parsed(body), vetted=parsed(vetted))
        for number, body, vetted in found
        if number is not None
    ]
    return rows, len(rows) < len(found)


def parsed(value: Any) -> dict[str, Any]:
    """JSON as the driver gives it."""
    told: dict[str, Any] = json.loads(value) if isinstance(value, str) else value
    return told


def export(asked: Vetting, *, form: str) -> Iterator[bytes]:
    """The whole cut as a file. Each portion asks anew: what is withdrawn meanwhile ends the file there."""
    if form == "csv":
        yield lines([[*COLUMNS, *asked.fields]])
    below: int | None = None
    while True:
        with in_role(WEB):
            database.advertiser(asked.person_id)
            rows, more = read_cut(asked, below=below, most=PORTION, way=form)
        if rows:
            yield portion(rows, asked.fields, form)
        if not more:
            return
        below = rows[-1].number


def portion(rows: Sequence[Row], fields: Sequence[str], form: str) -> bytes:
    """Some rows of a file."""
    if form == "jsonl":
        return "".join(
            json.dumps(row.told(), ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows
        ).encode()
    return lines(
        [
            [cell(row.body.get(name)) for name in COLUMNS] + [cell(row.vetted.get(name)) for name in fields]
            for row in rows
        ]
    )


def cell(value: Any) -> Any:
    """A value of a table: parts of their own as JSON; what begins like a formula gets an apostrophe."""
    return plain(
        json.dumps(value, ensure_ascii=False, separators=(",", ":")) if isinstance(value, (list, dict)) else value
    )


def lines(rows: list[list[Any]]) -> bytes:
    """Rows as lines of CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def cursor_of(asked: UUID, below: int) -> str:
    """Where a walk goes on: good for this request alone."""
    return Signer(salt=SALT, sep=".").sign_object([str(asked), below])


def place_in(asked: UUID, cursor: str) -> int | None:
    """Where a cursor points; None for one that is forged or another request's."""
    try:
        to, below = Signer(salt=SALT, sep=".").unsign_object(cursor)
    except (BadSignature, ValueError, TypeError):
        return None
    return below if to == str(asked) and isinstance(below, int) else None
