"""What a finished run says, finding by finding, cut to what a page can carry."""

__all__ = ["Caps", "FindingData", "RunData", "read_run"]

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hustings.errors import BadInput, Problem
from hustings.report.rows import Rows, Shared, moments, shared

TABLES = {
    "members": ("finding", "platform", "actor", "score", "basis"),
    "links": ("platform_a", "actor_a", "platform_b", "actor_b", "acts", "traces", "basis", "p_timing", "p_content"),
    "evidence": (
        "finding", "platform_a", "actor_a", "platform_b", "actor_b", "kind", "trace", "content_a", "content_b",
        "at_a", "at_b", "gap_s",
    ),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Caps:
    """How much of a finding goes into the page; what is left out is said there."""

    actors_drawn: int = 300
    edges: int = 3_000
    members: int = 5_000
    moments: int = 600
    traces: int = 25
    rows: int = 1_000
    # Of all findings together: bounds the page whatever the run.
    rows_of_all: int = 40_000


@dataclass(frozen=True, kw_only=True)
class FindingData:
    """One finding: its record, and its rows as plain values, strongest first.

    members     platform, actor, score, basis, links, times together, things shared
    edges       numbers of two members, with 1 (weak) to 3 (strong)
    things      kind and trace, to which moments, traces and rows point by number
    traces      thing, actors, rows, first, last (microseconds), median gap in seconds
    moments     microseconds, actors, thing, posts; in order of time
    rows        numbers of two actors (members, then `others`), thing, contents, microseconds of both
    """

    record: dict[str, Any]
    members: list[list[Any]]
    others: list[list[str]]
    members_in_all: int
    edges: list[list[int]]
    edges_in_all: int
    things: list[list[str]]
    traces: list[list[Any]]
    traces_in_all: int
    moments: list[list[int]]
    moments_in_all: int
    rows: list[list[Any]]
    rows_in_all: int
    median_gap_s: float | None


@dataclass(frozen=True, kw_only=True)
class RunData:
    """A finished run of `hustings detect`."""

    about: dict[str, Any]
    findings: list[FindingData] = field(default_factory=list)

    @property
    def window_s(self) -> float:
        """How close is close, in seconds."""
        return float(self.about.get("settings", {}).get("window_s", 60))


def read_run(folder: Path, caps: Caps | None = None) -> RunData:
    """Read what the page needs of a run; all that is missing or wrong is said at once."""
    caps = caps or Caps()
    folder = Path(folder)
    about, records, tables = _files(folder)
    bare = RunData(about=about)
    if not records:
        return bare
    most = min(caps.rows, max(1, caps.rows_of_all // len(records)))
    evidence = Rows.of(tables["evidence"])
    held = tables["links"].filter(pc.greater(pc.utf8_length(tables["links"]["basis"]), 0))
    ties = _ties(held)
    members = _by_finding(tables["members"])
    findings = [
        _finding(
            record,
            members.get(record["finding"], []),
            ties,
            evidence.of_finding(record["finding"]),
            bare.window_s,
            caps,
            most,
        )
        for record in records
    ]
    return RunData(about=about, findings=findings)


def _files(folder: Path) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, pa.Table]]:
    problems: list[Problem] = []
    again = "Run `hustings detect` again into this folder."
    read: dict[str, Any] = {}
    for name, kind in (("run.json", dict), ("findings.json", list)):
        try:
            read[name] = json.loads((folder / name).read_text(encoding="utf-8"))
            sound = isinstance(read[name], kind)
        except FileNotFoundError:
            problems.append(
                Problem(where=str(folder / name), found="no such file", expected="a file of a finished run", do=again)
            )
            continue
        except (ValueError, OSError):
            sound = False
        if not sound:
            problems.append(
                Problem(
                    where=str(folder / name),
                    found="something else than our JSON",
                    expected="the file as it was written",
                    do=again,
                )
            )
    tables = {}
    for name, columns in TABLES.items():
        place = folder / f"{name}.parquet"
        if not place.is_file():
            problems.append(
                Problem(where=str(place), found="no such file", expected="a file of a finished run", do=again)
            )
            continue
        try:
            there = pq.read_schema(place).names
            missing = [column for column in columns if column not in there]
            if missing:
                problems.append(
                    Problem(
                        where=str(place),
                        found=f"no column {', '.join(missing)}",
                        expected="the columns of a run",
                        do=again,
                    )
                )
            else:
                tables[name] = pq.read_table(place, columns=list(columns))
        except (pa.ArrowException, OSError):
            problems.append(
                Problem(
                    where=str(place),
                    found="something else than Parquet",
                    expected="the file as it was written",
                    do=again,
                )
            )
    if problems:
        raise BadInput(f"{folder} is not a finished run of `hustings detect`.", problems)
    return read["run.json"], read["findings.json"], tables


def _by_finding(members: pa.Table) -> dict[int, list[dict[str, Any]]]:
    groups: dict[int, list[dict[str, Any]]] = {}
    for row in members.to_pylist():
        groups.setdefault(row["finding"], []).append(row)
    return groups


Actor = tuple[str, str]


def _ties(held: pa.Table) -> dict[Actor, list[tuple[Actor, float]]]:
    """For each actor its links beyond chance, with the smallest chance of each; in both directions."""
    ties: dict[Actor, list[tuple[Actor, float]]] = {}
    for row in held.to_pylist():
        a, b = (row["platform_a"], row["actor_a"]), (row["platform_b"], row["actor_b"])
        chance = min((p for p in (row["p_timing"], row["p_content"]) if p is not None), default=1.0)
        ties.setdefault(a, []).append((b, chance))
        ties.setdefault(b, []).append((a, chance))
    return ties


def _finding(
    record: dict[str, Any], members: list[dict[str, Any]], ties: dict[Actor, list[tuple[Actor, float]]], rows: Rows,
    window_s: float, caps: Caps, most: int,
) -> FindingData:  # fmt: skip
    timed = "timing" in str(record.get("basis", ""))
    inside = {(row["platform"], row["actor"]) for row in members}
    links = {actor: [tie for tie in ties.get(actor, ()) if tie[0] in inside] for actor in inside}
    count: Shared = shared(rows, window_s)

    def rank(row: dict[str, Any]) -> tuple[Any, ...]:
        actor = (row["platform"], row["actor"])
        return (-len(links[actor]), -count.acts.get(actor, 0), -row["score"], *actor)

    members = sorted(members, key=rank)
    number = {(row["platform"], row["actor"]): place for place, row in enumerate(members)}
    drawn = {actor for actor, place in number.items() if place < caps.actors_drawn}
    edges = sorted((p, number[a], number[b]) for a in number for b, p in links[a] if number[a] < number[b])
    shown = [edge for edge in edges if edge[2] < len(drawn)][: caps.edges]
    things = count.things
    kept = things.traces[: caps.traces]
    moment = moments(rows, window_s if timed else None)
    tallest = sorted(moment, key=lambda m: (-m[1], m[0], m[2]))[: caps.moments]
    listed = {(row["platform"], row["actor"]) for row in members[: caps.members]}
    kept_rows, others = rows.first(most, {a: n for a, n in number.items() if a in listed})
    used = {t[0] for t in kept} | {m[2] for m in tallest} | {r[2] for r in kept_rows}
    thing = {old: new for new, old in enumerate(sorted(used))}
    return FindingData(
        record=record,
        members=[
            [
                row["platform"],
                row["actor"],
                row["score"],
                row["basis"],
                len(links[actor]),
                count.acts.get(actor, 0),
                count.shared.get(actor, 0),
            ]
            for row in members[: caps.members]
            for actor in [(row["platform"], row["actor"])]
        ],
        others=others,
        members_in_all=len(members),
        edges=[[a, b, _strength(p)] for p, a, b in shown],
        edges_in_all=len(edges),
        things=[rows.thing(old) for old in sorted(used)],
        traces=[[thing[t[0]], *t[1:]] for t in kept],
        traces_in_all=len(things.traces),
        moments=[[m[0], m[1], thing[m[2]], m[3]] for m in sorted(tallest)],
        moments_in_all=len(moment),
        rows=[[r[0], r[1], thing[r[2]], *r[3:]] for r in kept_rows],
        rows_in_all=len(rows),
        median_gap_s=count.median_gap_s if timed else count.median_any_s,
    )


def _strength(chance: float) -> int:
    """How heavy a line is: 1, 2 (one in a million) or 3 (one in a million million)."""
    return 1 + int(np.searchsorted([6, 12], -np.log10(max(chance, 1e-300)), side="right"))
