"""What proves a version: its entry in the log, its place in the tree, and the root of a day that the log signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from hustings.apps import database
from hustings.apps.audit.find import find_consistency, find_inclusion, note_of
from hustings.apps.audit.models import Checkpoint, Leaf, Log
from hustings.apps.audit.store import body_of
from hustings.apps.library.models import Shown

__all__ = ["Proven", "consistency", "is_final", "proof_of", "root_of", "roots"]

# The index of this very condition finds one among millions.
PLACE = """
SELECT id FROM log_leaf WHERE event = 'library.version' AND (facts ->> 'seq')::bigint = %s AND log_id = %s ORDER BY "index" LIMIT 1
"""
BY_DAY = """
SELECT last.id FROM (SELECT (max(at) AT TIME ZONE 'UTC')::date AS today FROM log_checkpoint WHERE log_id = %(log)s) AS newest,
  generate_series(today, today - (%(days)s - 1), interval '-1 day') AS day,
  LATERAL (SELECT id FROM log_checkpoint WHERE log_id = %(log)s AND at >= day AT TIME ZONE 'UTC'
    AND at < (day + interval '1 day') AT TIME ZONE 'UTC' ORDER BY at DESC, id DESC LIMIT 1) AS last
"""


@dataclass(frozen=True, kw_only=True)
class Proven:
    """A version as it is shown, and what proves it.

    entry    as the log's hash covers it; it holds the digest of the record
    hashes   with the entry's hash they lead to the root of the checkpoint
    """

    row: Shown
    entry: dict[str, Any]
    index: int
    hash: bytes
    hashes: list[bytes]
    checkpoint: Checkpoint
    note: bytes


def library_log() -> Log:
    """The log that tells of the library."""
    return Log.objects.get(name="library")


def proof_of(number: int, *, kind: str, version: int | None = None) -> Proven | None:
    """The proof of a version of a subject, or of its newest that a checkpoint covers; None where there is none (yet)."""
    rows: QuerySet[Shown] = Shown.objects.filter(number=number, kind=kind).order_by("-seq")
    if version is not None:
        rows = rows.filter(body__version=version)
    log = library_log()
    for row in rows.defer("search")[:3]:  # of what was published within the last minute, one before it is proven
        with connection.cursor() as cursor:
            cursor.execute(PLACE, [row.seq, log.pk])
            found = cursor.fetchone()
        leaf = Leaf.objects.select_related("log").get(pk=found[0]) if found else None
        proof = find_inclusion(leaf) if leaf is not None else None
        if leaf is not None and proof is not None:
            entry = body_of(leaf.at, leaf.event, leaf.facts, leaf.texts)
            return Proven(
                row=row, entry=entry, index=leaf.index, hash=bytes(leaf.hash), hashes=proof.hashes,
                checkpoint=proof.checkpoint, note=note_of(proof.checkpoint),
            )  # fmt: skip
    return None


def root_of(day: date) -> Checkpoint | None:
    """The last checkpoint that was signed on a day, in UTC; of today the newest so far."""
    begin, end = datetime.combine(day, time(), UTC), datetime.combine(day, time.max, UTC)
    signed = Checkpoint.objects.filter(log=library_log(), at__gte=begin, at__lte=end)
    return signed.order_by("-id").first()


def roots(days: int) -> QuerySet[Checkpoint]:
    """The root of each of the last days on which any was signed, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(BY_DAY, {"log": library_log().pk, "days": days})
        last = [row[0] for row in cursor.fetchall()]
    return Checkpoint.objects.filter(pk__in=last).order_by("-id")


def is_final(checkpoint: Checkpoint) -> bool:
    """Whether its day is over, so that no later root of it will come."""
    return checkpoint.at.astimezone(UTC).date() < database.moment().astimezone(UTC).date()


def consistency(older: Checkpoint, newer: Checkpoint) -> list[bytes]:
    """The proof that the newer root's log begins with the older one's, unchanged."""
    return find_consistency(newer.log, older.size, newer.size)
