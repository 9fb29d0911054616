"""Acts: two posts by different actors that share a trace within a horizon, each pair of posts once."""

__all__ = ["Acts", "acts", "acts_among", "popularity"]

from dataclasses import dataclass

import numba
import numpy as np

from hustings.detection.kinds import UNTIMED, kind_codes
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
def _walk(trace, at, actor, content, horizon, first, second):  # type: ignore[no-untyped-def]
    """Write the row pairs within the horizon; give how many there are (arrays of length 0: count only)."""
    count = 0
    rows = len(at)
    room = len(first)
    for i in range(rows):
        j = i + 1
        while j < rows and trace[j] == trace[i] and at[j] - at[i] <= horizon:
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
    none = np.empty(0, np.int32)
    arguments = (traces.trace, traces.at, traces.actor, traces.content, horizon)
    count = _walk(*arguments, none, none)
    first, second = np.empty(count, np.int32), np.empty(count, np.int32)
    _walk(*arguments, first, second)
    return acts_among(traces, first, second, horizon, day_of, popularity(traces))


def acts_among(
    traces: Traces, first: np.ndarray, second: np.ndarray, horizon: int, day_of: np.ndarray, left_by: np.ndarray,
    by_actor: np.ndarray | None = None,
) -> Acts:  # fmt: skip
    """The acts among pairs of rows that lie within the horizon: all of those of the pairs of actors that are there.

    first, second   rows, the earlier first, in their order
    left_by         how many actors left each trace
    by_actor        rows in the order of (actor, trace, at), where that is known already
    """
    untimed = kind_codes(traces.kinds, UNTIMED)
    if len(untimed):
        timed = ~np.isin(traces.kind[first], untimed)
        first, second = first[timed], second[timed]
    count = len(first)
    swap = traces.actor[first] > traces.actor[second]
    row_a, row_b = np.where(swap, second, first), np.where(swap, first, second)
    a, b = traces.actor[row_a], traces.actor[row_b]
    post_a, post_b = traces.content[row_a], traces.content[row_b]
    rarity = left_by[traces.trace[row_a]]
    gap = traces.at[row_b] - traces.at[row_a]
    # Among traces that equally few left, the lowest trace code decides: any order of rows gives the same.
    order = np.lexsort((np.abs(gap), traces.trace[row_a], rarity, post_b, post_a, b, a))
    same = np.zeros(count, bool)
    keys = [column[order] for column in (a, b, post_a, post_b)]
    same[1:] = np.logical_and.reduce([key[1:] == key[:-1] for key in keys])
    keep = order[~same]
    row_a, row_b = row_a[keep], row_b[keep]
    if by_actor is None:
        by_actor = np.lexsort((traces.at, traces.trace, traces.actor))
    key, moment = traces.actor[by_actor].astype(np.int64) << 32 | traces.trace[by_actor], traces.at[by_actor]
    return Acts(
        a=a[keep], b=b[keep], row_a=row_a, row_b=row_b, gap=gap[keep], day=day_of[np.minimum(row_a, row_b)],
        trains=np.maximum(
            _trains(traces, key, moment, row_a, row_b, horizon), _trains(traces, key, moment, row_b, row_a, horizon)
        ),
    )  # fmt: skip


def _trains(
    traces: Traces, key: np.ndarray, at: np.ndarray, mine: np.ndarray, other: np.ndarray, horizon: int
) -> np.ndarray:
    """For each act, how the other's posts around mine would be denser, were mine moved: see `Acts.trains`.

    An actor that repeats a trace every 40 minutes is near any moment; within half an hour of one of its own
    posts that does not show. Of the posts within two horizons of mine, half (and one) fit into two horizons.
    """
    wanted = traces.actor[other].astype(np.int64) << 32 | traces.trace[other]
    return _dense(key, at, wanted, traces.at[mine], horizon)


@numba.njit(cache=True, nogil=True)
def _dense(key, at, wanted, moment, horizon):  # type: ignore[no-untyped-def]
    result = np.ones(len(wanted))
    for i in range(len(wanted)):
        low, high = np.searchsorted(key, wanted[i]), np.searchsorted(key, wanted[i], "right")
        k = low + np.searchsorted(at[low:high], moment[i] - 2 * horizon)
        near, far = 0, 0
        while k < high and at[k] - moment[i] <= 2 * horizon:
            gap = abs(at[k] - moment[i])
            far += gap <= 2 * horizon
            near += gap <= horizon
            k += 1
        result[i] = max(1.0, ((far + 1) // 2) / max(near, 1))
    return result
