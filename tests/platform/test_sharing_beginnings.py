"""Who began something travels from installation to installation, and no hop loses it or makes less of it."""

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from made_people import LONG_AGO, organisation
from made_taxii import seat_at

from hustings.apps.items.models import Source
from hustings.apps.sharing.find import origin_of
from hustings.apps.sharing.models import CapacityChange, ItemOrigin, Partner
from hustings.apps.sweeps.models import Tip
from hustings.apps.taxii.actions import add_objects, publish
from hustings.apps.taxii.models import Collection, CollectionPermission, Reaction, StixObject
from hustings.apps.taxii.reacting import react
from hustings.exchange.request import Beginning, Beginnings
from hustings.exchange.stix.forms import read, write
from hustings.policy.capacity import Capacity
from hustings.policy.origin import OWN, Began, Starter, arrived, most_telling

AT = datetime(2026, 1, 1, tzinfo=UTC)
EACH = (None, *Capacity)


def report(**more):
    return {"type": "report", "spec_version": "2.1", "id": f"report--{uuid4()}", "created": "2026-01-01T00:00:00.000Z",
            "modified": "2026-01-01T00:00:00.000Z", "name": "Pages", "published": "2026-01-01T00:00:00.000Z",
            "object_refs": [f"identity--{uuid4()}"], "report_types": ["campaign"]} | more  # fmt: skip


def itself(capacity):
    """The beginning of what somebody of this recorded capacity says itself."""
    official = capacity is not None and capacity.government
    return Began(starter=Starter.GOVERNMENT if official else Starter.PARTNER, capacity=capacity)


class Installation:
    """One organisation with a collection. All of a test share one database, each reading what its own account was handed."""

    def __init__(self, name, kind="company"):
        self.name, self.own = name, organisation(name, kind)
        self.liaison = seat_at(self.own, f"Liaison of {name}", "liaison")
        self.collection = Collection.objects.create(title=name, owner=self.own)
        self.accounts = {}

    def hears(self, other, capacity, *, reads=False):
        """A partner with a recorded capacity (or none) hands in here, and may read as well."""
        partner = Partner.objects.create(held_by=self.own, organisation=other.own, way="taxii")
        if capacity is not None:
            CapacityChange.objects.create(partner=partner, since=LONG_AGO, capacity=capacity.value, document="charter")
        self.accounts[other.name] = seat_at(
            other.own, f"{other.name} at {self.name}", "service account", kept_by=self.own
        )
        CollectionPermission.objects.create(
            collection=self.collection, organisation=other.own, can_read=reads, can_write=True
        )

    def takes(self, other, *objects):
        """What the partner's account hands in here, and the worker's reactions."""
        add_objects(self.collection, objects, by=self.accounts[other.name])
        while react():
            pass
        assert not Reaction.objects.exclude(error="").exists()

    def holds(self):
        """The objects of the collection as anybody fetches them."""
        return [json.loads(bytes(one.object.raw)) for one in self.collection.entries.order_by("date_added")]

    def tip(self, stix_id):
        """The tip of an object that came here."""
        rows = StixObject.objects.filter(stix_id=stix_id, entries__collection=self.collection)
        return Tip.objects.filter(item__sources__source__in=rows.values("item")).distinct().get()

    def tells(self, item):
        """Publish something of ours that was made from an item."""
        told = report()
        publish(self.collection, [told], by=self.liaison, about=item)
        return told


@pytest.fixture
def third(db):
    return Installation("Third")


def began_of(found):
    return frozenset(
        Began(starter=Starter(row.starter), capacity=Capacity(row.capacity) if row.capacity else None)
        for row in ItemOrigin.objects.filter(item=found)
    )


def test_every_capacity_passed_on_by_every_other_arrives_at_the_third_as_both(third):
    firsts = {capacity: Installation(f"First {number}") for number, capacity in enumerate(EACH)}
    seconds = {capacity: Installation(f"Second {number}") for number, capacity in enumerate(EACH)}
    for spoken, second in seconds.items():
        third.hears(second, spoken)
        CollectionPermission.objects.create(collection=second.collection, organisation=third.own, can_read=True)
        for capacity, first in firsts.items():
            second.hears(first, capacity)
            came = report()
            second.takes(first, came)
            passed_on = [one for one in second.holds() if came["id"] in (one["id"], *one.get("object_refs", ()))]
            third.takes(second, *passed_on)
            expected = {itself(spoken), itself(capacity)} - (
                {itself(None)} if capacity is None and spoken is not None else set()
            )
            tip = third.tip(came["id"])
            assert began_of(tip.pk) == expected, (capacity, spoken)
            assert began_of(second.tip(came["id"]).pk) == {itself(capacity)}


@pytest.mark.parametrize("first", ["object", "beginning"])
@pytest.mark.parametrize("through", [2, 4])
def test_a_governments_word_is_a_governments_after_any_number_of_companies_and_whatever_comes_first(db, first, through):
    state = Installation("Office", "authority")
    before, came, objects = state, report(), None
    objects = [came]
    for number in range(through):
        here = Installation(f"Company {number}")
        here.hears(before, Capacity.ELECTORAL_STATE if before is state else Capacity.PLATFORM)
        here.takes(before, *(objects if first == "object" else objects[::-1]))
        tip = here.tip(came["id"])
        assert itself(Capacity.ELECTORAL_STATE) in began_of(tip.pk), number
        assert most_telling(began_of(tip.pk)) == itself(Capacity.ELECTORAL_STATE)
        # It is not passed on as it came: something of its own is made from it and told.
        came = here.tells(tip.item)
        objects = [one for one in here.holds() if came["id"] in (one["id"], *one.get("object_refs", ()))]
        assert [one["type"] for one in objects] == ["report", "beginning"]
        before = here


def test_what_is_made_of_it_counts_under_it_also_where_it_is_told_late(third):
    relay = Installation("Relay")
    third.hears(relay, Capacity.PLATFORM)
    came = report()
    third.takes(relay, came)
    tip = third.tip(came["id"])
    made = third.tells(tip.item)
    lead = StixObject.objects.get(stix_id=made["id"]).item
    Source.objects.create(item=lead, source=tip.item)
    assert began_of(lead.pk) == {itself(Capacity.PLATFORM)}
    said = Beginnings(id=str(uuid4()), created=AT, modified=AT, sender=f"identity--{relay.own.pk}", object_refs=(came["id"],),
                      began=(Beginning(starter="government", capacity="law enforcement"),))  # fmt: skip
    third.takes(relay, write(said))
    assert began_of(tip.pk) == began_of(lead.pk) == {itself(Capacity.PLATFORM), itself(Capacity.LAW_ENFORCEMENT)}


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ([], set()),
        ([{"starter": "own"}], set()),
        ([{"starter": "own", "capacity": "intelligence"}], {itself(Capacity.INTELLIGENCE)}),
        ([{"starter": "public"}], {Began(starter=Starter.PUBLIC)}),
        ([{"starter": "oracle"}], {Began(starter=Starter.GOVERNMENT)}),
        ([{"starter": "partner", "capacity": "space agency"}], {Began(starter=Starter.GOVERNMENT)}),
        ([{"starter": "partner", "capacity": "law enforcement"}], {itself(Capacity.LAW_ENFORCEMENT)}),
        ("nothing that can be read", {Began(starter=Starter.GOVERNMENT)}),
        ([{"capacity": "platform"}], {Began(starter=Starter.GOVERNMENT)}),
    ],
)
def test_what_is_unknown_unread_or_called_ones_own_never_counts_as_less_than_the_sender(third, said, heard):
    relay = Installation("Relay")
    third.hears(relay, Capacity.VENDOR)
    came = report()
    plain = write(Beginnings(id=str(uuid4()), created=AT, modified=AT, sender=f"identity--{relay.own.pk}", object_refs=(came["id"],),
                             began=(Beginning(starter="own"),)))  # fmt: skip
    third.takes(relay, came, plain | {"began": said})
    assert began_of(third.tip(came["id"]).pk) == {itself(Capacity.VENDOR)} | heard


def test_a_beginning_once_told_stays_when_a_newer_version_leaves_it_out(third):
    relay = Installation("Relay")
    third.hears(relay, Capacity.PLATFORM)
    came, key = report(), str(uuid4())

    def says(modified, *began):
        return write(
            Beginnings(
                id=key,
                created=AT,
                modified=modified,
                sender=f"identity--{relay.own.pk}",
                object_refs=(came["id"],),
                began=began,
            )
        )

    third.takes(relay, came, says(AT, Beginning(starter="government", capacity="intelligence")))
    third.takes(
        relay, says(AT.replace(year=2027), Beginning(starter="public")), came | {"modified": "2027-01-01T00:00:00.000Z"}
    )
    assert itself(Capacity.INTELLIGENCE) in began_of(third.tip(came["id"]).pk)
    newest = StixObject.objects.filter(stix_id=came["id"]).order_by("-version").first()
    assert itself(Capacity.INTELLIGENCE) in began_of(newest.pk)


def test_nobody_tells_who_began_what_another_handed_in(third):
    relay, other = Installation("Relay"), Installation("Other")
    third.hears(relay, Capacity.PLATFORM)
    third.hears(other, Capacity.PLATFORM)
    came = report()
    third.takes(relay, came)
    said = Beginnings(id=str(uuid4()), created=AT, modified=AT, sender=f"identity--{other.own.pk}", object_refs=(came["id"],),
                      began=(Beginning(starter="government", capacity="intelligence"),))  # fmt: skip
    third.takes(other, write(said))
    assert began_of(third.tip(came["id"]).pk) == {itself(Capacity.PLATFORM)}


def test_what_goes_beside_is_read_back_names_its_objects_alone_and_is_as_hidden_as_they_are(third):
    office, reader = Installation("Office", "authority"), Installation("Reader")
    third.hears(office, Capacity.ELECTORAL_NATIONAL)
    third.hears(reader, Capacity.RESEARCH, reads=True)
    hidden, open_to_all = report(object_marking_refs=[f"marking-definition--{uuid4()}"]), report()
    third.takes(office, hidden, open_to_all)
    beside = [one for one in third.holds() if one["type"] == "beginning"]
    assert {one["object_refs"][0]: read(one).began for one in beside} == {
        one["id"]: (Beginning(starter="government", capacity="national electoral office"),)
        for one in (hidden, open_to_all)
    }
    rows = {row.stix_id: row.item.label for row in StixObject.objects.select_related("item__label")}
    for one in beside:
        assert rows[one["id"]] == rows[one["object_refs"][0]]
        assert one["created_by_ref"] == f"identity--{third.own.pk}"


def test_an_organisations_own_account_brings_in_what_is_its_own(third):
    CollectionPermission.objects.create(
        collection=third.collection, organisation=third.own, can_read=True, can_write=True
    )
    third.accounts["Third"] = seat_at(third.own, "Own bot", "service account")
    third.takes(third, report())
    assert origin_of(StixObject.objects.get().item) == OWN
    assert not ItemOrigin.objects.exists()


def test_python_says_the_same_as_the_triggers():
    assert arrived(itself(Capacity.PLATFORM), [("own", ""), ("government", "intelligence")]) == {
        itself(Capacity.PLATFORM), itself(Capacity.INTELLIGENCE)
    }  # fmt: skip
