"""Links that the tasks of a cluster write themselves: in order, each part once, whole or not at all."""

from datetime import timedelta

import pyarrow.parquet as pq
import pytest
from made_traces import SECOND, as_table

from hustings.detection.links import Links, count_links
from hustings.detection.reference.counting import Event
from hustings.detection.spark.census import census
from hustings.detection.spark.link_steps import link_steps
from hustings.detection.spark.work import Alone
from hustings.detection.spark.written import disk_folder, write_on_disk
from hustings.detection.tables import TraceTables, in_memory
from hustings.errors import BadInput
from hustings.progress import Silent

TOLD = Links(window=timedelta(seconds=20))


def some_rows():
    return [
        Event("xy"[n % 2], f"a{n * n % 23}", "link" if n % 3 else "ä", f"t{n % 5}", f"p{n}", (1_630_000_000 + n) * SECOND)
        for n in range(400)
    ]  # fmt: skip


class Unsteady(Alone):
    """Runs every task that gives something here twice, as where a worker was thought dead; what the second gave counts."""

    def gather(self, table, step):
        super().gather(table, step)
        return super().gather(table, step)


def steps_of(cluster):
    return link_steps(cluster, census(cluster, None, 1, "the table"), TOLD, parts=6)


def unsteady():
    batches, _, _ = in_memory(as_table(some_rows()))
    return Unsteady(batches, 50)


def test_what_tasks_write_is_what_one_machine_writes(tmp_path):
    pq.write_table(as_table(some_rows()), tmp_path / "traces.parquet")
    counted = count_links(TraceTables([tmp_path / "traces.parquet"]), TOLD, tmp_path / "links.parquet", Silent())
    cluster = unsteady()
    out = tmp_path / "out"
    counts = write_on_disk(cluster, steps_of(cluster), out)
    wanted = pq.read_table(tmp_path / "links.parquet")
    files = sorted(out.iterdir())
    assert [file.name for file in files] == ["_SUCCESS", *(f"part-{k:06d}.parquet" for k in range(len(files) - 1))]
    assert len(files) > 3
    assert pq.read_table(out).equals(wanted)
    assert pq.read_schema(files[1]).equals(pq.read_schema(tmp_path / "links.parquet"))
    assert counts == list(counted.kinds.values())
    assert sum(counts) == len(wanted) > 50
    assert list(tmp_path.glob(".*")) == []


def test_an_older_result_is_replaced_and_nothing_else(tmp_path):
    for name in ("part-000099.parquet", "part-00000-of-spark.zstd.parquet", "notes.txt"):
        (tmp_path / name).write_text("older")
    cluster = unsteady()
    write_on_disk(cluster, steps_of(cluster), tmp_path)
    assert not (tmp_path / "part-000099.parquet").exists()
    assert not (tmp_path / "part-00000-of-spark.zstd.parquet").exists()
    assert (tmp_path / "notes.txt").read_text() == "older"


def test_where_a_task_fails_what_stood_there_stays(tmp_path):
    class Failing(Alone):
        def gather(self, table, step):
            super().gather(table[:2], step)
            raise RuntimeError("the third task")

    (tmp_path / "out").mkdir()
    for name in ("part-000000.parquet", "_SUCCESS"):
        (tmp_path / "out" / name).write_text("older")
    batches, _, _ = in_memory(as_table(some_rows()))
    cluster = Failing(batches, 50)
    steps = steps_of(cluster)
    with pytest.raises(RuntimeError, match="third"):
        write_on_disk(cluster, steps, tmp_path / "out")
    assert {file.name: file.read_text() for file in (tmp_path / "out").iterdir()} == {
        "part-000000.parquet": "older", "_SUCCESS": "older",
    }  # fmt: skip
    assert [file.name for file in tmp_path.iterdir()] == ["out"]


def test_a_disk_that_a_worker_does_not_see_is_told(tmp_path):
    class Elsewhere(Alone):
        """A worker that does not see the folder."""

        def gather(self, table, step):
            step.folder.rmdir()
            return super().gather(table, step)

    batches, _, _ = in_memory(as_table(some_rows()))
    cluster = Elsewhere(batches, 50)
    steps = steps_of(cluster)
    with pytest.raises(BadInput, match="all machines share"):
        write_on_disk(cluster, steps, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_only_a_disk_is_written_by_tasks(tmp_path):
    assert disk_folder(f"file://{tmp_path}") == tmp_path
    assert disk_folder(f"file:{tmp_path}") is None
    assert disk_folder("hdfs://head/links") is None
