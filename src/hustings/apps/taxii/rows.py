"""The rows that a portion of objects becomes, written table by table, each in one statement."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from hustings.apps.bulk import insert
from hustings.apps.dated import new_id
from hustings.apps.items.models import Item, Label
from hustings.apps.taxii.came import Came
from hustings.apps.taxii.held import Held
from hustings.apps.taxii.receivers import receivers_of

__all__ = ["Rows"]

KIND = "stix object"
ITEM = (
    ("id", "uuid"), ("kind", "text"), ("label_id", "uuid"), ("title", "text"), ("text", "text"), ("state", "text"),
    ("made_by_id", "uuid"), ("case_id", "uuid"),
)  # fmt: skip
OBJECT = (
    ("item_id", "uuid"), ("stix_id", "text"), ("type", "text"), ("spec_version", "text"), ("version", "timestamptz"),
    ("version_said", "text"), ("digest", "text"), ("raw", "bytea"), ("created_by_ref", "text"),
    ("received_from_id", "uuid"),
)  # fmt: skip
ENTRY = (
    ("id", "uuid"), ("collection_id", "uuid"), ("object_id", "uuid"), ("stix_id", "text"), ("spec_version", "text"),
    ("version", "timestamptz"), ("date_added", "timestamptz"),
)  # fmt: skip
REACTION = (("id", "uuid"), ("object_id", "uuid"), ("receiver", "text"), ("tries", "int"), ("error", "text"))


class Rows:
    """Rows of one collection that are gathered, then written at once; nothing is read back.

    made_by   the appointment that hands the objects in
    about     the item that they tell, if they tell one of ours
    reacting  whether parts of the platform react to them
    """

    def __init__(self, collection: UUID, *, made_by: UUID, about: Item | None, reacting: bool) -> None:
        self.collection, self.made_by, self.reacting = collection, made_by, reacting
        self.case = (about.case_id or about.pk) if about is not None else None
        self.items: list[tuple[Any, ...]] = []
        self.objects: list[tuple[Any, ...]] = []
        self.entries: list[tuple[Any, ...]] = []
        self.reactions: list[tuple[Any, ...]] = []

    def add_object(self, each: Came, held: Held, label: Label) -> None:
        """An object that is new here, under its label."""
        head = each.head
        self.items.append((held.key, KIND, label.pk, each.title, each.text, "", self.made_by, self.case))
        self.objects.append((
            held.key, held.stix_id, head.type, head.spec_version, held.version, held.version_said, held.digest, each.raw,
            head.created_by_ref, held.sender,
        ))  # fmt: skip
        if self.reacting:
            self.reactions += [(new_id(), held.key, name, 0, "") for name in receivers_of(each.told)]

    def add_entry(self, each: Came, held: Held, moment: datetime) -> None:
        """The object stands in the collection from this moment on."""
        form = each.head.spec_version
        self.entries.append((new_id(), self.collection, held.key, held.stix_id, form, held.version, moment))

    def write(self) -> None:
        """Write them."""
        for table, columns, rows in (
            ("item", ITEM, self.items),
            ("stix_object", OBJECT, self.objects),
            ("taxii_entry", ENTRY, self.entries),
            ("stix_reaction", REACTION, self.reactions),
        ):
            insert(table, columns, rows)
