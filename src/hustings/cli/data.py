"""Where real data lies: `HUSTINGS_DATA`, else `../shared/data` beside the checkout."""

__all__ = ["data_folder"]

import os
from pathlib import Path


def data_folder() -> Path | None:
    """Give the folder of real data, or None where there is none.

    None of it is part of the repository. A `HUSTINGS_DATA` that names no folder means "no real
    data", so that `HUSTINGS_DATA= hustings demo` runs on the simulator's sample.
    """
    named = os.environ.get("HUSTINGS_DATA")
    checkout = Path(__file__).resolve().parents[3]
    folder = Path(named) if named else checkout.parent / "shared" / "data"
    if named is not None and not named:
        return None
    return folder if folder.is_dir() else None
