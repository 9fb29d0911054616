"""Sealed evidence goes with a backup and comes back with it; what was lost before is said."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from hustings.serving.backup import back_up
from hustings.serving.folder import DataFolder
from hustings.serving.installation import Installation
from hustings.serving.postgres import running
from hustings.serving.restore import restore

pytestmark = pytest.mark.long  # a dozen processes, each of which reads the whole platform

SEAL = """
import io
import django; django.setup()
from made_people import appoint, organisation, person
from made_door import acting
from hustings.apps.cases import sealing, working
from hustings.apps.people.find import seat_for
from hustings.apps.sweeps.actions import own_marking
seat = seat_for(appoint(person("Anna", second_factor=False), organisation("Platform", "company"), "Anna", ("analyst",)), strong=True)
with acting(seat):
    case = working.open_case(by=seat, title="Pages", question="Do they act as one?", marking=own_marking(seat))
    for content in (b"one", b"two"):
        kept = sealing.seal(io.BytesIO(content), by=seat, case=case, name="a post", media_type="text/plain", how="upload",
                            tool="by hand", captured_at=seat.now)
print(kept.sha256)
"""


@pytest.fixture(autouse=True)
def embedded(monkeypatch):
    """These are about the embedded server, also where the rest is tested on another."""
    monkeypatch.delenv("HUSTINGS_DATABASE_URL", raising=False)


@pytest.fixture
def place():
    path = Path(tempfile.mkdtemp(prefix="hpg"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


def run(installation, *arguments):
    environment = installation.environment("owner") | {"PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def test_what_was_sealed_is_there_again_and_what_was_lost_before_is_named(place):
    with running(place / "data") as server:
        installation = Installation.of(DataFolder(path=place / "data"), server)
        run(installation, "-m", "hustings.serving.prepare")
        sha256 = run(installation, "-c", SEAL).strip()
        object_ = Path("evidence") / sha256[:2] / sha256[2:4] / sha256
        back_up(installation, place / "whole.tar")
        (place / "data" / object_).unlink()
        back_up(installation, place / "lost.tar")
    told = []
    restore(place / "whole.tar", place / "again", told.append)
    assert "2 of 2 sealed objects are there, each with its digest." in told
    assert (place / "again" / object_).read_bytes() == b"two"
    assert (place / "again" / object_).stat().st_mode & 0o777 == 0o400
    told = []
    restore(place / "lost.tar", place / "lost", told.append)
    assert "1 of 2 sealed objects are there, each with its digest." in told
    assert any(line.startswith("MISSING OR CHANGED when the backup was made") and sha256 in line for line in told)
