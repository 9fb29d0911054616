"""Office hours and holidays: what fits, what does not, and what stays untested."""

from datetime import UTC, datetime, timedelta

import holidays
import numpy as np

from hustings.detection.office import Moments, holiday_tests, office_facts, office_hours, office_tests, offset_of

MONDAY = datetime(2016, 1, 4, tzinfo=UTC)


def hours(*, offset: int, weeks: int, skip: frozenset = frozenset()) -> np.ndarray:
    """Every working hour (10 to 19 h local, Monday to Friday) of some weeks, days in `skip` left out."""
    days = [MONDAY + timedelta(days=d) for d in range(7 * weeks)]
    at = [
        day + timedelta(hours=h - offset)
        for day in days
        if day.weekday() < 5 and day.date() not in skip
        for h in range(10, 19)
    ]
    return np.array([int(t.timestamp()) // 3600 for t in at], np.int64)


def test_the_hours_of_an_office_are_all_in_its_own_week_and_fewer_in_the_next_best():
    facts = office_facts(hours(offset=3, weeks=4), 0.05)
    assert (facts["offset"], facts["weekday"], facts["share"]) == (3, 0, 1.0)
    assert facts["next_share"] < 0.95


def test_offsets_are_read_off_the_opening_hour():
    assert [offset_of(turn) for turn in (7, 10, 15, 22, 24 + 7)] == [3, 0, -5, -12, 3]


def test_shares_of_all_turns_add_up_to_the_open_hours_of_a_week():
    assert np.isclose(office_hours(hours(offset=0, weeks=3)).sum(), 45)


def test_two_of_one_office_fit_each_other_and_another_continent_does_not():
    one, two, far = hours(offset=3, weeks=5), hours(offset=3, weeks=7), hours(offset=-8, weeks=5)
    moments = Moments(
        actor=np.repeat([0, 1, 2], [len(one), len(two), len(far)]).astype(np.int32),
        hour=np.concatenate([one, two, far]),
    )
    found = office_tests(moments, np.array([0, 0]), np.array([1, 2]), np.array([True, True]))
    assert found.p[0] == 1 / 168
    assert found.p[1] > 0.3


def test_pairs_that_nothing_else_links_and_actors_of_few_hours_are_not_tested():
    few = hours(offset=3, weeks=1)[:19]
    moments = Moments(actor=np.repeat([0, 1], 19).astype(np.int32), hour=np.concatenate([few, few]))
    found = office_tests(moments, np.array([0, 0]), np.array([1, 1]), np.array([True, False]))
    assert np.isnan(found.p).all()
    assert np.isnan(found.q).all()


def test_an_office_closed_on_one_countrys_holidays_is_told_by_them():
    free = frozenset(holidays.country_holidays("FI", years=[2016, 2017]))
    at = hours(offset=2, weeks=100, skip=free)
    first = holiday_tests(at, 8)[0]
    assert (first.country, first.made) == ("FI", 0)
    assert first.q < 0.001


def test_an_office_open_every_working_day_keeps_nobodys_holidays():
    assert not [test for test in holiday_tests(hours(offset=2, weeks=100), 8) if test.q <= 0.05]


def test_no_moment_gives_no_test():
    assert holiday_tests(np.empty(0, np.int64), 8) == []
