"""What leads from every ad of a package to one signed root of the library's log."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from hustings.apps.audit.models import Checkpoint, Leaf, Log
from hustings.apps.audit.store import body_of, node_reader
from hustings.apps.library.export import content_of
from hustings.apps.library.models import Shown, Version
from hustings.errors import BadInput, Problem
from hustings.ledger.merkle import Node, inclusion_proof

__all__ = ["Proofs", "proofs_of"]

CHUNK = 5_000
LEAVES = """
SELECT (facts ->> 'seq')::bigint, id FROM log_leaf WHERE event = 'library.version' AND log_id = %s AND (facts ->> 'seq')::bigint = ANY(%s)
"""


class Proofs:
    """The signed root of a moment, and the way from each version to it.

    log    for the manifest: name, size, root, the signed note and the key it is signed with
    rows   one a version
    """

    def __init__(self, log: dict[str, Any], rows: list[dict[str, Any]]) -> None:
        self.log = log
        self.rows = rows


def proofs_of(shown: Sequence[Shown], moment: datetime) -> Proofs:
    """The same for rows of the library as it stood at `moment`.

    Gives    the first root that was signed at or after the moment and covers them all: it is the same whenever it is asked
    Raises   BadInput while there is none: something that belongs to the moment may still be on its way into the log
    """
    log = Log.objects.get(name="library")
    leaves: dict[int, Leaf] = {}
    seqs = [row.seq for row in shown]
    for start in range(0, len(seqs), CHUNK):
        with connection.cursor() as cursor:
            cursor.execute(LEAVES, [log.pk, seqs[start : start + CHUNK]])
            of = {key: seq for seq, key in cursor.fetchall()}
        leaves |= {of[leaf.pk]: leaf for leaf in Leaf.objects.filter(pk__in=list(of)).defer("log")}
    last = max((leaf.index for leaf in leaves.values()), default=-1)
    checkpoint = Checkpoint.objects.filter(log=log, at__gte=moment, size__gt=last).order_by("id").first()
    if checkpoint is None or len(leaves) < len(seqs):
        newest = Checkpoint.objects.filter(log=log).order_by("-id").first()
        raise BadInput("The library's log has not signed that moment yet.", [
            Problem(where="--as-of", found=moment.isoformat(), expected="a moment up to " + (newest.at.isoformat() if newest else "the first signed root"),
                    do="Ask of an earlier moment, or, while the platform is up, again in two minutes."),
        ])  # fmt: skip
    records = dict(Version.objects.filter(seq__in=seqs).values_list("seq", "record"))
    ways = _ways([leaves[seq].index for seq in seqs], checkpoint)
    rows = []
    for row, hashes in zip(shown, ways, strict=True):
        leaf, record = leaves[row.seq], records[row.seq]
        rows.append({
            "ad": str(row.number), "record": record, "content": None if row.hidden == "expunged" else content_of(row.body, record),
            "salt": row.salt or None, "entry": body_of(leaf.at, leaf.event, leaf.facts, leaf.texts), "index": leaf.index,
            "hashes": [one.hex() for one in hashes],
        })  # fmt: skip
    told = {
        "name": log.name, "origin": log.origin, "size": checkpoint.size, "root": base64.b64encode(bytes(checkpoint.root)).decode(),
        "checkpoint": checkpoint.note, "key": checkpoint.key,
    }  # fmt: skip
    return Proofs(told, rows)


def _ways(indexes: Sequence[int], checkpoint: Checkpoint) -> list[list[bytes]]:
    """Every proof, its nodes read a few thousand at a time instead of a dozen for each."""
    read, known = node_reader(checkpoint.log_id), dict[Node, bytes]()
    wanted: dict[Node, None] = {}

    def note(nodes: Sequence[Node]) -> dict[Node, bytes]:
        wanted.update(dict.fromkeys(nodes))
        return dict.fromkeys(nodes, b"")

    for index in indexes:
        inclusion_proof(index, checkpoint.size, note)
    every = list(wanted)
    for start in range(0, len(every), CHUNK):
        known |= read(every[start : start + CHUNK])
    return [
        inclusion_proof(index, checkpoint.size, lambda nodes: {node: known[node] for node in nodes})
        for index in indexes
    ]
