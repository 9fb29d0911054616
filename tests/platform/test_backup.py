"""An installation is kept in one file and made again from it: the same rows, keys and logs, or nothing at all."""

import json
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import psycopg
import pytest

from hustings.errors import BadInput, EnvironmentLacks
from hustings.serving.archive import DUMP, read_manifest
from hustings.serving.backup import back_up, count_rows
from hustings.serving.folder import DataFolder
from hustings.serving.installation import Installation
from hustings.serving.logs import LogDoesNotHold
from hustings.serving.postgres import running
from hustings.serving.reach import reached
from hustings.serving.restore import restore

pytestmark = pytest.mark.long  # a dozen processes, each of which reads the whole platform

# Two entries of a log, one with a personal text.
FILL = """
SELECT log_put((SELECT id FROM log WHERE name = 'open'), 'test.happened', '{"number": 1}', '{"who": "Anna"}');
SELECT log_put((SELECT id FROM log WHERE name = 'open'), 'test.happened', '{"number": 2}', '{}');
"""


def django(installation, role, *command):
    done = subprocess.run(
        [sys.executable, "-m", *command],
        env=installation.environment(role),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(autouse=True, scope="module")
def embedded():
    """These are about the embedded server, also where the rest is tested on another."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("HUSTINGS_DATABASE_URL", raising=False)
        yield


@pytest.fixture(scope="module")
def place():
    path = Path(tempfile.mkdtemp(prefix="hpg"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def kept(place):
    """A backup of an installation with two entries in its log, whose folder is then destroyed."""
    with running(place / "data") as server:
        installation = Installation.of(DataFolder(path=place / "data"), server)
        django(installation, "owner", "hustings.serving.prepare")
        django(installation, "beat", "django", "log_beat", "--once")
        with psycopg.connect(installation.addresses.owner, autocommit=True) as owner:
            owner.execute(FILL)
        django(installation, "beat", "django", "log_beat", "--once")
        backup = back_up(installation, place / "backup.tar")
        with psycopg.connect(installation.addresses.admin) as admin:
            rows = count_rows(admin)
    keys = {path.name: path.read_bytes() for path in (place / "data/keys").iterdir()}
    shutil.rmtree(place / "data")
    return backup, rows, keys


def test_what_was_kept_and_destroyed_is_there_again(place, kept):
    backup, rows, keys = kept
    done = restore(backup.place, place / "again", lambda line: None)
    assert done.logs == 3
    assert {path.name: path.read_bytes() for path in (place / "again/keys").iterdir()} == keys
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in (place / "again/keys").iterdir())
    with reached(place / "again") as installation, psycopg.connect(installation.addresses.admin) as admin:
        found = count_rows(admin)
        # Verifying signed one more checkpoint of each log.
        assert found == rows | {"log_checkpoint": rows["log_checkpoint"] + 3}
        assert admin.execute("SELECT text FROM log_text WHERE text IS NOT NULL").fetchall() == [("Anna",)]
        owners = admin.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'").fetchall()
        assert owners == [("hustings_owner",)]
        forced = admin.execute("SELECT count(*) > 0 FROM pg_class WHERE relforcerowsecurity").fetchone()
        assert forced == (True,)
    shutil.rmtree(place / "again")


def test_a_backup_is_readable_by_its_owner_alone(kept):
    assert stat.S_IMODE(kept[0].place.stat().st_mode) == 0o600


def changed(place, backup, name, change):
    """The same archive with one part changed, or without it."""
    other = place / "changed.tar"
    with tarfile.open(backup.place) as old, tarfile.open(other, "w") as new:
        for member in old:
            data = old.extractfile(member).read()
            if member.name == name:
                data = change(data)
                if data is None:
                    continue
            member.size = len(data)
            path = place / "part"
            path.write_bytes(data)
            with path.open("rb") as file:
                new.addfile(member, file)
    return other


@pytest.mark.parametrize("change", [lambda data: data[:-1] + b"?", lambda data: None], ids=["changed", "missing"])
def test_a_damaged_backup_is_refused_and_nothing_is_made(place, kept, change):
    before = set(place.iterdir())
    archive = changed(place, kept[0], "files/keys/log-key", change)
    with pytest.raises(BadInput, match=r"is damaged; nothing was restored[\s\S]*files/keys/log-key"):
        restore(archive, place / "again", lambda line: None)
    assert set(place.iterdir()) - before <= {archive, place / "part"}


def test_a_log_that_is_not_the_one_that_was_signed_is_refused(place, kept):
    def other_root(data):
        manifest = json.loads(data)
        for origin, note in manifest["checkpoints"].items():
            name, size, *rest = note.split("\n")
            manifest["checkpoints"][origin] = "\n".join([name, str(int(size) + 1), *rest])
        return json.dumps(manifest).encode()

    archive = changed(place, kept[0], "manifest.json", other_root)
    with pytest.raises((LogDoesNotHold, Exception), match="earlier checkpoint"):
        restore(archive, place / "again", lambda line: None)
    assert not (place / "again").exists()


def test_a_folder_that_holds_something_is_never_written_over(place, kept):
    (place / "there").mkdir()
    (place / "there/file").touch()
    with pytest.raises(EnvironmentLacks, match="is there already and not empty"):
        restore(kept[0].place, place / "there", lambda line: None)


def test_something_else_than_a_backup_is_refused(place, tmp_path):
    (tmp_path / "text").write_text("no archive")
    with pytest.raises(BadInput, match="is not a backup that can be restored"):
        restore(tmp_path / "text", place / "again", lambda line: None)


def test_a_backup_says_first_what_it_holds(kept):
    manifest = read_manifest(kept[0].place)
    assert manifest == kept[0].manifest
    assert manifest.rows["log_text"] == 1
    assert DUMP in manifest.parts
    assert all(note.startswith(f"{origin}\n") for origin, note in manifest.checkpoints.items())


def test_no_installation_is_made_where_there_is_none(tmp_path):
    with pytest.raises(EnvironmentLacks, match="There is no installation in"), reached(tmp_path / "none"):
        pass
    assert list(tmp_path.iterdir()) == []
