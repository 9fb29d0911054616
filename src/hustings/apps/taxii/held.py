"""What is held already of objects that come, from whomever, and whether it stands in the collection they come into."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from hustings.apps.taxii.models import StixObject

__all__ = ["Held", "held_of", "whole_of"]


@dataclass(slots=True)
class Held:
    """One version of an object, from one organisation (None: ours), without its content."""

    key: UUID
    stix_id: str
    sender: UUID | None
    version: datetime
    version_said: str
    digest: str
    stands: bool


HELD = """
SELECT o.item_id, o.stix_id, o.received_from_id, o.version, o.version_said, o.digest,
  EXISTS (SELECT FROM taxii_entry e WHERE e.collection_id = %s AND e.object_id = o.item_id)
FROM stix_object o WHERE o.stix_id = ANY (%s) ORDER BY o.received_at, o.item_id
"""


def held_of(collection: UUID, names: Iterable[str]) -> dict[str, list[Held]]:
    """What is held of these objects, in the order in which it came."""
    found: dict[str, list[Held]] = {}
    with connection.cursor() as cursor:
        cursor.execute(HELD, [collection, list(names)])
        for row in cursor.fetchall():
            held = Held(*row)
            found.setdefault(held.stix_id, []).append(held)
    return found


def whole_of(keys: Iterable[UUID]) -> dict[UUID, StixObject]:
    """The same with content and label."""
    rows = StixObject.objects.filter(pk__in=list(keys)).select_related("item__label").defer("item__search")
    return {row.pk: row for row in rows}
