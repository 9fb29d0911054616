"""A whole installation in one file: its database at one moment, its keys, and how to see that all of it is there.

Works beside the running installation. The file is as secret as the installation. The keys of the library's records lie in
a file of their own beside it, and what is shown of them in none: an old backup cannot bring back what was expunged since,
as long as the keys of that time were thrown away.
"""

__all__ = ["LIBRARY", "Backup", "back_up", "count_rows", "keys_beside"]

import json
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from hustings import __version__
from hustings.errors import EnvironmentLacks
from hustings.serving.archive import DUMP, FORMAT, Manifest, digest_of, write_archive
from hustings.serving.folder import DataFolder
from hustings.serving.installation import Installation
from hustings.serving.postgres import OWNER
from hustings.serving.tools import run_tool
from hustings.writing import NO_ROOM

# Made again at every start, or of this moment only.
LEFT_OUT = {"postgres", "postgres.making", "postgres.log", "socket", "static", "lock", "letters", "mails"}
UNSEALED = ".part-"
# Of the library's keys and of what they open, the dump holds no row; what is shown is drawn again from sealed versions.
LIBRARY = ("library_key", "library_shown", "library_line")
Connection = psycopg.Connection[tuple[object, ...]]

TABLES = """
SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
AND NOT c.relispartition ORDER BY 1
"""
# Tables whose row rules bind even their owner, without a rule that shows the owner everything.
HIDDEN = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relforcerowsecurity AND c.relrowsecurity AND NOT EXISTS (
  SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive AND p.polcmd IN ('*', 'r')
  AND %s::regrole = ANY (p.polroles) AND pg_get_expr(p.polqual, p.polrelid) = 'true'
) ORDER BY 1
"""


@dataclass(frozen=True, kw_only=True)
class Backup:
    """What was kept."""

    place: Path
    manifest: Manifest
    bytes: int
    library_keys: int


def back_up(installation: Installation, place: Path) -> Backup:
    """Write the installation into one file, whole or not at all.

    Reads    the database in one snapshot, beside whoever works in it; every other file of the data folder
    Gives    what was kept, rows counted in the same snapshot
    Raises   EnvironmentLacks where the server does not show all rows to who asks
    """
    address = installation.addresses.admin
    with tempfile.TemporaryDirectory(prefix=".backup.", dir=place.absolute().parent) as folder:
        dump = Path(folder) / DUMP
        with psycopg.connect(address) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            options = _see_all(connection)
            rows = {name: count for name, count in count_rows(connection).items() if name not in LIBRARY}
            keys = _library_keys(connection)
            checkpoints, log_keys = _logs(connection)
            (snapshot, at) = _row(connection, "SELECT pg_export_snapshot(), to_json(now())::text")
            run_tool(
                "pg_dump",
                [
                    "--format=custom",
                    f"--snapshot={snapshot}",
                    *options,
                    *(f"--exclude-table-data={name}" for name in LIBRARY),
                    "--file",
                    str(dump),
                ],
                address,
            )
            major = connection.info.server_version // 10000
        parts = {DUMP: dump} | _files(installation.folder)
        manifest = Manifest(
            format=FORMAT,
            hustings=__version__,
            postgres=major,
            at=str(at).strip('"'),
            rows=rows,
            checkpoints=checkpoints,
            log_keys=log_keys,
            parts={name: digest_of(path) for name, path in parts.items()},
            modes={name: stat.S_IMODE(path.stat().st_mode) for name, path in parts.items() if name != DUMP},
        )
        try:
            write_archive(Path(folder) / "archive", manifest, parts)
        except OSError as error:
            if error.errno not in NO_ROOM:
                raise
            raise EnvironmentLacks(f"There is no room to write {place}; nothing was left half-written.") from error
        beside = Path(folder) / "keys"
        beside.touch(0o600)
        beside.write_text(json.dumps({"at": manifest.at, "keys": keys}, indent=0, sort_keys=True), encoding="utf-8")
        beside.replace(keys_beside(place))
        (Path(folder) / "archive").replace(place)
    return Backup(place=place, manifest=manifest, bytes=place.stat().st_size, library_keys=len(keys))


def keys_beside(place: Path) -> Path:
    """Where the library's keys of a backup lie."""
    return place.with_name(f"{place.name}.library-keys")


def count_rows(connection: Connection) -> dict[str, int]:
    """Count the rows of every table."""
    names = [str(name) for (name,) in connection.execute(TABLES).fetchall()]
    counts = {}
    for name in names:
        row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone()
        counts[name] = int(str(row[0])) if row else 0
    return counts


def _see_all(connection: Connection) -> list[str]:
    """Give the options of `pg_dump` under which every row is seen."""
    (bypasses,) = _row(connection, "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
    if bypasses:
        return []
    connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(OWNER)))
    hidden = [str(name) for (name,) in connection.execute(HIDDEN, [OWNER]).fetchall()]
    if hidden:
        raise EnvironmentLacks(
            f"The server would not show every row of {', '.join(hidden)} to {OWNER}, so the backup would not be whole. "
            "Let HUSTINGS_DATABASE_URL name a superuser for the backup, or one with BYPASSRLS."
        )
    return ["--role", OWNER, "--enable-row-security"]


def _logs(connection: Connection) -> tuple[dict[str, str], list[str]]:
    if _row(connection, "SELECT to_regclass('log_checkpoint') IS NULL")[0]:
        return {}, []
    newest = (
        "SELECT DISTINCT ON (log.origin) log.origin, log_checkpoint.note FROM log_checkpoint "
        "JOIN log ON log.id = log_checkpoint.log_id ORDER BY log.origin, log_checkpoint.id DESC"
    )
    notes = {str(origin): str(note) for origin, note in connection.execute(newest).fetchall()}
    keys = [str(key) for (key,) in connection.execute("SELECT DISTINCT key FROM log_checkpoint ORDER BY 1").fetchall()]
    return notes, keys


def _library_keys(connection: Connection) -> dict[str, str]:
    """The key of each subject by its number, closed with the library's key."""
    if _row(connection, "SELECT to_regclass('library_key') IS NULL")[0]:
        return {}
    found = connection.execute("SELECT subject_id::text, encode(wrapped, 'base64') FROM library_key").fetchall()
    return {str(number): str(wrapped) for number, wrapped in found}


def _files(folder: DataFolder) -> dict[str, Path]:
    found = sorted(path for path in folder.path.iterdir() if path.name not in LEFT_OUT)
    whole = [inside for path in found for inside in ([path] if path.is_file() else sorted(path.rglob("*")))]
    # What is being sealed at this moment has no row yet, and is gone under that name a moment later.
    return {
        f"files/{path.relative_to(folder.path)}": path
        for path in whole
        if path.is_file() and not path.name.startswith(UNSEALED)
    }


def _row(connection: Connection, query: str) -> tuple[object, ...]:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row
