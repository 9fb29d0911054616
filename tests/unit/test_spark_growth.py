"""How a run on Spark would take longer or shorter with other workers, from the log of its tasks."""

import importlib
import json
import sys
from pathlib import Path

import pytest


@pytest.fixture
def growth_of(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[2] / "benchmarks"))
    yield importlib.import_module("spark_growth").growth_of
    sys.modules.pop("spark_growth")


def task(stage: int, begin_s: float, end_s: float, run_s: float, shuffled: int = 0) -> str:
    return json.dumps({
        "Event": "SparkListenerTaskEnd", "Stage ID": stage,
        "Task Info": {"Launch Time": begin_s * 1_000, "Finish Time": end_s * 1_000},
        "Task Metrics": {
            "Executor Run Time": run_s * 1_000, "Shuffle Write Metrics": {"Shuffle Bytes Written": shuffled},
            "Result Size": 0, "JVM GC Time": 0,
        },
    })  # fmt: skip


def test_a_run_is_what_the_driver_does_alone_and_its_tasks(growth_of):
    # Twenty seconds: tasks from 5 to 9 and from 10 to 16, two of them at the same time.
    log = [
        json.dumps({"Event": "SparkListenerApplicationStart", "Timestamp": 0}),
        task(0, 5, 9, 3.5, shuffled=1 << 20), task(1, 10, 16, 5.5), task(1, 11, 13, 1.5, shuffled=1 << 20),
    ]  # fmt: skip
    growth = growth_of(log, 20)
    assert growth.alone_s == 10
    assert growth.tasks == 3
    assert growth.overhead_s == pytest.approx(0.5)
    assert growth.run_s == pytest.approx(10.5)
    assert growth.shuffled_mib == pytest.approx(2)


def test_twice_the_workers_halve_what_tasks_share_but_no_task_is_cut(growth_of):
    log = [
        *(task(0, k, k + 1, 1) for k in range(8)),
        task(1, 8, 12, 4),
        *(task(1, 12 + k, 13 + k, 1) for k in range(2)),
    ]
    growth = growth_of(log, 17)
    assert growth.alone_s == 3
    assert growth.seconds(1) == 17
    assert growth.seconds(2) == 3 + 4 + 4
    assert growth.seconds(100) == 3 + 1 + 4


def test_a_task_that_failed_before_it_measured_anything_still_held_its_core(growth_of):
    lost = {"Event": "SparkListenerTaskEnd", "Stage ID": 0, "Task Info": {"Launch Time": 0, "Finish Time": 2_000}}
    growth = growth_of([json.dumps(lost)], 5)
    assert (growth.alone_s, growth.run_s, growth.overhead_s) == (3, 0, 2)
