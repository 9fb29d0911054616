"""As whom the database runs: oneself, or an unprivileged user where root starts it."""

__all__ = ["Account", "database_account"]

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

# PostgreSQL refuses to run as root. Debian leaves 60578..61183 to nobody, and no name is needed to own files.
OWN_ID = 60744


@dataclass(frozen=True, kw_only=True)
class Account:
    """A user of the operating system by number."""

    uid: int
    gid: int

    @property
    def name(self) -> str:
        """The name, or the number where it has none."""
        return _name(self.uid) or str(self.uid)

    @property
    def named(self) -> bool:
        """Whether the system has a name for it; `initdb` runs for nobody else."""
        return _name(self.uid) is not None

    def reaches(self, place: Path) -> bool:
        """Tell whether it may enter or execute `place`, and every folder on the way."""
        asked = subprocess.run(
            ["/usr/bin/test", "-x", str(place)], user=self.uid, group=self.gid, extra_groups=[], check=False, cwd="/"
        )
        return asked.returncode == 0


def database_account() -> Account | None:
    """Give whom the database runs as under root; None where one is an ordinary user already."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError:
        return Account(uid=OWN_ID, gid=OWN_ID)
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)


def _name(uid: int) -> str | None:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return None
