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
from hustings.detection.compiled import Codes, Flags, Floats, Int64s, compiled
from hustings.detection.kinds import STATES, kind_codes
from hustings.detection.radix import by_code
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
    """Posts of the actors active on enough days, each once; sorted by (actor, minute, content).

    place           which of the minutes of all hours with posts it is in: 60 times the hour's place in `hours`, and so on
    hours, factor   hours with posts, and how crowded each is, by the posts of everybody
    active          how many actors are active on enough days
    """

    place: Codes
    actor: Codes
    content: Codes
    day: Codes
    hours: Int64s
    factor: Floats
    active: int

    @property
    def minute(self) -> Int64s:
        """Minutes since 1970."""
        return np.asarray(self.hours[self.place // 60] * 60 + self.place % 60)


@compiled
def _counted(rows: Codes, start: Int64s, place: Codes, fewest: int, day_of: Codes, crowd: Int64s, met: Int64s) -> Flags:
    """Who posted on at least so many days; counts each minute's and each hour's actors. A `place` below 0 does not count."""
    able = np.zeros(len(start) - 1, np.bool_)
    seen, seen_hour = np.full(len(crowd), -1, np.int32), np.full(len(met), -1, np.int32)
    seen_day = np.full(day_of.max() + 1, -1, np.int32)
    for me in range(len(start) - 1):
        days = 0
        for k in range(start[me], start[me + 1]):
            minute = place[rows[k]]
            if minute < 0:
                continue
            if seen[minute] == me:
                continue
            seen[minute] = me
            crowd[minute] += 1
            hour = minute // 60
            if seen_hour[hour] == me:
                continue
            seen_hour[hour] = me
            met[hour] += 1
            # All of an hour is of one day.
            if seen_day[day_of[hour]] != me:
                seen_day[day_of[hour]] = me
                days += 1
        able[me] = days >= fewest
    return able


@compiled
def _written(
    rows: Codes, start: Int64s, place: Codes, content: Codes, able: Flags, to_key: Int64s, to_actor: Codes
) -> int:
    """Write the posts of these actors, each once: minute and content as one key, and the actor; give how many."""
    count = 0
    for me in range(len(start) - 1):
        if not able[me]:
            continue
        begin = count
        for k in range(start[me], start[me + 1]):
            row = rows[k]
            if place[row] >= 0:
                to_key[count] = np.int64(place[row]) << 32 | content[row]
                count += 1
        mine = np.sort(to_key[begin:count])
        count = begin
        for k in range(len(mine)):
            if k == 0 or mine[k] != mine[k - 1]:
                to_key[count], to_actor[count] = mine[k], me
                count += 1
    return count


def _hours(hour: Int64s) -> tuple[Int64s, Codes]:
    """The hours that occur, rising, and the place among them of each."""
    low, high = int(hour.min()), int(hour.max())
    if high - low > 2 * len(hour) + 1_000_000:
        hours, place = np.unique(hour, return_inverse=True)
        return hours, place.astype(np.int32)
    seen = np.zeros(high - low + 1, bool)
    seen[hour - low] = True
    return low + np.flatnonzero(seen), (np.cumsum(seen, dtype=np.int32) - 1)[hour - low]


def _posts(traces: Traces, day: Codes, by: tuple[Codes, Int64s]) -> _Posts:
    rows, start = by
    states = kind_codes(traces.kinds, STATES)
    counted = ~np.isin(traces.kind, states) if len(states) else np.ones(len(traces), bool)
    if not counted.any():
        none = np.empty(0, np.int32)
        return _Posts(
            place=none, actor=none, content=none, day=none, hours=np.empty(0, np.int64), factor=np.empty(0), active=0
        )
    minute = traces.at // MINUTE
    hours, place = _hours(minute // 60)
    place = place * np.int32(60) + (minute % 60).astype(np.int32)
    day_of = np.zeros(len(hours), np.int32)
    day_of[place // 60] = day
    place[~counted] = -1
    crowd, met = np.zeros(60 * len(hours), np.int64), np.zeros(len(hours), np.int64)
    able = _counted(rows, start, place, FEWEST, day_of, crowd, met)
    room = int(np.diff(start)[able].sum())
    key, actor = np.empty(room, np.int64), np.empty(room, np.int32)
    count = _written(rows, start, place, traces.content, able, key, actor)
    key, actor = key[:count], actor[:count]
    of_post = (key >> 32).astype(np.int32)
    return _Posts(
        place=of_post, actor=actor, content=(key & 0xFFFFFFFF).astype(np.int32), day=day_of[of_post // 60],
        hours=hours, factor=_factor(crowd.reshape(-1, 60).sum(axis=1), met, _pairs(crowd).reshape(-1, 60).sum(axis=1)),
        active=int(able.sum()),
    )  # fmt: skip


def _pairs(count: Int64s) -> Int64s:
    """How many pairs there are of so many."""
    return np.asarray(count * (count - 1) // 2)


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
    key: Int64s
    first: Int64s
    second: Int64s

    def often(self) -> Int64s:
        """Pairs of actors that posted in one minute on enough days, whether or not they shared a trace there."""
        return _often(self.key, self.posts.day[self.first])[0]


def together(traces: Traces, day: Codes, most: int | None = None, by: tuple[Codes, Int64s] | None = None) -> Together:
    """All of them, or without the fullest minutes; `by` the rows by actor, where they are known already."""
    posts = _posts(traces, day, by_code(traces.actor, len(traces.actor_names)) if by is None else by)
    minutes = 60 * len(posts.hours)
    out = too_full(_pairs(np.bincount(posts.place, minlength=minutes)), MOST if most is None else most)
    mine = np.flatnonzero(~out[posts.place])
    order, start = by_code(posts.place[mine], minutes)
    mine = mine[order]
    key, first, second = met_in_minutes(start, posts.actor[mine], posts.content[mine])
    return Together(posts=posts, key=key, first=mine[first], second=mine[second])


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
    """Per hour of the table, how many times likelier two posts of it fall into one minute than if spread evenly.

    The minutes are each actor's, each once.
    """
    hours, index = np.unique(hour, return_inverse=True)
    who = np.unique(index.astype(np.int64) << 32 | actor)
    minutes, counts = np.unique(minute, return_counts=True)
    together = np.bincount(np.searchsorted(hours, minutes // 60), weights=_pairs(counts), minlength=len(hours))
    return hours, _factor(np.bincount(index), np.bincount(who >> 32, minlength=len(hours)), together)


def _factor(posts: Int64s, actors: Int64s, together: np.ndarray) -> Floats:
    """How crowded an hour is: by its posts, its actors, and the pairs of posts that share a minute."""
    even = BELIEF / 60
    factor = np.maximum(1.0, (together + even) / (_pairs(posts) / 60 + even))
    return np.where(actors >= CROWD, factor, 1.0)


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
    tests = posts.active * (posts.active - 1) // 2
    pair, hits = _hits(traces, met, near)
    a, b = (pair >> 32).astype(np.int32), (pair & 0xFFFFFFFF).astype(np.int32)
    # Several posts of an actor in one minute are one.
    wanted = np.zeros(len(traces.actor_names), bool)
    wanted[a], wanted[b] = True, True
    new = wanted[posts.actor]
    new[1:] &= (posts.place[1:] != posts.place[:-1]) | (posts.actor[1:] != posts.actor[:-1])
    return tested_rhythm(
        pair, hits, posts.actor[new], posts.minute[new], posts.day[new], posts.hours, posts.factor, tests
    )


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
