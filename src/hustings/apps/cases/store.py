"""Where sealed bytes lie: under their SHA-256, written once, in a folder or an object store."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

__all__ = ["Sealed", "Store", "store"]

CHUNK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """What was sealed: its address and how long it is, in bytes."""

    sha256: str
    size: int


class Store:
    """A folder of objects named by their SHA-256. What is there is never written again and never removed.

    Limits   the folder's owner can; then `intact` and every package made before say so
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def place(self, sha256: str) -> Path:
        """Where an object lies."""
        return self.folder / sha256[:2] / sha256[2:4] / sha256

    def seal(self, source: BinaryIO) -> Sealed:
        """Read to the end, and keep it under its digest; on disk before this returns, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        digest, size = hashlib.sha256(), 0
        handle, name = tempfile.mkstemp(dir=self.folder, prefix=".part-")
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                while chunk := source.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
                os.fchmod(file.fileno(), 0o400)
            place = self.place(digest.hexdigest())
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with suppress(FileExistsError):  # the same bytes, sealed before
                os.link(part, place)
            synced(place.parent)
        finally:
            part.unlink(missing_ok=True)
        return Sealed(sha256=digest.hexdigest(), size=size)

    def open(self, sha256: str) -> BinaryIO:
        """The bytes as a file. Raises FileNotFoundError where they are gone."""
        return self.place(sha256).open("rb")

    def read(self, sha256: str) -> Iterator[bytes]:
        """The bytes, in pieces. Raises FileNotFoundError where they are gone."""
        with self.open(sha256) as file:
            while chunk := file.read(CHUNK):
                yield chunk

    def intact(self, sha256: str) -> bool:
        """Whether the bytes are there and still have their digest."""
        digest = hashlib.sha256()
        try:
            for chunk in self.read(sha256):
                digest.update(chunk)
        except OSError:
            return False
        return digest.hexdigest() == sha256


def synced(folder: Path) -> None:
    """A name is on disk only once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def store() -> Store:
    """The installation's store."""
    return Store(Path(settings.EVIDENCE))
