"""How fast a crowd is, and who is one: strangers, not a group that is all there is."""

from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest

from hustings.detection.chance import gap_chance
from hustings.detection.crowd import FEWEST, PRIOR, SCALES, crowds
from hustings.detection.timing import PairTests, TimingSettings
from hustings.detection.traces import encode

SECOND = 1_000_000
CLOCK = TimingSettings(window=60 * SECOND, horizon=1_800 * SECOND, resolution=SECOND)


def posts(seconds, actors=None):
    """One trace, left at these seconds by as many actors."""
    n = len(seconds)
    at = pa.array([1_630_368_000 * SECOND + int(s) * SECOND for s in seconds], pa.int64()).cast(
        pa.timestamp("us", "UTC")
    )
    who = actors or [f"a{i:03}" for i in range(n)]
    names = {
        "platform": ["x"] * n,
        "actor": who,
        "kind": ["link"] * n,
        "trace": ["t"] * n,
        "content": [f"p{i}" for i in range(n)],
    }
    return encode(pa.table({**{k: pa.array(v) for k, v in names.items()}, "at": at}))


def factor(traces, gap=60, tied=()):
    """The factor of a gap of so many seconds, where these pairs are linked and one more was tested in vain."""
    pairs = sorted({*tied, (0, 1)})
    a, b = (np.array([pair[side] for pair in pairs], np.int32) for side in (0, 1))
    q = np.array([0.01 if pair in set(tied) else 0.5 for pair in pairs])
    first = PairTests(a=a, b=b, occasions=np.full(len(a), 2), close=np.full(len(a), 2), p=q, q=q)
    return crowds(traces, first, 0.05, CLOCK).factor(np.array([0]), np.array([gap * SECOND]))[0]


def chance(gap):
    return gap_chance(np.array([gap * SECOND]), CLOCK.horizon, CLOCK.resolution)[0]


def all_of(group):
    return set(combinations(group, 2))


def test_strangers_at_any_minute_of_half_an_hour_are_no_faster_than_ignorant_clocks():
    # Evenly within half an hour: two of them are close less than twice as often as moved clocks.
    assert 1 <= factor(posts(np.linspace(0, 1_800, 100))) < 2.1


def test_a_minute_that_goes_viral_makes_closeness_worthless():
    pace = factor(posts(np.arange(100) % 60))
    pairs = 100 * 99 / 2
    tau = chance(60)
    assert pace == pytest.approx((pairs + PRIOR * tau) / (pairs + PRIOR) / tau)
    assert pace * tau > 0.99


@pytest.mark.parametrize(("gap", "scale"), [(0, 1.875), (1, 1.875), (2, 3.75), (30, 30), (31, 60), (60, 60), (61, 60)])
def test_a_gap_is_compared_with_the_crowds_gaps_at_its_own_scale(gap, scale):
    seconds = np.random.default_rng(1).exponential(20, 100).astype(int)
    gaps = np.array([abs(x - y) for x, y in combinations(seconds.tolist(), 2)])
    belief = PRIOR * chance(60)
    assert factor(posts(seconds), gap) == pytest.approx(
        ((gaps <= scale).sum() + belief) / (len(gaps) * chance(scale) + belief)
    )


def test_in_ten_seconds_that_go_viral_short_gaps_are_worth_no_more_than_long_ones():
    traces = posts(np.arange(100) % 10)
    for gap in (2, 5, 10):
        assert factor(traces, gap) * chance(gap) > 0.25
    # The share within the window alone would call a gap of two seconds rare.
    assert factor(traces, 60) * chance(2) < 0.05


def test_the_finest_scale_of_a_minute_is_two_seconds():
    assert pytest.approx(2, abs=0.2) == 60 / 2 ** (SCALES - 1)


@pytest.mark.parametrize(("actors", "is_crowd"), [(FEWEST - 1, False), (FEWEST, True)])
def test_a_crowd_has_sixty(actors, is_crowd):
    assert bool(factor(posts(np.zeros(actors))) > 1) is is_crowd


def test_who_is_tied_to_half_of_those_there_is_no_stranger():
    traces = posts(np.zeros(100))
    assert factor(traces) > 1
    # Forty among a hundred are tied to 39 each: too few to be a group that alone is there.
    assert factor(traces, tied=all_of(range(40))) > 1
    # Fifty-one are tied to 50 each: they leave 49 strangers.
    assert factor(traces, tied=all_of(range(51))) == 1
    assert factor(traces, tied=all_of(range(100))) == 1


def test_pairs_that_are_tied_say_nothing_of_the_crowds_pace():
    # Thirty of a hundred post in one second, the rest at even steps within half an hour, none in that second.
    seconds = [13] * 30 + np.linspace(0, 1_800, 70).tolist()
    alone = factor(posts(seconds[30:]), 1)
    assert factor(posts(seconds), 1) > 10 * alone
    assert factor(posts(seconds), 1, tied=all_of(range(30))) < 1.5 * alone


def test_who_posts_often_counts_once_by_the_first_post():
    rare = posts([*range(0, 90_000, 1_500)], None)
    chatter = posts([*range(0, 90_000, 1_500), *[30] * 200], [f"a{i:03}" for i in range(60)] + ["a000"] * 200)
    assert factor(chatter) == factor(rare)
