"""The data folder of one installation: what lies where, and that one process at a time keeps it."""

__all__ = ["DataFolder", "InUse", "default_folder", "kept"]

import fcntl
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hustings.errors import EnvironmentLacks
from hustings.serving.accounts import Account, database_account

# A socket's path has to fit in 107 bytes, `/.s.PGSQL.5432.lock` included.
LONGEST = 88
# Where root keeps what its database has to reach.
SHARED = Path("/var/lib/hustings")


class InUse(EnvironmentLacks):
    """Another process keeps the folder."""

    code = "folder_in_use"


@dataclass(frozen=True, kw_only=True)
class DataFolder:
    """Where the parts of an installation lie."""

    path: Path

    @property
    def database(self) -> Path:
        """PostgreSQL's own folder."""
        return self.path / "postgres"

    @property
    def keys(self) -> Path:
        """Secrets, one file each, readable by their owner alone."""
        return self.path / "keys"

    @property
    def lock(self) -> Path:
        """The file that whoever keeps the folder holds."""
        return self.path / "lock"

    @property
    def digest(self) -> str:
        """A short name of this folder that is the same each time."""
        return hashlib.sha256(os.fsencode(self.path)).hexdigest()[:12]

    @property
    def sockets(self) -> Path:
        """The folder of the database's socket; elsewhere where the path would be too long for one."""
        inside = self.path / "socket"
        if len(os.fsencode(inside)) <= LONGEST:
            return inside
        return Path(tempfile.gettempdir()) / f"hustings-{self.digest}"

    def account(self) -> Account | None:
        """Give whom the database runs as: the owner of its folder under root, None under an ordinary user."""
        fresh = database_account()
        try:
            owner = self.database.stat()
        except FileNotFoundError:
            return fresh
        except PermissionError:
            raise self._private() from None
        if fresh is None:
            if owner.st_uid != os.geteuid():
                raise self._private()
            return None
        return Account(uid=owner.st_uid, gid=owner.st_gid) if owner.st_uid else fresh

    def make_private(self, place: Path, account: Account | None) -> None:
        """Make a folder that only the database's user enters; one that is another's is refused."""
        try:
            place.mkdir(mode=0o700)
            if account is not None:
                os.chown(place, account.uid, account.gid)
        except FileExistsError:
            found = place.lstat()
            wanted = os.geteuid() if account is None else account.uid
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != wanted or stat.S_IMODE(found.st_mode) & 0o077:
                raise EnvironmentLacks(
                    f"{place} is there already and is not a folder of this database's user alone. Look what it is, "
                    "move it away, then run the same command again."
                ) from None

    def _private(self) -> EnvironmentLacks:
        return EnvironmentLacks(
            f"{self.database} belongs to another user. Run as that user, or name another folder with --data."
        )


def default_folder() -> Path:
    """Give `out/up` here, or a place under /var/lib where root's database could not enter this checkout."""
    here = Path("out/up").absolute()
    account = database_account()
    above = next(place for place in here.parents if place.exists())
    if account is None or account.reaches(above):
        return here
    return SHARED / f"up-{DataFolder(path=here).digest}"


@contextmanager
def kept(path: Path) -> Iterator[DataFolder]:
    """Give the folder, made where it is missing, to this process alone.

    Raises   EnvironmentLacks where it cannot be written or entered, or another process keeps it.
    """
    folder = DataFolder(path=path.absolute().resolve())
    try:
        # Each with the permissions of a new folder; those that are there stay as they are.
        folder.path.parent.mkdir(parents=True, exist_ok=True)
        # Under root the database's user has to pass through, and sees no names.
        folder.path.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, exist_ok=True)
        handle = os.open(folder.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise EnvironmentLacks(
            f"The data folder {folder.path} cannot be used ({error.strerror}). Name one that you can write to."
        ) from error
    try:
        _take(handle, folder)
        account = folder.account()
        if account is not None and not account.reaches(folder.path):
            raise EnvironmentLacks(
                f"Under root the database runs as the user {account.name}, who cannot enter {folder.path}. "
                "Name a data folder outside private homes, such as /var/lib/hustings."
            )
        yield folder
    finally:
        os.close(handle)  # and with it the lock


def _take(handle: int, folder: DataFolder) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(handle, 20, 0).decode(errors="replace").strip()
        raise InUse(
            f"The data folder {folder.path} is in use by another process ({holder or 'unknown'}). Stop that one "
            "first, or name another folder."
        ) from None
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
