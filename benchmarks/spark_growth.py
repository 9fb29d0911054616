"""What Spark's event log tells of a run's tasks, and how its time would grow or shrink with other workers.

    T(w) = alone + sum over stages of max(longest task, (run + overhead * tasks) / w)

`alone` is when no task ran at all: Java's start, and what the driver does by itself. `run` is what the tasks of a
stage say they ran, `overhead` what a task held its core beyond that (sending, unpacking, handing back).
"""

__all__ = ["Growth", "Stage", "growth_of"]

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Stage:
    """Tasks of one stage: how many, seconds that they ran together, and of the longest, all it took."""

    tasks: int
    run_s: float
    longest_s: float


@dataclass(frozen=True, kw_only=True)
class Growth:
    """Seconds of a run by what they went to; `seconds` says what they would be with other workers."""

    alone_s: float
    overhead_s: float
    stages: tuple[Stage, ...]
    shuffled_mib: float
    collected_mib: float
    java_gc_s: float

    @property
    def tasks(self) -> int:
        """How many tasks there were."""
        return sum(stage.tasks for stage in self.stages)

    @property
    def run_s(self) -> float:
        """Seconds that all tasks ran."""
        return sum(stage.run_s for stage in self.stages)

    def seconds(self, workers: int) -> float:
        """What the same run would take with so many workers of one core."""
        each = self.overhead_s
        shared = sum(max(s.longest_s, (s.run_s + each * s.tasks) / workers) for s in self.stages)
        return self.alone_s + shared

    def told(self) -> dict[str, Any]:
        """As the benchmark prints it."""
        return {
            "alone_s": round(self.alone_s, 1), "tasks": self.tasks, "stages": len(self.stages),
            "tasks_run_s": round(self.run_s, 1), "overhead_ms_a_task": round(1_000 * self.overhead_s, 1),
            "longest_tasks_s": round(sum(stage.longest_s for stage in self.stages), 1),
            "shuffled_mib": round(self.shuffled_mib), "collected_mib": round(self.collected_mib),
            "java_gc_s": round(self.java_gc_s, 1),
        }  # fmt: skip


def growth_of(lines: Iterable[str], wall_s: float) -> Growth:
    """Read an event log (a line of JSON each) of a run that took `wall_s` from the command's start to its exit."""
    ended = [event for event in map(json.loads, lines) if event["Event"] == "SparkListenerTaskEnd"]
    spans, by_stage = [], {}
    held = shuffled = collected = collecting = 0.0
    for event in ended:
        info, metrics = event["Task Info"], event.get("Task Metrics", {})
        span = (info["Launch Time"] / 1_000, info["Finish Time"] / 1_000)
        run = metrics.get("Executor Run Time", 0) / 1_000
        spans.append(span)
        held += span[1] - span[0] - run
        by_stage.setdefault(event["Stage ID"], []).append((run, span[1] - span[0]))
        shuffled += metrics.get("Shuffle Write Metrics", {}).get("Shuffle Bytes Written", 0)
        collected += metrics.get("Result Size", 0)
        collecting += metrics.get("JVM GC Time", 0) / 1_000
    stages = tuple(
        Stage(tasks=len(tasks), run_s=sum(run for run, _ in tasks), longest_s=max(whole for _, whole in tasks))
        for _, tasks in sorted(by_stage.items())
    )
    return Growth(
        alone_s=wall_s - covered(spans), overhead_s=held / max(len(ended), 1), stages=stages,
        shuffled_mib=shuffled / 2**20, collected_mib=collected / 2**20, java_gc_s=collecting,
    )  # fmt: skip


def covered(spans: list[tuple[float, float]]) -> float:
    """How long at least one of the spans lasts."""
    total, reached = 0.0, float("-inf")
    for begin, end in sorted(spans):
        total += max(0.0, end - max(begin, reached))
        reached = max(reached, end)
    return total
