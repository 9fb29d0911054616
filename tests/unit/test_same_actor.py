"""Accounts of one person: joined by stated evidence only, for display and counting."""

import csv
import json

import numpy as np
import pyarrow.parquet as pq
import pytest
from made_traces import SECOND, as_table

from hustings.cli.main import main
from hustings.detection.reference.counting import Event
from hustings.detection.same_actor import COLUMNS, read_same_actors
from hustings.errors import BadInput

NOON = 1_630_411_200 * SECOND
EVIDENCE = ("the imprint names it", "A. Analyst")


@pytest.fixture
def traces(tmp_path):
    """A group of four accounts on two platforms, `north` on both."""
    rng = np.random.default_rng(4)
    rows = [
        Event(
            platform,
            name,
            "link",
            f"t{day}",
            f"{platform}{name}{day}",
            NOON + (day * 86_400 + int(rng.integers(30))) * SECOND,
        )
        for day in range(12)
        for platform, name in (("x", "north"), ("y", "north"), ("x", "b"), ("y", "c"))
    ]
    pq.write_table(as_table(rows), tmp_path / "traces.parquet")
    return tmp_path


def detected(folder, lines, *more):
    with (folder / "same.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *lines])
    code = main(["detect", str(folder / "traces.parquet"), "--out", str(folder / "out"), *more])
    return code, json.loads((folder / "out" / "findings.json").read_text(encoding="utf-8")) if code == 0 else []


def test_names_alone_join_nothing(traces):
    _, (record,) = detected(traces, [])
    assert record["members"] == 4
    assert "joined_by" not in record


def test_stated_accounts_are_one_person_in_the_count_and_keep_their_evidence(traces):
    lines = [
        ("x", "north", "N. North", *EVIDENCE),
        ("y", "c", "N. North", *EVIDENCE),
        ("x", "elsewhere", "Z", *EVIDENCE),
    ]
    _, (record,) = detected(traces, lines, "--same-actor", str(traces / "same.csv"))
    assert (record["members"], record["persons"]) == (4, 3)
    accounts = [
        {"platform": platform, "actor": actor, "evidence": EVIDENCE[0], "author": EVIDENCE[1]}
        for platform, actor in (("x", "north"), ("y", "c"))
    ]
    assert record["joined_by"] == [{"person": "N. North", "accounts": accounts}]
    assert any("4 accounts are of 3 persons" in line for line in record["limits"])
    run = json.loads((traces / "out" / "run.json").read_text(encoding="utf-8"))
    assert [entry["file"] for entry in run["inputs"]] == ["traces.parquet", "same.csv"]
    page = (traces / "out" / "report.html").read_text(encoding="utf-8")
    assert "N. North" in page
    assert "the imprint names it" in page


def test_a_finding_of_one_persons_accounts_says_so(traces):
    every = [
        (platform, name, "N. North", *EVIDENCE)
        for platform, name in (("x", "north"), ("y", "north"), ("x", "b"), ("y", "c"))
    ]
    _, (record,) = detected(traces, every, "--same-actor", str(traces / "same.csv"))
    assert record["persons"] == 1
    assert any("nobody acted together" in line for line in record["limits"])


def test_all_problems_of_a_list_are_told_at_once(tmp_path):
    place = tmp_path / "same.csv"
    place.write_text("platform,actor,person,evidence,author\nx,a,P,,A.\nx,a,Q,seen,\n", encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        read_same_actors(place)
    assert len(caught.value.problems) == 3
    for words in ("no evidence", "no author", "a of P and Q"):
        assert words in str(caught.value)


@pytest.mark.parametrize("text", ["", "platform,actor,person\nx,a,P\n"])
def test_a_list_without_evidence_is_refused(tmp_path, text):
    (tmp_path / "same.csv").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match="no column evidence"):
        read_same_actors(tmp_path / "same.csv")


@pytest.mark.parametrize(
    ("lines", "words"), [("", "no line"), ("x,a,P,seen,A.\nx , a,P,told,B.\n", "a again"), ("x,a,P\n", "no evidence")]
)
def test_an_empty_list_a_line_cut_short_and_an_account_in_two_lines_are_refused(tmp_path, lines, words):
    (tmp_path / "same.csv").write_text(f"platform,actor,person,evidence,author\n{lines}", encoding="utf-8")
    with pytest.raises(BadInput, match=words):
        read_same_actors(tmp_path / "same.csv")


def test_space_around_a_value_parts_nobody(tmp_path):
    text = "\ufeffplatform,actor,person,evidence,author\nx, ärger ,Ö. Nord,seen,A.\ny,b,Ö. Nord ,seen,A.\n"
    (tmp_path / "same.csv").write_text(text, encoding="utf-8")
    lines = read_same_actors(tmp_path / "same.csv")
    assert [(line.actor, line.person) for line in lines] == [("ärger", "Ö. Nord"), ("b", "Ö. Nord")]


def test_a_watch_joins_as_a_run_does_and_both_name_the_list(traces):
    lines = [("x", "north", "N. North", *EVIDENCE), ("y", "c", "N. North", *EVIDENCE)]
    _, due = detected(traces, lines, "--same-actor", str(traces / "same.csv"))
    (traces / "in").mkdir()
    (traces / "in" / "traces.parquet").write_bytes((traces / "traces.parquet").read_bytes())
    (traces / "watch.toml").write_text(
        'state = "state"\nout = "found"\n[detect]\nsame_actor = "same.csv"\n[[folder]]\npath = "in"\n'
    )
    assert main(["watch", str(traces / "watch.toml"), "--once"]) == 0
    assert json.loads((traces / "found" / "now" / "findings.json").read_text(encoding="utf-8")) == due
    for folder in (traces / "out", traces / "found" / "now"):
        inputs = json.loads((folder / "run.json").read_text(encoding="utf-8"))["inputs"]
        assert [(one["file"], one["option"]) for one in inputs if "option" in one] == [("same.csv", "same-actor")]
        assert "--same-actor same.csv</pre>" in (folder / "report.html").read_text(encoding="utf-8")
