"""A host with a collection, a partner and a third organisation with accounts, and notes to put into it."""

from uuid import uuid4

from made_people import appoint, organisation, person

from hustings.apps.database import WEB, in_role
from hustings.apps.people.find import seats
from hustings.apps.taxii.models import Account, Collection, CollectionPermission, Entry

TLP = "marking-definition--"
GREEN, AMBER, RED = (
    "bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "e828b379-4e03-4974-9ac4-e53a884c97c1",
)


def seat_at(where, name, *roles, kept_by=None):
    who = person(name, second_factor=False)
    appointment = appoint(who, where, name, roles)
    if "service account" in roles:
        Account.objects.create(appointment=appointment, name=name.lower(), kept_by=kept_by or where)
    (seat,) = seats(who, strong=True)
    return seat


class World:
    def __init__(self):
        self.host, self.partner, self.third = (organisation(name) for name in ("Host", "Partner", "Third"))
        self.liaison = seat_at(self.host, "Lia", "liaison")
        self.account = seat_at(self.partner, "Partner-bot", "service account", kept_by=self.host)
        self.other = seat_at(self.third, "Third-bot", "service account", kept_by=self.host)
        self.collection = Collection.objects.create(title="Shared", owner=self.host)
        self.allow(self.partner, True, True)
        self.allow(self.third, True, False)

    def allow(self, who, read, write, collection=None):
        return CollectionPermission.objects.create(
            collection=collection or self.collection, organisation=who, can_read=read, can_write=write
        )

    def seen(self, seat):
        with in_role(WEB, seat.id, strong=True):
            return [entry.object.stix_id for entry in Entry.objects.select_related("object").order_by("date_added")]


def note(said="hello", *, marks=(), modified="2026-01-01T00:00:00.000Z", key=None, **more):
    made = {"type": "note", "spec_version": "2.1", "id": f"note--{key or uuid4()}", "content": said,
            "created": "2026-01-01T00:00:00.000Z", "modified": modified, "object_refs": [f"identity--{uuid4()}"]}  # fmt: skip
    return made | ({"object_marking_refs": [TLP + mark for mark in marks]} if marks else {}) | more
