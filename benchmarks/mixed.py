"""Campaigns that draw the kind of each action at random: all kinds together against each kind alone.

    python benchmarks/mixed.py --seeds 1-5 --strength 0.5

The bench plants twelve campaigns of its style `mixed` and nothing else; they are searched for in the whole table, and
in the rows of each kind alone. Recall is the share of planted actors named on timing; precision the share planted of
those named on timing (exact on shifted backgrounds). Prints one JSON document.
"""

from pathlib import Path
from typing import Any

import planted
import pyarrow.compute as pc
import pyarrow.parquet as pq

RECALL, PRECISION = 0.9, 0.95
ALL = "all"


def main() -> None:
    """Read the options, measure, print."""
    parser = planted.options(__doc__ or "", seeds=["1-5"], backgrounds=["german-shifted"])
    parser.add_argument("--strength", type=float, default=0.5)
    a = parser.parse_args()
    document = measure(planted.parse_seeds(a.seeds), a.background, a.strength, detector=a.detector, jobs=a.jobs)
    planted.show(document)


def measure(
    seeds: list[int],
    backgrounds: list[str],
    strength: float = 0.5,
    *,
    detector: str = "in_process:detect",
    jobs: int = 1,
) -> dict[str, Any]:
    """All runs, and the table."""
    detector = "in_process:detect" if detector == "command" else detector
    work = [
        {"background": b, "strength": strength, "seed": n, "detector": detector} for b in backgrounds for n in seeds
    ]
    runs = planted.each(work, run, jobs)
    table = [summary([r for r in runs if r["background"] == b], b) for b in backgrounds]
    return {
        "benchmark": "mixed", "detector": detector, "seeds": seeds, "strength": strength, "table": table,
        "reached": all(goal["reached"] for row in table for goal in row["goals"].values()), "runs": runs,
    }  # fmt: skip


def mixed_input(folder: Path, *, background: str, seed: int, strength: float) -> Path:
    """The bench's input with twelve campaigns of style mixed."""
    bench = planted.bench_module("inject")
    before, bench.STYLES = bench.STYLES, ("mixed",)
    try:
        return planted.inject(folder, background=background, seed=seed, strength=strength)
    finally:
        bench.STYLES = before


def run(*, background: str, strength: float, seed: int, detector: str) -> dict[str, Any]:
    """One input, searched in whole and kind by kind."""
    found: dict[str, Any] = {}
    with planted.scratch() as folder:
        mixed_input(folder, background=background, seed=seed, strength=strength)
        rows = pq.read_table(folder / "traces.parquet")
        for kind in [ALL, *sorted(pc.unique(rows["kind"]).to_pylist())]:
            mine = rows if kind == ALL else rows.filter(pc.equal(rows["kind"], kind))
            part = folder / f"{kind}.parquet"
            pq.write_table(mine, part)
            took = planted.timed(planted.detector(detector), part, folder / "found")
            scored = planted.score(folder / "labels.parquet", folder / "found" / "members.parquet")
            # No style here is slow, so this recall is that of all planted actors.
            found[kind] = {
                "recall": scored["timing"]["recall_without_slow"], "precision": scored["timing"]["precision"],
                "whole": scored["whole"], **took,
            }  # fmt: skip
    return {"background": background, "strength": strength, "seed": seed, "kinds": found}


def summary(runs: list[dict[str, Any]], background: str) -> dict[str, Any]:
    """Means over the seeds, and what has to be reached."""
    kinds = list(runs[0]["kinds"])
    means = {
        kind: {name: planted.mean(r["kinds"][kind][name] for r in runs) for name in ("recall", "precision", "whole", "cpu_s")}
        for kind in kinds
    }  # fmt: skip
    most = max((means[kind]["recall"] for kind in kinds if kind != ALL), default=None)
    goals = {
        "recall": planted.goal(means[ALL]["recall"], least=RECALL),
        "precision": planted.goal(means[ALL]["precision"], least=PRECISION),
        "best_kind_alone": planted.goal(most, most=means[ALL]["recall"] - 0.01),
    }
    return {"background": background, "runs": len(runs), "kinds": means, "goals": goals}


if __name__ == "__main__":
    main()
