"""Objects in collections: what stands, what is refused, who may know it, and what reacts."""

import json
from uuid import uuid4

import pytest
from made_people import organisation
from made_taxii import AMBER, GREEN, RED, World, note, seat_at

from hustings.apps.permission import NotKnown, Refused
from hustings.apps.taxii import receivers
from hustings.apps.taxii.actions import add_objects, publish
from hustings.apps.taxii.models import Collection, CollectionPermission, Entry, Reaction, StixObject
from hustings.apps.taxii.reacting import react


@pytest.fixture
def world(db):
    return World()


def test_objects_stand_in_the_order_in_which_they_came(world):
    given = [note() for _ in range(3)]
    status = add_objects(world.collection, given, by=world.account)
    assert [each["id"] for each in status.successes] == [each["id"] for each in given]
    assert world.seen(world.account) == world.seen(world.other) == [each["id"] for each in given]
    moments = list(Entry.objects.order_by("date_added").values_list("date_added", flat=True))
    assert len(set(moments)) == 3


def test_bytes_stay_as_they_came(world):
    raw = json.dumps(note("é"), ensure_ascii=False, indent=1).encode()
    add_objects(world.collection, [raw], by=world.account)
    assert bytes(StixObject.objects.get().raw) == raw


def test_the_same_again_changes_nothing_and_other_words_for_a_version_fail(world):
    first = note()
    add_objects(world.collection, [first], by=world.account)
    again = add_objects(world.collection, [json.dumps(first, sort_keys=True, indent=2).encode()], by=world.account)
    assert not again.failures
    other = add_objects(world.collection, [first | {"content": "other"}], by=world.account)
    assert [each["id"] for each in other.failures] == [first["id"]]
    assert Entry.objects.count() == 1


def test_who_may_not_write_adds_nothing_and_who_has_no_permission_learns_nothing(world):
    with pytest.raises(Refused):
        add_objects(world.collection, [note()], by=world.other)
    stranger = seat_at(organisation("Fourth"), "Fourth-bot", "service account", kept_by=world.host)
    with pytest.raises(NotKnown):
        add_objects(world.collection, [note()], by=stranger)
    with pytest.raises(Refused):
        add_objects(world.collection, [note()], by=world.liaison)
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("marks", "seen_by_other"),
    [
        ((), True),
        ((GREEN,), True),
        ((AMBER,), False),
        ((RED,), False),
        ((GREEN, AMBER), False),
        ((str(uuid4()),), False),
    ],
)
def test_markings_bind_beside_the_permission(world, marks, seen_by_other):
    made = note(marks=marks)
    add_objects(world.collection, [made], by=world.account)
    assert world.seen(world.account) == [made["id"]]  # its own words
    assert (world.seen(world.other) == [made["id"]]) is seen_by_other


def test_a_newer_version_of_another_lifts_no_marking(world):
    world.allow(organisation("Fifth"), True, True)
    made = note(marks=(AMBER,))
    add_objects(world.collection, [made], by=world.account)
    CollectionPermission.objects.filter(organisation=world.third).update(can_write=True)
    freed = {name: value for name, value in made.items() if name != "object_marking_refs"}
    add_objects(world.collection, [freed | {"modified": "2026-02-01T00:00:00.000Z"}], by=world.other)
    reader = seat_at(organisation("Sixth"), "Sixth-bot", "service account", kept_by=world.host)
    world.allow(reader.appointment.position.organisation, True, False)
    assert world.seen(reader) == []
    assert len(world.seen(world.other)) == 1  # what it said itself: no answer tells that more is here


def test_an_account_reaches_no_collection_but_of_who_keeps_it(world):
    elsewhere = Collection.objects.create(title="Elsewhere", owner=world.third)
    world.allow(world.partner, True, True, elsewhere)
    kept_by_itself = seat_at(world.partner, "Own-bot", "service account")
    assert add_objects(elsewhere, [note()], by=kept_by_itself).successes
    assert world.seen(world.account) == []
    assert len(world.seen(kept_by_itself)) == 1


def test_publishing_is_bound_by_what_it_was_made_from(world):
    from hustings.policy.marking import Marking, Tlp

    host = str(world.host.pk)
    publish(world.collection, [note()], by=world.liaison)
    publish(world.collection, [note()], by=world.liaison, item_marking=Marking(tlp=Tlp.AMBER_STRICT, owner=host))
    assert len(world.seen(world.account)) == 1
    with pytest.raises(Refused):
        publish(world.collection, [note()], by=world.account)


@pytest.fixture
def reacted(monkeypatch):
    monkeypatch.setattr(receivers, "RECEIVERS", {})
    seen = []

    @receivers.receives("note", "extension-definition--1", name="test")
    def receive(row, by):
        seen.append((row.stix_id, by.id))
        if len(seen) == 1:
            raise ValueError("not yet")

    return seen


def test_receivers_react_once_and_a_failure_is_kept_and_tried_again(world, reacted):
    made = note()
    add_objects(world.collection, [made], by=world.account)
    add_objects(world.collection, [made], by=world.account)
    assert react() == 0
    assert Reaction.objects.get().error == "ValueError"
    assert react() == 1
    assert react() == 0
    assert reacted == [(made["id"], world.account.id)] * 2
    assert Reaction.objects.get().error == ""


def test_what_is_ours_needs_no_reaction(world, reacted):
    publish(world.collection, [note()], by=world.liaison)
    assert not Reaction.objects.exists()
