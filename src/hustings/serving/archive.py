"""One file that holds a backup: a list of what is in it with digests, then the parts."""

__all__ = ["DUMP", "FORMAT", "MANIFEST", "Manifest", "digest_of", "read_manifest", "unpack", "write_archive"]

import hashlib
import io
import json
import os
import tarfile
from dataclasses import asdict, dataclass
from pathlib import Path

from hustings.errors import BadInput, Problem

MANIFEST = "manifest.json"
DUMP = "database.dump"
FORMAT = 1
CHUNK = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup holds and how to see that it is all there."""

    format: int
    hustings: str
    postgres: int  # major version of the server
    at: str  # the moment of the database that is kept, ISO 8601
    rows: dict[str, int]  # by table, at that moment
    checkpoints: dict[str, str]  # of each log by its origin: the newest, as it was signed
    log_keys: list[str]  # verifier keys that ever signed one
    parts: dict[str, str]  # name in the archive -> SHA-256
    modes: dict[str, int]  # permissions of keys and other files


def write_archive(place: Path, manifest: Manifest, parts: dict[str, Path]) -> None:
    """Write the archive, readable by its owner alone from its first byte on: it holds the keys."""
    text = json.dumps(asdict(manifest), indent=1, sort_keys=True).encode()
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
        with tarfile.open(fileobj=written, mode="w", format=tarfile.PAX_FORMAT) as tar:
            tar.addfile(_entry(MANIFEST, len(text)), io.BytesIO(text))
            for name, path in parts.items():
                with path.open("rb") as file:
                    tar.addfile(_entry(name, path.stat().st_size), file)
        written.flush()
        os.fsync(written.fileno())


def read_manifest(archive: Path) -> Manifest:
    """Read what the archive says of itself; it is the first thing in it."""
    try:
        with tarfile.open(archive) as tar:
            first = tar.next()
            file = tar.extractfile(first) if first is not None and first.name == MANIFEST else None
            if file is None:
                raise _unusable(archive, "no list of contents at its beginning")
            told = json.load(file)
        if told.get("format") != FORMAT:
            raise _unusable(archive, f"format {told.get('format')}; this version reads {FORMAT}")
        return Manifest(**told)
    except (tarfile.TarError, ValueError, TypeError, EOFError, OSError) as error:
        raise _unusable(archive, str(error) or type(error).__name__) from error


def unpack(archive: Path, manifest: Manifest, place: Path) -> None:
    """Unpack every part into `place`, each compared with its digest.

    Raises   BadInput naming every part that is missing or is not what was packed.
    """
    found: dict[str, str] = {}
    try:
        with tarfile.open(archive) as tar:
            for member in tar:
                file = tar.extractfile(member)
                if member.name not in manifest.parts or file is None:
                    continue
                target = place / member.name
                if not target.resolve().is_relative_to(place.resolve()):
                    raise _unusable(archive, f"a part that leads out of the folder: {member.name}")
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                digest = hashlib.sha256()
                with os.fdopen(handle, "wb") as written:
                    while chunk := file.read(CHUNK):
                        digest.update(chunk)
                        written.write(chunk)
                found[member.name] = digest.hexdigest()
                target.chmod(manifest.modes.get(member.name, 0o600))
    except (tarfile.TarError, EOFError) as error:
        raise _unusable(archive, str(error) or "cut short") from error
    wrong = [name for name, digest in manifest.parts.items() if found.get(name) != digest]
    if wrong:
        raise BadInput(
            f"The backup {archive} is damaged; nothing was restored.",
            [
                Problem(
                    where=name,
                    found=found.get(name, "nothing"),
                    expected=f"SHA-256 {manifest.parts[name]}",
                    do="Take another copy of this backup.",
                )
                for name in wrong
            ],
        )


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


def _unusable(archive: Path, found: str) -> BadInput:
    return BadInput(
        f"{archive} is not a backup that can be restored.",
        [Problem(where=str(archive), found=found, expected="a file of `hustings backup`", do="Name another file.")],
    )
