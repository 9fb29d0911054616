"""The posts table: read alike from every format, with all of its faults said at once."""

import json
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from hustings.detection.posts.tables import LISTS, REQUIRED, SCHEMA, PostTables, posts_in_memory
from hustings.errors import BadInput

AT = datetime(2026, 9, 1, 12, tzinfo=UTC)
ROWS = [
    {
        "platform": "x", "actor": "a", "content": "1", "at": AT, "text": "Vote, vote!", "mentions": ["b"],
        "links": ["https://example.org/a"], "hashtags": ["one", "two"], "images": ["ff00ff00ff00ff00"], "views": 17,
        "created": datetime(2020, 1, 1, tzinfo=UTC), "handle": "Ann",
    },
    {"platform": "x", "actor": "b", "content": "2", "at": AT, "repost_of": "1", "repost_of_at": AT, "hashtags": []},
    {"platform": "x", "actor": None, "content": "3", "at": AT},
]  # fmt: skip


def written(place, rows=ROWS):
    table = pa.Table.from_pylist(rows, SCHEMA)
    if place.suffix == ".parquet":
        pq.write_table(table, place)
    elif place.suffix == ".arrow":
        pyarrow.feather.write_feather(table, place, compression="uncompressed")
    elif place.suffix == ".jsonl":
        place.write_text("".join(json.dumps(row, default=datetime.isoformat) + "\n" for row in rows))
    else:
        columns = [name for name in SCHEMA.names if any(name in row for row in rows)]
        lines = [",".join(columns)]
        for row in rows:
            cells = [" ".join(row.get(name) or []) if name in LISTS else row.get(name) for name in columns]
            cells = [cell.isoformat() if isinstance(cell, datetime) else cell for cell in cells]
            lines.append(",".join("" if cell is None else f'"{cell}"' for cell in cells))
        place.write_text("\n".join(lines) + "\n")
    return place


@pytest.mark.parametrize("ending", ["parquet", "arrow", "jsonl", "csv"])
def test_every_format_gives_the_same_posts(tmp_path, ending):
    tables = PostTables([written(tmp_path / f"posts.{ending}")])
    read = pa.Table.from_batches(tables.batches(), SCHEMA).to_pylist()
    wanted = pa.Table.from_pylist(ROWS[:2], SCHEMA).to_pylist()
    if ending == "csv":  # there an empty list is nothing
        wanted[1]["hashtags"] = None
    assert read == wanted
    assert (tables.read, tables.skipped) == (3, 1)


def test_only_the_columns_asked_for_are_read_and_those_missing_are_null(tmp_path):
    place = tmp_path / "posts.parquet"
    pq.write_table(pa.Table.from_pylist(ROWS, SCHEMA).select([*REQUIRED, "text"]), place)
    tables = PostTables([place])
    assert tables.columns() == {*REQUIRED, "text"}
    (batch,) = tables.batches({"links"})
    assert batch.schema.names == [*REQUIRED, "links"]
    assert batch.column("links").null_count == 2


def test_files_of_different_columns_are_read_as_one(tmp_path):
    one, two = written(tmp_path / "one.jsonl", ROWS[:1]), written(tmp_path / "two.csv", ROWS[1:2])
    tables = PostTables([one, two])
    assert [batch.column("content").to_pylist() for batch in tables.batches()] == [["1"], ["2"]]
    assert {"links", "repost_of"} <= tables.columns()


def test_all_faults_are_said_at_once(tmp_path):
    place = tmp_path / "posts.csv"
    place.write_text("platform,actor,content,at,views,created\nx,a,1,yesterday,many,0\nx,b,2,2026-09-01,1,2.5\n")
    with pytest.raises(BadInput) as refused:
        list(PostTables([place]).batches())
    said = str(refused.value)
    assert "'yesterday'" in said
    assert "'many' in row 1" in said
    assert "column 'created'" in said


def test_wrong_columns_and_types_are_named(tmp_path):
    table = pa.table({"platform": ["x"], "actor": ["a"], "at": ["2026"], "links": ["https://a.b"]})
    with pytest.raises(BadInput) as refused:
        posts_in_memory(table)
    said = str(refused.value)
    assert "one column 'content'" in said
    assert "column 'at': found string; expected timestamp" in said
    assert "column 'links': found string; expected list of strings" in said


@pytest.mark.parametrize(
    "line, word",
    [
        ("{", "no JSON"),
        ("[1]", "no object"),
        ('{"platform":"x","actor":"a","content":"1","at":"2026-09-01","links":{"a":1}}', "a list of strings"),
        ('{"platform":"x","actor":["a"],"content":"1","at":"2026-09-01"}', "actor"),
    ],
)
def test_a_line_that_is_no_post_is_named(tmp_path, line, word):
    place = tmp_path / "posts.jsonl"
    place.write_text('{"platform":"x","actor":"a","content":"1","at":1788264000}\n' + line + "\n")
    with pytest.raises(BadInput, match="line 2") as refused:
        list(PostTables([place]).batches())
    assert word in str(refused.value)


def test_a_cut_file_is_refused(tmp_path):
    whole = written(tmp_path / "posts.parquet").read_bytes()
    (tmp_path / "cut.parquet").write_bytes(whole[:-20])
    with pytest.raises(BadInput, match="damaged or cut off"):
        list(PostTables([tmp_path / "cut.parquet", tmp_path / "none.parquet"]).batches())
