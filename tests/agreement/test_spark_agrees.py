"""The Spark engine against the local one and the plain reading, row for row.

Its steps run here on a cluster of one by the hundred made-up tables; on a real cluster of two workers they run
on a few tables and on the real ones, and while a worker, or what runs on it, is killed.
"""

# ruff: noqa: F811 (fixtures of made_worlds and spark_cluster)

import json
import os
import pickle
import signal
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from made_traces import SECOND, as_table, trace_rows
from made_worlds import DAY, EVENTS, TOLD, TUESDAY, WORLDS, alike, different, small, world  # noqa: F401
from spark_cluster import SparkCluster, spark_cluster  # noqa: F401

from hustings.cli.main import main
from hustings.cli.spark import spark_session
from hustings.connectors.bundled import find_mapping
from hustings.connectors.tracing import make_traces
from hustings.detection.detect import detect_traces
from hustings.detection.links import Counted, Links, count_links
from hustings.detection.reference import counting
from hustings.detection.settings import DetectSettings
from hustings.detection.spark.census import census
from hustings.detection.spark.detect import detect_in_parts, detect_on
from hustings.detection.spark.link_steps import link_steps
from hustings.detection.spark.links import count_links_on
from hustings.detection.spark.source import read_source
from hustings.detection.spark.work import Alone
from hustings.detection.tables import TraceTables, in_memory
from hustings.detection.traces import encode, read_traces
from hustings.errors import BadInput
from hustings.progress import Silent

pytestmark = pytest.mark.slow  # a hundred tables in parts, and a cluster

SHORT = settings(
    max_examples=100,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)
LONG = settings(SHORT, max_examples=3_000, derandomize=False)
WINDOWS = st.sampled_from([0, SECOND // 2, SECOND, 4 * SECOND, 3600 * SECOND])
FEWEST = st.integers(1, 4)
SMALL = ["--conf", "spark.executor.memory=512m", "--conf", "spark.driver.memory=512m"]


def in_parts(rows, told: Links, parts: int):
    """Links counted by the steps of the engine, in this process; and the exact repeats."""
    batches, _, _ = in_memory(as_table(rows))
    cluster = Alone(batches, 7)
    said = {}
    steps = link_steps(
        cluster,
        census(cluster, told.kind, 2, "the table"),
        told,
        parts=parts,
        tell=lambda part, repeats, pairs: said.update({part: (repeats, pairs)}),
    )
    found = [steps.names.of(columns)[0] for columns in cluster.gather(steps.links, steps.summing)]
    rows = [tuple(row.values()) for table in found for row in table.to_pylist()]
    return rows, sum(r for r, _ in said.values()), sum(p for _, p in said.values())


def links_agree(rows, window, fewest_rows, fewest_pairs, parts):
    filters = {"min_participation": fewest_rows, "min_weight": fewest_pairs}
    found, repeats, pairs = in_parts(rows, Links(window=timedelta(microseconds=window), **filters), parts)
    assert found == counting.links(rows, window, **filters)
    assert repeats == len(rows) - len(set(rows))
    if fewest_pairs == 1:
        assert pairs == sum(row[5] for row in found)


@SHORT
@given(trace_rows(), WINDOWS, FEWEST, FEWEST, st.integers(1, 7))
def test_links_in_parts_agree(rows, window, fewest_rows, fewest_pairs, parts):
    links_agree(rows, window, fewest_rows, fewest_pairs, parts)


@pytest.mark.long
@LONG
@given(trace_rows(most=200), WINDOWS, FEWEST, FEWEST, st.integers(1, 40))
def test_links_in_parts_agree_on_many_tables(rows, window, fewest_rows, fewest_pairs, parts):
    links_agree(rows, window, fewest_rows, fewest_pairs, parts)


def test_a_trace_that_everybody_leaves_is_cut_by_time():
    rows = [
        counting.Event("x", f"a{n % 9}", "link", "t", f"p{n}", 1_630_000_000 * SECOND + n * SECOND) for n in range(400)
    ]
    batches, _, _ = in_memory(as_table(rows))
    cluster = Alone(batches, 50)
    held = {}

    def tell(part, repeats, pairs):
        held[part] = pairs

    told = Links(window=timedelta(seconds=10))
    steps = link_steps(cluster, census(cluster, None, 1, "the table"), told, parts=8, tell=tell)
    found = [row for c in cluster.gather(steps.links, steps.summing) for row in steps.names.of(c)[0].to_pylist()]
    assert [tuple(row.values()) for row in found] == counting.links(rows, 10 * SECOND)
    assert len(held) == 8
    assert max(held.values()) < 2 * min(held.values())


class Travelling(Alone):
    """Steps go to their tasks as bytes, as on a cluster."""

    def look(self, step, sample=None):
        return super().look(pickle.loads(pickle.dumps(step)), sample)

    def scan(self, step, parts):
        return super().scan(pickle.loads(pickle.dumps(step)), parts)

    def deal(self, tables, parts):
        return super().deal([(table, pickle.loads(pickle.dumps(step))) for table, step in tables], parts)

    def gather(self, table, step):
        return super().gather(table, pickle.loads(pickle.dumps(step)))


def worlds_agree(rows, told, parts):
    """Detect in parts, in this process, against the local engine."""
    table = as_table(rows)
    batches, _, _ = in_memory(table)
    cluster = Travelling(batches, 37)
    who = census(cluster, None, 3, "the table")
    found = detect_in_parts(cluster, who, len(table), told, Silent(), parts=parts)
    wanted = detect_traces(encode(table), told, Silent())
    assert different(wanted, found) == []
    return wanted


@settings(SHORT, max_examples=25)
@given(WORLDS, TOLD, st.integers(1, 9))
def test_made_up_worlds_in_parts_are_read_alike(small, rows, told, parts):
    worlds_agree(rows, told, parts)


@settings(SHORT, max_examples=25)
@given(EVENTS, TOLD, st.integers(1, 9))
def test_small_tables_full_of_ties_are_read_alike(small, rows, told, parts):
    worlds_agree(rows, told, parts)


@pytest.mark.long
@LONG
@given(WORLDS, TOLD, st.integers(1, 40))
def test_many_made_up_worlds_in_parts_are_read_alike(small, rows, told, parts):
    worlds_agree(rows, told, parts)


@pytest.mark.long
@LONG
@given(EVENTS, TOLD, st.integers(1, 9))
def test_many_small_tables_full_of_ties_are_read_alike(small, rows, told, parts):
    worlds_agree(rows, told, parts)


def test_the_worlds_in_parts_have_findings_on_both_grounds():
    found = worlds_agree(world(1, actors=60, days=8, posts=1_200, step=1), DetectSettings(rarest=10), 7)
    assert {"timing", "content"} <= {ground for record in found.findings for ground in record["basis"].split("+")}


def killed_at_work(cluster: SparkCluster, folder: Path, victims: Callable[[], list[int]]) -> None:
    """Detect on a cluster, killing processes when its second worker holds rows that the first is to read; then compare."""
    rows = world(2, actors=60, days=8, posts=1_200, step=1)
    pq.write_table(as_table(rows), folder / "traces.parquet")
    killed = []

    def kill():
        for _ in range(6_000):
            if cluster.shuffled(1):
                killed.extend(victims())
                for pid in killed:
                    os.kill(pid, signal.SIGKILL)
                return
            time.sleep(0.05)

    command = ["detect", str(folder / "traces.parquet"), "--out", str(folder / "out")]
    assert main([*command[:3], str(folder / "here"), "--json"]) == 0
    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    assert main([*command, "--engine", "spark", "--master", cluster.master, *SMALL, "--json"]) == 0
    killer.join(1)
    assert killed
    for name in ("links", "layers", "members", "evidence"):
        one, two = (pq.read_table(folder / run / f"{name}.parquet") for run in ("here", "out"))
        assert alike(one.to_pylist(), two.to_pylist()), name
    one, two = (json.loads((folder / run / "findings.json").read_text()) for run in ("here", "out"))
    assert one
    assert alike(one, two)
    assert (folder / "out" / "report.html").exists()


def at_work(cluster: SparkCluster) -> list[int]:
    """The process on the second worker that runs its tasks."""
    return running("CoarseGrainedExecutorBackend", f"{cluster.folder}/work1")


# Before the tests that share a session: a session takes all cores of the cluster.
@pytest.mark.long
def test_the_command_finds_the_same_though_what_runs_on_a_worker_is_killed(spark_cluster, tmp_path):
    killed_at_work(spark_cluster, tmp_path, lambda: at_work(spark_cluster))


@pytest.mark.long
def test_the_command_finds_the_same_though_a_whole_worker_is_killed(tmp_path):
    place = tmp_path / "cluster"
    place.mkdir()
    cluster = SparkCluster(place)
    try:
        # The last that was started; what it runs ends by itself when it is gone, and nobody starts another.
        killed_at_work(cluster, tmp_path, lambda: [cluster.processes[-1].pid])
        assert cluster.processes[-1].wait(10) == -signal.SIGKILL
        assert at_work(cluster) == []
    finally:
        cluster.stop()


def running(*words: str) -> list[int]:
    """Processes whose command line, or working folder, has all of these words."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            line = (place / "cmdline").read_text() + str((place / "cwd").readlink())
        except OSError:
            continue
        if all(word in line for word in words):
            found.append(int(place.name))
    return found


def test_actors_who_keep_the_same_minutes_are_read_alike_in_parts():
    rng = np.random.default_rng(0)
    rows = []
    for day in range(14):
        for minute in rng.integers(0, 1_440, 6).tolist():
            for who in range(3):
                at = TUESDAY + day * DAY + (minute * 60 + int(rng.integers(60))) * SECOND
                rows.append(counting.Event("x", f"r{who}", "link", f"t{len(rows)}", f"p{len(rows)}", at))
        for _ in range(40):
            at = TUESDAY + day * DAY + int(rng.integers(86_400)) * SECOND
            who, trace = f"n{int(rng.integers(9))}", f"t{int(rng.integers(30))}"
            rows.append(counting.Event("x", who, "link", trace, f"p{len(rows)}", at))
    found = worlds_agree(rows, DetectSettings(), 5)
    assert len(found.links) - found.links["p_rhythm"].null_count == 3


@pytest.fixture(scope="module")
def session(spark_cluster):
    """One session on the cluster for all tests that need no command, and a folder for what it brings to the workers."""
    with spark_session(spark_cluster.master, SMALL[1::2]) as opened:
        yield opened


def locally(tables: list[Path], out: Path, **told) -> pa.Table:
    count_links(TraceTables(tables), Links(window=timedelta(seconds=60), **told), out, Silent())
    return pq.read_table(out)


def on_spark(session, tables: list[Path], out: Path, scheme: str = "file://", **told) -> tuple[pa.Table, Counted]:
    places = [f"file://{table}" for table in tables]
    links = Links(window=timedelta(seconds=60), **told)
    counted = count_links_on(session[0], places, links, f"{scheme}{out}", session[1], Silent(), rows_per_part=20_000)
    assert (out / "_SUCCESS").exists()
    return pq.read_table(out), counted


def traces_of(real_data, file: str, mapping: str, folder: Path, parts: int) -> Path:
    """Real posts as a folder of trace tables."""
    table = make_traces([real_data / "coordination" / file], find_mapping(mapping)).traces
    folder.mkdir()
    for n in range(parts):
        begin, end = n * len(table) // parts, (n + 1) * len(table) // parts
        pq.write_table(table.slice(begin, end - begin), folder / f"{n}.parquet")
    return folder


@pytest.mark.long
def test_the_german_links_on_a_real_cluster_agree(session, real_data, tmp_path):
    folder = traces_of(real_data, "german_elections.parquet", "german-elections", tmp_path / "traces", 3)
    wanted = locally(sorted(folder.iterdir()), tmp_path / "links.parquet")
    found, counted = on_spark(session, [folder], tmp_path / "out")
    assert found.equals(wanted)
    assert (counted.links, counted.pairs) == (len(wanted), sum(wanted["pairs"].to_pylist()))


def test_a_filtered_count_on_a_real_cluster_agrees(session, tmp_path):
    rows = [
        counting.Event("x" if n % 2 else "y", f"a{n * n % 11}", "link" if n % 3 else "ä", f"t{n % 5}", f"p{n}", at)
        for n, at in enumerate(range(1_630_000_000 * SECOND, 1_630_000_300 * SECOND, SECOND))
    ]
    pq.write_table(as_table(rows), tmp_path / "traces.parquet")
    told = {"kind": "link", "min_participation": 15, "min_weight": 2}
    wanted = locally([tmp_path / "traces.parquet"], tmp_path / "links.parquet", **told)
    assert len(wanted) > 5
    found, counted = on_spark(session, [tmp_path / "traces.parquet"], tmp_path / "out", **told)
    assert found.equals(wanted)
    # An address that the tasks do not write to by themselves.
    by_spark, again = on_spark(session, [tmp_path / "traces.parquet"], tmp_path / "by_spark", scheme="file:", **told)
    assert by_spark.equals(wanted)
    assert counted == again
    assert counted.kinds == {"link": len(wanted)}
    assert any(file.name.endswith(".zstd.parquet") for file in (tmp_path / "by_spark").iterdir())


def test_what_the_tasks_read_themselves_and_what_spark_reads_for_them_is_the_same(session, tmp_path):
    rows = as_table(world(1, actors=60, days=8, posts=1_200, step=1))
    kinds = sorted(set(rows["kind"].to_pylist()))
    for kind in kinds:
        (tmp_path / "by_kind" / f"kind={kind}").mkdir(parents=True)
        mine = rows.filter(pc.equal(rows["kind"], kind))
        pq.write_table(mine, tmp_path / f"{kind}.parquet", row_group_size=200)
        pq.write_table(mine.drop_columns(["kind"]), tmp_path / "by_kind" / f"kind={kind}" / "0.parquet")
    files = [tmp_path / f"{kind}.parquet" for kind in kinds]
    wanted = locally(files, tmp_path / "links.parquet")
    assert len(wanted) > 5
    assert len(kinds) > 1
    for place, read_by_tasks in ((files, True), ([tmp_path / "by_kind"], False)):
        source = read_source(session[0], [f"file://{one}" for one in place])
        assert (source.rows is None) is read_by_tasks
        assert source.read == len(rows)
        assert on_spark(session, place, tmp_path / f"out-{read_by_tasks}")[0].equals(wanted)


def test_a_made_up_world_on_a_real_cluster_is_read_alike(session, tmp_path):
    rows = world(1, actors=60, days=8, posts=1_200, step=1)
    pq.write_table(as_table(rows), tmp_path / "traces.parquet")
    told = DetectSettings(rarest=10)
    place = f"file://{tmp_path / 'traces.parquet'}"
    found = detect_on(session[0], [place], told, session[1], Silent(), rows_per_part=500)
    assert found.findings
    assert different(detect_traces(encode(as_table(rows)), told, Silent()), found) == []


def test_what_is_no_trace_table_is_told_so(session, tmp_path):
    pq.write_table(pa.table({"actor": ["a"], "at": ["yesterday"]}), tmp_path / "bad.parquet")
    with pytest.raises(BadInput) as told:
        on_spark(session, [tmp_path / "bad.parquet"], tmp_path / "o")
    assert "column 'platform'" in str(told.value)
    assert "column 'at'" in str(told.value)
    with pytest.raises(BadInput, match="nowhere"):
        on_spark(session, [tmp_path / "nowhere.parquet"], tmp_path / "o")
    assert not (tmp_path / "o").exists()


def test_without_java_one_clear_error(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    for command in ("links", "detect"):
        out = ["--out", str(tmp_path / "o"), "--engine", "spark", "--master", "local[1]"]
        assert main([command, str(tmp_path / "x.parquet"), *out]) == 3
        assert "needs Java" in capsys.readouterr().err


def test_what_belongs_to_spark_is_refused_elsewhere(tmp_path, capsys):
    for words in (["links", "--as", "cnt", "--engine", "spark"], ["detect", "--master", "local[1]"]):
        assert main([words[0], "x.parquet", "--out", str(tmp_path / "o"), *words[1:]]) == 2
    assert "spark" in capsys.readouterr().err


@pytest.mark.long
@pytest.mark.parametrize(
    ("file", "mapping"),
    [("russian_coord_tweets.parquet", "russian-retweets"), ("german_elections.parquet", "german-elections")],
)
@pytest.mark.long
def test_the_real_posts_on_a_real_cluster_are_read_alike(session, real_data, tmp_path, file, mapping):
    folder = traces_of(real_data, file, mapping, tmp_path / "traces", 3)
    told = DetectSettings()
    found = detect_on(session[0], [f"file://{folder}"], told, session[1], Silent(), rows_per_part=30_000)
    assert found.findings
    assert different(detect_traces(read_traces(sorted(folder.iterdir())), told, Silent()), found) == []
