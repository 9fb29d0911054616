"""`hustings up` as a person runs it: everything starts, what dies comes back, and nothing is left behind."""

import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from hustings.cli.main import main
from hustings.serving import up
from hustings.serving.accounts import Account
from hustings.serving.folder import kept

pytestmark = pytest.mark.slow  # installations that are started and killed

ROOT = Path(__file__).parents[2]
LONG = 300  # seconds after which a test that waits has failed; none needs them
NOBODY = 65534


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@pytest.fixture(autouse=True)
def embedded(monkeypatch):
    """These are about the embedded server, also where the rest is tested on another."""
    monkeypatch.delenv("HUSTINGS_DATABASE_URL", raising=False)


class Up:
    """A running `hustings up`, and what it says."""

    def __init__(self, place, user=None):
        self.port = free_port()
        python = Path(sys.executable)
        if user is not None and not Account(uid=user, gid=user).reaches(python.resolve()):
            python = Path("/usr/bin/python3")  # the environment's own lies in root's home
        self.process = subprocess.Popen(
            [python, "-m", "hustings", "up", "--data", place / "data", "--port", str(self.port), "--workers", "1"],
            env={
                "PATH": "/usr/bin:/bin",
                "HOME": str(place),
                "TMPDIR": str(place),
                "PYTHONDONTWRITEBYTECODE": "1",
                "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), *(path for path in sys.path if "-packages" in path)]),
            },
            cwd=place,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **({} if user is None else {"user": user, "group": user, "extra_groups": []}),
        )
        self.said = []

    def wait_for(self, words):
        """Read until a line holds `words`; give the line."""
        for line in self.process.stdout:
            self.said.append(line)
            if words in line:
                return line
        raise AssertionError(f"it ended without {words!r}:\n{''.join(self.said)}")

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=LONG) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def parts(self):
        """What was started, by a word of its command line."""
        found = {}
        for child in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
            line = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            word = next(word for word in ("/postgres ", "serving.web", "procrastinate", "log_beat") if word in line)
            found[word.strip("/ ")] = int(child)
        return found

    def everybody(self):
        """Handles of all that it started, what they started included."""
        pids, waiting = [], list(self.parts().values())
        while waiting:
            pid = waiting.pop()
            pids.append(pid)
            for task in Path(f"/proc/{pid}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
        return [os.pidfd_open(pid) for pid in pids]


def all_end(handles):
    for handle in handles:
        assert select.select([handle], [], [], LONG)[0], "something is left"
        os.close(handle)


@pytest.fixture
def place():
    path = Path(tempfile.mkdtemp(prefix="hup"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


USERS = [None, pytest.param(NOBODY, marks=pytest.mark.skipif(os.geteuid() != 0, reason="about root"))]


@pytest.mark.long
@pytest.mark.parametrize("user", USERS, ids=["whoever runs the tests", "an ordinary user"])
def test_everything_starts_comes_back_when_killed_and_ends_in_order(place, user):
    if user is not None:
        os.chown(place, user, user)
    platform = Up(place, user)
    try:
        platform.wait_for("Ready after")
        assert platform.get("/health/live") == (200, "alive\n")
        assert platform.get("/health/ready") == (200, "ready\n")
        assert platform.get("/")[0] == 200
        assert "hustings_ready 1\n" in platform.get("/metrics")[1]
        parts = platform.parts()
        assert parts.keys() == {"postgres", "serving.web", "procrastinate", "log_beat"}

        os.kill(parts["serving.web"], signal.SIGKILL)
        platform.wait_for("web ended (killed by SIGKILL); it is started again in 0.5 s.")
        os.kill(parts["postgres"], signal.SIGKILL)
        platform.wait_for("postgres ended (killed by SIGKILL); it is started again in 0.5 s.")
        platform.wait_for("automatic recovery")
        until_it_serves(platform)

        handles = platform.everybody()
        platform.process.send_signal(signal.SIGTERM)
        platform.wait_for("Stopped.")
        assert platform.process.wait(LONG) == 0
        all_end(handles)

        again = Up(place, user)
        again.wait_for("Ready after")
        handles = again.everybody()
        again.process.kill()
        again.process.wait()
        all_end(handles)
    finally:
        platform.process.kill()
        platform.process.wait()


def until_it_serves(platform):
    """Ask until it serves again; it is being started while we ask."""
    while True:
        try:
            if platform.get("/health/ready")[0] == 200:
                return
        except OSError:
            assert platform.process.poll() is None


def run(capsys, *arguments):
    code = main(["up", *map(str, arguments)])
    return code, capsys.readouterr().err


def test_a_port_that_is_taken_is_said(place, capsys):
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        port = sock.getsockname()[1]
        code, said = run(capsys, "--data", place / "data", "--port", port)
    assert code == 3
    assert f"127.0.0.1, port {port}, cannot be served (Address already in use)" in said
    assert not (place / "data").exists()


def test_a_folder_that_another_keeps_is_said(place, capsys):
    with kept(place / "data"):
        code, said = run(capsys, "--data", place / "data", "--port", free_port())
    assert code == 3
    assert f"is in use by another process ({os.getpid()})" in said


def test_a_folder_that_cannot_be_written_is_said(place, capsys):
    (place / "file").touch()
    code, said = run(capsys, "--data", place / "file/data", "--port", free_port())
    assert code == 3
    assert "cannot be used (File exists)" in said


def test_a_database_of_another_version_is_said(place, capsys):
    with kept(place / "data") as folder:
        folder.make_private(folder.database, folder.account())
    (place / "data/postgres/PG_VERSION").write_text("9\n")
    code, said = run(capsys, "--data", place / "data", "--port", free_port())
    assert code == 3
    assert "made by PostgreSQL 9 and can be read by no other version" in said


def test_a_full_disk_is_said_before_anything_is_made(place, capsys, monkeypatch):
    usage = shutil.disk_usage(place)
    monkeypatch.setattr(up.shutil, "disk_usage", lambda _: usage._replace(free=10**6))
    code, said = run(capsys, "--data", place / "data", "--port", free_port())
    assert code == 3
    assert "Only 1 MB are free" in said
    assert not (place / "data/postgres").exists()


@pytest.mark.parametrize("arguments", [["--port", "0"], ["--port", "70000"], ["--certificate", __file__]])
def test_wrong_usage_is_said(capsys, arguments):
    assert run(capsys, *arguments)[0] == 2


def test_help_says_what_it_does():
    from hustings.cli.up import up as command

    said = CliRunner().invoke(command, ["--help"]).output
    assert "Start database, web and worker processes" in said
