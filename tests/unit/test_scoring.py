"""Findings against labels: counted by hand, against a plain count, and through the command."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.cli.main import main
from hustings.connectors.labels import read_labels
from hustings.detection.scoring import score_members, wilson
from hustings.errors import BadInput


def who(*names):
    return [("x", name) for name in names]


def test_a_few_actors_counted_by_hand():
    planted = {("x", name): "north" for name in "abcd"} | {("x", name): "south" for name in "ef"}
    made = score_members({0: who("a", "b", "c", "z"), 1: who("e", "a"), 2: who("y")}, planted, None)
    assert (made.labelled, made.named, made.right, made.wrong, made.unjudged) == (6, 6, 4, 2, 0)
    assert made.precision.share == pytest.approx(4 / 6)
    assert made.recall.share == pytest.approx(4 / 6)
    assert made.f1.share == pytest.approx(4 / 6)
    north, south = made.campaigns
    # Finding 1 holds one of each: of equals the first by name.
    assert (north.campaign, north.actors, north.found, north.findings) == ("north", 4, 3, (0, 1))
    assert north.precision.share == pytest.approx(3 / 5)  # a, b, c; z is nobody's, e is of another campaign
    assert (south.found, south.findings, south.precision.share, south.f1) == (1, (), None, None)


def test_who_is_neither_labelled_nor_known_to_be_innocent_counts_for_nothing():
    made = score_members({0: who("a", "b", "z")}, {("x", "a"): "c"}, frozenset(who("b")))
    assert (made.right, made.wrong, made.unjudged) == (1, 1, 1)
    assert made.precision.of == 2


def test_no_finding_at_all_is_no_precision_and_no_recall():
    made = score_members({}, {("x", "a"): "c"}, None)
    assert made.precision.share is None
    assert (made.precision.low, made.precision.high) == (0.0, 1.0)
    assert made.recall.share == 0.0


def test_wilson_as_published():
    # Newcombe 1998, table 1: 81 of 263, 0 of 20, 1 of 29.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson(1, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)


PEOPLE = st.sampled_from(who(*"abcdefgh"))


@given(
    members=st.dictionaries(st.integers(0, 3), st.lists(PEOPLE, max_size=6)),
    planted=st.dictionaries(PEOPLE, st.sampled_from(["n", "s"]), min_size=1),
    known=st.none() | st.frozensets(PEOPLE),
)
def test_it_agrees_with_a_plain_count(members, planted, known):
    innocent = None if known is None else known - planted.keys()
    made = score_members(members, planted, innocent)
    named = sorted({actor for inside in members.values() for actor in inside})
    right = sum(actor in planted for actor in named)
    wrong = sum(actor not in planted and (innocent is None or actor in innocent) for actor in named)
    missed = len(planted) - right
    assert (made.right, made.wrong, made.unjudged) == (right, wrong, len(named) - right - wrong)
    assert made.f1.share == pytest.approx(2 * right / (2 * right + wrong + missed))
    for share in (made.precision, made.recall, made.f1):
        assert 0 <= share.low <= (share.low if share.share is None else share.share) <= share.high <= 1
    assert sum(one.found for one in made.campaigns) == right
    assert sum(one.actors for one in made.campaigns) == len(planted)
    assert sorted(number for one in made.campaigns for number in one.findings) == sorted(
        number for number, inside in members.items() if set(inside) & planted.keys()
    )


def run_of(folder, *rows):
    """A run's members: finding, actor, basis."""
    table = {"finding": [row[0] for row in rows], "platform": ["x"] * len(rows), "actor": [row[1] for row in rows]}
    table |= {"score": [0.9] * len(rows), "basis": [row[2] for row in rows]}
    folder.mkdir()
    pq.write_table(pa.table(table), folder / "members.parquet")
    return folder


@pytest.mark.parametrize("form", ["bench", "simulator", "benchmark"])
def test_labels_in_the_forms_that_there_are(form, tmp_path, capsys):
    run = run_of(tmp_path / "run", (0, "a", "timing"), (0, "b", "content"), (0, "z", "timing+content"))
    tables = {
        "bench": {"actor": ["a", "b"], "campaign": [1, 1], "style": ["burst", "burst"]},
        "simulator": {"platform": ["x"] * 3, "actor": ["a", "b", "z"], "role": ["covert", "covert", "fan"], "campaign": [1, 1, None]},
        "benchmark": {
            "platform": ["x"] * 5, "actor": ["a", "b", "z", "q", "a"], "control": [False, False, True, None, False],
            "campaign": ["1"] * 5, "content": list("vwxyz"),
        },
    }  # fmt: skip
    pq.write_table(pa.table(tables[form]), tmp_path / "labels.parquet")
    assert main(["score", str(run), "--labels", str(tmp_path / "labels.parquet"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["right"], said["wrong"], said["unjudged"]) == (2, 1, 0)
    assert [one["campaign"] for one in said["campaigns"]] == ["1"]
    assert main(["score", str(run), "--labels", str(tmp_path / "labels.parquet"), "--ground", "timing"]) == 0
    assert "2 actors in findings, 2 labelled: 1 right, 1 wrong." in capsys.readouterr().out


def test_numbered_campaigns_stand_in_the_order_of_their_numbers(tmp_path):
    place = tmp_path / "labels.parquet"
    pq.write_table(pa.table({"actor": [f"a{number}" for number in range(12)], "campaign": list(range(12))}), place)
    made = score_members({}, read_labels(place).planted, None)
    assert [one.campaign for one in made.campaigns] == [str(number) for number in range(12)]
    made = score_members({}, {("x", name): name for name in ("Iran_10", "Iran_2", "China_3")}, None)
    assert [one.campaign for one in made.campaigns] == ["China_3", "Iran_2", "Iran_10"]


def test_styles_are_scored_as_campaigns_are(tmp_path, capsys):
    run = run_of(tmp_path / "run", *((0, name, "timing") for name in "abz"), (1, "c", "content"))
    labels = {"actor": list("abcd"), "campaign": [1, 2, 3, 3], "style": ["burst", "burst", "slow", "slow"]}
    pq.write_table(pa.table(labels), tmp_path / "labels.parquet")
    command = ["score", str(run), "--labels", str(tmp_path / "labels.parquet")]
    assert main([*command, "--json"]) == 0
    burst, slow = json.loads(capsys.readouterr().out)["styles"]
    assert (burst["style"], burst["actors"], burst["found"], burst["recall"]["share"]) == ("burst", 2, 2, 1.0)
    assert burst["precision"]["share"] == pytest.approx(2 / 3)  # z is nobody's
    assert (slow["style"], slow["found"], slow["recall"]["share"], slow["precision"]["share"]) == ("slow", 1, 0.5, 1.0)
    assert main(command) == 0
    said = capsys.readouterr().out
    assert "\n  style  actors  found" in said
    assert "\n  burst       2      2  1.00" in said


def test_how_many_of_the_controls_are_named_is_told(tmp_path, capsys):
    run = run_of(tmp_path / "run", (0, "a", "timing"), (0, "p", "timing"))
    place = tmp_path / "labels.csv"
    place.write_text("actor,control\na,false\np,true\nq,true\nr,true\ns,true\n", encoding="utf-8")
    assert main(["score", str(run), "--labels", str(place)]) == 0
    assert "controls   1 of 4 named: 0.25" in capsys.readouterr().out


def test_an_actor_of_one_campaign_and_control_of_another_is_labelled(tmp_path):
    place = tmp_path / "labels.csv"
    rows = ["a,Iran,false", "a,Cuba,true", "b,Iran,false", "b,Cuba,false", "c,Cuba,true"]
    place.write_text("\n".join(["actor,campaign,control", *rows, ""]), encoding="utf-8")
    known = read_labels(place)
    assert known.planted == {("", "a"): "Iran", ("", "b"): "Cuba"}
    assert known.innocent == {("", "c")}
    assert [note.split(" actors")[0] for note in known.notes] == ["1", "1"]
    place.write_text("actor,campaign,control\na,Iran,false\na,Iran,true\n", encoding="utf-8")
    with pytest.raises(BadInput, match="innocent of the same"):
        read_labels(place)


def test_labels_of_another_platform_are_refused_and_not_scored_as_misses(tmp_path, capsys):
    run = run_of(tmp_path / "run", (0, "a", "timing"))
    place = tmp_path / "labels.csv"
    place.write_text("platform,actor\ntwitter,a\n", encoding="utf-8")
    assert main(["score", str(run), "--labels", str(place)]) != 0
    said = capsys.readouterr().err
    assert "other platforms" in said
    assert "twitter" in said


def test_one_name_on_two_platforms_is_told_where_labels_name_none(tmp_path, capsys):
    run = run_of(tmp_path / "run", (0, "a", "timing"))
    table = pq.read_table(run / "members.parquet")
    other = table.set_column(table.column_names.index("platform"), "platform", pa.array(["y"]))
    pq.write_table(pa.concat_tables([table, other]), run / "members.parquet")
    place = tmp_path / "labels.csv"
    place.write_text("actor\na\n", encoding="utf-8")
    assert main(["score", str(run), "--labels", str(place)]) == 0
    assert "Note: Names that stand on several platforms: 1;" in capsys.readouterr().out


def test_labels_that_cannot_be_used_are_refused_with_all_that_is_wrong(tmp_path):
    place = tmp_path / "labels.csv"
    place.write_text("actor,control\na,true\na,false\nb,perhaps\n", encoding="utf-8")
    with pytest.raises(BadInput) as error:
        read_labels(place)
    assert len(error.value.problems) == 2
    place.write_text("account,campaign\na,1\n", encoding="utf-8")
    with pytest.raises(BadInput, match="a column 'actor'"):
        read_labels(place)
    place.write_text("actor,control\na,true\n", encoding="utf-8")
    with pytest.raises(BadInput, match="nobody labelled"):
        read_labels(place)
