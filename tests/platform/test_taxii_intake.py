"""Many objects in one request: as if each came alone, in a number of statements that does not grow with them."""

import json
import random
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from made_taxii import AMBER, GREEN, RED, World, note

from hustings.apps.items.models import Item
from hustings.apps.taxii import intake
from hustings.apps.taxii.actions import add_objects
from hustings.apps.taxii.models import CollectionPermission, Entry, Reaction, StixObject

OBSERVABLE = "domain-name--8c4c6f8e-6d9d-5a0c-9d4b-{:012x}"


@pytest.fixture
def world(db):
    world = World()
    CollectionPermission.objects.filter(organisation=world.third).update(can_write=True)
    return world


def drawn(chance, many):
    """Requests with repeats, other words for one version, later versions, observables and what cannot be kept."""
    keys = [uuid4() for _ in range(many // 3)]
    for _ in range(many):
        month = chance.choice("123")
        kind = chance.random()
        if kind < 0.1:
            yield {"type": "domain-name", "id": OBSERVABLE.format(chance.randrange(4)), "value": chance.choice("ab")}
        elif kind < 0.2:
            yield {"type": "note", "id": "nothing"}
        else:
            marks = chance.choice([(), (GREEN,), (AMBER,), (RED,), (str(keys[0]),)])
            modified = f"2026-0{month}-01T00:00:00.000Z"
            yield note(
                chance.choice("ab"), marks=marks, key=chance.choice(keys), modified=modified, object_refs=["x--1"]
            )


def standing(world):
    """What stands, in order, with everything about it but its keys and moments."""
    rows = (
        Entry.objects.filter(collection=world.collection).order_by("date_added").select_related("object__item__label")
    )
    return [
        (
            row.stix_id, row.spec_version, row.object.type, bytes(row.object.raw), row.object.digest,
            row.object.received_from_id, row.object.item.title, row.object.item.text, row.object.item.label.digest,
            row.object.item.made_by_id, row.object.version_said if row.object.type == "note" else "",
        )
        for row in rows
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(2))
def test_what_stands_is_the_same_in_one_request_in_portions_and_one_by_one(world, monkeypatch, seed):
    chance = random.Random(seed)
    requests = [(by, list(drawn(chance, 21))) for by in (world.account, world.other, world.account)]
    told = []

    def kept(portion, apart):
        monkeypatch.setattr(intake, "PORTION", portion)
        StixObject.objects.all().delete()
        Item.objects.filter(kind="stix object").delete()
        answers = []
        for by, given in requests:
            for some in [[each] for each in given] if apart else [given]:
                status = add_objects(world.collection, some, by=by)
                answers.append((status.successes, status.failures))
        successes = [each["id"] for some, _ in answers for each in some]
        failures = [(each["id"], each["message"]) for _, some in answers for each in some]
        told.append((sorted(successes), sorted(failures)))
        return standing(world)

    whole = kept(500, apart=False)
    assert len(whole) > 15
    assert whole == kept(5, apart=False) == kept(500, apart=True)
    assert told[0] == told[1] == told[2]
    moments = list(Entry.objects.values_list("date_added", flat=True))
    assert len(set(moments)) == len(moments)


def test_more_objects_take_no_more_statements(world):
    def statements(many, said):
        others = [note(said, marks=(AMBER,), key=keys[number]) for number in range(many)]
        add_objects(world.collection, others, by=world.account)
        later = [each | {"modified": "2026-02-01T00:00:00.000Z"} for each in others]
        with CaptureQueriesContext(connection) as first:
            add_objects(world.collection, [note(said) for _ in range(many)], by=world.account)
        with CaptureQueriesContext(connection) as bound:
            add_objects(world.collection, later, by=world.other)
        return len(first), len(bound)

    keys = [uuid4() for _ in range(200)]
    statements(1, "warm")
    keys = [uuid4() for _ in range(200)]
    few = statements(3, "few")
    keys = [uuid4() for _ in range(200)]
    assert statements(200, "many") == few


def test_texts_that_the_database_cannot_hold_are_kept_in_the_bytes_alone(world):
    made = note("a\x00b\x1fc\\ {,\"'é\U0001f600 \ud800", name="N\x00ame")
    raw = json.dumps(made).encode()
    add_objects(world.collection, [raw], by=world.account)
    row = StixObject.objects.select_related("item").get()
    assert bytes(row.raw) == raw
    assert (row.item.title, row.item.text.split("\n")[0]) == ("note: Name", "Name")
    assert "ab\x1fc\\ {,\"'é\U0001f600 ?" in row.item.text


def test_every_object_of_a_request_is_told_in_the_log(world):
    given = [note(marks=(RED,)) for _ in range(7)]
    add_objects(world.collection, given, by=world.account)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT facts ->> 'item' FROM log_entry WHERE event = 'row.insert' AND facts ->> 'table' = 'item' ORDER BY number"
        )
        told = [row[0] for row in cursor.fetchall()]
    entries = Entry.objects.order_by("date_added").values_list("object_id", flat=True)
    assert [str(key) for key in entries] == told


def test_nothing_reacts_twice_to_what_comes_twice_in_one_request(world):
    made = {"type": "indicator", "spec_version": "2.1", "id": f"indicator--{uuid4()}", "pattern_type": "stix",
            "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z",
            "valid_from": "2026-01-01T00:00:00.000Z", "pattern": "[domain-name:value = 'a.example']"}  # fmt: skip
    status = add_objects(world.collection, [made, made], by=world.account)
    assert len(status.successes) == 2
    assert Entry.objects.count() == 1
    assert list(Reaction.objects.values_list("tries", "done_at", "error")) == [(0, None, "")] * Reaction.objects.count()
    assert Reaction.objects.exists()


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999999Z"])
def test_the_first_and_the_last_moment_are_moments(world, moment):
    made = note("NULL", name="NULL", modified=moment, created="0001-01-01T00:00:00.000Z")
    status = add_objects(world.collection, [made], by=world.account)
    assert status.successes == [{"id": made["id"], "version": moment}]
    assert world.seen(world.other) == [made["id"]]
    assert StixObject.objects.get().version.isoformat().startswith(moment[:19])
