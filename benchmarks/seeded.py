"""Search from a tip: three actors of a planted campaign, and three innocent ones.

    python benchmarks/seeded.py --seeds 1-5 --innocent-seeds 1-100 --background german-shifted russian-shifted

Guilty: for each planted campaign (without style slow) three of its actors, drawn by the seed, are the tip; recall
of the campaign's other actors and precision of all that `hustings expand` names. Innocent: three actors of the
background, who have at least five posts each; the share of runs in which nobody is named.
"""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import planted

RECALL, PRECISION, NOTHING = 0.9, 0.95, 0.95
TIP = 3
# An innocent tip that hardly ever posted would find nothing by itself.
FEWEST_POSTS = 5


def main() -> None:
    """Read the options, measure, print."""
    parser = planted.options(__doc__ or "", seeds=["1-5"])
    parser.set_defaults(detector="command")
    parser.add_argument("--strength", nargs="+", type=float, default=[0.5])
    parser.add_argument("--innocent-seeds", nargs="*", default=["1-100"])
    a = parser.parse_args()
    planted.show(measure(planted.parse_seeds(a.seeds), a.background, a.strength, detector=a.detector, jobs=a.jobs,
                         innocent_seeds=planted.parse_seeds(a.innocent_seeds)))  # fmt: skip


def measure(
    seeds: list[int],
    backgrounds: list[str],
    strengths: list[float],
    *,
    innocent_seeds: list[int],
    detector: str = "command",
    jobs: int = 1,
) -> dict[str, Any]:
    """All runs, and the table."""
    places = [{"background": b, "strength": s} for b in backgrounds for s in strengths]
    work = [{**place, "seed": n, "detector": detector} for place in places for n in seeds]
    runs = planted.each(work, run, jobs)
    work = [{**place, "seed": n, "detector": detector} for place in places for n in innocent_seeds]
    innocent = planted.each(work, innocent_run, jobs)

    def of(rows: list[dict[str, Any]], place: dict[str, Any]) -> list[dict[str, Any]]:
        return [row for row in rows if all(row[name] == value for name, value in place.items())]

    table = [summary(of(runs, place), of(innocent, place), place) for place in places]
    return {"benchmark": "seeded", "detector": detector, "seeds": seeds, "innocent_seeds": innocent_seeds, "table": table,
            "reached": all(goal["reached"] for row in table for goal in row["goals"].values()),
            "runs": runs, "innocent_runs": innocent}  # fmt: skip


def run(*, background: str, strength: float, seed: int, detector: str) -> dict[str, Any]:
    """Every fast campaign of one input, each from its own tip."""
    source = planted.cached_input(background=background, seed=seed, strength=strength)
    labels = pd.read_parquet(source / "labels.parquet")
    random = np.random.default_rng([seed, 3])
    searches = []
    for campaign, group in labels[labels["style"] != "slow"].groupby("campaign"):
        actors = random.permutation(np.sort(group["actor"].to_numpy())).tolist()
        if len(actors) <= TIP:
            continue
        named, seconds = search(source / "traces.parquet", actors[:TIP], detector)
        rest = set(actors[TIP:])
        searches.append({
            "campaign": int(campaign), "style": group["style"].iloc[0], "rest": len(rest), "named": len(named),
            "recall": len(named & rest) / len(rest), "precision": len(named & rest) / len(named) if named else None,
            "wall_s": seconds,
        })  # fmt: skip
    named_, right = sum(s["named"] for s in searches), sum(s["recall"] * s["rest"] for s in searches)
    return {"background": background, "strength": strength, "seed": seed, "searches": searches,
            "recall": round(right / max(sum(s["rest"] for s in searches), 1), 4),
            "precision": round(right / named_, 4) if named_ else None,
            "wall_s": planted.mean(s["wall_s"] for s in searches)}  # fmt: skip


def innocent_run(*, background: str, strength: float, seed: int, detector: str) -> dict[str, Any]:
    """Three of the background as the tip."""
    # A hundred tips need not a hundred inputs: twenty tips for each of five, which the guilty tips use too;
    # tuning seeds (1000 and above) keep to tuning inputs.
    source = planted.cached_input(
        background=background, seed=(seed - 1) // 1000 * 1000 + 1 + (seed - 1) % 5, strength=strength
    )
    rows = pd.read_parquet(source / "traces.parquet", columns=["actor", "content"])
    posts = rows.groupby("actor")["content"].nunique()
    planted_ = pd.read_parquet(source / "labels.parquet")["actor"]
    free = np.sort(posts[(posts >= FEWEST_POSTS) & ~posts.index.isin(planted_)].index.to_numpy())
    tip = np.random.default_rng([seed, 4]).choice(free, TIP, replace=False).tolist()
    named, seconds = search(source / "traces.parquet", tip, detector)
    return {"background": background, "strength": strength, "seed": seed, "named": len(named),
            "planted_named": len(named & set(planted_)), "wall_s": seconds}  # fmt: skip


def search(traces: Path, tip: list[str], detector: str) -> tuple[set[str], float]:
    """Whom the search names besides the tip itself, and wall seconds."""
    with planted.scratch() as folder:
        if detector == "command":

            def expand(table: Path, out: Path) -> None:
                (folder / "seeds.txt").write_text("".join(f"{actor}\n" for actor in tip), encoding="utf-8")
                planted.hustings("expand", table, "--seeds", folder / "seeds.txt", "--out", out)
        else:

            def expand(table: Path, out: Path) -> None:
                shutil.rmtree(out, ignore_errors=True)
                planted.detector(detector)(table, out, tip)  # type: ignore[call-arg]

        took = planted.timed(expand, traces, folder / "found")
        named = set(pd.read_parquet(folder / "found" / "members.parquet")["actor"])
    return named - set(tip), took["wall_s"]


def summary(runs: list[dict[str, Any]], innocent: list[dict[str, Any]], place: dict[str, Any]) -> dict[str, Any]:
    """Means over the seeds beside what they have to reach."""
    recall = planted.mean(r["recall"] for r in runs)
    precision = planted.mean(r["precision"] for r in runs)
    nothing = planted.mean(float(r["named"] == 0) for r in innocent)
    return {**place, "runs": len(runs), "innocent_runs": len(innocent),
            "wall_s": planted.mean(r["wall_s"] for r in [*runs, *innocent]),
            "goals": {"recall_of_the_rest": planted.goal(recall, least=RECALL),
                      "precision": planted.goal(precision, least=PRECISION),
                      "innocent_find_nothing": planted.goal(nothing, least=NOTHING)}}  # fmt: skip


if __name__ == "__main__":
    main()
