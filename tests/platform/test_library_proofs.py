"""Roots of days and proofs of versions: what anybody asks for holds together without us."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from made_door import made_door, running

from hustings.apps.ads.found import remove
from hustings.apps.ads.models import Ad
from hustings.apps.audit.commit import LogAltered, sign_all
from hustings.apps.audit.sequence import sequence_all
from hustings.apps.library.models import Subject
from hustings.apps.library.publishing.publish import publish_all
from hustings.ledger.checkpoint import check_with_openssl
from hustings.ledger.verify_log import (
    ProofFails,
    canonical,
    check_consistency,
    check_inclusion,
    find_signature,
    leaf_hash,
    parse_checkpoint,
    parse_key,
    text_hash,
)

FIRST = datetime(2031, 5, 1, 23, 59, 30, tzinfo=UTC)


def settled():
    sequence_all()
    sign_all(bytes(range(32)))


@pytest.fixture
def library(db, at):
    """Three days: an ad, nothing, its removal and another ad."""
    door = made_door()
    at(FIRST)
    door.first = running(door)
    publish_all()
    settled()
    at(FIRST + timedelta(days=1))
    settled()
    at(FIRST + timedelta(days=2))
    door.second = running(door, number="2", text="A second ad about pools, with many more words.")
    remove(Ad.objects.get(pk=door.first.pk), by=door.reviewer, reason_code="false date")
    publish_all()
    settled()
    door.number = Subject.objects.get(source=door.first.pk).number
    return door


def told(client, address, **asked):
    answer = client.get(f"/api/library/{address}", asked)
    assert answer.status_code == 200, answer.content
    return answer.json()


def signed(root):
    """The checkpoint of a root, whose signature holds."""
    checkpoint = parse_checkpoint(root["note"].encode())
    assert find_signature(checkpoint.note, parse_key(root["key"]), check_with_openssl) is not None
    assert (checkpoint.size, checkpoint.root.hex()) == (root["size"], root["root"])
    return checkpoint


def test_each_day_has_a_signed_root_and_each_begins_with_the_one_before(library, client):
    roots = told(client, "roots")
    assert [one["day"] for one in roots] == ["2031-05-03", "2031-05-02", "2031-05-01"]
    assert [one["final"] for one in roots] == [False, True, True]
    assert told(client, "roots/2031-05-01") == roots[2]
    proof = told(client, "roots/2031-05-03/since/2031-05-01")
    old, new = signed(proof["older"]), signed(proof["newer"])
    assert (old.size, new.size) == (4, 6)
    check_consistency(old.size, new.size, [bytes.fromhex(one) for one in proof["hashes"]], old.root, new.root)
    assert told(client, "roots/2031-05-01/since/2031-05-03") == proof
    assert client.get("/api/library/roots/2031-04-30").status_code == 404
    for day, status in (("yesterday", 422), ("2031-02-30", 422), ("9999-12-31", 404), ("0001-01-01", 404)):
        assert client.get(f"/api/library/roots/{day}").status_code == status, day


@pytest.mark.parametrize("version", [1, 2, None])
def test_every_version_is_proven_by_what_is_handed_out_alone(library, client, version):
    asked = {} if version is None else {"version": version}
    one = told(client, f"ads/{library.number}/proof", **asked)
    assert one["record"]["version"] == (version or 2)
    facts = one["entry"]["facts"]
    assert hashlib.sha256(canonical(one["record"])).hexdigest() == facts["digest"]
    assert (facts["number"], facts["version"], facts["seq"]) == (library.number, one["record"]["version"], one["seq"])
    assert leaf_hash(canonical(one["entry"])).hex() == one["leaf"]
    checkpoint = parse_checkpoint(one["note"].encode())
    assert checkpoint.root.hex() == one["root"]
    hashes = [bytes.fromhex(each) for each in one["hashes"]]
    check_inclusion(bytes.fromhex(one["leaf"]), one["index"], one["size"], hashes, checkpoint.root)
    assert (one["salt"], one["content"]["text"]) == (None, "")  # it was removed


def test_content_that_is_shown_can_be_held_against_its_hash(library, client):
    number = Subject.objects.get(source=library.second.pk).number
    one = told(client, f"ads/{number}/proof")
    assert text_hash(bytes.fromhex(one["salt"]), canonical(one["content"]).decode()) == one["record"]["content"]


def test_what_is_not_there_has_no_proof(library, client):
    assert client.get("/api/library/ads/999999/proof").status_code == 404
    assert client.get(f"/api/library/ads/{library.number}/proof", {"version": 3}).status_code == 404
    assert client.get(f"/api/library/pages/{library.number}/proof").status_code == 404


def test_a_node_of_the_tree_that_was_changed_ends_the_signing_and_its_proofs_fail(library, client):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE log_node DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE log_node SET hash = sha256('x') WHERE log_id = (SELECT id FROM log WHERE name = 'library')"
        )
    with pytest.raises(LogAltered):
        settled()
    one = told(client, f"ads/{library.number}/proof")
    hashes = [bytes.fromhex(each) for each in one["hashes"]]
    with pytest.raises(ProofFails):
        check_inclusion(
            bytes.fromhex(one["leaf"]), one["index"], one["size"], hashes, parse_checkpoint(one["note"].encode()).root
        )
