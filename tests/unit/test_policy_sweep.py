"""What a sweep needs before it may run: each thing missing alone is named, and nothing else is."""

from dataclasses import replace
from datetime import date

import pytest

from hustings.policy.sweep import MOVES, Asked, State, moves_from, problems_of

GOOD = Asked(
    purpose="Groups that push the same links about the vote",
    legal_ground="Election Protection Act, article 12",
    election="Valdorian parliament",
    election_on=date(2027, 3, 7),
    population="public posts in Valdorian with election hashtags, January 2027",
    actors=5000,
)


def test_a_search_that_says_everything_may_be_put_to_a_second_person():
    assert problems_of(GOOD) == []


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"purpose": "look at it"}, "purpose"),
        ({"legal_ground": "law"}, "legal ground"),
        ({"population": "everyone"}, "population"),
        ({"election": " "}, "election"),
        ({"election_on": None}, "election"),
        ({"population": "posts of @rival_one and of @rival_two in May"}, "population"),
        ({"population": "what stands on https://social.example/rival since May"}, "population"),
        ({"population": "all posts by journalists of the capital"}, "population"),
        ({"population": "posts by the members of three trade unions"}, "population"),
        ({"population": "accounts of candidates for the upper house"}, "population"),
        ({"actors": 199}, "table"),
        ({"starts": 3, "has_tip": False}, "starting points"),
        ({"starts": 3, "has_tip": True, "protected": 1}, "starting points"),
    ],
)
def test_each_thing_that_is_missing_is_named_alone(changed, where):
    problems = problems_of(replace(GOOD, **changed))
    assert [problem.where for problem in problems] == [where]
    assert problems[0].do


def test_everything_wrong_is_told_at_once():
    assert len(problems_of(replace(GOOD, purpose="", legal_ground="", population="@rival @other", actors=1))) >= 5


def test_a_search_from_a_tip_may_have_starting_points():
    assert problems_of(replace(GOOD, starts=3, has_tip=True)) == []


def test_nobody_agrees_to_what_they_asked_for():
    assert all(move.another_person for move in MOVES if move.act == "second a sweep")


def test_every_state_but_the_ends_leads_somewhere():
    ends = {state for state in State if not moves_from(state)}
    assert ends == {State.REFUSED, State.WITHDRAWN, State.DONE}
