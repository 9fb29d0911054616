"""How long a page of the library waits for the database before it says that it was asked for too much."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError, connection, transaction

__all__ = ["PATIENCE_MS", "patiently"]

T = TypeVar("T")

PATIENCE_MS = 1_500
CANCELLED = "57014"


def patiently(ask: Callable[[], T], milliseconds: int = PATIENCE_MS) -> T | None:
    """What was asked for; None where the database did not have it in time. The rest of the request goes on either way."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        before = cursor.fetchone()[0]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(milliseconds)])
            answer = ask()
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [before])
            return answer
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != CANCELLED:
            raise
        return None
