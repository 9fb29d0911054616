"""When a replay shows that a change finds what was missed, against a count by hand; and how searches are told their settings."""

import itertools

import pytest

from hustings.policy.afteraction import Cause, Found, Settings, shows


def found(*groups, missed="abcd", present=None):
    members = [(str(number), actor) for number, group in enumerate(groups) for actor in group]
    return Found.of(members, missed, len(missed) if present is None else present)


def test_what_was_missed_is_counted_in_any_finding_and_in_the_one_that_holds_most():
    told = found("abx", "cy", "z")
    assert told == Found(findings=3, actors=6, missed=4, of_missed=3, together=2)
    assert found() == Found(findings=0, actors=0, missed=4, of_missed=0, together=0)
    assert Found.read(told.as_json()) == told


@pytest.mark.parametrize(("before", "after", "says"), [
    ((), ("abc",), True),  # more than half, together
    ((), ("ab", "cd"), False),  # all of them, in two
    ((), ("ab",), False),  # half is not more than half
    (("abc",), ("abcd",), False),  # found before as well
    (("ab",), ("abc",), True),
    ((), ("xyz",), False),
])  # fmt: skip
def test_a_change_is_shown_where_more_than_half_is_in_one_finding_as_it_was_not(before, after, says):
    assert shows(found(*before), found(*after)) is says


def test_nothing_is_shown_about_who_is_not_in_the_table():
    assert shows(found(missed=""), found(missed="")) is False
    assert shows(found(present=0), found("abcd", present=0)) is False
    # Two of four are in the table: both together are more than half of what could be found.
    assert shows(found(present=2), found("ab", present=2)) is True


def test_shows_agrees_with_a_count_by_hand_over_all_small_cases():
    parts = ["", "a", "ab", "abc", "abcd", "x"]
    for before, after, missed in itertools.product(parts, parts, ["", "a", "abc", "abcd"]):
        most = len(set(after) & set(missed)) > len(missed) / 2 >= len(set(before) & set(missed))
        assert shows(found(before, missed=missed), found(after, missed=missed)) is (bool(missed) and most)


def test_settings_are_told_as_the_search_takes_them():
    assert Settings().arguments() == ["--window", "60s", "--fdr", "0.05"]
    assert Settings(window=0.5, horizon=90, fdr=0.01).arguments() == [
        "--window",
        "0.5s",
        "--fdr",
        "0.01",
        "--horizon",
        "90s",
    ]
    assert Settings(**Settings(window=2).as_json()) == Settings(window=2)


def test_every_cause_says_what_it_is():
    assert all(one.sentence for one in Cause)
    assert {one for one in Cause if one.replayed} == {Cause.COVERAGE, Cause.LANGUAGE, Cause.THRESHOLD, Cause.RULE}
