"""Tail probabilities and error rates against enumeration, exact draws, and other people's code."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from hustings.detection.chance import benjamini_hochberg, gap_chance, local_error, simes, truncated_product

SECOND = 1_000_000
CHANCES = st.lists(st.floats(1e-12, 1.0), min_size=1, max_size=40)
QUICK = settings(max_examples=60, deadline=None, derandomize=True)


def product_of(u, tau):
    """The truncated product of one set of uniform values."""
    hits = u[u <= tau]
    return truncated_product(np.array([len(u)]), np.array([np.log(hits).sum()]), np.array([len(hits)]), tau)[0]


def below(p, level):
    """How many of the draws lie at or under a level, against what is allowed with five standard errors."""
    return (p <= level).mean() <= level + 5 * np.sqrt(level * (1 - level) / len(p))


def test_gaps_of_clocks_that_know_nothing_of_each_other_have_the_stated_chance():
    # All offsets of one clock against the other, in whole seconds.
    offsets = np.abs(np.arange(-1800, 1801))
    for gap in (0, 1, 59, 60, 1799, 1800):
        chance = gap_chance(np.array([gap * SECOND]), 1800 * SECOND, SECOND)[0]
        assert chance == pytest.approx((offsets <= gap).mean(), rel=1e-12)


def test_a_gap_is_as_long_both_ways():
    one, two = gap_chance(np.array([-7, 7]), 100, 1)
    assert one == two


@QUICK
@given(st.lists(st.tuples(st.integers(0, 4), st.floats(1e-9, 1.0)), min_size=1, max_size=30))
def test_simes_is_the_least_of_n_u_over_j_in_each_group(rows):
    rows.sort(key=lambda row: row[0])
    group, chance = np.array([g for g, _ in rows]), np.array([u for _, u in rows])
    expected = []
    for g in np.unique(group):
        mine = sorted(chance[group == g])
        expected.append(min(len(mine) * u / j for j, u in enumerate(mine, 1)))
    assert simes(chance, group) == pytest.approx(expected, rel=1e-12)


def test_simes_of_nothing_is_nothing():
    assert len(simes(np.empty(0), np.empty(0))) == 0


def test_simes_of_chances_that_slip_together_is_their_one_chance():
    assert simes(np.full(7, 0.02), np.zeros(7)) == pytest.approx([0.02])


@pytest.mark.parametrize("n", [1, 2, 5, 20])
def test_simes_is_uniform_for_independent_chances(n):
    u = np.random.default_rng(n).random((20_000, n))
    p = simes(u.ravel(), np.repeat(np.arange(len(u)), n))
    assert stats.kstest(p, "uniform").pvalue > 1e-3


@QUICK
@given(CHANCES)
def test_the_product_of_all_is_fishers(u):
    u = np.array(u)
    assert product_of(u, 1.0) == pytest.approx(stats.combine_pvalues(u, "fisher").pvalue, rel=1e-8, abs=1e-300)


@pytest.mark.parametrize(("n", "k"), [(2, 1), (2, 2), (5, 2), (40, 3), (300, 30)])
def test_hits_that_all_stand_at_tau_are_no_more_surprising_than_their_number(n, k):
    """Fewer and closer hits can be as surprising, so the product's chance is larger than the binomial tail."""
    tau = 121 / 3601
    p = truncated_product(np.array([n]), np.array([k * np.log(tau)]), np.array([k]), tau)[0]
    fewer = sum(stats.binom.pmf(j, n, tau) * stats.gamma.sf((j - k) * np.log(tau), j) for j in range(1, k))
    assert p == pytest.approx(stats.binom.sf(k - 1, n, tau) + fewer, rel=1e-9)


def test_the_product_is_the_chance_found_by_counting_every_case():
    # Two values: P(product of those <= tau is at most w), by areas.
    tau, w = 0.3, 0.02
    one = 2 * w * (1 - tau)
    two = w * (1 + np.log(tau * tau / w))
    p = truncated_product(np.array([2]), np.array([np.log(w)]), np.array([2]), tau)[0]
    assert p == pytest.approx(one + two, rel=1e-12)


@pytest.mark.parametrize(("n", "tau"), [(2, 0.05), (6, 0.034), (12, 0.3), (4, 1.0)])
def test_the_product_is_uniform_where_it_is_not_one(n, tau):
    u = np.random.default_rng(n).random((40_000, n))
    hit = u <= tau
    logs = np.where(hit, np.log(u), 0.0).sum(axis=1)
    p = truncated_product(np.full(len(u), n), logs, hit.sum(axis=1), tau)
    some = 1 - (1 - tau) ** n
    assert (p == 1.0).mean() >= (1 - some) - 0.02
    for level in np.array([0.001, 0.01, 0.1, 0.5, 0.99]) * some:
        assert (p <= level).mean() == pytest.approx(level, abs=5 * np.sqrt(level / len(u)))


def test_no_hit_gives_one_and_a_thousand_occasions_do_not_overflow():
    assert product_of(np.array([0.5, 0.9]), 0.03) == 1.0
    p = truncated_product(np.array([5_000]), np.array([50 * np.log(1e-4)]), np.array([50]), 0.03)
    assert 0 < p[0] < 1
    assert len(truncated_product(np.empty(0), np.empty(0), np.empty(0), 0.1)) == 0


@QUICK
@given(st.integers(1, 50), st.floats(0.001, 0.9), st.data())
def test_the_product_falls_as_gaps_shrink(n, tau, data):
    k = data.draw(st.integers(1, n))
    logs = np.sort(data.draw(st.lists(st.floats(-200, 0), min_size=2, max_size=2))) + k * np.log(tau)
    closer, wider = truncated_product(np.array([n, n]), logs, np.array([k, k]), tau)
    assert 0 <= closer <= wider <= 1


@QUICK
@given(CHANCES)
def test_false_discovery_rates_are_those_of_scipy(p):
    assert benjamini_hochberg(np.array(p)) == pytest.approx(stats.false_discovery_control(p), rel=1e-12)


@QUICK
@given(CHANCES, st.integers(0, 100))
def test_tests_that_are_not_listed_count_as_ones(p, more):
    every = stats.false_discovery_control([*p, *[1.0] * more])[: len(p)]
    assert benjamini_hochberg(np.array(p), len(p) + more) == pytest.approx(every, rel=1e-12)


def grenander(p, tests):
    """1 over the steepest falling density, by its min-max formula over all intervals."""
    places = np.unique(p)
    count = np.array([(p <= x).sum() for x in places]) / tests
    ends, mass = np.r_[0.0, places], np.r_[0.0, count]
    result = []
    for i in range(1, len(ends)):
        slopes = (max((mass[t] - mass[s]) / (ends[t] - ends[s]) for t in range(i, len(ends))) for s in range(i))
        result.append(min(1.0, 1 / min(slopes)))
    return np.array(result)[np.searchsorted(places, p)]


@QUICK
@given(st.lists(st.floats(1e-9, 1.0), min_size=1, max_size=25), st.integers(0, 30))
def test_local_errors_are_those_of_the_steepest_falling_density(p, more):
    p = np.array(p)
    assert local_error(p, len(p) + more) == pytest.approx(grenander(p, len(p) + more), rel=1e-6)


@QUICK
@given(CHANCES)
def test_local_errors_rise_with_p_and_stay_between_nought_and_one(p):
    error = local_error(np.sort(p))
    assert np.all((error > 0) & (error <= 1))
    assert np.all(np.diff(error) >= -1e-12)


def test_local_errors_have_edges():
    assert len(local_error(np.empty(0))) == 0
    assert local_error(np.array([0.01])) == pytest.approx([0.01])
    assert local_error(np.array([0.0, 0.0]))[0] == pytest.approx(0, abs=1e-200)
    assert local_error(np.array([0.2, 0.2, 0.9])).tolist()[:2] == pytest.approx([0.3, 0.3])


def test_local_errors_of_chance_alone_are_about_one():
    error = local_error(np.random.default_rng(1).random(20_000))
    assert np.median(error) > 0.95
    # A step of the estimate at the left end is steep by chance, for few.
    assert (error < 0.5).mean() < 0.002


def test_local_errors_say_how_many_of_those_alike_are_chance():
    rng = np.random.default_rng(2)
    real = rng.beta(0.2, 8, 2_000)
    chance = rng.random(8_000)
    error = local_error(np.r_[real, chance])
    near = (error > 0.2) & (error < 0.6)
    said, true = error[near].mean(), near[2_000:].sum() / near.sum()
    # Chance is taken to be all of the tests (true: four in five), so the error is over-stated, by no more than that.
    assert 0.75 * said - 0.05 <= true <= said + 0.03


@pytest.mark.parametrize("n", [2, 3, 4])
def test_false_discovery_is_controlled_where_all_is_chance(n):
    p = np.random.default_rng(n).random((4_000, n))
    named = np.array([benjamini_hochberg(row).min() for row in p])
    assert below(named, 0.05)
    assert (named <= 0.05).mean() > 0.03


def test_every_order_of_p_gives_each_the_same_q():
    p = np.array([0.01, 0.02, 0.02, 0.5])
    q = benjamini_hochberg(p)
    for order in itertools.permutations(range(4)):
        assert benjamini_hochberg(p[list(order)]).tolist() == q[list(order)].tolist()
