"""What can be wrong with a trace table: one clear message, exit code 2, nothing half-written."""

import os
import resource
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from hustings.cli.main import main
from hustings.detection.traces import read_traces
from hustings.errors import BadInput

HEADER = "platform,actor,kind,trace,content,at\n"
GOOD = ("x,a,link,t,p1,2021-09-01 12:00:00Z\n", "x,b,link,t,p2,2021-09-01 12:00:30Z\n")


def columns(rows=2, **changed):
    at = pa.array([1_630_000_000_000_000 + k for k in range(rows)], pa.timestamp("us", "UTC"))
    table = {
        "platform": pa.array(["x"] * rows),
        "actor": pa.array([f"a{k}" for k in range(rows)]),
        "kind": pa.array(["link"] * rows),
        "trace": pa.array(["t"] * rows),
        "content": pa.array([f"p{k}" for k in range(rows)]),
        "at": at,
    }
    return {name: column for name, column in (table | changed).items() if column is not None}


@pytest.fixture
def links(tmp_path, capsys):
    """Run `hustings links` on a table, CSV text or bytes; give exit code, what was said, and the files."""

    def run(what, *options, name=None):
        place = tmp_path / (name or ("in.csv" if isinstance(what, str) else "in.parquet"))
        if isinstance(what, dict):
            pq.write_table(pa.table(what), place)
        elif isinstance(what, str):
            place.write_text(what, encoding="utf-8")
        elif what is not None:
            place.write_bytes(what)
        out = tmp_path / "out"
        code = main(["links", str(place), "--out", str(out / "links.parquet"), *options])
        said = capsys.readouterr()
        return code, said.err if code else said.out, sorted(p.name for p in out.iterdir()) if out.exists() else []

    return run


def refused(result, *words):
    code, said, files = result
    assert code == 2
    assert files == []
    assert "Traceback" not in said
    for word in words:
        assert word in said, said


def test_good_tables_are_counted(links):
    code, said, files = links(HEADER + "".join(GOOD))
    assert (code, files) == (0, ["links.parquet"])
    assert "1 pairs within 60 s by 2 actors make 1 links" in said


def test_missing_columns_are_all_named_with_what_is_there(links):
    result = links(columns(at=None, trace=None, url=pa.array(["t", "t"])))
    refused(result, "column 'trace'", "column 'at'", "found 'platform', 'actor', 'kind', 'content', 'url'")


def test_missing_columns_in_csv(links):
    refused(links("message_id,user_id\n1,2\n"), "column 'platform'", "column 'at'", "'message_id', 'user_id'")


def test_wrong_types_are_all_named(links):
    result = links(columns(at=pa.array([1_630_000_000, 1_630_000_001]), actor=pa.array([0.5, 1.5])))
    refused(result, "column 'at': found int64; expected timestamp")
    refused(result, "column 'actor': found double; expected string")


@pytest.mark.parametrize("name", ["platform", "kind"])
def test_a_column_of_lists_is_no_column_of_names(links, name):
    refused(links(columns(**{name: pa.array([["x"], ["y"]])})), f"column '{name}': found list<")


def test_a_column_named_twice(links):
    result = links(HEADER.replace("\n", ",actor\n") + "x,a,link,t,p1,2021-09-01,a\n")
    refused(result, "column 'actor': found 2 of that name")


def test_whole_numbers_are_names_too(links):
    code, said, _ = links(columns(actor=pa.array([1, 2]), content=pa.array([10, 11], pa.int32())))
    assert code == 0
    assert "1 links" in said


def test_two_files_tell_all_their_problems_at_once(links, tmp_path):
    pq.write_table(pa.table(columns(at=None)), tmp_path / "one.parquet")
    (tmp_path / "two.parquet").write_bytes(b"PAR1 and then nothing")
    result = links(
        columns(kind=None), str(tmp_path / "one.parquet"), str(tmp_path / "two.parquet"), str(tmp_path / "no")
    )
    refused(
        result, "in.parquet, column 'kind'", "one.parquet, column 'at'", "two.parquet: found damaged", "No such file"
    )


def test_times_out_of_any_calendar_are_told_with_their_rows(links):
    at = pa.array([1_630_000_000_000_000, 253_402_300_800_000_000], pa.int64()).cast(pa.timestamp("us"))
    refused(links(columns(at=at)), "times out of any calendar: row 2", "between 1970-01-01 and 2199-12-31")
    refused(links(HEADER + GOOD[0] + "x,b,link,t,p2,1066-10-14\n"), "times out of any calendar: row 2")


def test_mixed_units_of_time_are_told_with_their_first_rows(links):
    text = HEADER + "x,a,link,t,p1,1630000000\nx,b,link,t,p2,1630000001000\nx,c,link,t,p3,2021-09-01\n"
    refused(links(text), "seconds (first in row 1)", "milliseconds (first in row 2)", "ISO 8601 (first in row 3)")


def test_what_is_no_time_is_told_with_its_rows(links):
    text = HEADER + GOOD[0] + "x,b,link,t,p2,yesterday\nx,b,link,t,p3,2021-02-30\nx,b,link,t,p4,12\n"
    refused(links(text), "row 2: 'yesterday'", "row 3: '2021-02-30'", "row 4: '12'")


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("1630000000", "1630000030"),
        ("1630000000.5", "1630000030.25"),
        ("1630000000000", "1630000030000"),
        ("1630000000000000", "1630000030000000"),
        ("2021-08-26T17:46:40Z", "2021-08-26T17:47:10Z"),
        ("2021-08-26 17:46:40", "2021-08-26 17:47:10.123456789"),
        ("2021-08-26 17:46", "2021-08-26 17:47:10 Z"),
        ("2021-08-26T19:46:40+02:00", "2021-08-26T11:47:10-06:00"),
    ],
)
def test_times_in_csv_may_be_written_in_these_ways(tmp_path, one, two):
    (tmp_path / "in.csv").write_text(f"{HEADER}x,a,link,t,p1,{one}\nx,b,link,t,p2,{two}\n")
    at = read_traces([tmp_path / "in.csv"]).at
    assert 0 <= 1_630_000_000_500_000 - int(at[0]) <= 40_500_000
    assert abs(int(at[1]) - 1_630_000_030_000_000) <= 250_000


def test_a_day_without_an_hour_is_its_first_moment(tmp_path):
    (tmp_path / "in.csv").write_text(f"{HEADER}x,a,link,t,p1,2021-08-26\nx,b,link,t,p2,2021-08-26Z\n")
    assert read_traces([tmp_path / "in.csv"]).at.tolist() == [1_629_936_000_000_000] * 2


@pytest.mark.parametrize("name", ["in.parquet", "in.arrow"])
@pytest.mark.parametrize("keep", [0.3, 0.7, 0.999])
def test_a_file_cut_in_the_middle(links, tmp_path, name, keep):
    table = pa.table(columns(50_000, trace=pa.array([str(k * 7919 % 50_000) for k in range(50_000)])))
    whole = tmp_path / f"whole-{name}"
    if name == "in.parquet":
        pq.write_table(table, whole)
    else:
        pyarrow.feather.write_feather(table, str(whole), compression="uncompressed")
    content = whole.read_bytes()
    refused(
        links(content[: int(len(content) * keep)], name=name), name, "damaged or cut off", "Fetch or write it again"
    )


def test_a_page_damaged_in_the_middle(links, tmp_path):
    pq.write_table(pa.table(columns(50_000)), tmp_path / "whole.parquet", compression="zstd", use_dictionary=False)
    content = bytearray((tmp_path / "whole.parquet").read_bytes())
    content[len(content) // 2 : len(content) // 2 + 400] = b"\xff" * 400
    refused(links(bytes(content)), "damaged or cut off")


def test_a_csv_cut_in_its_last_row(links):
    refused(links(HEADER + "".join(GOOD) + "x,c,link"), "1 rows with too few or too many fields", "(3 of 6)")


def test_bytes_that_are_no_text(links):
    refused(links(b"platform,actor,kind,trace,content,at\nx,\xff\xfe,link,t,p,1\n", name="in.csv"), "in.csv")


def test_another_kind_of_file(links):
    refused(links(b"PK\x03\x04 a spreadsheet", name="in.parquet"), "bytes that are not parquet")


@pytest.mark.parametrize("what", ["", HEADER, HEADER + "x,,link,t,p,1630000000\n", columns(0)])
def test_an_empty_table(links, what):
    refused(links(what), "in.", "found")


def test_an_empty_table_says_what_was_left_out(links):
    refused(links(HEADER + "x,,link,t,p,1630000000\n"), "no trace event (1 of 1 rows were left out for a null)")


@pytest.mark.parametrize("options", [[], ["--as", "coortweet"], ["--as", "cnt"]])
def test_one_actor_only(links, options):
    text = HEADER + GOOD[0] + GOOD[0].replace("p1", "p2")
    refused(links(text, *options), "2 trace events by one actor", "at least two actors")


@pytest.mark.parametrize("options", [[], ["--as", "coortweet"], ["--as", "cnt"]])
def test_a_kind_that_is_not_there(links, options):
    refused(links(HEADER + "".join(GOOD), "--kind", "repost", *options), "found 'link'; expected 'repost'")


def test_the_peers_want_one_kind(links):
    text = HEADER + "".join(GOOD) + GOOD[0].replace("link", "hashtag")
    refused(links(text, "--as", "cnt"), "found 'hashtag', 'link'; expected one kind")


def test_cnt_has_no_participation_filter(links):
    refused(links(HEADER + "".join(GOOD), "--as", "cnt", "--min-participation", "2"), "no participation filter")


def test_duplicate_rows_are_counted_once_and_told(links):
    code, said, _ = links(HEADER + "".join(GOOD) * 3)
    assert code == 0
    assert "4 exact repeats counted once. 1 pairs" in said


def test_ids_that_collide_between_kinds_stay_apart(links, tmp_path):
    text = HEADER + "x,a,link,7,p1,1630000000\nx,b,domain,7,p2,1630000000\nx,c,domain,7,p3,1630000000\n"
    code, _, _ = links(text)
    found = pq.read_table(tmp_path / "out" / "links.parquet").to_pylist()
    assert code == 0
    assert [(row["kind"], row["actor_a"], row["actor_b"]) for row in found] == [("domain", "b", "c")]


def test_actors_of_one_name_on_two_platforms_stay_apart(links, tmp_path):
    code, _, _ = links(HEADER + "x,a,link,t,p1,1630000000\ny,a,link,t,p2,1630000000\n")
    found = pq.read_table(tmp_path / "out" / "links.parquet").to_pylist()
    assert code == 0
    assert [(row["platform_a"], row["actor_a"], row["platform_b"], row["actor_b"]) for row in found] == [
        ("x", "a", "y", "a")
    ]


def crowded(rows, seconds, seed=1):
    """One trace with that many rows, all within so many seconds, each by another actor."""
    at = np.random.default_rng(seed).integers(0, seconds * 1_000_000, rows) + 1_630_000_000_000_000
    number = pa.array(np.arange(rows))
    return {
        "platform": pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int8)), pa.array(["x"])),
        "actor": number.cast(pa.string()),
        "kind": pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int8)), pa.array(["link"])),
        "trace": pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int8)), pa.array(["popular"])),
        "content": number.cast(pa.string()),
        "at": pa.array(at).cast(pa.timestamp("us", "UTC")),
    }


@pytest.mark.parametrize("rows", [200_000, pytest.param(10_000_000, marks=pytest.mark.long)])
def test_a_trace_with_ten_million_rows_in_one_day_is_refused_before_the_work(links, rows):
    result = links(crowded(rows, 86_400 * rows // 10_000_000), "--most-pairs", "1000000")
    refused(result, "pairs within 60 s", "on link 'popular' alone", "shorter --window")


@pytest.mark.parametrize("rows", [200_000, pytest.param(10_000_000, marks=pytest.mark.long)])
def test_a_trace_with_ten_million_rows_is_counted_where_its_pairs_are_few(links, rows):
    code, said, _ = links(crowded(rows, rows * 20), "--window", "1s")
    assert code == 0
    assert f"by {rows:,} actors" in said


def test_one_actor_who_posts_the_same_all_day_costs_no_square(links):
    table = crowded(300_000, 50)
    table["actor"] = pa.array(["loud"] * 299_999 + ["quiet"])
    code, said, _ = links(table, "--most-pairs", "300000")
    assert code == 0
    assert "299,999 pairs" in said


def no_room(*arguments):
    """The command in a process that may write no file beyond 100,000 bytes."""
    code = "import sys; from hustings.cli.main import main; sys.exit(main(sys.argv[1:]))"
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    # Without its own signal handler Python would be killed by SIGXFSZ; it ignores that signal by itself.
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True, text=True, preexec_fn=limit, check=False,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("options", [[], ["--as", "coortweet"]])
def test_a_full_disk(tmp_path, links, options):
    table = crowded(20_000, 20_000)
    code, _, _ = links(table, *options)
    assert code == 0
    (tmp_path / "full").mkdir()
    out = tmp_path / "full" / "links.parquet"
    done = no_room("links", str(tmp_path / "in.parquet"), "--out", str(out), *options)
    assert done.returncode == 3, done.stderr
    assert "no room to write" in done.stderr
    assert "Traceback" not in done.stderr
    assert list((tmp_path / "full").iterdir()) == []


def test_a_result_that_was_there_stays_when_the_next_run_fails(links, tmp_path):
    links(HEADER + "".join(GOOD))
    before = (tmp_path / "out" / "links.parquet").read_bytes()
    code, _, files = links(HEADER + GOOD[0])
    assert (code, files) == (2, ["links.parquet"])
    assert (tmp_path / "out" / "links.parquet").read_bytes() == before


def test_all_readers_of_trace_tables_refuse_alike(tmp_path):
    pq.write_table(pa.table(columns(at=None)), tmp_path / "in.parquet")
    with pytest.raises(BadInput, match="column 'at'"):
        read_traces([tmp_path / "in.parquet"])
    (tmp_path / "in.csv").write_text(HEADER + GOOD[0])
    with pytest.raises(BadInput, match="1 trace events by one actor"):
        read_traces([tmp_path / "in.csv"])


@pytest.mark.parametrize("window", ["soon", "60x", "-1s", "1e9d", "99999999999d"])
def test_a_window_that_is_no_length_of_time(links, window):
    refused(links(HEADER + "".join(GOOD), "--window", window), "--window")
