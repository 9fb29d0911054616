"""What Meta's form tells of exact numbers: ranges that hold them, shares that add up, lists that are never empty."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hustings.exchange.ads import ranges
from hustings.exchange.ads.asked import Wrong, entries, query_of
from hustings.exchange.ads.meta import FIELDS, archived_ad

AMOUNTS = st.decimals(min_value=0, max_value=10**12, places=4, allow_nan=False)
COUNTS = st.integers(0, 10**13)


def bounds(told):
    return int(told["lower_bound"]), int(told["upper_bound"])


@settings(derandomize=True, database=None)
@given(AMOUNTS)
def test_a_range_of_spend_holds_the_exact_amount(amount):
    lower, upper = bounds(ranges.spend(amount))
    assert lower <= amount < upper + 1


@settings(derandomize=True, database=None)
@given(COUNTS)
def test_a_range_of_impressions_holds_the_exact_count(count):
    lower, upper = bounds(ranges.impressions(count))
    assert lower <= count <= upper


@settings(derandomize=True, database=None)
@given(COUNTS, COUNTS)
def test_of_two_counts_the_larger_never_has_the_lower_range(one, other):
    one, other = sorted((one, other))
    assert bounds(ranges.impressions(one))[0] <= bounds(ranges.impressions(other))[0]


@settings(derandomize=True, database=None)
@given(COUNTS)
def test_a_range_of_people_holds_them_and_is_open_above_a_million_only(people):
    told = ranges.audience(people)
    assert int(told["lower_bound"]) <= people
    assert ("upper_bound" in told) == (people <= 1_000_000)
    assert people <= int(told.get("upper_bound", people))


def test_ranges_leave_no_gap():
    for ladder in (ranges.SPEND, ranges.IMPRESSIONS):
        value = 0
        while value < 3_000_000:
            lower, upper = bounds(ranges.range_of(value, ladder))
            assert lower == value
            value = upper + 1


@pytest.mark.parametrize(
    ("amount", "lower", "upper"),
    [
        ("0", 0, 99), ("99.99", 0, 99), ("100", 100, 199), ("999", 900, 999), ("1000", 1000, 1499), ("4999.5", 4500, 4999), ("5000", 5000, 5999),
        ("10000", 10000, 14999), ("99999", 90000, 99999), ("100000", 100000, 124999), ("1000000", 1000000, 1099999),
    ],
)  # fmt: skip
def test_ranges_of_spend_are_as_wide_as_in_real_answers(amount, lower, upper):
    assert bounds(ranges.spend(Decimal(amount))) == (lower, upper)


ROWS = st.lists(
    st.tuples(st.sampled_from(["18-24", "65+", ""]), st.sampled_from(["female", "male", ""]), st.integers(0, 10**9)),
    max_size=8,
)


@settings(derandomize=True, database=None)
@given(ROWS)
def test_shares_are_those_of_the_exact_counts(rows):
    body = {"number": 1, "by_age_and_gender": [[age, gender, str(count), None, None] for age, gender, count in rows]}
    told = archived_ad(body, ["demographic_distribution"], snapshot="")["demographic_distribution"]
    whole = sum(count for _, _, count in rows)
    assert abs(sum(Decimal(one["percentage"]) for one in told) - 1) <= Decimal("0.00001")
    for one in told if whole else ():
        age, gender = one["age"].replace("Unknown", ""), one["gender"].replace("unknown", "")
        exact = Decimal(sum(count for a, g, count in rows if (a, g) == (age, gender))) / whole
        assert exact > 0
        assert abs(Decimal(one["percentage"]) - exact) <= Decimal("0.0000005")


def test_an_ad_of_which_nothing_is_known_has_no_empty_lists_and_no_numbers():
    told = archived_ad({"number": 7}, FIELDS, snapshot="https://library.example/?id=")
    assert told == {
        "id": "7",
        "ad_snapshot_url": "https://library.example/?id=7",
        "delivery_by_region": [{"region": "Unknown", "percentage": "1"}],
        "region_distribution": [{"region": "Unknown", "percentage": "1"}],
        "demographic_distribution": [{"age": "Unknown", "gender": "unknown", "percentage": "1"}],
    }


def test_ranges_that_another_archive_told_are_passed_on():
    told = archived_ad(
        {"number": 7, "spend_low": "100", "spend_high": "199", "impressions_low": 1000000},
        ["spend", "impressions"],
        snapshot="",
    )
    assert told["spend"] == {"lower_bound": "100", "upper_bound": "199"}
    assert told["impressions"] == {"lower_bound": "1000000"}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("US,CA", ["US", "CA"]), ("['US','CA']", ["US", "CA"]), ('["US", "CA"]', ["US", "CA"]), ("['US']", ["US"]), ("", []), ("[]", []),
        ("['Smith, Jones & Co', 'X']", ["Smith, Jones & Co", "X"]), ("[US]", ["US"]), ("[" * 5000, ["[" * 4999]),
    ],
)  # fmt: skip
def test_lists_are_read_as_clients_write_them(written, read):
    assert entries(written) == read


@settings(derandomize=True, database=None, max_examples=300)
@given(st.dictionaries(st.sampled_from(["fields", "limit", "after", "search_terms", "bylines", "ad_reached_countries", "search_page_ids", "ad_delivery_date_min", "languages", "x"]), st.lists(st.text(max_size=30), max_size=2)))  # fmt: skip
def test_whatever_is_asked_is_read_or_told_to_be_wrong(said):
    with suppress(Wrong):  # anything else would be told as a failure of ours
        query = query_of({name: values for name, values in said.items() if values})
        assert 1 <= query.limit <= 1000
        assert "\0" not in query.words
