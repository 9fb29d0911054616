"""Foreign tables through a mapping: what comes out, and what is said when they do not fit."""

import gzip
import json
import os
import resource
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet
import pytest

from hustings.cli.main import main
from hustings.connectors.bundled import BUNDLED, find_mapping
from hustings.connectors.mapping import parse_mapping
from hustings.connectors.tracing import COLUMNS, make_traces, write_traces
from hustings.errors import BadInput, EnvironmentLacks

MAPPING = """
[platform]
constant = "forum"
[actor]
column = "who"
[content]
column = "post"
[time]
column = "when"
unit = "s"
[[trace]]
kind = "link"
column = "url"
read = "url"
"""
ROWS = """who,post,when,url
a,1,1630000000,https://example.org/x?utm_source=q
b,2,1630000010,http://www.example.org/x/
c,3,1630000020,
"""


@pytest.fixture
def table(tmp_path):
    """Write a table's text to a file and give its path."""

    def write(text=ROWS, name="rows.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def mapped(path, mapping=MAPPING, **options):
    return make_traces([path] if isinstance(path, Path) else path, parse_mapping(mapping, where="test"), **options)


def refusal(path, mapping=MAPPING):
    with pytest.raises(BadInput) as caught:
        mapped(path, mapping)
    return str(caught.value)


def test_rows_become_trace_events_with_the_original_beside(table):
    made = mapped(table())
    assert made.traces.select([*COLUMNS, "original"]).to_pylist() == [
        {"platform": "forum", "actor": actor, "kind": "link", "trace": "example.org/x", "content": content,
         "at": datetime.fromtimestamp(at, UTC), "original": original}
        for actor, content, at, original in (
            ("a", "1", 1630000000, "https://example.org/x?utm_source=q"), ("b", "2", 1630000010, "http://www.example.org/x/"))
    ]  # fmt: skip
    assert made.read == 3


def test_ids_keep_their_leading_zeros(table):
    made = mapped(table("who,post,when,url\n007,0012,1630000000,example.org\n"))
    assert (made.traces["actor"][0].as_py(), made.traces["content"][0].as_py()) == ("007", "0012")


def test_whole_numbers_kept_as_floats_lose_their_point_zero(tmp_path):
    path = tmp_path / "t.parquet"
    pyarrow.parquet.write_table(
        pa.table({"who": ["a"], "post": [12.0], "when": [1630000000], "url": ["example.org"]}), path)  # fmt: skip
    assert mapped(path).traces["content"].to_pylist() == ["12"]


@pytest.mark.parametrize(
    "name", ["t.parquet", "t.arrow", "t.csv", "t.csv.gz", "t.csv.zst", "t.tsv", "t.jsonl", "t.jsonl.gz", "t.jsonl.zst"]
)
def test_every_format_gives_the_same_traces(table, tmp_path, name):
    rows = pyarrow.csv.read_csv(table())
    rows = rows.set_column(1, "post", rows["post"].cast(pa.string()))
    path = tmp_path / name
    if name.endswith(".parquet"):
        pyarrow.parquet.write_table(rows, path)
    elif name.endswith(".arrow"):
        pyarrow.feather.write_feather(rows, str(path))
    else:
        lines = "".join(json.dumps(row) + "\n" for row in rows.to_pylist())
        text = (lines if ".jsonl" in name else ROWS.replace(",", "\t") if ".tsv" in name else ROWS).encode()
        if name.endswith(".gz"):
            path.write_bytes(gzip.compress(text))
        elif name.endswith(".zst"):
            path.write_bytes(pa.compress(text, codec="zstd", asbytes=True))
            with pa.CompressedOutputStream(str(path), "zstd") as out:
                out.write(text)
        else:
            path.write_bytes(text)
    assert mapped(path).traces.equals(mapped(table()).traces)


def test_one_cell_can_hold_many_traces(table):
    mapping = MAPPING.replace('read = "url"', 'read = "url"\nsplit = " "') + (
        '[[trace]]\nkind = "hashtag"\ncolumn = "said"\nfind = "hashtag"\nunless = "again"\n'
    )
    made = mapped(
        table("who,post,when,url,said,again\na,1,1630000000,a.example b.example,#X #y,\nb,2,1630000001,,#x,7\n"),
        mapping,
    )
    assert list(zip(made.traces["kind"].to_pylist(), made.traces["trace"].to_pylist(), strict=True)) == [
        ("link", "a.example"), ("link", "b.example"), ("hashtag", "x"), ("hashtag", "y")]  # fmt: skip


def test_nested_json_is_named_with_dots_and_lists_give_many(table):
    lines = '{"who": {"id": 5}, "post": 1, "when": 1630000000, "url": ["a.example", "b.example"]}\n'
    mapping = MAPPING.replace('"who"', '"who.id"').replace('read = "url"', 'read = "url"\nsplit = "json"')
    made = mapped(table(lines, "t.jsonl"), mapping)
    assert (made.traces["actor"].to_pylist(), made.traces["trace"].to_pylist()) == (
        ["5", "5"],
        ["a.example", "b.example"],
    )


def test_what_takes_no_part_is_counted_with_the_first_rows(table):
    made = mapped(table("who,post,when,url\na,1,1630000000,example.org\n,2,1630000000,x.example\nb,,1630000000,x.example\n"
                        "c,4,,x.example\nd,5,1630000000,not an address\n"))  # fmt: skip
    assert [(skip.reason, skip.count, skip.first) for skip in made.skipped] == [
        ("rows without an actor", 1, ("rows.csv row 2",)),
        ("rows without a content id", 1, ("rows.csv row 3",)),
        ("rows without a time", 1, ("rows.csv row 4",)),
        ("cells that are no web address (link)", 1, ("rows.csv row 5",)),
    ]


def test_exact_repeats_count_once_and_are_said(table):
    made = mapped(table(ROWS + ROWS.partition("\n")[2]))
    assert (len(made.traces), made.repeats) == (2, 2)


def test_the_order_of_the_source_is_kept(table):
    made = mapped(table("who,post,when,url\nz,9,1630000009,z.example\na,1,1630000000,a.example\n"))
    assert made.traces["actor"].to_pylist() == ["z", "a"]


def test_several_files_are_read_as_one(table):
    made = mapped([table(ROWS, "one.csv"), table("url,who,post,when\nlate.example,z,8,1630000099\n", "two.csv")])
    assert made.traces["actor"].to_pylist() == ["a", "b", "z"]


def test_platform_comes_from_a_prefix_a_column_or_the_command(table):
    by_prefix = MAPPING.replace('constant = "forum"', 'column = "who"\nprefix = { fb = "facebook", tw = "twitter" }')
    rows = "who,post,when,url\nfb_1,1,1630000000,x.example\ntw_1,2,1630000000,x.example\n"
    assert mapped(table(rows), by_prefix).traces["platform"].to_pylist() == ["facebook", "twitter"]
    assert mapped(table(rows), platform="here").traces["platform"].to_pylist() == ["here", "here"]
    said = refusal(table(rows.replace("tw_1", "vk_1")), by_prefix)
    assert "ids that begin with 'vk'" in said


def test_names_that_mean_two_things_are_said(table):
    mapping = MAPPING.replace('read = "url"', "") + '[[trace]]\nkind = "hashtag"\ncolumn = "tag"\n'
    made = mapped(table("who,post,when,url,tag\na,1,1630000000,17,17\nb,2,1630000000,1,5\n"), mapping)
    assert "1 names stand for traces of kind hashtag and of kind link" in made.notes[0]
    assert "1 traces of kind link bear the id of a content" in made.notes[1]


# Bad input: everything that is wrong is said at once, and nothing is written.


def test_missing_columns_are_all_named(table):
    said = refusal(table("name,url\na,example.org\n"))
    assert all(f"no column '{name}'" in said for name in ("who", "post", "when"))
    assert "it has 'name', 'url'" in said


def test_milliseconds_among_seconds_are_counted_and_shown(table):
    said = refusal(table("who,post,when,url\na,1,1630000000,x.example\nb,2,1630000000000,x.example\n"))
    assert "1 of 2 times in milliseconds (row 2: 1630000000000)" in said
    assert "Bring all rows to one unit" in said


def test_a_whole_column_in_another_unit_says_what_to_set(table):
    said = refusal(table("who,post,when,url\na,1,1630000000000,x.example\n"))
    assert 'Set unit = "ms"' in said


@pytest.mark.parametrize("unit, value", [("ms", "1630000000000"), ("us", "1630000000000000"), ("s", "1630000000.0"),
                                         ("iso", "2021-08-26T17:46:40Z"), ("iso", "2021/08/26 17:46:40Z"),
                                         ("iso", "2021-08-26T19:46:40+02:00"), ("ns", "1630000000000000000")])  # fmt: skip
def test_every_unit_gives_the_same_moment(table, unit, value):
    made = mapped(table(f"who,post,when,url\na,1,{value},x.example\n"), MAPPING.replace('"s"', f'"{unit}"'))
    assert made.traces["at"].to_pylist() == [datetime(2021, 8, 26, 17, 46, 40, tzinfo=UTC)]


def test_a_time_of_a_form_of_its_own(table):
    mapping = MAPPING.replace('unit = "s"', 'format = "%d.%m.%Y %H:%M"')
    assert (
        mapped(table("who,post,when,url\na,1,26.08.2021 17:46,x.example\n"), mapping).traces["at"][0].as_py().day == 26
    )


def test_rows_outside_any_calendar_are_named_unless_they_may_be_skipped(table):
    rows = "who,post,when,url\na,1,1630000000,x.example\nb,2,0,x.example\nc,3,never,x.example\n"
    said = refusal(table(rows))
    assert "1 times outside any calendar (row 2: 0)" in said
    assert "row 3: never" in said
    made = mapped(table(rows), MAPPING.replace('unit = "s"', 'unit = "s"\nunreadable = "skip"'))
    assert [(skip.reason, skip.count) for skip in made.skipped] == [("rows whose time cannot be read", 2)]


@pytest.mark.parametrize("value", ["99999999999999999999999", "1e400", "nan", "-1", "inf"])
def test_no_number_wraps_into_a_moment(table, value):
    assert "when" in refusal(table(f"who,post,when,url\na,1,{value},x.example\n"))


@pytest.mark.parametrize("name", ["t.parquet", "t.arrow", "t.csv.gz", "t.csv.zst", "t.jsonl", "t.jsonl.zst", "t.csv"])
def test_a_file_cut_in_the_middle_is_refused(tmp_path, name):
    rows = pa.table({"who": [f"actor {i}" for i in range(3000)], "post": [str(i * 7919) for i in range(3000)],
                     "when": [1630000000 + i for i in range(3000)], "url": [f"x{i}.example" for i in range(3000)]})  # fmt: skip
    path = tmp_path / name
    if name.endswith(".parquet"):
        pyarrow.parquet.write_table(rows, path)
    elif name.endswith(".arrow"):
        pyarrow.feather.write_feather(rows, str(path))
    else:
        if ".csv" in name:
            sink = pa.BufferOutputStream()
            pyarrow.csv.write_csv(rows, sink)
            text = sink.getvalue().to_pybytes()
        else:
            text = "".join(json.dumps(row) + "\n" for row in rows.to_pylist()).encode()
        if name.endswith(".gz"):
            path.write_bytes(gzip.compress(text))
        elif name.endswith(".zst"):
            with pa.CompressedOutputStream(str(path), "zstd") as out:
                out.write(text)
        else:
            path.write_bytes(text)
    whole = path.read_bytes()
    # A plain table is cut inside a row's second cell: a cut between two rows cannot be seen.
    cut = whole.index(b"actor 1500") + 12 if name in {"t.csv", "t.jsonl"} else len(whole) * 2 // 3
    path.write_bytes(whole[:cut])
    said = refusal(path)
    assert str(path) in said
    assert "whole file" in said or "cut" in said


def test_a_quoted_cell_that_never_ends_is_a_cut(table):
    assert "may be cut" in refusal(table('who,post,when,url\na,1,1630000000,x.example\nb,2,1630000000,"x.exa'))


@pytest.mark.parametrize("text, name", [("", "t.csv"), ("who,post,when,url\n", "t.csv"), ("", "t.jsonl")])
def test_an_empty_table_is_said(table, text, name):
    said = refusal(table(text, name))
    assert "no rows" in said or "an empty file" in said


def test_a_table_whose_cells_are_all_empty_says_so(table):
    assert "every cell is empty" in refusal(table("who,post,when,url\na,1,1630000000,\n"))


def test_an_unknown_mapping_lists_the_known():
    with pytest.raises(BadInput, match="german-elections, russian-retweets, ira-ads, snap-ads, bought-ads, cnt-csv"):
        find_mapping("german")


def test_broken_toml_names_the_line(table):
    path = table("[actor]\ncolumn = \n", "m.toml")
    with pytest.raises(BadInput, match="at line 2"):
        find_mapping(str(path))


def test_everything_wrong_with_a_mapping_is_said_at_once():
    with pytest.raises(BadInput) as caught:
        parse_mapping(
            '[actor]\ncolum = "a"\n[time]\ncolumn = "t"\nunit = "minutes"\n[[trace]]\nkind = "link"\n', where="m"
        )
    said = str(caught.value)
    for what in ("Did you mean column?", "actor.column", "content", "platform", "'minutes'", "trace 1.column"):
        assert what in said


def test_the_command_says_it_in_one_message_and_writes_nothing(table, tmp_path, capsys):
    out = tmp_path / "out" / "t.parquet"
    code = main(["traces", str(table("name\nx\n")), "--mapping", "cnt-csv", "--out", str(out)])
    assert code == 2
    assert "no column 'user_id'" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize("ending", ["parquet", "arrow", "csv"])
def test_a_trace_table_is_written_in_three_forms(table, tmp_path, ending):
    out = tmp_path / f"t.{ending}"
    write_traces([table()], parse_mapping(MAPPING, where="test"), out)
    read = {"parquet": pyarrow.parquet.read_table, "arrow": pyarrow.feather.read_table, "csv": pyarrow.csv.read_csv}[
        ending
    ]
    back = read(out)
    assert back["at"].cast(pa.timestamp("us", "UTC")).to_pylist() == mapped(table()).traces["at"].to_pylist()


@pytest.mark.slow
def test_a_full_disk_leaves_nothing_half_written(table, tmp_path):
    mapping, out = tmp_path / "m.toml", tmp_path / "out" / "t.parquet"
    mapping.write_text(MAPPING)
    rows = table(
        "who,post,when,url\n" + "".join(f"a{i},{i},{1630000000 + i},x{i * 7919}.example\n" for i in range(9000))
    )
    done = subprocess.run(
        [sys.executable, "-m", "hustings", "traces", str(rows), "--mapping", str(mapping), "--out", str(out)],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
        capture_output=True, text=True, env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}, check=False,
    )  # fmt: skip
    assert done.returncode == EnvironmentLacks.exit_code, done.stderr
    assert "no room" in done.stderr
    assert list(out.parent.iterdir()) == []


def test_same_input_gives_the_same_bytes(table, tmp_path):
    for name in ("one.parquet", "two.parquet"):
        write_traces([table()], parse_mapping(MAPPING, where="test"), tmp_path / name)
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()


def test_each_bundled_mapping_can_be_read():
    assert [find_mapping(name).name for name in BUNDLED] == list(BUNDLED)
