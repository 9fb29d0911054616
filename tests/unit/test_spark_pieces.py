"""Parquet that the tasks of a cluster read themselves: which files, in which pieces, and that the rows are the same."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_traces import SECOND, as_table

from hustings.detection.reference.counting import Event
from hustings.detection.spark import pieces
from hustings.detection.spark.pieces import piece_batches, pieces_of
from hustings.detection.tables import TraceTables
from hustings.errors import BadInput


def some_rows(count):
    return [
        Event(
            "xy"[n % 2], f"a{n * n % 11}", "link" if n % 3 else "ä", f"t{n % 5}", f"p{n}", (1_630_000_000 + n) * SECOND
        )
        for n in range(count)
    ]


def tables(folder):
    """Two files with row groups of several sizes, one deeper, and what is passed over; rows with nulls among them."""
    rows = as_table(some_rows(300))
    holes = rows.set_column(3, "trace", pa.array([None if k % 7 == 0 else str(k % 9) for k in range(300)]))
    (folder / "deeper").mkdir(parents=True)
    (folder / "_temporary").mkdir()
    pq.write_table(rows, folder / "a.parquet", row_group_size=70)
    pq.write_table(holes, folder / "deeper" / "b", row_group_size=17, compression="zstd")
    for passed_over in ("_SUCCESS", ".a.parquet.crc", "_temporary/c.parquet"):
        (folder / passed_over).write_text("nothing")
    return [folder / "a.parquet", folder / "deeper" / "b"]


def rows_of(batches):
    return [row for batch in batches for row in batch.to_pylist()]


@pytest.mark.parametrize("enough", [1, 50, 200, 10_000])
def test_the_pieces_hold_every_row_once_in_order(tmp_path, monkeypatch, enough):
    monkeypatch.setattr(pieces, "ENOUGH", enough)
    files = tables(tmp_path / "traces")
    found = pieces_of([f"file://{tmp_path / 'traces'}"])
    assert sum(piece.rows for piece in found) == 600
    assert rows_of(batch for piece in found for batch in piece_batches(piece, None)) == rows_of(
        TraceTables(files).batches()
    )
    groups = [group for piece in found for group in piece.groups]
    assert len(set(groups)) == len(groups) == 5 + 18
    # No task is much smaller than it need be, but the last.
    assert all(piece.rows > enough - 70 for piece in found[:-1])


def test_of_a_sample_the_others_have_no_trace_and_nobody_a_content(tmp_path):
    tables(tmp_path / "traces")
    (piece,) = pieces_of([f"file://{tmp_path / 'traces'}"])
    for whole, part in zip(piece_batches(piece, None), piece_batches(piece, 10), strict=True):
        wanted = [t if k % 10 == 0 else None for k, t in enumerate(whole.column("trace").to_pylist())]
        assert part.column("trace").to_pylist() == wanted
        assert part.column("actor") == whole.column("actor")
        assert "content" not in part.schema.names


def test_what_only_spark_can_read_or_explain_is_left_to_it(tmp_path):
    (file, _) = tables(tmp_path / "traces")
    (tmp_path / "by_kind" / "kind=link").mkdir(parents=True)
    pq.write_table(pq.read_table(file).drop_columns(["kind"]), tmp_path / "by_kind" / "kind=link" / "a.parquet")
    (tmp_path / "words.parquet").write_text("no table")
    (tmp_path / "nothing").mkdir()
    own = f"file://{file}"
    assert pieces_of([own]) is not None
    for place in ("by_kind", "words.parquet", "nothing", "nowhere"):
        assert pieces_of([f"file://{tmp_path / place}"]) is None
        assert pieces_of([own, f"file://{tmp_path / place}"]) in (None, pieces_of([own]))
    assert pieces_of(["hdfs:///traces", own]) is None


def test_every_file_with_other_columns_is_named(tmp_path):
    (first, second) = tables(tmp_path / "traces")
    for file in (first, second):
        pq.write_table(
            pq.read_table(file).rename_columns(["platform", "actor", "kind", "trace", "content", "when"]), file
        )
    with pytest.raises(BadInput) as told:
        pieces_of([f"file://{tmp_path / 'traces'}"])
    assert [problem.where for problem in told.value.problems] == [f"{first}, column 'at'", f"{second}, column 'at'"]
