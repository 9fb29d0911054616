"""The compiled heart: rows of one trace, in time order, give the pairs that lie in the window."""

__all__ = ["near_pairs"]

import numba
import numpy as np


@numba.njit(cache=True)
def _walk(trace, at, actor, content, window, first, second):  # type: ignore[no-untyped-def]
    """Visit every pair in the window once; write it while there is room; give how many there are."""
    n = len(at)
    # From each row, the next row of the same trace by somebody else, so that one actor's burst is
    # stepped over at once and never costs the square of its length.
    other = np.empty(n, np.int64)
    for i in range(n - 1, -1, -1):
        joined = i + 1 < n and trace[i + 1] == trace[i] and actor[i + 1] == actor[i]
        other[i] = other[i + 1] if joined else i + 1
    found = 0
    room = len(first)
    for i in range(n):
        j = other[i]
        while j < n and trace[j] == trace[i] and at[j] - at[i] <= window:
            if actor[j] == actor[i]:
                j = other[j]
                continue
            if content[j] != content[i]:
                if found < room:
                    first[found] = i
                    second[found] = j
                found += 1
            j += 1
    return found


def near_pairs(
    trace: np.ndarray, at: np.ndarray, actor: np.ndarray, content: np.ndarray, window: int
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of rows of one trace by different actors in different contents, at most `window` apart.

    Reads    parallel arrays sorted by (trace, at); `window` in the unit of `at`, closed.
    Gives    two int64 arrays of row numbers, first < second, in order of (first, second).
    Costs    the pairs found, plus the rows; memory 16 bytes a pair.
    """
    none = np.empty(0, np.int64)
    found = _walk(trace, at, actor, content, window, none, none)
    first, second = np.empty(found, np.int64), np.empty(found, np.int64)
    _walk(trace, at, actor, content, window, first, second)
    return first, second
