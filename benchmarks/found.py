"""How much of what was planted is found, and how much is named that was not planted.

    python benchmarks/found.py --seeds 1-5 --strength 1 0.5 0.25 --background german-shifted russian-shifted

Prints one JSON document: every run, the means, and the table 'found' with what has to be reached.
"""

from pathlib import Path
from typing import Any

import planted

# Strength -> fewest recall of timing without style slow; precision; most false links.
TIMING = {1.0: (0.98, 0.98, 0.06), 0.5: (0.93, 0.95, 0.06), 0.25: (0.78, 0.95, 0.06)}
# Content, at strength 1: fewest recall of slow; most unlabelled actors, those of the bench's prototype.
RECALL_OF_SLOW = 0.95
NOT_PLANTED = {"german-shifted": 845, "russian-shifted": 90}


def main() -> None:
    """Read the options, measure, print."""
    parser = planted.options(__doc__ or "", seeds=["1-5"])
    parser.add_argument("--strength", nargs="+", type=float, default=[1.0, 0.5, 0.25])
    a = parser.parse_args()
    planted.show(measure(planted.parse_seeds(a.seeds), a.background, a.strength, detector=a.detector, jobs=a.jobs))


def measure(
    seeds: list[int], backgrounds: list[str], strengths: list[float], *, detector: str = "command", jobs: int = 1
) -> dict[str, Any]:
    """All runs, and the table."""
    work = [
        {"background": b, "strength": s, "seed": n, "detector": detector}
        for b in backgrounds
        for s in strengths
        for n in seeds
    ]
    runs = planted.each(work, run, jobs)
    table = [
        summary([r for r in runs if (r["background"], r["strength"]) == (b, s)], b, s)
        for b in backgrounds
        for s in strengths
    ]
    return {
        "benchmark": "found",
        "detector": detector,
        "seeds": seeds,
        "table": table,
        "reached": all(reached(row) for row in table),
        "runs": runs,
    }


def run(*, background: str, strength: float, seed: int, detector: str) -> dict[str, Any]:
    """One input, detected and scored."""
    source = planted.cached_input(background=background, seed=seed, strength=strength)
    with planted.scratch() as out:
        took = planted.timed(planted.detector(detector), source / "traces.parquet", out)
        scored = planted.score(source / "labels.parquet", out / "members.parquet", links_of(out))
    return {"background": background, "strength": strength, "seed": seed, **took, **scored}


def links_of(out: Path) -> Path | None:
    """The links, where the detector writes them."""
    return out / "links.parquet" if (out / "links.parquet").is_file() else None


def summary(runs: list[dict[str, Any]], background: str, strength: float) -> dict[str, Any]:
    """Means over the seeds beside what they have to reach; null where the issue asks for nothing."""
    recall, precision, false_links = TIMING.get(strength, (None, None, None))
    row: dict[str, Any] = {
        "background": background,
        "strength": strength,
        "runs": len(runs),
        "timing_precision": planted.mean(r["timing"]["precision"] for r in runs),
        "timing_recall_without_slow": planted.mean(r["timing"]["recall_without_slow"] for r in runs),
        "timing_average_precision": planted.mean(r["timing"]["average_precision_without_slow"] for r in runs),
        "false_links": planted.mean(r.get("false_links") for r in runs),
        "content_recall_of_slow": planted.mean(r.get("content", {}).get("recall_of_slow") for r in runs),
        "content_not_planted": planted.mean(r.get("content", {}).get("not_planted") for r in runs),
        "rand": planted.mean(r["rand"] for r in runs),
        "whole": planted.mean(r["whole"] for r in runs),
        "cpu_s": planted.mean(r["cpu_s"] for r in runs),
        "wall_s": planted.mean(r["wall_s"] for r in runs),
        "recall_by_style": {
            style: planted.mean(r["recall_by_style"].get(style) for r in runs)
            for style in sorted({s for r in runs for s in r["recall_by_style"]})
        },
    }
    if background.endswith("shifted") and recall is not None:
        row["goals"] = {
            "timing_precision": planted.goal(row["timing_precision"], least=precision),
            "timing_recall_without_slow": planted.goal(row["timing_recall_without_slow"], least=recall),
            "false_links": planted.goal(row["false_links"], most=false_links),
        }
        if strength == 1.0:
            row["goals"]["content_recall_of_slow"] = planted.goal(row["content_recall_of_slow"], least=RECALL_OF_SLOW)
            row["goals"]["content_not_planted"] = planted.goal(row["content_not_planted"], most=NOT_PLANTED[background])
    return row


def reached(row: dict[str, Any]) -> bool:
    """Whether a row of the table reaches all it has to."""
    return all(goal["reached"] for goal in row.get("goals", {}).values())


if __name__ == "__main__":
    main()
