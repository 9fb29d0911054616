"""In whose name a transaction talks to the database: row-level security reads it there and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from hustings.apps.remembered import remembered

__all__ = ["OWNER", "WEB", "WORKER", "advertiser", "in_role", "moment", "seat", "taken_back_on_error"]

OWNER = "hustings_owner"  # owns the schema and migrates; nothing that serves people connects as it
WEB = "hustings_web"
WORKER = "hustings_worker"
NUMBERS = count(1)  # of savepoints: one name twice would hide the outer one


@contextmanager
def in_role(role: str, appointment: UUID | None = None, *, strong: bool = False) -> Iterator[None]:
    """Talk as `role` until the end of the block, in one transaction, as this appointment.

    Without one as nobody in particular, until `seat` says who. `strong`: signed in with a second factor.

    The login role owns nothing and may do nothing by itself: what it may do, it may do as `role`. Settings are local
    to the transaction, so a pooled connection carries nothing to the next request.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        before = None if outermost else current()
        become(role, *named(appointment, strong=strong))
        try:
            yield
        finally:
            # The end of the outermost transaction drops the settings, and so does an error with its savepoint.
            if before is not None and not connection.needs_rollback:
                become(*before)


@contextmanager
def taken_back_on_error() -> Iterator[str]:
    """What the block does is taken back where it fails, as `transaction.atomic` within another does it.

    Gives what the first statement of the block begins with: the savepoint travels with it, and goes with the end of
    the transaction, so two calls of the database fewer are made. For what is done all the time.
    """
    assert connection.in_atomic_block, "there is a transaction around it"
    name, hooks = f"taken_back_{next(NUMBERS)}", list(connection.run_on_commit)
    try:
        yield f"SAVEPOINT {name}; "
    except BaseException:
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"ROLLBACK TO SAVEPOINT {name}; RELEASE SAVEPOINT {name}")
        except DatabaseError:  # the connection is gone: all of it is taken back
            connection.needs_rollback = True
        else:
            connection.needs_rollback, connection.run_on_commit = False, hooks
        raise


def current() -> tuple[str, str, str]:
    """Role, appointment and strength of the settings in force."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('role'), coalesce(current_setting('hustings.appointment', true), ''), "
            "coalesce(current_setting('hustings.strong', true), '')"
        )
        role, appointment, strong = cursor.fetchone()
        return role, appointment, strong


def become(role: str, appointment: str, strong: str) -> None:
    """Set role and seat for the rest of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('role', %s, true), set_config('hustings.appointment', %s, true), "
            "set_config('hustings.strong', %s, true)",
            [role, appointment, strong],
        )


def seat(appointment: UUID | None, *, strong: bool) -> None:
    """Say to the database which appointment acts, and whether it signed in with a second factor."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('hustings.appointment', %s, true), set_config('hustings.strong', %s, true)",
            named(appointment, strong=strong),
        )


def named(appointment: UUID | None, *, strong: bool) -> tuple[str, str]:
    """Who acts, as the settings say it."""
    return str(appointment or ""), "1" if strong else ""


def advertiser(person: UUID | None) -> None:
    """Say to the database which person acts for their sponsors in this transaction; they act from no seat."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('hustings.advertiser', %s, true)", [str(person or "")])


def moment() -> datetime:
    """The moment of this transaction by the one clock that decides: the database's, which never runs backwards."""
    return remembered("moment", ask_moment)


def ask_moment() -> datetime:
    """The same, asked of the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hustings_now()")
        now: datetime = cursor.fetchone()[0]
        return now
