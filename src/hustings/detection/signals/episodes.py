"""Episodes: the posts of one thing (a text, a meaning) that lie within one window; what is compared in time."""

__all__ = ["Episodes", "episode_rows", "episodes"]

from dataclasses import dataclass
from datetime import timedelta

import numba
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hustings.detection.compiled import Codes, Int64s
from hustings.detection.signals.signal import TRACE_ROWS, trace_rows


@dataclass(frozen=True, kw_only=True)
class Episodes:
    """Parallel arrays, one element per episode, sorted by (first, place of the first post).

    thing   code of what was posted
    first, last   microseconds of its first and last post, at most a window apart
    post, of      posts (places in the table) and the episode of each, sorted by (episode, place)
    """

    thing: Codes
    first: Int64s
    last: Int64s
    post: Int64s
    of: Codes

    def __len__(self) -> int:
        return len(self.thing)


def episodes(posts: pa.Table, things: pa.Array, window: timedelta) -> Episodes:
    """The episodes of posts in the order of time; a post whose thing is null has none."""
    place = np.flatnonzero(things.is_valid().to_numpy(zero_copy_only=False))
    thing = things.drop_null().to_numpy().astype(np.int32)
    at = posts["at"].cast(pa.int64()).to_numpy()[place]
    order = np.lexsort((place, thing))
    begins = _begins(thing[order], at[order], window // timedelta(microseconds=1))
    number = np.cumsum(begins) - 1
    head = order[begins]
    ends = np.r_[np.flatnonzero(begins)[1:], len(order)] - 1
    first, last = at[head], at[order[ends]] if len(order) else at[head]
    by_time = np.lexsort((place[head], first))
    rank = np.empty(len(by_time), np.int32)
    rank[by_time] = np.arange(len(by_time), dtype=np.int32)
    of, post = rank[number], place[order]
    again = np.lexsort((post, of))
    return Episodes(
        thing=thing[head][by_time], first=first[by_time], last=last[by_time], post=post[again], of=of[again]
    )


@numba.njit(cache=True, nogil=True)
def _begins(thing, at, window):  # type: ignore[no-untyped-def]
    begins = np.zeros(len(thing), np.bool_)
    start = 0
    for k in range(len(thing)):
        if k == 0 or thing[k] != thing[k - 1] or at[k] - at[start] > window:
            begins[k] = True
            start = k
    return begins


def episode_rows(posts: pa.Table, kind: str, units: Episodes, things: Codes, stars: Codes) -> pa.Table:
    """Trace rows of posts by the stars of their episodes, and by their own episode where it has no star.

    The trace is named by the first post of the episode in the star's middle, as `platform content`. A trace of one
    actor alone is left out.
    """
    alone = np.setdiff1d(np.arange(len(units)), things)
    begin = np.searchsorted(units.of, np.arange(len(units) + 1))
    first_star = int(stars.max()) + 1 if len(stars) else 0
    unit = np.r_[things, alone].astype(np.int64)
    star = np.r_[stars, first_star + np.arange(len(alone))].astype(np.int64)
    order = np.lexsort((unit, star))
    unit, star = unit[order], star[order]
    counts = begin[unit + 1] - begin[unit]
    rows = np.repeat(begin[unit] - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum())
    post, of_star = units.post[rows], np.repeat(star, counts)
    heads = np.flatnonzero(np.r_[True, of_star[1:] != of_star[:-1]]) if len(of_star) else np.empty(0, np.int64)
    who = pc.binary_join_element_wise(posts["platform"], posts["actor"], "\x1f").combine_chunks()
    actor = who.dictionary_encode().indices.to_numpy(zero_copy_only=False) if len(posts) else np.empty(0, np.int32)
    differ = actor[post] != np.repeat(actor[post[heads]], np.diff(np.r_[heads, len(post)]))
    shared = np.add.reduceat(differ, heads) > 0 if len(heads) else np.empty(0, bool)
    keep = np.repeat(shared, np.diff(np.r_[heads, len(post)]))
    if not keep.any():
        return TRACE_ROWS.empty_table()
    middle = np.repeat(post[heads], np.diff(np.r_[heads, len(post)]))[keep]
    names = pc.binary_join_element_wise(posts["platform"], posts["content"], " ").take(pa.array(middle))
    return trace_rows(posts, kind, names.combine_chunks(), rows=post[keep])
