"""What is found where strangers post one thing in the same minute, again and again, and nobody acts together.

    python benchmarks/viral.py --seeds 1-10

Made-up posts: each day some of a pool of strangers, drawn anew, post that day's one thing at the moment it goes
viral; how their posts lie within that moment is the shape. All of them post something else at other times. Needs no
real data. Goals as in nothing.py: a finding in at most 5 % of runs; p-values of pairs on timing never small more
often than they may be.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nothing
import numpy as np
import planted
import pyarrow as pa
import pyarrow.parquet as pq

SECOND = 1_000_000
DAY = 86_400 * SECOND
BEGIN = 1_630_368_000 * SECOND + DAY // 2
# How long after the beginning the posts of one moment come, in seconds.
SHAPES: dict[str, Callable[[np.random.Generator, int], np.ndarray]] = {
    "ten seconds": lambda random, n: random.integers(10, size=n),
    "a minute": lambda random, n: random.integers(60, size=n),
    "fading in 15 s": lambda random, n: random.exponential(15, n).astype(np.int64),
    "ten minutes": lambda random, n: random.integers(600, size=n),
    "a tail of hours": lambda random, n: random.lognormal(np.log(120), 1.5, n).astype(np.int64),
}
# Strangers, how many of them meet each day, and days.
SIZES = ((500, 100, 8), (1_000, 100, 12), (2_000, 200, 12))


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", nargs="+", default=["1-10"], help="as 1-5 9; keep 100 and above for tuning")
    parser.add_argument("--jobs", type=int, default=1, help="processes at a time")
    a = parser.parse_args()
    planted.show(measure(planted.parse_seeds(a.seeds), jobs=a.jobs))


def measure(seeds: list[int], *, jobs: int = 1) -> dict[str, Any]:
    """All runs, and the table."""
    work = [{"shape": shape, "size": size, "seed": seed} for shape in SHAPES for size in SIZES for seed in seeds]
    runs = planted.each(work, run, jobs)
    table = [
        nothing.summary([r for r in runs if r["shape"] == shape], shape, "shifted")
        | {"background": shape, "kind": "viral"}
        for shape in SHAPES
    ]
    return {"benchmark": "viral", "seeds": seeds, "table": table, "runs": runs,
            "reached": all(goal["reached"] for row in table for goal in row["goals"].values())}  # fmt: skip


def run(*, shape: str, size: tuple[int, int, int], seed: int) -> dict[str, Any]:
    """One made-up world, searched."""
    with planted.scratch() as folder:
        made = made_up(np.random.default_rng([seed, 5]), shape, *size)
        pq.write_table(made, folder / "traces.parquet")
        detect = planted.detector("in_process:detect")
        took = planted.timed(detect, folder / "traces.parquet", folder / "found")
        return {"shape": shape, "size": list(size), "seed": seed, **took, **nothing.counts(Path(folder / "found"))}


def made_up(random: np.random.Generator, shape: str, pool: int, each: int, days: int) -> pa.Table:
    """Strangers of whom some meet each day, and who post popular things at any hour."""
    who, trace, at = [], [], []
    for day in range(days):
        begin = BEGIN + day * DAY
        who += random.choice(pool, each, replace=False).tolist() + list(range(pool))
        trace += [f"viral{day}"] * each + [f"calm{day}-{n}" for n in random.integers(pool // 50, size=pool).tolist()]
        after = np.r_[SHAPES[shape](random, each), random.integers(-20_000, 20_000, pool)]
        at += (begin + after * SECOND).tolist()
    n = len(who)
    return pa.table({
        "platform": ["x"] * n, "actor": [f"s{one:04}" for one in who], "kind": ["hashtag"] * n, "trace": trace,
        "content": [f"c{i}" for i in range(n)], "at": pa.array(at, pa.timestamp("us", "UTC")),
    })  # fmt: skip


if __name__ == "__main__":
    main()
