"""A backup made an installation again: whole, compared with what was kept, its log verified; or nothing at all."""

__all__ = ["Restored", "restore"]

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg

from hustings.errors import EnvironmentLacks, HustingsError
from hustings.serving.archive import DUMP, Manifest, read_manifest, unpack
from hustings.serving.backup import count_rows, keys_beside
from hustings.serving.folder import DataFolder
from hustings.serving.installation import Installation, database_url
from hustings.serving.logs import verify_logs
from hustings.serving.postgres import OWNER, running
from hustings.serving.tools import run_tool


class NotWhole(HustingsError):
    """What was restored is not what was kept."""

    code = "restore_not_whole"
    exit_code = 1


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What is there again."""

    folder: Path
    manifest: Manifest
    logs: int


def restore(archive: Path, data: Path, say: Callable[[str], None], library_keys: Path | None = None) -> Restored:
    """Make the installation of `archive` again in `data`, which holds none yet.

    library_keys   the newest file of keys of the library that there is; by default the one beside the archive. A record
                   whose key is not in it was expunged since, and stays unreadable

    Everything happens in a folder beside `data`, which becomes `data` at the very end. With HUSTINGS_DATABASE_URL the
    database, which has to be empty, is filled in one transaction.

    Raises   BadInput where the archive is damaged, EnvironmentLacks where `data` is in use, NotWhole and
             LogDoesNotHold where what came out is not what was kept
    """
    target = data.absolute().resolve()
    _see_is_free(target)
    manifest = read_manifest(archive)
    keys = _read_keys(library_keys or keys_beside(archive), needed=bool(manifest.rows.get("library_version")))
    target.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        part = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".restoring", dir=target.parent))
        stack.callback(shutil.rmtree, part, ignore_errors=True)
        part.chmod(0o711 if os.geteuid() == 0 else 0o700)
        say(f"Unpacking and comparing {len(manifest.parts)} parts ...")
        with tempfile.TemporaryDirectory(prefix=".unpacked.", dir=target.parent) as unpacked:
            unpack(archive, manifest, Path(unpacked))
            for path in sorted((Path(unpacked) / "files").iterdir()):
                path.rename(part / path.name)
            if database_url():
                logs = _fill(Installation.of(DataFolder(path=part), None), Path(unpacked), manifest, keys, say)
            else:
                with running(part) as server:
                    logs = _fill(Installation.of(DataFolder(path=part), server), Path(unpacked), manifest, keys, say)
        for left in ("postgres.log", "socket", "lock"):
            place = part / left
            shutil.rmtree(place, ignore_errors=True) if place.is_dir() else place.unlink(missing_ok=True)
        part.rename(target)  # an empty folder is replaced, anything else refuses
    return Restored(folder=target, manifest=manifest, logs=logs)


def _read_keys(place: Path, *, needed: bool) -> dict[str, str]:
    if not place.exists() and not needed:
        return {}
    try:
        keys: dict[str, str] = json.loads(place.read_text(encoding="utf-8"))["keys"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EnvironmentLacks(
            f"The library's keys cannot be read from {place} ({error}). Without them no ad of the library can be read. "
            "Name the newest file of them with --library-keys."
        ) from error
    return keys


def _fill(
    installation: Installation, unpacked: Path, manifest: Manifest, keys: dict[str, str], say: Callable[[str], None]
) -> int:
    address = installation.addresses.admin
    with psycopg.connect(address) as connection:
        if count_rows(connection):
            raise EnvironmentLacks(
                f"The database {connection.info.dbname} has tables already. Restore into an empty one: create it, or "
                "drop and create it again, then run the same command."
            )
    say(f"Restoring {len(manifest.rows)} tables as they were at {manifest.at} ...")
    options = ["--exit-on-error", "--single-transaction", "--no-comments"]
    if database_url():
        options += ["--role", OWNER]
    run_tool("pg_restore", [*options, str(unpacked / DUMP)], address)
    with psycopg.connect(installation.addresses.owner if database_url() else address) as connection:
        found = count_rows(connection)
    wrong = [
        f"  - {name}: found {found.get(name, 'no table')}, kept {count}"
        for name, count in manifest.rows.items()
        if found.get(name) != count
    ]
    if wrong:
        raise NotWhole("These tables do not hold the rows that were kept:\n" + "\n".join(wrong))
    say("Bringing the database to this version ...")
    done = subprocess.run(
        [sys.executable, "-m", "hustings.serving.prepare"],
        env=installation.environment("owner"),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise NotWhole(f"The database could not be brought to this version:\n{done.stderr.strip()[-2000:]}")
    if manifest.rows.get("library_version"):
        say(f"Drawing the library again with {len(keys)} keys ...")
        _draw_library(installation, address, keys)
    _count_evidence(address, manifest, say)
    say("Verifying the log ...")
    return verify_logs(installation, earlier=manifest.checkpoints, keys=manifest.log_keys)


def _count_evidence(address: str, manifest: Manifest, say: Callable[[str], None]) -> None:
    """Say whether every sealed object is there. Each part was compared with its digest; here, that it has its own name.

    What was gone before the backup is gone: that is said, and keeps nothing else from being restored.
    """
    if not manifest.rows.get("evidence"):
        return
    with psycopg.connect(address) as connection:
        digests = [
            str(row[0]) for row in connection.execute("SELECT DISTINCT sha256 FROM evidence ORDER BY 1").fetchall()
        ]
    kept = {
        name.rpartition("/")[2]: digest for name, digest in manifest.parts.items() if name.startswith("files/evidence/")
    }
    if os.environ.get("HUSTINGS_EVIDENCE", "").startswith("s3://"):
        say(
            f"{len(digests)} sealed objects lie in {os.environ['HUSTINGS_EVIDENCE']}; `hustings doctor` looks for each."
        )
        return
    lost = [one for one in digests if kept.get(one) != one]
    say(f"{len(digests) - len(lost)} of {len(digests)} sealed objects are there, each with its digest.")
    if lost:
        more = f" and {len(lost) - 5} more" if len(lost) > 5 else ""
        say(
            f"MISSING OR CHANGED when the backup was made: {', '.join(lost[:5])}{more}. `hustings doctor` names it too."
        )


def _draw_library(installation: Installation, address: str, keys: dict[str, str]) -> None:
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO library_key (subject_id, wrapped) SELECT number, decode(%s, 'base64') FROM library_subject WHERE number = %s",
            [(wrapped, int(number)) for number, wrapped in keys.items()],
        )
    done = subprocess.run(
        [sys.executable, "-m", "django", "library_redraw"],
        env=installation.environment("owner"),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise NotWhole(f"The library could not be drawn again:\n{done.stderr.strip()[-2000:]}")


def _see_is_free(target: Path) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise EnvironmentLacks(
            f"{target} is there already and not empty. Name a new folder, or move that one away; nothing is overwritten."
        )
