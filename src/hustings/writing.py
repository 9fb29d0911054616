"""Results that are there whole or not at all.

A file is written beside its place and moved there when complete; a folder of results is prepared
beside its place and its files moved in together, the one named `last` at the very end.
"""

__all__ = ["whole_file", "whole_folder"]

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hustings.errors import EnvironmentLacks

# Errors of the operating system that say "no room here", not "a bug".
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def _no_room(error: OSError, place: Path) -> EnvironmentLacks:
    return EnvironmentLacks(
        f"There is no room to write {place} ({error.strerror}). Nothing was left half-written. "
        "Free some space or name another place, then run the same command again."
    )


@contextmanager
def whole_file(place: Path) -> Iterator[Path]:
    """Give a path to write to; on success it becomes `place`, on any error nothing remains."""
    place = Path(place)
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{place.name}.", suffix=".part", dir=place.parent)
    os.close(handle)
    part = Path(name)
    try:
        yield part
        part.chmod(0o644)
        part.replace(place)
    except OSError as error:
        if error.errno in NO_ROOM:
            raise _no_room(error, place) from error
        raise
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def whole_folder(place: Path, *, last: str | None = None) -> Iterator[Path]:
    """Give an empty folder to fill; on success its files are moved into `place`, `last` at the end.

    Files already in `place` under other names stay. A reader that waits for `last` never sees a
    mixture of two runs without it: `last` is removed before the first file is moved.
    """
    place = Path(place)
    place.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{place.name}.", suffix=".part", dir=place.parent))
    try:
        yield part
        place.mkdir(parents=True, exist_ok=True)
        names = sorted(entry.name for entry in part.iterdir())
        if last is not None:
            (place / last).unlink(missing_ok=True)
            names.sort(key=lambda name: (name == last, name))
        for name in names:
            target = place / name
            if target.is_dir():
                shutil.rmtree(target)
            (part / name).replace(target)
    except OSError as error:
        if error.errno in NO_ROOM:
            raise _no_room(error, place) from error
        raise
    finally:
        shutil.rmtree(part, ignore_errors=True)
