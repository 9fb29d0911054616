"""How long a question of a program may take the database: nobody's costs the others their turn."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError, OperationalError, connection, transaction

__all__ = ["LONGEST_MS", "hurry", "patiently", "was_cut"]

T = TypeVar("T")

LONGEST_MS = 1_500
CUT = "57014"  # query_canceled


def hurry(milliseconds: int = LONGEST_MS) -> int:
    """From here on to the end of the transaction, a statement that takes longer is cut off; gives the present place."""
    with connection.cursor() as cursor:
        # One statement for both: a page of a walk asks three in all.
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, true), (SELECT coalesce(max(seq), 0) FROM library_version)",
            [str(milliseconds)],
        )
        newest: int = cursor.fetchone()[1]
        return newest


def patiently(ask: Callable[[], T], milliseconds: int = LONGEST_MS) -> T | None:
    """What was asked for; None where the database did not have it in time. The rest of the request goes on either way."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        before = cursor.fetchone()[0]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            hurry(milliseconds)
            answer = ask()
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [before])
            return answer
    except OperationalError as error:
        if not was_cut(error):
            raise
        return None


def was_cut(error: DatabaseError) -> bool:
    """Whether the database cut a statement off, and nothing worse happened."""
    return getattr(error.__cause__, "sqlstate", "") == CUT
