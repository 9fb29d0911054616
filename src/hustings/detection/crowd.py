"""Crowds: how close together people who are not tied to each other post one much-shared thing."""

__all__ = ["community_numbers", "crowd_factor"]

import numba
import numpy as np

from hustings.detection.compiled import Codes, Floats, Int64s
from hustings.detection.timing import TimingSettings
from hustings.detection.traces import Traces

# A trace is a crowd's when so many left it who do not belong together; fewer say too little of its pace.
FEWEST = 60
# Pairs' worth of belief in clocks that know nothing of each other.
PRIOR = 30.0


@numba.njit(cache=True, nogil=True)
def _pairs(trace, at, horizon, window, near, close):  # type: ignore[no-untyped-def]
    """Per trace code, the pairs of rows within the horizon and within the window."""
    for i in range(len(at)):
        j = i + 1
        while j < len(at) and trace[j] == trace[i] and at[j] - at[i] <= horizon:
            near[trace[i]] += 1
            if at[j] - at[i] <= window:
                close[trace[i]] += 1
            j += 1


def crowd_factor(traces: Traces, community: Int64s, settings: TimingSettings) -> Floats:
    """Per trace, how many times likelier closeness is among a crowd than among ignorant clocks (>= 1).

    community   per actor, a number that actors linked in a first pass share: each community counts as
                one actor, by its first post. So a group that alone shares its traces is no crowd and
                cannot pass off its own haste as the custom; a viral minute that strangers make is one.
    Edges       a trace that fewer than 60 communities left has factor 1
    """
    who = community[traces.actor]
    order = np.lexsort((traces.at, who, traces.trace))
    trace, who = traces.trace[order], who[order]
    first = np.r_[True, (trace[1:] != trace[:-1]) | (who[1:] != who[:-1])] if len(order) else np.empty(0, bool)
    rows = np.sort(order[first])
    size = np.bincount(traces.trace[rows], minlength=len(traces.trace_names))
    rows = rows[size[traces.trace[rows]] >= FEWEST]
    near, close = np.zeros(len(size), np.int64), np.zeros(len(size), np.int64)
    _pairs(traces.trace[rows], traces.at[rows], settings.horizon, settings.window, near, close)
    rate = (close + PRIOR * settings.close) / (near + PRIOR)
    return np.maximum(1.0, rate / settings.close)


def community_numbers(groups: list[Codes], actors: int) -> Int64s:
    """Per actor, its group's lowest actor code, or its own."""
    number = np.arange(actors, dtype=np.int64)
    for group in groups:
        number[group] = group.min()
    return number
