"""Rare things in a table that grows: the same counts as `RareThings`, by passes over rows instead of sorting."""

__all__ = ["KnownDealt", "KnownRare"]

from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from hustings.detection import content
from hustings.detection.compiled import Codes, Flags, Floats, Int64s, compiled
from hustings.detection.content import ContentSettings, Dealt, Incidences, RareThings
from hustings.detection.radix import by_code
from hustings.detection.traces import Traces
from hustings.detection.watching.meetings import ByActor


@compiled
def _counted(trace: Codes, actor: Codes, post: Codes, left_by: Int64s, posts: int) -> Flags:
    """Which rows stand for their post: of an actor's rows of one post, the first on the rarest trace that is shared."""
    rows_of = np.zeros(posts, np.int32)
    for row in range(len(trace)):
        if left_by[trace[row]] >= 2:
            rows_of[post[row]] += 1
    counted = np.zeros(len(trace), np.bool_)
    best = dict()  # type: ignore[var-annotated] # noqa: C408 - the one empty one that numba knows the types of
    for row in range(len(trace)):
        rare = left_by[trace[row]]
        if rare < 2:
            continue
        if rows_of[post[row]] == 1:
            counted[row] = True
            continue
        key = np.int64(post[row]) << 32 | np.int64(actor[row])
        # Rows come by trace, so that among equally rare traces the lowest stays.
        if key not in best or rare < left_by[trace[best[key]]]:
            best[key] = np.int64(row)
    for one in best.values():
        counted[one] = True
    return counted


@compiled
def _incidences(
    trace: Codes, actor: Codes, counted: Flags, left_by: Int64s, actors: int, rarest: int
) -> tuple[Codes, Codes, int]:
    """Of each actor on each trace the row of its first post counted there and its first row, by trace.

    On traces that at most `rarest` actors left they are in the order of their actors, elsewhere of time.
    """
    last, begun, done = np.full(actors, -1, np.int32), np.empty(actors, np.int32), np.full(actors, -1, np.int32)
    row_of, first_of = np.empty(len(trace), np.int32), np.empty(len(trace), np.int32)
    count, start = 0, 0
    for row in range(len(trace)):
        me, thing = actor[row], trace[row]
        if row > 0 and trace[row - 1] != thing:
            start = count
        if last[me] != thing:
            last[me], begun[me] = thing, row
        if counted[row] and done[me] != thing:
            done[me] = thing
            place = count
            while left_by[thing] <= rarest and place > start and actor[row_of[place - 1]] > me:
                row_of[place], first_of[place] = row_of[place - 1], first_of[place - 1]
                place -= 1
            row_of[place], first_of[place] = row, begun[me]
            count += 1
    return row_of, first_of, count


@compiled
def _sharing(
    begin: Int64s, trace: Codes, by: Codes, start: Int64s, actor: Codes, fewest: int
) -> tuple[Int64s, Int64s, int]:
    """Pairs (a, b) of actors that share at least `fewest` of these traces, by a: keys, counts, and how many.

    begin     where the incidences of each trace begin; by, start   incidences by actor
    """
    able = start[1:] - start[:-1] >= fewest
    counted = np.zeros(len(start) - 1, np.int32)
    met = np.empty(len(start) - 1, np.int32)
    keys, shared, count = np.empty(1 << 12, np.int64), np.empty(1 << 12, np.int64), 0
    for me in range(len(start) - 1):
        if not able[me]:
            continue
        others = 0
        for k in range(start[me], start[me + 1]):
            thing = trace[by[k]]
            # Incidences of a trace come by actor: those behind mine are the higher ones.
            for other in range(by[k] + 1, begin[thing + 1]):
                who = actor[other]
                if not able[who]:
                    continue
                if counted[who] == 0:
                    met[others] = who
                    others += 1
                counted[who] += 1
        for k in range(others):
            who = met[k]
            if counted[who] >= fewest:
                if count == len(keys):
                    wider, more = np.empty(2 * count, np.int64), np.empty(2 * count, np.int64)
                    wider[:count], more[:count] = keys, shared
                    keys, shared = wider, more
                keys[count], shared[count] = np.int64(me) << 32 | np.int64(who), counted[who]
                count += 1
            counted[who] = 0
    return keys, shared, count


class KnownDealt(Dealt):
    """`Dealt` whose matrices hold only the actors asked for."""

    def __init__(self, part: Incidences, traces: Traces) -> None:
        self.part = part
        self.trace_kind = traces.trace_kind
        self.stratum = content._strata(part, traces)  # noqa: SLF001 - the same package, the same periods
        strata = int(self.stratum.max()) + 1 if len(part.actor) else 1
        self.total = np.maximum(np.bincount(self.stratum, minlength=strata), 1).astype(float)
        starts = np.flatnonzero(np.r_[True, part.trace[1:] != part.trace[:-1]]) if len(part.actor) else np.empty(0, int)
        sizes = np.diff(np.r_[starts, len(part.actor)])
        meetings = np.bincount(self.stratum[starts], weights=sizes * (sizes - 1.0), minlength=strata)
        self.weight = meetings / self.total**2
        self.kind = np.zeros(strata, np.int64)
        self.kind[self.stratum] = traces.trace_kind[part.trace]
        self._actors, self._traces = len(traces.actor_names), len(traces.trace_names)

    @cached_property
    def by_actor(self) -> tuple[Codes, Int64s]:
        """Incidences by actor, and where each actor's begin."""
        return by_code(self.part.actor, self._actors)

    def degrees(self, actors: np.ndarray) -> sparse.csr_matrix:
        """Incidences by period of these actors; nothing of others."""
        mine, actor = self._held(np.unique(actors))
        return sparse.csr_matrix(
            (np.ones(len(mine)), (actor, self.stratum[mine])), shape=(self._actors, len(self.total))
        )

    def _held(self, actors: np.ndarray) -> tuple[Int64s, np.ndarray]:
        """The incidences of these actors, and whose each is."""
        rows, start = self.by_actor
        many = start[actors + 1] - start[actors]
        place = np.arange(many.sum()) + np.repeat(start[actors] - (np.cumsum(many) - many), many)
        return rows[place].astype(np.int64), np.repeat(actors, many)

    def _of(self, a: Codes, b: Codes) -> tuple[Any, Any, Any, Any]:
        """The incidences of these actors, numbered anew, and the pairs in the new numbers."""
        who, place = np.unique(np.r_[a, b], return_inverse=True)
        mine, actor = self._held(who)
        return mine, np.searchsorted(who, actor), place[: len(a)], place[len(a) :]

    def expected(self, a: Codes, b: Codes, kind: int | None = None) -> Floats:
        """Shared by chance, over all kinds or of one."""
        weight = self.weight if kind is None else np.where(self.kind == kind, self.weight, 0.0)
        mine, actor, one, two = self._of(a, b)
        degree = sparse.csr_matrix(
            (np.ones(len(mine)), (actor, self.stratum[mine])), shape=(len(a) + len(b), len(self.total))
        )
        return np.asarray(content.expected_shared(one, two, degree, weight))

    def shared(self, a: Codes, b: Codes, kind: int | None = None) -> Int64s:
        """Shared indeed, over all kinds or of one."""
        mine, actor, one, two = self._of(a, b)
        trace = self.part.trace[mine]
        if kind is not None:
            of = self.trace_kind[trace] == kind
            actor, trace = actor[of], trace[of]
        left = sparse.csr_matrix((np.ones(len(trace)), (actor, trace)), shape=(len(a) + len(b), self._traces))
        return np.asarray(content.shared_counts(left, one, two))


class KnownRare(RareThings):
    """`RareThings` of rows that are known by actor."""

    def __init__(self, traces: Traces, settings: ContentSettings, day: Codes, by: ByActor) -> None:
        self.settings = settings
        self.actors = len(traces.actor_names)
        counted = _counted(traces.trace, traces.actor, traces.content, by.left_by, len(traces.content_names))
        row, first, count = _incidences(traces.trace, traces.actor, counted, by.left_by, self.actors, settings.rarest)
        row, first = row[:count], first[:count]
        every = Incidences(
            actor=traces.actor[row], trace=traces.trace[row], at=traces.at[first], row=row.astype(np.int64)
        )
        shares = by.left_by[every.trace]
        self.dealt = KnownDealt(every.where((shares >= 2) & (shares <= settings.rarest)), traces)
        self.common = KnownDealt(every.where(shares > settings.rarest), traces)
        part = self.dealt.part
        self.day = day[part.row]
        self.able = int((np.bincount(part.actor, minlength=self.actors) >= 2).sum())
        self.trace_start = np.r_[0, np.cumsum(np.bincount(part.trace, minlength=len(traces.trace_names)))]
        self.by_actor: np.ndarray
        self.by_actor, self.actor_start = self.dealt.by_actor
        self._shared = self._pairs()

    def sharing(self) -> tuple[Codes, Codes, Int64s]:
        """The pairs of actors that share at least `fewest` rare traces, sorted by (a, b), and how many they share."""
        return self._shared

    def _pairs(self) -> tuple[Codes, Codes, Int64s]:
        part = self.dealt.part
        keys, counts, count = _sharing(
            self.trace_start, part.trace, np.asarray(self.by_actor, np.int32), self.actor_start, part.actor,
            self.settings.fewest,
        )  # fmt: skip
        order = np.argsort(keys[:count])
        keys = keys[:count][order]
        return (keys >> 32).astype(np.int32), (keys & 0xFFFFFFFF).astype(np.int32), counts[:count][order]
