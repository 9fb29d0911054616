"""Findings: groups with the rows that made them, a sentence for people, and what they do not show."""

__all__ = ["Findings", "FirstPosts", "findings"]

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hustings.detection.acts import Acts
from hustings.detection.chance import simes
from hustings.detection.compiled import Int64s
from hustings.detection.evidence import evidence_table, rows_digest
from hustings.detection.grouping import Group
from hustings.detection.network import Network
from hustings.detection.office import FEWEST_HOURS, Moments, office_facts
from hustings.detection.overt import Declared, one_site, owner_of_all, why_innocent
from hustings.detection.settings import DetectSettings
from hustings.detection.timing import TimingSettings
from hustings.detection.traces import Traces

TIMING_LIMITS = (
    "Acting together is not forbidden, and says nothing of who ordered it.",
    "Pages of one publisher, a shared scheduler or a shared trigger (an embargo, a push message) look like this.",
)
CONTENT_LIMITS = (
    "Sharing rare things is what colleagues, neighbours, fans and pages of one publisher do; nothing here says that they timed it.",
)

# So many members at one moment are an audience's size; few campaigns are as large.
AUDIENCE = 30

OFFICE_LIMIT = (
    "The same working hours and holidays fit agencies, schedulers and neighbours too; a time zone is not a state."
)
RHYTHM_LIMIT = (
    "Posting in the same minutes on many days is what one scheduler, one newsroom's queue or one broadcast gives too."
)


class FirstPosts(Protocol):
    """Who was first to leave each rare trace that a group shares."""

    def first_posts(self, group: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Rows of the first post and of each other member's first post, on each rare trace that members share."""


@dataclass(frozen=True, kw_only=True)
class Findings:
    """`records` for findings.json, and the tables members.parquet and evidence.parquet."""

    records: list[dict[str, Any]]
    members: pa.Table
    evidence: pa.Table


def findings(
    traces: Traces, acts: Acts, net: Network, rare: FirstPosts, found: list[Group], settings: DetectSettings,
    timing: TimingSettings, moments: Moments, declared: Sequence[Declared] = (),
) -> Findings:  # fmt: skip
    """Write down each group: members, evidence, figures, sentence, limits."""
    basis = net.basis(settings.rate)
    owners = {(line.platform, line.actor): line for line in declared}
    overt = {id(group): owner_of_all(_names(traces, group), owners) for group in found}
    # Set apart, not hidden: what one owner declares comes after everything else.
    found = sorted(found, key=lambda group: overt[id(group)] is not None)
    evidence, sites = [], []
    for group in found:
        row_a, row_b = _posts(traces, acts, rare, group, timing)
        evidence.append(evidence_table(traces, row_a, row_b))
        sites.append(one_site(traces, np.r_[row_a, row_b]))
    rows: dict[str, list[Any]] = {name: [] for name in ("finding", "platform", "actor", "score", "basis")}
    records = []
    for number, (group, proof, site) in enumerate(zip(found, evidence, sites, strict=True)):
        actors = np.array([m.actor for m in group.members])
        rows["finding"] += [number] * len(actors)
        rows["platform"] += traces.platforms.take(pa.array(actors)).to_pylist()
        rows["actor"] += traces.actor_names.take(pa.array(actors)).to_pylist()
        rows["score"] += [round(1 - m.error, 6) for m in group.members]
        # Grounds that name nobody by themselves, and are said of members who also stand on them.
        beside = {ground: _keeping(ground, net, actors, settings.rate) for ground in ("office", "rhythm")}
        rows["basis"] += ["+".join([*m.basis, *(g for g in beside if m.actor in beside[g])]) for m in group.members]
        record = _record(number, group, proof, traces, acts, net, basis, settings, timing)
        record["leads"] = _leads(group, traces)
        record["layers"] = _layers_of(
            actors, "timing" if len(group.on("timing")) else "content", record, net, basis, traces
        )
        hours = np.unique(np.concatenate([moments.of(actor) for actor in actors.tolist()]))
        if len(hours) >= FEWEST_HOURS:
            record["office"] = office_facts(hours, settings.rate)
        for ground, limit in (("office", OFFICE_LIMIT), ("rhythm", RHYTHM_LIMIT)):
            if beside[ground]:
                record["basis"] += f"+{ground}"
                record["limits"].append(limit)
        record["one_site"] = site
        if site is not None:
            record["limits"].append(
                f"{site['share']:.0%} of the posts that tie them lead to one site ({site['domain']}): ask first whose they are."
            )
        if "timing" not in record["basis"]:
            record["why_innocent"] = why_innocent(record["kinds"], site)
        record["overt"] = overt[id(group)]
        records.append(record)
    schema = pa.schema(
        [
            ("finding", pa.int64()),
            ("platform", pa.string()),
            ("actor", pa.string()),
            ("score", pa.float64()),
            ("basis", pa.string()),
        ]
    )
    tables = [
        table.add_column(0, "finding", pa.array(np.full(len(table), n), pa.int64())) for n, table in enumerate(evidence)
    ]
    empty = evidence_table(traces, *(np.empty(0, np.int64) for _ in range(2))).add_column(
        0, "finding", pa.array([], pa.int64())
    )
    return Findings(records=records, members=pa.table(rows, schema=schema), evidence=pa.concat_tables([*tables, empty]))


def _names(traces: Traces, group: Group) -> list[tuple[str, str]]:
    codes = pa.array([member.actor for member in group.members])
    return list(zip(traces.platforms.take(codes).to_pylist(), traces.actor_names.take(codes).to_pylist(), strict=True))


def _keeping(ground: str, net: Network, actors: np.ndarray, rate: float) -> set[int]:
    """Members that keep the same office hours, or the same rhythm, as another member they are linked to."""
    held = net.held(ground, rate) & np.isin(net.a, actors) & np.isin(net.b, actors)
    return set(net.a[held].tolist()) | set(net.b[held].tolist())


def _posts(traces: Traces, acts: Acts, rare: FirstPosts, group: Group, timing: TimingSettings) -> tuple[Int64s, Int64s]:
    """Rows of the posts that tie the members: acts on timing, first posts of each shared rare thing on content."""
    inside = np.zeros(len(traces.actor_names), bool)
    inside[group.on("timing")] = True
    near = inside[acts.a] & inside[acts.b] & (np.abs(acts.gap) <= timing.window)
    row_a, row_b = rare.first_posts(group.on("content"))
    return np.r_[acts.row_a[near], row_a].astype(np.int64), np.r_[acts.row_b[near], row_b].astype(np.int64)


def _record(
    number: int, group: Group, proof: pa.Table, traces: Traces, acts: Acts, net: Network, basis: list[str],
    settings: DetectSettings, timing: TimingSettings,
) -> dict[str, Any]:  # fmt: skip
    actors = np.array([m.actor for m in group.members])
    inside = np.zeros(len(traces.actor_names), bool)
    inside[actors] = True
    links = [basis[i] for i in np.flatnonzero(inside[net.a] & inside[net.b]).tolist() if basis[i]]
    both = inside[acts.a] & inside[acts.b]
    near = int((both & (np.abs(acts.gap) <= timing.window)).sum())
    expected = float(both.sum() * timing.close)
    platforms = sorted(set(traces.platforms.take(pa.array(actors)).to_pylist()))
    grounds = [g for g in ("timing", "content") if len(group.on(g))]
    first = pc.min_max(pa.chunked_array([*proof["at_a"].chunks, *proof["at_b"].chunks])) if len(proof) else None
    error = float(np.mean([m.error for m in group.members]))
    text = [_stamp(t) for t in (first["min"], first["max"])] if first is not None else [None, None]
    limits = [
        *(TIMING_LIMITS if "timing" in grounds else ()),
        *_shared_moments(group, traces, acts, timing),
        *(CONTENT_LIMITS if "content" in grounds else ()),
    ]
    names = traces.actor_names.take(pa.array(np.array(group.led, np.int64))).to_pylist()
    led = [
        {"platform": p, "actor": a}
        for p, a in zip(traces.platforms.take(pa.array(np.array(group.led, np.int64))).to_pylist(), names, strict=True)
    ]
    return {
        "finding": number, "members": len(actors), "basis": "+".join(grounds), "platforms": platforms,
        "first": text[0], "last": text[1], "links": len(links), "traces": len(proof.group_by(["kind", "trace"]).aggregate([])),
        "acts": near, "expected_acts": round(expected, 3), "score": round(1 - error, 6),
        "sentence": _sentence(group, proof, near, expected, platforms, error, settings),
        "limits": limits, "led": led, "kinds": dict(sorted(Counter(proof["kind"].to_pylist()).items())),
        "rows_digest": rows_digest(proof),
    }  # fmt: skip


def _leads(group: Group, traces: Traces) -> list[dict[str, Any]]:
    codes = pa.array([lead.actor for lead in group.leads], pa.int64())
    names = zip(traces.platforms.take(codes).to_pylist(), traces.actor_names.take(codes).to_pylist(), strict=True)
    return [
        {"platform": platform, "actor": actor, "acts": lead.acts, "led": lead.led, "due": lead.due, "p": lead.p, "q": lead.q}
        for (platform, actor), lead in zip(names, group.leads, strict=True)
    ]  # fmt: skip


def _layers_of(
    actors: np.ndarray, ground: str, record: dict[str, Any], net: Network, basis: list[str], traces: Traces
) -> dict[str, dict[str, Any]]:
    """Which kinds carry a finding: per kind the links it has a part in, one p over them, its share of the evidence.

    p is Simes' combination over all links of the finding, 1 where a link was not tested on that kind. The links were
    chosen for what they show over all kinds, so it ranks the kinds and is no test of its own.
    """
    inside = np.zeros(len(traces.actor_names), bool)
    inside[actors] = True
    linked = inside[net.a] & inside[net.b] & np.array([bool(text) for text in basis], bool)
    mine = np.flatnonzero(linked[net.layer_pair])
    p = np.nan_to_num(net.layers[f"p_{ground}"].take(pa.array(mine)).to_numpy(zero_copy_only=False), nan=1.0)
    part = net.layers["acts" if ground == "timing" else "shared"].take(pa.array(mine)).to_numpy() > 0
    total = sum(record["kinds"].values())
    result = {}
    for k in np.unique(net.layer_kind[mine]).tolist():
        of = net.layer_kind[mine] == k
        every = np.ones(int(linked.sum()))
        every[: of.sum()] = p[of]
        kind = str(traces.kinds[k])
        result[kind] = {
            "links": int(part[of].sum()), "p": float(simes(every, np.zeros(len(every)))[0]),
            "share": round(record["kinds"].get(kind, 0) / max(total, 1), 6),
        }  # fmt: skip
    return result


def _shared_moments(group: Group, traces: Traces, acts: Acts, timing: TimingSettings) -> list[str]:
    """What to say where at least half of the acts lie in moments of many members: an audience does that too."""
    inside = np.zeros(len(traces.actor_names), bool)
    inside[group.on("timing")] = True
    near = inside[acts.a] & inside[acts.b] & (np.abs(acts.gap) <= timing.window)
    # A moment is one thing on one day.
    things, moment = np.unique(
        np.column_stack([traces.trace[acts.row_a[near]], acts.day[near]]), axis=0, return_inverse=True
    )
    present = np.unique(np.column_stack([np.r_[moment, moment], np.r_[acts.a[near], acts.b[near]]]), axis=0)
    members = np.bincount(present[:, 0], minlength=len(things))
    if 2 * int((members[moment] >= AUDIENCE).sum()) < len(moment) or not len(moment):
        return []
    many = members[members >= AUDIENCE]
    return [
        (
            f"Shared moments: at least half of their acts lie where {AUDIENCE} or more of them posted one thing on one day "
            f"(such moments: {len(many):,}; members in the largest: {many.max():,}). An audience that comes back to the same "
            "broadcast, match or push message does that without knowing each other: ask first what was public then."
        )
    ]


def _stamp(value: pa.Scalar) -> str:
    return str(value.cast(pa.string()).as_py()).replace(" ", "T").removesuffix("Z") + "Z"


def _sentence(
    group: Group,
    proof: pa.Table,
    near: int,
    expected: float,
    platforms: list[str],
    error: float,
    settings: DetectSettings,
) -> str:
    size, window = len(group.members), settings.window.total_seconds()
    who = f"{size} actors on {' and '.join(platforms)}"
    sure = f"Of members this sure, about {max(error, 1e-4) * 100:.2g} in 100 would be named by chance."
    traces = len(proof.group_by(["kind", "trace"]).aggregate([]))
    if len(group.on("timing")):
        due = f"{expected:.0f}" if expected >= 1 else "less than one"
        return (
            f"{who} acted together: {near:,} times two of them posted the same thing within {window:g} seconds of each other; "
            f"of actors who share the same things within {settings.horizon_us / 6e7:g} minutes, {due} such would be expected. {sure}"
        )
    return (
        f"{who} share {traces:,} rare things, more than their activity and the things' popularity explain; "
        f"their timing is not closer than that of others. {sure}"
    )
