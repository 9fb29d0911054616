"""Steps to the links: the same counts as `detection.links`, parts of traces and of pairs in tasks."""

__all__ = ["LinkSteps", "Names", "Summing", "link_steps"]

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from hustings.detection.compiled import Int64s
from hustings.detection.kernel import PAIR_WORDS, deal_pairs, next_by_others, pairs_into, summed, window_load
from hustings.detection.links import PAIRS_AT_ONCE, Links
from hustings.detection.links_file import LinkNames, one_name_each
from hustings.detection.names import hashes, seeds
from hustings.detection.rows import ACTOR, AT, CONTENT, TRACE, sorted_rows
from hustings.detection.spark.census import Census, Ranks, actor_ranks
from hustings.detection.spark.ranges import Bounds, bounds_of
from hustings.detection.spark.work import Cluster, Columns, Dealt, Shared, Table
from hustings.detection.tables import lead_codes
from hustings.errors import BadInput, Problem

# What `Summing` counts of a link.
COUNTS = ("pairs", "traces", "contents_a", "contents_b")


@dataclass(frozen=True)
class Encoding:
    """Rows of the source as words, dealt by trace and time."""

    kinds: tuple[str, ...]
    ranks: Ranks
    bounds: Bounds
    window: int

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[Dealt]:
        known = {name: code for code, name in enumerate(self.kinds)}
        for batch in batches:
            kind = lead_codes(batch.column("kind"), known)
            if len(known) > len(self.kinds):
                ours = kind < len(self.kinds)
                batch, kind = batch.filter(pa.array(ours)), kind[ours]
            rows = np.empty((len(batch), 4), np.int64)
            rows[:, TRACE] = hashes(batch.column("trace"), kind, seeds(list(known))).view(np.int64)
            rows[:, ACTOR] = self.ranks.of(batch.column("actor"), batch.column("platform"))
            rows[:, ACTOR] |= kind.astype(np.int64) << 32
            zero = np.zeros(len(batch), np.int32)
            rows[:, CONTENT] = hashes(batch.column("content"), zero, np.ones(1, np.uint64)).view(np.int64)
            rows[:, AT] = batch.column("at").to_numpy()
            for part, mine in self.bounds.dealt(rows[:, TRACE], rows[:, AT], self.window, 0):
                yield part, {"words": rows[mine].ravel()}


def _rows(pieces: list[Columns], words: int) -> Int64s:
    return np.concatenate([piece["words"] for piece in pieces]).reshape(-1, words)


@dataclass(frozen=True)
class Counting:
    """How many rows each actor has of each kind, in each part: for `min_participation`."""

    bounds: Bounds
    actors: int

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        rows, _ = sorted_rows(_rows(pieces, 4))
        begin, end = self.bounds.own(part, rows[:, TRACE], rows[:, AT])
        who = rows[begin:end, ACTOR]
        key, count = np.unique((who >> 32) * self.actors + (who & 0xFFFFFFFF), return_counts=True)
        yield 0, {"key": key, "count": count}


@dataclass(frozen=True)
class Pairing:
    """Pairs of a part of the rows, dealt by kind and first actor."""

    bounds: Bounds
    settings: Links
    kinds: int
    actors: int
    parts: int
    taking_part: Shared | None
    tell: Any = None

    @property
    def bits(self) -> int:
        """Bits of an actor's rank in the key of a pair."""
        return max(1, (self.actors - 1).bit_length())

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        rows = _rows(pieces, 4)
        rows, begin, repeats = _own(self.bounds, part, rows)
        if self.taking_part is not None:
            allowed = self.taking_part.open()["key"]
            key = (rows[:, ACTOR] >> 32) * self.actors + (rows[:, ACTOR] & 0xFFFFFFFF)
            keep = np.isin(key, allowed)
            begin = int(keep[:begin].sum())
            rows = np.ascontiguousarray(rows[keep])
        window = self.settings.window // timedelta(microseconds=1)
        load, most, _ = window_load(rows, window, np.empty(0, np.int32))
        if load > self.settings.most_pairs:
            raise too_many(self.settings, load, most)
        other = next_by_others(rows[:, TRACE], rows[:, ACTOR])
        state = np.zeros(2, np.int64)
        into = np.empty((PAIRS_AT_ONCE, PAIR_WORDS), np.int64)
        scale = self.parts / (self.kinds * self.actors)
        found = 0
        while state[0] < len(rows):
            size = pairs_into(rows, other, begin, window, self.bits, self.actors, state, into)
            found += size
            dealt, limits = deal_pairs(into[:size], self.bits, scale, self.parts)
            for k in range(self.parts):
                if limits[k + 1] > limits[k]:
                    yield k, {"words": dealt[limits[k] : limits[k + 1]].ravel()}
        if self.tell is not None:
            self.tell(part, repeats, found)


def _own(bounds: Bounds, part: int, rows: Int64s) -> tuple[Int64s, int, int]:
    """Rows in order, repeats dropped; how many of them are lent, and how many of its own were repeated."""
    before = rows[:, [TRACE, AT]]
    rows, _ = sorted_rows(rows)
    begin, _ = bounds.own(part, rows[:, TRACE], rows[:, AT])
    lent = 0
    if part:
        trace, at = int(bounds.trace[part - 1]), int(bounds.at[part - 1])
        lent = int(((before[:, 0] < trace) | ((before[:, 0] == trace) & (before[:, 1] < at))).sum())
    return rows, begin, (len(before) - lent) - (len(rows) - begin)


@dataclass(frozen=True)
class Summing:
    """Pairs of a part of the actors summed to links."""

    fewest: int

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        keys, counts, median = summed(_rows(pieces, PAIR_WORDS), self.fewest)
        yield 0, {"key": keys, **dict(zip(COUNTS, counts, strict=True)), "median_gap_s": median}


@dataclass(frozen=True)
class Names:
    """What links are named with: kinds, platforms, and the name and platform of each actor."""

    kinds: pa.Array
    platforms: pa.Array
    actors: Shared

    def of(self, links: Columns) -> tuple[pa.Table, Int64s]:
        """Links as the contract has them, names as codes, and the kind of each."""
        held = self.actors.open()
        names = LinkNames(
            kinds=self.kinds,
            platforms=self.platforms,
            platform=held["platform"],
            name=held["name"],
            names=held["names"],
        )
        return names.table(links["key"], [links[name] for name in COUNTS], links["median_gap_s"])


@dataclass(frozen=True, kw_only=True)
class LinkSteps:
    """The table of links in parts (`Summing` has run), and what names them."""

    links: Table
    summing: Summing
    names: Names
    too_few: int = 0


def link_steps(cluster: Cluster, told: Census, settings: Links, *, parts: int, tell: Any = None) -> LinkSteps:
    """From the source to pairs dealt by actor; the last step, `Summing`, is left to whoever writes them.

    parts   of the rows, and of the pairs
    tell    called in the tasks with part, repeats and pairs
    """
    kinds = tuple(told.kinds.to_pylist())
    window = settings.window // timedelta(microseconds=1)
    trace = hashes(told.sample_trace, told.sample_kind, seeds(list(kinds))).view(np.int64)
    bounds = bounds_of(trace, told.sample_at, parts)
    actors = len(told.actors)
    bits = max(1, (actors - 1).bit_length())
    if (len(kinds) * actors).bit_length() + bits > 63:
        raise BadInput(f"{actors:,} actors and {len(kinds):,} kinds are more than can be counted.")
    rows = cluster.scan(Encoding(kinds, actor_ranks(cluster, told), bounds, window), bounds.parts)
    taking_part, too_few = None, 0
    if settings.min_participation > 1:
        rows = cluster.keep(rows)
        counts = np.zeros(len(kinds) * actors, np.int64)
        for piece in cluster.gather(rows, Counting(bounds, actors)):
            counts[piece["key"]] += piece["count"]
        enough = counts >= settings.min_participation
        too_few = int(np.count_nonzero(~enough.reshape(len(kinds), actors).any(axis=0)))
        taking_part = cluster.share(key=np.flatnonzero(enough))
    pairing = Pairing(bounds, settings, len(kinds), actors, parts, taking_part, tell)
    pairs = cluster.deal([(rows, pairing)], parts)
    names, name = one_name_each(told.actors)
    shared = cluster.share(names=names, name=name, platform=told.platform)
    return LinkSteps(
        links=pairs,
        summing=Summing(settings.min_weight),
        names=Names(told.kinds, told.platforms, shared),
        too_few=too_few,
    )


def too_many(settings: Links, load: int, most: int) -> BadInput:
    """More pairs than may be written down, in one part alone."""
    seconds = settings.window.total_seconds()
    return BadInput("There are too many pairs to count.", [Problem(
        where="one part of the rows", found=f"over {load:,} pairs within {seconds:g} s, up to {most:,} of them on one trace",
        expected=f"at most {settings.most_pairs:,}", do="Take a shorter --window, leave that trace out, or allow more with --most-pairs.",
    )])  # fmt: skip
