"""The log in the database: nothing is lost, nothing is rewritten unseen, nobody reads more than their items."""

import base64
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from installation import ENVIRONMENT, copy_of

from hustings.apps.audit.actions import accept_cosignatures, add_witness, erase_text, witness_request
from hustings.apps.audit.commit import LogAltered, sign_all, sign_checkpoint
from hustings.apps.audit.export import export_log, export_tar
from hustings.apps.audit.find import entries, find_consistency, find_inclusion, note_of
from hustings.apps.audit.models import Checkpoint, Entry, Leaf, Log, Node, Text
from hustings.apps.audit.record import record
from hustings.apps.audit.sequence import sequence_all
from hustings.apps.database import WEB, in_role
from hustings.apps.database import seat as sit
from hustings.apps.items.models import Item, Label, NeedGrant
from hustings.apps.people.models import Appointment, Organisation, Person, Position, Site
from hustings.apps.people.seat import Seat
from hustings.errors import BadInput
from hustings.ledger.checkpoint import Signer, add_signatures, check_with_openssl, checkpoint_text, write_key
from hustings.ledger.verify_log import (
    COSIGNATURE,
    BadFormat,
    check_consistency,
    check_export,
    check_inclusion,
    parse_checkpoint,
    parse_key,
    parse_note,
    text_hash,
)
from hustings.policy.role import Role

SECRET = bytes(range(32))
WITNESS = Signer(name="agency.example/witness", secret=bytes(range(40, 72)))


@pytest.fixture
def world(db):
    return World()


class World:
    """Two organisations' worth of rows, and a log that has taken them in."""

    def __init__(self):
        self.organisation = Organisation.objects.create(name="A", legal_name="A", kind="company", country="DE")
        site = Site.objects.create(organisation=self.organisation, name="A", country="DE")
        position = Position.objects.create(organisation=self.organisation, site=site, title="Analyst")
        self.person = Person.objects.create_user("anna@example.org", name="Anna")
        self.appointment = Appointment.objects.create(person=self.person, position=position)
        self.open = Log.objects.get(name="open")

    def seat(self, *roles):
        now = datetime(2026, 11, 3, tzinfo=UTC)
        return Seat(appointment=self.appointment, person=self.person, roles=frozenset(roles), strong=True, now=now)

    def item(self, **marking):
        label = Label.objects.create(
            digest=os.urandom(32).hex(), owner=self.organisation, **({"tlp": "green", "need": "none"} | marking)
        )
        return Item.objects.create(kind="case", label=label, title="t")

    def key(self, log=None):
        return parse_key(Checkpoint.objects.filter(log=log or self.open).latest("id").key)


def settled(secret=SECRET):
    sequence_all()
    sign_all(secret)


def events(log, **wanted):
    return list(Leaf.objects.filter(log=log, **wanted).order_by("index").values_list("event", flat=True))


def test_a_decision_and_a_change_are_told_in_order_under_a_proven_root(world, tmp_path):
    record("case.read", by=None, subject=("case", world.person.pk), outcome="deny", conditions=("need to know",),
           reason="to study it", facts={"policy": "1", "count": 3, "seen": False})  # fmt: skip
    Person.objects.filter(pk=world.person.pk).update(name="Anna B.")
    settled()
    told = Leaf.objects.filter(log=world.open).order_by("-index")[:2]
    assert [leaf.event for leaf in told] == ["row.update", "case.read"]
    assert told[0].facts["columns"] == ["name"]
    assert told[0].facts["table"] == "person"
    assert told[1].facts["conditions"] == ["need to know"]
    assert told[1].facts["with"] == {"policy": "1", "count": 3, "seen": False}
    assert "to study it" not in json.dumps([leaf.facts | leaf.texts for leaf in told])
    for leaf in Leaf.objects.filter(log=world.open):
        proof = find_inclusion(leaf)
        check_inclusion(bytes(leaf.hash), leaf.index, proof.checkpoint.size, proof.hashes, bytes(proof.checkpoint.root))
    assert export_log(world.open, tmp_path / "log") == Leaf.objects.filter(log=world.open).count()
    assert check_export(tmp_path / "log", [world.key()], check=check_with_openssl).wrong == []


def test_bulk_writes_and_raw_sql_are_told_of_too(world):
    Organisation.objects.bulk_create(
        [Organisation(name=f"O{n}", legal_name="x", kind="company", country="DE") for n in range(3)]
    )
    Organisation.objects.filter(name__startswith="O").update(legal_name="y")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE organisation SET legal_name = 'z' WHERE name = 'O1'")
        cursor.execute("UPDATE organisation SET legal_name = 'z' WHERE name = 'O1'")  # changes nothing: no entry
        cursor.execute("DELETE FROM organisation WHERE name = 'O2'")
    settled()
    mine = list(Leaf.objects.filter(facts__table="organisation").order_by("index").values_list("event", flat=True))
    assert mine == ["row.insert"] * 4 + ["row.update"] * 4 + ["row.delete"]


def test_a_row_can_be_shown_to_be_the_one_that_was_logged_but_is_not_kept_in_the_log(world):
    settled()
    leaf = Leaf.objects.get(facts__table="person", event="row.insert")
    text = Text.objects.get(entry=leaf.pk)
    assert text.text is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT (to_jsonb(person) - 'search')::text FROM person")
        assert text_hash(bytes(text.salt), cursor.fetchone()[0]) == leaf.texts["row"]


def test_what_is_rolled_back_leaves_no_entry(world):
    before = Entry.objects.count()
    with transaction.atomic():
        record("case.read", by=None, text={"name": "x"})
        world.item()
        transaction.set_rollback(True)
    assert Entry.objects.count() == before
    assert not Text.objects.filter(name="name").exists()


def test_nobody_changes_or_removes_anything_in_the_log_not_even_the_owner(world):
    settled()
    record("waiting", by=None, text={"name": "x"})
    for table in ("log", "log_entry", "log_leaf", "log_node", "log_checkpoint", "log_text"):
        for sql in (f"DELETE FROM {table}", f"UPDATE {table} SET {'log_id = log_id' if table not in ('log', 'log_text') else 'id = id'}", f"TRUNCATE {table} CASCADE"):  # fmt: skip
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute(sql)


@pytest.mark.parametrize("sql", [
    "INSERT INTO log_entry (id, log_id, number, at, event, facts, texts) SELECT gen_random_uuid(), id, 1, now(), 'x', '{}', '{}' FROM log",
    "INSERT INTO log_leaf (id, log_id, hash) SELECT id, log_id, hash FROM log_leaf",
    "DELETE FROM log_entry",
    "SELECT * FROM log_entry",
    "UPDATE log_text SET text = 'x'",
    "INSERT INTO log_checkpoint SELECT * FROM log_checkpoint",
    "SELECT log_put(gen_random_uuid(), 'x', '{}', '{}')",
    "SELECT log_for(gen_random_uuid())",
])  # fmt: skip
def test_the_web_adds_to_the_log_by_the_one_function_alone(world, sql):
    settled()
    with in_role(WEB):
        record("allowed", by=None)
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)


def test_an_entry_cannot_name_another_actor_than_the_one_who_sits_there(world):
    other = Appointment.objects.create(
        person=Person.objects.create_user("ben@example.org", name="Ben"), position=world.appointment.position
    )
    with in_role(WEB):
        sit(other.pk, strong=True)
        with pytest.raises(DatabaseError, match="another actor"), transaction.atomic():
            record("x", by=world.seat())
        record("y", by=None)
    settled()
    assert Leaf.objects.get(event="y").actor == other.pk


def test_each_restricted_label_has_a_log_of_its_own_and_the_open_one_does_not_grow_by_it(world):
    settled()
    before = Leaf.objects.filter(log=world.open).count()
    tip = world.item(level=2, need="named", tlp="red", kept_here=False)
    record("tip.read", by=None, about=tip)
    NeedGrant.objects.create(
        appointment=world.appointment,
        item=tip,
        purpose="x",
        granted_by=Appointment.objects.create(
            person=Person.objects.create_user("c@example.org", name="C"), position=world.appointment.position
        ),
        starts_at=datetime(2026, 1, 1, tzinfo=UTC),
        ends_at=datetime(2027, 1, 1, tzinfo=UTC),
    )
    settled()
    log = Log.objects.get(name=tip.label.digest)
    assert events(log) == ["row.insert", "row.insert", "tip.read", "row.insert"]
    # The person and the position are the world's, not the tip's.
    assert events(world.open)[before:] == ["row.insert", "row.insert"]
    assert Checkpoint.objects.filter(log=log).exists()


def test_what_names_an_item_that_is_gone_is_told_of_where_nobody_reads(world):
    with connection.cursor() as cursor:
        cursor.execute("SELECT log_for(gen_random_uuid()), (SELECT id FROM log WHERE name = 'unplaced')")
        assert len(set(cursor.fetchone())) == 1


def test_a_checkpoint_is_signed_also_when_nothing_happened_and_time_does_not_run_back(world, at):
    at(datetime(2027, 1, 1, tzinfo=UTC))
    settled()
    at(datetime(2026, 1, 1, tzinfo=UTC))
    settled()
    two = list(Checkpoint.objects.filter(log=world.open).order_by("-id")[:2])
    assert [(one.size, bytes(one.root), one.at) for one in two] == [(two[1].size, bytes(two[1].root), two[1].at)] * 2


@contextmanager
def without_triggers(table):
    """What somebody with the owner's rights and the will to do it can do."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


AT_2 = ' WHERE log_id = %s AND "index" = 2'
SWAP = """
UPDATE log_leaf SET "index" = CASE "index" WHEN 2 THEN 1000003 ELSE 1000002 END WHERE log_id = %s AND "index" IN (2, 3);
UPDATE log_leaf SET "index" = "index" - 1000000 WHERE "index" > 999999
"""
RENAME = "UPDATE log_text SET text = 'other' WHERE name = 'name' AND %s::uuid IS NOT NULL"
RESIZE = "UPDATE log_checkpoint SET note = replace(note, E'\\n' || size || E'\\n', E'\\n' || size + 1 || E'\\n') WHERE log_id = %s"
LATER = "UPDATE log_leaf SET at = at + interval '1 microsecond'"
TAMPERED = {
    "event changed": ("log_leaf", "UPDATE log_leaf SET event = 'nothing'" + AT_2, ["entry 2: changed"]),
    "time changed": ("log_leaf", LATER + AT_2, ["entry 2: changed"]),
    "facts changed": ("log_leaf", "UPDATE log_leaf SET facts = facts - 'key'" + AT_2, ["entry 2: changed"]),
    "text hash changed": ("log_leaf", "UPDATE log_leaf SET texts = '{}'" + AT_2, ["entry 2: changed"]),
    "hash changed": ("log_leaf", "UPDATE log_leaf SET hash = sha256(hash)" + AT_2, ["leaves, line 3: is not the hash"]),
    "order changed": ("log_leaf", SWAP, ["entries 0 to ", "something in this span was changed, dropped or moved"]),
    "text changed": ("log_text", RENAME, ["the text 'name' of entry", "was changed"]),
    "checkpoint changed": ("log_checkpoint", RESIZE, ["does not hold"]),
}


@pytest.mark.parametrize("table, sql, named", TAMPERED.values(), ids=TAMPERED)
def test_whatever_is_altered_in_the_tables_is_found_by_who_checks_the_export(world, tmp_path, table, sql, named):
    record("named", by=None, text={"name": "Anna"})
    settled()
    with without_triggers(table) as cursor:
        cursor.execute(sql, [world.open.pk])
    export_log(world.open, tmp_path / "log")
    wrong = " | ".join(check_export(tmp_path / "log", [world.key()], check=check_with_openssl).wrong)
    assert [name for name in named if name not in wrong] == []


def test_a_log_cut_at_the_end_is_neither_exported_nor_signed_any_more(world, tmp_path):
    settled()
    with without_triggers("log_leaf") as cursor:
        cursor.execute('DELETE FROM log_leaf WHERE log_id = %s AND "index" > 2', [world.open.pk])
    with pytest.raises(LogAltered, match="not what was signed before"):
        sign_checkpoint(world.open, SECRET)
    with pytest.raises(BadInput, match="cannot be exported by this reader"):
        export_log(world.open, tmp_path / "log")


@pytest.mark.parametrize("sql", [
    "UPDATE log_node SET hash = sha256(hash) WHERE log_id = %s AND level = 1",
    "DELETE FROM log_node WHERE log_id = %s AND level = 1",
])  # fmt: skip
def test_a_tree_that_was_altered_is_never_signed_again(world, sql):
    settled()
    while Leaf.objects.filter(log=world.open).count() % 4 != 2:  # so that a node of level 1 stands at the edge
        record("more", by=None)
        settled()
    with without_triggers("log_node") as cursor:
        cursor.execute(sql, [world.open.pk])
    with pytest.raises(LogAltered):
        sign_checkpoint(world.open, SECRET)


def test_a_witness_gets_a_proof_and_its_cosignature_is_verified_kept_and_exported(world, tmp_path):
    settled()
    old = Checkpoint.objects.filter(log=world.open).latest("id")
    add_witness(world.organisation, write_key(WITNESS.key(COSIGNATURE)), by=None)  # fmt: skip
    settled()
    new = Checkpoint.objects.filter(log=world.open).latest("id")
    asked = witness_request(world.open, new, old.size)
    head, _, note = asked.partition(b"\n\n")
    size, *proof = head.decode().split("\n")
    assert size == f"old {old.size}"
    given = parse_checkpoint(note)
    check_consistency(old.size, given.size, [base64.b64decode(one) for one in proof], bytes(old.root), given.root)
    signed = add_signatures(given.note, [WITNESS.cosign(given.note.text, 1_800_000_000)])
    for _ in range(2):  # handed in twice, kept once
        assert [one.seconds for one in accept_cosignatures(world.open, signed)] == [1_800_000_000]
    assert note_of(new) == signed
    export_log(world.open, tmp_path / "log")
    report = check_export(tmp_path / "log", [world.key()], [WITNESS.key(COSIGNATURE)], check=check_with_openssl)
    assert report.wrong == []
    assert any("agency.example/witness saw the log up to" in line for line in report.seen)


def test_a_cosignature_that_proves_nothing_is_refused(world):
    settled()
    newest = Checkpoint.objects.filter(log=world.open).latest("id")
    note = parse_note(newest.note.encode())
    with pytest.raises(BadInput, match="No known witness"):
        accept_cosignatures(world.open, add_signatures(note, [WITNESS.cosign(note.text, 5)]))
    add_witness(world.organisation, write_key(WITNESS.key(COSIGNATURE)), by=None)
    other = checkpoint_text(world.open.origin, newest.size, bytes(32))
    with pytest.raises(BadInput, match="not one of this log"):
        accept_cosignatures(world.open, add_signatures(other, [WITNESS.cosign(other, 5)]))
    with pytest.raises(BadInput, match="does not hold"):
        accept_cosignatures(world.open, add_signatures(note, [WITNESS.cosign(other, 5)]))
    with pytest.raises(BadInput, match="cannot be read"):
        accept_cosignatures(world.open, b"x")
    for key in ("x", write_key(WITNESS.key())):
        with pytest.raises(BadInput, match="key cannot be used"):
            add_witness(world.organisation, key, by=None)


def test_an_erased_text_is_gone_the_log_holds_and_says_so(world, tmp_path):
    record("named", by=None, text={"name": "Anna"})
    settled()
    leaf = Leaf.objects.get(event="named")
    erase_text(leaf, "name", by=world.seat(), ground="objection")
    settled()
    gone = Text.objects.get(entry=leaf.pk)
    assert (gone.text, gone.salt) == (None, None)
    said = Leaf.objects.get(event="text.erased")
    assert (said.facts["of"], said.facts["hash"], said.facts["ground"]) == (
        str(leaf.pk),
        leaf.texts["name"],
        "objection",
    )
    assert said.actor == world.appointment.pk
    export_log(world.open, tmp_path / "log")
    assert check_export(tmp_path / "log", [world.key()], check=check_with_openssl).wrong == []
    assert b"Anna" not in (tmp_path / "log" / "texts.jsonl").read_bytes()
    with pytest.raises(BadInput, match="no text 'name'"):
        erase_text(leaf, "name", by=None, ground="objection")
    with pytest.raises(BadInput, match="no text 'other'"):
        erase_text(leaf, "other", by=None, ground="objection")


def test_the_log_is_found_by_person_item_event_and_time_and_only_by_who_may_read_it(world):
    item = world.item()
    record("case.read", by=world.seat(), about=item)
    record("case.closed", by=None, about=item)
    settled()
    auditor, analyst = world.seat(Role.AUDITOR), world.seat(Role.ANALYST)
    assert [leaf.event for leaf in entries(auditor, person=world.person)] == ["case.read"]
    assert [leaf.event for leaf in entries(auditor, item=item.pk)] == ["case.closed", "case.read", "row.insert"]
    assert [leaf.event for leaf in entries(auditor, event="case")] == ["case.closed", "case.read"]
    assert [leaf.event for leaf in entries(analyst)] == ["case.read"]
    moment = Leaf.objects.get(event="case.read").at
    assert not entries(auditor, until=moment).filter(event="case.read").exists()
    assert entries(auditor, since=moment).filter(event="case.read").exists()


def test_entries_about_an_item_that_the_reader_may_not_know_are_found_by_nothing(world):
    hidden = world.item(level=2, need="named", tlp="red", kept_here=False)
    record("tip.read", by=world.seat(), about=hidden, text={"name": "x"})
    record("open.thing", by=world.seat())
    settled()
    auditor = world.seat(Role.AUDITOR)
    log = Log.objects.get(name=hidden.label.digest)
    with in_role(WEB):
        sit(world.appointment.pk, strong=True)
        assert [leaf.event for leaf in entries(auditor, person=world.person.pk) if leaf.event != "row.insert"] == [
            "open.thing"
        ]
        for rows in (Log.objects.filter(pk=log.pk), Leaf.objects.filter(log=log), Node.objects.filter(log=log),
                     Checkpoint.objects.filter(log=log), Text.objects.filter(text="x")):  # fmt: skip
            assert not rows.exists()


def test_what_has_no_canonical_form_is_refused_when_it_is_recorded(world):
    for facts in ({"share": 0.5}, {"count": 2**60}, {"ä": 1}):
        with pytest.raises(BadFormat):
            record("x", by=None, facts=facts)
    with pytest.raises(ValueError, match="'row'"):
        record("x", by=None, text={"row": "x"})


def test_equal_logs_make_equal_tars(world):
    settled()
    with export_tar(world.open) as one, export_tar(world.open) as two:
        assert one.read() == two.read()


def test_consistency_is_proven_between_any_two_checkpoints(world):
    settled()
    for _ in range(3):
        for _ in range(3):
            record("x", by=None)
        settled()
    marks = list(Checkpoint.objects.filter(log=world.open, size__gt=0).order_by("id"))
    for old in marks:
        for new in marks:
            if old.size < new.size:
                proof = find_consistency(world.open, old.size, new.size)
                check_consistency(old.size, new.size, proof, bytes(old.root), bytes(new.root))


# --- Processes that die and processes at the same time, on a database of their own ----------------


@pytest.fixture(scope="module")
def apart(postgres, empty_database):
    name = f"audit_{os.getpid()}"
    copy_of(postgres, empty_database, name)
    return postgres.dsn("hustings_owner", name)


WRITE = "SELECT log_append('mass', NULL, NULL, jsonb_build_object('n', n), '{\"t\": \"x\"}') FROM generate_series(1, %s) AS n"


def run(dsn, code, *arguments):
    more = {"HUSTINGS_APP_DATABASE_URL": dsn, "HUSTINGS_LOG_KEY": base64.b64encode(SECRET).decode()}
    code = "import django; django.setup()\n" + code
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.Popen(command, env=os.environ | ENVIRONMENT | more, stdout=subprocess.PIPE, text=True)


# One process each, which divides itself: setting Django up takes longer than all that is tested.
KILLED = """
import os, signal
from django.db import connection, transaction
from hustings.apps.audit.sequence import sequence_all
said, says = os.pipe()
child = os.fork()
if not child:
    with transaction.atomic():
        os.write(says, str(sequence_all()).encode())
        signal.pause()
print(os.read(said, 9).decode(), end=" ")
os.kill(child, signal.SIGKILL)
os.waitpid(child, 0)
print(sequence_all(), end=" ")
"""


@pytest.mark.slow
def test_a_sequencer_killed_before_it_commits_loses_nothing_and_the_next_goes_on(apart):
    with psycopg.connect(apart, autocommit=True) as owner:
        owner.execute(WRITE, [50])
        assert run(apart, KILLED).communicate()[0] == "50 50 "
        assert owner.execute("SELECT count(*) FROM log_entry").fetchone()[0] == 0


TWO = """
import os, sys
from django.core.management import call_command
from django.db import connection
from hustings.apps.audit.models import Log
from hustings.apps.audit.sequence import sequence
children = []
for _ in range(2):
    children.append(os.fork())
    if not children[-1]:
        log, placed = Log.objects.get(name="open").pk, 0
        while placed < 100:  # each has its share, so neither only waits for the other
            placed += sequence(log, batch=7)
        os._exit(0)
ended = [os.waitpid(child, 0)[1] for child in children]
call_command("log_beat", "--once")
call_command("log_export", sys.argv[1])
print(ended)
"""


@pytest.mark.slow
def test_two_sequencers_at_once_and_writers_beside_them_make_one_whole_log(apart, tmp_path):
    def write():
        with psycopg.connect(apart, autocommit=True) as owner:
            for _ in range(20):
                owner.execute(WRITE, [10])

    with psycopg.connect(apart, autocommit=True) as owner:
        before = owner.execute("SELECT count(*) FROM log_leaf").fetchone()[0]
    process = run(apart, TWO, str(tmp_path / "log"))
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: write(), range(3)))
    assert process.communicate()[0].endswith("[0, 0]\n")
    with psycopg.connect(apart, autocommit=True) as owner:
        places = [row[0] for row in owner.execute('SELECT "index" FROM log_leaf ORDER BY 1').fetchall()]
        origin = owner.execute("SELECT origin FROM log WHERE name = 'open'").fetchone()[0]
    assert places == list(range(before + 600))
    key = Signer(name=origin, secret=SECRET).key()
    assert check_export(tmp_path / "log", [key], check=check_with_openssl).wrong == []


@pytest.mark.slow
def test_the_beat_signs_again_and_again_and_stops_when_it_is_told(apart):
    beat = (
        "from django.core.management import call_command; call_command('log_beat', '--every', '0.1', '--pause', '0.05')"
    )
    process = run(apart, beat)
    with psycopg.connect(apart, autocommit=True) as owner:
        count = "SELECT count(*) FROM log_checkpoint"
        first = owner.execute(count).fetchone()[0]
        while owner.execute(count).fetchone()[0] < first + 4:
            assert process.poll() is None
            time.sleep(0.02)
    process.terminate()
    process.communicate()
    assert process.returncode == 0
