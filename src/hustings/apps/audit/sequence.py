"""Giving entries their place: what waits is appended to its tree, in batches."""

from __future__ import annotations

import json
from uuid import UUID

from django.db import connection, transaction

from hustings.apps.audit.store import body_of, hold, node_reader, size_of
from hustings.ledger.merkle import grow, load_edge
from hustings.ledger.verify_log import canonical, leaf_hash

__all__ = ["sequence", "sequence_all"]

BATCH = 2000

WAITING = """
SELECT id, at, event, facts::text, texts::text FROM log_entry WHERE log_id = %s ORDER BY at, number LIMIT %s
"""
# The database moves the entries itself: only ids, places and hashes travel.
PLACE = """
INSERT INTO log_leaf (id, log_id, "index", at, event, facts, texts, hash)
SELECT entry.id, entry.log_id, placed."index", entry.at, entry.event, entry.facts, entry.texts, placed.hash
FROM unnest(%s::uuid[], %s::bigint[], %s::bytea[]) AS placed (id, "index", hash) JOIN log_entry AS entry USING (id)
"""
GROW = """
INSERT INTO log_node (log_id, level, place, hash)
SELECT %s, level, place, hash FROM unnest(%s::int[], %s::bigint[], %s::bytea[]) AS made (level, place, hash)
"""


def sequence_all() -> int:
    """Place whatever waits, in every log; give how many entries."""
    placed = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT log_id FROM log_entry")
            logs = [row[0] for row in cursor.fetchall()]
        moved = sum(sequence(log) for log in logs)
        if not moved:
            return placed
        placed += moved


def sequence(log: UUID, *, batch: int = BATCH) -> int:
    """Place one batch in one transaction: all of it or nothing. Give how many entries.

    Two at once take turns. What an interrupted one had not committed waits as before.
    """
    with transaction.atomic():
        hold(log)
        with connection.cursor() as cursor:
            cursor.execute(WAITING, [log, batch])
            waiting = cursor.fetchall()
            if not waiting:
                return 0
            size = size_of(log)
            hashes = [
                leaf_hash(canonical(body_of(at, event, json.loads(facts), json.loads(texts))))
                for _, at, event, facts, texts in waiting
            ]
            nodes = grow(load_edge(size, node_reader(log)), hashes)
            ids = [row[0] for row in waiting]
            cursor.execute(PLACE, [ids, list(range(size, size + len(ids))), hashes])
            cursor.execute(
                GROW, [log, [n[0][0] for n in nodes], [n[0][1] for n in nodes], [digest for _, digest in nodes]]
            )
            cursor.execute("DELETE FROM log_entry WHERE id = ANY(%s)", [ids])
        return len(ids)
