"""Secrets of an installation: made once, one file each, readable by their owner alone."""

__all__ = ["secret"]

import os
import stat
from collections.abc import Callable
from pathlib import Path

from hustings.errors import EnvironmentLacks


def secret(place: Path, make: Callable[[], bytes]) -> bytes:
    """Give what `place` holds; made up and kept there where there is none.

    Raises   EnvironmentLacks where others may read it: a key that was open may have been read.
    """
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = place.with_name(f".{place.name}.part")
    if not place.exists():
        part.unlink(missing_ok=True)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(make())
            file.flush()
            os.fsync(handle)
        part.rename(place)
    if stat.S_IMODE(place.stat().st_mode) & 0o077:
        raise EnvironmentLacks(
            f"The key {place} can be read by others (mode {stat.S_IMODE(place.stat().st_mode):03o}). Decide whether it "
            f"was read; then chmod 600 {place}, or remove it to have a new one made."
        )
    return place.read_bytes()
