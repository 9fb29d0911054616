"""Opposed audiences against chance: the tests keep their level, find what is planted, and agree with a slow reading."""

from datetime import date, timedelta
from itertools import combinations, product
from math import log2

import numpy as np
import pytest

from hustings.screening.audience.opposed import Bought, adjusted, drawn, in_step, opposed_audiences
from hustings.screening.audience.poles import Matter, Stand

MATTER = Matter(code="made", name="Made", sides=("one", "other"))
FIRST = date(2015, 1, 5)


def slow_p(member, activity, counts):
    """The share of all groups with as many buyers of each class of activity that have at least as much on their lesser side."""
    classes = {}
    for place, many in enumerate(activity):
        classes.setdefault(int(log2(max(many, 1))), []).append(place)
    choices = [
        list(combinations(places, sum(bool(member[place]) for place in places)))
        for places in classes.values()
        if any(member[p] for p in places)
    ]
    real = min(sum(side[place] for place in range(len(member)) if member[place]) for side in counts)
    groups = [sum(parts, ()) for parts in product(*choices)]
    lesser = [min(sum(side[place] for place in group) for side in counts) for group in groups]
    return sum(value >= real for value in lesser) / len(lesser)


@pytest.mark.parametrize("seed", range(6))
def test_drawing_agrees_with_going_through_every_group(seed):
    random = np.random.default_rng(seed)
    activity = np.array([9, 12] * 7 + [20] * 6)
    counts = np.minimum(random.poisson(1.2, size=(2, 20)), activity)
    member = np.zeros(20, bool)
    member[random.choice(14, size=3, replace=False)] = True
    member[14 + random.integers(6)] = True
    exact = slow_p(member.tolist(), activity.tolist(), counts.tolist())
    found = drawn(member, activity, counts, seed=[seed], draws=4_000)
    assert found.others == 16
    assert abs(found.p - exact) < 4 * (exact * (1 - exact) / 4_000) ** 0.5 + 0.001


@pytest.mark.parametrize("seed", range(4))
def test_moving_a_calendar_agrees_with_moving_each_day(seed):
    random = np.random.default_rng(seed)
    first, second = ({FIRST + timedelta(days=int(at)) for at in random.integers(0, 300, size=40)} for _ in range(2))
    step = in_step(sorted(first), sorted(second))
    begin = min(first | second) - timedelta(days=min(first | second).weekday())
    whole = 7 * step.weeks
    moved = [
        len(first & {begin + timedelta(days=((day - begin).days + 7 * by) % whole) for day in second})
        for by in range(step.weeks)
    ]
    assert step.days == moved[0]
    assert step.p == pytest.approx(sum(value >= moved[0] for value in moved) / step.weeks)
    assert step.mean == pytest.approx(sum(moved) / step.weeks)


def largest_gap(values):
    """How far the share of values lies from that of uniform ones, at most (Kolmogorov and Smirnov)."""
    ordered = np.sort(values)
    many = len(ordered)
    return max(np.max(np.arange(1, many + 1) / many - ordered), np.max(ordered - np.arange(many) / many))


def test_p_is_uniform_where_nothing_is_planted():
    found, stepped = [], []
    for seed in range(400):
        random = np.random.default_rng([7, seed])
        activity = random.integers(4, 40, size=60)
        share = random.beta(1, 2, size=60)
        counts = np.stack([random.binomial(activity, share * 0.5), random.binomial(activity, (1 - share) * 0.5)])
        member = np.zeros(60, bool)
        member[random.choice(60, size=8, replace=False)] = True
        one = drawn(member, activity, counts, seed=[seed], draws=199)
        # Ties are drawn by lot: without that p can only be larger, which a test of level would take for good.
        found.append((one.above + random.random() * (one.equal + 1)) / (one.draws + 1))
        first, second = (
            [FIRST + timedelta(days=int(at)) for at in random.integers(0, 700, size=150)] for _ in range(2)
        )
        stepped.append(in_step(first, second).p)
    # 1.63 / sqrt(n) is passed by one set of uniform values in a hundred.
    assert largest_gap(np.array(found)) < 1.63 / 20
    assert np.mean(np.array(stepped) <= 0.05) <= 0.05 + 3 * (0.05 * 0.95 / 400) ** 0.5
    assert np.mean(np.array(stepped) <= 0.1) > 0.01


def bought(buyer, number, side=None, day=0):
    stands = {} if side is None else {"made": Stand(side=side, words=(("text", "oak"),))}
    return Bought(ad=number, buyer=buyer, day=FIRST + timedelta(days=day), stands=stands)


def world(*, planted):
    """Forty pages of ten ads, of which every fourth speaks of the matter, on one side each; three of them are a group."""
    ads, number = [], 0
    for page in range(40):
        for at in range(10):
            side = page // 4 % 2 if page % 4 == 0 and at < 4 else None
            if planted and page in (1, 2, 3):
                side = at % 2
            ads.append(bought(f"page {page:02}", number, side, day=7 * (at // 2 * 9) + at // 2))
            number += 1
    return [one for one in ads if one.buyer in ("page 01", "page 02", "page 03")], ads


def test_a_planted_group_is_found_and_an_innocent_one_is_not():
    group, archive = world(planted=True)
    (one,) = opposed_audiences(group, archive, [MATTER], seed=1, draws=999)
    assert one.ads == (15, 15)
    assert one.buyers == (3, 3)
    assert one.q_any == one.p_any == 0.001
    assert one.days == 5
    assert one.p_step == pytest.approx(1 / one.weeks)
    assert one.words[0] == (("oak", "text", 15),)
    group, archive = world(planted=False)
    (one,) = opposed_audiences(group, archive, [MATTER], seed=1, draws=999)
    assert (one.lesser, one.p_any, one.p_step) == (0, 1.0, None)


def test_one_side_alone_is_never_beyond_chance_however_much_of_it_there_is():
    group = [bought("loud", number, 0) for number in range(50)]
    others = [
        bought(f"quiet {place}", 100 + place * 50 + at, 1 if at == 0 else None)
        for place in range(20)
        for at in range(50)
    ]
    (one,) = opposed_audiences(group, [*group, *others], [MATTER], seed=1, draws=99)
    assert one.p_any == 1.0


def test_with_nobody_to_compare_nothing_is_tested():
    group = [bought("alone", number, number % 2, day=number) for number in range(40)]
    (one,) = opposed_audiences(group, group, [MATTER], seed=1, draws=99)
    assert (one.p_any, one.q_any, one.others) == (None, None, 0)
    assert one.lesser == 20


def test_equal_input_and_seed_give_equal_results_in_any_order():
    group, archive = world(planted=True)
    assert opposed_audiences(group[::-1], archive[::-1], [MATTER], seed=3, draws=199)[0].p_any == (
        opposed_audiences(group, archive, [MATTER], seed=3, draws=199)[0].p_any
    )


def test_q_is_that_of_benjamini_and_yekutieli():
    values = [0.01, None, 0.2, 0.03, 0.5]
    harmonic = 1 + 1 / 2 + 1 / 3 + 1 / 4
    expected = [0.01 * 4 * harmonic, None, 0.2 * 4 * harmonic / 3, 0.03 * 4 * harmonic / 2, 1.0]
    assert adjusted(values) == [None if one is None else pytest.approx(min(one, 1.0)) for one in expected]
    assert adjusted([]) == []
