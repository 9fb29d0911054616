"""Acts: two posts by different actors that share a trace within a horizon, each pair of posts once."""

__all__ = ["Acts", "acts", "acts_among", "each_once", "pairs_of_rows", "popularity", "trains"]

from dataclasses import dataclass

import numba
import numpy as np

from hustings.detection.compiled import Codes, Floats, Int64s, compiled
from hustings.detection.kinds import UNTIMED, kind_codes
from hustings.detection.radix import by_code
from hustings.detection.traces import Traces


@dataclass(frozen=True, kw_only=True)
class Acts:
    """Parallel arrays, one element per act, sorted by (a, b, post of a, post of b).

    a, b          actor codes, a < b
    row_a, row_b  rows of `Traces` that hold the two posts (on the rarest trace the posts share)
    gap           b's time minus a's, microseconds (int64), at most the horizon either way
    trains        how many posts of the other a stretch of two horizons around a post can hold, over those
                  within one horizon of it (float64, at least 1): more than 1 where an actor repeats itself
    day           occasion: number of the day, counted from the quietest hour (int32)
    """

    a: np.ndarray
    b: np.ndarray
    row_a: np.ndarray
    row_b: np.ndarray
    gap: np.ndarray
    trains: np.ndarray
    day: np.ndarray

    def __len__(self) -> int:
        return len(self.a)


@numba.njit(cache=True, nogil=True)
def _walk(trace, at, actor, content, horizon, begin, end, first, second):  # type: ignore[no-untyped-def]
    """Write the row pairs within the horizon; give how many there are (arrays of length 0: count only).

    Of a part of the rows, those outside `begin` to `end` are lent: a pair is the part's that has its later row.
    """
    count = 0
    room = len(first)
    for i in range(end):
        j = max(i + 1, begin)
        while j < end and trace[j] == trace[i] and at[j] - at[i] <= horizon:
            if actor[j] != actor[i] and content[j] != content[i]:
                if count < room:
                    first[count] = i
                    second[count] = j
                count += 1
            j += 1
    return count


def popularity(traces: Traces) -> np.ndarray:
    """How many different actors left each trace (int64 per trace code)."""
    order = np.lexsort((traces.actor, traces.trace))
    trace, actor = traces.trace[order], traces.actor[order]
    new = np.ones(len(order), bool)
    new[1:] = (trace[1:] != trace[:-1]) | (actor[1:] != actor[:-1])
    return np.bincount(trace[new], minlength=len(traces.trace_names))


def acts(traces: Traces, horizon: int, day_of: np.ndarray) -> Acts:
    """All acts within `horizon` (microseconds).

    A post that carries a link and its domain, or several hashtags, shares all of them in one act: a
    pair of posts counts once, by the trace that the fewest actors left. Kinds in `UNTIMED` make no act.
    """
    first, second = _rows_within(traces.trace, traces.at, traces.actor, traces.content, horizon, 0, len(traces))
    return acts_among(traces, first, second, horizon, day_of, popularity(traces))


def acts_among(
    traces: Traces, first: np.ndarray, second: np.ndarray, horizon: int, day_of: np.ndarray, left_by: np.ndarray,
    by_actor: tuple[Codes, Int64s] | None = None,
) -> Acts:  # fmt: skip
    """The acts among pairs of rows that lie within the horizon: all of those of the pairs of actors that are there.

    first, second   rows, the earlier first, in their order
    left_by         how many actors left each trace
    by_actor        rows in the order of (actor, trace, at) and where each actor's begin, where that is known already
    """
    untimed = kind_codes(traces.kinds, UNTIMED)
    if len(untimed):
        timed = ~np.isin(traces.kind[first], untimed)
        first, second = first[timed], second[timed]
    row_a, row_b = _by_side(traces.actor, first, second)
    a, b = traces.actor[row_a], traces.actor[row_b]
    post_a, post_b = traces.content[row_a], traces.content[row_b]
    rarity = left_by[traces.trace[row_a]]
    gap = traces.at[row_b] - traces.at[row_a]
    # Among traces that equally few left, the lowest trace code decides: any order of rows gives the same.
    keep = each_once(a, b, post_a, post_b, rarity, traces.trace[row_a], gap)
    row_a, row_b = row_a[keep], row_b[keep]
    by_actor = by_actor or by_code(traces.actor, len(traces.actor_names))
    return Acts(
        a=a[keep], b=b[keep], row_a=row_a, row_b=row_b, gap=gap[keep], day=day_of[np.minimum(row_a, row_b)],
        trains=trains(traces.trace, traces.at, traces.actor, *by_actor, row_a, row_b, horizon),
    )  # fmt: skip


def pairs_of_rows(
    trace: np.ndarray, at: np.ndarray, actor: np.ndarray, content: np.ndarray, horizon: int, begin: int, end: int
) -> tuple[np.ndarray, np.ndarray]:
    """Rows of a's and of b's posts: every two rows of one trace by different actors within the horizon.

    Rows are sorted by (trace, at); a pair counts where its later row is one of `begin` to `end`.
    """
    return _by_side(actor, *_rows_within(trace, at, actor, content, horizon, begin, end))


def _rows_within(
    trace: np.ndarray, at: np.ndarray, actor: np.ndarray, content: np.ndarray, horizon: int, begin: int, end: int
) -> tuple[np.ndarray, np.ndarray]:
    """Such pairs of rows, the earlier first."""
    none = np.empty(0, np.int32)
    arguments = (trace, at, actor, content, horizon, begin, end)
    count = _walk(*arguments, none, none)
    first, second = np.empty(count, np.int32), np.empty(count, np.int32)
    _walk(*arguments, first, second)
    return first, second


def _by_side(actor: np.ndarray, first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of rows as a's and b's."""
    swap = actor[first] > actor[second]
    return np.where(swap, second, first), np.where(swap, first, second)


def each_once(
    a: np.ndarray, b: np.ndarray, post_a: np.ndarray, post_b: np.ndarray, rarity: np.ndarray, trace: np.ndarray,
    gap: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Which of these pairs of rows stand for their posts, in the order of (a, b, post of a, post of b)."""
    order = np.lexsort((np.abs(gap), trace, rarity, post_b, post_a, b, a))
    same = np.zeros(len(order), bool)
    keys = [column[order] for column in (a, b, post_a, post_b)]
    same[1:] = np.logical_and.reduce([key[1:] == key[:-1] for key in keys])
    return order[~same]


def trains(
    trace: Codes, at: Int64s, actor: Codes, rows: Codes, start: Int64s, row_a: np.ndarray, row_b: np.ndarray,
    horizon: int,
) -> Floats:  # fmt: skip
    """Per act, the larger of how dense a's posts are around b's and b's around a's; `rows`, `start` by actor."""
    a_around_b, b_around_a = (
        _dense(trace, at, rows, start, actor[other], trace[other], at[mine], horizon)
        for mine, other in ((row_b, row_a), (row_a, row_b))
    )
    return np.maximum(a_around_b, b_around_a)


@compiled
def _dense(
    trace: Codes, at: Int64s, rows: Codes, start: Int64s, actor: Codes, thing: Codes, moment: Int64s, horizon: int
) -> Floats:
    """For each act, how the other's posts around mine would be denser, were mine moved: see `Acts.trains`.

    An actor that repeats a trace every 40 minutes is near any moment; within half an hour of one of its own
    posts that does not show. Of the posts within two horizons of mine, half (and one) fit into two horizons.
    """
    result = np.ones(len(actor))
    for i in range(len(actor)):
        low, end = start[actor[i]], start[actor[i] + 1]
        high = end
        while low < high:
            middle = (low + high) // 2
            row = rows[middle]
            if trace[row] < thing[i] or (trace[row] == thing[i] and at[row] < moment[i] - 2 * horizon):
                low = middle + 1
            else:
                high = middle
        near, far = 0, 0
        while low < end and trace[rows[low]] == thing[i] and at[rows[low]] - moment[i] <= 2 * horizon:
            far += 1
            near += abs(at[rows[low]] - moment[i]) <= horizon
            low += 1
        result[i] = max(1.0, ((far + 1) // 2) / max(near, 1))
    return result
