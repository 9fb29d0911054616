"""Rhythm: two actors post in the same minutes, day after day, whatever they post."""

__all__ = [
    "RhythmTests",
    "Together",
    "crowding",
    "met_in_minutes",
    "rhythm_tests",
    "tested_rhythm",
    "together",
    "too_full",
]

from dataclasses import dataclass

import numba
import numpy as np

from hustings.detection.acts import Acts
from hustings.detection.chance import benjamini_hochberg
from hustings.detection.compiled import Codes, Floats, Int64s
from hustings.detection.kinds import STATES, kind_codes
from hustings.detection.traces import Traces

MINUTE = 60_000_000
# Fewer days of one minute link nobody: no such chance is rare enough among all pairs.
FEWEST = 4
# From so many actors in an hour on, the hour's own crowd says how often two posts of it fall into one minute.
CROWD = 60
# As much belief in evenly spread minutes as this many pairs of posts are worth.
BELIEF = 30.0
# Pairs of posts in one minute that are looked at; the fullest minutes are left out beyond it.
MOST = 5_000_000


@dataclass(frozen=True, kw_only=True)
class RhythmTests:
    """One row per pair of actors with at least `FEWEST` days on which both posted in one minute, sorted by (a, b).

    days    days on which both posted in the same hours; hits: of these, days with a minute in common
    p, q    chance of as many, and the false discovery rate over all `tests` pairs active on enough days
    """

    a: Codes
    b: Codes
    days: Int64s
    hits: Int64s
    p: Floats
    q: Floats
    tests: int


@dataclass(frozen=True, kw_only=True)
class _Posts:
    """Posts of the actors active on enough days, each once; sorted by (minute, actor, content)."""

    minute: Int64s
    actor: Codes
    content: Codes
    day: Codes


def _posts(traces: Traces, day: Codes) -> _Posts:
    states = kind_codes(traces.kinds, STATES)
    rows = np.flatnonzero(~np.isin(traces.kind, states)) if len(states) else np.arange(len(traces))
    actor, content, minute = traces.actor[rows], traces.content[rows], traces.at[rows] // MINUTE
    order = np.lexsort((content, actor, minute))
    actor, content, minute, day = actor[order], content[order], minute[order], day[rows][order]
    new = np.ones(len(order), bool)
    new[1:] = (minute[1:] != minute[:-1]) | (actor[1:] != actor[:-1]) | (content[1:] != content[:-1])
    return _Posts(minute=minute[new], actor=actor[new], content=content[new], day=day[new])


def _active(posts: _Posts, actors: int) -> np.ndarray:
    """Who posted on at least `FEWEST` days."""
    days = np.unique(posts.actor.astype(np.int64) << 32 | posts.day)
    return np.bincount(days >> 32, minlength=actors) >= FEWEST


@numba.njit(cache=True, nogil=True)
def _together(start, actor, content, key, first, second, room):  # type: ignore[no-untyped-def]
    """Write down the pairs of posts of each minute: pair of actors, the two contents in the order of the actors."""
    count = 0
    for run in range(len(start) - 1):
        for i in range(start[run], start[run + 1]):
            for j in range(i + 1, start[run + 1]):
                # Within a minute posts are in the order of their actors.
                if actor[i] != actor[j] and content[i] != content[j]:
                    if room:
                        key[count] = np.int64(actor[i]) << 32 | np.int64(actor[j])
                        first[count], second[count] = i, j
                    count += 1
    return count


def met_in_minutes(start: Int64s, actor: Codes, content: np.ndarray) -> tuple[Int64s, Int64s, Int64s]:
    """Keys of two actors and rows of their posts, for every two posts of a minute; minutes begin at `start`."""
    none = np.empty(0, np.int64)
    count = _together(start, actor, content, none, none, none, False)
    key, first, second = np.empty(count, np.int64), np.empty(count, np.int64), np.empty(count, np.int64)
    _together(start, actor, content, key, first, second, True)
    return key, first, second


def too_full(pairs: Int64s, most: int) -> np.ndarray:
    """Which minutes have so many pairs of posts that the others have `most` at most; the fullest go first."""
    out = np.zeros(len(pairs), bool)
    if int(pairs.sum()) > most:
        fullest = np.lexsort((np.arange(len(pairs)), -pairs))
        left = int(pairs.sum()) - np.cumsum(pairs[fullest])
        out[fullest[: int(np.argmax(left <= most)) + 1]] = True
    return out


@dataclass(frozen=True, kw_only=True)
class Together:
    """Posts of two actors in one minute, before any act is left out.

    key, first, second   pair of actors, and the two posts as places in `posts`, in the order of the actors
    """

    posts: _Posts
    able: np.ndarray
    key: Int64s
    first: Int64s
    second: Int64s

    def often(self) -> Int64s:
        """Pairs of actors that posted in one minute on enough days, whether or not they shared a trace there."""
        return _often(self.key, self.posts.day[self.first])[0]


def together(traces: Traces, day: Codes, most: int | None = None) -> Together:
    """All of them, or without the fullest minutes."""
    posts = _posts(traces, day)
    able = _active(posts, len(traces.actor_names))
    mine = np.flatnonzero(able[posts.actor])
    minute = posts.minute[mine]
    start = np.flatnonzero(np.r_[True, minute[1:] != minute[:-1], True]) if len(mine) else np.zeros(1, np.int64)
    sizes = np.diff(start)
    out = too_full(sizes * (sizes - 1) // 2, MOST if most is None else most)
    if out.any():
        mine = mine[~np.repeat(out, sizes)]
        minute = posts.minute[mine]
        start = np.flatnonzero(np.r_[True, minute[1:] != minute[:-1], True]) if len(mine) else np.zeros(1, np.int64)
    key, first, second = met_in_minutes(start, posts.actor[mine], posts.content[mine])
    return Together(posts=posts, able=able, key=key, first=mine[first], second=mine[second])


def _often(key: Int64s, day: Codes) -> tuple[Int64s, Int64s]:
    """The keys with at least `FEWEST` days, and how many."""
    day = day.astype(np.int64)
    order = np.argsort(key, kind="stable")
    key, day = key[order], day[order]
    begins = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if len(key) else np.empty(0, np.int64)
    size = np.diff(np.r_[begins, len(key)])
    # Most pairs meet once: they are let go before anything is sorted by two columns.
    keep = np.repeat(size >= FEWEST, size)
    key, day = key[keep], day[keep]
    order = np.lexsort((day, key))
    key, day = key[order], day[order]
    new = np.ones(len(key), bool)
    new[1:] = (key[1:] != key[:-1]) | (day[1:] != day[:-1])
    pair, hits = np.unique(key[new], return_counts=True)
    return pair[hits >= FEWEST], hits[hits >= FEWEST]


def _hits(traces: Traces, met: Together, near: Acts) -> tuple[Int64s, Int64s]:
    """Pairs of actors with enough days on which they posted in one minute without sharing a trace there; those days."""
    # Who does not have enough days with shared traces has not enough without.
    wanted = np.isin(met.key, met.often())
    key, first, second = met.key[wanted], met.first[wanted], met.second[wanted]
    actor, content = met.posts.actor, met.posts.content
    # Posts that share a trace are timing's evidence, and are not counted again.
    close = np.abs(near.gap) < MINUTE
    acts = [
        traces.actor[row].astype(np.int64) << 32 | traces.content[row] for row in (near.row_a[close], near.row_b[close])
    ]
    both = [actor[row].astype(np.int64) << 32 | content[row] for row in (first, second)]
    names = np.unique(np.concatenate(acts))
    code = [np.searchsorted(names, keys) for keys in (*acts, *both)]
    # A post of no such act has no code of its own; what stands at its place is another.
    known = np.ones(len(key), bool)
    for place, keys in zip(code[2:], both, strict=True):
        known &= np.r_[names, -1][place] == keys
    free = ~(known & np.isin(code[2] << 32 | code[3], code[0] << 32 | code[1]))
    return _often(key[free], met.posts.day[first[free]])


def crowding(hour: Int64s, actor: Codes, minute: Int64s) -> tuple[Int64s, Floats]:
    """Per hour of the table, how many times likelier two posts of it fall into one minute than if spread evenly."""
    hours, index = np.unique(hour, return_inverse=True)
    posts = np.bincount(index).astype(float)
    who = np.unique(index.astype(np.int64) << 32 | actor)
    actors = np.bincount(who >> 32, minlength=len(hours))
    minutes, counts = np.unique(minute, return_counts=True)
    together = np.bincount(
        np.searchsorted(hours, minutes // 60), weights=counts * (counts - 1) / 2, minlength=len(hours)
    )
    even = BELIEF / 60
    factor = np.maximum(1.0, (together + even) / (posts * (posts - 1) / 2 / 60 + even))
    return hours, np.where(actors >= CROWD, factor, 1.0)


@numba.njit(cache=True, nogil=True)
def _chances(a, b, hits, start, hour, day, posts, crowding, habit, total):  # type: ignore[no-untyped-def]
    """Days in common, and the chance of as many hits, of each pair of actors (codes into the cells' own)."""
    chance, days = np.ones(len(a)), np.zeros(len(a), np.int64)
    for k in range(len(a)):
        one, two = a[k], b[k]
        alike = 0.0
        for m in range(60):
            alike += habit[one, m] * habit[two, m]
        alike /= total[one] * total[two]
        # tail[j]: chance of j hits so far; the last holds all that have enough.
        tail = np.zeros(hits[k] + 1)
        tail[0] = 1.0
        i, j = start[one], start[two]
        due, today = 0.0, -1
        while True:
            ended = i == start[one + 1] or j == start[two + 1]
            same = (not ended) and hour[i] == hour[j]
            if today >= 0 and (ended or (same and day[i] != today)):
                hit = min(1.0, due)
                days[k] += 1
                tail[hits[k]] += tail[hits[k] - 1] * hit
                for n in range(hits[k] - 1, 0, -1):
                    tail[n] = tail[n] * (1 - hit) + tail[n - 1] * hit
                tail[0] *= 1 - hit
                due = 0.0
            if ended:
                break
            if same:
                today = day[i]
                due += posts[i] * posts[j] * alike * crowding[i]
                i += 1
                j += 1
            elif hour[i] < hour[j]:
                i += 1
            else:
                j += 1
        chance[k] = min(1.0, tail[hits[k]])
    return days, chance


def rhythm_tests(
    traces: Traces, near: Acts, day: Codes, most: int | None = None, met: Together | None = None
) -> RhythmTests:
    """Test every two actors for posting in the same minutes on more days than their habits explain.

    day     occasion of each row
    met     what `together` gives, where it is known already
    Null    each actor keeps in which hours it posts, how often, and its own habit of minutes within the hour; which of
            its minutes falls into which hour is drawn by lot, and nobody's lot depends on another's.
    Rule    a day on which both post in the same hours has a hit with the chance of at most the sum over those hours of
            posts times posts times the chance that a minute of one is a minute of the other, times how crowded the
            minutes of the hour are where 60 actors or more posted in it. p: as many days with a hit, or more.
    Limits  one scheduler, or an audience of one broadcast, keeps the same minutes too, so this ground names nobody by
            itself. Who posts once a day at the same minute has that minute for a habit, which explains everything.
    """
    met = together(traces, day, most) if met is None else met
    posts = met.posts
    active = int(met.able.sum())
    tests = active * (active - 1) // 2
    pair, hits = _hits(traces, met, near)
    a, b = (pair >> 32).astype(np.int32), (pair & 0xFFFFFFFF).astype(np.int32)
    # Several posts of an actor in one minute are one.
    new = np.ones(len(posts.minute), bool)
    new[1:] = (posts.minute[1:] != posts.minute[:-1]) | (posts.actor[1:] != posts.actor[:-1])
    minute, actor, on = posts.minute[new], posts.actor[new], posts.day[new]
    hours, factor = crowding(minute // 60, actor, minute)
    mine = np.flatnonzero(np.isin(actor, np.union1d(a, b)))
    return tested_rhythm(pair, hits, actor[mine], minute[mine], on[mine], hours, factor, tests)


def tested_rhythm(
    pair: Int64s, hits: Int64s, actor: Codes, minute: Int64s, on: Codes, hours: Int64s, factor: Floats, tests: int
) -> RhythmTests:
    """Test pairs of actors (keys, rising) by the minutes, each once, in which their actors posted, and their days.

    hours, factor   how crowded each hour is (hours rise)
    """
    a, b = (pair >> 32).astype(np.int32), (pair & 0xFFFFFFFF).astype(np.int32)
    who = np.union1d(a, b)
    code = np.searchsorted(who, actor)
    habit = np.bincount(code * 60 + minute % 60, minlength=60 * len(who)).reshape(-1, 60).astype(float)
    order = np.lexsort((minute, code))
    code, hour, on = code[order], minute[order] // 60, on[order]
    first = np.flatnonzero(np.r_[True, (code[1:] != code[:-1]) | (hour[1:] != hour[:-1])]) if len(code) else code
    days, p = _chances(
        np.searchsorted(who, a), np.searchsorted(who, b), hits, np.searchsorted(code[first], np.arange(len(who) + 1)),
        hour[first], on[first], np.diff(np.r_[first, len(code)]), factor[np.searchsorted(hours, hour[first])],
        habit, habit.sum(axis=1),
    )  # fmt: skip
    q = benjamini_hochberg(p, max(tests, len(p)))
    return RhythmTests(a=a, b=b, days=days, hits=hits.astype(np.int64), p=p, q=q, tests=tests)
