"""Fixtures for the platform: a real PostgreSQL, a real schema in it, a real web process on a copy of it.

`db`       (of pytest-django) one transaction per test, connected as the owner, so that a world can be built; what goes
           through `hustings.apps.database.in_role`, as every request does, is held to the web's rights.
`lasting`  (a file's) what is made with it is there for each test of the file: `db` undoes each test's own changes alone.
`at`       sets the moment that `hustings_now()` tells, for this test.
`site`     a web process on a copy of the migrated, empty database; `seeded_site` on a copy with the demo season.
"""

import fcntl
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import connection, connections, transaction
from psycopg.conninfo import conninfo_to_dict

from hustings.serving.postgres import SUPERUSER, Server, running
from hustings.serving.roles import embedded_addresses, make_roles

# On a given server, each process of a test run has databases of its own; otherwise it has a server of its own.
GIVEN = os.environ.get("HUSTINGS_DATABASE_URL")
MINE = os.environ.get("PYTEST_XDIST_WORKER", "") if GIVEN else ""
TEST, EMPTY, SEEDED = (f"hustings_{name}{MINE}" for name in ("test", "empty", "seeded"))
PASSWORD = "only-for-tests"
ENVIRONMENT = {"DJANGO_SETTINGS_MODULE": "settings_for_tests", "PYTHONPATH": str(Path(__file__).parent)}
ROOT = Path(__file__).parents[1]
MIGRATED = ROOT / ".pytest_cache" / "migrated"
# Modules that Django and we find in each app by their names.
BY_NAME = ("apps", "models", "protection")
# Migrates, and prints the files of our modules that took part. Checks are run by a test of their own.
MIGRATING = """
import json, sys
from django.core.management import execute_from_command_line
execute_from_command_line(["django", "migrate", "--verbosity", "0", "--skip-checks"])
print(json.dumps([each.__file__ for name, each in sorted(sys.modules.items())
  if name.partition(".")[0] == "hustings" and getattr(each, "__file__", None)]))
"""
WAIT = 180  # seconds a web process may take until it answers, on a busy machine


@dataclass(frozen=True)
class GivenServer:
    """The server of HUSTINGS_DATABASE_URL, whose user may do everything there; what it is not told it takes as said."""

    url: str
    place: Path

    def dsn(self, role: str, database: str = EMPTY) -> str:
        """The address for one role; the superuser is the one of the URL."""
        parts = urlsplit(self.url)
        user = parts.netloc.rpartition("@")[0] if role == SUPERUSER else f"{role}:{PASSWORD}"
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit(parts._replace(netloc=f"{user}@{host}", path=f"/{database}"))

    @property
    def superuser_dsn(self) -> str:
        """For making roles and databases."""
        return self.url

    @property
    def socket_dir(self) -> Path:
        """A folder whose parent is this run's alone."""
        return self.place / "socket"

    def make_ready(self) -> None:
        """Let our roles in with a password, as the installation's own would be."""
        with psycopg.connect(self.url, autocommit=True) as admin:
            make_roles(self.url, database=str(admin.info.dbname))
            for role in ("hustings_owner", "hustings_app"):
                admin.execute(f"ALTER ROLE {role} LOGIN PASSWORD '{PASSWORD}'".encode())


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server | GivenServer]:
    """A server of this test run alone, or the one that HUSTINGS_DATABASE_URL names."""
    # Not under pytest's own folder: the socket's path may have 107 bytes only.
    place = Path(tempfile.mkdtemp(prefix="hpg"))
    place.chmod(0o711)  # under root the server runs as somebody else, who has to pass through
    try:
        if GIVEN:
            given = GivenServer(url=GIVEN, place=place)
            given.make_ready()
            migrate(given)
            yield given
            return
        begin(place / "data")
        with running(place / "data", throwaway=True) as server:
            yield server
    finally:
        shutil.rmtree(place, ignore_errors=True)


def begin(data: Path) -> None:
    """Put a data folder there whose database is migrated: a copy of one that is made once for the same sources.

    Otherwise each process of each test run would spend twenty seconds on the same migrations.
    """
    MIGRATED.mkdir(parents=True, exist_ok=True)
    now = sources()
    if copied(now, data):
        return
    kept = MIGRATED / digest(now)
    with (MIGRATED / f"{kept.name}.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # of these sources: other sources do not wait
        if kept.is_dir():  # somebody made it meanwhile
            copy_folder(kept, data)
            return
        with running(data, throwaway=True) as server:
            read = migrate(server)
        after = sources()
        if any(after.get(name) != now.get(name) for name in read):
            return  # somebody wrote in the middle: good for this run, and kept for no other
        part = kept.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)  # of somebody who was ended in the middle
        copy_folder(data, part)
        part.rename(kept)
        kept.with_suffix(".read").write_text(json.dumps({name: now.get(name) for name in read}), encoding="utf-8")
    forget_others(kept)


def copied(now: dict[str, str], data: Path) -> bool:
    """Copy a database that was made of what now stands there; False where none was."""
    for read in sorted(MIGRATED.glob("*.read")):
        kept = read.with_suffix("")
        with read.with_suffix(".lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_SH)
            if not (read.exists() and kept.is_dir()):
                continue
            told = json.loads(read.read_text(encoding="utf-8"))
            if all(now.get(name) == held for name, held in told.items()) and looked_for(now) <= told.keys():
                copy_folder(kept, data)
                return True
    return False


def forget_others(kept: Path) -> None:
    """Remove what was made of other sources, unless somebody is making or copying it."""
    for place in MIGRATED.glob("*.lock"):
        if place.stem != kept.name:
            with place.open("w") as turn:
                try:
                    fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                place.with_suffix(".read").unlink(missing_ok=True)
                for old in (place.with_suffix(""), place.with_suffix(".part")):
                    shutil.rmtree(old, ignore_errors=True)
                place.unlink()


LOCK = "requirements-dev.lock"


def sources() -> dict[str, str]:
    """The SHA-256 of each file that migrations may read: our sources, and the versions of what they use."""
    files = [ROOT / LOCK, *(ROOT / "src" / "hustings").rglob("*")]
    return {
        str(place.relative_to(ROOT)): hashlib.sha256(place.read_bytes()).hexdigest()
        for place in files
        if place.suffix in (".py", ".sql", ".toml", ".lock") and place.is_file()
    }


def digest(now: dict[str, str]) -> str:
    """One SHA-256 over all of them."""
    return hashlib.sha256(json.dumps(sorted(now.items())).encode()).hexdigest()


def looked_for(now: dict[str, str]) -> set[str]:
    """What migrating reads though no module that it read names it: it is found by its place or by its kind."""
    found = {LOCK}
    for name in now:
        place = Path(name)
        if place.suffix != ".py" or {"migrations", "management"} & set(place.parts) or place.stem in BY_NAME:
            found.add(name)
    return found


def copy_folder(place: Path, copy: Path) -> None:
    """Copy a folder as it is, with the owner that the database's files have under root."""
    subprocess.run(["cp", "-a", str(place), str(copy)], check=True)


def migrate(server: Server | GivenServer) -> set[str]:
    """Make a migrated database without a row of ours; tells which sources that took."""
    embedded_addresses(server, EMPTY)
    with psycopg.connect(server.superuser_dsn, autocommit=True) as admin:
        # So that one connection can build a world and then be held to the web's rights.
        admin.execute("GRANT hustings_web, hustings_worker TO hustings_owner")
    # In a process of its own: this one's connection may be in the middle of a test.
    environment = os.environ | ENVIRONMENT | {"HUSTINGS_APP_DATABASE_URL": server.dsn("hustings_owner", EMPTY)}
    done = subprocess.run(
        [sys.executable, "-c", MIGRATING], env=environment, check=True, capture_output=True, text=True
    )
    read = {str(Path(place).relative_to(ROOT)) for place in json.loads(done.stdout.splitlines()[-1])}
    return read | looked_for(sources())


def copy_of(server: Server, template: str, name: str) -> None:
    """Make a database that is a copy of another."""
    with psycopg.connect(server.superuser_dsn, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
        admin.execute(f'CREATE DATABASE "{name}" OWNER hustings_owner TEMPLATE "{template}"'.encode())
        admin.execute(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC'.encode())
        admin.execute(f'GRANT CONNECT ON DATABASE "{name}" TO hustings_app'.encode())


def point_to(server: Server, database: str) -> None:
    """Let this process's default connection be the owner's to `database`."""
    connections.close_all()
    told = conninfo_to_dict(server.dsn("hustings_owner", database))
    place = {"NAME": database, "USER": told["user"], "PASSWORD": told.get("password", "")}
    place |= {"HOST": told.get("host", ""), "PORT": told.get("port", "")}
    django_settings.DATABASES["default"].update(place)
    connections["default"].settings_dict.update(place)


@pytest.fixture(scope="session")
def empty_database(postgres: Server) -> str:
    """A migrated database without a row of ours."""
    return EMPTY


@pytest.fixture(scope="session")
def seeded_database(postgres: Server, empty_database: str) -> str:
    """A database with the demo season in it."""
    copy_of(postgres, empty_database, SEEDED)
    # In a process of its own: this one's connection may be in the middle of a test.
    environment = (
        os.environ
        | ENVIRONMENT
        | {
            "HUSTINGS_APP_DATABASE_URL": postgres.dsn("hustings_owner", SEEDED),
            "HUSTINGS_TABLES": str(postgres.socket_dir.parent / "tables"),
            "HUSTINGS_EVIDENCE": str(postgres.socket_dir.parent / "evidence"),
        }
    )
    subprocess.run([sys.executable, "-m", "django", "seed", "--verbosity", "0"], env=environment, check=True)
    return SEEDED


@pytest.fixture(scope="session")
def django_db_setup(postgres: Server, empty_database: str, django_db_blocker) -> Iterator[None]:
    """Stands in for pytest-django's: the default connection is the owner's, to a copy of the migrated database."""
    with django_db_blocker.unblock():
        copy_of(postgres, empty_database, TEST)
        point_to(postgres, TEST)
        yield
        connections.close_all()


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Nothing to modify: each process of a test run has a server of its own."""


@pytest.fixture(scope="module")
def lasting(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """One transaction around all tests of a file; each of them works in a savepoint of it, which is taken back.

    A world that a file makes with it is made once. Tests change its objects too, so each takes a deep copy of them.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def clock_tells(moment: datetime) -> None:
    """Set the moment that `hustings_now()` tells, until the end of the transaction or savepoint takes it back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION hustings_now() RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER "
            f"SET search_path = public, pg_temp AS $$ SELECT '{moment.isoformat()}'::timestamptz $$"
        )


@pytest.fixture
def at(db: None) -> Callable[[datetime], None]:
    """Give a function that sets the moment; the end of the test's transaction takes it back."""
    return clock_tells


@dataclass(frozen=True)
class Site:
    """A web process that answers, and its database."""

    url: str
    dsn: str
    environment: dict[str, str]

    def sql(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Run a statement as the owner, beside the running process."""
        with psycopg.connect(self.dsn, autocommit=True) as owner:
            cursor = owner.execute(query.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def run(self, code: str) -> str:
        """Run Python with Django ready, as the owner; gives what it prints."""
        environment = self.environment | {"HUSTINGS_APP_DATABASE_URL": self.dsn}
        setup = "import django; django.setup()\n"
        done = subprocess.run(
            [sys.executable, "-c", setup + code], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def serving(server: Server, database: str, place: Path) -> Iterator[Site]:
    """Run a web process on `database`, as the role that signs in to serve."""
    port = free_port()
    environment = (
        os.environ
        | ENVIRONMENT
        | {
            "HUSTINGS_APP_DATABASE_URL": server.dsn("hustings_app", database),
            "HUSTINGS_HOSTS": "localhost,127.0.0.1",
            "HUSTINGS_ORIGIN": f"http://localhost:{port}",
            "HUSTINGS_TABLES": str(server.socket_dir.parent / "tables"),
            "HUSTINGS_EVIDENCE": str(server.socket_dir.parent / "evidence"),
        }
    )
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--blocking-threads", "4"]
    command += ["--host", "127.0.0.1", "--log-level", "warning", "hustings.apps.wsgi:application"]
    said = place / "web.log"
    with said.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        url = f"http://localhost:{port}"
        until = time.monotonic() + WAIT
        while True:
            try:
                urllib.request.urlopen(url + "/", timeout=WAIT).close()
                break
            except OSError as error:
                if process.poll() is not None or time.monotonic() > until:
                    raise AssertionError(f"The web process does not answer: {error}\n{said.read_text()}") from error
                time.sleep(0.05)
        yield Site(url=url, dsn=server.dsn("hustings_owner", database), environment=environment)
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def site(postgres: Server, empty_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A web process on an empty database of its own."""
    name = f"site_{free_port()}"
    copy_of(postgres, empty_database, name)
    with serving(postgres, name, tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="module")
def seeded_site(postgres: Server, seeded_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A web process on a copy of the demo season."""
    name = f"site_{free_port()}"
    copy_of(postgres, seeded_database, name)
    with serving(postgres, name, tmp_path_factory.mktemp("site")) as site:
        yield site
