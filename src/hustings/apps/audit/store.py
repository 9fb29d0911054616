"""The tree of a log as it lies in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from hustings.ledger.entry import entry_body
from hustings.ledger.merkle import Node, ReadNodes

__all__ = ["body_of", "hold", "node_reader", "size_of"]

LOCK_CLASS = 0x10C  # any number that nobody else here locks by


def hold(log: UUID) -> None:
    """Be the only one who grows this log or signs for it, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK_CLASS, str(log)])


def size_of(log: UUID) -> int:
    """How many entries have their place."""
    with connection.cursor() as cursor:
        cursor.execute('SELECT coalesce(max("index") + 1, 0) FROM log_leaf WHERE log_id = %s', [log])
        return int(cursor.fetchone()[0])


def node_reader(log: UUID) -> ReadNodes:
    """Reads the nodes that a root or a proof needs, in one query."""

    def read(nodes: Sequence[Node]) -> Mapping[Node, bytes]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT node.level, node.place, node.hash FROM log_node AS node "
                "JOIN unnest(%s::int[], %s::bigint[]) AS wanted (level, place) USING (level, place) "
                "WHERE node.log_id = %s",
                [[level for level, _ in nodes], [place for _, place in nodes], log],
            )
            return {(level, place): bytes(digest) for level, place, digest in cursor.fetchall()}

    return read


def body_of(at: datetime, event: str, facts: Mapping[str, object], texts: Mapping[str, str]) -> dict[str, object]:
    """The entry as it is hashed, from its columns."""
    return entry_body(at=at, event=event, facts=facts, texts=texts)
