"""Sensitivity: how findings change with the window and with how active an actor must be."""

__all__ = ["SAME", "Cell", "Found", "Kept", "found_in", "grid", "kept_in", "settings_of", "with_participation"]

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np

from hustings.detection.detect import detect_traces
from hustings.detection.settings import DetectSettings
from hustings.detection.traces import Traces
from hustings.progress import Progress

# Two groups with at least so much in common, of all that is in either, are taken as the same finding.
SAME = 0.5


@dataclass(frozen=True, kw_only=True, order=True)
class Cell:
    """One setting: the window (the horizon is 30 of it), and the fewest posts of an actor that takes part."""

    window: timedelta
    fewest: int


@dataclass(frozen=True, kw_only=True)
class Found:
    """What one cell gave; `groups` are the members (platform, actor) of each finding, surest first, with its basis."""

    cell: Cell
    counts: dict[str, int]
    groups: tuple[tuple[str, frozenset[tuple[str, str]]], ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON, members in order."""
        return {
            "window_s": self.cell.window.total_seconds(), "fewest": self.cell.fewest, "counts": self.counts,
            "groups": [{"basis": basis, "members": sorted(map(list, group))} for basis, group in self.groups],
        }  # fmt: skip

    @classmethod
    def from_dict(cls, told: dict[str, Any]) -> "Found":
        """The same, from JSON."""
        return cls(
            cell=Cell(window=timedelta(seconds=told["window_s"]), fewest=told["fewest"]), counts=told["counts"],
            groups=tuple((one["basis"], frozenset((a, b) for a, b in one["members"])) for one in told["groups"]),
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What became of one finding of the base in one cell: the most alike finding there (None if no member is in one)."""

    finding: int
    cell: Cell
    other: int | None
    jaccard: float


def grid(windows: Sequence[timedelta], fewest: Sequence[int], base: Cell) -> list[Cell]:
    """All cells, the base among them, in order: fewest posts first, then windows."""
    cells = {Cell(window=window, fewest=n) for window in windows for n in fewest} | {base}
    return sorted(cells, key=lambda cell: (cell.fewest, cell.window))


def settings_of(cell: Cell, settings: DetectSettings) -> DetectSettings:
    """The settings of a run with the cell's window, and a horizon of 30 of it."""
    return replace(settings, window=cell.window, horizon=None)


def with_participation(traces: Traces, fewest: int) -> Traces:
    """The rows of actors with at least so many posts, however many traces each carries; names and codes stay."""
    if fewest <= 1 or not len(traces):
        return traces
    post = np.unique(traces.actor.astype(np.int64) << 32 | traces.content)
    keep = (np.bincount(post >> 32, minlength=len(traces.actor_names)) >= fewest)[traces.actor]
    columns = {name: getattr(traces, name)[keep] for name in ("kind", "trace", "actor", "content", "at")}
    return replace(traces, **columns)


def found_in(traces: Traces, cell: Cell, settings: DetectSettings, progress: Progress) -> Found:
    """Detect with one cell's setting."""
    part = with_participation(traces, cell.fewest)
    found = detect_traces(part, settings_of(cell, settings), progress)
    groups: list[set[tuple[str, str]]] = [set() for _ in found.findings]
    for row in found.members.to_pylist():
        groups[row["finding"]].add((row["platform"], row["actor"]))
    basis = found.links["basis"].to_pylist()
    counts = {
        "rows": len(part), "actors": len(np.unique(part.actor)), "pairs": len(basis),
        "acts_in_horizon": found.counts["acts_in_horizon"], "links": sum(map(bool, basis)),
        "findings": len(groups), "members": len(found.members), "left_out": len(found.hubs),
    }  # fmt: skip
    pairs = zip(found.findings, groups, strict=True)
    return Found(cell=cell, counts=counts, groups=tuple((record["basis"], frozenset(group)) for record, group in pairs))


def kept_in(base: Found, other: Found) -> list[Kept]:
    """For each finding of the base the most alike one of another cell; of equals, the surer."""
    member: dict[tuple[str, str], list[int]] = {}
    for number, (_, group) in enumerate(other.groups):
        for actor in group:
            member.setdefault(actor, []).append(number)
    result = []
    for number, (_, group) in enumerate(base.groups):
        common: dict[int, int] = {}
        for actor in group:
            for there in member.get(actor, ()):
                common[there] = common.get(there, 0) + 1
        alike = [(n / (len(group) + len(other.groups[there][1]) - n), -there) for there, n in common.items()]
        best, there = max(alike, default=(0.0, 1))
        result.append(Kept(finding=number, cell=other.cell, other=-there if alike else None, jaccard=best))
    return result
