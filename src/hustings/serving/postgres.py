"""A PostgreSQL server of one's own: made on first use, ended with whoever started it, whole after any kill.

Nobody but the operating system's user who started it gets in: it listens on a socket in a private folder, on no
network port, and believes the kernel about who is calling. Under root it runs as an unprivileged user.
"""

__all__ = ["APP", "CHATTER", "DATABASE", "OWNER", "SUPERUSER", "Postgres", "Server", "running"]

import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import quote

from psycopg import pq

from hustings.errors import EnvironmentLacks
from hustings.serving.accounts import Account
from hustings.serving.binaries import Binaries, find_binaries, runnable_by
from hustings.serving.folder import DataFolder, kept

SUPERUSER = "hustings_superuser"
OWNER = "hustings_owner"
APP = "hustings_app"
DATABASE = "hustings"
PORT = 5432  # a part of the socket's name; nothing listens on it
MAP = "hustings"

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "",
    "log_checkpoints": "off",
    "jit": "off",  # short statements: compiling one takes longer than running it
}


def buffers() -> int:
    """Megabytes that the database keeps pages in: an eighth of the machine's, for a search that goes through many rows."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20
    return min(max(memory // 8, 128), 2048)


# For data that nobody misses: a crash of the machine may lose it.
THROWAWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}
# What it says on every start and stop; the rest is worth a look.
CHATTER = (
    "LOG:  starting PostgreSQL",
    "LOG:  listening on Unix socket",
    "LOG:  database system was shut down at",
    "LOG:  database system is ready",
    "LOG:  received fast shutdown request",
    "LOG:  aborting any active transactions",
    'LOG:  background worker "logical replication launcher"',
    "LOG:  shutting down",
    "LOG:  database system is shut down",
    "FATAL:  the database system is starting up",
)
LAUNCH = Path(__file__).with_name("launch.py")
POLL = 0.02  # seconds between looks at a server that is starting or stopping


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server that answers, and how to reach it."""

    socket_dir: Path
    port: int
    version: str

    def dsn(self, role: str, database: str = DATABASE) -> str:
        """The address for one role."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket_dir), safe='')}&port={self.port}"

    @property
    def superuser_dsn(self) -> str:
        """For making roles and databases, and for backups; never for serving."""
        return self.dsn(SUPERUSER, "postgres")

    @property
    def owner_dsn(self) -> str:
        """For whoever owns the schema."""
        return self.dsn(OWNER)

    @property
    def app_dsn(self) -> str:
        """For the web and worker processes."""
        return self.dsn(APP)


@dataclass(kw_only=True)
class Postgres:
    """The server of a data folder that this process keeps."""

    folder: DataFolder
    binaries: Binaries
    account: Account | None
    throwaway: bool = False
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @classmethod
    def of(cls, folder: DataFolder, *, throwaway: bool = False) -> "Postgres":
        """Give the server of `folder`, its database made where there is none."""
        account = folder.account()
        try:
            major = int((folder.database / "PG_VERSION").read_text())
        except FileNotFoundError:
            major = None
        binaries = runnable_by(find_binaries(major=major), account)
        postgres = cls(folder=folder, binaries=binaries, account=account, throwaway=throwaway)
        if major is None:
            postgres._make()
        return postgres

    @property
    def server(self) -> Server:
        """How to reach it."""
        return Server(socket_dir=self.folder.sockets, port=PORT, version=self.binaries.version)

    def start(self, output: int | IO[bytes]) -> subprocess.Popen[bytes]:
        """Start it, from the main thread; what it says goes to `output`."""
        self.folder.make_private(self.folder.sockets, self.account)
        self._end_leftovers()
        self._write_access()
        settings = SETTINGS | {
            "unix_socket_directories": str(self.folder.sockets),
            "cluster_name": self._cluster,
            **(THROWAWAY if self.throwaway else {"shared_buffers": f"{buffers()}MB"}),
        }
        command = [self.binaries.program("postgres"), "-D", str(self.folder.database), "-p", str(PORT)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        self.process = subprocess.Popen(
            self._launched(command, signal.SIGINT),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=_environment(),
        )
        return self.process

    def answers(self) -> bool:
        """Tell whether it takes connections now."""
        reached = pq.PGconn.ping(self.server.superuser_dsn.encode())
        return bool(reached == pq.Ping.OK)

    def wait(self) -> None:
        """Wait until it answers; recovery after a crash takes as long as it takes.

        Raises   EnvironmentLacks where it ended instead.
        """
        assert self.process is not None
        while not self.answers():
            if self.process.poll() is not None:
                raise EnvironmentLacks(f"PostgreSQL ended while starting (code {self.process.returncode}).")
            time.sleep(POLL)

    def stop(self, patience: float = 30) -> None:
        """End it in order; where it takes longer than `patience` seconds, at once, to recover at the next start."""
        if self.process is None:
            return
        for number, seconds in ((signal.SIGINT, patience), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            if self.process.poll() is None:
                self.process.send_signal(number)
            try:
                self.process.wait(seconds)
                break
            except subprocess.TimeoutExpired:
                continue
        self.process = None
        if self.folder.sockets.parent != self.folder.path:
            with suppress(OSError):  # not empty only where it ended by force
                self.folder.sockets.rmdir()

    @property
    def _cluster(self) -> str:
        return f"hustings-{self.folder.digest}"

    def _launched(self, command: list[str], number: int, account: Account | None = None) -> list[str]:
        account = account or self.account
        user = "-" if account is None else f"{account.uid}:{account.gid}"
        launcher = [sys.executable, "-I", "-S", str(LAUNCH), str(os.getpid()), str(int(number)), user, "--"]
        return launcher + command

    def _make(self) -> None:
        """Make the database's folder, whole or not at all."""
        part = self.folder.path / "postgres.making"
        shutil.rmtree(part, ignore_errors=True)
        # `initdb` looks up the name of its user; a number without one borrows nobody's for that moment.
        maker = self.account
        if maker is not None and not maker.named:
            nobody = pwd.getpwnam("nobody")
            maker = Account(uid=nobody.pw_uid, gid=nobody.pw_gid)
        self.folder.make_private(part, maker)
        command = [self.binaries.program("initdb"), "-D", str(part), "--username", SUPERUSER]
        command += ["--auth-local=peer", "--auth-host=reject", "--locale=C.UTF-8", "--encoding=UTF8"]
        command += ["--data-checksums", "--no-instructions"] + (["--no-sync"] if self.throwaway else [])
        made = subprocess.run(
            self._launched(command, signal.SIGKILL, maker),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=_environment(),
            check=False,
        )
        if made.returncode != 0:
            shutil.rmtree(part, ignore_errors=True)
            said = made.stdout.decode(errors="replace").strip().splitlines()[-8:]
            raise EnvironmentLacks(
                f"The database could not be made in {self.folder.path} (initdb of PostgreSQL "
                f"{self.binaries.version}). The end of what it said:\n" + "\n".join(f"    {line}" for line in said)
            )
        if maker is not None and self.account is not None and maker != self.account:
            for place in (part, *part.rglob("*")):
                os.chown(place, self.account.uid, self.account.gid, follow_symlinks=False)
        part.rename(self.folder.database)

    def _write_access(self) -> None:
        """Say who may connect: the user that started this, by the kernel's word, as each of our roles."""
        try:
            person = pwd.getpwuid(os.geteuid()).pw_name
        except KeyError:
            raise EnvironmentLacks(
                f"The user {os.geteuid()} has no name on this system, which the embedded database needs. Run as a "
                "named user, or use a server of your own: HUSTINGS_DATABASE_URL."
            ) from None
        lines = [f'{MAP} "{person}" {role}\n' for role in (SUPERUSER, OWNER, APP)]
        for name, text in {"pg_ident.conf": "".join(lines), "pg_hba.conf": f"local all all peer map={MAP}\n"}.items():
            place = self.folder.database / name
            place.write_text(text)
            place.chmod(0o600)
            if self.account is not None:
                os.chown(place, self.account.uid, self.account.gid)

    def _end_leftovers(self) -> None:
        """End what a killed supervisor or server left, then remove the marks of their being there.

        Whoever holds the folder's lock is the only one who may start a server, so any that still runs is on its
        way out. A dead one that nobody has waited for would otherwise be taken for a living one.
        """
        for number, seconds in ((signal.SIGINT, 30), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
            until = time.monotonic() + seconds
            for pid in self._leftovers():
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
            while (left := self._leftovers()) and time.monotonic() < until:
                time.sleep(POLL)
            if not left:
                break
        else:
            raise EnvironmentLacks(f"A PostgreSQL server of {self.folder.path} does not end (process {left}).")
        for place in (
            self.folder.database / "postmaster.pid",
            self.folder.sockets / f".s.PGSQL.{PORT}",
            self.folder.sockets / f".s.PGSQL.{PORT}.lock",
        ):
            place.unlink(missing_ok=True)

    def _leftovers(self) -> list[int]:
        """Processes of a server on this folder: by command line, which every user may read."""
        server = b"\0-D\0" + os.fsencode(self.folder.database) + b"\0"
        part_of_it = f"postgres: {self._cluster}".encode()
        found = []
        for place in Path("/proc").iterdir():
            if place.name.isdecimal():
                try:
                    line = (place / "cmdline").read_bytes()
                except OSError:  # gone meanwhile
                    continue
                if line.startswith(part_of_it) or (server in line and str(LAUNCH).encode() not in line):
                    found.append(int(place.name))
        return found


@contextmanager
def running(data_dir: Path, *, throwaway: bool = False) -> Iterator[Server]:
    """Run a server on `data_dir` while the body runs, its folder made where it is missing.

    `throwaway` trades safety for speed: for tests. What the server says is in `postgres.log` in the folder.
    """
    with kept(data_dir) as folder:
        postgres = Postgres.of(folder, throwaway=throwaway)
        log = folder.path / "postgres.log"
        try:
            with log.open("wb") as output:
                postgres.start(output)
            try:
                postgres.wait()
            except EnvironmentLacks as lack:
                said = log.read_text(errors="replace").strip().splitlines()[-8:]
                raise EnvironmentLacks("\n    ".join([f"{lack} The end of what it said:", *said])) from lack
            yield postgres.server
        finally:
            postgres.stop()


def _environment() -> dict[str, str]:
    # Nothing of PG*, LC_* or LD_* that the caller may have set.
    return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
