"""Reading of collections: which entries a request asks for, page by page, and the content of objects in portions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from hustings.apps.database import WEB, in_role
from hustings.apps.people.seat import Seat
from hustings.exchange.taxii.query import Filters, Which

__all__ = ["Row", "contents", "entries_of", "has_object"]

PORTION = 500  # objects whose content is held at a time


@dataclass(frozen=True, slots=True)
class Row:
    """One entry, without its content."""

    object: UUID
    added: datetime
    stix_id: str
    version_said: str
    spec_version: str


# Row-level security is beneath each of the tables named here: what the seat may not read is in no place of the order,
# newer than nothing and older than nothing.
SELECT = """
SELECT e.object_id, e.date_added, o.stix_id, o.version_said, o.spec_version
FROM taxii_entry e JOIN stix_object o ON o.item_id = e.object_id
WHERE e.collection_id = %(collection)s
"""
OTHER = """
 AND NOT EXISTS (SELECT FROM taxii_entry n WHERE n.collection_id = e.collection_id AND n.stix_id = e.stix_id AND {than})
"""
# Two organisations may hand in the same version: the first that the reader knows is the one they are told of.
FIRST_HANDED_IN = OTHER.format(
    than="n.spec_version = e.spec_version AND n.version = e.version AND n.date_added < e.date_added"
)
NEWEST_FORM = OTHER.format(than="n.spec_version > e.spec_version")
EDGE = "NOT EXISTS (SELECT FROM taxii_entry n WHERE n.collection_id = e.collection_id AND n.stix_id = e.stix_id AND n.spec_version = e.spec_version AND n.version {sign} e.version)"


def entries_of(
    collection: UUID, filters: Filters, *, after: datetime | None = None, limit: int | None = None
) -> list[Row]:
    """The entries that filters ask for, in the order in which they were added; `after` is the place of a page."""
    said = [SELECT, FIRST_HANDED_IN]
    values: dict[str, Any] = {"collection": collection}

    def narrowed(condition: str, **named: Any) -> None:
        said.append(f" AND {condition}")
        values.update(named)

    moments = [moment for moment in (after, filters.added_after) if moment is not None]
    if moments:
        narrowed("e.date_added > %(after)s", after=max(moments))
    if filters.ids is not None:
        narrowed("e.stix_id = ANY (%(ids)s)", ids=storable(filters.ids))
    if filters.types is not None:
        narrowed("o.type = ANY (%(types)s)", types=storable(filters.types))
    if filters.spec_versions is not None:
        narrowed("e.spec_version = ANY (%(forms)s)", forms=storable(filters.spec_versions))
    else:
        said.append(NEWEST_FORM)
    if Which.ALL not in filters.versions:
        ways = [
            EDGE.format(sign=sign)
            for which, sign in ((Which.LAST, ">"), (Which.FIRST, "<"))
            if which in filters.versions
        ]
        exact = [moment for moment in filters.versions if not isinstance(moment, Which)]
        if exact:
            ways.append("e.version = ANY (%(versions)s)")
            values["versions"] = exact
        narrowed(f"({' OR '.join(ways)})")
    said.append(" ORDER BY e.date_added")
    if limit is not None:
        said.append(" LIMIT %(limit)s")
        values["limit"] = limit
    with connection.cursor() as cursor:
        cursor.execute("".join(said), values)
        return [Row(*row) for row in cursor.fetchall()]


def storable(words: frozenset[str]) -> list[str]:
    """Words that the database could hold; no object has another."""
    return sorted(word for word in words if "\x00" not in word)


def has_object(collection: UUID, stix_id: str) -> bool:
    """Whether there is an object of this id, in any version, that may be read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM taxii_entry WHERE collection_id = %s AND stix_id = %s)", [collection, stix_id]
        )
        return bool(cursor.fetchone()[0])


def contents(collection: UUID, objects: Sequence[UUID], seat: Seat) -> Iterator[bytes]:
    """The bytes of objects of a collection, in this order.

    Each portion is asked for anew, in a transaction of its own: what was withdrawn meanwhile is not told any more.
    """
    for start in range(0, len(objects), PORTION):
        wanted = objects[start : start + PORTION]
        with in_role(WEB, seat.id, strong=seat.strong), connection.cursor() as cursor:
            cursor.execute(
                "SELECT o.item_id, o.raw FROM taxii_entry e JOIN stix_object o ON o.item_id = e.object_id "
                "WHERE e.collection_id = %s AND e.object_id = ANY (%s)",
                [collection, list(wanted)],
            )
            found = dict(cursor.fetchall())
        for key in wanted:
            if key in found:
                yield bytes(found[key])
