"""What is found where nothing is: no campaign planted, every clock moved, or all traces dealt out anew.

    python benchmarks/nothing.py --seeds 1-200 --background german-shifted russian-shifted

Two kinds of nothing. `shifted`: the bench with no campaign; each account's clock is moved by an offset of
its own each day, so nothing happens together, while everybody keeps activity and interests. `dealt`: the same
rows, and within each kind the traces are dealt out anew among the (actor, trace) pairs, so that each actor
keeps how many traces it left and each trace how many actors left it, and nobody shares a taste.

Timing is asked on `shifted`, content on `dealt`: the share of runs with a finding of three or more, and
whether p-values are small more often than they may be, pooled over all tested pairs.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import planted
import pyarrow.parquet as pq

MOST = 0.05
LEVELS = (0.00001, 0.0001, 0.001, 0.01, 0.05, 0.1)
# Which ground is asked on which kind of nothing.
ASKED = {"shifted": "timing", "dealt": "content"}
# Grounds that form no finding are asked for false links.
BESIDE = "rhythm"


def main() -> None:
    """Read the options, measure, print."""
    parser = planted.options(__doc__ or "", seeds=["1-200"])
    parser.add_argument("--kind", nargs="+", default=list(ASKED), choices=list(ASKED))
    a = parser.parse_args()
    planted.show(measure(planted.parse_seeds(a.seeds), a.background, a.kind, detector=a.detector, jobs=a.jobs))


def measure(
    seeds: list[int],
    backgrounds: list[str],
    kinds: list[str] | None = None,
    *,
    detector: str = "command",
    jobs: int = 1,
) -> dict[str, Any]:
    """All runs, and the table."""
    kinds = kinds or list(ASKED)
    work = [
        {"background": b, "kind": k, "seed": n, "detector": detector} for b in backgrounds for k in kinds for n in seeds
    ]
    runs = planted.each(work, run, jobs)
    table = [
        summary([r for r in runs if (r["background"], r["kind"]) == (b, k)], b, k) for b in backgrounds for k in kinds
    ]
    return {
        "benchmark": "nothing",
        "detector": detector,
        "seeds": seeds,
        "table": table,
        "reached": all(goal["reached"] for row in table for goal in row["goals"].values()),
        "runs": runs,
    }


def run(*, background: str, kind: str, seed: int, detector: str) -> dict[str, Any]:
    """One input with nothing in it, searched."""
    with planted.scratch() as folder:
        planted.inject(folder, background=background, seed=seed, campaigns=0)
        traces = folder / "traces.parquet"
        if kind == "dealt":
            rows = dealt(pd.read_parquet(traces), np.random.default_rng([seed, 1]))
            rows.to_parquet(traces, index=False)
        took = planted.timed(planted.detector(detector), traces, folder / "found")
        return {"background": background, "kind": kind, "seed": seed, **took, **counts(folder / "found")}


def dealt(rows: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """The rows with traces dealt out anew within each kind; every degree kept.

    A deal that gives an actor the same trace twice is mended by swaps with others; what is left
    after many rounds (an actor with nearly all traces of its kind) stays, and merges two of its traces.
    """
    rows = rows.sort_values(list(rows.columns), kind="stable").reset_index(drop=True)
    new = rows["trace"].to_numpy(copy=True)
    for _, part in rows.groupby("kind", sort=True):
        pairs = part[["platform", "actor", "trace"]].drop_duplicates()
        actor = pd.factorize(pairs["platform"] + " " + pairs["actor"])[0]
        code, names = pd.factorize(pairs["trace"])
        hand = shuffled(actor, code, random)
        after = dict(zip(pairs.itertuples(index=False, name=None), names[hand], strict=True))
        new[part.index] = [
            after[key] for key in part[["platform", "actor", "trace"]].itertuples(index=False, name=None)
        ]
    return rows.assign(trace=new)


def shuffled(actor: np.ndarray, trace: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """The traces in another order, no actor with the same one twice where that can be had."""
    trace = random.permutation(trace)
    for _ in range(500):
        _, first = np.unique(actor.astype(np.int64) * (trace.max() + 1) + trace, return_index=True)
        twice = np.setdiff1d(np.arange(len(trace)), first)
        if not len(twice):
            break
        for place in twice.tolist():
            other = int(random.integers(len(trace)))
            trace[place], trace[other] = trace[other], trace[place]
    return trace


def counts(out: Path) -> dict[str, Any]:
    """Findings of three or more per ground, and how often p-values are small."""
    members = pd.read_parquet(out / "members.parquet")
    basis = members["basis"] if "basis" in members else pd.Series("timing", index=members.index)
    findings = {
        ground: int((members[basis.str.contains(ground)].groupby("finding").size() >= 3).sum())
        for ground in ("timing", "content", "office")
    }
    small: dict[str, Any] = {}
    said = out / "run.json"
    counted = json.loads(said.read_text(encoding="utf-8"))["counts"] if said.is_file() else {}
    schema = pq.read_schema(out / "links.parquet").names if (out / "links.parquet").is_file() else []
    links = 0
    if f"q_{BESIDE}" in schema:
        q = pq.read_table(out / "links.parquet", columns=[f"q_{BESIDE}"])[f"q_{BESIDE}"].drop_null().to_numpy()
        links = int((q <= MOST).sum())
    for ground in ("timing", "content"):
        if f"p_{ground}" in schema:
            p = pq.read_table(out / "links.parquet", columns=[f"p_{ground}"])[f"p_{ground}"].drop_null().to_numpy()
            # Pairs that were tested but share too little to be listed have p above every level here.
            tested = max(len(p), counted.get(f"tests_{ground}", 0))
            small[ground] = {"tested": tested, **{f"{level:g}": int((p <= level).sum()) for level in LEVELS}}
    return {"findings": findings, "small_p": small, "rhythm": {"links": links, "tests": counted.get("tests_rhythm", 0)}}


def summary(runs: list[dict[str, Any]], background: str, kind: str) -> dict[str, Any]:
    """The share of runs with a finding, and of pairs with a small p, beside what they may be."""
    ground = ASKED[kind]
    shares = {g: planted.mean(float(r["findings"][g] > 0) for r in runs) for g in ("timing", "content", "office")}
    row: dict[str, Any] = {
        "background": background,
        "kind": kind,
        "ground": ground,
        "runs": len(runs),
        "runs_with_a_finding": shares,
        "cpu_s": planted.mean(r["cpu_s"] for r in runs),
    }
    row["goals"] = {"runs_with_a_finding": planted.goal(shares[ground], most=MOST)}
    if kind == "shifted":
        # Under the null a run has any link on rhythm at most as often as the false discovery rate says.
        row["rhythm_tests"] = sum(r["rhythm"]["tests"] for r in runs)
        linked = planted.mean(float(r["rhythm"]["links"] > 0) for r in runs)
        row["goals"]["runs_with_a_link_on_rhythm"] = planted.goal(linked, most=MOST)
    tested = np.array([r["small_p"].get(ground, {}).get("tested", 0) for r in runs], float)
    if tested.sum():
        row["tested_pairs"] = int(tested.sum())
        for level in LEVELS:
            small = np.array([r["small_p"].get(ground, {}).get(f"{level:g}", 0) for r in runs], float)
            share = small.sum() / tested.sum()
            # Runs are independent, pairs within a run are not: the error of a ratio of sums over runs.
            error = np.sqrt(((small - share * tested) ** 2).sum()) / tested.sum() if len(runs) > 1 else 0.0
            row["goals"][f"p_at_most_{level:g}"] = {
                **planted.goal(round(float(share), 6), most=level), "reached": bool(share - 2 * error <= level),
                "standard_error": round(float(error), 6),
            }  # fmt: skip
    return row


if __name__ == "__main__":
    main()
