"""Numbers, ranges and days as archives of ads write them."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from hustings.connectors.amounts import DayOrder, Style, amount, day_order, moment, span, style_of, whole
from hustings.screening.ranges import Range


@pytest.mark.parametrize(
    "cell, style, value",
    [("1,234.56", ".", "1234.56"), ("1.234,56", ",", "1234.56"), ("1 234,56", ",", "1234.56"), ("1'234.50", ".", "1234.50"),
     ("$1,200", ".", "1200"), ("EUR 12", ".", "12"), ("12 €", ".", "12"), ("10k", ".", "10000"), ("1.5M", ".", "1500000"),
     ("12,34,567", ".", "1234567"), ("1e3", ".", "1000"), ("−5", ".", "-5"), ("1\u202f234", ".", "1234"), ("0.016", ".", "0.016"),
     ("", ".", None), (None, ".", None), ("N/A", ".", None), (12, ".", "12"), (0.1, ".", "0.1")],
)  # fmt: skip
def test_amounts(cell, style, value):
    assert amount(cell, Style(style)) == (None if value is None else Decimal(value))


@pytest.mark.parametrize("cell", ["abc", "1,2,3", "12x", "1.2.3", "--1", "1,5"])
def test_what_is_no_amount_is_refused(cell):
    with pytest.raises(ValueError, match="is no number"):
        amount(cell)


@pytest.mark.parametrize("cell", ["1e999", "99999999999999999999", 10**30, float("inf")])
def test_what_is_beyond_any_amount_is_refused(cell):
    with pytest.raises(ValueError, match="is beyond any amount"):
        amount(cell)


def test_a_count_is_whole_and_not_below_zero():
    assert whole("1,000") == 1000
    for cell in ("1.5", "-1"):
        with pytest.raises(ValueError, match="no whole number"):
            whole(cell)


@pytest.mark.parametrize(
    "cells, style",
    [(["1,234"], None), (["1.234,56"], ","), (["12,5"], ","), (["1.234.567"], ","), (["1,234", "5.5"], "."), (["100", "1 234,5"], ","),
     (["1.234", "≤100", "12.000"], ","), (["0.588", "0.125"], "."), (["77001,77002"], None), ([], None)],
)  # fmt: skip
def test_the_style_is_seen_from_the_cells(cells, style):
    assert style_of(cells) == (None if style is None else Style(style))


@pytest.mark.parametrize(
    "cell, low, high",
    [("≤100", 0, 100), ("≤ 10k", 0, 10_000), ("10k–100k", 10_000, 100_000), ("> 10M", 10_000_000, None), ("1000-4999", 1000, 4999),
     ("1,000+", 1000, None), ("1750000-2000000", 1_750_000, 2_000_000), ("0-999", 0, 999), ("<100", 0, 100), ("349", 349, 349),
     ({"lower_bound": "0", "upper_bound": "99"}, 0, 99), ({"lower_bound": "1000001"}, 1_000_001, None), ("$50K-$60K", 50_000, 60_000)],
)  # fmt: skip
def test_ranges(cell, low, high):
    assert span(cell) == Range(low=Decimal(low), high=None if high is None else Decimal(high))


def test_a_range_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="ends before it begins"):
        span("100-50")


@given(some.decimals(min_value=0, max_value=10**12, places=2), some.sampled_from(["{:,}", "{}", "USD {:,}"]))
@settings(deadline=None)
def test_a_written_amount_comes_back(value, form):
    assert amount(form.format(value)) == value
    comma = f"{value:,}".translate(str.maketrans(",.", ".,"))
    assert amount(comma, Style.COMMA) == value


@given(some.integers(0, 10**9), some.integers(0, 10**9))
@settings(deadline=None)
def test_a_written_range_comes_back(a, b):
    low, high = sorted((a, b))
    assert span(f"{low}-{high}") == span(f"{low:,} to {high:,}") == Range(low=Decimal(low), high=Decimal(high))


@pytest.mark.parametrize(
    "cell, order, expected",
    [("2018/10/27 14:00:00Z", None, (2018, 10, 27, 14)), ("2019-10-30T22:24:19+0000", None, (2019, 10, 30, 22, 24, 19)),
     ("10/27/2018", DayOrder.MONTH_FIRST, (2018, 10, 27)), ("27.10.2018", None, (2018, 10, 27)), ("3/10/2022 1:05 PM", DayOrder.DAY_FIRST, (2022, 10, 3, 13, 5)),
     ("October 27, 2018", None, (2018, 10, 27)), ("1540648800", None, (2018, 10, 27, 14)), ("1540648800000", None, (2018, 10, 27, 14)),
     ("2020-02-25 08:00:00.000000 UTC", None, (2020, 2, 25, 8)), ("20191027", None, (2019, 10, 27))],
)  # fmt: skip
def test_days_and_times(cell, order, expected):
    assert moment(cell, order) == datetime(*expected, tzinfo=UTC)


def test_a_zone_that_is_written_counts():
    assert moment("2015-10-25T06:28:33-07:00") == datetime(
        2015, 10, 25, 6, 28, 33, tzinfo=timezone(timedelta(hours=-7))
    )


def test_a_column_shows_its_own_order_or_none():
    assert day_order(["3/4/2022", "3/27/2022"]) is DayOrder.MONTH_FIRST
    assert day_order(["3/4/2022", "27/3/2022"]) is DayOrder.DAY_FIRST
    assert day_order(["3/4/2022"]) is None
    with pytest.raises(ValueError, match="may be two days"):
        moment("3/4/2022")
