"""Detect on a cluster: the same findings, from rows that stay there; what ties a finding's members comes here."""

__all__ = ["detect_in_parts", "detect_on"]

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from hustings.detection.acts import Acts
from hustings.detection.compiled import Int64s
from hustings.detection.detect import Detection, links_table
from hustings.detection.findings import Findings, findings
from hustings.detection.grouping import Group, groups
from hustings.detection.groups import GroupSettings
from hustings.detection.names import byte_order, hashes
from hustings.detection.overt import Declared
from hustings.detection.settings import DetectSettings
from hustings.detection.spark.census import SAMPLE_ROWS, Census, census, nobody
from hustings.detection.spark.members import Groups, RareOnCluster, shared_groups, timing_on_cluster, with_leads
from hustings.detection.spark.rows import Coded, Facts
from hustings.detection.spark.session import OnSpark
from hustings.detection.spark.source import read_source
from hustings.detection.spark.tested import Kept, Tests, moments_of, significance_on_cluster
from hustings.detection.spark.work import Cluster, Columns, Dealt, Shared, together
from hustings.detection.traces import Traces
from hustings.progress import Progress


def detect_on(
    session: Any, places: Sequence[str], settings: DetectSettings, folder: Path, progress: Progress,
    declared: Sequence[Declared] = (), rows_per_part: int = 500_000,
) -> Detection:  # fmt: skip
    """Find the groups that act as one in Parquet tables, on the cluster of a Spark session.

    places   files or folders of a trace table, by addresses that the workers reach
    folder   a place on this machine for what is brought to every other; the caller removes it
    """
    progress.step("Reading names")
    source = read_source(session, places)
    cluster = OnSpark(session, source, folder)
    try:
        told = census(cluster, None, max(1, source.read // SAMPLE_ROWS), ", ".join(places))
        if len(told.actors) < 2:
            raise nobody(", ".join(places), told.rows, len(told.actors), source.read)
        # Several parts to a core, so that one that is larger than the others keeps nobody waiting.
        parts = max(2 * cluster.cores, -(-source.read // rows_per_part))
        return detect_in_parts(cluster, told, source.read, settings, progress, declared, parts=parts)
    finally:
        cluster.close()


def detect_in_parts(
    cluster: Cluster, told: Census, read: int, settings: DetectSettings, progress: Progress,
    declared: Sequence[Declared] = (), *, parts: int,
) -> Detection:  # fmt: skip
    """The steps of `detect_traces`, on a cluster."""
    tests = significance_on_cluster(cluster, told, settings, progress, parts=parts)
    member = GroupSettings(
        link_rate=settings.rate, rate=settings.member_rate, content_rate=settings.content_rate, order=settings.order,
        smallest=settings.smallest,
    )  # fmt: skip
    kept, net, facts = tests.kept, tests.net, tests.kept.facts
    rare = RareOnCluster(cluster, kept)
    near = timing_on_cluster(cluster, kept, tests.timing, len(told.actors), parts)
    found = groups(net, near, rare, member, settings.seed, progress)
    progress.step("Asking who leads")
    found = with_leads(cluster, kept, rare, found, tests.timing.window)
    progress.step("Writing findings down")
    result = _findings(cluster, told, tests, rare, found, settings, declared)
    counts = {
        "read": read, "skipped": read - told.valid, "repeats": facts.repeats, "rows": facts.rows,
        "actors": len(told.actors), "traces": facts.traces, "acts_in_horizon": tests.acts,
        "tests_timing": tests.tests_timing, "tests_content": tests.tests_content, "tests_office": tests.tests_office, "tests_rhythm": tests.tests_rhythm, "findings": len(found),
    }  # fmt: skip
    platforms = told.platforms.take(pa.array(told.platform))
    return Detection(
        links=links_table(platforms, told.actors, net, settings.rate), layers=net.layers, members=result.members,
        evidence=result.evidence, findings=result.records, counts=counts, settings=settings, hubs=facts.hubs,
    )  # fmt: skip


@dataclass(frozen=True)
class ActsAmong:
    """Acts between members of one group."""

    groups: Groups
    actors: int

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        acts = together(pieces)
        anybody = np.zeros(self.actors, bool)
        for group in self.groups.each():
            anybody[group] = True
        rows = np.flatnonzero(anybody[acts["a"]] & anybody[acts["b"]])
        a, b = acts["a"][rows], acts["b"][rows]
        inside, wanted = np.zeros(self.actors, bool), np.zeros(len(rows), bool)
        for group in self.groups.each():
            inside[group] = True
            wanted |= inside[a] & inside[b]
            inside[group] = False
        yield 0, {name: column[rows[wanted]] for name, column in acts.items()}


@dataclass(frozen=True)
class Contents:
    """The posts by which some actors count on some traces."""

    wanted: Shared

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        posts = together(piece for piece in pieces if "of_trace" in piece)
        if not posts:
            return
        key = posts["of_trace"].astype(np.int64) << 32 | posts["of_actor"]
        mine = held_in(self.wanted.open()["key"], key)
        yield 0, {"key": key[mine], "content": posts["content"][mine]}


def held_in(keys: Int64s, values: Int64s) -> np.ndarray:
    """Which of the values are among the keys, which rise."""
    if not len(keys):
        return np.zeros(len(values), bool)
    return np.asarray(keys[np.minimum(np.searchsorted(keys, values), len(keys) - 1)] == values)


@dataclass(frozen=True)
class Sites:
    """Rows of one kind in some posts."""

    rows: Coded
    facts: Facts
    kind: int
    contents: Shared

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        mine = self.rows.part(part, pieces)
        trace, content = mine.trace[mine.own], mine.content[mine.own]
        keep = (self.facts.kind(trace) == self.kind) & held_in(self.contents.open()["content"], content)
        yield 0, {
            "trace": trace[keep], "at": mine.at[mine.own][keep], "actor": mine.actor[mine.own][keep],
            "content": content[keep],
        }  # fmt: skip


@dataclass(frozen=True)
class NamesOfContents:
    """Names of some posts, from the source."""

    contents: Shared

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[Dealt]:
        wanted = self.contents.open()["content"]
        for batch in batches:
            zero = np.zeros(len(batch), np.int32)
            content = hashes(batch.column("content"), zero, np.ones(1, np.uint64)).view(np.int64)
            mine = held_in(wanted, content)
            if mine.any():
                yield 0, {"content": content[mine], "name": batch.column("content").filter(pa.array(mine))}


@dataclass(frozen=True)
class NamesOfTraces:
    """Names of some traces."""

    first: Int64s
    wanted: Shared

    def __call__(self, part: int, pieces: list[Columns]) -> Iterator[Dealt]:
        names = next(piece for piece in pieces if "name" in piece)
        mine = self.wanted.open()["trace"] - self.first[part]
        mine = mine[(mine >= 0) & (mine < len(names["name"]))]
        yield 0, {"trace": mine + self.first[part], "name": names["name"].take(pa.array(mine))}


@dataclass(frozen=True)
class _First:
    """First posts of the groups that were asked for."""

    rows: dict[bytes, tuple[Int64s, Int64s]]

    def first_posts(self, group: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return self.rows[group.tobytes()]


def _findings(
    cluster: Cluster, told: Census, tests: Tests, rare: RareOnCluster, found: list[Group], settings: DetectSettings,
    declared: Sequence[Declared],
) -> Findings:  # fmt: skip
    """Bring here what ties the members of each group, and have it written down as on one machine."""
    kept, actors = tests.kept, len(told.actors)
    members = [np.array([m.actor for m in group.members], np.int64) for group in found]
    acts: Columns = {}
    if found:
        acts = together(cluster.gather(kept.acts, ActsAmong(shared_groups(cluster, members), actors)))
    if not acts:
        whole, real = np.empty(0, np.int64), np.empty(0)
        acts = dict.fromkeys(("a", "b", "post_a", "post_b", "trace", "at", "gap", "day"), whole) | {"trains": real}
    on_content = [group.on("content") for group in found]
    firsts = rare.first_posts(on_content)
    stand_for = _contents(cluster, kept, firsts)
    at_a, at_b = acts["at"] + np.maximum(0, -acts["gap"]), acts["at"] + np.maximum(0, acts["gap"])
    stands = [np.unique(np.concatenate([*stand_for.values(), np.empty(0, np.int64)]))]
    wanted = np.unique(np.concatenate([acts["post_a"], acts["post_b"], *stands])).astype(np.int64)
    name_of = _names_of_contents(cluster, wanted)
    rank = np.empty(len(wanted), np.int64)
    rank[byte_order(name_of, np.zeros(len(wanted), np.int32))] = np.arange(len(wanted))
    sites = _sites(cluster, told, kept, wanted)

    def coded(content: np.ndarray) -> np.ndarray:
        return rank[np.searchsorted(wanted, content)]

    def rows_of(one: Columns) -> np.ndarray:
        keys = (one["trace"].astype(np.int64) << 32 | one["actor"]).tolist()
        content = np.array([int(coded(stand_for[key]).min()) for key in keys], np.int64)
        return np.column_stack([one["trace"], one["counts_at"], one["actor"], content]).astype(np.int64)

    blocks = [
        np.column_stack([acts["trace"], at_a, acts["a"], coded(acts["post_a"])]),
        np.column_stack([acts["trace"], at_b, acts["b"], coded(acts["post_b"])]),
        np.column_stack([sites["trace"], sites["at"], sites["actor"], coded(sites["content"])]),
        *(rows_of(one) for pair in firsts for one in pair),
    ]
    # In the order of their words, as `Traces` has them; `place` is where each stands.
    words, place = np.unique(np.concatenate(blocks).astype(np.int64), axis=0, return_inverse=True)
    cuts = np.split(place.ravel(), np.cumsum([len(block) for block in blocks])[:-1])
    traces = _traces(cluster, told, kept, words, name_of, rank)
    near = Acts(
        a=acts["a"], b=acts["b"], row_a=cuts[0], row_b=cuts[1], gap=acts["gap"], trains=acts["trains"], day=acts["day"]
    )
    first = {group.tobytes(): (cuts[3 + 2 * i], cuts[4 + 2 * i]) for i, group in enumerate(on_content)}
    everybody = np.unique(np.concatenate([*members, np.empty(0, np.int64)])).astype(np.int64)
    moments = moments_of(cluster, told, kept, everybody)
    return findings(traces, near, tests.net, _First(first), found, settings, tests.timing, moments, declared)


def _contents(cluster: Cluster, kept: Kept, firsts: list[tuple[Columns, Columns]]) -> dict[int, Int64s]:
    """Per (trace, actor) of these, the posts that may stand for it: several where they are of one moment."""
    keys = [one["trace"].astype(np.int64) << 32 | one["actor"] for pair in firsts for one in pair]
    key = np.unique(np.concatenate([*keys, np.empty(0, np.int64)])).astype(np.int64)
    if not len(key):
        return {}
    found = together(cluster.gather(kept.incidents, Contents(cluster.share(key=key))))
    order = np.argsort(found["key"], kind="stable")
    posts = np.split(found["content"][order], np.searchsorted(found["key"][order], key[1:]))
    return dict(zip(key.tolist(), posts, strict=True))


def _names_of_contents(cluster: Cluster, wanted: Int64s) -> pa.Array:
    if not len(wanted):
        return pa.array([], pa.string())
    found = together(columns for _, columns in cluster.look(NamesOfContents(cluster.share(content=wanted))))
    content, first = np.unique(found["content"], return_index=True)
    assert len(content) == len(wanted), "every post comes from the source"
    return found["name"].take(pa.array(first)).cast(pa.string())


def _sites(cluster: Cluster, told: Census, kept: Kept, wanted: Int64s) -> Columns:
    """Rows that tell to which site these posts lead."""
    kinds = told.kinds.to_pylist()
    found: Columns = {}
    if "domain" in kinds and len(wanted):
        step = Sites(kept.reading, kept.facts, kinds.index("domain"), cluster.share(content=wanted))
        found = together(cluster.gather(kept.rows, step))
    return found or {name: np.empty(0, np.int64) for name in ("trace", "at", "actor", "content")}


def _traces(
    cluster: Cluster, told: Census, kept: Kept, words: np.ndarray, name_of: pa.Array, rank: np.ndarray
) -> Traces:
    """The rows as a small table of traces; actors have the codes of the whole."""
    code, trace = np.unique(words[:, 0], return_inverse=True)
    names = pa.array([], pa.string())
    if len(code):
        step = NamesOfTraces(kept.reading.first, cluster.share(trace=code))
        found = together(cluster.gather(kept.rows, step))
        known, first = np.unique(found["trace"], return_index=True)
        assert len(known) == len(code), "every trace has a name"
        names = found["name"].take(pa.array(first))
    kind_of = kept.facts.kind(code).astype(np.int32)
    in_order = np.empty(len(rank), np.int64)
    in_order[rank] = np.arange(len(rank))
    place = trace.ravel().astype(np.int32)
    return Traces(
        kind=kind_of[place], trace=place, actor=words[:, 2].astype(np.int32), content=words[:, 3].astype(np.int32),
        at=words[:, 1].copy(), kinds=told.kinds, trace_names=names, trace_kind=kind_of,
        platforms=told.platforms.take(pa.array(told.platform)), actor_names=told.actors,
        content_names=name_of.take(pa.array(in_order)), read=0, skipped=0, repeats=0,
    )  # fmt: skip
