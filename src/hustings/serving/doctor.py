"""What is wrong with a setup, each with what to do: programs, folder, keys, roles, rights, clock, signs of life."""

__all__ = ["examine", "exit_code"]

import base64
import binascii
import json
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg import sql

from hustings.errors import HustingsError
from hustings.serving.binaries import find_binaries
from hustings.serving.check import Check, Found
from hustings.serving.folder import DataFolder
from hustings.serving.installation import Installation, database_url
from hustings.serving.postgres import APP, OWNER
from hustings.serving.reach import reached
from hustings.serving.roles import POWERS, SERVING

LITTLE_ROOM = 1000**3  # bytes
CLOCK_APART = 5.0  # seconds
WORKER_GONE, CHECKPOINT_LATE = 60.0, 300.0

OWNED = """
SELECT r.rolname, count(*) FROM pg_roles r JOIN pg_shdepend d ON d.refobjid = r.oid AND d.refclassid = 'pg_authid'::regclass
WHERE d.deptype = 'o' AND r.rolname = ANY(%s) GROUP BY 1 ORDER BY 1
"""
MEMBERS = """
SELECT m.rolname FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
WHERE g.rolname = %s AND m.rolname = ANY(%s) ORDER BY 1
"""
SIGNS = """
SELECT now(), (SELECT at FROM clock_high_water), (SELECT max(last_heartbeat) FROM procrastinate_workers),
  (SELECT max(at) FROM log_checkpoint WHERE log_id = (SELECT id FROM log WHERE name = 'open'))
"""


def examine(path: Path) -> list[Check]:
    """Look at everything that can be looked at; nothing is changed and nothing mended."""
    folder = DataFolder(path=path.absolute().resolve())
    checks = [*_machine(folder), *_keys(folder)]
    try:
        with reached(path) as installation:
            checks += _database(installation)
    except (HustingsError, psycopg.OperationalError) as error:
        code = error.exit_code if isinstance(error, HustingsError) else 3
        found = Found.LACKS if code == 3 else Found.WRONG
        checks.append(
            Check(name="database", found=found, says=str(error).strip(), do="Mend that first, then ask again.")
        )
    return checks


def exit_code(checks: Sequence[Check]) -> int:
    """0 where all is good, 1 where something is wrong, 3 where the machine lacks what is needed to look."""
    found = {check.found for check in checks}
    return 3 if Found.LACKS in found else 1 if Found.WRONG in found else 0


def _machine(folder: DataFolder) -> Iterator[Check]:
    if not database_url():
        try:
            major = int((folder.database / "PG_VERSION").read_text())
        except (OSError, ValueError):
            major = None
        try:
            binaries = find_binaries(major=major)
            says = f"PostgreSQL {binaries.version} ({binaries.source}, {binaries.folder})"
            yield Check(name="programs", found=Found.GOOD, says=says)
        except HustingsError as error:
            yield Check(name="programs", found=Found.LACKS, says=str(error), do="Then ask again.")
    if folder.path.exists():
        free = shutil.disk_usage(folder.path).free
        little = free < LITTLE_ROOM
        do = "Free some, or move the folder to a larger disk." if little else ""
        yield Check(name="disk", found=Found.NOTE if little else Found.GOOD, says=f"{free / 1e9:.1f} GB free", do=do)


def _keys(folder: DataFolder) -> Iterator[Check]:
    if not folder.keys.exists():
        return
    for name in ("secret-key", "log-key", "reach-key", "document-key", "library-key"):
        place = folder.keys / name
        try:
            content, mode = place.read_bytes(), stat.S_IMODE(place.stat().st_mode)
        except OSError as error:
            do = {
                "log-key": "Restore it from a backup; without it the log cannot be continued.",
                "document-key": "Restore it from a backup; without it no document of an advertiser can be opened again.",
                "library-key": "Restore it from a backup; without it the library cannot be drawn again from what is sealed.",
                "reach-key": "Restore it from a backup; people counted under another key do not add up with those counted now.",
            }.get(name, "Start it once.")
            yield Check(name=name, found=Found.WRONG, says=f"{place}: {error.strerror}", do=do)
            continue
        if mode & 0o077:
            do = f"Decide whether somebody read it; then chmod 600 {place}."
            yield Check(name=name, found=Found.WRONG, says=f"others may read {place} (mode {mode:03o})", do=do)
        elif name in ("log-key", "document-key", "library-key") and not _is_seed(content):
            do = "Restore it from a backup."
            yield Check(name=name, found=Found.WRONG, says=f"{place} is not 32 bytes in base64", do=do)
        else:
            yield Check(name=name, found=Found.GOOD, says="there, for its owner alone")


def _is_seed(content: bytes) -> bool:
    try:
        return len(base64.b64decode(content.strip(), validate=True)) == 32
    except binascii.Error:
        return False


def _database(installation: Installation) -> list[Check]:
    with psycopg.connect(installation.addresses.owner, autocommit=True) as owner:
        version = owner.info.parameter_status("server_version")
        checks = [Check(name="database", found=Found.GOOD, says=f"PostgreSQL {version} answers"), *_roles(owner)]
        try:
            with psycopg.connect(installation.addresses.app):
                checks.append(Check(name="sign-in role", found=Found.GOOD, says=f"{APP} gets in"))
        except psycopg.OperationalError as error:
            do = "Start it once with `hustings up`, which sets its password; or look at pg_hba.conf of your server."
            checks.append(Check(name="sign-in role", found=Found.WRONG, says=str(error).strip(), do=do))
        try:
            checks += _signs(owner)
        except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedFunction):
            do = "Start it once with `hustings up`, or run `hustings manage migrate`."
            return [*checks, Check(name="migrations", found=Found.WRONG, says="the database has no schema yet", do=do)]
    return checks + _platform(installation)


def _roles(owner: psycopg.Connection[tuple[object, ...]]) -> Iterator[Check]:
    ours = [OWNER, APP, *SERVING]
    query = sql.SQL("SELECT rolname, {} FROM pg_roles WHERE rolname = ANY(%s)").format(
        sql.SQL(", ").join(map(sql.Identifier, POWERS))
    )
    found = {row[0]: row[1:] for row in owner.execute(query, [ours])}
    missing = [role for role in ours if role not in found]
    if missing:
        do = "Start it once with `hustings up`, which makes them."
        yield Check(name="roles", found=Found.WRONG, says=f"{', '.join(missing)}: missing", do=do)
        return
    strong = [f"{role} ({power})" for role in ours for power, held in zip(POWERS, found[role], strict=True) if held]
    owned = [f"{name} ({count} things)" for name, count in owner.execute(OWNED, [[APP, *SERVING]])]
    inside = [str(name) for (name,) in owner.execute(MEMBERS, [OWNER, [APP, *SERVING]])]
    for name, wrong, good, do in (
        ("roles", strong, "none has powers beyond its own", "As a superuser: ALTER ROLE ... NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB NOREPLICATION;"),
        ("ownership", owned, "whoever serves owns nothing", f"As a superuser: REASSIGN OWNED BY ... TO {OWNER};"),
        ("membership", inside, f"whoever serves cannot become {OWNER}", f"As a superuser: REVOKE {OWNER} FROM ...;"),
    ):  # fmt: skip
        says = ", ".join(wrong) if wrong else good
        yield Check(name=name, found=Found.WRONG if wrong else Found.GOOD, says=says, do=do if wrong else "")


def _signs(owner: psycopg.Connection[tuple[object, ...]]) -> Iterator[Check]:
    asked = time.time()
    row = owner.execute(SIGNS).fetchone()
    assert row is not None
    now, high, worker, checkpoint = (value if isinstance(value, datetime) else None for value in row)
    assert now is not None
    apart = abs(now.timestamp() - asked)
    if apart > CLOCK_APART:
        do = "Set both clocks by NTP. The database's decides what has lapsed."
        yield Check(
            name="clock", found=Found.WRONG, says=f"this machine and the database differ by {apart:.0f} s", do=do
        )
    elif high is not None and (high - now).total_seconds() > CLOCK_APART:
        back = (high - now).total_seconds()
        do = "Set the clock right. Until it gets there, the installation's time stands still."
        yield Check(name="clock", found=Found.WRONG, says=f"it was set back by {back:.0f} s", do=do)
    else:
        yield Check(name="clock", found=Found.GOOD, says="agrees with the database, and was not set back")
    for name, then, late, what in (
        ("worker", worker, WORKER_GONE, "jobs wait"),
        ("log", checkpoint, CHECKPOINT_LATE, "entries wait for their place and their signature"),
    ):
        age = None if then is None else (now - then).total_seconds()
        if age is None or age > late:
            says = "no sign yet" if age is None else f"last sign {age:.0f} s ago"
            do = f"If it should be up: start it with `hustings up`. Until then {what}."
            yield Check(name=name, found=Found.NOTE, says=says, do=do)
        else:
            yield Check(name=name, found=Found.GOOD, says=f"last sign {age:.0f} s ago")


def _platform(installation: Installation) -> list[Check]:
    done = subprocess.run(
        [sys.executable, "-m", "hustings.serving.examine"],
        env=installation.environment("owner"),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()[-1:] or ["nothing"]
        do = "Run ./run setup; then see whether this version fits the database."
        return [Check(name="platform", found=Found.WRONG, says=f"it cannot be loaded: {said[0]}", do=do)]
    return [Check(**{**told, "found": Found(told["found"])}) for told in json.loads(done.stdout)]
