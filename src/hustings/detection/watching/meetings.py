"""Who met whom: rows by actor, pairs of actors that met on several days, and the rows in which pairs met."""

__all__ = ["ByActor", "by_actor", "met_twice", "row_pairs"]

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from hustings.detection.compiled import Codes, Flags, Int64s, compiled
from hustings.detection.occasions import DAY, HOUR
from hustings.detection.radix import by_code
from hustings.detection.traces import Traces


@dataclass(frozen=True, kw_only=True)
class ByActor:
    """Rows of `Traces` by actor, each actor's in their order (of trace and time).

    rows, start   rows of actor x: rows[start[x]:start[x + 1]]
    first         rows that are the first of their actor on their trace, in their order
    left_by       how many actors left each trace
    """

    rows: Codes
    start: Int64s
    first: Int64s
    left_by: Int64s


@compiled
def _firsts(trace: Codes, actor: Codes, left_by: Int64s, last: Codes, first: Int64s) -> int:
    """Write the rows that are the first of their actor on their trace, and count them by trace; give how many."""
    count = 0
    for row in range(len(trace)):
        # Rows come by trace.
        if last[actor[row]] != trace[row]:
            last[actor[row]] = trace[row]
            left_by[trace[row]] += 1
            first[count] = row
            count += 1
    return count


def by_actor(traces: Traces) -> ByActor:
    """In two passes over the rows, one beside the other."""
    with ThreadPoolExecutor(1) as beside:
        ordered = beside.submit(by_code, traces.actor, len(traces.actor_names))
        first, left_by = _first_rows(traces)
        rows, start = ordered.result()
    return ByActor(rows=rows, start=start, first=first, left_by=left_by)


def _first_rows(traces: Traces) -> tuple[Int64s, Int64s]:
    """`first` and `left_by` of `ByActor`."""
    left_by = np.zeros(len(traces.trace_names), np.int64)
    first = np.empty(len(traces), np.int64)
    last = np.full(len(traces.actor_names), -1, np.int32)
    count = _firsts(traces.trace, traces.actor, left_by, last, first)
    return first[:count], left_by


@compiled
def _met_twice(
    rows: Codes, start: Int64s, trace: Codes, at: Int64s, actor: Codes, content: Codes, day: Codes, horizon: int,
    begins: int, fresh: Flags, asked: Codes, everything: bool,
) -> tuple[Int64s, int]:  # fmt: skip
    """Keys (a, b) of pairs that met on two days, at least once in a fresh row, some of them twice; and how many.

    asked   the actors who have fresh rows
    """
    stamp = np.full(len(start) - 1, -1, np.int32)
    seen = np.empty(len(start) - 1, np.int32)
    found, count = np.empty(1 << 16, np.int64), 0
    for me in asked:
        on, mixed = -1, False  # the day of the fresh meetings, and whether there are several
        for fresh_ones in (True, False):
            if not fresh_ones and (on < 0 or everything):
                break
            for k in range(start[me], start[me + 1]):
                row = rows[k]
                if fresh[row] != fresh_ones:
                    continue
                # Further meetings of the same day say nothing; a row near its beginning may meet the day before.
                if not fresh_ones and not mixed and day[row] == on and (at[row] - begins) % DAY >= horizon:
                    continue
                for way in (-1, 1):
                    other = row + way
                    while 0 <= other < len(at) and trace[other] == trace[row] and abs(at[other] - at[row]) <= horizon:
                        who = actor[other]
                        # Where all rows are fresh each pair comes once, from its lower one.
                        if who != me and content[other] != content[row] and (who > me or not everything):
                            when = day[min(other, row)]
                            if stamp[who] != me:
                                if fresh_ones:
                                    stamp[who], seen[who] = me, when
                                    mixed = mixed or (on >= 0 and on != when)
                                    on = when
                            elif seen[who] >= 0 and seen[who] != when:
                                seen[who] = -1
                                if count == len(found):
                                    wider = np.empty(2 * count, np.int64)
                                    wider[:count] = found
                                    found = wider
                                found[count] = np.int64(min(me, who)) << 32 | np.int64(max(me, who))
                                count += 1
                        other += way
    return found, count


def met_twice(traces: Traces, by: ByActor, day: Codes, begins: int, horizon: int, fresh: Flags | None) -> Int64s:
    """Pairs of actors (keys as `pair_key`, sorted) that met on two days at least, at least once in a fresh row.

    Met is: a row of each on the same trace, in different posts, at most the horizon apart. A pair has two
    occasions only if it is among these; posts that share several traces make a few more than that.

    begins   hour in which days begin; fresh: which rows are, all where it is None
    """
    every = np.arange(len(by.start) - 1, dtype=np.int32)
    found, count = _met_twice(
        by.rows, by.start, traces.trace, traces.at, traces.actor, traces.content, day, horizon, begins * HOUR,
        np.ones(len(traces), bool) if fresh is None else fresh,
        every if fresh is None else np.unique(traces.actor[fresh]), fresh is None,
    )  # fmt: skip
    return np.unique(found[:count])


@compiled
def _row_pairs(
    rows: Codes, start: Int64s, trace: Codes, at: Int64s, actor: Codes, content: Codes, horizon: int,
    low: Int64s, high: Int64s, first: Int64s, second: Int64s,
) -> int:  # fmt: skip
    """Write the pairs of rows of these pairs of actors (by the lower one); give how many there are."""
    stamp = np.full(len(start) - 1, -1, np.int32)
    count, room = 0, len(first)
    k = 0
    while k < len(low):
        me = low[k]
        while k < len(low) and low[k] == me:
            stamp[high[k]] = me
            k += 1
        for place in range(start[me], start[me + 1]):
            row = rows[place]
            for way in (-1, 1):
                other = row + way
                while 0 <= other < len(at) and trace[other] == trace[row] and abs(at[other] - at[row]) <= horizon:
                    if stamp[actor[other]] == me and content[other] != content[row]:
                        if count < room:
                            first[count], second[count] = min(row, other), max(row, other)
                        count += 1
                    other += way
    return count


def row_pairs(traces: Traces, by: ByActor, pairs: Int64s, horizon: int) -> tuple[Int64s, Int64s]:
    """The pairs of rows in which pairs of actors (sorted keys) met: the earlier row, the later, in their order."""
    none = np.empty(0, np.int64)
    low, high = pairs >> 32, pairs & 0xFFFFFFFF
    arguments = (
        by.rows, by.start, traces.trace, traces.at, traces.actor, traces.content, horizon, low, high,
    )  # fmt: skip
    count = _row_pairs(*arguments, none, none)
    first, second = np.empty(count, np.int64), np.empty(count, np.int64)
    _row_pairs(*arguments, first, second)
    order = np.lexsort((second, first))
    return first[order], second[order]
