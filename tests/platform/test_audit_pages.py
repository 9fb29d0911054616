"""The log's pages: who sees what, what can be taken away and checked, and what a witness gets without signing in."""

import base64
import os
from datetime import timedelta

import pytest
from django.test import Client
from made_people import appoint, heading, organisation, person, sign_in

from hustings.apps.audit.actions import add_witness
from hustings.apps.audit.commit import sign_all
from hustings.apps.audit.models import Checkpoint, Leaf, Log
from hustings.apps.audit.record import record
from hustings.apps.audit.sequence import sequence_all
from hustings.apps.items.models import Item, Label
from hustings.apps.people.find import seats
from hustings.apps.tokens.actions import make_token
from hustings.apps.tokens.scope import Scope
from hustings.ledger.checkpoint import Signer, add_signatures, check_with_openssl, write_key
from hustings.ledger.verify_log import COSIGNATURE, check_consistency, check_export, parse_checkpoint, parse_key

SECRET = bytes(range(32))
WITNESS = Signer(name="agency.example/witness", secret=bytes(range(40, 72)))


def settled():
    sequence_all()
    sign_all(SECRET)


@pytest.fixture
def desk(db):
    return Desk()


class Desk:
    """An auditor, an analyst and a visitor before the same log."""

    def __init__(self):
        self.organisation = organisation("Meridian")
        self.anna, self.george = person("Anna"), person("George")
        appoint(self.anna, self.organisation)
        appoint(self.george, self.organisation, "Auditor", ("auditor",))
        self.visitor = Client(enforce_csrf_checks=True)
        self.open = Log.objects.get(name="open")

    def client(self, who):
        client = Client()
        sign_in(client, who)
        return client

    def hidden(self):
        label = Label.objects.create(
            digest=os.urandom(32).hex(), owner=self.organisation, tlp="red", need="named", level=2, kept_here=False
        )
        item = Item.objects.create(kind="tip", label=label, title="hidden thing")
        record("tip.received", by=None, about=item, text={"note": "hidden words"})
        return item


def test_an_auditor_reads_the_log_and_each_entry_with_its_proof(desk):
    george = desk.client(desk.george)
    record("case.opened", by=None, reason="because")
    settled()
    page = george.get("/log/?event=case")
    assert page.status_code == 200
    leaf = Leaf.objects.get(event="case.opened")
    assert f"/log/entry/{leaf.pk}/" in page.content.decode()
    shown = george.get(f"/log/entry/{leaf.pk}/").content.decode()
    assert "because" in shown
    assert bytes(leaf.hash).hex() in shown
    assert bytes(Checkpoint.objects.filter(log=desk.open).latest("id").root).hex() in shown


def test_who_is_no_auditor_reads_their_own_acts_alone(desk):
    anna, george = desk.client(desk.anna), desk.client(desk.george)
    anna.get("/log/")
    george.get("/log/")
    settled()
    by = {leaf.actor: leaf for leaf in Leaf.objects.filter(event="decision")}
    mine, other = by[desk.anna.appointments.get().pk], by[desk.george.appointments.get().pk]
    assert anna.get(f"/log/entry/{mine.pk}/").status_code == 200
    assert anna.get(f"/log/entry/{other.pk}/").status_code == 404
    page = anna.get("/log/").content.decode()
    assert str(mine.pk) in page
    assert str(other.pk) not in page


def test_a_program_reads_the_log_in_pages_as_its_person_may(desk):
    for number in range(5):
        record("case.opened", by=None, reason=f"because {number}")
    hidden = desk.hidden()
    settled()
    george, anna = desk.client(desk.george), desk.client(desk.anna)
    found, cursor = [], ""
    while cursor is not None:
        told = george.get("/api/log", {"event": "case", "limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        assert len(told["entries"]) <= 2
        found, cursor = found + told["entries"], told["next"]
    leaves = Leaf.objects.filter(event="case.opened").order_by("-at", "-pk")
    assert [each["id"] for each in found] == [str(leaf.pk) for leaf in leaves]
    assert [each["hash"] for each in found] == [bytes(leaf.hash).hex() for leaf in leaves]
    one = george.get(f"/api/log/{found[0]['id']}").json()
    assert one["words"]["reason"]["text"].startswith("because ")
    assert bytes.fromhex(one["proof"]["root"]) == bytes(Checkpoint.objects.filter(log=desk.open).latest("id").root)
    assert anna.get("/api/log?event=case").json() == {"entries": [], "next": None}
    assert anna.get(f"/api/log/{found[0]['id']}").status_code == 404
    assert george.get("/api/log", {"item": hidden.pk}).json()["entries"] == []
    for leaf in Leaf.objects.filter(log__name=hidden.label.digest):
        assert george.get(f"/api/log/{leaf.pk}").status_code == 404
    assert desk.visitor.get("/api/log").status_code == 401


def test_a_token_reads_the_log_with_its_scope_alone_and_each_reading_is_an_entry(desk):
    (seat,) = seats(desk.george, strong=True)
    for scope, status in ((Scope.READ_ITEMS, 403), (Scope.READ_LOG, 200)):
        _, secret = make_token(name="test", scopes=[scope], good_for=timedelta(days=1), by=seat)
        answer = desk.visitor.get("/api/log?event=case", headers={"Authorization": f"Bearer {secret}"})
        assert answer.status_code == status
    settled()
    (read,) = [leaf for leaf in Leaf.objects.filter(event="decision") if leaf.facts["with"]["act"] == "read log"]
    assert (read.actor, list(read.texts)) == (seat.id, ["reason"])
    entry = desk.client(desk.george).get(f"/api/log/{read.pk}").json()
    assert entry["words"]["reason"]["text"] == "event: case"


def test_reading_the_log_is_itself_an_entry_that_keeps_what_was_asked_for(desk):
    george = desk.client(desk.george)
    george.get(f"/log/?person={desk.anna.email}")
    settled()
    read = Leaf.objects.filter(event="decision").latest("index")
    assert read.facts["with"]["act"] == "read log"
    assert "anna" not in str(read.facts)  # what was asked for names a person, so it is a text
    assert list(read.texts) == ["reason"]


def test_nobody_finds_a_hidden_item_in_the_log_and_its_log_is_not_there(desk):
    hidden = desk.hidden()
    settled()
    george = desk.client(desk.george)
    log = Log.objects.get(name=hidden.label.digest)
    for leaf in Leaf.objects.filter(log=log):
        assert george.get(f"/log/entry/{leaf.pk}/").status_code == 404
    page = george.get(f"/log/?item={hidden.pk}").content.decode()
    assert "Nothing that you may read was found" in page
    for way in ("checkpoint", "witness", "export.tar"):
        known, unknown = george.get(f"/log/{log.name}/{way}"), george.get(f"/log/{'0' * 64}/{way}")
        assert (known.status_code, known.content) == (unknown.status_code, unknown.content) == (404, known.content)
        assert desk.visitor.get(f"/log/{log.name}/{way}").status_code in (302, 404)


def test_an_auditor_takes_the_open_log_away_and_it_holds(desk, tmp_path):
    settled()
    george, anna = desk.client(desk.george), desk.client(desk.anna)
    settled()
    answer = george.get("/log/open/export.tar")
    (tmp_path / "log.tar").write_bytes(b"".join(answer.streaming_content))
    key = parse_key(Checkpoint.objects.filter(log=desk.open).latest("id").key)
    assert check_export(tmp_path / "log.tar", [key], check=check_with_openssl).wrong == []
    assert anna.get("/log/open/export.tar").status_code == 403
    assert desk.visitor.get("/log/open/export.tar").status_code == 302


def test_what_cannot_be_found_is_said_beside_its_field(desk):
    george = desk.client(desk.george)
    page = george.get("/log/?person=nobody@example.org").content.decode()
    assert "Nobody with this address is known to you" in page
    assert george.get("/log/?item=x&since=yesterday").status_code == 200


def test_a_visitor_sees_checkpoints_and_no_entry(desk):
    settled()
    page = desk.visitor.get("/log/checkpoints/")
    assert heading(page) == "Checkpoints of the log"
    assert write_key(Signer(name=desk.open.origin, secret=SECRET).key()) in page.content.decode()
    assert desk.visitor.get("/log/").status_code == 302
    leaf = Leaf.objects.filter(log=desk.open).first()
    assert desk.visitor.get(f"/log/entry/{leaf.pk}/").status_code == 302


def test_a_witness_gets_a_proof_and_hands_in_its_cosignature_without_signing_in(desk):
    settled()
    old = parse_checkpoint(desk.visitor.get("/log/open/checkpoint").content)
    add_witness(desk.organisation, write_key(WITNESS.key(COSIGNATURE)), by=None)
    settled()
    head, _, note = desk.visitor.get(f"/log/open/witness?old={old.size}").content.partition(b"\n\n")
    new = parse_checkpoint(note)
    proof = [base64.b64decode(line) for line in head.decode().split("\n")[1:]]
    check_consistency(old.size, new.size, proof, old.root, new.root)
    signed = add_signatures(new.note, [WITNESS.cosign(new.note.text, 1_800_000_000)])
    taken = desk.visitor.post("/log/open/cosignature", signed, content_type="text/plain")
    assert (taken.status_code, taken.content) == (200, b"agency.example/witness 1800000000\n")
    assert desk.visitor.get("/log/open/checkpoint").content == signed
    assert "agency.example/witness" in desk.visitor.get("/log/checkpoints/").content.decode()


def test_what_a_witness_gets_wrong_is_named(desk):
    assert desk.visitor.get("/log/open/checkpoint").status_code == 302  # as any address that leads nowhere
    settled()
    for old in ("x", "-1", "999999", "9" * 30):
        answer = desk.visitor.get(f"/log/open/witness?old={old}")
        assert (answer.status_code, b"expected a whole number up to" in answer.content) == (400, True)
    answer = desk.visitor.post("/log/open/cosignature", b"x", content_type="text/plain")
    assert (answer.status_code, b"cannot be read" in answer.content) == (422, True)
    assert desk.visitor.get("/log/open/cosignature").status_code == 405
