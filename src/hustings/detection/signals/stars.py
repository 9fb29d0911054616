"""Stars: sets of near-alike things, each around one of them, so that nothing is chained to what is unlike it.

Things come in a fixed order. The first thing that is alike a later one with which it has no star in common begins a
star of its own and takes in every such thing. So two things that are alike have a star in common; the things of a star
are each alike the one in its middle, and, the distance being a metric, at most twice as far from each other.
"""

__all__ = ["add_to_star", "common_star", "mark_stars", "new_stars", "star_lists", "stars_of_pairs"]

from typing import Any

import numba
import numpy as np

from hustings.detection.compiled import Codes

# Kernels that call these freeze them in: touch near_text.py and near_image.py after a change here.


@numba.njit(cache=True, nogil=True)
def new_stars(things):  # type: ignore[no-untyped-def]
    """Room for the stars of so many things: last entry of each thing, the entries (thing, star, entry before), and marks."""
    return np.full(things, -1, np.int64), np.empty((1024, 3), np.int64), np.full(things, -1, np.int32)


@numba.njit(cache=True, nogil=True)
def add_to_star(last, entries, count, thing, star):  # type: ignore[no-untyped-def]
    """Write an entry down; give the entries, which may have moved to where there is more room."""
    if count == len(entries):
        wider = np.empty((2 * count, 3), np.int64)
        wider[:count] = entries
        entries = wider
    entries[count, 0], entries[count, 1], entries[count, 2] = thing, star, last[thing]
    last[thing] = count
    return entries


@numba.njit(cache=True, nogil=True)
def mark_stars(last, entries, marks, thing):  # type: ignore[no-untyped-def]
    """Mark the stars of a thing as its own, so that others are held against them without walking along them again."""
    i = last[thing]
    while i >= 0:
        marks[entries[i, 1]] = thing
        i = entries[i, 2]


@numba.njit(cache=True, nogil=True)
def common_star(last, entries, marks, marked, other):  # type: ignore[no-untyped-def]
    """Whether a thing has a star in common with the one whose stars were marked."""
    i = last[other]
    while i >= 0:
        if marks[entries[i, 1]] == marked:
            return True
        i = entries[i, 2]
    return False


def star_lists(entries: Any, count: int) -> tuple[Codes, Codes]:
    """Thing and star of each entry, sorted by (star, thing); a star's first thing is its middle."""
    things, stars = entries[:count, 0], entries[:count, 1]
    order = np.lexsort((things, stars))
    return things[order].astype(np.int32), stars[order].astype(np.int32)


@numba.njit(cache=True, nogil=True)
def _of_pairs(things, first, second):  # type: ignore[no-untyped-def]
    last, entries, marks = new_stars(things)
    count, stars = 0, 0
    k = 0
    while k < len(first):
        t = first[k]
        mark_stars(last, entries, marks, t)
        mine = -1
        while k < len(first) and first[k] == t:
            if not common_star(last, entries, marks, t, second[k]):
                if mine < 0:
                    mine = stars
                    stars += 1
                    entries = add_to_star(last, entries, count, t, mine)
                    count += 1
                entries = add_to_star(last, entries, count, second[k], mine)
                count += 1
            k += 1
    return entries, count


def stars_of_pairs(things: int, first: Codes, second: Codes) -> tuple[Codes, Codes]:
    """Stars of pairs that are alike, sorted by (first, second), first before second."""
    return star_lists(*_of_pairs(things, first, second))
