"""The pages of the exchange as its keeper uses them, and attacks that other systems fell to."""

import json
import re
from base64 import b64encode
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from made_people import appoint, marking_of_page, organisation, person, sign_in
from made_taxii import AMBER, RED, World, note

from hustings.apps.taxii.actions import add_objects
from hustings.apps.taxii.keeping import give_token
from hustings.apps.taxii.models import Account, Collection, CollectionPermission, Entry, StixObject, Subscription
from hustings.apps.tokens.models import Token
from hustings.exchange.stix.marking import write_marking
from hustings.exchange.stix.names import Names
from hustings.policy.marking import Marking, Tlp

TAXII = "application/taxii+json;version=2.1"


@pytest.fixture
def host(db):
    return organisation("Meridian")


def browser(host, name, *roles):
    who = person(name)
    appoint(who, host, name, roles)
    client = Client()
    sign_in(client, who)
    return client


def body(answer):
    return answer.content.decode()


def test_a_liaison_lets_a_partner_in_by_the_pages_alone(host):
    partner = organisation("Lab", "research")
    lia = browser(host, "Lia", "liaison")
    made = lia.post("/exchange/collections/", {"title": "Domains", "alias": "domains", "unmarked": "green"})
    place = made["Location"]
    assert (
        lia.post(f"{place}allow/", {"organisation": partner.pk, "can_read": "on", "can_write": "on"}).status_code == 302
    )
    assert lia.post("/exchange/accounts/", {"organisation": partner.pk, "name": "lab"}).status_code == 302
    account = Account.objects.get()
    shown = body(lia.post(f"/exchange/accounts/{account.pk}/token/", {"days": "30", "reads": "on", "writes": "on"}))
    secret = re.search(r'<pre id="secret">(\S+)</pre>', shown)[1]
    assert secret not in body(lia.get("/exchange/"))
    program = Client(headers={"Authorization": "Basic " + b64encode(f"lab:{secret}".encode()).decode()})
    objects = "/taxii2/shared/collections/domains/objects/"
    said = program.post(objects, json.dumps({"objects": [note("Seen")]}), content_type=TAXII)
    assert said.status_code == 202
    answer = lia.get(place)
    assert marking_of_page(answer) == "TLP:GREEN"
    page = body(answer)
    assert "note: Seen" in page
    assert "Lab" in page
    assert lia.post(f"/exchange/accounts/{account.pk}/end/").status_code == 302
    assert program.get(objects).status_code == 401
    assert not Token.objects.filter(ended_at=None).exists()


def test_a_subscription_is_made_watched_and_paused(host):
    lia = browser(host, "Lia", "liaison")
    lia.post("/exchange/collections/", {"title": "Domains", "unmarked": "green"})
    collection = Collection.objects.get()
    lia.post("/exchange/accounts/", {"organisation": host.pk, "name": "own"})
    account = Account.objects.get()
    given = {
        "direction": "poll",
        "account": account.pk,
        "url": "https://partner.example/warnings/",
        "remote": "c",
        "secret": "hush",
        "every_minutes": 5,
    }
    place = f"/exchange/collections/{collection.pk}/"
    refused = lia.post(f"{place}subscribe/", given)
    assert refused.status_code == 422
    assert "may write" in body(refused)
    lia.post(f"{place}allow/", {"organisation": host.pk, "can_write": "on"})
    there = lia.post(f"{place}subscribe/", given)["Location"]
    Subscription.objects.update(last_error="partner.example answered 503.", failures=2)
    page = body(lia.get(there))
    assert "answered 503" in page
    assert "hush" not in page
    lia.post(f"{there}turn/", {"turn": "pause"})
    assert Subscription.objects.get().paused_at is not None
    told = lia.get("/api/exchange/subscriptions").json()["subscriptions"]
    assert [(each["failures"], each["paused"]) for each in told] == [(2, True)]
    lia.post(f"{there}turn/", {"turn": "on"})
    assert Subscription.objects.get().paused_at is None


@pytest.mark.parametrize(
    ("roles", "at_home", "expected"), [(("analyst",), True, 403), (("auditor",), True, 200), (("liaison",), False, 404)]
)
def test_who_may_see_and_keep_the_exchange(host, roles, at_home, expected):
    lia = browser(host, "Lia", "liaison")
    lia.post("/exchange/collections/", {"title": "Domains", "unmarked": "green"})
    lia.post("/exchange/accounts/", {"organisation": host.pk, "name": "own"})
    collection, account = Collection.objects.get(), Account.objects.get()
    other = browser(host if at_home else organisation("Rival"), "Olga", *roles)
    place = f"/exchange/collections/{collection.pk}/"
    assert other.get(place).status_code == expected
    for path, data in (
        (f"{place}allow/", {"organisation": host.pk, "can_read": "on"}),
        (f"/exchange/accounts/{account.pk}/token/", {"days": 3, "reads": "on"}),
        (f"/exchange/accounts/{account.pk}/end/", {}),
    ):
        assert other.post(path, data).status_code in {403, 404}
    assert not CollectionPermission.objects.exists()
    assert not Token.objects.exists()
    if not at_home:
        assert "Domains" not in body(other.get("/exchange/"))


def test_every_problem_of_a_form_is_told_beside_its_field(host):
    lia = browser(host, "Lia", "liaison")
    answer = lia.post("/exchange/collections/", {"title": " ", "alias": "No Slug", "unmarked": "green"})
    assert answer.status_code == 422
    assert not Collection.objects.exists()


# Attacks


@pytest.fixture
def world(db):
    return World()


def program(world, seat, *, reads=True, writes=True):
    account = Account.objects.get(appointment=seat.appointment)
    secret = give_token(account, good_for=timedelta(days=1), reads=reads, writes=writes, by=world.liaison)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def place(world, rest="objects/"):
    return f"/taxii2/shared/collections/{world.collection.pk}/{rest}"


def told(answer):
    assert answer.status_code == 200, answer
    return json.loads(b"".join(answer.streaming_content) if answer.streaming else answer.content)


def handed_in(client, world, *objects):
    return client.post(place(world), json.dumps({"objects": list(objects)}), content_type=TAXII)


def test_case_19_what_is_hidden_changes_no_answer_to_who_adds_the_same_id(world):
    """OpenCTI: 'restricted entity already exists' tells that it does."""
    CollectionPermission.objects.update(can_write=True)
    hidden = note("secret", marks=(RED,))
    add_objects(world.collection, [hidden], by=world.account)
    other = program(world, world.other)
    answers = []
    for key in (hidden["id"], f"note--{uuid4()}"):
        mine = note("mine") | {"id": key}
        added = handed_in(other, world, mine).json()
        found = told(other.get(place(world, f"objects/{key}/")))
        manifest = told(other.get(place(world, f"manifest/?match[id]={key}")))["objects"]
        versions = told(other.get(place(world, f"objects/{key}/versions/")))
        removed = other.delete(place(world, f"objects/{key}/")).status_code
        gone = other.get(place(world, f"objects/{key}/")).status_code
        answers.append((added["success_count"], found["objects"] == [mine], len(manifest), versions, removed, gone))
    assert answers[0] == answers[1]
    assert StixObject.objects.filter(stix_id=hidden["id"], received_from=world.partner).exists()


def test_case_19_markings_hide_counts_moments_and_pages_too(world):
    add_objects(
        world.collection, [note(marks=(RED,)) if number % 2 else note() for number in range(10)], by=world.account
    )
    other = program(world, world.other)
    seen, query = [], ""
    while True:
        page = told(other.get(place(world, f"objects/?limit=2{query}")))
        seen += page["objects"]
        if "next" not in page:
            break
        query = f"&next={page['next']}"
    assert len(seen) == 5
    last = other.get(place(world, "manifest/"))
    assert last["X-TAXII-Date-Added-Last"][:26] == told(last)["objects"][-1]["date_added"][:26]


@pytest.mark.parametrize("withdrawn", ["permission", "account", "position", "token", "label"])
def test_case_20_a_right_that_is_withdrawn_ends_what_is_being_read(world, withdrawn):
    """Rights that are remembered outlive their end; here the next portion of the same answer lacks them."""
    from made_people import leave

    from hustings.apps.items.actions import label_of
    from hustings.apps.items.models import Item
    from hustings.apps.taxii import find

    add_objects(world.collection, [note() for _ in range(6)], by=world.account)
    other = program(world, world.other)
    assert len(told(other.get(place(world)))["objects"]) == 6
    find_portion, find.PORTION = find.PORTION, 2
    try:
        answer = other.get(place(world))
        coming = iter(
            find.contents(
                world.collection.pk, [row.object_id for row in Entry.objects.order_by("date_added")], world.other
            )
        )
        next(coming)
        if withdrawn == "permission":
            CollectionPermission.objects.filter(organisation=world.third).update(can_read=False)
        elif withdrawn == "account":
            Account.objects.filter(appointment=world.other.appointment).update(ended_at="2026-01-01T00:00:00Z")
        elif withdrawn == "position":
            leave(world.other.appointment)
        elif withdrawn == "token":
            Token.objects.update(ended_at="2026-01-01T00:00:00Z")
        else:
            strict = label_of(Marking(tlp=Tlp.AMBER_STRICT, owner=str(world.partner.pk)))
            Item.objects.filter(kind="stix object").update(label=strict)
        if withdrawn != "token":
            assert len(list(coming)) == 1  # the rest of the portion that was read already
            assert "objects" not in json.loads(b"".join(answer.streaming_content))
    finally:
        find.PORTION = find_portion
    again = other.get(place(world))
    assert again.status_code in {401, 404} if withdrawn != "label" else told(again) == {}


TLP_2 = {
    tlp: write_marking(Marking(tlp=tlp, owner="x"), names=Names(here="x")).definitions[0]
    for tlp in (Tlp.GREEN, Tlp.CLEAR)
}
FORGED = TLP_2[Tlp.GREEN] | {"extensions": {"extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d": {
    "extension_type": "property-extension", "tlp_2_0": "clear"}}}  # fmt: skip
OWN = TLP_2[Tlp.CLEAR] | {"id": f"marking-definition--{uuid4()}"}
STATEMENT = {"type": "marking-definition", "spec_version": "2.1", "id": f"marking-definition--{uuid4()}", "created": "2026-01-01T00:00:00.000Z",
             "definition_type": "statement", "definition": {"statement": "Copyright"}}  # fmt: skip


@pytest.mark.parametrize(
    ("definitions", "marks", "seen"),
    [
        ([], [TLP_2[Tlp.GREEN]["id"]], True),
        ([TLP_2[Tlp.GREEN]], [TLP_2[Tlp.GREEN]["id"]], True),
        ([FORGED], [FORGED["id"]], False),
        ([OWN], [OWN["id"]], False),
        ([STATEMENT], [STATEMENT["id"]], True),
        ([], [STATEMENT["id"]], False),
        ([STATEMENT], [STATEMENT["id"], f"marking-definition--{AMBER}"], False),
    ],
)
def test_case_22_unknown_forged_redefined_and_dangling_markings_hide(world, definitions, marks, seen):
    made = note(object_marking_refs=marks)
    add_objects(world.collection, [*definitions, made], by=world.account)
    other = program(world, world.other)
    found = told(other.get(place(world, f"objects/?match[id]={made['id']}")))
    assert (found.get("objects") == [made]) is seen
    assert (found == {}) is not seen


def test_case_22_no_list_of_markings_is_empty(world):
    added = handed_in(program(world, world.account), world, note(object_marking_refs=[]), note(granular_markings=[]))
    assert added.status_code == 422
    assert not Entry.objects.exists()


def test_case_22_a_part_binds_the_whole(world):
    made = note(granular_markings=[{"marking_ref": f"marking-definition--{RED}", "selectors": ["content"]}])
    add_objects(world.collection, [made], by=world.account)
    assert told(program(world, world.other).get(place(world))) == {}


def test_a_token_is_for_what_its_scopes_say(world):
    reading = program(world, world.account, writes=False)
    assert handed_in(reading, world, note()).status_code == 403
    writing = program(world, world.account, reads=False)
    assert handed_in(writing, world, note()).status_code == 202
    assert writing.get(place(world)).status_code == 403
    assert reading.get("/api/items").status_code == 403
    assert reading.get("/api/me").status_code in {200, 403}


def test_a_person_is_no_account(world):
    from hustings.apps.tokens.actions import make_token
    from hustings.apps.tokens.scope import Scope

    _, secret = make_token(name="x", scopes=[Scope.TAXII_READ], good_for=timedelta(days=1), by=world.liaison)
    assert Client(headers={"Authorization": f"Bearer {secret}"}).get("/taxii2/").status_code == 401
