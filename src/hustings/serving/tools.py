"""PostgreSQL's own programs for dumping and restoring, run against an address."""

__all__ = ["run_tool"]

import os
import subprocess

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from hustings.errors import EnvironmentLacks
from hustings.serving.binaries import Binaries, find_binaries


def run_tool(name: str, arguments: list[str], address: str) -> None:
    """Run `pg_dump` or `pg_restore` against a database; passwords stay out of the list of processes.

    Raises   EnvironmentLacks with the end of what it said.
    """
    known = conninfo_to_dict(address)
    password = known.pop("password", None)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    if password is not None:
        environment["PGPASSWORD"] = str(password)
    binaries = _for(address)
    done = subprocess.run(
        [binaries.program(name), *arguments, "--dbname", make_conninfo("", **known)],
        env=environment | {"LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = "\n".join(f"    {line}" for line in done.stderr.strip().splitlines()[-8:])
        raise EnvironmentLacks(f"{name} (PostgreSQL {binaries.version}) failed. The end of what it said:\n{said}")


def _for(address: str) -> Binaries:
    """Give programs of the server's version: an older one could not read it, a newer one writes what it cannot."""
    with psycopg.connect(address) as connection:
        return find_binaries(major=connection.info.server_version // 10000)
