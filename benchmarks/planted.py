"""What the benchmarks of detection share: inputs made by the bench, detection run, findings scored.

The bench (`inject.py`, `score.py`) and the real rows it plants in are not part of the repository;
they lie beside the folder that HUSTINGS_DATA names.
"""

import argparse
import contextlib
import importlib
import importlib.util
import io
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType
from typing import Any

from hustings.cli.data import data_folder

CHECKOUT = Path(__file__).resolve().parent.parent
CACHE = CHECKOUT / "out" / "bench"
BACKGROUNDS = ("german-shifted", "russian-shifted")

# A detector reads one trace table and fills a folder with links.parquet and members.parquet.
Detector = Callable[[Path, Path], None]


def bench_folder() -> Path:
    """The folder of inject.py and score.py: HUSTINGS_BENCH, else `bench` beside the real data."""
    data = data_folder()
    named = os.environ.get("HUSTINGS_BENCH")
    folder = Path(named) if named else data.parent / "bench" if data else None
    if folder is None or not (folder / "inject.py").is_file():
        sys.exit("The bench is not here. Set HUSTINGS_DATA (the bench lies beside it) or HUSTINGS_BENCH.")
    return folder


def bench_module(name: str) -> ModuleType:
    """inject or score, loaded from the bench."""
    loaded = f"hustings_bench_{name}"
    if loaded not in sys.modules:
        spec = importlib.util.spec_from_file_location(loaded, bench_folder() / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        sys.modules[loaded] = module
    return sys.modules[loaded]


@contextlib.contextmanager
def called_with(arguments: Sequence[object]) -> Iterator[io.StringIO]:
    """Let a script's `main` see these arguments; gives what it prints."""
    before = sys.argv
    sys.argv = ["script", *map(str, arguments)]
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            yield said
    finally:
        sys.argv = before


def inject(folder: Path, *, background: str, seed: int, strength: float = 1.0, campaigns: int = 12) -> Path:
    """The bench's input with these settings, made unless the folder has it already."""
    if not (folder / "labels.parquet").is_file():
        with called_with(
            [folder, "--background", background, "--seed", seed, "--strength", strength, "--campaigns", campaigns]
        ):
            bench_module("inject").main()
    return folder


def cached_input(*, background: str, seed: int, strength: float, campaigns: int = 12) -> Path:
    """As `inject`, kept for the next run under out/bench."""
    name = f"{background}-strength{strength:g}-campaigns{campaigns}-seed{seed}"
    return inject(CACHE / "inputs" / name, background=background, seed=seed, strength=strength, campaigns=campaigns)


def score(labels: Path, members: Path, links: Path | None = None) -> dict[str, Any]:
    """What score.py says."""
    with called_with([labels, members, *(["--links", links] if links else [])]) as said:
        bench_module("score").main()
    return json.loads(said.getvalue())


def hustings(*arguments: object) -> str:
    """The whole command, as people run it; gives what it printed."""
    line = [sys.executable, "-m", "hustings", *map(str, arguments)]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        message = f"hustings {arguments[0]} ended with {done.returncode}: {done.stderr[-2000:]}"
        raise RuntimeError(message)
    return done.stdout


def by_command(traces: Path, out: Path) -> None:
    """Detection with its default setting."""
    hustings("detect", traces, "--out", out)


def detector(name: str) -> Detector:
    """`command`, or MODULE:FUNCTION for one that runs in this process."""
    if name == "command":
        return by_command
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)


def timed(detect: Detector, traces: Path, out: Path) -> dict[str, float]:
    """Run it; wall and CPU seconds, its own processes included."""

    def used() -> float:
        both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return sum(usage.ru_utime + usage.ru_stime for usage in both)

    shutil.rmtree(out, ignore_errors=True)
    cpu, wall = used(), time.perf_counter()
    detect(traces, out)
    return {"wall_s": round(time.perf_counter() - wall, 2), "cpu_s": round(used() - cpu, 2)}


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """A folder that goes away; inside out/bench, so that a small /tmp does not matter."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="run-") as folder:
        yield Path(folder)


def parse_seeds(parts: Iterable[str]) -> list[int]:
    """`1-5 9` is 1, 2, 3, 4, 5, 9."""
    seeds: list[int] = []
    for part in parts:
        first, _, last = part.partition("-")
        seeds += range(int(first), int(last or first) + 1)
    return seeds


def each(
    jobs: Sequence[Mapping[str, Any]], work: Callable[..., dict[str, Any]], processes: int
) -> list[dict[str, Any]]:
    """`work` on every job, in order; says on stderr how far it is."""
    done = []
    if processes <= 1:
        results: Iterable[dict[str, Any]] = (work(**job) for job in jobs)
        for result in results:
            done.append(result)
            print(f"\r{len(done)}/{len(jobs)}", end="", file=sys.stderr, flush=True)
    else:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            for future in [pool.submit(work, **job) for job in jobs]:
                done.append(future.result())
                print(f"\r{len(done)}/{len(jobs)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return done


def mean(values: Iterable[float | None]) -> float | None:
    """The mean of those that are there."""
    there = [value for value in values if value is not None]
    return round(sum(there) / len(there), 4) if there else None


def goal(got: float | None, *, least: float | None = None, most: float | None = None) -> dict[str, Any]:
    """A figure beside what it has to reach."""
    reached = got is not None and bool((least is None or got >= least) and (most is None or got <= most))
    wanted = {"at_least": least} if least is not None else {"at_most": most}
    return {"got": got, **wanted, "reached": reached}


def options(
    description: str, *, seeds: Sequence[str], backgrounds: Sequence[str] = BACKGROUNDS
) -> argparse.ArgumentParser:
    """The options that all benchmarks share."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", nargs="+", default=list(seeds), help="as 1-5 9; keep 1000 and above for tuning")
    parser.add_argument(
        "--background",
        nargs="+",
        default=list(backgrounds),
        choices=["german", "german-shifted", "russian", "russian-shifted"],
    )
    parser.add_argument("--detector", default="command", help="command (default), or MODULE:FUNCTION")
    parser.add_argument("--jobs", type=int, default=1, help="processes at a time")
    return parser


def show(document: Mapping[str, Any]) -> None:
    """One JSON document."""
    print(json.dumps(document, indent=2))
