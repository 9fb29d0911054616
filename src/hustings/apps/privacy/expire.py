"""Deleting what is past its time, batch by batch, each told in the log."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from hustings.apps.database import WORKER, in_role
from hustings.apps.privacy.past import RULES

__all__ = ["BATCH", "expire"]

BATCH = 500


def expire(*, batch: int = BATCH) -> Iterator[tuple[str, int]]:
    """Delete whatever is past its time; gives (table, rows) after each batch, which then stands for good.

    Each batch is one transaction: its rows, its entry in the log and its line on the page of deletions, or none of
    them. Whoever is killed midway leaves what was not reached, and the next who runs goes on there.
    """
    for rule in RULES:
        while True:
            with in_role(WORKER), connection.cursor() as cursor:
                cursor.execute("SELECT expire_rows(%s, %s)", [rule.table, batch])
                gone = int(cursor.fetchone()[0])
            if not gone:
                break
            yield rule.table, gone
