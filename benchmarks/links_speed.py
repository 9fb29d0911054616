"""CPU seconds and memory of `hustings links`, beside its yardsticks, in one run, as JSON.

    python benchmarks/links_speed.py [--rows 5e6] [--more 2e7] [--peer] [--work DIR] [--window 60]

Each figure is of a whole process from start to exit, output written, with everything it started: user and
system time, and the largest resident memory. `writing_cpu_s` is the part of it in which links are named and written
to the file. Each figure goes to standard error as soon as it is there. Yardsticks:

    plain   reading, encoding and sorting the same rows in pyarrow and numpy, nothing counted, nothing written
    peer    coordination-network-toolkit 1.5.2 (PyPI, in an environment of its own): preprocess and compute
            co_link with the same window and weight 1. About five minutes of CPU at 5e6 rows.

The rows are those of `scale.py` in ../shared/bench, or of the folder that HUSTINGS_BENCH names. `hustings`
runs once on few rows first, so that compiling, which happens once per machine, is not measured.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import venv
from pathlib import Path

BENCH = Path(os.environ.get("HUSTINGS_BENCH", Path(__file__).resolve().parents[2] / "shared" / "bench"))
PEER = "coordination-network-toolkit==1.5.2"
# The command as it is, with a clock around what names and writes links: nothing else runs meanwhile.
CLOCKED = """
import json, sys, time
import pyarrow.parquet
from hustings.cli.main import main
from hustings.detection.links_file import LinkNames
spent = 0.0
def clocked(function):
    def timed(*arguments, **options):
        global spent
        begun = time.process_time()
        try:
            return function(*arguments, **options)
        finally:
            spent += time.process_time() - begun
    return timed
LinkNames.table = clocked(LinkNames.table)
writer = pyarrow.parquet.ParquetWriter
writer.write_table, writer.close = clocked(writer.write_table), clocked(writer.close)
status = main(sys.argv[1:])
print(json.dumps({"writing_cpu_s": round(spent, 2)}))
sys.exit(status)
"""
PLAIN = """
import sys
import numpy as np, pyarrow as pa, pyarrow.parquet as pq
table = pq.read_table(sys.argv[1], columns=["platform", "actor", "kind", "trace", "content", "at"], use_threads=False)
codes = {}
for name in ("platform", "actor", "kind", "trace", "content"):
    column = table[name].combine_chunks()
    codes[name] = (column if pa.types.is_dictionary(column.type) else column.dictionary_encode()).indices.to_numpy()
at = table["at"].cast(pa.int64()).to_numpy()
# One key of trace and second sorts three times faster than two columns.
order = np.argsort(codes["trace"].astype(np.int64) << 32 | (at - at.min()) // 1_000_000)
for name in codes:
    codes[name] = codes[name][order]
at = at[order]
"""


def largest_together(root: int, stop: threading.Event, into: list[int]) -> None:
    """Watch the resident memory of a process and its children together, in bytes."""
    page = os.sysconf("SC_PAGE_SIZE")
    while not stop.wait(0.05):
        total, waiting = 0, [root]
        while waiting:
            process = waiting.pop()
            try:
                total += int(Path(f"/proc/{process}/statm").read_text().split()[1]) * page
                for task in Path(f"/proc/{process}/task").iterdir():
                    waiting += map(int, (task / "children").read_text().split())
            except (OSError, IndexError):
                continue
        into[0] = max(into[0], total)


def measured(command: list[str], **options) -> dict[str, float]:
    """Run to the end; CPU seconds of the process and all it waited for, and peak memory."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, **options)
    stop, most = threading.Event(), [0]
    watcher = threading.Thread(target=largest_together, args=(process.pid, stop, most))
    watcher.start()
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    stop.set()
    watcher.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    peak = max(used.ru_maxrss * 1024, most[0])
    figures = {
        "cpu_s": round(used.ru_utime + used.ru_stime, 2),
        "wall_s": round(time.perf_counter() - start, 2),
        "peak_mib": round(peak / 2**20),
    }
    for line in said.splitlines():
        if line[:1] == b"{":
            figures.setdefault("said", {}).update(json.loads(line))
    return figures


def made(rows: float, work: Path, *, as_csv: bool = False) -> Path:
    """The rows of scale.py, made once per folder."""
    place = work / f"scale-{int(rows)}.parquet"
    csv = place.with_suffix(".csv")
    if not place.exists() or (as_csv and not csv.exists()):
        more = ["--csv", str(csv)] if as_csv else []
        command = [sys.executable, str(BENCH / "scale.py"), str(rows), str(place), *more]
        subprocess.run(command, check=True, stdout=sys.stderr)
    return place


def links(table: Path, work: Path, window: int) -> dict[str, float]:
    out = work / "links.parquet"
    command = [sys.executable, "-c", CLOCKED, "links", str(table), "--window", f"{window}s"]
    figures = measured([*command, "--out", str(out), "--json"])
    figures["writing_cpu_s"] = figures["said"].pop("writing_cpu_s")
    figures["output_mib"] = round(out.stat().st_size / 2**20, 1)
    out.unlink()
    print(json.dumps({table.stem: figures}), file=sys.stderr, flush=True)
    return figures


def peer(csv: Path, work: Path, window: int) -> dict[str, float]:
    home = work / "peer"
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", PEER], check=True, stdout=sys.stderr)
    database = work / "peer.sqlite"
    for leftover in work.glob("peer.sqlite*"):
        leftover.unlink()
    program = [str(home / "bin" / "compute_networks"), str(database)]
    steps = {
        "preprocess": measured([*program, "preprocess", str(csv)]),
        "compute": measured(
            [*program, "compute", "co_link", "--time_window", str(window), "--min_edge_weight", "1", "--n_cpus", "2"]
        ),
    }
    for leftover in work.glob("peer.sqlite*"):
        leftover.unlink()
    return {
        "cpu_s": round(sum(step["cpu_s"] for step in steps.values()), 2),
        "peak_mib": max(step["peak_mib"] for step in steps.values()),
        **steps,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=float, default=5e6)
    parser.add_argument("--more", type=float, help="a larger number of rows, to see how the cost grows")
    parser.add_argument("--peer", action="store_true", help="also run the peer, from its package")
    parser.add_argument("--work", type=Path, help="folder that keeps the rows between runs")
    parser.add_argument("--window", type=int, default=60)
    a = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = a.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        links(made(1e4, work), work, a.window)
        table = made(a.rows, work, as_csv=a.peer)
        figures = {
            "rows": int(a.rows),
            "window_s": a.window,
            "links": links(table, work, a.window),
            "plain": measured([sys.executable, "-c", PLAIN, str(table)]),
        }
        cpu = figures["links"]["cpu_s"]
        figures["links_over_plain"] = round(cpu / figures["plain"]["cpu_s"], 2)
        if a.peer:
            figures["peer"] = peer(table.with_suffix(".csv"), work, a.window)
            figures["peer_over_links"] = round(figures["peer"]["cpu_s"] / cpu, 1)
        if a.more:
            figures["more"] = {"rows": int(a.more), "links": links(made(a.more, work), work, a.window)}
            few, many = figures["links"], figures["more"]["links"]
            figures["more_per_row_over_less"] = round(many["cpu_s"] / a.more / (cpu / a.rows), 2)
            few, many = (
                (run["cpu_s"] - run["writing_cpu_s"]) / rows * 1e6 for run, rows in ((few, a.rows), (many, a.more))
            )
            figures["cpu_s_a_million_rows_without_writing"] = [round(few, 2), round(many, 2), round(many / few, 2)]
        print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
