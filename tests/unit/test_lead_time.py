"""The lead-time plan: when each step is due, and what a change of the day does to it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.policy.election import Status
from hustings.policy.lead_time import FIRST, LAST, STEPS, Going, plan, step_of
from hustings.policy.risk_tier import ANSWERS, Factor, Tier, proposed, unknown_answers

DAYS = st.dates(date(2000, 1, 1), date(2060, 1, 1))
FACTORS = st.fixed_dictionaries({}, optional={factor: st.sampled_from(answers) for factor, answers in ANSWERS.items()})


def test_the_table_runs_from_half_a_year_before_to_two_weeks_after():
    assert (FIRST, LAST) == (-180, 14)
    assert {step.code for step in STEPS} >= {
        "tier",
        "assessment",
        "sweeps",
        "red team",
        "coverage",
        "roster",
        "open room",
        "look back",
    }
    assert step_of("assessment").day == -90
    assert step_of("made by hand") is None


def test_a_higher_tier_holds_everything_that_a_lower_one_holds():
    codes = [{step.code for step in STEPS if tier in step.tiers} for tier in (Tier.THIRD, Tier.SECOND, Tier.FIRST)]
    assert codes[0] < codes[1] < codes[2] == {step.code for step in STEPS}


@given(
    DAYS,
    st.sampled_from([Status.EXPECTED, Status.PLANNED, Status.CALLED, Status.HELD]),
    st.sampled_from([None, *Tier]),
    DAYS,
    DAYS,
)
def test_every_step_is_due_its_days_from_the_vote_and_never_before_somebody_took_it_on(on, status, tier, begun, today):
    found = plan(on, status, tier, begun, today)
    assert found.going is Going.ON
    for step in STEPS:
        wanted = len(step.tiers) == 3 if tier is None else tier in step.tiers
        assert (step.code in found.due) == wanted
        if wanted:
            plain = on + timedelta(days=step.day)
            assert found.due[step.code] == (max(plain, begun))


@given(DAYS, st.integers(-400, 400), st.sampled_from([*Tier]))
def test_a_day_that_moves_moves_every_step_by_as_much(on, days, tier):
    begun = date(1999, 1, 1)
    before, after = (plan(each, Status.CALLED, tier, begun, begun).due for each in (on, on + timedelta(days=days)))
    assert {code: after[code] - before[code] for code in before} == dict.fromkeys(before, timedelta(days=days))


TODAY = date(2031, 1, 10)


@pytest.mark.parametrize(
    ("on", "status", "going"),
    [
        (date(2031, 5, 4), Status.CANCELLED, Going.CLOSED), (None, Status.CANCELLED, Going.CLOSED), (None, Status.POSTPONED, Going.SUSPENDED),
        (date(2031, 1, 10), Status.POSTPONED, Going.SUSPENDED), (date(2031, 1, 11), Status.POSTPONED, Going.ON), (None, Status.EXPECTED, Going.WAITING),
        (date(2030, 1, 1), Status.HELD, Going.ON),
    ],
)  # fmt: skip
def test_what_is_cancelled_closes_and_what_is_put_off_without_a_day_rests(on, status, going):
    assert plan(on, status, Tier.FIRST, TODAY, TODAY).going is going


@given(FACTORS)
def test_the_proposed_tier_is_that_of_the_points(factors):
    points = 0
    for factor, answers in ANSWERS.items():
        points += answers.index(factors[factor]) if factor in factors else 1
    tier = 3
    if points >= 4:
        tier = 2
    if points >= 7 or (factors.get(Factor.PAST) == "established" and factors.get(Factor.CAPABILITY) == "high"):
        tier = 1
    found = proposed(factors)
    assert (found.tier.value, found.points) == (tier, points)
    assert all(factor.value in found.why for factor in Factor if factor not in factors) or "established" in found.why


def test_answers_that_the_table_does_not_have_are_told():
    assert unknown_answers({"closeness": "close", "weather": "fine", "capability": "enormous"}) == [
        ("capability", "enormous"),
        ("weather", "fine"),
    ]
