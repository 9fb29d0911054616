"""A real Spark cluster on loopback: one master and workers of one core each, each a process of its own."""

__all__ = ["SparkCluster", "spark_cluster"]

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest


class SparkCluster:
    """Started from the package's own Spark; `stop` ends what it began and nothing else."""

    def __init__(self, folder: Path, workers: int = 2) -> None:
        import pyspark

        self.folder = folder
        self.home = Path(pyspark.__file__).parent
        self.environment = {
            **os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_HOME": str(self.home), "PYSPARK_PYTHON": sys.executable,
            "SPARK_DAEMON_MEMORY": "256m", "SPARK_NO_DAEMONIZE": "1", "PYTHONPATH": os.pathsep.join(sys.path),
        }  # fmt: skip
        self.processes: list[subprocess.Popen] = []
        log = self._start(
            "master", "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", "0", "--webui-port", "0"
        )
        self.master = self._said(log, r"(spark://127\.0\.0\.1:\d+)")
        for number in range(workers):
            self.start_worker(number)

    def start_worker(self, number: int) -> subprocess.Popen:
        log = self._start(
            f"worker{number}", "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "2g",
            "--webui-port", "0", "--work-dir", str(self.folder / f"work{number}"), self.master,
        )  # fmt: skip
        self._said(log, r"Successfully registered with master (\S+)")
        return self.processes[-1]

    def shuffled(self, number: int) -> bool:
        """Whether a worker holds something that was dealt to others."""
        return any(self.folder.glob(f"local-worker{number}/**/shuffle_*.data"))

    def _start(self, name: str, main: str, *arguments: str) -> Path:
        log = self.folder / f"{name}.log"
        command = [str(self.home / "bin" / "spark-class"), main, *arguments]
        environment = {**self.environment, "SPARK_LOCAL_DIRS": str(self.folder / f"local-{name}")}
        self.processes.append(
            subprocess.Popen(command, env=environment, stdout=log.open("wb"), stderr=subprocess.STDOUT)
        )
        return log

    def _said(self, log: Path, pattern: str) -> str:
        for _ in range(1_800):
            found = re.search(pattern, log.read_text(errors="replace"))
            if found:
                return found[1]
            if self.processes[-1].poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError(log.read_text(errors="replace")[-2_000:])

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture(scope="session")
def spark_cluster(tmp_path_factory):
    pytest.importorskip("pyspark")
    cluster = SparkCluster(tmp_path_factory.mktemp("spark"))
    yield cluster
    cluster.stop()
