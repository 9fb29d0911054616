"""How many people at once: Erlang's formula with a cap, against the sum in the textbooks."""

from datetime import timedelta
from math import exp, factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.errors import BadInput
from hustings.staffing.erlang import people_at_once, watch

QUARTER = timedelta(minutes=15)
THREE = timedelta(minutes=3)


def by_the_book(load, people):
    """The part that waits, as the sum of the textbooks; overflows soon."""
    last = load**people / factorial(people) * people / (people - load)
    return last / (sum(load**one / factorial(one) for one in range(people)) + last)


@given(people=st.integers(1, 60), busy=st.floats(0.01, 0.99), seconds=st.integers(1, 3600))
def test_who_waits_is_what_the_sum_says(people, busy, seconds):
    handling = timedelta(minutes=3)
    load = people * busy
    found = watch(an_hour=load * 20, handling=handling, people=people, within=timedelta(seconds=seconds))
    waits = by_the_book(load, people)
    assert found.waits == pytest.approx(waits, rel=1e-9)
    assert found.in_time == pytest.approx(1 - waits * exp(-(people - load) * seconds / 180), rel=1e-9)
    assert found.mean_wait.total_seconds() == pytest.approx(waits * 180 / (people - load), rel=1e-6, abs=1e-6)


def test_one_person_waits_as_long_as_the_line_of_one_says():
    found = watch(an_hour=16, handling=THREE, people=1, within=QUARTER)
    assert found.waits == pytest.approx(0.8)
    assert found.mean_wait == timedelta(minutes=12)


def test_thirty_one_are_enough_by_the_formula_and_thirty_eight_by_the_cap():
    bare = people_at_once(an_hour=600, handling=THREE, within=QUARTER, occupancy=0.999)
    assert (bare.people, round(bare.occupancy, 2)) == (31, 0.97)
    capped = people_at_once(an_hour=600, handling=THREE, within=QUARTER)
    assert (capped.people, round(capped.occupancy, 2)) == (38, 0.79)
    assert capped.in_time > 0.9999


@given(load=st.floats(0.05, 400), share=st.floats(0.5, 0.999), cap=st.floats(0.5, 0.99), minutes=st.floats(0, 30))
def test_one_person_fewer_would_break_the_promise_or_the_cap(load, share, cap, minutes):
    asked = {"an_hour": load * 20, "handling": THREE, "within": timedelta(minutes=minutes)}
    found = people_at_once(**asked, in_time=share, occupancy=cap)
    assert found.in_time >= share
    assert found.occupancy <= cap + 1e-9
    if found.people > 1:
        fewer = watch(**asked, people=found.people - 1)
        assert fewer.in_time < share or fewer.occupancy > cap - 1e-9


def test_as_much_work_as_people_is_a_queue_without_end():
    found = watch(an_hour=200, handling=THREE, people=10, within=QUARTER)
    assert (found.waits, found.in_time, found.mean_wait) == (1.0, 0.0, timedelta.max)


def test_where_nothing_comes_nobody_is_needed():
    assert people_at_once(an_hour=0, handling=THREE, within=QUARTER).people == 0


def test_figures_that_cannot_be_are_told_together():
    with pytest.raises(BadInput) as told:
        people_at_once(an_hour=-1, handling=timedelta(), within=-QUARTER)
    assert [problem.where for problem in told.value.problems] == ["an_hour", "handling", "within"]
    with pytest.raises(BadInput) as told:
        people_at_once(an_hour=1, handling=THREE, within=QUARTER, in_time=1.0, occupancy=0)
    assert [problem.where for problem in told.value.problems] == ["in_time", "occupancy"]
    with pytest.raises(BadInput, match="at most 20,000 people"):
        people_at_once(an_hour=1e9, handling=THREE, within=QUARTER)
