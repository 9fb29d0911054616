"""Detection read plainly from docs/explanation/significance.md, for the fast engine to be compared with.

Dictionaries and loops only; shared with the fast engine are the reading of tables, the search for communities
(Leiden) and the writing down of findings. Everything that is tested or counted is written a second time here.
"""

__all__ = ["detect_traces_slowly"]

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from hustings.detection.acts import Acts
from hustings.detection.content import RareThings
from hustings.detection.detect import Detection, links_table
from hustings.detection.findings import findings
from hustings.detection.grouping import Group, Member
from hustings.detection.groups import communities
from hustings.detection.hubs import Hub
from hustings.detection.kinds import STATES, UNTIMED
from hustings.detection.leads import Lead
from hustings.detection.network import Network
from hustings.detection.office import made_moments
from hustings.detection.overt import Declared
from hustings.detection.reference.chance import at_least, false_discovery, local_errors, poisson_tail
from hustings.detection.reference.content import Dealt, Shared, Sharer, content_pairs, incidences, sharers, stay
from hustings.detection.reference.office import FEWEST, MADE, made_hours, same_office
from hustings.detection.reference.rhythm import same_minutes
from hustings.detection.reference.timing import (
    Act,
    Candidate,
    Clock,
    Pair,
    Row,
    acts,
    belong,
    candidates,
    clock,
    crowds,
    first_posts,
    grown,
    hubs,
    pair_tests,
    quietest,
    runs,
)
from hustings.detection.settings import DetectSettings
from hustings.detection.timing import TimingSettings
from hustings.detection.traces import Traces
from hustings.progress import Progress

LEAST = 1e-300
T = TypeVar("T")


def detect_traces_slowly(
    traces: Traces, settings: DetectSettings, progress: Progress, declared: Sequence[Declared] = ()
) -> Detection:
    """The same value as `detect_traces`, by the plain reading; minutes where that takes seconds."""
    every = _rows(traces)
    times = clock(every, settings.window_us, settings.horizon_us)
    busy = hubs(Table(every, traces).by_trace, times.horizon, settings.most_pairs)
    kept = np.array([row.place for row in every if row.trace not in busy], np.int64)
    left_out = tuple(
        Hub(
            kind=traces.kinds[int(traces.trace_kind[trace])].as_py(),
            trace=traces.trace_names[trace].as_py(),
            rows=sum(row.trace == trace for row in every),
            pairs=pairs,
        )
        for trace, pairs in busy.items()
    )
    traces = replace(
        traces, **{name: getattr(traces, name)[kept] for name in ("kind", "trace", "actor", "content", "at")}
    )
    rows = _rows(traces)
    times = replace(times, quietest=quietest(rows))
    table = Table(rows, traces)
    progress.step("Looking for acts, slowly")
    found = acts(table.timed, table.popular, times)
    progress.step("Testing pairs, slowly")
    first = pair_tests(found, times, {})
    crowd = crowds(table.by_trace, _tied(first, settings), times)
    pairs = pair_tests(found, times, crowd)
    counted = incidences(rows, table.popular)
    kind = traces.trace_kind.tolist()
    rare = Dealt([one for one in counted if table.popular[one.trace] <= settings.rarest], kind)
    common = Dealt([one for one in counted if table.popular[one.trace] > settings.rarest], kind)
    content, tests = content_pairs(rare, common, settings.fewest)
    office = _on_office(rows, table, traces, pairs, content, settings.rate)
    rhythm, rhythms = same_minutes(table.posts, found, times)
    net = _network(traces, table, found, pairs, content, office, rhythm, rare, times, crowd, settings.rate)
    progress.step("Testing members, slowly")
    on_timing = _on_timing(net, table, crowd, times, settings)
    on_content = _on_content(net, rare, times, settings)
    groups = [group for group in _joined(on_timing, on_content) if len(group.members) >= settings.smallest]
    groups = [replace(group, leads=_leads(group, table, rare, times)) for group in groups]
    progress.step("Writing findings down")
    timing = TimingSettings(window=times.window, horizon=times.horizon, resolution=times.step)
    result = findings(
        traces, _as_arrays(found, times), net, Rare(rare), groups, settings, timing, made_moments(traces), declared
    )
    counts = {
        "read": traces.read, "skipped": traces.skipped, "repeats": traces.repeats, "rows": len(every),
        "actors": len(traces.actor_names), "traces": len(traces.trace_names), "acts_in_horizon": len(found),
        "tests_timing": len(pairs), "tests_content": tests, "tests_office": len(office), "tests_rhythm": rhythms, "findings": len(groups),
    }  # fmt: skip
    return Detection(
        links=links_table(traces.platforms, traces.actor_names, net, settings.rate), layers=net.layers, members=result.members,
        evidence=result.evidence, findings=result.records, counts=counts, settings=settings, hubs=left_out,
    )  # fmt: skip


def _rows(traces: Traces) -> list[Row]:
    """The rows of a table as tuples that know their place."""
    columns = (traces.trace.tolist(), traces.at.tolist(), traces.actor.tolist(), traces.content.tolist())
    return [Row(*row, place) for place, row in enumerate(zip(*columns, strict=True))]


class Table:
    """The rows of each trace in the order of time, the traces of each actor, and how many actors left each trace."""

    def __init__(self, rows: Iterable[Row], traces: Traces) -> None:
        self.by_trace: dict[int, list[Row]] = defaultdict(list)
        self.left: dict[int, set[int]] = defaultdict(set)
        for row in sorted(rows):
            self.by_trace[row.trace].append(row)
            self.left[row.actor].add(row.trace)
        self.popular = {trace: len({row.actor for row in mine}) for trace, mine in self.by_trace.items()}
        self.kind: list[int] = traces.trace_kind.tolist()
        named = traces.kinds.to_pylist()
        self.timed = defaultdict(
            list, {trace: mine for trace, mine in self.by_trace.items() if named[self.kind[trace]] not in UNTIMED}
        )
        self.posts = [row for row in sorted(rows) if named[self.kind[row.trace]] not in STATES]


def _links(pairs: Sequence[tuple[int, int, float, float]], settings: DetectSettings) -> list[list[int]]:
    """Communities of the pairs (a, b, p, q) whose q is at or under the rate."""
    held = [(a, b, -math.log(max(p, LEAST))) for a, b, p, q in pairs if q <= settings.rate]
    a, b, weight = (np.array([link[i] for link in held]) for i in range(3))
    return [group.tolist() for group in communities(a, b, weight, settings.seed)]


def _tied(first: Sequence[Pair], settings: DetectSettings) -> dict[int, set[int]]:
    """Whom each actor is linked to after a first pass."""
    q = false_discovery([pair.p for pair in first], len(first))
    tied: dict[int, set[int]] = defaultdict(set)
    for pair, x in zip(first, q, strict=True):
        if x <= settings.rate:
            tied[pair.a].add(pair.b)
            tied[pair.b].add(pair.a)
    return tied


def _as_arrays(found: Sequence[Act], times: Clock) -> Acts:
    """The acts as the writer of findings takes them."""
    return Acts(
        a=np.array([act.a.actor for act in found], np.int32),
        b=np.array([act.b.actor for act in found], np.int32),
        row_a=np.array([act.a.place for act in found], np.int32),
        row_b=np.array([act.b.place for act in found], np.int32),
        gap=np.array([act.gap for act in found], np.int64),
        day=np.array([times.day(act.earlier) for act in found], np.int32),
        trains=np.array([float(act.train) for act in found], float),
    )


class Rare(RareThings):
    """What the writer of findings asks of rare things, answered plainly."""

    def __init__(self, dealt: Dealt) -> None:
        self.plain = dealt

    def first_posts(self, group: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Rows of the first post and of each other member's first post, on each rare trace that members share."""
        inside = set(group.tolist())
        one, two = [], []
        for leavers in self.plain.actors.values():
            mine = sorted((one for one in leavers if one.actor in inside), key=lambda one: (one.at, one.actor))
            one += [mine[0].row.place] * (len(mine) - 1) if mine else []
            two += [other.row.place for other in mine[1:]]
        return np.array(one, np.int64), np.array(two, np.int64)


def _on_office(
    rows: Sequence[Row], table: Table, traces: Traces, timing: Sequence[Pair], content: Sequence[Shared], rate: float
) -> dict[tuple[int, int], tuple[float, float]]:
    """The pairs linked on another ground whose calendars can be compared: p and q."""
    q = false_discovery([pair.p for pair in timing], len(timing))
    linked = {(pair.a, pair.b) for pair, x in zip(timing, q, strict=True) if x <= rate}
    linked |= {(pair.a, pair.b) for pair in content if pair.q <= rate}
    kinds = traces.kinds.to_pylist()
    made = made_hours((row.actor, row.at) for row in rows if kinds[table.kind[row.trace]] in MADE)
    able = [pair for pair in sorted(linked) if all(len(made.get(actor, ())) >= FEWEST for actor in pair)]
    p = [same_office(made[a], made[b]) for a, b in able]
    return dict(zip(able, zip(p, false_discovery(p, len(p)), strict=True), strict=True))


def _network(
    traces: Traces,
    table: Table,
    found: Sequence[Act],
    timing: Sequence[Pair],
    content: Sequence[Shared],
    office: Mapping[tuple[int, int], tuple[float, float]],
    rhythm: Mapping[tuple[int, int], tuple[float, float]],
    rare: Dealt,
    times: Clock,
    crowd: Mapping[int, Any],
    rate: float,
) -> Network:
    """One row per pair tested on any ground, and per kind what the two did together."""
    q = false_discovery([pair.p for pair in timing], len(timing))
    on_timing = {(pair.a, pair.b): (pair.p, x) for pair, x in zip(timing, q, strict=True)}
    on_content = {(pair.a, pair.b): (pair.p, pair.q) for pair in content}
    pairs = sorted(on_timing.keys() | on_content.keys() | {pair for pair, (_, y) in rhythm.items() if y <= rate})
    by_pair = {pair: list(mine) for pair, mine in groupby(found, key=lambda act: (act.a.actor, act.b.actor))}
    kinds = [str(kind) for kind in traces.kinds.to_pylist()]
    interest = {(pair.a, pair.b): pair.interest for pair in content}
    layers: list[dict[str, Any]] = []
    totals, shared, named = [], [], []
    for place, (a, b) in enumerate(pairs):
        both = Counter(table.kind[trace] for trace in table.left[a] & table.left[b])
        mine = by_pair.get((a, b), [])
        names = []
        for k, kind in enumerate(kinds):
            near = [act for act in mine if table.kind[act.a.trace] == k]
            close = [act for act in near if abs(act.gap) <= times.window]
            if not both[k] and not near:
                continue
            names.append(kind)
            alone = pair_tests(near, times, crowd)
            layers.append(
                {
                    "pair": place, "code": k, "a": a, "b": b, "kind": kind, "acts": len(close), "near": len(near), "expected_acts": float(len(near) * times.tau),
                    "first_a": sum(act.gap > 0 for act in close), "first_b": sum(act.gap < 0 for act in close),
                    "shared": both[k], "expected_shared": rare.expected(a, b, k),
                    "p_timing": alone[0].p if alone else None, "p_content": _rare_of_kind(rare, a, b, k, interest.get((a, b))),
                }
            )  # fmt: skip
        totals.append(sum(abs(act.gap) <= times.window for act in mine))
        shared.append(sum(both.values()))
        named.append(names)
    none = (math.nan, math.nan)
    tests: Mapping[str, Mapping[tuple[int, int], tuple[float, float]]] = {
        "timing": on_timing,
        "content": on_content,
        "office": office,
        "rhythm": rhythm,
    }
    return Network(
        a=np.array([a for a, _ in pairs], np.int32), b=np.array([b for _, b in pairs], np.int32),
        acts=np.array(totals, np.int64), traces=np.array(shared, np.int64), kinds=named,
        p={ground: np.array([known.get(pair, none)[0] for pair in pairs], float) for ground, known in tests.items()},
        q={ground: np.array([known.get(pair, none)[1] for pair in pairs], float) for ground, known in tests.items()},
        layers=_layers(traces, layers),
        layer_pair=np.array([row["pair"] for row in layers], np.int64), layer_kind=np.array([row["code"] for row in layers], np.int64),
    )  # fmt: skip


def _rare_of_kind(rare: Dealt, a: int, b: int, kind: int, interest: float | None) -> float | None:
    """Chance to share as many rare things of one kind, where the two were tested on content."""
    if interest is None:
        return None
    shared = rare.shared(a, b, kind)
    return poisson_tail(shared, interest * rare.expected(a, b, kind)) if shared else 1.0


def _layers(traces: Traces, rows: Sequence[dict[str, Any]]) -> pa.Table:
    """`layers.parquet` from its rows with codes for names."""
    columns: dict[str, pa.Array] = {}
    for side in ("a", "b"):
        codes = pa.array([row[side] for row in rows], pa.int64())
        columns[f"platform_{side}"] = traces.platforms.take(codes)
        columns[f"actor_{side}"] = traces.actor_names.take(codes)
    columns["kind"] = pa.array([row["kind"] for row in rows], pa.string())
    for name in ("acts", "near", "expected_acts", "first_a", "first_b", "shared", "expected_shared"):
        columns[name] = pa.array([row[name] for row in rows], pa.float64() if "expected" in name else pa.int64())
    for name in ("p_timing", "p_content"):
        columns[name] = pa.array([row[name] for row in rows], pa.float64())
    return pa.table(columns)


def _leads(group: Group, table: Table, rare: Dealt, times: Clock) -> tuple[Lead, ...]:
    """How often each member, or who led, came first in the acts of the group, were the order a lottery."""
    everybody = sorted({*(member.actor for member in group.members), *group.led})
    if any("timing" in member.basis for member in group.members):
        acts = first_posts(runs(everybody, table.timed, table.popular, times.window))
    else:
        left = [[one for one in leavers if one.actor in everybody] for leavers in rare.actors.values()]
        acts = [{one.actor: one.at for one in leavers} for leavers in left]
    chances: dict[int, list[float]] = defaultdict(list)
    led: Counter[int] = Counter()
    for act in acts:
        first = [actor for actor, at in act.items() if at == min(act.values())]
        # One alone, or all at one moment: no order.
        if len(first) == len(act):
            continue
        for actor in act:
            chances[actor].append(len(first) / len(act))
        led.update(first)
    p = [at_least(led[actor], chances[actor]) for actor in everybody]
    return tuple(
        Lead(actor=actor, acts=len(chances[actor]), led=led[actor], due=sum(chances[actor]), p=x, q=y)
        for actor, x, y in zip(everybody, p, false_discovery(p, len(p)), strict=True)
    )


@dataclass(frozen=True, kw_only=True)
class Place:
    """What an actor's membership in one group rests on."""

    error: float
    joined: int
    led: int


@dataclass(frozen=True, kw_only=True)
class Found:
    """A group on one ground: its members with their errors, and who led or was copied."""

    members: dict[int, Place]
    led: set[int]


def took_part(one: Candidate | Sharer) -> bool:
    """Who came after others at least once; moments shared to the tick count for those who never led."""
    return one.joined > 0 or (one.together > 0 and one.led == 0)


def _cores(net: Network, ground: str, settings: DetectSettings) -> list[list[int]]:
    pairs = zip(net.a.tolist(), net.b.tolist(), net.p[ground].tolist(), net.q[ground].tolist(), strict=True)
    return [core for core in _links([pair for pair in pairs if not math.isnan(pair[3])], settings) if len(core) > 1]


def _distinct(groups: Iterable[tuple[list[int], Sequence[T]]], smallest: int) -> list[tuple[list[int], Sequence[T]]]:
    """Groups large enough, the larger first; one that lies by half in another before it is that other."""
    kept: list[tuple[list[int], Sequence[T]]] = []
    for group, tests in sorted(groups, key=lambda one: (-len(one[0]), one[0])):
        if len(group) >= smallest and not any(2 * len(set(group) & set(other)) >= len(group) for other, _ in kept):
            kept.append((group, tests))
    return kept


def _on_timing(
    net: Network, table: Table, crowd: Mapping[int, Any], times: Clock, settings: DetectSettings
) -> list[Found]:
    def test(group: Sequence[int]) -> list[Candidate]:
        return candidates(group, table.timed, table.left, table.popular, crowd, times)

    def members(tests: Sequence[Candidate]) -> list[int]:
        return [
            one.actor for one in belong(tests, settings.member_rate) if took_part(one) and one.order >= settings.order
        ]

    groups = _distinct([grown(core, test, members) for core in _cores(net, "timing", settings)], settings.smallest)
    pooled: dict[int, list[float]] = defaultdict(list)
    for _, tests in groups:
        for one in tests:
            pooled[one.band].append(one.p)
    error: dict[tuple[int, float], float] = {}
    for band, p in pooled.items():
        error |= {(band, x): e for x, e in zip(p, local_errors(p, len(p)), strict=True)}
    result = []
    for group, tests in groups:
        near = {one.actor for one in belong(tests, settings.member_rate) if one.led > one.joined}
        named = {one.actor: Place(error=error[one.band, one.p], joined=one.joined, led=one.led) for one in tests}
        result.append(Found(members={actor: named[actor] for actor in group}, led=near - set(group)))
    return result


def _on_content(net: Network, rare: Dealt, times: Clock, settings: DetectSettings) -> list[Found]:
    able = rare.active(2)

    def test(group: Sequence[int]) -> list[Sharer]:
        return sharers(group, rare, times)

    def members(tests: Sequence[Sharer]) -> list[int]:
        passed = stay(tests, settings.content_rate, able)
        return [one.actor for one in passed if took_part(one) and one.order >= settings.order]

    groups = _distinct([grown(core, test, members) for core in _cores(net, "content", settings)], settings.smallest)
    p = [one.p for _, tests in groups for one in tests]
    error = dict(zip(p, local_errors(p, able * len(groups)), strict=True)) if p else {}
    result = []
    for group, tests in groups:
        near = {one.actor for one in stay(tests, settings.content_rate, able) if one.led > one.joined}
        named = {one.actor: Place(error=error[one.p], joined=one.joined, led=one.led) for one in tests}
        result.append(Found(members={actor: named[actor] for actor in group}, led=near - set(group)))
    return result


def _joined(on_timing: Sequence[Found], on_content: Sequence[Found]) -> list[Group]:
    """Groups of both grounds that overlap by half of the smaller as one; surest first, timing first."""
    with_timing: list[list[Found]] = [[] for _ in on_timing]
    alone = []
    for content in on_content:
        overlap = [len(content.members.keys() & timing.members.keys()) for timing in on_timing]
        best = overlap.index(max(overlap)) if overlap else -1
        if best >= 0 and 2 * overlap[best] >= min(len(content.members), len(on_timing[best].members)):
            with_timing[best].append(content)
        else:
            alone.append(content)
    groups = [_group(timing, contents) for timing, contents in zip(on_timing, with_timing, strict=True)]
    groups += [_group(None, [content]) for content in alone]

    def surest(group: Group) -> tuple[bool, float, int, list[int]]:
        error = sum(member.error for member in group.members) / len(group.members)
        timing = any("timing" in member.basis for member in group.members)
        return not timing, round(error, 12), -len(group.members), [member.actor for member in group.members]

    likely = (g for g in groups if g.members and sum(m.error for m in g.members) / len(g.members) <= 0.5)
    return sorted(likely, key=surest)


def _group(timing: Found | None, contents: Sequence[Found]) -> Group:
    """One group; who led on either ground is no member on the other."""
    places: dict[int, dict[str, Place]] = defaultdict(dict)
    for actor, place in timing.members.items() if timing else ():
        places[actor]["timing"] = place
    for content in contents:
        for actor, place in content.members.items():
            places[actor].setdefault("content", place)
    led = set().union(*(found.led for found in [*([timing] if timing else []), *contents]))
    members = [
        Member(
            actor=actor,
            basis=tuple(stands),
            error=min(place.error for place in stands.values()),
            joined=sum(place.joined for place in stands.values()),
            led=sum(place.led for place in stands.values()),
        )
        for actor, stands in sorted(places.items())
        if actor not in led
    ]
    return Group(members=tuple(members), led=tuple(sorted(led)))
