"""Whoever owns the database and changes anything of the library is named by the verifier, on a fresh export."""

import subprocess
import sys
from copy import deepcopy
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from made_door import made_door, running

from hustings.apps.ads.found import remove
from hustings.apps.ads.models import Ad
from hustings.apps.audit.commit import sign_all
from hustings.apps.audit.find import newest_checkpoint, note_of
from hustings.apps.audit.models import Leaf, Log
from hustings.apps.audit.sequence import sequence_all
from hustings.apps.database import WORKER, in_role
from hustings.apps.library.bulk.sql import FILL
from hustings.apps.library.checking import check_and_tell
from hustings.apps.library.export import export_library, export_tar
from hustings.apps.library.models import Subject
from hustings.apps.library.publishing.publish import publish_all
from hustings.ledger.checkpoint import check_with_openssl
from hustings.ledger.verify_library import check_library
from hustings.ledger.verify_log import parse_key

SECRET = bytes(range(32))


def settled(secret=SECRET):
    sequence_all()
    sign_all(secret)


@pytest.fixture(scope="module")
def made(lasting):
    return World()


@pytest.fixture
def world(made, db):
    return deepcopy(made)


class World:
    """A library of two ads, the second removed, under two checkpoints of which a reader kept the first."""

    def __init__(self):
        self.door = made_door()
        self.first = running(self.door)
        publish_all()
        settled()
        self.log = Log.objects.get(name="library")
        self.previous = note_of(newest_checkpoint(self.log))
        self.key = parse_key(newest_checkpoint(self.log).key)
        self.second = running(self.door, number="2", text="A second ad about pools, with many more words.")
        publish_all()
        remove(Ad.objects.get(pk=self.second.pk), by=self.door.reviewer, reason_code="false date")
        publish_all()
        settled()

    def number(self, ad):
        return Subject.objects.get(source=ad.pk).number

    def wrong(self, place, *, previous=True):
        export_library(place)
        kept = self.previous if previous else None
        return check_library(place, [self.key], (), kept, check_with_openssl).wrong


def test_an_untouched_library_holds(world, tmp_path):
    assert world.wrong(tmp_path / "library") == []
    report = check_library(tmp_path / "library", [world.key], (), world.previous, check_with_openssl)
    assert report.seen[-1].startswith(
        "Library: 6 versions of 5 subjects; 4 contents held against their hashes, 2 masked"
    )


def test_the_verifier_travels_alone_with_python_and_tells_by_its_exit_code(world, tmp_path):
    export_library(tmp_path / "library")
    (tmp_path / "library.tar").write_bytes(export_tar().read())
    (tmp_path / "earlier").write_bytes(world.previous)
    key = newest_checkpoint(world.log).key
    for place in ("library", "library.tar"):
        command = [sys.executable, "-I", "-S", tmp_path / "library/verify_library.py", tmp_path / place, "--key", key]
        done = subprocess.run(
            [*command, "--previous", tmp_path / "earlier"], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
    lines = (tmp_path / "library/versions.jsonl").read_text().replace("More parks", "Less parks")
    (tmp_path / "library/versions.jsonl").write_text(lines)
    done = subprocess.run(
        [*command[:-3], tmp_path / "library", "--key", key], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "content was changed" in done.stdout


# What an owner of the database might do, and a word of what the verifier says of it.
ATTACKS = {
    "a version's record": ("UPDATE library_version SET record = record || '{\"spend\": \"1\"}' WHERE seq = 4", "its record was changed"),
    "a version's digest": ("UPDATE library_version SET digest = repeat('0', 64) WHERE seq = 4", "another digest is kept"),
    "a version's time": ("UPDATE library_version SET at = at - interval '1 day' WHERE seq = 4", "is dated"),
    "a version's subject": ("UPDATE library_version SET subject_id = (SELECT min(number) FROM library_subject), version = 9 WHERE seq = 4", "is handed over as version 9"),
    "record and digest": ("UPDATE library_version SET record = record || '{\"spend\": \"1\"}', digest = repeat('1', 64) WHERE seq = 4", "its record was changed"),
    "a number that is shown": ("UPDATE library_shown SET body = body || '{\"impressions\": 1}' WHERE seq = 4", "shown otherwise than it was recorded: impressions"),
    "words that are shown": ("UPDATE library_shown SET body = body || '{\"text\": \"x\"}' WHERE seq = 4", "its content was changed"),
    "words made ready for programs": ("UPDATE library_shown SET meta = replace(meta, 'More parks', 'Less parks') WHERE seq = 4", "shown otherwise than it was recorded: meta"),
    "a number made ready for programs": ("UPDATE library_shown SET meta = replace(meta, '\"1\"', '\"2\"') WHERE seq = 4", "shown otherwise than it was recorded: meta"),
    "a removed ad made ready for programs": ("UPDATE library_shown SET meta = (SELECT meta FROM library_shown WHERE seq = 4) WHERE seq = 5", "shown otherwise than it was recorded: meta"),
    "a salt": ("UPDATE library_shown SET salt = repeat('0', 64) WHERE seq = 4", "its content was changed"),
    "a salt taken away": ("UPDATE library_shown SET salt = '' WHERE seq = 4", "shown without the salt"),
    "a line of files": ("UPDATE library_line SET line = replace(line, 'More parks', 'Less parks') WHERE seq = 4", "shown otherwise than it was recorded: line"),
    "a row of files": ("UPDATE library_line SET cells = replace(cells, 'More parks', 'Less parks') WHERE seq = 4", "shown otherwise than it was recorded: line"),
    "a removed ad's line": ("UPDATE library_line SET line = (SELECT line FROM library_line WHERE seq = 4) WHERE seq = 5", "shown otherwise than it was recorded: line"),
    "what is searched by": ("UPDATE library_shown SET state = 'ended' WHERE seq = 4", "shown otherwise than it was recorded: state"),
    "words that are searched": ("UPDATE library_shown SET search = '' WHERE seq = 4", "shown otherwise than it was recorded: search"),
    "until when it is shown": ("UPDATE library_shown SET until = 5 WHERE seq = 4", "shown otherwise than it was recorded: until"),
    "an ad hidden": ("UPDATE library_shown SET hidden = 'removed', salt = '', body = body || '{\"hidden\": \"removed\", \"title\": \"\", \"text\": \"\", \"landing_url\": \"\"}' WHERE seq = 4", "does not say that it was removed"),
    "a removed ad shown": (
        "UPDATE library_shown SET hidden = '', body = body || '{\"hidden\": \"\", \"text\": \"x\"}' WHERE seq = 5",
        "its creative is shown, yet",
    ),
    "an ad expunged": ("UPDATE library_shown SET hidden = 'expunged', salt = '', body = (SELECT record FROM library_version v WHERE v.seq = 4) || jsonb_build_object('seq', 4, 'at', body -> 'at', 'digest', body -> 'digest', 'hidden', 'expunged') WHERE seq = 4", "the log has no expungement"),
    "an ad shown no more": ("DELETE FROM library_shown WHERE seq = 4", "not shown at all"),
    "an ad that never was": ("INSERT INTO library_shown SELECT (jsonb_populate_record(s, '{\"seq\": 900}')).* FROM library_shown s WHERE seq = 4", "which was never published"),
    "a version dropped": ("DELETE FROM library_shown WHERE seq = 4; DELETE FROM library_version WHERE seq = 4", ": dropped"),
    "the last version dropped": ("DELETE FROM library_shown WHERE seq = 6; DELETE FROM library_version WHERE seq = 6", ": dropped"),
    "versions swapped": ("UPDATE library_version SET seq = seq + 100 WHERE seq IN (4, 5); UPDATE library_version SET seq = 109 - seq WHERE seq > 100", "its record says version"),
    "everything": ("DROP TRIGGER kept_whole ON library_expungement; TRUNCATE library_shown, library_version, library_key, library_subject CASCADE", ": dropped"),
    "an entry of the log": ("UPDATE log_leaf SET facts = facts || '{\"number\": 1}' WHERE LIBRARY AND \"index\" = 3", "entry 3: changed"),
    "an entry and its hash": ("UPDATE log_leaf SET facts = facts || '{\"number\": 1}', hash = sha256('x') WHERE LIBRARY AND \"index\" = 3", "has another root"),
    "an entry dropped": ("UPDATE log_leaf SET \"index\" = 99 WHERE LIBRARY AND \"index\" = 3", "cannot be exported"),
    "entries swapped": ("UPDATE log_leaf SET \"index\" = \"index\" + 100 WHERE LIBRARY AND \"index\" IN (3, 4); UPDATE log_leaf SET \"index\" = 107 - \"index\" WHERE LIBRARY AND \"index\" > 100", "has another root"),
    "the log cut off with its checkpoints": ("DELETE FROM log_checkpoint WHERE LIBRARY; DELETE FROM log_leaf WHERE LIBRARY", "cannot be exported yet"),
    "a checkpoint's root": ("UPDATE log_checkpoint SET note = replace(note, E'\\n6\\n', E'\\n5\\n') WHERE LIBRARY", "signature"),
    "triggers and all": ("ALTER TABLE library_version DISABLE TRIGGER USER; UPDATE library_version SET record = record || '{\"state\": \"ended\"}' WHERE seq = 4", "its record was changed"),
}  # fmt: skip
LIBRARY = "log_id = (SELECT id FROM log WHERE name = 'library')"


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_an_owner_of_the_database_changes_is_named(world, tmp_path, attack):
    sql, said = ATTACKS[attack]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in (
            "library_version",
            "library_shown",
            "library_key",
            "library_subject",
            "log_leaf",
            "log_node",
            "log_checkpoint",
        ):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(sql.replace("LIBRARY", LIBRARY))
    try:
        wrong = "\n".join(world.wrong(tmp_path / "library"))
    except Exception as error:  # noqa: BLE001 - an export that refuses names it too
        wrong = str(error)
    assert said in wrong


def test_a_library_made_anew_and_signed_anew_is_named_by_a_checkpoint_kept_from_before(world, tmp_path):
    """Owner and signer together: the last version goes, log, nodes and checkpoints are made as if it never was."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("library_version", "library_shown", "log_leaf", "log_node", "log_checkpoint"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM library_shown WHERE seq = 4; DELETE FROM library_version WHERE seq = 4")
        # First out of each other's way, then back: the key is checked row by row, in whatever order the rows lie.
        cursor.execute("UPDATE library_shown SET seq = 1000 + seq - 1 WHERE seq > 4")
        cursor.execute(
            "UPDATE library_shown SET seq = seq - 1000, body = body || jsonb_build_object('seq', seq - 1000) WHERE seq > 4"
        )
        cursor.execute("UPDATE library_shown SET until = until - 1 WHERE until > 4")
        cursor.execute("DELETE FROM library_line")
        cursor.execute(FILL, [1, 1000])
        cursor.execute("UPDATE library_version SET seq = 1000 + seq - 1 WHERE seq > 4")
        cursor.execute("UPDATE library_version SET seq = seq - 1000 WHERE seq > 4")
        cursor.execute(f"DELETE FROM log_checkpoint WHERE {LIBRARY}")
        cursor.execute(f"DELETE FROM log_node WHERE {LIBRARY}")
        cursor.execute(
            f"CREATE TEMP TABLE kept AS SELECT * FROM log_leaf WHERE {LIBRARY} AND facts ->> 'seq' <> '4' ORDER BY \"index\""
        )
        cursor.execute(f"DELETE FROM log_leaf WHERE {LIBRARY}")
        cursor.execute(
            'INSERT INTO log_entry (id, log_id, number, at, event, facts, texts) SELECT id, log_id, "index", at, event, '
            "CASE WHEN (facts ->> 'seq')::int > 4 THEN facts || jsonb_build_object('seq', (facts ->> 'seq')::int - 1) ELSE facts END, texts FROM kept"
        )
    settled(SECRET)
    assert world.wrong(tmp_path / "alone", previous=False) == []  # nothing within it tells
    assert any("another root" in one for one in world.wrong(tmp_path / "kept"))


def test_the_nightly_check_tells_the_open_log_of_what_was_changed(world):
    assert check_and_tell().wrong == []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("UPDATE library_shown SET spend = 1 WHERE seq = 4")
    with in_role(WORKER):
        report = check_and_tell()
    assert ["shown otherwise than it was recorded: spend" in one for one in report.wrong] == [True]
    settled()
    told = Leaf.objects.get(event="library altered")
    assert told.facts["with"] == {"faults": 1}
    with pytest.raises(SystemExit, match="1"):
        call_command("library_check", stdout=StringIO(), stderr=StringIO())
