"""A package of sealed evidence as a bag (RFC 8493) in a .tar: equal content gives equal bytes."""

__all__ = ["NotAsSealed", "Payload", "write_bag", "write_files"]

import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import PurePosixPath
from typing import IO, Any

from hustings.errors import HustingsError

README = """This is a bag of sealed evidence (RFC 8493). data/ holds each object under its SHA-256.

index.jsonl        each object: what it shows, how it came, with which tool, when it was captured and sealed
custody.jsonl      who did what with each object, when and why
case.json          the question, possible answers with what speaks for and against, what belongs to campaigns and on
                   what it rests, and claims of origin with alternatives and dissent; of an answer to legal process, what
                   was asked
redactions.jsonl   which parts of an original a copy leaves out, by reason, and what binds the two
proofs.jsonl       that object and custody stand in the log of the installation, under checkpoints.jsonl
leaves.jsonl       that objects stand in heads.jsonl, which the stamps (RFC 3161) in stamps/ cover

Check it with nothing but Python 3.8 or later:   python3 verify.py
"""


class NotAsSealed(HustingsError):
    """The bytes of an object are gone or changed; no package is made of them."""

    code = "not_as_sealed"
    exit_code = 1


@dataclass(frozen=True, kw_only=True)
class Payload:
    """One object: its digest, its length, and how its bytes are opened."""

    sha256: str
    size: int
    open: Callable[[], IO[bytes]]


class Hashed(io.RawIOBase):
    """Bytes on their way, with their digest."""

    def __init__(self, inner: IO[bytes]) -> None:
        self.inner, self.digest = inner, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        piece = self.inner.read(size)
        self.digest.update(piece)
        return piece


def write_bag(
    out: IO[bytes],
    name: str,
    *,
    info: Mapping[str, str],
    tables: Mapping[str, Iterable[Mapping[str, Any]]],
    case: Mapping[str, Any],
    stamps: Mapping[str, bytes],
    payload: Sequence[Payload],
) -> str:
    """Write the bag as a .tar with one folder `name`; give the SHA-256 of its tagmanifest, which names all else.

    Reads    every object once; each is compared with its digest on its way
    Raises   NotAsSealed
    """
    objects = {one.sha256: one for one in sorted(payload, key=lambda one: one.sha256)}
    manifest = "".join(f"{sha256}  data/{sha256}\n" for sha256 in objects)
    told = dict(info) | {"Payload-Oxum": f"{sum(one.size for one in objects.values())}.{len(objects)}"}
    tags = {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": "".join(f"{label}: {' '.join(text.split())}\n" for label, text in told.items()).encode(),
        "manifest-sha256.txt": manifest.encode(),
        "README.txt": README.encode(),
        "case.json": (json.dumps(case, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode(),
        "verify.py": (files("hustings.ledger") / "verify_evidence.py").read_bytes(),
        **{table: "".join(line(row) for row in rows).encode() for table, rows in tables.items()},
        **stamps,
    }
    listed = "".join(f"{hashlib.sha256(tags[path]).hexdigest()}  {path}\n" for path in sorted(tags)).encode()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(tags):
            tar.addfile(member(name, path, len(tags[path])), io.BytesIO(tags[path]))
        tar.addfile(member(name, "tagmanifest-sha256.txt", len(listed)), io.BytesIO(listed))
        for sha256, one in objects.items():
            try:
                with one.open() as file:
                    hashed = Hashed(file)
                    tar.addfile(member(name, f"data/{sha256}", one.size), hashed)
            except OSError as error:
                raise NotAsSealed(f"The object {sha256} cannot be read: {error.strerror or error}.") from error
            if hashed.digest.hexdigest() != sha256:
                raise NotAsSealed(f"The bytes of the object {sha256} are not those that were sealed.")
    return hashlib.sha256(listed).hexdigest()


def write_files(out: IO[bytes], name: str, *, info: Mapping[str, str], contents: Mapping[str, bytes]) -> str:
    """Write a bag of files that are at hand whole, by their path, as a .tar; give the SHA-256 of its tagmanifest."""
    manifest = "".join(f"{hashlib.sha256(contents[path]).hexdigest()}  data/{path}\n" for path in sorted(contents))
    told = dict(info) | {"Payload-Oxum": f"{sum(map(len, contents.values()))}.{len(contents)}"}
    tags = {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": "".join(f"{label}: {' '.join(text.split())}\n" for label, text in told.items()).encode(),
        "manifest-sha256.txt": manifest.encode(),
    }
    listed = "".join(f"{hashlib.sha256(tags[path]).hexdigest()}  {path}\n" for path in sorted(tags)).encode()
    held = tags | {"tagmanifest-sha256.txt": listed} | {f"data/{path}": contents[path] for path in contents}
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(held):
            tar.addfile(member(name, path, len(held[path])), io.BytesIO(held[path]))
    return hashlib.sha256(listed).hexdigest()


def line(row: Mapping[str, Any]) -> str:
    """One row of a table."""
    return json.dumps(row, sort_keys=True, ensure_ascii=False) + "\n"


def member(name: str, path: str, size: int) -> tarfile.TarInfo:
    """A file in the .tar, without a time or an owner of this machine."""
    found = tarfile.TarInfo(str(PurePosixPath(name) / path))
    found.size, found.mode = size, 0o755 if path == "verify.py" else 0o644
    return found
