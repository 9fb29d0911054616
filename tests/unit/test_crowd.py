"""How fast a crowd is, and who is one: strangers, not a group that is all there is."""

import numpy as np
import pyarrow as pa
import pytest

from hustings.detection.crowd import FEWEST, PRIOR, community_numbers, crowd_factor
from hustings.detection.timing import TimingSettings
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


def factor(traces, groups=()):
    numbers = community_numbers([np.array(group) for group in groups], len(traces.actor_names))
    return crowd_factor(traces, numbers, CLOCK)[0]


def test_strangers_at_any_minute_of_half_an_hour_are_no_faster_than_ignorant_clocks():
    # Evenly within half an hour: two of them are close less than twice as often as moved clocks.
    assert 1 <= factor(posts(np.linspace(0, 1_800, 100))) < 2.1


def test_a_minute_that_goes_viral_makes_closeness_worthless():
    pace = factor(posts(np.arange(100) % 60))
    pairs = 100 * 99 / 2
    assert pace == pytest.approx((pairs + PRIOR * CLOCK.close) / (pairs + PRIOR) / CLOCK.close)
    assert pace * CLOCK.close > 0.99


@pytest.mark.parametrize(("actors", "is_crowd"), [(FEWEST - 1, False), (FEWEST, True)])
def test_a_crowd_has_sixty(actors, is_crowd):
    assert bool(factor(posts(np.zeros(actors))) > 1) is is_crowd


def test_a_group_that_belongs_together_is_one_of_the_crowd():
    traces = posts(np.zeros(100))
    assert factor(traces) > 1
    assert factor(traces, [range(41)]) > 1
    assert factor(traces, [range(42)]) == 1
    assert factor(traces, [range(100)]) == 1


def test_who_posts_often_counts_once_by_the_first_post():
    rare = posts([*range(0, 90_000, 1_500)], None)
    chatter = posts([*range(0, 90_000, 1_500), *[30] * 200], [f"a{i:03}" for i in range(60)] + ["a000"] * 200)
    assert factor(chatter) == factor(rare)


def test_communities_are_numbered_by_their_first_actor():
    assert community_numbers([np.array([3, 1])], 5).tolist() == [0, 1, 2, 1, 4]
