"""Rows on a cluster: encoded in parts of traces and times, with the codes that they would have on one machine."""

__all__ = ["Coded", "Facts", "Lefts", "coded_rows", "read_rows"]

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from hustings.detection.compiled import Codes, Int64s
from hustings.detection.hubs import Hub, pairs_within
from hustings.detection.kinds import STATES, UNTIMED, kind_codes
from hustings.detection.names import Dictionary, hashes, seeds
from hustings.detection.occasions import HOUR, STEPS
from hustings.detection.rows import ACTOR, AT, CONTENT, TRACE, sorted_rows
from hustings.detection.spark.census import Census, Ranks, actor_ranks
from hustings.detection.spark.ranges import NamedBounds, named_bounds_of
from hustings.detection.spark.work import Cluster, Columns, Dealt, Table, together
from hustings.detection.tables import lead_codes


@dataclass(frozen=True)
class Encoding:
    """Rows of the source, actors and contents as numbers, dealt by trace and time.

    A post is known by a 64-bit hash of its name: two of 50 million fall together with a chance of one in 15,000.
    """

    kinds: tuple[str, ...]
    ranks: Ranks
    bounds: NamedBounds
    before: int
    after: int

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[Dealt]:
        known = {name: code for code, name in enumerate(self.kinds)}
        for batch in batches:
            kind = lead_codes(batch.column("kind"), known)
            actor = self.ranks.of(batch.column("actor"), batch.column("platform"))
            zero = np.zeros(len(batch), np.int32)
            content = hashes(batch.column("content"), zero, np.ones(1, np.uint64)).view(np.int64)
            at, trace = batch.column("at").to_numpy(), batch.column("trace")
            for part, mine in self.bounds.dealt(kind, trace, at, self.before, self.after):
                yield part, {
                    "kind": kind[mine], "trace": trace.take(pa.array(mine)), "actor": actor[mine],
                    "content": content[mine], "at": at[mine],
                }  # fmt: skip


@dataclass(frozen=True)
class Coding:
    """One part in order: codes of traces counted from the part's first, and the names behind them."""

    bounds: NamedBounds

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        rows = together(pieces)
        names = Dictionary()
        leads = np.arange(int(rows["kind"].max()) + 1).astype(np.int32)
        code = names.codes(rows["trace"], rows["kind"], seeds([str(n) for n in leads.tolist()]))
        rank, kind, name = names.in_byte_order(leads)
        words = np.empty((len(code), 4), np.int64)
        words[:, TRACE], words[:, AT] = rank[code], rows["at"]
        words[:, ACTOR], words[:, CONTENT] = rows["actor"], rows["content"]
        begin, end, everyone = *self._own(part, kind, name, words), len(words)
        lent = begin[1] + (everyone - end[1])
        words, _ = sorted_rows(words)
        first, last = self._place(words, begin[0]), self._place(words, end[0])
        own = words[first:last, TRACE]
        count = int(own[-1]) + 1 if len(own) else 0
        yield part, {
            "trace": words[:, TRACE].astype(np.int32), "actor": words[:, ACTOR].astype(np.int32),
            "content": words[:, CONTENT], "at": words[:, AT],
        }  # fmt: skip
        yield part, {"name": name[:count].cast(pa.string()), "name_kind": kind[:count]}
        yield part, {"meta": np.array([first, last, everyone - lent - (last - first)])}

    def _own(
        self, part: int, kind: Codes, name: pa.Array, words: Int64s
    ) -> tuple[tuple[tuple[int, int], int], tuple[tuple[int, int], int]]:
        """The bounds of the part as (trace code, time), and how many rows stand before each."""
        first: tuple[tuple[int, int], int] = ((-1, 0), 0)
        # Also where nothing of the trace at which the part ends was lent to it.
        last: tuple[tuple[int, int], int] = ((1 << 62, 0), len(words))
        return (
            self._bound(part - 1, kind, name, words, first) if part else first,
            self._bound(part, kind, name, words, last) if part < len(self.bounds.at) else last,
        )

    def _bound(
        self, bound: int, kind: Codes, name: pa.Array, words: Int64s, otherwise: tuple[tuple[int, int], int]
    ) -> tuple[tuple[int, int], int]:
        hit = pa.compute.equal(name, self.bounds.trace[bound].cast(name.type)).to_numpy(zero_copy_only=False)
        place = np.flatnonzero(hit & (kind == self.bounds.kind[bound]))
        if not len(place):
            return otherwise
        key = (int(place[0]), int(self.bounds.at[bound]))
        before = (words[:, TRACE] < key[0]) | ((words[:, TRACE] == key[0]) & (words[:, AT] < key[1]))
        return key, int(before.sum())

    @staticmethod
    def _place(words: Int64s, key: tuple[int, int]) -> int:
        low = int(np.searchsorted(words[:, TRACE], key[0]))
        high = int(np.searchsorted(words[:, TRACE], key[0], "right"))
        return low + int(np.searchsorted(words[low:high, AT], key[1]))


@dataclass(frozen=True)
class Part:
    """Rows of one part by (trace, at, actor), with the codes of the whole table; its own are `begin` to `end`."""

    trace: Codes
    actor: Codes
    content: Int64s
    at: Int64s
    begin: int
    end: int

    @property
    def own(self) -> slice:
        """The rows that no other part has."""
        return slice(self.begin, self.end)


@dataclass(frozen=True)
class Coded:
    """How a step reads a part of the coded rows.

    first       per part, the code of its first trace
    hubs        codes of traces that are left out
    """

    first: Int64s
    hubs: Int64s

    def part(self, part: int, pieces: list[Columns]) -> Part:
        """The rows of a part."""
        rows = next(piece for piece in pieces if "trace" in piece)
        begin, end, _ = next(piece["meta"] for piece in pieces if "meta" in piece).tolist()
        trace = (rows["trace"] + self.first[part]).astype(np.int32)
        found = Part(trace, rows["actor"], rows["content"], rows["at"], begin, end)
        if not len(self.hubs) or not np.isin(self.hubs, trace).any():
            return found
        keep = ~np.isin(trace, self.hubs)
        return Part(
            trace[keep], found.actor[keep], found.content[keep], found.at[keep],
            int(keep[:begin].sum()), int(keep[:end].sum()),
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the parts know together.

    kind_start   the first trace code of each kind, and how many traces there are
    untimed, states   kinds that timing is not asked of, and that are no posts
    resolution   the step of the clocks; quietest: the hour in which days begin
    """

    traces: int
    kind_start: Int64s
    rows: int
    repeats: int
    resolution: int
    quietest: int
    hubs: tuple[Hub, ...]
    untimed: Int64s
    states: Int64s

    def kind(self, trace: Codes) -> Int64s:
        """The kind of each trace."""
        return np.searchsorted(self.kind_start, trace, "right") - 1

    def timed(self, trace: Codes) -> np.ndarray:
        """Whether timing is asked of each trace."""
        return ~np.isin(self.kind(trace), self.untimed) if len(self.untimed) else np.ones(len(trace), bool)

    def day(self, at: Int64s) -> Codes:
        """The occasion of each time; counted from 1970, which is as good as from the first."""
        return ((at - self.quietest * HOUR) // (24 * HOUR)).astype(np.int32)


@dataclass(frozen=True)
class _Ends:
    """Of each part, its number of traces and repeats, and the names of its first and last."""

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        names = next(piece for piece in pieces if "name" in piece)
        begin, end, repeats = next(piece["meta"] for piece in pieces if "meta" in piece).tolist()
        kinds, counts = np.unique(names["name_kind"], return_counts=True)
        ends = [0, len(names["name"]) - 1] if len(names["name"]) else []
        yield 0, {
            "part": np.array([part, len(names["name"]), end - begin, repeats]), "ends": names["name"].take(pa.array(ends, pa.int64())),
            "end_kinds": names["name_kind"][ends], "kinds": kinds, "counts": counts,
        }  # fmt: skip


@dataclass(frozen=True)
class _Busy:
    """Pairs within the horizon and rows of each trace, and when the rows are."""

    rows: Coded
    horizon: int

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        mine = self.rows.part(part, pieces)
        base = int(mine.trace[0]) if len(mine.trace) else 0
        size = int(mine.trace[-1]) - base + 1 if len(mine.trace) else 0
        pairs = pairs_within(mine.trace - base, mine.at, self.horizon, size, mine.begin, mine.end)
        count = np.bincount(mine.trace[mine.own] - base, minlength=size)
        busy = np.flatnonzero((pairs > 0) | _at_ends(size))
        at = mine.at[mine.own]
        yield 0, {"trace": busy + base, "pairs": pairs[busy], "rows": count[busy]}
        yield (
            1,
            {
                "hours": np.bincount((at // HOUR) % 24, minlength=24),
                "off": np.array([int((at % step != 0).any()) for step in STEPS]),
            },
        )


def _at_ends(size: int) -> np.ndarray:
    """The first and last trace of a part, which others may have too."""
    ends = np.zeros(size, bool)
    ends[:1] = ends[-1:] = True
    return ends


@dataclass(frozen=True)
class _Hours:
    """Rows by hour, without hubs."""

    rows: Coded

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        mine = self.rows.part(part, pieces)
        yield 0, {"hours": np.bincount((mine.at[mine.own] // HOUR) % 24, minlength=24)}


@dataclass(frozen=True)
class _HubNames:
    """Names of some traces."""

    first: Int64s
    wanted: Int64s

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        names = next(piece for piece in pieces if "name" in piece)
        mine = self.wanted - self.first[part]
        mine = mine[(mine >= 0) & (mine < len(names["name"]))]
        yield 0, {"trace": mine + self.first[part], "name": names["name"].take(pa.array(mine))}


def read_rows(
    cluster: Cluster, told: Census, horizon: int, parts: int
) -> tuple[Table, Int64s, Int64s, tuple[int, int, int]]:
    """The coded rows in parts, the first trace code of each part, that of each kind, and traces, rows, repeats."""
    bounds = named_bounds_of(told.sample_kind, told.sample_trace, told.sample_at, parts)
    kinds = tuple(told.kinds.to_pylist())
    encoding = Encoding(kinds, actor_ranks(cluster, told), bounds, 3 * horizon, 2 * horizon)
    dealt = cluster.scan(encoding, bounds.parts)
    rows = cluster.keep(cluster.deal([(dealt, Coding(bounds))], bounds.parts))
    first = np.zeros(bounds.parts + 1, np.int64)
    per_kind = np.zeros(len(kinds), np.int64)
    known, count, repeats = 0, 0, 0
    previous = None
    at = 0
    for piece in sorted(cluster.gather(rows, _Ends()), key=lambda p: int(p["part"][0])):
        part, traces, own, again = piece["part"].tolist()
        first[at:part] = known
        count, repeats = count + own, repeats + again
        np.add.at(per_kind, piece["kinds"], piece["counts"])
        ends = list(zip(piece["end_kinds"].tolist(), piece["ends"].to_pylist(), strict=True))
        shared = bool(ends) and ends[0] == previous
        if shared:
            per_kind[ends[0][0]] -= 1
        first[part] = known - shared
        known += traces - shared
        previous = ends[-1] if ends else previous
        at = part + 1
    first[at:] = known
    return rows, first, np.r_[0, np.cumsum(per_kind)], (known, count, repeats)


def coded_rows(cluster: Cluster, told: Census, horizon: int, most_pairs: int, parts: int) -> tuple[Table, Coded, Facts]:
    """The coded rows without hubs, and what all parts know together."""
    rows, first, kind_start, (traces, count, repeats) = read_rows(cluster, told, horizon, parts)
    reading = Coded(first, np.empty(0, np.int64))
    hours, off = np.zeros(24, np.int64), np.zeros(len(STEPS), np.int64)
    codes, loads, sizes = [], [], []
    for piece in cluster.gather(rows, _Busy(reading, horizon)):
        if "hours" in piece:
            hours += piece["hours"]
            off += piece["off"]
        else:
            codes.append(piece["trace"])
            loads.append(piece["pairs"])
            sizes.append(piece["rows"])
    code, where = np.unique(np.concatenate([*codes, np.empty(0, np.int64)]).astype(np.int64), return_inverse=True)
    load = np.bincount(where, weights=np.concatenate([*loads, np.empty(0)]), minlength=len(code)).astype(np.int64)
    size = np.bincount(where, weights=np.concatenate([*sizes, np.empty(0)]), minlength=len(code)).astype(np.int64)
    busiest = np.lexsort((code, -load))
    left = int(load.sum()) - np.cumsum(load[busiest])
    out = np.empty(0, np.int64)
    if int(load.sum()) > most_pairs:
        out = busiest[: int(np.argmax(left <= most_pairs)) + 1]
    kinds = told.kinds.to_pylist()
    hubs: tuple[Hub, ...] = ()
    if len(out):
        reading = replace(reading, hubs=np.sort(code[out]))
        named: dict[int, str] = {}
        for piece in cluster.gather(rows, _HubNames(first, reading.hubs)):
            named.update(zip(piece["trace"].tolist(), piece["name"].to_pylist(), strict=True))
        hubs = tuple(
            Hub(
                kind=kinds[int(np.searchsorted(kind_start, code[k], "right")) - 1], trace=named[int(code[k])],
                rows=int(size[k]), pairs=int(load[k]),
            )
            for k in out.tolist()
        )  # fmt: skip
        hours = sum((piece["hours"] for piece in cluster.gather(rows, _Hours(reading))), np.zeros(24, np.int64))
    facts = Facts(
        traces=traces, kind_start=kind_start, rows=count, repeats=repeats, hubs=hubs,
        untimed=kind_codes(told.kinds, UNTIMED), states=kind_codes(told.kinds, STATES),
        resolution=next(step for step, wrong in zip(STEPS, off.tolist(), strict=True) if not wrong),
        quietest=int(np.argmin(hours)),
    )  # fmt: skip
    return rows, reading, facts


@dataclass(frozen=True)
class Lefts:
    """Who left which trace, and when first: dealt by trace, so that each trace is in one part."""

    rows: Coded
    traces: int
    parts: int

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        mine = self.rows.part(part, pieces)
        trace, actor, at = mine.trace[mine.own], mine.actor[mine.own], mine.at[mine.own]
        order = np.lexsort((at, actor, trace))
        trace, actor, at = trace[order], actor[order], at[order]
        new = np.ones(len(trace), bool)
        new[1:] = (trace[1:] != trace[:-1]) | (actor[1:] != actor[:-1])
        trace, actor, at = trace[new], actor[new], at[new]
        place = trace.astype(np.int64) * self.parts // self.traces
        limits = np.searchsorted(place, np.arange(self.parts + 1))
        for k in range(self.parts):
            if limits[k + 1] > limits[k]:
                cut = slice(limits[k], limits[k + 1])
                yield k, {"trace": trace[cut], "actor": actor[cut], "at": at[cut]}
