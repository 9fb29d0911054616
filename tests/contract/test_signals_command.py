"""`hustings signals` from posts to a trace table: what was made, what was not and why, and what is refused."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hustings.cli.main import main
from hustings.detection.signals.redirects import followed, read_redirects
from hustings.detection.traces import read_traces
from hustings.errors import BadInput

POSTS = """{"platform":"x","actor":"ann","content":"1","at":"2026-09-01T12:00:10Z","links":["https://s.example/1"],"hashtags":["a","b","c","d","e"]}
{"platform":"x","actor":"bob","content":"2","at":"2026-09-01T12:00:15Z","links":["https://www.b.example/page?utm_id=3"],"hashtags":["vote"]}
{"platform":"x","actor":"cem","content":"3","at":"2026-09-01T12:00:20Z"}
{"platform":"x","actor":"","content":"4","at":null}
"""
REDIRECTS = "from,to\ns.example/1,https://t.example/2\nhttps://t.example/2,b.example/page\nu.example,v.example\nv.example,u.example\n"


@pytest.fixture
def signals(tmp_path, capsys):
    """Run the command on posts as JSON Lines; give exit code, what was said, and the traces."""
    (tmp_path / "posts.jsonl").write_text(POSTS)
    (tmp_path / "redirects.csv").write_text(REDIRECTS)

    def run(*options, ending="parquet"):
        out = tmp_path / f"traces.{ending}"
        names = [str(tmp_path / name) if name == "redirects.csv" else name for name in options]
        code = main(["signals", str(tmp_path / "posts.jsonl"), "--out", str(out), *names])
        said = capsys.readouterr()
        return code, said.err if code else said.out, out

    return run


def test_every_signal_that_the_columns_allow_is_made(signals):
    code, said, out = signals("--json")
    said = json.loads(said)
    assert code == 0
    made = pq.read_table(out)
    assert said["kinds"] == {"link": 2, "domain": 2, "hashtag": 6, "hashtags": 1}
    assert (said["read"], said["skipped"], len(made)) == (4, 1, 11)
    assert any("for want of a column" in note and "text (text)" in note for note in said["notes"])


@pytest.mark.parametrize("ending", ["parquet", "arrow", "csv"])
def test_what_it_writes_is_a_trace_table(signals, ending):
    _, _, out = signals(ending=ending)
    traces = read_traces([out])
    assert (len(traces), traces.skipped, traces.kinds.to_pylist()) == (11, 0, ["domain", "hashtag", "hashtags", "link"])


def test_addresses_stand_for_where_they_lead_to(signals):
    code, said, out = signals("--redirects", "redirects.csv", "--only", "link")
    assert code == 0
    assert pq.read_table(out)["trace"].to_pylist() == ["b.example/page", "b.example/page"]
    assert "1 redirects lead on to another" in said
    assert "u.example, v.example" in said


def test_kinds_are_chosen_by_name(signals):
    _, _, out = signals("--without", "hashtag", "--without", "domain")
    assert set(pq.read_table(out)["kind"].to_pylist()) == {"link", "hashtags"}


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--with", "telepathy"], "telepathy"),
        (["--only", "near_text"], "no column 'text'"),
        (["--without", "link", "--only", "link"], "every signal left out"),
    ],
)
def test_what_cannot_be_made_is_refused(signals, options, word):
    code, said, out = signals(*options)
    assert code == 2
    assert not out.exists()
    assert word in said


def test_a_table_of_redirects_says_all_that_is_wrong(tmp_path):
    place = tmp_path / "redirects.csv"
    place.write_text("from,to\na.example,b.example\na.example,c.example\nnonsense,c.example\n")
    with pytest.raises(BadInput) as refused:
        read_redirects(place)
    assert "line 3" in str(refused.value)
    assert "'nonsense'" in str(refused.value)


def test_chains_end_and_loops_stand_for_themselves():
    made = followed({"a": "b", "b": "c", "x": "y", "y": "z", "z": "y", "s": "s", "t": "s"})
    assert made.to == {"a": "c", "b": "c", "x": "y", "t": "s"}
    assert made.loops == (("y", "z"),)
    assert made.chains == 1


def test_posts_of_nothing_but_nulls_make_an_empty_table(tmp_path):
    place, out = tmp_path / "posts.parquet", tmp_path / "traces.parquet"
    at = pa.array([0], pa.timestamp("us", "UTC"))
    pq.write_table(
        pa.table({"platform": ["x"], "actor": ["a"], "content": ["1"], "at": at, "text": pa.nulls(1)}), place
    )
    assert main(["signals", str(place), "--out", str(out)]) == 0
    assert len(pq.read_table(out)) == 0
