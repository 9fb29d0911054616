"""A complaint is due within 48 hours in the month before an election, and within a week otherwise."""

from datetime import UTC, date, datetime

import pytest

from hustings.policy.complaint import SOON, USUALLY, due, last_month

AT = datetime(2031, 4, 10, 23, 59, tzinfo=UTC)


@pytest.mark.parametrize(("day", "election", "soon"), [
    (date(2031, 4, 4), date(2031, 5, 4), True),
    (date(2031, 4, 3), date(2031, 5, 4), False),
    (date(2031, 5, 4), date(2031, 5, 4), True),
    (date(2031, 5, 5), date(2031, 5, 4), False),
    (date(2030, 12, 15), date(2031, 1, 15), True),
    (date(2030, 12, 14), date(2031, 1, 15), False),
    (date(2031, 2, 28), date(2031, 3, 31), True),
    (date(2031, 2, 27), date(2031, 3, 31), False),
])  # fmt: skip
def test_the_month_before_begins_on_the_same_day_of_the_month_before(day, election, soon):
    assert last_month(day, election) is soon


@pytest.mark.parametrize(("elections", "period"), [
    ([], USUALLY), ([date(2031, 5, 4)], SOON), ([date(2031, 6, 4)], USUALLY), ([date(2031, 6, 4), date(2031, 5, 4)], SOON),
])  # fmt: skip
def test_the_nearest_election_decides(elections, period):
    assert due(AT, elections) == AT + period
