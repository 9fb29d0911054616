"""An old backup does not bring back what was expunged since: its keys lie apart, and the newest ones count."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
from killed_loading import ADS, write

from hustings.errors import EnvironmentLacks
from hustings.serving.backup import back_up, keys_beside
from hustings.serving.folder import DataFolder
from hustings.serving.installation import Installation
from hustings.serving.postgres import running
from hustings.serving.reach import reached
from hustings.serving.restore import restore

pytestmark = pytest.mark.long  # a dozen processes, each of which reads the whole platform

MAKE = """
from made_people import appoint, organisation, person
company = organisation("Platform", "company")
for name, role in (("Rae", "analyst"), ("Ola", "reviewer"), ("Rob", "reviewer")):
    appoint(person(name, second_factor=False), company, name, (role,))
"""
EXPUNGE = """
from made_door import acting
from hustings.apps.library.expunging import ask_to_expunge, decide_expungement
from hustings.apps.library.models import Shown
from hustings.apps.people.find import seat_for
from hustings.apps.people.models import Appointment
ola, rob = (seat_for(Appointment.objects.get(person__name=name), strong=True) for name in ("Ola", "Rob"))
number = Shown.objects.filter(kind="ad").order_by("number").first().number
with acting(ola):
    asked = ask_to_expunge(number, ground="safety", reference="1", words="It names a private person.", by=ola)
with acting(rob):
    decide_expungement(asked, agree=True, by=rob)
print(number)
"""


def run(installation, role, *arguments):
    environment = installation.environment(role) | {"PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def script(installation, code):
    return run(installation, "owner", "-c", "import django; django.setup()\n" + code)


def beat(installation):
    run(installation, "beat", "-m", "django", "log_beat", "--once")


@pytest.fixture(scope="module")
def place():
    path = Path(tempfile.mkdtemp(prefix="hpg"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def kept(place):
    """Two backups, between which a record was expunged."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("HUSTINGS_DATABASE_URL", raising=False)
        with running(place / "data") as server:
            installation = Installation.of(DataFolder(path=place / "data"), server)
            run(installation, "owner", "-m", "hustings.serving.prepare")
            beat(installation)
            script(installation, MAKE)
            (place / "ads").mkdir()
            write(place / "ads", 1)
            run(installation, "owner", "-m", "django", "take_ads", str(place / "ads"), "--by", "rae@example.org")
            run(installation, "worker", "-m", "django", "publish")
            beat(installation)
            before = back_up(installation, place / "before.tar")
            number = int(script(installation, EXPUNGE))
            beat(installation)
            after = back_up(installation, place / "after.tar")
        shutil.rmtree(place / "data")
        yield before, after, number


def test_the_dump_holds_no_key_of_the_library_and_the_file_beside_it_is_as_secret(kept):
    before, after, number = kept
    assert before.library_keys - after.library_keys == 1
    assert str(number) not in json.loads(keys_beside(after.place).read_text())["keys"]
    assert keys_beside(after.place).stat().st_mode & 0o777 == 0o600
    assert not {"library_key", "library_shown"} & set(before.manifest.rows)


def test_an_old_backup_with_the_newest_keys_shows_everything_but_what_was_expunged_since(place, kept):
    before, after, number = kept
    restore(before.place, place / "again", lambda line: None, keys_beside(after.place))
    with reached(place / "again") as installation:
        with psycopg.connect(installation.addresses.admin) as admin:
            shown = admin.execute(
                "SELECT hidden, count(*) FROM library_shown WHERE kind = 'ad' GROUP BY 1 ORDER BY 1"
            ).fetchall()
            assert shown == [("", ADS - 1), ("expunged", 1)]
            (body,) = admin.execute("SELECT body FROM library_shown WHERE number = %s", [number]).fetchone()
            assert "title" not in body
            assert admin.execute("SELECT count(*) FROM library_key WHERE subject_id = %s", [number]).fetchone() == (0,)
        beat(installation)
        assert "Everything holds." in run(installation, "worker", "-m", "django", "library_check")
    shutil.rmtree(place / "again")


def test_without_its_keys_a_backup_of_a_library_is_not_restored(place, kept):
    before, _, _ = kept
    keys_beside(before.place).rename(place / "elsewhere")
    try:
        with pytest.raises(EnvironmentLacks, match=r"before\.tar\.library-keys[\s\S]*--library-keys"):
            restore(before.place, place / "none", lambda line: None)
        assert not (place / "none").exists()
    finally:
        (place / "elsewhere").rename(keys_beside(before.place))
