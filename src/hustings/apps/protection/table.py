"""What is said about one table."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["APPEND_ONLY", "Table"]

APPEND_ONLY = ("SELECT", "INSERT")


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rights on one table. What is not said is refused: a table that nobody names can be touched by nobody.

    web, worker   what the roles may do: SELECT, INSERT, DELETE, UPDATE, or UPDATE (column, ...)
    rows          policy name -> (command, USING expression, WITH CHECK expression); with any, row-level security is
                  on and forced. Without, every row may be seen by who may SELECT.
    append_only   a trigger refuses UPDATE, DELETE and TRUNCATE, to the owner as well
    logged        a trigger writes each change to the log, in the same transaction
    """

    name: str
    web: tuple[str, ...] = ()
    worker: tuple[str, ...] = ()
    rows: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    append_only: bool = False
    logged: bool = False
