"""The compiled heart: rows in order give pairs in the window, and pairs in order give links.

One call works on one partition of the traces, or of the pairs of actors, so the same functions serve one
machine and the tasks of a cluster. Nothing is ever n by n: from each row one looks ahead as far as the
window reaches, and steps over an actor's own burst at once.
"""

__all__ = [
    "PAIR_WORDS",
    "deal_pairs",
    "deal_rows",
    "near_pairs",
    "next_by_others",
    "pairs_into",
    "summed",
    "window_load",
]

from typing import Any

import numpy as np

from hustings.detection.compiled import Codes, Floats, Int64s, compiled
from hustings.detection.radix import radix_order
from hustings.detection.rows import ACTOR, AT, CONTENT, TRACE

# A pair is five words: who (kind and both actors in one key), how far apart, which trace, which contents.
PAIR_WORDS = 5
KEY, GAP, SHARED, CONTENT_A, CONTENT_B = 0, 1, 2, 3, 4


@compiled
def next_by_others(trace: Int64s, actor: Int64s) -> Int64s:
    """From each row, where the next row of the same trace by another actor may stand."""
    n = len(trace)
    other = np.empty(n, np.int64)
    for k in range(n - 1, -1, -1):
        same = k + 1 < n and trace[k + 1] == trace[k] and actor[k + 1] == actor[k]
        other[k] = other[k + 1] if same else k + 1
    return other


@compiled
def _walk(trace: Int64s, at: Int64s, actor: Int64s, content: Int64s, window: int, first: Int64s, second: Int64s) -> int:
    """Visit every pair once; write it while there is room; give how many there are."""
    n = len(at)
    other = next_by_others(trace, actor)
    found = 0
    for i in range(n):
        j: Any = other[i]
        while j < n and trace[j] == trace[i] and at[j] - at[i] <= window:
            if actor[j] == actor[i]:
                j = other[j]
                continue
            if content[j] != content[i]:
                if found < len(first):
                    first[found] = i
                    second[found] = j
                found += 1
            j += 1
    return found


def near_pairs(
    trace: Int64s | Codes, at: Int64s, actor: Int64s | Codes, content: Int64s | Codes, window: int
) -> tuple[Int64s, Int64s]:
    """Pairs of rows of one trace by different actors in different contents, at most `window` apart.

    Reads    parallel arrays sorted by (trace, at); `window` in the unit of `at`, closed.
    Gives    two int64 arrays of row numbers, first < second, in order of (first, second).
    Costs    the pairs found, plus the rows; memory 16 bytes a pair.
    """
    trace, at, actor, content = (np.ascontiguousarray(column, np.int64) for column in (trace, at, actor, content))
    none = np.empty(0, np.int64)
    found = _walk(trace, at, actor, content, window, none, none)
    first, second = np.empty(found, np.int64), np.empty(found, np.int64)
    _walk(trace, at, actor, content, window, first, second)
    return first, second


@compiled
def deal_rows(rows: Int64s, parts: int) -> tuple[Int64s, Int64s]:
    """Rows in order of the top bits of their trace word, and where each of the `parts` (2^k) begins."""
    shift = np.uint64(64)
    while (1 << (64 - int(shift))) < parts:
        shift -= np.uint64(1)
    limits = np.zeros(parts + 1, np.int64)
    for k in range(len(rows)):
        limits[np.int64(np.uint64(rows[k, TRACE]) >> shift) + 1] += 1
    for part in range(parts):
        limits[part + 1] += limits[part]
    places = limits[:-1].copy()
    dealt = np.empty_like(rows)
    for k in range(len(rows)):
        mine = np.int64(np.uint64(rows[k, TRACE]) >> shift)
        for word in range(4):
            dealt[places[mine], word] = rows[k, word]
        places[mine] += 1
    return dealt, limits


@compiled
def deal_pairs(pairs: Int64s, shift: int, scale: float, parts: int) -> tuple[Int64s, Int64s]:
    """Pairs in rising ranges of (kind, first actor), and where each of the `parts` begins."""
    limits = np.zeros(parts + 1, np.int64)
    for k in range(len(pairs)):
        limits[np.int64((pairs[k, KEY] >> shift) * scale) + 1] += 1
    for part in range(parts):
        limits[part + 1] += limits[part]
    places = limits[:-1].copy()
    dealt = np.empty_like(pairs)
    for k in range(len(pairs)):
        mine = np.int64((pairs[k, KEY] >> shift) * scale)
        for word in range(PAIR_WORDS):
            dealt[places[mine], word] = pairs[k, word]
        places[mine] += 1
    return dealt, limits


@compiled
def window_load(rows: Int64s, window: int, present: Codes) -> tuple[int, int, int]:
    """Row pairs in the window; the most of them on one trace, and that trace's word.

    `present` is zeros, one per actor, and comes back so: then pairs by one actor are not counted. With an
    empty array they are, and the result is a bound that costs next to nothing.
    """
    total, most, which, mine = 0, 0, 0, 0
    end = 0
    exact = len(present) > 0
    for k in range(len(rows)):
        if k > 0 and rows[k, TRACE] != rows[k - 1, TRACE]:
            mine = 0
        end = max(end, k)
        while end < len(rows) and rows[end, TRACE] == rows[k, TRACE] and rows[end, AT] - rows[k, AT] <= window:
            if exact:
                present[rows[end, ACTOR] & 0xFFFFFFFF] += 1
            end += 1
        here = end - k - 1
        if exact:
            here = end - k - present[rows[k, ACTOR] & 0xFFFFFFFF]
            present[rows[k, ACTOR] & 0xFFFFFFFF] -= 1
        mine += here
        total += here
        if mine > most:
            most, which = mine, rows[k, TRACE]
    return total, most, which


@compiled
def pairs_into(
    rows: Int64s, other: Int64s, own: int, window: int, bits: int, actors: int, state: Int64s, into: Int64s
) -> int:
    """Write the pairs of sorted rows until `into` is full or the rows end; go on from `state` next time.

    Rows before `own` are lent by another part: pairs among them are counted there.
    The actor word of a row holds the kind above bit 32 and the actor's rank below; the key of a pair is
    (kind * actors + rank of a) << bits | rank of b, with a before b. `state` is [row, partner].
    """
    n = len(rows)
    written = 0
    i, j = state[0], state[1]
    while i < n:
        if j <= i:
            j = max(other[i], own)
        trace, last, actor = rows[i, TRACE], rows[i, AT] + window, rows[i, ACTOR]
        while j < n and rows[j, TRACE] == trace and rows[j, AT] <= last:
            if rows[j, ACTOR] == actor:
                j = other[j]
                continue
            if rows[j, CONTENT] != rows[i, CONTENT]:
                if written == len(into):
                    state[0], state[1] = i, j
                    return written
                a, b = (i, j) if actor < rows[j, ACTOR] else (j, i)
                kind = actor >> 32
                into[written, KEY] = (kind * actors + (rows[a, ACTOR] & 0xFFFFFFFF)) << bits | (
                    rows[b, ACTOR] & 0xFFFFFFFF
                )
                into[written, GAP] = rows[j, AT] - rows[i, AT]
                into[written, SHARED] = trace
                into[written, CONTENT_A] = rows[a, CONTENT]
                into[written, CONTENT_B] = rows[b, CONTENT]
                written += 1
            j += 1
        i += 1
        j = 0
    state[0], state[1] = n, 0
    return written


@compiled
def _distinct(values: Int64s) -> int:
    """How many different values there are; puts them in order."""
    m = len(values)
    if m <= 32:
        for k in range(1, m):
            one = values[k]
            p = k
            while p > 0 and values[p - 1] > one:
                values[p] = values[p - 1]
                p -= 1
            values[p] = one
    else:
        values.sort()
    count = 1
    for k in range(1, m):
        if values[k] != values[k - 1]:
            count += 1
    return count


@compiled
def summed(pairs: Int64s, fewest: int) -> tuple[Int64s, Int64s, Floats]:
    """Pairs summed by key: keys in rising order, counts (pairs, traces, contents a, contents b), median gap.

    Only keys with at least `fewest` pairs. The gap is in millions of the unit of the window: seconds.
    """
    m = len(pairs)
    raw = np.empty(m, np.uint64)
    for k in range(m):
        raw[k] = np.uint64(pairs[k, KEY])
    order = radix_order(raw)
    links, k = 0, 0
    while k < m:
        run = k
        while k < m and raw[order[k]] == raw[order[run]]:
            k += 1
        if k - run >= fewest:
            links += 1
    keys, counts, median = np.empty(links, np.int64), np.empty((4, links), np.int64), np.empty(links, np.float64)
    scratch = np.empty(16, np.int64)
    links, k = 0, 0
    while k < m:
        run = k
        while k < m and raw[order[k]] == raw[order[run]]:
            k += 1
        size = k - run
        if size < fewest:
            continue
        keys[links] = pairs[order[run], KEY]
        counts[0, links] = size
        if size == 1:
            counts[1, links] = counts[2, links] = counts[3, links] = 1
            median[links] = pairs[order[run], GAP] / 1e6
        else:
            if size > len(scratch):
                scratch = np.empty(size * 2, np.int64)
            for c in range(3):
                for r in range(size):
                    scratch[r] = pairs[order[run + r], SHARED + c]
                counts[1 + c, links] = _distinct(scratch[:size])
            for r in range(size):
                scratch[r] = pairs[order[run + r], GAP]
            _distinct(scratch[:size])
            median[links] = (scratch[(size - 1) // 2] + scratch[size // 2]) / 2e6
        links += 1
    return keys, counts, median
