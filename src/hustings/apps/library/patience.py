"""How long a question of a program may take the database: nobody's costs the others their turn."""

from __future__ import annotations

from django.db import OperationalError, connection

__all__ = ["hurry", "was_cut"]

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


def was_cut(error: OperationalError) -> bool:
    """Whether the database cut a statement off, and nothing worse happened."""
    return getattr(error.__cause__, "sqlstate", "") == CUT
