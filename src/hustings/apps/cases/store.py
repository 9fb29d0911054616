"""Where sealed bytes lie: under their SHA-256, written once, in a folder or a bucket of an S3-compatible store."""

from __future__ import annotations

import hashlib
import os
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from pyarrow.fs import S3FileSystem

__all__ = ["BUCKET", "Bucket", "Folder", "Sealed", "Store", "store"]

CHUNK = 1 << 20
BUCKET = "s3://"
SECONDS = 20  # until an object store that does not answer is given up


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """What was sealed: its address and how long it is, in bytes."""

    sha256: str
    size: int


class Store(ABC):
    """Objects named by their SHA-256. What is there is never written again and never removed by Hustings.

    Limits   the owner of the folder or bucket can; then `intact` and every package made before say so
    """

    name: str

    @abstractmethod
    def seal(self, source: BinaryIO) -> Sealed:
        """Read to the end, and keep it under its digest; kept for good before this returns, whole or not at all."""

    @abstractmethod
    def open(self, sha256: str) -> BinaryIO:
        """The bytes as a file. Raises FileNotFoundError where they are gone, OSError where the store does not answer."""

    @abstractmethod
    def there(self, sha256: str) -> bool:
        """Whether an object of this name is there, whatever its bytes. Raises OSError where the store does not answer."""

    def read(self, sha256: str) -> Iterator[bytes]:
        """The bytes, in pieces. Raises as `open`."""
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


def path_of(sha256: str) -> str:
    """Where an object lies in its store."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


class Folder(Store):
    """A folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = str(folder)

    def place(self, sha256: str) -> Path:
        """Where an object lies."""
        return self.folder / path_of(sha256)

    def seal(self, source: BinaryIO) -> Sealed:
        """Read to the end, and keep it under its digest; on disk before this returns, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=self.folder, prefix=".part-")
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                sealed = copied(source, file)
                file.flush()
                os.fsync(file.fileno())
                os.fchmod(file.fileno(), 0o400)
            place = self.place(sealed.sha256)
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with suppress(FileExistsError):  # the same bytes, sealed before
                os.link(part, place)
            synced(place.parent)
        finally:
            part.unlink(missing_ok=True)
        return sealed

    def open(self, sha256: str) -> BinaryIO:
        """The bytes as a file. Raises FileNotFoundError where they are gone."""
        return self.place(sha256).open("rb")

    def there(self, sha256: str) -> bool:
        """Whether an object of this name is there, whatever its bytes."""
        return self.place(sha256).is_file()


class Bucket(Store):
    """A bucket of an S3-compatible store, and what its objects' names begin with.

    Limits   the bucket has to be there. Written once holds for Hustings; against others, have the store keep versions
             or lock objects. What is sealed lies in a file of this machine until the store has it
    """

    def __init__(self, address: str, files: S3FileSystem) -> None:
        self.name = address
        self.beginning = address.removeprefix(BUCKET).strip("/")
        self.files = files

    def place(self, sha256: str) -> str:
        """Where an object lies: bucket and name."""
        return f"{self.beginning}/{path_of(sha256)}"

    def seal(self, source: BinaryIO) -> Sealed:
        """Read to the end, send it, and read it back, so that the store was seen to have it before this returns.

        Raises   OSError where the store does not take it, or gives back something else
        """
        with tempfile.TemporaryFile() as part:
            sealed = copied(source, part)
            # Sent again where it is there and broken; what is whole is left alone.
            if not self.intact(sealed.sha256):
                part.seek(0)
                with self.files.open_output_stream(self.place(sealed.sha256)) as sent:
                    while chunk := part.read(CHUNK):
                        sent.write(chunk)
                if not self.intact(sealed.sha256):
                    raise OSError(f"{self.name} did not give back what was sealed")
        return sealed

    def open(self, sha256: str) -> BinaryIO:
        """The bytes as a file. Raises FileNotFoundError where they are gone, OSError where the store does not answer."""
        opened: BinaryIO = self.files.open_input_file(self.place(sha256))
        return opened

    def there(self, sha256: str) -> bool:
        """Whether an object of this name is there, whatever its bytes. Raises OSError where the store does not answer."""
        return bool(self.files.get_file_info(self.place(sha256)).is_file)


def copied(source: BinaryIO, into: BinaryIO) -> Sealed:
    """Copy to the end; gives what was copied."""
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        into.write(chunk)
    return Sealed(sha256=digest.hexdigest(), size=size)


def synced(folder: Path) -> None:
    """A name is on disk only once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def store() -> Store:
    """The installation's store.

    Raises   ImproperlyConfigured for an address without a bucket, or a key without its secret
    """
    address = str(settings.EVIDENCE)
    if not address.startswith(BUCKET):
        return Folder(Path(address))
    if not address.removeprefix(BUCKET).strip("/"):
        raise ImproperlyConfigured("HUSTINGS_EVIDENCE names no bucket; expected s3://BUCKET or s3://BUCKET/BEGINNING.")
    key, secret = settings.EVIDENCE_KEY_ID, settings.EVIDENCE_SECRET
    if bool(key) != bool(secret):
        raise ImproperlyConfigured("Of HUSTINGS_EVIDENCE_KEY_ID and HUSTINGS_EVIDENCE_SECRET one is empty; set both, or neither.")  # fmt: skip
    from pyarrow.fs import AwsStandardS3RetryStrategy, S3FileSystem

    files = S3FileSystem(
        access_key=key or None, secret_key=secret or None, region=settings.EVIDENCE_REGION or None,
        endpoint_override=settings.EVIDENCE_ENDPOINT or None, request_timeout=SECONDS, connect_timeout=SECONDS,
        retry_strategy=AwsStandardS3RetryStrategy(max_attempts=3),
    )  # fmt: skip
    return Bucket(address, files)
