"""Every benchmark of detection and of ads, one JSON document.

python benchmarks/all.py                       what docs/reference/benchmarks.md quotes
python benchmarks/all.py --seeds 6-10 --runs 50
"""

import argparse
import platform
import sys
import time
from typing import Any

import ads
import buyers
import found
import framed
import mixed
import nothing
import planted
import registry
import seeded
import viral
import voting

from hustings import __version__


def main() -> None:
    """Read the options, measure, print."""
    parser = planted.options(__doc__ or "", seeds=["1-5"])
    parser.add_argument(
        "--runs", type=int, default=200, help="runs of nothing; half as many of framed and innocent tips"
    )
    parser.add_argument("--first", type=int, default=1, help="first seed of those runs")
    parser.add_argument(
        "--only",
        nargs="+",
        default=["found", "mixed", "nothing", "viral", "framed", "seeded", "ads", "registry", "buyers", "voting"],
    )
    planted.show(measure(parser.parse_args()))


def measure(a: argparse.Namespace) -> dict[str, Any]:
    """All documents under their names."""
    begun = time.perf_counter()
    seeds = planted.parse_seeds(a.seeds)
    many = list(range(a.first, a.first + a.runs))
    half = many[: max(1, len(many) // 2)]
    how = {"detector": a.detector, "jobs": a.jobs}
    quick = {**how, "detector": "in_process:detect" if a.detector == "command" else a.detector}
    measures = {
        "found": lambda: found.measure(seeds, a.background, [1.0, 0.5, 0.25], **how),
        "mixed": lambda: mixed.measure(seeds, ["german-shifted"], jobs=a.jobs),
        "nothing": lambda: nothing.measure(many, a.background, **quick),
        "viral": lambda: viral.measure(many[:10], jobs=a.jobs),
        "framed": lambda: framed.measure(half, a.background, [1.0, 0.5], **quick),
        "seeded": lambda: seeded.measure(seeds, a.background, [0.5], innocent_seeds=half, jobs=a.jobs),
        "ads": ads.measure,
        "registry": lambda: registry.measure(list(range(1, 21))),
        "buyers": lambda: buyers.measure(seeds),
        "voting": voting.document,
    }
    documents = {}
    for name in a.only:
        print(name, file=sys.stderr)
        try:
            documents[name] = measures[name]()
        except RuntimeError as error:
            # One command that fails must not throw away an hour of the others' figures.
            documents[name] = {"benchmark": name, "reached": False, "error": str(error)}
    return {"version": __version__, "python": platform.python_version(), "wall_s": round(time.perf_counter() - begun, 1),
            "reached": {name: document["reached"] for name, document in documents.items()}, **documents}  # fmt: skip


if __name__ == "__main__":
    main()
