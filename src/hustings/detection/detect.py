"""Detect: from trace tables to findings, one pure step after the other."""

__all__ = ["Detection", "Steps", "detect", "detect_traces"]

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from hustings.detection.acts import Acts, acts
from hustings.detection.content import ContentSettings, RareThings, content_tests
from hustings.detection.crowd import Crowds
from hustings.detection.findings import findings
from hustings.detection.grouping import Group, groups
from hustings.detection.groups import GroupSettings, Posts, candidates
from hustings.detection.hubs import Hub, without_hubs
from hustings.detection.leads import leads_on_content, leads_on_timing
from hustings.detection.network import Network, network
from hustings.detection.occasions import days
from hustings.detection.office import made_moments, office_tests
from hustings.detection.overt import Declared
from hustings.detection.pace import crowds_of, timing_of
from hustings.detection.rhythm import RhythmTests, rhythm_tests
from hustings.detection.settings import DetectSettings
from hustings.detection.timing import TimingSettings, pair_tests
from hustings.detection.traces import Traces, read_traces
from hustings.progress import Progress, Silent


@dataclass(frozen=True, kw_only=True)
class Detection:
    """What a run found: the tables of the design's contract, findings' records, and counts for `run.json`."""

    links: pa.Table
    layers: pa.Table
    members: pa.Table
    evidence: pa.Table
    findings: list[dict[str, Any]]
    counts: dict[str, int]
    settings: DetectSettings
    hubs: tuple[Hub, ...] = ()


def detect(
    paths: Sequence[Path], settings: DetectSettings | None = None, progress: Progress | None = None,
    declared: Sequence[Declared] = (),
) -> Detection:  # fmt: skip
    """Read trace tables and find the groups that act as one; those of one declared owner are set apart."""
    progress = progress or Silent()
    progress.step("Reading traces")
    return detect_traces(read_traces(paths), settings or DetectSettings(), progress, declared)


class Steps:
    """The steps that look at every row, as a run over a whole table takes them.

    Whoever knows part of their results already (`watching`) takes them otherwise, with the same results.
    """

    def without_hubs(self, traces: Traces, horizon: int, most: int) -> tuple[Traces, tuple[Hub, ...]]:
        """The table with at most `most` pairs within the horizon."""
        return without_hubs(traces, horizon, most)

    def acts(self, traces: Traces, horizon: int, day: np.ndarray) -> Acts:
        """The acts of every pair of actors that is tested on any ground, and perhaps of others."""
        return acts(traces, horizon, day)

    def crowds(self, traces: Traces, near: Acts, timing: TimingSettings, settings: DetectSettings) -> Crowds:
        """The pace of each trace's crowd."""
        return crowds_of(traces, near, timing, settings)

    def rare(self, traces: Traces, settings: ContentSettings, day: np.ndarray) -> RareThings:
        """Who left which rare trace first when."""
        return RareThings(traces, settings, day)

    def posts(self, traces: Traces, day: np.ndarray, crowds: Crowds) -> Posts:
        """The rows by actor and by trace."""
        return Posts(traces, day, crowds)

    def rhythm(self, traces: Traces, near: Acts, day: np.ndarray) -> RhythmTests:
        """The tests of all pairs that post in the same minutes."""
        return rhythm_tests(traces, near, day)

    def within(self, near: Acts, found: list[Group]) -> Acts:
        """The acts of all pairs of members of one group, and perhaps of others."""
        return near


def detect_traces(
    traces: Traces, settings: DetectSettings, progress: Progress, declared: Sequence[Declared] = (),
    steps: Steps | None = None,
) -> Detection:  # fmt: skip
    """The steps: acts in the horizon, tests of pairs, network, groups, findings."""
    timing = timing_of(traces, settings)
    rows = len(traces)
    steps = steps or Steps()
    traces, hubs = steps.without_hubs(traces, timing.horizon, settings.most_pairs)
    day = days(traces.at)
    progress.step("Looking for acts")
    near = steps.acts(traces, timing.horizon, day)
    progress.step("Testing pairs")
    crowds = steps.crowds(traces, near, timing, settings)
    pace = crowds.factor(traces.trace[near.row_a], near.gap)
    pairs = pair_tests(near, timing, pace)
    rare = steps.rare(traces, ContentSettings(rarest=settings.rarest, fewest=settings.fewest), day)
    content = content_tests(rare)
    rhythm = steps.rhythm(traces, near, day)
    net = network(traces, near, pairs, content, rare, timing, pace, rhythm, settings.rate)
    moments = made_moments(traces)
    tied = net.held("timing", settings.rate) | net.held("content", settings.rate)
    office = office_tests(moments, net.a, net.b, tied)
    net.p["office"][:], net.q["office"][:] = office.p, office.q
    member = GroupSettings(
        link_rate=settings.rate,
        rate=settings.member_rate,
        content_rate=settings.content_rate,
        order=settings.order,
        smallest=settings.smallest,
    )
    posts = steps.posts(traces, day, crowds)
    found = groups(
        net, lambda ones: [candidates(posts, one, timing) for one in ones], rare, member, settings.seed, progress
    )
    progress.step("Asking who leads")
    found = [_with_leads(group, posts, rare, timing) for group in found]
    progress.step("Writing findings down")
    result = findings(traces, steps.within(near, found), net, rare, found, settings, timing, moments, declared)
    counts = {
        "read": traces.read, "skipped": traces.skipped, "repeats": traces.repeats, "rows": rows,
        "actors": len(traces.actor_names), "traces": len(traces.trace_names), "acts_in_horizon": len(near),
        "tests_timing": len(pairs.p), "tests_content": content.tests, "tests_office": int((~np.isnan(office.p)).sum()), "tests_rhythm": rhythm.tests, "findings": len(found),
    }  # fmt: skip
    return Detection(
        links=links_table(traces.platforms, traces.actor_names, net, settings.rate), layers=net.layers, members=result.members,
        evidence=result.evidence, findings=result.records, counts=counts, settings=settings, hubs=hubs,
    )  # fmt: skip


def _with_leads(group: Group, posts: Posts, rare: RareThings, timing: TimingSettings) -> Group:
    """On timing an act is a run of posts, on content alone a rare thing."""
    everybody = group.everybody
    on_timing = len(group.on("timing")) > 0
    return replace(
        group,
        leads=leads_on_timing(posts, everybody, timing.window) if on_timing else leads_on_content(rare, everybody),
    )


def links_table(platforms: pa.Array, actor_names: pa.Array, net: Network, rate: float) -> pa.Table:
    """`links.parquet`: every pair tested on any ground, null where a ground was not tested."""
    a, b = pa.array(net.a), pa.array(net.b)
    columns: dict[str, pa.Array] = {
        "platform_a": platforms.take(a), "actor_a": actor_names.take(a),
        "platform_b": platforms.take(b), "actor_b": actor_names.take(b),
        "acts": pa.array(net.acts, pa.int64()), "traces": pa.array(net.traces, pa.int64()),
        "kinds": pa.array(net.kinds, pa.list_(pa.string())),
    }  # fmt: skip
    for ground in ("timing", "content", "office"):
        columns[f"p_{ground}"] = pa.array(net.p[ground], pa.float64(), from_pandas=True)
        columns[f"q_{ground}"] = pa.array(net.q[ground], pa.float64(), from_pandas=True)
    columns["basis"] = pa.array(net.basis(rate), pa.string())
    # Later columns stand at the end, so that what reads the first ones goes on reading them.
    columns["p_rhythm"] = pa.array(net.p["rhythm"], pa.float64(), from_pandas=True)
    columns["q_rhythm"] = pa.array(net.q["rhythm"], pa.float64(), from_pandas=True)
    return pa.table(columns)
