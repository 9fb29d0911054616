"""CPU seconds of `links` and `detect` on a Spark cluster on this machine, beside the local engine's.

    python benchmarks/spark.py [--links 5e6 ...] [--detect 1e6 ...] [--workers 2] [--model] [--work DIR]

Every figure is printed as a line of JSON when it is there; the last line holds all that the lines say together. The
cluster is a real one: a master and workers of one core each, processes of their own. A figure is user and system
time of all of them and of the command, from start to exit, output written; so it holds the start of four Java
machines, which `empty` gives by itself. Yardsticks:

    local    the same command with the local engine
    moved    Spark alone reads the same rows, deals them out by trace, and writes them as Parquet

`--model` does the same with one worker and with two, and lays beside each other what it took and what the tasks' own
times, from Spark's event log of the run with one, say it should take (`spark_growth.py`); also for more workers.

The rows are those of `scale.py` in ../shared/bench, or of the folder that HUSTINGS_BENCH names. Every kind of run
is made once on few rows first, so that compiling, which happens once per machine, is not measured. `load` is how many
processes wanted a processor in the minute before a run's end: wall seconds mean little where it is above the cores.
"""

import argparse
import contextlib
import ctypes
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "tests"), str(Path(__file__).resolve().parent)]

from links_speed import made  # noqa: E402
from spark_cluster import SparkCluster  # noqa: E402
from spark_growth import Growth, growth_of  # noqa: E402

MOVED = """
import sys
from pyspark.sql import SparkSession
session = SparkSession.builder.master(sys.argv[1]).config("spark.ui.enabled", "false").getOrCreate()
rows = session.read.parquet(sys.argv[2]).select("platform", "actor", "kind", "trace", "content", "at")
rows.repartition(int(sys.argv[4]), "kind", "trace").write.mode("overwrite").parquet(sys.argv[3])
session.stop()
"""
EMPTY = """
import sys
from pyspark.sql import SparkSession
session = SparkSession.builder.master(sys.argv[1]).config("spark.ui.enabled", "false").getOrCreate()
session.range(10).repartition(4).count()
session.stop()
"""
# Workers of one core for which the model says what a run would take.
MORE = (1, 2, 4, 8, 16)


def spent(pids: list[int]) -> float:
    """CPU seconds of processes and of the children they have waited for."""
    tick = os.sysconf("SC_CLK_TCK")
    return sum(
        sum(map(int, Path(f"/proc/{pid}/stat").read_text().rsplit(")")[-1].split()[11:15])) / tick for pid in pids
    )


def children(pid: int) -> dict[int, str]:
    """Processes that a process has started and not waited for, each with its state (Z where it has ended)."""
    found = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            with contextlib.suppress(OSError):
                found[child] = Path(f"/proc/{child}/stat").read_text().rsplit(")")[-1].split()[0]
    return found


def adopt_orphans() -> None:
    """Have what a child leaves behind become ours: the command's Java ends after it, and its seconds count."""
    subreaper = 36
    if ctypes.CDLL(None, use_errno=True).prctl(subreaper, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


def measured(command: list[str], cluster: SparkCluster | None) -> dict[str, float]:
    """CPU and wall seconds of a command and of the cluster it used."""
    pids = [process.pid for process in cluster.processes] if cluster else []
    before, began = spent(pids), time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    if process.returncode:
        raise SystemExit(said[-3_000:])
    own = used.ru_utime + used.ru_stime
    for orphan in children(os.getpid()).keys() - set(pids):
        _, _, used = os.wait4(orphan, 0)
        own += used.ru_utime + used.ru_stime
    # An application's processes are counted with their worker once it has waited for them.
    # What a shell left in Java's care has ended and is never waited for.
    while any(state != "Z" for pid in pids for state in children(pid).values()):
        time.sleep(0.2)
    workers = spent(pids) - before
    return {
        "cpu_s": round(own + workers, 1),
        "workers_cpu_s": round(workers, 1),
        "wall_s": round(wall, 1),
        "load": round(os.getloadavg()[0], 1),
    }


class Bench:
    """Runs on one machine and on clusters, each told as soon as it ended."""

    def __init__(self, work: Path, room: Path) -> None:
        self.work, self.room = work, room
        self.figures: list[dict[str, Any]] = []

    def tell(self, **figure: Any) -> dict[str, Any]:
        """Print a figure and keep it for the summary."""
        self.figures.append(figure)
        print(json.dumps(figure), flush=True)
        return figure

    def local(self, command: str, rows: float) -> None:
        """The command with the local engine."""
        table = made(rows, self.work)
        out = self.room / "out"
        self.tell(run=command, on="local", rows=int(rows), **measured(words(command, table, out), None))
        remove(out)

    def on(self, cluster: SparkCluster, command: str, rows: float, workers: int) -> Growth:
        """The command on a cluster, and what its tasks took."""
        table = made(rows, self.work)
        out, log = self.room / "out", self.room / "log"
        log.mkdir()
        settings = ["--engine", "spark", "--master", cluster.master]
        for key, value in {
            "spark.executor.memory": "1g", "spark.driver.memory": "4g", "spark.eventLog.enabled": "true",
            "spark.eventLog.dir": f"file://{log}", "spark.eventLog.compress": "false",
            "spark.eventLog.rolling.enabled": "false",
        }.items():  # fmt: skip
            settings += ["--conf", f"{key}={value}"]
        took = measured([*words(command, table, out), *settings], cluster)
        (events,) = log.iterdir()
        with events.open() as lines:
            growth = growth_of(lines, took["wall_s"])
        self.tell(run=command, on="spark", rows=int(rows), workers=workers, **took, **growth.told())
        remove(out)
        remove(log)
        return growth

    def alone(self, cluster: SparkCluster, workers: int, rows: list[float]) -> None:
        """What Spark takes to start, and to move rows, without us."""
        empty = [sys.executable, "-c", EMPTY, cluster.master]
        self.tell(run="empty", on="spark", workers=workers, **measured(empty, cluster))
        for size in rows:
            out = self.room / "moved"
            table = str(made(size, self.work))
            moved = [sys.executable, "-c", MOVED, cluster.master, table, str(out), str(max(4, int(size / 5e5)))]
            self.tell(run="moved", on="spark", rows=int(size), workers=workers, **measured(moved, cluster))
            remove(out)

    def clusters(self, many: list[int], runs: list[tuple[str, float]]) -> None:
        """All runs on clusters of each size; with several, the model of the first beside what the others took."""
        first: dict[tuple[str, float], Growth] = {}
        for workers in many:
            place = self.room / f"cluster-{workers}"
            place.mkdir()
            cluster = SparkCluster(place, workers=workers)
            try:
                for command in sorted({command for command, _ in runs}):
                    self.on(cluster, command, 1e4, workers)
                self.alone(cluster, workers, sorted({rows for _, rows in runs}))
                for run in runs:
                    growth = self.on(cluster, *run, workers)
                    model = first.setdefault(run, growth)
                    if len(many) > 1:
                        says = {str(w): round(model.seconds(w), 1) for w in sorted({*MORE, *many})}
                        took = self.figures[-1]["wall_s"]
                        off = round(model.seconds(workers) / took - 1, 2)
                        self.tell(
                            run=run[0], on="model", rows=int(run[1]), workers=workers, wall_s=took,
                            model_off=off, seconds_by_workers=says,
                        )  # fmt: skip
            finally:
                cluster.stop()
                remove(place)

    def summary(self) -> dict[str, Any]:
        """CPU seconds on Spark over those of the local engine, per command and size."""
        cpu = {(f["run"], f["on"], f.get("rows"), f.get("workers")): f.get("cpu_s") for f in self.figures}
        return {
            f"{run} {rows:,}, {workers} workers": {
                "local_cpu_s": cpu[run, "local", rows, None], "spark_cpu_s": spark,
                "moved_cpu_s": cpu.get(("moved", "spark", rows, workers)),
                "spark_over_local": round(spark / cpu[run, "local", rows, None], 2),
            }
            for (run, on, rows, workers), spark in cpu.items()
            if on == "spark" and cpu.get((run, "local", rows, None))
        }  # fmt: skip


def words(command: str, table: Path, out: Path) -> list[str]:
    """A command of Hustings as this machine runs it."""
    return [sys.executable, "-m", "hustings", command, str(table), "--out", str(out)]


def remove(place: Path) -> None:
    """A file or folder that is no longer needed."""
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--links", type=float, nargs="*", default=[5e6], metavar="ROWS")
    parser.add_argument("--detect", type=float, nargs="*", default=[1e6], metavar="ROWS")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--model", action="store_true", help="with one worker and with two, and how it grows")
    parser.add_argument("--work", type=Path, help="folder that keeps the rows between runs")
    a = parser.parse_args()
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    adopt_orphans()
    runs = [("links", rows) for rows in a.links] + [("detect", rows) for rows in a.detect]
    if a.work:
        a.work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=a.work) as room:
        work = a.work or Path(room)
        bench = Bench(work, Path(room))
        for command in sorted({command for command, _ in runs}):
            bench.local(command, 1e4)
        for run in runs:
            bench.local(*run)
        bench.clusters([1, 2] if a.model else [a.workers], runs)
        print(json.dumps({"summary": bench.summary()}), flush=True)


if __name__ == "__main__":
    main()
