"""Many rows at once, under the rules that stand on their table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

__all__ = ["Bulk", "insert"]

AT_ONCE = 20_000


def insert(table: str, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows as arrays, one statement for thousands: COPY does not work where row-level security decides.

    columns   name and PostgreSQL type; a type that ends in [] takes a list of texts
    """
    name = connection.ops.quote_name
    into = ", ".join(name(column) for column, _ in columns)
    lists = [kind.endswith("[]") for _, kind in columns]
    # An array of lists would have to be as long in every row, so lists travel as text with a sign that no text has.
    given = ", ".join(
        f"string_to_array(v.c{place}, E'\\x1f')" if is_list else f"v.c{place}" for place, is_list in enumerate(lists)
    )
    arrays = ", ".join(
        f"%s::{'text' if is_list else kind}[]" for (_, kind), is_list in zip(columns, lists, strict=True)
    )
    places = ", ".join(f"c{place}" for place in range(len(columns)))
    # Identifiers are ours and quoted; values travel as parameters.
    sql = f"INSERT INTO {name(table)} ({into}) SELECT {given} FROM unnest({arrays}) AS v ({places})"  # noqa: S608
    with connection.cursor() as cursor:
        for start in range(0, len(rows), AT_ONCE):
            part = list(zip(*rows[start : start + AT_ONCE], strict=True))
            values = [
                ["\x1f".join(value) for value in column] if is_list else list(column)
                for column, is_list in zip(part, lists, strict=True)
            ]
            cursor.execute(sql, values)


class Bulk:
    """Rows of one table that are gathered and inserted by the thousand; `flush` takes the rest."""

    def __init__(self, table: str, *columns: tuple[str, str]) -> None:
        self.table, self.columns = table, columns
        self.waiting: list[Sequence[Any]] = []

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """Take more rows."""
        self.waiting += rows
        if len(self.waiting) >= AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Insert what waits."""
        insert(self.table, self.columns, self.waiting)
        self.waiting = []
