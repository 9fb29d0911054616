"""Crowds: how close together people who are not tied to each other post one much-shared thing."""

__all__ = ["Crowds", "crowds", "paces", "scales_of", "ties_of"]

from dataclasses import dataclass

import numba
import numpy as np

from hustings.detection.chance import gap_chance
from hustings.detection.compiled import Codes, Floats, Int64s
from hustings.detection.timing import PairTests, TimingSettings
from hustings.detection.traces import Traces

# A trace is a crowd's when so many strangers left it; fewer say too little of its pace.
FEWEST = 60
# Pairs' worth of belief in clocks that know nothing of each other.
PRIOR = 30.0
# A crowd's short gaps are denser than its share within the window says: it is counted at as many scales,
# each half the one before. The finest of a window of a minute is two seconds.
SCALES = 6


@dataclass(frozen=True, kw_only=True)
class Crowds:
    """How many times likelier closeness is among each trace's crowd than among ignorant clocks (>= 1).

    scales    gaps in microseconds, the window first, each half the one before
    factors   per trace, one for each scale; all 1 where there is no crowd
    """

    scales: Int64s
    factors: Floats

    def factor(self, trace: Int64s, gap: Int64s) -> Floats:
        """For acts on these traces with these gaps, that of the finest scale that holds the gap, else the window's."""
        held = np.abs(gap)[:, None] <= self.scales
        return np.asarray(self.factors[trace, np.maximum(held.sum(axis=1) - 1, 0)])


def crowds(
    traces: Traces, first: PairTests, rate: float, settings: TimingSettings, rows: Int64s | None = None
) -> Crowds:
    """The pace of those who left a trace and are not tied to each other, at each scale.

    first     a first pass of the tests of pairs, without crowds; who is linked in it at `rate` is tied.
              A pair that is tied says nothing of the crowd, so a group that alone shares its traces cannot
              pass off its own haste as the custom; a viral minute that strangers make is one.
    rows      the first row of each actor on each trace, in their order, where that is known already
    Edges     an actor counts by its first post. A stranger is tied to fewer than half of those there;
              a trace that fewer than 60 strangers left has factor 1
    Limits    hundreds of accounts of which every one takes part now and then are strangers by this
    """
    factors = np.ones((len(traces.trace_names), SCALES))
    if rows is None:
        order = np.lexsort((traces.at, traces.actor, traces.trace))
        trace, actor = traces.trace[order], traces.actor[order]
        new = np.r_[True, (trace[1:] != trace[:-1]) | (actor[1:] != actor[:-1])] if len(order) else np.empty(0, bool)
        rows = np.sort(order[new])
    ties = ties_of(first, rate, len(traces.actor_names))
    found, mine = paces(traces.trace[rows], traces.at[rows], traces.actor[rows], ties, settings)
    factors[found] = mine
    return Crowds(scales=scales_of(settings), factors=factors)


def scales_of(settings: TimingSettings) -> Int64s:
    """The gaps at which a crowd is counted."""
    return np.array([settings.window >> k for k in range(SCALES)], np.int64)


def ties_of(first: PairTests, rate: float, actors: int) -> tuple[Int64s, Int64s]:
    """Who is tied to whom: those tied to actor x are `tied[start[x]:start[x + 1]]`."""
    linked = first.q <= rate
    a, b = np.r_[first.a[linked], first.b[linked]], np.r_[first.b[linked], first.a[linked]]
    tied = b[np.argsort(a, kind="stable")].astype(np.int64)
    return tied, np.searchsorted(np.sort(a), np.arange(actors + 1))


def paces(
    trace: Codes, at: Int64s, actor: Codes, ties: tuple[Int64s, Int64s], settings: TimingSettings
) -> tuple[Codes, Floats]:
    """Traces with a crowd, and their factors; from each actor's first post on each trace, by (trace, at)."""
    scales = scales_of(settings)
    chance = gap_chance(scales, settings.horizon, settings.resolution)
    found, begin, size = np.unique(trace, return_index=True, return_counts=True)
    large = size >= FEWEST
    rows = np.repeat(large, size)
    found, size = found[large], size[large]
    begin = np.r_[0, np.cumsum(size)].astype(np.int64)
    near, close = np.zeros(len(found), np.int64), np.zeros((len(found), SCALES), np.int64)
    who = actor[rows].astype(np.int64)
    _pairs(begin, at[rows], who, *ties, settings.horizon, scales, FEWEST, near, close)
    # As much belief in every scale as in the window: there, 30 pairs of which the due share is close.
    belief = PRIOR * chance[0]
    return found, np.maximum(1.0, (close + belief) / (near[:, None] * chance + belief))


@numba.njit(cache=True, nogil=True)
def _pairs(begin, at, actor, tied, tied_start, horizon, scales, fewest, near, close):  # type: ignore[no-untyped-def]
    """Per trace with a crowd, the pairs of rows that are not tied: within the horizon, and within each scale.

    begin   where the rows of each trace begin, in order of time (with the end)
    tied    the actors tied to actor x: tied[tied_start[x]:tied_start[x + 1]]
    """
    here = np.full(len(tied_start), -1, np.int64)  # the last trace on which an actor was met
    mine = np.full(len(tied_start), -1, np.int64)  # the last row whose actor it is tied to
    for run in range(len(begin) - 1):
        first, last = begin[run], begin[run + 1]
        for i in range(first, last):
            here[actor[i]] = run
        strangers = 0
        for i in range(first, last):
            ties = 0
            for k in range(tied_start[actor[i]], tied_start[actor[i] + 1]):
                ties += here[tied[k]] == run
            strangers += 2 * ties < last - first
        if strangers < fewest:
            continue
        for i in range(first, last):
            for k in range(tied_start[actor[i]], tied_start[actor[i] + 1]):
                mine[tied[k]] = i
            j = i + 1
            while j < last and at[j] - at[i] <= horizon:
                if mine[actor[j]] != i:
                    near[run] += 1
                    for s in range(len(scales)):
                        close[run, s] += at[j] - at[i] <= scales[s]
                j += 1
