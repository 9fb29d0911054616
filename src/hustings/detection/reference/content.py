"""The null model of content read plainly, from docs/explanation/significance.md, section 4."""

__all__ = ["Dealt", "Incidence", "Shared", "Sharer", "content_pairs", "incidences", "sharers", "stay"]

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from hustings.detection.reference.chance import due_order, false_discovery, poisson_tail
from hustings.detection.reference.timing import Clock, Row

PERIOD = 5_000


class Incidence(NamedTuple):
    """An actor left a trace, first at this moment, and first by this row in a post that counts by this trace."""

    trace: int
    actor: int
    at: int
    row: Row


def incidences(rows: Sequence[Row], popular: Mapping[int, int]) -> list[Incidence]:
    """Each post by the rarest trace that it shares with anybody; each actor and trace once, by the first post."""
    post: dict[tuple[int, int], Row] = {}
    for row in sorted(rows, key=lambda row: (popular[row.trace], row.trace, row.at)):
        if popular[row.trace] >= 2:
            post.setdefault((row.actor, row.content), row)
    counted: dict[tuple[int, int], Row] = {}
    for row in sorted(post.values(), key=lambda row: (row.at, row.content)):
        counted.setdefault((row.trace, row.actor), row)
    first: dict[tuple[int, int], int] = {}
    for row in sorted(rows, key=lambda row: row.at):
        first.setdefault((row.trace, row.actor), row.at)
    return [Incidence(*key, first[key], row) for key, row in sorted(counted.items())]


class Dealt:
    """Incidences as they would be dealt out anew within kinds and periods."""

    def __init__(self, part: Sequence[Incidence], kind: Sequence[int]) -> None:
        self.actors: dict[int, list[Incidence]] = defaultdict(list)  # of each trace
        self.traces: dict[int, list[Incidence]] = defaultdict(list)  # of each actor
        for one in part:
            self.actors[one.trace].append(one)
            self.traces[one.actor].append(one)
        self.period: dict[int, tuple[int, int]] = {}  # of each trace: kind and number
        for k in {kind[trace] for trace in self.actors}:
            mine = [trace for trace in self.actors if kind[trace] == k]
            mine.sort(key=lambda trace: (min(one.at for one in self.actors[trace]), trace))
            total = sum(len(self.actors[trace]) for trace in mine)
            periods = max(1, total // PERIOD)
            before = 0
            for trace in mine:
                self.period[trace] = k, min(before * periods // total, periods - 1)
                before += len(self.actors[trace])
        self.size = Counter(self.period[one.trace] for one in part)
        self.degree = {actor: Counter(self.period[one.trace] for one in mine) for actor, mine in self.traces.items()}
        self.meetings: Counter[tuple[int, int]] = Counter()
        for trace, leavers in self.actors.items():
            self.meetings[self.period[trace]] += len(leavers) * (len(leavers) - 1)

    def expected(self, a: int, b: int, kind: int | None = None) -> float:
        """How many traces (of one kind) two actors share by chance."""
        mine, other = self.degree.get(a, Counter()), self.degree.get(b, Counter())
        return sum(
            mine[s] * other[s] * self.meetings[s] / self.size[s] ** 2 for s in mine if kind is None or s[0] == kind
        )

    def shared(self, a: int, b: int, kind: int | None = None) -> int:
        """How many traces (of one kind) two actors share."""
        both = {one.trace for one in self.traces.get(a, ())} & {one.trace for one in self.traces.get(b, ())}
        return sum(kind is None or self.period[trace][0] == kind for trace in both)

    def active(self, least: int) -> int:
        """How many actors have at least so many incidences."""
        return sum(len(mine) >= least for mine in self.traces.values())


@dataclass(frozen=True, kw_only=True)
class Shared:
    """The test of two actors that share enough rare traces."""

    a: int
    b: int
    interest: float
    p: float
    q: float


def content_pairs(rare: Dealt, common: Dealt, fewest: int) -> tuple[list[Shared], int]:
    """Pairs that share at least `fewest` rare traces, by name; and over how many tests their q is."""
    count: Counter[tuple[int, int]] = Counter()
    for leavers in rare.actors.values():
        count.update(combinations(sorted(one.actor for one in leavers), 2))
    pairs = sorted(pair for pair, shared in count.items() if shared >= fewest)
    interest = [max(1.0, (common.shared(a, b) + 1) / (common.expected(a, b) + 1)) for a, b in pairs]
    p = [
        poisson_tail(count[a, b], factor * rare.expected(a, b)) for (a, b), factor in zip(pairs, interest, strict=True)
    ]
    able = rare.active(fewest)
    tests = able * (able - 1) // 2
    q = false_discovery(p, tests)
    columns = zip(pairs, interest, p, q, strict=True)
    return [Shared(a=a, b=b, interest=factor, p=x, q=y) for (a, b), factor, x, y in columns], tests


@dataclass(frozen=True, kw_only=True)
class Sharer:
    """One actor that shares rare traces with others of a group."""

    actor: int
    p: float
    days: int
    partners: int
    joined: int
    led: int
    together: int
    order: float


def sharers(group: Sequence[int], rare: Dealt, times: Clock) -> list[Sharer]:
    """All actors that left a rare trace which another of the group left, by name."""
    inside = set(group)
    touched = sorted({one.trace for actor in group for one in rare.traces.get(actor, ())})
    members = {trace: [one for one in rare.actors[trace] if one.actor in inside] for trace in touched}
    load = Counter(rare.period[trace] for trace in touched for _ in rare.actors[trace])

    def own_only(actor: int) -> list[int]:
        return [trace for trace in touched if [m.actor for m in members[trace]] == [actor]]

    result = []
    for actor in sorted({one.actor for trace in touched for one in rare.actors[trace]}):
        mine = [one for one in rare.traces[actor] if any(m.actor != actor for m in members.get(one.trace, ()))]
        if not mine:
            continue
        # A trace of the group's that this actor alone left is not one of the others'.
        alone = Counter(rare.period[trace] for trace in own_only(actor) for _ in rare.actors[trace])
        expected = sum(d * (load[s] - alone[s]) / rare.size[s] for s, d in rare.degree[actor].items())
        others = {one.trace: [m for m in members[one.trace] if m.actor != actor] for one in mine}
        before = {one.trace: one.at - min(m.at for m in others[one.trace]) for one in mine}
        joined, led = sum(d > 0 for d in before.values()), sum(d < 0 for d in before.values())
        result.append(
            Sharer(
                actor=actor,
                p=poisson_tail(len(mine), expected) if len(mine) >= 2 else 1.0,
                days=len({times.day(one.row.at) for one in mine}),
                partners=len({m.actor for near in others.values() for m in near}),
                joined=joined,
                led=led,
                together=len(mine) - joined - led,
                order=due_order(joined, [1 - 1 / (len(others[trace]) + 1) for trace, late in before.items() if late]),
            )
        )
    return result


def stay(tests: Sequence[Sharer], rate: float, able: int) -> list[Sharer]:
    """Those that pass the false discovery rate over all able actors, on two days, with two members; whoever came first."""
    q = false_discovery([test.p for test in tests], max(able, len(tests)))
    return [
        test for test, value in zip(tests, q, strict=True) if value <= rate and test.partners >= 2 and test.days >= 2
    ]
