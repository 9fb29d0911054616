"""Whether the installation can serve, and how old its last signs of life are."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from hustings.apps.database import WEB, in_role

__all__ = ["State", "look"]

# Workers sign every 10 s and are struck off after 30 s without a sign.
WORKER_GONE = 60.0  # seconds
CHECKPOINT_LATE = 300.0


@dataclass(frozen=True, kw_only=True)
class State:
    """One look. Ages are in seconds, None where there was no sign yet.

    Nothing here depends on what the installation holds or on how much is done in it: an operator without clearance
    reads these figures, and so they are the same with a tip and without one.
    """

    database: bool = False
    migrations_pending: int | None = None
    worker_age: float | None = None
    checkpoint_age: float | None = None

    @property
    def ready(self) -> bool:
        """Whether a request can be served; a missing worker delays jobs and stops none."""
        return self.database and self.migrations_pending == 0


def look() -> State:
    """Ask the database, as the web does."""
    try:
        with in_role(WEB), connection.cursor() as cursor:
            pending = _pending()
            cursor.execute("SELECT now(), (SELECT max(last_heartbeat) FROM procrastinate_workers)")
            now, worker = cursor.fetchone()
            cursor.execute("SELECT max(at) FROM log_checkpoint WHERE log_id = (SELECT id FROM log WHERE name = 'open')")
            (checkpoint,) = cursor.fetchone()
    except DatabaseError:
        return State(database=_answers(), migrations_pending=None)
    return State(
        database=True, migrations_pending=pending, worker_age=_age(now, worker), checkpoint_age=_age(now, checkpoint)
    )


def _answers() -> bool:
    """Tell whether the database lets us in at all; tables that are not there yet are another matter."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


class _Migrations(threading.local):
    """Once none is pending, none will be while this process runs its version."""

    done = False


_migrations = _Migrations()


def _pending() -> int:
    if _migrations.done:
        return 0
    executor = MigrationExecutor(connection)
    pending = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    _migrations.done = pending == 0
    return pending


def _age(now: datetime, then: datetime | None) -> float | None:
    return None if then is None else max(0.0, (now - then).total_seconds())
