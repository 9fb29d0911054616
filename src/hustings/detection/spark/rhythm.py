"""Rhythm on a cluster: posts dealt by the hour, pairs of them by actor, tested as on one machine."""

__all__ = ["rhythm_on_cluster"]

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hustings.detection import rhythm
from hustings.detection.rhythm import RhythmTests, crowding, met_in_minutes, tested_rhythm, too_full
from hustings.detection.spark.rows import Coded, Facts
from hustings.detection.spark.work import Cluster, Columns, Dealt, Shared, Table, together


@dataclass(frozen=True)
class ByHour:
    """Posts, dealt by the hour they are of."""

    rows: Coded
    facts: Facts
    parts: int

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        mine = self.rows.part(part, pieces)
        rows = mine.begin + np.flatnonzero(~np.isin(self.facts.kind(mine.trace[mine.own]), self.facts.states))
        at = mine.at[rows]
        place = at // (60 * rhythm.MINUTE) % self.parts
        for k in np.unique(place).tolist():
            cut = rows[place == k]
            at = mine.at[cut]
            yield k, {
                "minute": at // rhythm.MINUTE, "actor": mine.actor[cut], "content": mine.content[cut],
                "day": self.facts.day(at),
            }  # fmt: skip


@dataclass(frozen=True)
class Posts:
    """The posts of a part, each once, by (minute, actor, content)."""

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        rows = together(pieces)
        order = np.lexsort((rows["content"], rows["actor"], rows["minute"]))
        rows = {name: column[order] for name, column in rows.items()}
        new = np.ones(len(order), bool)
        new[1:] = np.logical_or.reduce([rows[name][1:] != rows[name][:-1] for name in ("minute", "actor", "content")])
        yield part, {name: column[new] for name, column in rows.items()}


@dataclass(frozen=True)
class Days:
    """Days of each actor, dealt by actor."""

    actors: int
    parts: int

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        posts = together(pieces)
        key = np.unique(posts["actor"].astype(np.int64) << 32 | posts["day"])
        place = (key >> 32) * self.parts // self.actors
        limits = np.searchsorted(place, np.arange(self.parts + 1))
        for k in range(self.parts):
            if limits[k + 1] > limits[k]:
                yield k, {"key": key[limits[k] : limits[k + 1]]}


@dataclass(frozen=True)
class Active:
    """Who posted on enough days."""

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        who, days = np.unique(np.unique(together(pieces)["key"]) >> 32, return_counts=True)
        yield 0, {"actor": who[days >= rhythm.FEWEST]}


@dataclass(frozen=True)
class Hours:
    """How crowded each hour of a part is, and the pairs of posts in each of its minutes."""

    able: Shared

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        posts = together(pieces)
        minute, actor = posts["minute"], posts["actor"]
        new = np.ones(len(minute), bool)
        new[1:] = (minute[1:] != minute[:-1]) | (actor[1:] != actor[:-1])
        hours, factor = crowding(minute[new] // 60, actor[new], minute[new])
        yield 0, {"hour": hours, "factor": factor}
        minutes, sizes = np.unique(minute[np.isin(actor, self.able.open()["actor"])], return_counts=True)
        yield 1, {"minute": minutes, "pairs": sizes * (sizes - 1) // 2}


@dataclass(frozen=True)
class InMinutes:
    """Every two posts of one minute, dealt by their first actor."""

    able: Shared
    full: Shared
    actors: int
    parts: int

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        posts = together(pieces)
        keep = np.isin(posts["actor"], self.able.open()["actor"]) & ~np.isin(
            posts["minute"], self.full.open()["minute"]
        )
        posts = {name: column[keep] for name, column in posts.items()}
        minute = posts["minute"]
        start = np.flatnonzero(np.r_[True, minute[1:] != minute[:-1], True]) if len(minute) else np.zeros(1, np.int64)
        key, first, second = met_in_minutes(start, posts["actor"], posts["content"])
        place = (key >> 32) * self.parts // self.actors
        order = np.argsort(place, kind="stable")
        limits = np.searchsorted(place[order], np.arange(self.parts + 1))
        for k in range(self.parts):
            if limits[k + 1] > limits[k]:
                cut = order[limits[k] : limits[k + 1]]
                yield k, {
                    "key": key[cut], "first": posts["content"][first[cut]], "second": posts["content"][second[cut]],
                    "on": posts["day"][first[cut]],
                }  # fmt: skip


@dataclass(frozen=True)
class CloseActs:
    """Acts within a minute, which are timing's evidence and not counted again; where they are."""

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        acts = together(pieces)
        close = np.abs(acts["gap"]) < rhythm.MINUTE
        yield part, {
            "act": acts["a"][close].astype(np.int64) << 32 | acts["b"][close], "first": acts["post_a"][close],
            "second": acts["post_b"][close],
        }  # fmt: skip


@dataclass(frozen=True)
class Hits:
    """Pairs of a part with enough days on which they posted in one minute without sharing a trace there."""

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        met = together(piece for piece in pieces if "key" in piece)
        if not met:
            return
        acts = together(piece for piece in pieces if "act" in piece)
        if acts:
            rows = np.column_stack(
                [
                    np.r_[acts["act"], met["key"]],
                    np.r_[acts["first"], met["first"]],
                    np.r_[acts["second"], met["second"]],
                ]
            )
            _, code = np.unique(rows, axis=0, return_inverse=True)
            code, size = code.ravel(), len(acts["act"])
            free = ~np.isin(code[size:], code[:size])
        else:
            free = np.ones(len(met["key"]), bool)
        days = np.unique(np.column_stack([met["key"][free], met["on"][free].astype(np.int64)]), axis=0)
        pair, hits = np.unique(days[:, 0], return_counts=True)
        yield 0, {"pair": pair[hits >= rhythm.FEWEST], "hits": hits[hits >= rhythm.FEWEST]}


@dataclass(frozen=True)
class MinutesOf:
    """The minutes in which some actors posted."""

    who: Shared

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        posts = together(pieces)
        minute, actor = posts["minute"], posts["actor"]
        new = np.ones(len(minute), bool)
        new[1:] = (minute[1:] != minute[:-1]) | (actor[1:] != actor[:-1])
        new &= np.isin(actor, self.who.open()["actor"])
        yield 0, {"minute": minute[new], "actor": actor[new], "day": posts["day"][new]}


def rhythm_on_cluster(
    cluster: Cluster, rows: Table, acts: Table, reading: Coded, facts: Facts, actors: int, parts: int
) -> RhythmTests:
    """What `rhythm_tests` gives; of actors with enough minutes in common the minutes of their posts come here."""
    dealt = cluster.deal([(rows, ByHour(reading, facts, parts))], parts)
    posts = cluster.keep(cluster.deal([(dealt, Posts())], parts))
    none = np.empty(0, np.int64)
    able = [piece["actor"] for piece in cluster.gather(cluster.deal([(posts, Days(actors, parts))], parts), Active())]
    active = np.unique(np.concatenate([*able, none]))
    tests = len(active) * (len(active) - 1) // 2
    shared = cluster.share(actor=active)
    seen = cluster.gather(posts, Hours(shared))
    hours = together(piece for piece in seen if "hour" in piece) or {"hour": none, "factor": np.empty(0)}
    order = np.argsort(hours["hour"])
    minutes = together(piece for piece in seen if "pairs" in piece) or {"minute": none, "pairs": none}
    by_time = np.argsort(minutes["minute"])
    full = minutes["minute"][by_time][too_full(minutes["pairs"][by_time], rhythm.MOST)]
    met = InMinutes(shared, cluster.share(minute=full), actors, parts)
    found = together(cluster.gather(cluster.deal([(posts, met), (acts, CloseActs())], parts), Hits()))
    pair, hits = (found["pair"], found["hits"]) if found else (none, none)
    in_order = np.argsort(pair)
    pair, hits = pair[in_order], hits[in_order]
    who = np.union1d(pair >> 32, pair & 0xFFFFFFFF)
    mine = together(cluster.gather(posts, MinutesOf(cluster.share(actor=who)))) if len(who) else {}
    mine = mine or {"minute": none, "actor": none.astype(np.int32), "day": none.astype(np.int32)}
    cluster.drop(posts)
    return tested_rhythm(
        pair, hits, mine["actor"], mine["minute"], mine["day"], hours["hour"][order], hours["factor"][order], tests
    )
