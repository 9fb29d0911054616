"""Rare things on a cluster: each post counted by its rarest trace, and who shares what."""

__all__ = ["Degrees", "Incidents", "Posting", "PostsBy", "RareShares", "Sharing", "Sizes", "Together"]

from collections.abc import Iterator
from dataclasses import dataclass

import numba
import numpy as np

from hustings.detection.compiled import Int64s
from hustings.detection.spark.pairs import first_times, shared_by_pair
from hustings.detection.spark.rows import Coded, Facts
from hustings.detection.spark.work import Columns, Dealt, Shared, together


@dataclass(frozen=True)
class PostsBy:
    """Rows on traces that somebody else left too, dealt by post."""

    rows: Coded
    popularity: Shared
    parts: int

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        mine = self.rows.part(part, pieces)
        rarity = self.popularity.open()["popularity"][mine.trace[mine.own]]
        keep = mine.begin + np.flatnonzero(rarity >= 2)
        content, rarity = mine.content[keep], rarity[rarity >= 2]
        place = (content.view(np.uint64) >> np.uint64(32)).astype(np.int64) * self.parts >> 32
        order = np.argsort(place, kind="stable")
        limits = np.searchsorted(place[order], np.arange(self.parts + 1))
        for k in range(self.parts):
            if limits[k + 1] > limits[k]:
                cut = order[limits[k] : limits[k + 1]]
                yield k, {
                    "content": content[cut], "actor": mine.actor[keep[cut]], "trace": mine.trace[keep[cut]],
                    "rarity": rarity[cut], "at": mine.at[keep[cut]],
                }  # fmt: skip


@dataclass(frozen=True)
class Posting:
    """Each post of a part by its rarest trace, dealt by that; without times, which `Lefts` has."""

    traces: int
    parts: int

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        rows = together(pieces)
        order = np.lexsort((rows["at"], rows["trace"], rows["rarity"], rows["actor"], rows["content"]))
        post, who = rows["content"][order], rows["actor"][order]
        new = np.ones(len(order), bool)
        new[1:] = (post[1:] != post[:-1]) | (who[1:] != who[:-1])
        keep = order[new]
        place = rows["trace"][keep].astype(np.int64) * self.parts // self.traces
        order = np.argsort(place, kind="stable")
        limits = np.searchsorted(place[order], np.arange(self.parts + 1))
        for k in range(self.parts):
            if limits[k + 1] > limits[k]:
                cut = keep[order[limits[k] : limits[k + 1]]]
                yield k, {
                    "counted": rows["trace"][cut], "actor": rows["actor"][cut], "at": rows["at"][cut],
                    "content": rows["content"][cut],
                }  # fmt: skip


@dataclass(frozen=True)
class Incidents:
    """Who left which trace, counted by it, when first in any post, and when in the one that counts."""

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        counted = together(piece for piece in pieces if "counted" in piece)
        if not counted:
            return
        left = first_times([piece for piece in pieces if "trace" in piece])
        order = np.lexsort((counted["at"], counted["actor"], counted["counted"]))
        counted = {name: column[order] for name, column in counted.items()}
        mine = counted["counted"].astype(np.int64) << 32 | counted["actor"]
        new = np.ones(len(mine), bool)
        new[1:] = mine[1:] != mine[:-1]
        key = left["trace"].astype(np.int64) << 32 | left["actor"]
        yield part, {
            "trace": counted["counted"][new], "actor": counted["actor"][new],
            "at": left["at"][np.searchsorted(key, mine[new])], "counts_at": counted["at"][new],
        }  # fmt: skip
        # Where an actor counts by several posts of one moment, the first by name stands for it: named in the end.
        post = counted["at"] == counted["at"][new][np.cumsum(new) - 1]
        yield part, {
            "of_trace": counted["counted"][post], "of_actor": counted["actor"][post], "content": counted["content"][post],
        }  # fmt: skip


@dataclass(frozen=True)
class Rarity:
    """Which of the incidences are on rare traces."""

    popularity: Shared
    rarest: int

    def of(self, pieces: list[Columns], *, rare: bool) -> Columns:
        """The incidences of a part on rare, or on common, traces."""
        rows = together(piece for piece in pieces if "trace" in piece)
        shares = self.popularity.open()["popularity"][rows["trace"]]
        keep = (shares <= self.rarest) if rare else (shares > self.rarest)
        return {name: column[keep] for name, column in rows.items()}


@dataclass(frozen=True)
class Sizes:
    """Birth and size of each trace, as they are counted."""

    rarity: Rarity

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        for rare in (True, False):
            rows = self.rarity.of(pieces, rare=rare)
            if len(rows["trace"]):
                starts = np.flatnonzero(np.r_[True, rows["trace"][1:] != rows["trace"][:-1]])
                yield int(rare), {
                    "trace": rows["trace"][starts], "birth": np.minimum.reduceat(rows["at"], starts),
                    "size": np.diff(np.r_[starts, len(rows["at"])]), "rare": np.full(len(starts), rare),
                }  # fmt: skip


@dataclass(frozen=True)
class Sharing:
    """Every two actors on each rare trace, dealt by the first."""

    rarity: Rarity
    actors: int
    parts: int

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        rows = self.rarity.of(pieces, rare=True)
        trace, actor = rows["trace"], rows["actor"].astype(np.int64)
        starts = np.flatnonzero(np.r_[True, trace[1:] != trace[:-1]]) if len(trace) else np.empty(0, np.int64)
        size = np.diff(np.r_[starts, len(trace)])
        # So many traces at a time that their pairs are some millions at most.
        load = np.cumsum(size * (size - 1) // 2)
        for cut in np.split(
            np.arange(len(starts)),
            np.searchsorted(load, np.arange(2_000_000, load[-1], 2_000_000)) if len(load) else [],
        ):
            if not len(cut):
                continue
            begin = np.r_[starts[cut], starts[cut[-1]] + size[cut[-1]]]
            key, count = np.unique(_pairs(begin, actor), return_counts=True)
            place = (key >> 32) * self.parts // self.actors
            limits = np.searchsorted(place, np.arange(self.parts + 1))
            for k in range(self.parts):
                if limits[k + 1] > limits[k]:
                    mine = slice(limits[k], limits[k + 1])
                    yield k, {"key": key[mine], "count": count[mine]}
        who, many = np.unique(actor, return_counts=True)
        place = who * self.parts // self.actors
        limits = np.searchsorted(place, np.arange(self.parts + 1))
        for k in range(self.parts):
            if limits[k + 1] > limits[k]:
                mine = slice(limits[k], limits[k + 1])
                yield k, {"who": who[mine], "many": many[mine]}


@numba.njit(cache=True, nogil=True)
def _pairs(begin, actor):  # type: ignore[no-untyped-def]
    """Keys of every two actors between two begins; actors rise there."""
    count = 0
    for run in range(len(begin) - 1):
        size = begin[run + 1] - begin[run]
        count += size * (size - 1) // 2
    keys = np.empty(count, np.int64)
    k = 0
    for run in range(len(begin) - 1):
        for i in range(begin[run], begin[run + 1]):
            for j in range(i + 1, begin[run + 1]):
                keys[k] = actor[i] << 32 | actor[j]
                k += 1
    return keys


@dataclass(frozen=True)
class Together:
    """Pairs that share enough, and how many actors could."""

    fewest: int

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        pairs = together(piece for piece in pieces if "key" in piece)
        many = together(piece for piece in pieces if "who" in piece)
        key, count = _summed(pairs["key"], pairs["count"]) if pairs else (np.empty(0, np.int64),) * 2
        enough = count >= self.fewest
        yield 0, {"key": key[enough], "count": count[enough]}
        _, of = _summed(many["who"], many["many"]) if many else (np.empty(0, np.int64),) * 2
        yield 1, {"able": np.array([int((of >= self.fewest).sum()), int((of >= 2).sum())])}


def _summed(key: Int64s, count: Int64s) -> tuple[Int64s, Int64s]:
    keys, where = np.unique(key, return_inverse=True)
    return keys, np.bincount(where, weights=count, minlength=len(keys)).astype(np.int64)


@dataclass(frozen=True)
class Degrees:
    """How many incidences some actors have in each stratum."""

    rarity: Rarity
    strata: Shared
    actors: Shared
    rare: bool
    count: int

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        rows = self.rarity.of(pieces, rare=self.rare)
        held = self.strata.open()
        stratum = (
            held["stratum"][np.searchsorted(held["trace"], rows["trace"])] if len(rows["trace"]) else rows["trace"]
        )
        mine = np.isin(rows["actor"], self.actors.open()["actor"])
        key, many = np.unique(rows["actor"][mine].astype(np.int64) * self.count + stratum[mine], return_counts=True)
        yield 0, {"key": key, "many": many}


@dataclass(frozen=True)
class RareShares:
    """Rare and common traces that both actors of some pairs are counted by."""

    facts: Facts
    rarity: Rarity
    pairs: Shared
    actors: int

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        for rare in (True, False):
            rows = self.rarity.of(pieces, rare=rare)
            unit, count = shared_by_pair(
                rows["trace"], rows["actor"], self.pairs.open()["key"], self.actors, self.facts
            )
            yield int(rare), {"unit": unit, "count": count, "rare": np.full(len(unit), rare)}
