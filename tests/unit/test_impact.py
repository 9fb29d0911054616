"""The scale of impact: what each category needs, and which words claim what nobody can know. Techniques by their numbers."""

import re

import pytest

from hustings.exchange.disarm import SOURCE, by_tactic, techniques, unknown
from hustings.policy.impact import BREAKOUT, Step, category, claims_of_votes, missing


@pytest.mark.parametrize(
    ("number", "seen", "lacking"),
    [
        (1, set(), {Step.SEEN}), (1, {Step.SEEN}, set()), (2, {Step.SEEN}, {Step.COMMUNITY}), (2, {Step.SEEN, Step.PLATFORM}, set()),
        (3, {Step.SEEN, Step.PLATFORM}, {Step.COMMUNITY}), (4, {Step.SEEN, Step.COMMUNITY, Step.PLATFORM}, {Step.MEDIA}),
        (5, {Step.SEEN, Step.FIGURE}, set()), (6, {Step.SEEN, Step.VIOLENCE}, set()), (6, {Step.RESPONSE}, {Step.SEEN}),
    ],
)  # fmt: skip
def test_a_category_needs_what_was_seen(number, seen, lacking):
    assert set(missing(number, frozenset(seen))) == lacking


def test_there_are_six_categories_and_every_step_counts_for_one():
    assert [one.number for one in BREAKOUT] == [1, 2, 3, 4, 5, 6]
    assert {step for one in BREAKOUT for way in one.needs for step in way} == set(Step)
    with pytest.raises(KeyError):
        category(7)


@pytest.mark.parametrize(
    "text",
    [
        "It changed votes in Ohio.", "The operation swung the election.", "The election was decided by it.", "It cost the party the election",
        "It may have affected the outcome of the vote", "Voters were swayed by it", "They stole the election.", "It manipulated many voters",
        "Die Wahl wurde beeinflusst", "Das hat die Wahl entschieden", "Cela a changé le vote", "La campaña cambió votos", "IT SWUNG THE ELECTION",
    ],
)  # fmt: skip
def test_words_that_say_what_it_did_to_votes_are_found(text):
    assert claims_of_votes(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ads told people to vote by text.", "Posts about the election were passed on by a senator.", "A paper told voters about it.",
        "It won 3,000 shares before the election.", "The page lost followers after the vote.", "The page changed its name before the election.",
        "People turned out to rallies; the election followed.", "A story of stolen ballots was shared 300 times.", "The vote is rigged, it says.",
        "It decided on a new name and the vote came later.",
    ],
)  # fmt: skip
def test_words_that_say_what_was_seen_are_left_alone(text):
    assert claims_of_votes(text) == ()


def test_techniques_are_known_by_number_name_and_tactic():
    held = techniques()
    assert len(held) == 391
    assert (held["T0086.001"].name, held["T0086.001"].tactic_name) == ("Develop Memes", "Develop Content")
    assert all(re.fullmatch(r"T\d{4}(\.\d{3})?", one) for one in held)
    assert {one.partition(".")[0] for one in held} <= set(held)
    assert "CC BY-SA 4.0" in SOURCE


def test_tactics_stand_in_the_order_of_an_operation_and_numbers_nobody_knows_are_told():
    assert by_tactic()[0][0] == "TA01 Plan Strategy"
    assert sum(len(held) for _, held in by_tactic()) == 391
    assert [tactic for tactic, _ in by_tactic(["T0086", "T0002", "T9999"])] == [
        "TA02 Plan Objectives",
        "TA06 Develop Content",
    ]
    assert [problem.found for problem in unknown(["T0086", "T9999", "t0086", "T9999"])] == ["T9999", "t0086"]
