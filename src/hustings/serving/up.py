"""Everything that an installation consists of, started in order, kept alive, and stopped in order."""

__all__ = ["Asked", "up"]

import http.client
import os
import shutil
import signal
import socket
import ssl
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from hustings.apps.seed.personas import ADVERTISERS, DOMAIN, PERSONAS
from hustings.errors import EnvironmentLacks
from hustings.serving.demo import TABLES
from hustings.serving.folder import DataFolder, kept
from hustings.serving.installation import Installation, database_url
from hustings.serving.model import unusable
from hustings.serving.postgres import CHATTER, Postgres, Server
from hustings.serving.supervise import Service, Supervisor

ROOM_FOR_NEW, ROOM_TO_RUN = 500 * 1000**2, 50 * 1000**2  # bytes
PYTHON = (sys.executable, "-m")
# How often a process may die before the first page is there.
TRIES = 3


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the person at the terminal wants."""

    data: Path
    host: str
    port: int
    demo: bool
    workers: int
    threads: int
    certificate: Path | None = None
    certificate_key: Path | None = None
    learns: bool = False  # labelled texts are there, from which a demo learns what reads as political

    @property
    def address(self) -> str:
        """Where the pages are."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        # By name where it is this machine: a passkey is bound to a name, never to a number.
        shown = {"0.0.0.0": "localhost", "[::]": "localhost", "127.0.0.1": "localhost"}.get(host, host)  # noqa: S104
        return f"{'https' if self.certificate else 'http'}://{shown}:{self.port}/"


def up(asked: Asked, out: IO[str]) -> int:
    """Run the installation until somebody asks to stop; give the exit code.

    Raises   EnvironmentLacks where it cannot start, with what to do.
    """
    began = time.monotonic()
    _see_port_is_free(asked)
    with kept(asked.data) as folder:
        _see_room(folder)
        supervisor = Supervisor(out)
        with supervisor.listening():
            try:
                _start(supervisor, folder, asked, began)
                supervisor.wait_for(lambda: False)
                if supervisor.stopping():
                    supervisor.say("Stopping ...")
            finally:
                supervisor.stop()
            supervisor.say("Stopped.")
    return 0


def _start(supervisor: Supervisor, folder: DataFolder, asked: Asked, began: float) -> None:
    """Start everything, each when what it needs is there; return early where somebody asks to stop."""
    server = None if database_url() else _start_database(supervisor, folder)
    if supervisor.stopping():
        return
    installation = Installation.of(folder, server)
    _finish(supervisor, "prepare", [*PYTHON, "hustings.serving.prepare"], installation)
    if supervisor.stopping():
        return
    web = Service.of("web", _web_command(asked), installation.environment("web") | _addresses(asked))
    supervisor.run(web)
    _wait(supervisor, web, lambda: _answers(asked))
    if supervisor.stopping():
        return
    supervisor.say(f"The first page is there after {time.monotonic() - began:.1f} s: {asked.address}")
    # After the first page, so that people wait for that alone.
    password_file = folder.keys / "demo-password"
    if asked.demo:
        found = Path("out/demo") / TABLES  # where `hustings demo` leaves it, if it ran here
        season = [*PYTHON, "hustings.serving.season", str(password_file), str(found.absolute())]
        _finish(supervisor, "demo", season, installation)
    if supervisor.stopping():
        return
    worker_command = [*PYTHON, "django", "procrastinate", "worker", "--shutdown-graceful-timeout", "15"]
    supervisor.run(Service.of("worker", worker_command, installation.environment("worker")))
    supervisor.run(Service.of("log", [*PYTHON, "django", "log_beat"], installation.environment("beat")))
    if password_file.exists():
        supervisor.say(_sign_ins(password_file.read_text(), folder.path))
    supervisor.say(f"Ready after {time.monotonic() - began:.1f} s: {asked.address}   (Ctrl-C stops everything)")
    if asked.demo and asked.learns and unusable(installation.political_model) and not supervisor.stopping():
        # Till then every ad is held to be political, and a person says; the door uses the model from when it is there.
        learn = [*PYTHON, "hustings", "train", "political", "--out", str(installation.political_model), "--json"]
        if supervisor.finish("model", learn, installation.environment("owner")) == 0:
            supervisor.say("The model of what reads as political is there; the door asks it from now on.")


def _start_database(supervisor: Supervisor, folder: DataFolder) -> Server:
    new = not folder.database.exists()
    postgres = Postgres.of(folder)
    version = f"PostgreSQL {postgres.binaries.version} ({postgres.binaries.source})"
    supervisor.say(f"{'Made a database' if new else 'Starting the database'} in {folder.path}: {version}.")
    service = Service(name="postgres", start=postgres.start, stop_signal=signal.SIGINT, patience=60.0, chatter=CHATTER)
    supervisor.run(service)
    _wait(supervisor, service, postgres.answers)
    return postgres.server


def _web_command(asked: Asked) -> list[str]:
    command = [*PYTHON, "hustings.serving.web", "--host", asked.host, "--port", str(asked.port)]
    command += ["--workers", str(asked.workers), "--threads", str(asked.threads)]
    if asked.certificate and asked.certificate_key:
        command += ["--certificate", str(asked.certificate), "--certificate-key", str(asked.certificate_key)]
    return command


def _addresses(asked: Asked) -> dict[str, str]:
    """Under which names the web process answers; what the environment says goes first."""
    said = {"HUSTINGS_HOSTS": _hosts(asked), "HUSTINGS_ORIGIN": asked.address.rstrip("/")}
    if asked.certificate:
        said["HUSTINGS_TLS"] = "1"
    return said | {name: os.environ[name] for name in said if os.environ.get(name)}


def _finish(supervisor: Supervisor, name: str, command: list[str], installation: Installation) -> None:
    code = supervisor.finish(name, command, installation.environment("owner"))
    if code != 0 and not supervisor.stopping():
        raise EnvironmentLacks(f"{name} did not succeed (exit code {code}); what it said stands above.")


def _wait(supervisor: Supervisor, service: Service, done: Callable[[], bool]) -> None:
    supervisor.wait_for(lambda: done() or service.deaths >= TRIES)
    if service.deaths >= TRIES:
        raise EnvironmentLacks(f"{service.name} does not start; what it said stands above.")


def _sign_ins(password: str, folder: Path) -> str:
    """Tell who is in the demo season and how to sign in."""
    told = [(persona.email, persona.story) for persona in PERSONAS]
    told += [(f"{key}@{DOMAIN}", story) for key, _, story in ADVERTISERS]
    width = max(len(email) for email, _ in told)
    people = [f"  {email:<{width}}  {story}" for email, story in told]
    ask = f"The code for anna, which changes every half minute: hustings code anna --data {folder}"
    return "\n".join([f"Demo sign-ins, password {password} for all:", *people, ask])


def _hosts(asked: Asked) -> str:
    names = ["localhost", "127.0.0.1", "[::1]", asked.host, socket.gethostname()]
    return ",".join(dict.fromkeys(names))


def _answers(asked: Asked) -> bool:
    """Tell whether the first page is there."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(asked.host, asked.host)  # noqa: S104
    connection = http.client.HTTPConnection(host, asked.port, timeout=5)
    if asked.certificate:
        unchecked = ssl._create_unverified_context()  # noqa: S323, SLF001 - asks ourselves whether we are there
        connection = http.client.HTTPSConnection(host, asked.port, timeout=5, context=unchecked)
    try:
        connection.request("GET", "/health/ready", headers={"Host": "localhost"})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _see_port_is_free(asked: Asked) -> None:
    try:
        family, kind, _, _, place = socket.getaddrinfo(asked.host, asked.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(place)
    except OSError as error:
        raise EnvironmentLacks(
            f"{asked.host}, port {asked.port}, cannot be served ({error.strerror}). Stop what is there, or name "
            "another with --port or --host."
        ) from error


def _see_room(folder: DataFolder) -> None:
    needed = ROOM_TO_RUN if folder.database.exists() else ROOM_FOR_NEW
    free = shutil.disk_usage(folder.path).free
    if free < needed:
        raise EnvironmentLacks(
            f"Only {free / 1e6:.0f} MB are free on the disk of {folder.path}; {needed / 1e6:.0f} MB are needed. Free "
            "some, or name a folder on another disk with --data."
        )
