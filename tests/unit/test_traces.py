import tracemalloc
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_traces import as_table, trace_rows

from hustings.detection.names import Dictionary, byte_order, seeds
from hustings.detection.parts import Parts
from hustings.detection.radix import radix_order
from hustings.detection.rows import sorted_rows
from hustings.detection.traces import encode, read_traces

QUICK = settings(max_examples=100, derandomize=True, deadline=None)


def decoded(traces):
    """The rows behind the codes."""
    columns = [
        traces.platforms.take(pa.array(traces.actor)).to_pylist(),
        traces.actor_names.take(pa.array(traces.actor)).to_pylist(),
        traces.kinds.take(pa.array(traces.kind)).to_pylist(),
        traces.trace_names.take(pa.array(traces.trace)).to_pylist(),
        traces.content_names.take(pa.array(traces.content)).to_pylist(),
        traces.at.tolist(),
    ]
    return list(zip(*columns, strict=True))


@QUICK
@given(trace_rows())
def test_traces_are_the_rows_sorted_and_once(rows):
    traces = encode(as_table(rows))
    by = lambda row: (row[2], row[3], row[5], row[0], row[1], row[4])
    assert decoded(traces) == sorted({tuple(row) for row in rows}, key=by)
    assert traces.read == len(rows)
    assert traces.repeats == len(rows) - len(set(rows))


@QUICK
@given(trace_rows(), st.randoms(use_true_random=False))
def test_traces_do_not_depend_on_the_order_of_rows(rows, random):
    one = encode(as_table(rows))
    random.shuffle(rows)
    two = encode(as_table(rows))
    for name in ("kind", "trace", "actor", "content", "at", "trace_kind"):
        assert np.array_equal(getattr(one, name), getattr(two, name))
    for name in ("kinds", "trace_names", "platforms", "actor_names", "content_names"):
        assert getattr(one, name).equals(getattr(two, name))


def test_codes_are_ranks_and_a_trace_belongs_to_one_kind():
    table = as_table([])
    rows = {
        "platform": ["y", "x", "x", "y"], "actor": ["a", "b", "a", "a"], "kind": ["z", "k", "z", "z"],
        "trace": ["7", "7", "7", "8"], "content": ["p9", "p10", "p1", "p9"],
    }  # fmt: skip
    table = pa.table({**rows, "at": pa.array([3, 2, 1, 0], pa.timestamp("us", "UTC"))}, schema=table.schema)
    traces = encode(table)
    assert decoded(traces) == [
        ("x", "b", "k", "7", "p10", 2), ("x", "a", "z", "7", "p1", 1), ("y", "a", "z", "7", "p9", 3),
        ("y", "a", "z", "8", "p9", 0),
    ]  # fmt: skip
    assert traces.actor.tolist() == [1, 0, 2, 2]
    assert traces.trace.tolist() == [0, 1, 1, 2]
    assert traces.trace_kind.tolist() == [0, 1, 1]
    assert (traces.actor.dtype, traces.at.dtype) == (np.int32, np.int64)


def test_rows_with_a_null_take_no_part_and_are_counted():
    table = as_table([])
    rows = [
        {"platform": "x", "actor": "a", "kind": "k", "trace": "t", "content": "p", "at": 1},
        {"platform": "x", "actor": None, "kind": "k", "trace": "t", "content": "p", "at": 1},
        {"platform": "x", "actor": "a", "kind": "k", "trace": "t", "content": "p", "at": None},
    ]
    traces = encode(pa.Table.from_pylist(rows, schema=table.schema))
    assert (len(traces), traces.read, traces.skipped) == (1, 3, 2)


def test_an_empty_table_has_no_traces():
    traces = encode(as_table([]))
    assert len(traces) == 0
    assert len(traces.actor_names) == 0


def test_several_tables_are_read_as_one_and_other_columns_ride_along(tmp_path):
    table = pa.table(
        {
            "note": ["first", "second"], "platform": ["x", "x"], "actor": ["a", "b"], "kind": ["k", "k"],
            "trace": ["t", "t"], "content": ["p", "q"], "at": pa.array([1, 2], pa.timestamp("s")),
        }
    )  # fmt: skip
    for place, part in (("one.parquet", table.slice(0, 1)), ("two.parquet", table.slice(1))):
        pq.write_table(part, tmp_path / place)
    traces = read_traces([tmp_path / "one.parquet", tmp_path / "two.parquet"])
    assert traces.at.tolist() == [1_000_000, 2_000_000]


names = st.text(st.characters(codec="utf-8"), max_size=30) | st.text("ab\0", max_size=30)


@QUICK
@given(st.lists(st.tuples(st.integers(0, 2), names), unique=True, max_size=120))
def test_names_are_ordered_by_their_bytes(pairs):
    lead = np.array([lead for lead, _ in pairs], np.int32)
    order = byte_order(pa.array([name for _, name in pairs], pa.string()), lead)
    assert [pairs[k] for k in order] == sorted(pairs, key=lambda pair: (pair[0], pair[1].encode()))


@QUICK
@given(st.lists(st.lists(st.tuples(st.integers(0, 1), names), max_size=60), max_size=4))
def test_equal_names_get_equal_codes_across_batches(batches):
    dictionary = Dictionary()
    seen = {}
    for batch in batches:
        column = pa.array(["skipped"] + [name for _, name in batch], pa.string()).slice(1)
        lead = np.array([lead for lead, _ in batch], np.int32)
        for pair, code in zip(batch, dictionary.codes(column, lead, seeds(["one", "two"])), strict=True):
            assert seen.setdefault(pair, code) == code
    rank, lead, in_order = dictionary.in_byte_order(np.array([0, 1], np.int32))
    assert dictionary.count == len(seen)
    assert list(zip(lead.tolist(), in_order.to_pylist(), strict=True)) == sorted(
        seen, key=lambda pair: (pair[0], pair[1].encode())
    )
    assert all(in_order[int(rank[code])].as_py() == name for (_, name), code in seen.items())


def test_many_names_make_the_table_grow():
    dictionary = Dictionary()
    column = pa.array(np.arange(300_000)).cast(pa.string())
    zero = np.zeros(100_000, np.int32)
    for start in (0, 100_000, 200_000, 0):
        codes = dictionary.codes(column.slice(start, 100_000), zero, np.ones(1, np.uint64))
        assert len(np.unique(codes)) == 100_000
    assert dictionary.count == 300_000


@QUICK
@given(st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 5), max_size=200))
def test_radix_order_is_a_stable_sort(keys):
    array = np.array(keys, np.uint64)
    assert np.array_equal(radix_order(array), np.argsort(array, kind="stable"))


@pytest.mark.parametrize("spread", [1, 3, 1000, 2**62])
def test_rows_are_sorted_by_all_words_and_kept_once(spread):
    random = np.random.default_rng(7)
    rows = random.integers(-spread, spread, (5_000, 4))
    rows[:, 2:] = random.integers(0, 3, (5_000, 2))
    kept, repeats = sorted_rows(rows.copy())
    assert np.array_equal(kept, np.unique(rows, axis=0))
    assert repeats == len(rows) - len(kept)


@pytest.mark.parametrize("budget", [0, 500, 10**9])
def test_parts_give_back_what_was_put_in_from_memory_and_disk(tmp_path, budget):
    random = np.random.default_rng(7)
    parts = Parts(count=4, words=3, budget=budget, folder=tmp_path)
    put = {part: [] for part in range(4)}
    for _ in range(5):
        owner = np.sort(random.integers(0, 4, 20))
        rows = random.integers(0, 100, (20, 3))
        parts.add(rows, np.searchsorted(owner, np.arange(5)))
        for part in range(4):
            put[part].append(rows[owner == part])
    for part in range(4):
        assert sorted(map(tuple, parts.take(part))) == sorted(map(tuple, np.concatenate(put[part])))
    assert (parts.spilled > 0) == (budget < 10**9)
    parts.close()
    assert list(tmp_path.iterdir()) == []


def test_reading_does_not_hold_the_table_twice(tmp_path: Path):
    rows = 400_000
    number = pa.array(np.arange(rows)).cast(pa.string())
    table = pa.table(
        {
            "platform": pa.array(["x"] * rows).dictionary_encode(), "actor": number, "kind": pa.array(["k"] * rows).dictionary_encode(),
            "trace": number, "content": number, "at": pa.array(np.arange(rows), pa.timestamp("us", "UTC")),
        }
    )  # fmt: skip
    pq.write_table(table, tmp_path / "in.parquet")
    read_traces([tmp_path / "in.parquet"])
    tracemalloc.start()
    traces = read_traces([tmp_path / "in.parquet"])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(traces) == rows
    assert most < 300 * rows
