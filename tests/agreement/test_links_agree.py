"""The compiled counts against the plain reading, row for row, on made-up tables and on the real ones."""

from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from made_traces import SECOND, as_table, trace_rows

from hustings.detection.links import Links, count_links
from hustings.detection.peers import Network, network_as
from hustings.detection.reference import counting
from hustings.detection.tables import TraceTables
from hustings.progress import Silent

pytestmark = pytest.mark.slow  # hundreds of generated inputs on each engine

SHORT = settings(
    max_examples=150,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)
LONG = settings(SHORT, max_examples=5_000, derandomize=False)
WINDOWS = st.sampled_from([0, SECOND // 2, SECOND, 4 * SECOND, 3600 * SECOND])
FEWEST = st.integers(1, 4)


def counted(rows, folder: Path, window: int, **filters):
    table, out = folder / "traces.parquet", folder / "links.parquet"
    pq.write_table(as_table(rows), table)
    links = Links(window=timedelta(microseconds=window), **filters)
    count_links(TraceTables([table]), links, out, Silent())
    return [tuple(row.values()) for row in pq.read_table(out).to_pylist()]


def network(rows, folder: Path, peer: str, window: int, **filters):
    table = folder / "traces.parquet"
    pq.write_table(as_table(rows), table)
    edges = network_as(TraceTables([table]), Network(peer=peer, window=timedelta(microseconds=window), **filters))
    return [tuple(row.values()) for row in edges.to_pylist()]


def links_agree(rows, window, fewest_rows, fewest_pairs, folder):
    filters = {"min_participation": fewest_rows, "min_weight": fewest_pairs}
    assert counted(rows, folder, window, **filters) == counting.links(rows, window, **filters)


def coortweet_agrees(rows, window, fewest_rows, fewest_pairs, folder):
    filters = {"min_participation": fewest_rows, "min_weight": fewest_pairs}
    assert network(rows, folder, "coortweet", window, **filters) == counting.coortweet(rows, window, **filters)


def cnt_agrees(rows, window, fewest, folder):
    assert network(rows, folder, "cnt", window, min_weight=fewest) == counting.cnt(rows, window, min_weight=fewest)


@SHORT
@given(trace_rows(), WINDOWS, FEWEST, FEWEST)
def test_links_agree(tmp_path, rows, window, fewest_rows, fewest_pairs):
    links_agree(rows, window, fewest_rows, fewest_pairs, tmp_path)


@SHORT
@given(trace_rows(kinds=["link"]), WINDOWS, FEWEST, FEWEST)
def test_coortweet_agrees(tmp_path, rows, window, fewest_rows, fewest_pairs):
    if len({row.actor for row in rows}) > 1:
        coortweet_agrees(rows, window, fewest_rows, fewest_pairs, tmp_path)


@SHORT
@given(st.sampled_from(["link", "repost"]).flatmap(lambda kind: trace_rows(kinds=[kind])), WINDOWS, FEWEST)
def test_cnt_agrees(tmp_path, rows, window, fewest):
    if len({row.actor for row in rows}) > 1:
        cnt_agrees(rows, window, fewest, tmp_path)


@pytest.mark.long
@LONG
@given(trace_rows(most=200), WINDOWS, FEWEST, FEWEST)
def test_links_agree_on_many_tables(tmp_path, rows, window, fewest_rows, fewest_pairs):
    links_agree(rows, window, fewest_rows, fewest_pairs, tmp_path)


@pytest.mark.long
@LONG
@given(trace_rows(kinds=["link"], most=200), WINDOWS, FEWEST, FEWEST)
def test_coortweet_agrees_on_many_tables(tmp_path, rows, window, fewest_rows, fewest_pairs):
    if len({row.actor for row in rows}) > 1:
        coortweet_agrees(rows, window, fewest_rows, fewest_pairs, tmp_path)


@pytest.mark.long
@LONG
@given(trace_rows(kinds=["repost"], most=200), WINDOWS, FEWEST)
def test_cnt_agrees_on_many_tables(tmp_path, rows, window, fewest):
    if len({row.actor for row in rows}) > 1:
        cnt_agrees(rows, window, fewest, tmp_path)


@settings(SHORT, max_examples=25)
@given(trace_rows(), st.randoms(use_true_random=False))
def test_the_same_rows_in_any_order_and_format_give_the_same_bytes(tmp_path, rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    one, two = as_table(rows), as_table(shuffled)
    # An empty field in CSV is a null, so only tables without empty names say the same there.
    named = all("" not in row[:5] for row in rows)
    pq.write_table(one, tmp_path / "one.parquet")
    pyarrow.feather.write_feather(two, str(tmp_path / "two.arrow"))
    with pa.ipc.new_stream(tmp_path / "three.ipc", two.schema) as stream:
        stream.write_table(two, max_chunksize=7)
    pq.write_table(two.set_column(1, "actor", two["actor"].dictionary_encode()), tmp_path / "four.parquet")
    places = ["one.parquet", "two.arrow", "three.ipc", "four.parquet"]
    if named:
        pyarrow.csv.write_csv(two, tmp_path / "five.csv")
        places.append("five.csv")
    written = []
    for place in places:
        links = Links(window=timedelta(seconds=30))
        count_links(TraceTables([tmp_path / place]), links, tmp_path / "out.parquet", Silent())
        written.append((tmp_path / "out.parquet").read_bytes())
    assert len(set(written)) == 1


@settings(SHORT, max_examples=25)
@given(trace_rows(), WINDOWS)
def test_little_memory_gives_the_same_bytes(tmp_path, rows, window):
    pq.write_table(as_table(rows), tmp_path / "traces.parquet")
    written = []
    for memory in (0, 1 << 30):
        links = Links(window=timedelta(microseconds=window), memory=memory)
        count_links(TraceTables([tmp_path / "traces.parquet"]), links, tmp_path / "out.parquet", Silent())
        written.append((tmp_path / "out.parquet").read_bytes())
    assert written[0] == written[1]
