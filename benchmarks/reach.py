"""How far a union of sketches is from the people it counts, how often its interval holds them, and how long it takes.

    .venv/bin/python benchmarks/reach.py [--ads 3000] [--people 10000000] [--runs 100]

One run end to end: 3,000 ads, their viewers hashed under a key, a sketch for each, and their union, beside the exact count of
the same viewers. Then many populations, whose hashes are drawn instead of made (a keyed hash is a draw), through the same
sketches: the root of the mean square of the relative error, and how many of the intervals of 95 % hold the truth. Prints JSON
and fails where the error is over 1 %, fewer than 93 of 100 intervals hold, or the run took more than five minutes of a processor.
"""

import argparse
import json
import secrets
import sys
import time

import numpy as np

from hustings.screening.reach import COARSE, FINE, Sketch, hashes_of, reach
from hustings.screening.reach_people import People

MOST_ERROR, LEAST_HELD, MOST_SECONDS = 0.01, 0.93, 300.0


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ads", type=int, default=3_000)
    parser.add_argument("--people", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=100)
    asked = parser.parse_args()
    told = {
        "benchmark": "reach",
        "ads": asked.ads,
        "people": asked.people,
        "once": once(asked.ads, asked.people),
        "exact": exact(min(asked.people, 5_000_000)),
        "many": {f"{1 << one:,} registers": many(asked.people, asked.runs, one) for one in (FINE, COARSE)},
        "few": {f"{count:,} people": many(count, asked.runs, FINE) for count in (1_000, 20_000, 200_000)},
    }
    json.dump(told, sys.stdout, indent=1)
    print()
    held = told["many"][f"{1 << FINE:,} registers"]
    within = held["rms"] <= MOST_ERROR and held["held"] >= LEAST_HELD and told["once"]["processor_s"] <= MOST_SECONDS
    sys.exit(0 if within else 1)


def audiences(ads: int, people: int) -> tuple[np.ndarray, np.ndarray]:
    """Where the audience of each ad begins and how many they are: heavy-tailed, together everybody, overlapping by half."""
    draw = np.random.default_rng(1)
    share = draw.pareto(1.2, ads) + 0.05
    sizes = np.maximum(10, (share / share.sum() * people * 2).astype(np.int64))
    sizes = np.minimum(sizes, people)
    begins = np.concatenate([[0], np.cumsum(sizes)[:-1] // 2]) % people
    return begins, sizes


def once(ads: int, people: int) -> dict[str, object]:
    """The whole way from viewers to the union."""
    key = secrets.token_bytes(32)
    begins, sizes = audiences(ads, people)
    seen = np.zeros(people, bool)
    began, busy = time.perf_counter(), time.process_time()
    stored, rows = [], 0
    for begin, size in zip(begins.tolist(), sizes.tolist(), strict=True):
        sketch = Sketch()
        for start in range(begin, begin + size, 100_000):
            viewers = [f"viewer {one % people}" for one in range(start, min(start + 100_000, begin + size))]
            sketch.add(hashes_of(viewers, key))
            rows += len(viewers)
        stored.append(sketch.registers)
        seen[np.arange(begin, begin + size) % people] = True
    made = time.perf_counter() - began
    began = time.perf_counter()
    found = reach(stored)
    union = time.perf_counter() - began
    truth = int(seen.sum())
    return {
        "views": rows, "people": truth, "told": found.people, "low": found.low, "high": found.high,
        "error": round(abs((found.people or 0) / truth - 1), 5), "sketches_s": round(made, 1), "union_s": round(union, 2),
        "seconds": round(made + union, 1), "processor_s": round(time.process_time() - busy, 1), "views_a_second": round(rows / made),
    }  # fmt: skip


def exact(people: int) -> dict[str, object]:
    """People counted one by one, each seen twice."""
    counted = People(secrets.token_bytes(32))
    began = time.perf_counter()
    for start in (*range(0, people, 500_000), *range(0, people, 500_000)):
        counted.add(f"viewer {one}" for one in range(start, min(start + 500_000, people)))
    answer = counted.answer(ads=2)
    return {
        "people": people,
        "told": answer.people,
        "how": answer.how.value,
        "seconds": round(time.perf_counter() - began, 1),
    }


def many(people: int, runs: int, precision: int) -> dict[str, object]:
    """The error and the coverage over many populations."""
    errors, held = [], 0
    for seed in range(runs):
        draw = np.random.default_rng((people, seed))
        sketch = Sketch(bytes(1 << precision))
        for start in range(0, people, 1_000_000):
            sketch.add(draw.integers(0, 2**64, min(1_000_000, people - start), dtype=np.uint64))
        found = reach([sketch.registers])
        errors.append(sketch.estimate / people - 1)
        held += (found.low or 0) <= people <= (found.high or 0)
    return {
        "runs": runs,
        "rms": round(float(np.sqrt(np.mean(np.square(errors)))), 5),
        "mean": round(float(np.mean(errors)), 5),
        "held": held / runs,
    }


if __name__ == "__main__":
    main()
