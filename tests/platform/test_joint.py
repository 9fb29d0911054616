"""One campaign followed by several organisations: each reads what it may of what each says."""

import json
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from made_people import appoint, organisation, person, sign_in

from hustings.apps.database import WEB, in_role
from hustings.apps.joint import actions, find
from hustings.apps.joint.mentioning import references, scan
from hustings.apps.joint.models import Mention, Remark
from hustings.apps.people.find import seat_for
from hustings.apps.permission import NotKnown, Refused
from hustings.apps.taxii.actions import add_objects
from hustings.apps.taxii.models import Account, Collection, CollectionPermission, StixObject
from hustings.errors import BadInput
from hustings.policy.marking import Marking, Tlp
from hustings.policy.remark import RemarkKind, Word, merged

AT = "2026-01-01T00:00:00.000Z"
CLEAR, GREEN = (
    "marking-definition--" + key
    for key in ("94868c89-83c2-464b-929b-a1a8aa3c8487", "bab4a63c-aed9-4cf5-a766-dfca5abac2bb")
)
STRICT, RED = (
    "marking-definition--" + key
    for key in ("939a9414-2ddd-4d32-a0cd-375ea402b003", "e828b379-4e03-4974-9ac4-e53a884c97c1")
)
CAMPAIGN = "campaign--11111111-1111-4111-8111-111111111111"


def thing(kind, marking=GREEN, modified=AT, key=None, **said):
    return {
        "type": kind, "spec_version": "2.1", "id": key or f"{kind}--{uuid4()}", "created": AT, "modified": modified, "object_marking_refs": [marking],
    } | said  # fmt: skip


class Room:
    def __init__(self):
        self.host = organisation("Host")
        self.collection = Collection.objects.create(title="Shared", owner=self.host)
        self.people = {}
        self.analyst = self.seat("Ana", self.host, "analyst")
        self.bots = {name: self.bot(name) for name in ("Agency", "Lab")}

    def seat(self, name, at, *roles):
        who = person(name)
        appointment = appoint(who, at, name, roles)
        self.people[name] = who
        return seat_for(appointment, strong=True)

    def bot(self, name):
        at = organisation(name)
        seat = self.seat(f"{name}-bot", at, "service account")
        Account.objects.create(appointment=seat.appointment, name=name.lower(), kept_by=self.host)
        CollectionPermission.objects.create(collection=self.collection, organisation=at, can_read=True, can_write=True)
        return seat

    def tell(self, who, *objects):
        status = add_objects(self.collection, objects, by=self.bots[who])
        assert status.failures == []
        scan()

    def client(self, name="Ana"):
        client = Client()
        sign_in(client, self.people[name])
        return client


@pytest.fixture
def room(db):
    cache.clear()
    made = Room()
    made.tell("Agency", thing("campaign", key=CAMPAIGN, name="Amber lanterns", description="Pages that pose as local."))
    return made


def parts(room, seat=None):
    seat = seat or room.analyst
    with in_role(WEB, seat.id, strong=True):
        return {(part.said_by, part.type, part.words) for part in find.parts_of(CAMPAIGN, seat)}


def test_what_each_says_of_it_stands_together(room):
    domain = thing(
        "indicator", name="Their shop", pattern="[domain-name:value = 'x']", pattern_type="stix", valid_from=AT
    )
    room.tell(
        "Agency",
        domain,
        thing("relationship", relationship_type="indicates", source_ref=domain["id"], target_ref=CAMPAIGN),
    )
    room.tell(
        "Lab", thing("note", content="Three pages more.", object_refs=[CAMPAIGN]), thing("opinion", opinion="agree", object_refs=[CAMPAIGN]),
        thing("sighting", sighting_of_ref=CAMPAIGN, count=3),
    )  # fmt: skip
    assert parts(room) == {
        ("Agency", "relationship", "“Their shop” indicates it"), ("Lab", "note", "Three pages more."), ("Lab", "opinion", "agree"),
        ("Lab", "sighting", "seen 3 times"),
    }  # fmt: skip
    with in_role(WEB, room.analyst.id, strong=True):
        [one] = find.followed(room.analyst)
    assert (one.name, one.parts, one.held, one.sightings) == ("Amber lanterns", {"Agency": 1, "Lab": 3}, "agreed", 3)


def test_a_member_of_a_campaign_is_told_by_its_name_and_platform(room):
    account = {"type": "user-account", "spec_version": "2.1", "id": f"user-account--{uuid4()}", "account_type": "plaza", "user_id": "river_news",
               "object_marking_refs": [GREEN]}  # fmt: skip
    room.tell(
        "Agency",
        account,
        thing("relationship", relationship_type="related-to", source_ref=CAMPAIGN, target_ref=account["id"]),
    )
    assert parts(room) == {("Agency", "relationship", "related to “river_news on plaza”")}


def test_what_one_may_not_know_is_in_no_part_name_or_sum(room):
    secret = thing("threat-actor", marking=RED, name="The Directorate's name for them")
    room.tell("Agency", secret)
    room.tell(
        "Agency", thing("note", marking=RED, content="A source inside.", object_refs=[CAMPAIGN]),
        thing("relationship", relationship_type="attributed-to", source_ref=CAMPAIGN, target_ref=secret["id"]),
    )  # fmt: skip
    assert parts(room) == {("Agency", "relationship", "attributed to threat actor")}
    with in_role(WEB, room.analyst.id, strong=True):
        assert [one.parts for one in find.followed(room.analyst)] == [{"Agency": 1}]
        assert Mention.objects.count() == 2  # of the relationship; not of the note
        with pytest.raises(NotKnown):
            find.subject(secret["id"], room.analyst)


def test_a_newer_version_takes_the_place_of_the_older_one(room):
    note = thing("note", content="Two pages.", object_refs=[CAMPAIGN])
    room.tell("Lab", note)
    room.tell("Lab", note | {"content": "Four pages.", "modified": "2026-02-01T00:00:00.000Z"})
    assert parts(room) == {("Lab", "note", "Four pages.")}


def test_what_is_withdrawn_from_it_is_no_longer_said(room):
    note = thing("note", content="Two pages.", object_refs=[CAMPAIGN])
    room.tell("Lab", note)
    room.tell("Lab", note | {"object_refs": ["campaign--" + str(uuid4())], "modified": "2026-02-01T00:00:00.000Z"})
    assert parts(room) == set()


def test_a_remark_is_an_item_as_strict_as_what_it_is_about(room):
    strict = "campaign--22222222-2222-4222-8222-222222222222"
    room.tell("Agency", thing("campaign", marking=STRICT, key=strict, name="Quiet harbour"))
    with in_role(WEB, room.analyst.id, strong=True):
        made = actions.remark(
            strict, kind=RemarkKind.OPINION, word=Word.DISAGREE, words="They are a choir.", by=room.analyst, marking=Marking(tlp=Tlp.CLEAR, owner=str(room.host.pk))
        )  # fmt: skip
        assert made.item.label.tlp == "amber+strict"
        for wrong in (
            {"kind": RemarkKind.NOTE, "word": Word.AGREE},
            {"kind": RemarkKind.OPINION},
            {"kind": RemarkKind.NOTE, "words": " "},
        ):
            asked = {"words": "Some words."} | wrong
            with pytest.raises(BadInput):
                actions.remark(
                    strict, by=room.analyst, marking=Marking(tlp=Tlp.GREEN, owner=str(room.host.pk)), **asked
                )
    auditor = room.seat("George", room.host, "auditor")
    with in_role(WEB, auditor.id, strong=True), pytest.raises(Refused):
        actions.remark(
            CAMPAIGN, kind=RemarkKind.NOTE, words="I only read.", by=auditor, marking=Marking(tlp=Tlp.GREEN, owner=str(room.host.pk))
        )  # fmt: skip


def test_nobody_writes_mentions_but_the_worker(room):
    with in_role(WEB, room.analyst.id, strong=True), pytest.raises(DatabaseError), transaction.atomic():
        Mention.objects.create(object=Mention.objects.model.object.field.related_model.objects.first(), ref=CAMPAIGN)


def test_reading_twice_changes_nothing(room):
    room.tell("Lab", thing("note", content="x", object_refs=[CAMPAIGN, CAMPAIGN]))
    before = Mention.objects.count()
    assert (scan(), Mention.objects.count()) == (0, before)


def test_the_pages_show_it_and_take_a_word(room):
    room.tell("Lab", thing("note", content="Three pages more.", object_refs=[CAMPAIGN]))
    client = room.client()
    assert "Amber lanterns" in client.get("/joint/").content.decode()
    came = StixObject.objects.get(stix_id=CAMPAIGN)
    assert f'href="/told/received/{came.pk}/"' in client.get(f"/joint/{CAMPAIGN}/").content.decode()
    assert client.get(f"/told/received/{came.pk}/").status_code == 200
    assert "Three pages more." in client.get(f"/joint/{CAMPAIGN}/").content.decode()
    assert client.post(f"/joint/{CAMPAIGN}/remark/", {"words": "", "tlp": "green"}).status_code == 422
    assert (
        client.post(
            f"/joint/{CAMPAIGN}/remark/", {"words": "We saw it too.", "word": "agree", "tlp": "green"}
        ).status_code
        == 302
    )
    shown = client.get(f"/joint/{CAMPAIGN}/").content.decode()
    assert "We saw it too." in shown
    said = Remark.objects.get()
    assert (f"/told/{said.item_id}/" in shown) is False, "who may not publish is led to nothing that refuses"
    room.seat("Lia", room.host, "liaison")
    assert f"/told/{said.item_id}/" in room.client("Lia").get(f"/joint/{CAMPAIGN}/").content.decode()
    assert client.get(f"/joint/campaign--{uuid4()}/").status_code == 404
    room.seat("Vera", room.host, "verifier")
    assert room.client("Vera").get("/joint/").status_code == 403
    assert Client().get("/joint/").status_code == 302


def test_programs_read_it_and_say_something(room):
    client = room.client()
    room.tell("Lab", thing("opinion", opinion="strongly-agree", object_refs=[CAMPAIGN]))
    [one] = client.get("/api/joint-work/").json()["followed"]
    assert (one["stix_id"], one["held"]) == (CAMPAIGN, "agreed")
    whole = client.get(f"/api/joint-work/{CAMPAIGN}").json()
    assert [(part["said_by"], part["words"]) for part in whole["said"]] == [("Lab", "strongly agree")]
    made = client.post(
        f"/api/joint-work/{CAMPAIGN}/remarks", json.dumps({"words": "Seen here."}), content_type="application/json"
    )
    assert made.status_code == 201
    assert client.get("/api/joint-work/nothing").status_code == 404


@pytest.mark.parametrize(
    ("words", "held"),
    [
        ([], ""), (["neutral"], "undecided"), (["agree", "neutral"], "agreed"), (["disagree"], "rejected"), (["strongly-agree", "disagree"], "disputed"),
        (["agree"] * 9 + ["strongly-disagree"], "disputed"),
    ],
)  # fmt: skip
def test_what_several_hold_together(words, held):
    assert merged(map(Word, words)) == held


values = st.recursive(
    st.text(max_size=5) | st.integers() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["a", "b_ref", "c_refs", "object_marking_refs", "marking_ref", "_ref"]), inner, max_size=3
        )
    ),
    max_leaves=12,
)


def slowly(told):
    """The plain reading of references, by recursion."""
    if isinstance(told, list):
        return {ref for each in told for ref in slowly(each)}
    if not isinstance(told, dict):
        return set()
    found = set()
    for key, value in told.items():
        if key in ("object_marking_refs", "marking_ref"):
            continue
        if key.endswith("_ref") and isinstance(value, str):
            found.add(value)
        elif key.endswith("_refs") and isinstance(value, list):
            found |= {one for one in value if isinstance(one, str)}
        else:
            found |= slowly(value)
    return found


@given(values)
def test_references_are_those_that_a_plain_reading_finds(told):
    assert set(references(told)) == {ref for ref in slowly(told) if ref}
