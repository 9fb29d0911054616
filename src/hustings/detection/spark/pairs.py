"""Pairs of actors on a cluster: acts dealt by pair, tests of their timing, and counts over all kinds."""

__all__ = ["Acting", "Counted", "CrowdPace", "PairTesting", "Shares", "Tied"]

from collections.abc import Iterator
from dataclasses import dataclass

import numba
import numpy as np

from hustings.detection.acts import Acts, each_once, pairs_of_rows, trains
from hustings.detection.compiled import Floats, Int64s
from hustings.detection.crowd import Crowds, paces
from hustings.detection.network import pair_key
from hustings.detection.radix import by_code
from hustings.detection.spark.rows import Coded, Facts
from hustings.detection.spark.work import Columns, Dealt, Shared, together
from hustings.detection.timing import TimingSettings, act_chances, occasion_tests, pair_tests


@dataclass(frozen=True)
class Near:
    """Pairs of rows within the horizon, dealt by their first actor."""

    rows: Coded
    facts: Facts
    horizon: int
    popularity: Shared
    actors: int
    parts: int

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        mine = self.rows.part(part, pieces)
        row_a, row_b = pairs_of_rows(mine.trace, mine.at, mine.actor, mine.content, self.horizon, mine.begin, mine.end)
        timed = self.facts.timed(mine.trace[row_a])
        row_a, row_b = row_a[timed], row_b[timed]
        a, b = mine.actor[row_a], mine.actor[row_b]
        by_actor = by_code(mine.actor, self.actors)
        dense = trains(mine.trace, mine.at, mine.actor, *by_actor, row_a, row_b, self.horizon)
        rarity = self.popularity.open()["popularity"][mine.trace[row_a]]
        place = a.astype(np.int64) * self.parts // self.actors
        order = np.argsort(place, kind="stable")
        limits = np.searchsorted(place[order], np.arange(self.parts + 1))
        at_a, at_b = mine.at[row_a], mine.at[row_b]
        for k in range(self.parts):
            for begin in range(limits[k], limits[k + 1], 500_000):
                cut = order[begin : min(begin + 500_000, limits[k + 1])]
                yield k, {
                    "a": a[cut], "b": b[cut], "post_a": mine.content[row_a[cut]], "post_b": mine.content[row_b[cut]],
                    "rarity": rarity[cut], "trace": mine.trace[row_a[cut]], "at": np.minimum(at_a[cut], at_b[cut]),
                    "gap": at_b[cut] - at_a[cut], "trains": dense[cut],
                }  # fmt: skip


@dataclass(frozen=True)
class Acting:
    """Pairs of rows of a part of the actors as acts: each pair of posts once."""

    facts: Facts

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        near = together(pieces)
        # Pieces come in any order; what is equal in all else is taken by time, as rows stand on one machine.
        order = np.lexsort((near["gap"] < 0, near["at"]))
        near = {name: column[order] for name, column in near.items()}
        keep = each_once(*(near[name] for name in ("a", "b", "post_a", "post_b", "rarity", "trace", "gap")))
        columns = {name: near[name][keep] for name in ("a", "b", "post_a", "post_b", "trace", "at", "gap", "trains")}
        yield part, {**columns, "day": self.facts.day(columns["at"])}


@dataclass(frozen=True)
class Factors:
    """The crowds of the whole table, as every task can look them up."""

    table: Shared
    scales: Int64s

    def of(self, trace: np.ndarray, gap: np.ndarray) -> Floats:
        """What `Crowds.factor` gives."""
        held = self.table.open()
        codes, factors = held["code"], held["factor"].reshape(-1, len(self.scales))
        crowds = Crowds(scales=self.scales, factors=np.vstack([factors, np.ones(len(self.scales))]))
        place = np.searchsorted(codes, trace)
        known = np.r_[codes, -1][place] == trace
        return crowds.factor(np.where(known, place, len(codes)), gap)


def as_acts(columns: Columns) -> Acts:
    """The acts of a part; their rows are elsewhere."""
    none = np.empty(0, np.int32)
    return Acts(**{name: columns[name] for name in ("a", "b", "gap", "trains", "day")}, row_a=none, row_b=none)


@dataclass(frozen=True)
class PairTesting:
    """The timing of a part's pairs; q is for whoever has all of them."""

    timing: TimingSettings
    factors: Factors | None

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        acts = together(pieces)
        found = pair_tests(
            as_acts(acts), self.timing, None if self.factors is None else self.factors.of(acts["trace"], acts["gap"])
        )
        yield 0, {name: getattr(found, name) for name in ("a", "b", "occasions", "close", "p")}


@dataclass(frozen=True)
class CrowdPace:
    """Factors of the crowded traces among those that a part knows who left."""

    timing: TimingSettings
    ties: Shared

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        left = first_times(pieces)
        order = np.lexsort((left["actor"], left["at"], left["trace"]))
        held = self.ties.open()
        code, factor = paces(
            left["trace"][order], left["at"][order], left["actor"][order], (held["tied"], held["start"]), self.timing
        )
        yield 0, {"code": code.astype(np.int64)}
        yield 1, {"factor": factor.ravel()}


def first_times(pieces: list[Columns]) -> Columns:
    """Who left which trace and when first, once each, by (trace, actor)."""
    left = together(pieces)
    order = np.lexsort((left["at"], left["actor"], left["trace"]))
    trace, actor = left["trace"][order], left["actor"][order]
    new = np.ones(len(order), bool)
    new[1:] = (trace[1:] != trace[:-1]) | (actor[1:] != actor[:-1])
    return {"trace": trace[new], "actor": actor[new], "at": left["at"][order][new]}


@dataclass(frozen=True)
class Counted:
    """How many actors left each trace of a part."""

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        left = first_times(pieces)
        code, count = np.unique(left["trace"], return_counts=True)
        yield 0, {"trace": code, "count": count}


@dataclass(frozen=True)
class Tied:
    """Acts of some pairs, counted by kind."""

    facts: Facts
    pairs: Shared
    timing: TimingSettings
    factors: Factors

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        acts = together(pieces)
        keys = self.pairs.open()["key"]
        key = pair_key(acts["a"], acts["b"])
        place = np.minimum(np.searchsorted(keys, key), max(len(keys) - 1, 0))
        mine = keys[place] == key if len(keys) else np.zeros(len(key), bool)
        yield 1, {"all": np.array([len(key)])}
        gap = acts["gap"][mine]
        kinds = len(self.facts.kind_start) - 1
        unit, where = np.unique(place[mine] * kinds + self.facts.kind(acts["trace"][mine]), return_inverse=True)
        close = np.abs(gap) <= self.timing.window
        # The same tests as of pairs, on the acts of one kind at a time.
        chance = act_chances(as_acts(acts), self.timing, self.factors.of(acts["trace"], acts["gap"]))[mine]
        _, _, p = occasion_tests(where, len(unit), acts["day"][mine], chance, self.timing)
        columns = {"unit": unit, "near": np.bincount(where, minlength=len(unit)), "p_timing": p}
        for name, those in (("acts", close), ("first_a", close & (gap > 0)), ("first_b", close & (gap < 0))):
            columns[name] = np.bincount(where[those], minlength=len(unit))
        yield 0, columns


@dataclass(frozen=True)
class Shares:
    """Traces that both actors of some pairs left, counted by kind."""

    facts: Facts
    pairs: Shared
    actors: int

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        left = first_times(pieces)
        keys = self.pairs.open()["key"]
        unit, count = shared_by_pair(left["trace"], left["actor"], keys, self.actors, self.facts)
        yield 0, {"unit": unit, "count": count}


def shared_by_pair(
    trace: np.ndarray, actor: np.ndarray, keys: Int64s, actors: int, facts: Facts
) -> tuple[Int64s, Int64s]:
    """(place of the pair in `keys`) * kinds + kind, and how many traces both left; rows by (trace, actor), once each."""
    start = np.searchsorted(keys >> 32, np.arange(actors + 1))
    starts = np.flatnonzero(np.r_[True, trace[1:] != trace[:-1]]) if len(trace) else np.empty(0, np.int64)
    begin = np.r_[starts, len(trace)]
    kinds = len(facts.kind_start) - 1
    kind = facts.kind(trace[starts]) if len(trace) else np.empty(0, np.int64)
    counts = np.zeros(len(keys) * kinds, np.int64)
    _both(begin, actor, kind, keys & 0xFFFFFFFF, start, kinds, actors, counts)
    unit = np.flatnonzero(counts)
    return unit, counts[unit]


@numba.njit(cache=True, nogil=True)
def _both(begin, actor, kind, partner, start, kinds, actors, counts):  # type: ignore[no-untyped-def]
    """Count, for each pair, the traces both left; from the side with fewer to look up."""
    here = np.full(actors, -1, np.int64)
    for run in range(len(begin) - 1):
        first, last = begin[run], begin[run + 1]
        if last - first < 2:
            continue
        for i in range(first, last):
            here[actor[i]] = run
        for i in range(first, last):
            for k in range(start[actor[i]], start[actor[i] + 1]):
                if here[partner[k]] == run:
                    counts[k * kinds + kind[run]] += 1
