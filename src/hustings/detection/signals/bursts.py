"""Bursts: more of something within minutes than the hours around it explain."""

__all__ = ["burst_rows", "bursts"]

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.special import betainc

from hustings.detection.compiled import Int64s
from hustings.detection.posts.tables import STAMP
from hustings.detection.signals.signal import TRACE_ROWS, SignalSettings

MINUTE = 60_000_000
HOUR = 60 * MINUTE
# What is usual is read off so much before and after, whichever explains most.
AROUND = ((2 * HOUR, 0), (0, 2 * HOUR), (12 * HOUR, 12 * HOUR))
FEWEST = 3


def bursts(at: Int64s, width: int, rate: float) -> Int64s:
    """Number of the burst that each moment belongs to, -1 where it belongs to none.

    at      microseconds, sorted
    Rule    a stretch of `width` that begins with a moment is called unusual if it holds three moments at least, and that
            so many follow the first had a chance of at most `rate` over the number of moments, were they spread evenly
            over the stretch and the two hours before, the two hours after, or the half day on either side (binomial,
            the largest chance of the three): when everybody comes, one side is as dense. Stretches that overlap are one
            burst. What lasts longer than some `width` explains itself; ask with a longer one.
    """
    number = np.full(len(at), -1, np.int64)
    if len(at) < FEWEST:
        return number
    end = np.searchsorted(at, at + width, "right")
    inside = end - np.arange(len(at))
    follow = np.maximum(inside - 1, 1)
    chance = np.zeros(len(at))
    for before, after in AROUND:
        others = np.searchsorted(at, at + width + after, "right") - np.searchsorted(at, at - before) - 1
        share = width / (width + before + after)
        chance = np.maximum(chance, betainc(follow, np.maximum(others - follow + 1, 1), share))
    unusual = (inside >= FEWEST) & (chance * len(at) <= rate)
    count, reach = 0, -1
    for first in np.flatnonzero(unusual).tolist():
        if first >= reach >= 0:
            count += 1
        reach = max(reach, int(end[first]))
        number[first : end[first]] = count
    return number


def burst_rows(who: pa.Table, kind: str, settings: SignalSettings) -> pa.Table:
    """Trace rows of bursts of events, platform by platform.

    who      platform, actor, at (when the event was); events of one actor within one stretch are one
    Trace    the platform and the minute in which the burst begins
    Content  the trace itself, the same for all: whoever belongs to a burst is near the others by that alone, so timing
             must not be asked; rows of one content make no pair. Times are cut to the minute.
    """
    width = settings.burst // timedelta(microseconds=1)
    rows: dict[str, list[object]] = {name: [] for name in TRACE_ROWS.names}
    for platform in sorted(pc.unique(who["platform"]).to_pylist()):
        mine = who.filter(pc.equal(who["platform"], platform))
        mine = mine.group_by(["actor", "at"], use_threads=False).aggregate([])
        actor = mine["actor"].combine_chunks().dictionary_encode()
        at = mine["at"].cast(pa.int64()).to_numpy() // MINUTE * MINUTE
        names = actor.dictionary.to_pylist()
        rank = np.argsort(np.argsort(np.array(names, dtype=object), kind="stable"), kind="stable")
        code = rank[actor.indices.to_numpy()] if len(names) else np.empty(0, np.int64)
        # Of what one actor does at a stretch the first counts.
        order = np.lexsort((at, code))
        code, at = code[order], at[order]
        keep = np.ones(len(at), bool)
        for k in range(1, len(at)):
            keep[k] = code[k] != code[k - 1] or at[k] - at[k - 1] > width
        code, at = code[keep], at[keep]
        order = np.lexsort((code, at))
        code, at = code[order], at[order]
        number = bursts(at, width, settings.burst_rate)
        sorted_names = sorted(names)
        for burst in range(int(number.max()) + 1 if len(number) else 0):
            held = np.flatnonzero(number == burst)
            begin = str(np.datetime64(int(at[held[0]]), "us").astype("datetime64[m]"))
            for place in held.tolist():
                values = (platform, sorted_names[code[place]], kind, f"{platform} {begin}", f"{platform} {begin}")
                for name, value in zip(TRACE_ROWS.names, (*values, int(at[place])), strict=True):
                    rows[name].append(value)
    columns = {name: pa.array(rows[name], pa.string()) for name in TRACE_ROWS.names[:-1]}
    return pa.table({**columns, "at": pa.array(rows["at"], pa.int64()).cast(STAMP)}, schema=TRACE_ROWS)
