"""How a table is searched live: the one command that sweeps and their trials have in common."""

__all__ = ["live_search"]

from collections.abc import Sequence
from pathlib import Path


def live_search(tables: Sequence[Path], out: Path) -> list[str]:
    """The words behind `hustings`: tables read as one, default settings, files of the run into `out`."""
    return ["detect", *map(str, tables), "--out", str(out), "--json"]
