"""How long a question of a program may take the database: nobody's costs the others their turn."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError, OperationalError, connection, transaction

from hustings.apps.remembered import remembered

__all__ = ["LONGEST_MS", "hurry", "patiently", "was_cut"]

T = TypeVar("T")

LONGEST_MS = 1_200
# What all parts of one answer that may be left out take together; each is asked for at least a little.
IN_ALL_MS, LEAST_MS = 1_500, 20
CUT = "57014"  # query_canceled
SET = "SELECT set_config('statement_timeout', %s, true)"


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
    """What was asked for; None where the database did not have it in time. The rest of the request goes on either way.

    Of a request that remembers, all that is asked in this way takes IN_ALL_MS together.
    """
    began = remembered("patience", time.monotonic)
    left = IN_ALL_MS - int((time.monotonic() - began) * 1_000)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        before = cursor.fetchone()[0]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(SET, [str(max(min(milliseconds, left), LEAST_MS))])
            answer = ask()
            cursor.execute(SET, [before])
            return answer
    except OperationalError as error:
        if not was_cut(error):
            raise
        return None


def was_cut(error: DatabaseError) -> bool:
    """Whether the database cut a statement off, and nothing worse happened."""
    return getattr(error.__cause__, "sqlstate", "") == CUT
