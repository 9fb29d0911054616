"""Results of a run of the watch: a folder of its own, and `now`, which leads to the last one."""

__all__ = ["publish"]

import os
import shutil
from collections.abc import Callable
from pathlib import Path

# Runs left in place for readers who opened one before the next was there.
KEPT = 3


def publish(out: Path, number: int, fill: Callable[[Path], None]) -> Path:
    """Fill a new folder and let `out/now` lead to it, in one move: a reader sees one run or the next, whole."""
    runs = out / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    for left in [*runs.glob(".*.part"), *out.glob(".now.*")]:
        shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()
    part, place = runs / f".{number:09}.part", runs / f"{number:09}"
    part.mkdir()
    try:
        fill(part)
        for path in part.iterdir():
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        if place.exists():  # written before a crash, not yet led to
            shutil.rmtree(place)
        part.replace(place)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    link = out / f".now.{number:09}"
    link.symlink_to(Path("runs") / place.name)
    link.replace(out / "now")
    for old in sorted(path for path in runs.iterdir() if path.is_dir() and path.name < place.name)[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return place
