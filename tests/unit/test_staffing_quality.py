"""Samples, intervals, agreement and common errors of decisions."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_audits import coverage
from scipy.special import ndtri
from scipy.stats import binomtest, multivariate_normal

from hustings.staffing.quality_agreement import alpha_of
from hustings.staffing.quality_backlog import Due, ahead
from hustings.staffing.quality_double import Again, both_wrong, caught_of, common_of, simulate_looks
from hustings.staffing.quality_error import ErrorKind, kind_of
from hustings.staffing.quality_interval import Stratum, rate_of
from hustings.staffing.quality_sample import answer_of, draw, looks_needed, shared_out

SIZES = st.dictionaries(st.integers(0, 50), st.integers(0, 400), min_size=1, max_size=30)


# How many, and which


def test_as_many_looks_as_the_tables_say():
    assert looks_needed(0.05, 0.015) == 812
    assert looks_needed(0.02, 0.01) == 753
    assert looks_needed(0.05, 0.015, of=1000) == 449
    assert looks_needed(0.05, 0.015, of=1) == 1
    assert looks_needed(0.05, 0.015, of=0) == 0


@given(sizes=SIZES, looks=st.integers(0, 3000), least=st.integers(0, 3))
def test_looks_are_shared_out_wholly_and_nobody_gets_more_than_there_is(sizes, looks, least):
    given_ = shared_out(sizes, looks, least=least)
    assert sum(given_.values()) == min(looks, sum(sizes.values()))
    assert all(0 <= given_[name] <= sizes[name] for name in sizes)
    if looks >= least * len(sizes):
        assert all(given_[name] >= min(least, sizes[name]) for name in sizes)


@given(sizes=st.dictionaries(st.integers(0, 50), st.integers(50, 4000), min_size=2, max_size=30))
def test_the_share_of_a_stratum_is_that_of_its_size(sizes):
    total = sum(sizes.values())
    looks = total // 10
    for name, many in shared_out(sizes, looks, least=0).items():
        assert abs(many - looks * sizes[name] / total) <= len(sizes)


def test_a_draw_can_be_repeated_whatever_the_order_of_its_members():
    members = {"a": list(range(100)), "b": list(range(100, 120))}
    turned = {name: list(reversed(each)) for name, each in reversed(members.items())}
    first = draw(members, {"a": 10, "b": 30}, seed=5)
    assert first == draw(turned, {"a": 10, "b": 30}, seed=5)
    assert first != draw(members, {"a": 10, "b": 30}, seed=6)
    assert len(first) == len(set(first)) == 30
    assert {key for name, key in first if name == "b"} == set(range(100, 120))


def test_every_member_is_drawn_equally_often():
    counts = np.zeros(20)
    for seed in range(2000):
        for _, key in draw({"a": range(20)}, {"a": 5}, seed=seed):
            counts[key] += 1
    assert np.all(np.abs(counts - 500) < 5 * np.sqrt(2000 * 0.25 * 0.75))


@pytest.mark.parametrize(
    "looks, answer", [([], None), (["a"], "a"), (["b"], None), (["b", "a"], "a"), (["b", "b"], "b"), (["b", "c"], "c")]
)
def test_what_was_right_takes_two_who_say_so(looks, answer):
    assert answer_of("a", looks) == answer


# What waits


def slow_ahead(dues, pace):
    """One after another, as they fall due."""
    items = sorted(due.hours for due in dues for _ in range(due.many))
    late = [hours for place, hours in enumerate(items, 1) if hours > 0 and place > pace * hours + 1e-9]
    return len(items), sum(hours <= 0 for hours in items), len(late), min(late, default=None)


@given(
    st.lists(st.builds(Due, hours=st.integers(-3, 40).map(float), many=st.integers(0, 9)), max_size=12),
    st.integers(0, 20),
)
def test_what_would_pass_its_due_time_is_counted_one_after_another(dues, pace):
    told = ahead(dues, pace)
    assert (told.waits, told.past, told.breaks, told.first) == slow_ahead(dues, pace)
    assert told.cleared == (told.waits / pace if pace else None)


# Rates


def test_one_stratum_of_an_endless_queue_has_wilsons_interval_or_a_little_wider():
    for found in (0, 1, 5, 40, 100):
        told = rate_of([Stratum(size=10**9, looked=100, found=found)])
        wilson = binomtest(found, 100).proportion_ci(method="wilson")
        assert told.share == found / 100
        assert told.low <= told.share <= told.high
        assert told.low == pytest.approx(wilson.low, abs=0.005)
        assert told.high == pytest.approx(wilson.high, abs=0.005)


def test_each_stratum_counts_by_its_size_and_not_by_its_looks():
    told = rate_of([Stratum(size=900, looked=10, found=0), Stratum(size=100, looked=90, found=45)])
    assert told.share == pytest.approx(0.05)
    assert (told.looked, told.of) == (100, 1000)


def test_where_all_were_looked_at_nothing_is_left_open():
    told = rate_of([Stratum(size=40, looked=40, found=3)])
    assert told.low == told.share == told.high == 3 / 40


def test_what_nobody_looked_at_is_said():
    assert rate_of([Stratum(size=40, looked=0, found=0)]) is None
    assert rate_of([Stratum(size=40, looked=0, found=0), Stratum(size=60, looked=6, found=0)]).unlooked == 40


def test_looks_enough_for_five_percent_tell_it_to_within_a_point_and_a_half():
    told = rate_of([Stratum(size=10**9, looked=812, found=41)])
    assert (told.high - told.low) / 2 == pytest.approx(0.015, abs=0.001)


@pytest.mark.parametrize("rate, looks", [(0.05, 812), (0.02, 753)])
def test_goal_7_intervals_cover_the_truth(rate, looks):
    """Of 300 audits, where 95 % are to: fewer than 91.5 or more than 98.5 % would come by chance once in 500 times."""
    found = coverage(300, rate=rate, looks=looks, seed=7)
    assert 0.915 <= found.share <= 0.985, found


# How decisions are wrong


@pytest.mark.parametrize(
    "decided, right, technical, expected",
    [
        (("refuse", "fraud"), ("refuse", "fraud"), False, None),
        (("refuse", "fraud"), ("accept", "fine"), False, ErrorKind.FALSE_POSITIVE),
        (("accept", "fine"), ("refuse", "fraud"), False, ErrorKind.FALSE_NEGATIVE),
        (("refuse", "payer"), ("refuse", "fraud"), False, ErrorKind.WRONG_SELECTION),
        (("accept", "satire"), ("accept", "fine"), False, ErrorKind.WRONG_SELECTION),
        (("accept", "fine"), ("refuse", "fraud"), True, ErrorKind.TECHNICAL),
        (("accept", "fine"), ("accept", "fine"), True, None),
    ],
)
def test_the_four_ways_to_be_wrong(decided, right, technical, expected):
    assert kind_of(decided, right, removing=frozenset({"refuse"}), technical=technical) is expected


# Agreement


def slow_alpha(units):
    """Krippendorff's alpha by pairs: one less than observed over expected disagreement."""
    units = [unit for unit in units if len(unit) > 1]
    values = [outcome for unit in units for outcome in unit]
    total = len(values)
    observed = sum(2 * sum(a != b for a, b in combinations(unit, 2)) / (len(unit) - 1) for unit in units) / total
    expected = 2 * sum(a != b for a, b in combinations(values, 2)) / (total * (total - 1))
    return 1 - observed / expected if expected else None


@given(st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=4), max_size=12))
def test_alpha_is_what_counting_pairs_gives(units):
    told = alpha_of(units, seed=1, draws=5)
    expected = slow_alpha(units) if any(len(unit) > 1 for unit in units) else None
    assert told.alpha == (pytest.approx(expected) if expected is not None else None)
    assert told.units == sum(len(unit) > 1 for unit in units)


def test_the_interval_of_alpha_holds_it_and_few_units_have_none():
    units = [["a", "a"]] * 60 + [["a", "b"]] * 15 + [["b", "b"]] * 25
    told = alpha_of(units, seed=3)
    assert told.low < told.alpha < told.high
    assert told == alpha_of(units, seed=3)
    assert alpha_of(units[:5] + units[-4:], seed=3).low is None
    assert alpha_of([["a", "a"]] * 50, seed=3).alpha is None


# What second looks catch


@pytest.mark.parametrize("rate", [0.01, 0.1, 0.5])
@pytest.mark.parametrize("correlation", [-0.5, 0.0, 0.2, 0.9])
def test_both_wrong_is_the_normal_surface(rate, correlation):
    edge = ndtri(rate)
    cov = [[1, correlation], [correlation, 1]]
    assert both_wrong(rate, correlation) == pytest.approx(multivariate_normal.cdf([edge, edge], cov=cov), abs=1e-6)


def pairs_at(correlation, many, seed):
    generator = np.random.default_rng(seed)
    kinds = np.where(generator.random(many) < 0.4, "violates", "does not")
    edge = ndtri(np.where(kinds == "violates", 0.2, 0.1))
    shared = np.sqrt(correlation) * generator.standard_normal(many)
    looks = [shared + np.sqrt(1 - correlation) * generator.standard_normal(many) < edge for _ in range(2)]
    return [(str(kind), bool(a), bool(b)) for kind, a, b in zip(kinds, *looks, strict=True)]


@pytest.mark.parametrize("correlation", [0.0, 0.3, 0.6])
def test_the_correlation_that_made_the_errors_is_found(correlation):
    told = common_of(pairs_at(correlation, 6000, seed=2), seed=2)
    assert told.correlation == pytest.approx(correlation, abs=0.08)
    assert told.low < told.correlation < told.high


def test_too_few_errors_give_no_correlation():
    told = common_of([("violates", True, False)] * 4 + [("violates", False, False)] * 90, seed=1)
    assert (told.correlation, told.low, told.pairs, told.wrong) == (None, None, 94, 4)


def test_caught_are_wrong_first_looks_that_a_second_differs_from():
    pairs = [(True, False)] * 30 + [(True, True)] * 10 + [(False, False)] * 5 + [(False, True)] * 55
    told = caught_of(pairs)
    assert told.share == 0.75
    assert told.looked == 40
    assert told.low < 0.75 < told.high
    assert caught_of(pairs, senior_wrong=0.2).share == pytest.approx(0.6)
    assert caught_of([(False, True)]) is None


def test_goal_5_blind_second_looks_catch_three_quarters_with_few_reviews():
    told = simulate_looks(100_000, correlation=0.2, again=Again(), seed=5)
    assert told.caught >= 0.75
    assert told.reviews <= 2.2


def test_common_errors_are_caught_less_and_removals_alone_save_no_miss():
    shares = [simulate_looks(60_000, correlation=each, again=Again(), seed=5).caught for each in (0, 0.2, 0.4, 0.6)]
    assert shares == sorted(shares, reverse=True)
    alone = simulate_looks(60_000, correlation=0.2, again=Again(speech=0, rest=0), seed=5)
    assert alone.missed == 0
    assert alone.removed > 0.75
    assert alone.reviews < 1.5
