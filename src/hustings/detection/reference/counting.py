"""The counting rule and the peers' networks read plainly, row by row, for others to be compared with.

Nothing here is fast, shared with the kernel, or clever. Rows are tuples of (platform, actor, kind, trace,
content, at in microseconds); strings compare by code point, which is the order of their UTF-8 bytes.
"""

__all__ = ["Event", "cnt", "coortweet", "events", "links", "pairs"]

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from statistics import median
from typing import NamedTuple

import pyarrow as pa


class Event(NamedTuple):
    """One row of a trace table."""

    platform: str
    actor: str
    kind: str
    trace: str
    content: str
    at: int


def events(table: pa.Table) -> list[Event]:
    """The rows of a trace table without a null, in their order; repeats stay."""
    columns = [table[name] for name in Event._fields[:-1]]
    columns.append(table["at"].cast(pa.timestamp("us"), safe=False).cast(pa.int64()))
    rows = zip(*(column.to_pylist() for column in columns), strict=True)
    return [Event(*row) for row in rows if None not in row]


def together(rows: Iterable[Event], window: int) -> Iterator[tuple[Event, Event]]:
    """Every two rows with the same kind and trace, at most `window` apart, the earlier one first."""
    same = defaultdict(list)
    for row in rows:
        same[row.kind, row.trace].append(row)
    for trace in same.values():
        trace.sort(key=lambda row: row.at)
        for place, one in enumerate(trace):
            for two in trace[place + 1 :]:
                if two.at - one.at > window:
                    break
                yield one, two


def pairs(rows: Iterable[Event], window: int) -> Iterator[tuple[Event, Event]]:
    """Pairs of the counting rule: exact repeats once, different actors, different contents; side a first."""
    for one, two in together(dict.fromkeys(rows), window):
        if one[:2] != two[:2] and one.content != two.content:
            yield (one, two) if one[:2] < two[:2] else (two, one)


def links(
    rows: Iterable[Event], window: int, *, min_participation: int = 1, min_weight: int = 1
) -> list[tuple[str, str, str, str, str, int, int, int, int, float]]:
    """Rows of `links.parquet`: key, pairs, traces, contents of either side, median gap in seconds."""
    distinct = list(dict.fromkeys(rows))
    taking_part = Counter((row.kind, *row[:2]) for row in distinct)
    left = [row for row in distinct if taking_part[row.kind, *row[:2]] >= min_participation]
    found = defaultdict(list)
    for a, b in pairs(left, window):
        found[a.kind, *a[:2], *b[:2]].append((a, b))
    return [
        (
            *key,
            len(mine),
            len({a.trace for a, _ in mine}),
            len({a.content for a, _ in mine}),
            len({b.content for _, b in mine}),
            median(abs(a.at - b.at) for a, b in mine) / 1e6,
        )
        for key, mine in sorted(found.items())
        if len(mine) >= min_weight
    ]


def coortweet(
    rows: Iterable[Event], window: int, *, min_participation: int = 1, min_weight: int = 1
) -> list[tuple[str, str, int]]:
    """Edges of CooRTweet 2.1.3 over rows of one kind: two accounts in order of their names, row pairs."""
    distinct = list(dict.fromkeys(row._replace(platform="") for row in rows))
    count = Counter(row.actor for row in distinct)
    left = [row for row in distinct if count[row.actor] >= min_participation]
    found = [
        (one, two)
        for one, two in together(left, window)
        if one.actor != two.actor and one.content != two.content and one.trace not in {one.content, two.content}
    ]
    in_pairs = {row.content for pair in found for row in pair}
    acting = [row for row in left if row.content in in_pairs]
    acts = Counter(row.actor for row in acting)
    kept = {row.content for row in acting if acts[row.actor] >= min_participation}
    weight = Counter(
        (min(one.actor, two.actor), max(one.actor, two.actor))
        for one, two in found
        if one.content in kept or two.content in kept
    )
    return sorted((*edge, many) for edge, many in weight.items() if many >= min_weight)


def cnt(rows: Iterable[Event], window: int, *, min_weight: int = 1) -> list[tuple[str, str, int]]:
    """Edges of coordination-network-toolkit 1.5.2 over rows of one kind: from, to, contents of `from`."""
    first: dict[object, Event] = {}
    for row in rows:
        first.setdefault(row.content if row.kind == "repost" else (row.content, row.trace), row)
    matched = defaultdict(set)
    for one, two in together(first.values(), window):
        if one.actor != two.actor:
            matched[one.actor, two.actor].add(one.content)
            matched[two.actor, one.actor].add(two.content)
    return sorted((*edge, len(mine)) for edge, mine in matched.items() if len(mine) >= min_weight)
