"""Matched texts: what is swapped and what stays, how gaps are measured, and what blocks."""

import json
import tomllib
from importlib.resources import files

import pytest
from scipy import stats

from hustings.errors import BadInput
from hustings.screening.context import Context
from hustings.screening.fairness.gaps import Outcome, compare
from hustings.screening.fairness.screened import read, rules_digest
from hustings.screening.fairness.swaps import read_swaps

TABLE = {
    "name": "Mine", "version": "1",
    "swaps": [{"name": "party", "kind": "party", "words": {"a": "the Reds", "b": "the Blues"}},
              {"name": "group", "kind": "group", "words": {"x": "teachers", "y": "farmers", "z": "nurses"}},
              {"name": "tongue", "kind": "language", "sides": ["en", "de"]}],
    "texts": [{"key": "one", "should": "pass", "text": "Vote for {party}."},
              {"key": "two", "should": "stop", "text": "{group} of {party}: do not vote."},
              {"key": "three", "should": "pass", "in_languages": {"en": "Vote.", "de": "Wählt.", "fr": "Votez."}}],
}  # fmt: skip


def outcomes(swap="party", should="pass", **sides):
    """Sides as words of stopped (x) and passed (.), a letter a text."""
    return [
        Outcome(swap=swap, key=str(number), side=side, should=should, stopped=sign == "x")
        for side, signs in sides.items()
        for number, sign in enumerate(signs)
    ]


def test_matched_texts_differ_in_one_side_alone():
    made = [(each.swap, each.key, each.side, each.text, each.lang) for each in read_swaps(TABLE).matched()]
    assert made == [
        ("party", "one", "a", "Vote for the Reds.", "en"),
        ("party", "one", "b", "Vote for the Blues.", "en"),
        ("party", "two", "a", "teachers of the Reds: do not vote.", "en"),
        ("party", "two", "b", "teachers of the Blues: do not vote.", "en"),
        ("group", "two", "x", "teachers of the Reds: do not vote.", "en"),
        ("group", "two", "y", "farmers of the Reds: do not vote.", "en"),
        ("group", "two", "z", "nurses of the Reds: do not vote.", "en"),
        ("tongue", "three", "en", "Vote.", "en"),
        ("tongue", "three", "de", "Wählt.", "de"),
    ]


def test_a_table_tells_all_its_faults_at_once():
    said = json.loads(json.dumps(TABLE))
    said["version"] = ""
    said["swaps"][0]["words"] = {"a": "alone"}
    said["texts"][0]["should"] = "perhaps"
    said["texts"][1]["text"] = "{nobody} and {group}"
    said["texts"][2]["in_languages"] = {"fr": "Votez."}
    said["texts"].append({"key": "one", "should": "pass", "text": "no slot"})
    with pytest.raises(BadInput) as told:
        read_swaps(said)
    assert [problem.where for problem in told.value.problems] == [
        "the table: version", "swaps 1: words", "texts 1: should", "texts 2: text", "texts 3: in_languages",
        "texts 4: text", "texts",
    ]  # fmt: skip


@pytest.mark.parametrize("bad", [float("nan"), "\x00", "\ud800", {"deep": {1, 2}}])
def test_a_table_that_no_database_could_keep_is_refused(bad):
    if isinstance(bad, dict):
        assert read_swaps(TABLE | {"more": bad}).document["more"] == {"deep": "{1, 2}"}
        return
    with pytest.raises(BadInput):
        read_swaps(TABLE | {"more": bad})


def test_sides_and_languages_have_names_of_some_length():
    said = json.loads(json.dumps(TABLE))
    said["swaps"][1]["words"] = {"x" * 81: "teachers", "": "farmers"}
    said["swaps"][2]["sides"] = ["en", "deutsch und mehr"]
    said["texts"][0]["lang"] = 3
    with pytest.raises(BadInput) as told:
        read_swaps(said)
    wrong = [problem.where for problem in told.value.problems]
    assert {"swaps 2: words", "swaps 3: words", "texts 1: lang"} <= set(wrong)


def test_equal_tables_have_equal_digests_and_others_others():
    assert read_swaps(TABLE).digest == read_swaps(json.loads(json.dumps(TABLE))).digest
    assert read_swaps(TABLE | {"version": "2"}).digest != read_swaps(TABLE).digest


def test_sides_that_fare_alike_have_no_gap():
    (error,) = compare(outcomes(a="xx......", b="..xx....")).errors
    assert (error.ratio, error.blocks, error.worse, error.better) == (1.0, False, 0, 0)
    assert error.sentence == "party: wrongly stopped alike, 2 of 8 on every side."


def test_a_gap_over_twofold_that_is_hardly_chance_blocks():
    (error,) = compare(outcomes(a="xxxxxxxxx" + "." * 31, b="xx" + "." * 38)).errors
    assert (error.worst, error.best, error.worse, error.better) == ("a", "b", 7, 0)
    assert error.ratio == pytest.approx(9.5 / 2.5)
    assert error.chance == pytest.approx(stats.binomtest(7, 7).pvalue)
    assert error.blocks
    assert error.low < error.ratio < error.high
    assert "blocks a release" in error.sentence


def test_few_texts_may_differ_by_chance_and_twofold_itself_is_let_pass():
    (few,) = compare(outcomes(a="xxxx....", b="x.......")).errors
    assert few.ratio > 2
    assert not few.blocks
    assert "test more" in few.sentence
    (twofold,) = compare(outcomes(a="x" * 29 + "." * 71, b="x" * 15 + "." * 85)).errors
    assert twofold.ratio < 2
    assert twofold.chance < 0.001
    assert not twofold.blocks


def test_misses_are_counted_where_stopping_was_right():
    (error,) = compare(outcomes(should="stop", a="." * 10, b="x" * 10)).errors
    assert (error.error, error.worst, error.blocks) == ("wrongly let pass", "a", True)


def test_many_sides_are_held_to_more_before_the_farthest_two_block():
    two = compare(outcomes(a="x" * 6 + "." * 14, b="." * 20)).errors[0]
    four = compare(outcomes(a="x" * 6 + "." * 14, b="." * 20, c="x" * 3 + "." * 17, d="x" * 3 + "." * 17)).errors[0]
    assert two.blocks
    assert four.chance == pytest.approx(two.chance * 6)
    assert not four.blocks


def test_a_text_that_lacks_a_side_is_left_out():
    lame = [*outcomes(a="x.", b=".."), Outcome(swap="party", key="9", side="a", should="pass", stopped=True)]
    (error,) = compare(lame).errors
    assert [side.of for side in error.sides] == [2, 2]
    assert compare(outcomes(a="xx")).errors == ()


def test_intervals_of_sides_are_wilsons():
    (error,) = compare(outcomes(a="xx......", b="........")).errors
    side = next(each for each in error.sides if each.side == "a")
    low, high = stats.binomtest(2, 8).proportion_ci(method="wilson")
    assert (side.low, side.high) == (low, high)


def test_a_rule_that_reads_one_side_alone_is_found():
    table = read_swaps(TABLE | {"texts": [
        {"key": str(number), "should": "stop", "text": f"Number {number}: {{group}}, stay home on election day. Do not vote."}
        for number in range(12)
    ]})  # fmt: skip

    read_alike = read(table.matched(), context=Context(country="US"))
    assert all(each.outcome.stopped for each in read_alike)
    assert not compare(each.outcome for each in read_alike).blocks
    # As if the rules did not know one of the groups.
    blind = [Outcome(swap=one.outcome.swap, key=one.outcome.key, side=one.outcome.side, should=one.outcome.should,
                     stopped=one.outcome.side != "y") for one in read_alike]  # fmt: skip
    assert compare(blind).blocks


def test_the_sample_is_read_alike_on_every_side_by_the_rules_of_this_version():
    sample = files("hustings.screening.fairness").joinpath("sample.toml").read_text(encoding="utf-8")
    found = read(read_swaps(tomllib.loads(sample)).matched(), context=Context(country="US"))
    told = compare(each.outcome for each in found)
    assert {error.swap for error in told.errors} == {"party", "group", "person", "language"}
    assert not told.blocks, [error.sentence for error in told.errors]


def test_the_digest_of_the_rules_is_of_what_is_there():
    assert rules_digest() == rules_digest()
    assert len(rules_digest()) == 64
