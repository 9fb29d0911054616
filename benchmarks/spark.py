"""CPU seconds of `links` and `detect` on a Spark cluster on this machine, beside the local engine's, as JSON.

    python benchmarks/spark.py [--links 5e6] [--detect 1e6] [--workers 2] [--work DIR]

The cluster is a real one: a master and workers of one core each, processes of their own. A figure is user and
system time of all of them and of the command, from start to exit, output written; so it holds the start of four
Java machines, which `empty` gives by itself. Yardsticks:

    local    the same command with the local engine
    moved    Spark alone reads the same rows, deals them out by trace, and writes them as Parquet

The rows are those of `scale.py` in ../shared/bench, or of the folder that HUSTINGS_BENCH names. Every kind of run
is made once on few rows first, so that compiling, which happens once per machine, is not measured.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "tests"), str(Path(__file__).resolve().parent)]

from links_speed import made  # noqa: E402
from spark_cluster import SparkCluster  # noqa: E402

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


def spent(pids: list[int]) -> float:
    """CPU seconds of processes and of the children they have waited for."""
    tick = os.sysconf("SC_CLK_TCK")
    return sum(
        sum(map(int, Path(f"/proc/{pid}/stat").read_text().rsplit(")")[-1].split()[11:15])) / tick for pid in pids
    )


def measured(command: list[str], cluster: SparkCluster | None) -> dict[str, float]:
    """CPU and wall seconds of a command and of the cluster it used."""
    pids = [process.pid for process in cluster.processes] if cluster else []
    before, began = spent(pids), time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(said[-3_000:])
    # An application's processes are counted with their worker once it has waited for them.
    time.sleep(8 if cluster else 0)
    workers = spent(pids) - before
    return {
        "cpu_s": round(used.ru_utime + used.ru_stime + workers, 1),
        "workers_cpu_s": round(workers, 1),
        "wall_s": round(wall, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--links", type=float, default=5e6)
    parser.add_argument("--detect", type=float, default=1e6)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--work", type=Path, help="folder that keeps the rows between runs")
    a = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = a.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
        cluster = SparkCluster(Path(temporary), workers=a.workers)
        spark = ["--engine", "spark", "--master", cluster.master, "--conf", "spark.executor.memory=1g"]
        python, hustings = [sys.executable, "-c"], [sys.executable, "-m", "hustings"]
        out = Path(temporary) / "out"
        try:
            few = str(made(1e4, work))
            for command in ("links", "detect"):
                measured([*hustings, command, few, "--out", str(out / f"few-{command}"), *spark], cluster)
                measured([*hustings, command, few, "--out", str(out / f"few-local-{command}")], None)
            figures = {"empty": measured([*python, EMPTY, cluster.master], cluster), "workers": a.workers}
            for command, rows in (("links", a.links), ("detect", a.detect)):
                if not rows:
                    continue
                table = str(made(rows, work))
                run = figures[command] = {"rows": int(rows)}
                run["local"] = measured([*hustings, command, table, "--out", str(out / f"local-{command}")], None)
                run["spark"] = measured([*hustings, command, table, "--out", str(out / command), *spark], cluster)
                moved = [*python, MOVED, cluster.master, table, str(out / "moved"), str(max(4, int(rows / 5e5)))]
                run["moved"] = measured(moved, cluster)
                run["spark_over_local"] = round(run["spark"]["cpu_s"] / run["local"]["cpu_s"], 2)
        finally:
            cluster.stop()
        print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
