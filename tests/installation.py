"""Fixtures for the platform: a real PostgreSQL, a real schema in it, a real web process on a copy of it.

`db`       (of pytest-django) one transaction per test, connected as the owner, so that a world can be built; what goes
           through `hustings.apps.database.in_role`, as every request does, is held to the web's rights.
`at`       sets the moment that `hustings_now()` tells, for this test.
`site`     a web process on a copy of the migrated, empty database; `seeded_site` on a copy with the demo season.
"""

import fcntl
import hashlib
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
from django.db import connection, connections
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
    kept = MIGRATED / sources()
    with (MIGRATED / f"{kept.name}.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # of these sources: other sources do not wait
        if kept.is_dir():
            copy_folder(kept, data)
            return
        with running(data, throwaway=True) as server:
            migrate(server)
        part = kept.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)  # of somebody who was ended in the middle
        copy_folder(data, part)
        part.rename(kept)
    forget_others(kept)


def forget_others(kept: Path) -> None:
    """Remove what was made of other sources, unless somebody is making or copying it."""
    for place in MIGRATED.glob("*.lock"):
        if place.stem != kept.name:
            with place.open("w") as turn:
                try:
                    fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                for old in (place.with_suffix(""), place.with_suffix(".part")):
                    shutil.rmtree(old, ignore_errors=True)
                place.unlink()


def sources() -> str:
    """SHA-256 of everything that migrations read: our sources and the versions of what they use."""
    told = hashlib.sha256((ROOT / "requirements-dev.lock").read_bytes())
    for place in sorted((ROOT / "src" / "hustings").rglob("*")):
        if place.suffix in (".py", ".sql", ".toml") and place.is_file():
            told.update(os.fsencode(place) + b"\0" + hashlib.sha256(place.read_bytes()).digest())
    return told.hexdigest()


def copy_folder(place: Path, copy: Path) -> None:
    """Copy a folder as it is, with the owner that the database's files have under root."""
    subprocess.run(["cp", "-a", str(place), str(copy)], check=True)


def migrate(server: Server | GivenServer) -> None:
    """Make a migrated database without a row of ours."""
    embedded_addresses(server, EMPTY)
    with psycopg.connect(server.superuser_dsn, autocommit=True) as admin:
        # So that one connection can build a world and then be held to the web's rights.
        admin.execute("GRANT hustings_web, hustings_worker TO hustings_owner")
    # In a process of its own: this one's connection may be in the middle of a test.
    environment = os.environ | ENVIRONMENT | {"HUSTINGS_APP_DATABASE_URL": server.dsn("hustings_owner", EMPTY)}
    subprocess.run([sys.executable, "-m", "django", "migrate", "--verbosity", "0"], env=environment, check=True)


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


@pytest.fixture
def at(db: None) -> Callable[[datetime], None]:
    """Give a function that sets the moment; the end of the test's transaction takes it back."""

    def set_moment(moment: datetime) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE OR REPLACE FUNCTION hustings_now() RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER "
                f"SET search_path = public, pg_temp AS $$ SELECT '{moment.isoformat()}'::timestamptz $$"
            )

    return set_moment


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
