"""What the evidence rows of one finding say: who shared what, how often, and when together."""

__all__ = ["Rows", "Shared", "Things", "moments", "shared"]

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Ints = NDArray[np.int64]
SECOND = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Evidence rows as numbers: actors, things (kind and trace) and contents point into lists of names."""

    finding: Ints
    a: Ints
    b: Ints
    what: Ints
    at_a: Ints
    at_b: Ints
    content_a: pa.Array
    content_b: pa.Array
    actors: list[tuple[str, str]]
    things: list[list[str]]

    @classmethod
    def of(cls, table: pa.Table) -> Self:
        """From evidence.parquet; rows keep their order."""
        table = table.combine_chunks()
        a, b, actors = _coded(table, ("platform_a", "actor_a"), ("platform_b", "actor_b"))
        what, _, things = _coded(table, ("kind", "trace"), ("kind", "trace"))
        return cls(
            finding=table["finding"].to_numpy().astype(np.int64), a=a, b=b, what=what,
            at_a=table["at_a"].cast(pa.int64()).to_numpy(), at_b=table["at_b"].cast(pa.int64()).to_numpy(),
            content_a=table["content_a"].combine_chunks(), content_b=table["content_b"].combine_chunks(),
            actors=actors, things=[list(thing) for thing in things],
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.a)

    def of_finding(self, number: int) -> "Rows":
        """The rows of one finding."""
        at = np.flatnonzero(self.finding == number)
        pick = pa.array(at)
        return Rows(
            finding=self.finding[at], a=self.a[at], b=self.b[at], what=self.what[at], at_a=self.at_a[at], at_b=self.at_b[at],
            content_a=self.content_a.take(pick), content_b=self.content_b.take(pick), actors=self.actors, things=self.things,
        )  # fmt: skip

    def thing(self, number: int) -> list[str]:
        """Kind and trace."""
        return self.things[number]

    def first(self, most: int, number: dict[tuple[str, str], int]) -> tuple[list[list[Any]], list[list[str]]]:
        """The first rows as plain values; actors that `number` lacks are numbered after it and given."""
        number, others = dict(number), []
        places = []
        for code in np.unique(np.r_[self.a[:most], self.b[:most]]).tolist():
            actor = self.actors[code]
            if actor not in number:
                number[actor] = len(number)
                others.append(list(actor))
            places.append((code, number[actor]))
        of = dict(places)
        contents = zip(self.content_a[:most].to_pylist(), self.content_b[:most].to_pylist(), strict=True)
        values = zip(
            *(x[:most].tolist() for x in (self.a, self.b, self.what, self.at_a, self.at_b)), contents, strict=True
        )
        return [[of[a], of[b], what, x, y, at_a, at_b] for a, b, what, at_a, at_b, (x, y) in values], others


def _coded(table: pa.Table, *pairs: tuple[str, str]) -> tuple[Ints, Ints, list[tuple[str, str]]]:
    """Numbers for pairs of texts, the same for the same pair in either place."""
    columns = [
        pa.concat_arrays([table[pair[side]].combine_chunks().cast(pa.string()) for pair in pairs]).dictionary_encode()
        for side in (0, 1)
    ]
    first, second = (column.indices.to_numpy().astype(np.int64) for column in columns)
    width = max(1, len(columns[1].dictionary))
    both, code = np.unique(first * width + second, return_inverse=True)
    left, right = columns[0].dictionary.to_pylist(), columns[1].dictionary.to_pylist()
    names = [(left[key // width], right[key % width]) for key in both.tolist()]
    half = len(table)
    return code[:half].astype(np.int64), code[half:].astype(np.int64), names


@dataclass(frozen=True, kw_only=True)
class Things:
    """traces: thing, actors, rows, first, last, median gap; shared by most actors first."""

    traces: list[list[Any]]


@dataclass(frozen=True, kw_only=True)
class Shared:
    """Per actor how often together and how many things shared; per thing by whom and when.

    acts            actor -> posts of its own and of another member at most a window apart
    shared          actor -> different things shared with another member
    median_gap_s    of pairs at most a window apart; None where there is none
    median_any_s    of all rows
    """

    acts: dict[tuple[str, str], int]
    shared: dict[tuple[str, str], int]
    things: Things
    median_gap_s: float | None
    median_any_s: float | None


def shared(rows: Rows, window_s: float) -> Shared:
    """Count what the rows of one finding say; a pair of posts counts once, however many things it shares."""
    gap = np.abs(rows.at_a - rows.at_b)
    near = np.flatnonzero(gap <= window_s * SECOND)
    contents = pa.concat_arrays([rows.content_a, rows.content_b]).dictionary_encode(null_encoding="encode")
    content = contents.indices.to_numpy()
    acts = _different(rows.a[near], rows.b[near], content[near], content[len(rows) + near])
    who, times = np.unique(np.concatenate([acts[0], acts[1]]), return_counts=True)
    per_actor = {rows.actors[code]: count for code, count in zip(who.tolist(), times.tolist(), strict=True)}
    both = _different(np.concatenate([rows.a, rows.b]), np.concatenate([rows.what, rows.what]))
    codes, numbers = np.unique(both[0], return_counts=True)
    things_of = {rows.actors[code]: count for code, count in zip(codes.tolist(), numbers.tolist(), strict=True)}
    return Shared(
        acts=per_actor,
        shared=things_of,
        things=_things(rows, gap, both),
        median_gap_s=float(np.median(gap[near])) / SECOND if len(near) else None,
        median_any_s=float(np.median(gap)) / SECOND if len(gap) else None,
    )


def _different(*columns: Ints) -> list[Ints]:
    """The rows that differ in some column, in the order of the first column, then of the second."""
    order = np.lexsort(columns[::-1])
    columns = tuple(column[order] for column in columns)
    fresh = np.ones(len(order), bool)
    fresh[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return [column[fresh] for column in columns]


def _things(rows: Rows, gap: Ints, both: list[Ints]) -> Things:
    if not len(rows):
        return Things(traces=[])
    order = np.lexsort([gap, rows.what])
    what, first, count = np.unique(rows.what[order], return_index=True, return_counts=True)
    by = np.unique(both[1], return_counts=True)[1]  # the same things in the same order
    began = np.minimum.reduceat(np.minimum(rows.at_a, rows.at_b)[order], first)
    ended = np.maximum.reduceat(np.maximum(rows.at_a, rows.at_b)[order], first)
    middle = (gap[order[first + (count - 1) // 2]] + gap[order[first + count // 2]]) / 2 / SECOND
    columns = (what, by, count, began, ended, middle)
    traces = [list(values) for values in zip(*(column.tolist() for column in columns), strict=True)]
    traces.sort(key=lambda t: (-t[1], -t[2], rows.things[t[0]]))
    return Things(traces=traces)


def moments(rows: Rows, window_s: float | None) -> list[tuple[int, int, int, int]]:
    """The times at which members shared one thing: microseconds, actors, thing, posts.

    Posts of one thing that follow each other by at most the window are one moment; without a window
    all posts of a thing are. The same posts under two kinds (an address and its domain) are one.
    """
    keep = (
        np.arange(len(rows)) if window_s is None else np.flatnonzero(np.abs(rows.at_a - rows.at_b) <= window_s * SECOND)
    )
    if not len(keep):
        return []
    what, at, actor = _different(
        np.concatenate([rows.what[keep], rows.what[keep]]), np.concatenate([rows.at_a[keep], rows.at_b[keep]]),
        np.concatenate([rows.a[keep], rows.b[keep]]),
    )  # fmt: skip
    fresh = np.ones(len(what), bool)
    fresh[1:] = what[1:] != what[:-1]
    if window_s is not None:
        fresh[1:] |= at[1:] - at[:-1] > window_s * SECOND
    first = np.flatnonzero(fresh)
    actors, bounds = actor.tolist(), [*first.tolist(), len(what)]
    found: dict[tuple[int, frozenset[int]], tuple[int, int, int, int]] = {}
    for begin, end, start, thing in zip(bounds, bounds[1:], at[first].tolist(), what[first].tolist(), strict=False):
        who = frozenset(actors[begin:end])
        found.setdefault((start, who), (start, len(who), thing, end - begin))
    return sorted(found.values())
