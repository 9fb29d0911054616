"""Kinds of trace that are no acts in time, or whose rows were chosen for their time."""

__all__ = ["STATES", "UNTIMED", "kind_codes"]

from collections.abc import Collection

import numpy as np
import pyarrow as pa

# What an account is, or a burst it belongs to: nothing was posted.
STATES = frozenset({"handle", "profile_text", "profile_picture", "created_burst", "deleted_burst"})
# Acts that are near each other by the choice alone: timing is not asked of them, content is.
UNTIMED = frozenset({"fast_repost"})


def kind_codes(kinds: pa.Array, among: Collection[str]) -> np.ndarray:
    """Codes of the kinds of a table that are among these."""
    return np.array([code for code, kind in enumerate(kinds.to_pylist()) if kind in among], np.int64)
