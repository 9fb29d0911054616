"""What a blind sample says of a machine's misses."""

import pytest

from hustings.screening.missed import missed, wilson


def test_the_interval_of_wilson_is_that_of_the_books():
    share = wilson(1, 10)
    assert (round(share.low, 4), round(share.high, 4)) == (0.0179, 0.4042)
    none, every = wilson(0, 20), wilson(20, 20)
    assert none.low == 0
    assert round(none.high, 4) == 0.1611
    assert every.high == 1
    assert round(every.low, 4) == 0.8389
    assert wilson(0, 0) is None


def test_the_miss_rate_weighs_the_sample_by_what_it_stands_for():
    # 900 held not political, of which 5 of 50 are: 90 missed. 100 suspected, all of them rightly: 100 caught.
    told = missed(900, wilson(5, 50), 100, wilson(20, 20))
    assert told.rate == pytest.approx(90 / 190)
    assert told.low < told.rate < told.high


def test_a_half_that_nobody_read_leaves_it_open():
    assert missed(900, None, 100, wilson(20, 20)) is None
    assert missed(900, wilson(5, 50), 100, None) is None
    assert missed(900, wilson(0, 50), 0, None) is None
    assert missed(900, wilson(1, 50), 0, None).rate == 1
    assert missed(0, None, 100, wilson(20, 20)).rate == 0
