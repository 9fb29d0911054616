"""Who belongs to a group: acts, chances, order, and the error rate among candidates, on tables that fit the screen."""

import itertools

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hustings.detection.acts import acts
from hustings.detection.crowd import crowds
from hustings.detection.groups import GroupSettings, Posts, accepted, candidates, communities, grow, order_chance
from hustings.detection.occasions import days
from hustings.detection.timing import TimingSettings, pair_tests
from hustings.detection.traces import encode

SECOND = 1_000_000
DAY = 86_400 * SECOND
NOON = 1_630_368_000 * SECOND + DAY // 2
CLOCK = TimingSettings(window=60 * SECOND, horizon=1_800 * SECOND, resolution=SECOND)
SURE = GroupSettings(link_rate=0.05, rate=0.05, content_rate=0.04)


class Candidates:
    """The candidates of a group named by letters, looked up by name."""

    def __init__(self, rows, group):
        who, trace, seconds = zip(*rows, strict=True)
        n = len(rows)
        at = np.array([NOON + int(second * SECOND) for second in seconds])
        table = {
            "platform": ["x"] * n,
            "actor": who,
            "kind": ["link"] * n,
            "trace": trace,
            "content": [f"{w}{t}{s}" for w, t, s in rows],
        }
        traces = encode(
            pa.table({**{k: pa.array(v) for k, v in table.items()}, "at": pa.array(at).cast(pa.timestamp("us", "UTC"))})
        )
        self.names = traces.actor_names.to_pylist()
        self.group = np.array(sorted(self.names.index(name) for name in group))
        day = days(traces.at)
        first = pair_tests(acts(traces, CLOCK.horizon, day), CLOCK)
        self.posts = Posts(traces, day, crowds(traces, first, SURE.link_rate, CLOCK))
        self.found = candidates(self.posts, self.group, CLOCK)

    def of(self, name, what):
        return getattr(self.found, what)[self.found.actor.tolist().index(self.names.index(name))].item()

    def state(self, name):
        return tuple(self.of(name, what) for what in ("joined", "led", "together"))


def daily(*posts, times=5):
    """The same posts (actor, second) on each of several days, each day on a trace of its own."""
    return [(who, f"t{day}", day * 86_400 + second) for day in range(times) for who, second in posts]


JOINED, LED, TOGETHER, APART = (1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 0)


@pytest.mark.parametrize("me", ["a", "z"])
@pytest.mark.parametrize(
    ("mine", "members", "state"),
    [
        ([30], [0], JOINED),
        ([0], [30], LED),
        ([30], [0, 59], JOINED),
        ([0], [0], TOGETHER),
        ([0], [0, 20], LED),
        ([60], [0], JOINED),
        ([61], [0], APART),
        ([0], [1_800], APART),
    ],
)
def test_the_place_in_the_order(me, mine, members, state):
    rows = [(me, "t", s) for s in mine] + [("m", "t", s) for s in members]
    assert Candidates(rows, "m").state(me) == state


@pytest.mark.parametrize("me", ["a", "z"])
def test_a_members_post_behind_an_earlier_one_of_mine_is_nothing_i_joined(me):
    # m copies my first post; my second one comes after that copy.
    found = Candidates([(me, "t", 0), ("m", "t", 20), (me, "t", 40)], "m")
    assert found.state(me) == LED


@pytest.mark.parametrize("me", ["a", "z"])
def test_a_copy_at_the_moment_of_my_second_post_is_nothing_i_shared(me):
    found = Candidates([(me, "t", 0), (me, "t", 30), ("m", "t", 30)], "m")
    assert found.state(me) == LED


@pytest.mark.parametrize("me", ["a", "z"])
def test_a_members_post_at_the_moment_of_my_first_one_is_no_copy(me):
    # By name, I may stand before or after the member in that moment's rows: that must not matter.
    found = Candidates([(me, "t", 0), ("m", "t", 0), (me, "t", 30)], "m")
    assert found.state(me) == (1, 0, 1)


def test_a_members_ten_posts_in_a_row_are_not_ten_chances():
    one = Candidates([*daily(("a", 20), ("m", 0))], "m")
    ten = Candidates([*daily(("a", 920), *(("m", second) for second in range(0, 1_000, 100)))], "m")
    # In 20 s reach of ten posts lie ten times 41 s, of the 4,501 s within half an hour of any.
    assert one.found.p[one.found.actor.tolist().index(0)] < ten.found.p[ten.found.actor.tolist().index(0)]
    # One day, one act: the chance itself is the product's p where it is close.
    near = Candidates([("a", "t", 920), *(("m", "t", s) for s in range(0, 1_000, 100))], "m")
    chance, tau = 10 * 41 / (900 + 3_601), 121 / 3_601
    assert near.of("a", "p") == (1.0 if chance > tau else pytest.approx(chance))


def test_one_post_counts_once_by_its_rarest_trace():
    rows = [("m", "rare", 0), ("m", "common", 5), ("o", "common", 9_000)]
    who = Candidates([*rows, ("a", "rare", 10), ("a", "common", 10)], "m")
    assert who.of("a", "occasions") == 1
    assert who.of("a", "rarity") == 2


def test_a_member_is_tested_against_the_others_only():
    assert Candidates(daily(("a", 0), ("a", 10)), "a").found.actor.tolist() == []


def lottery(chances, joined):
    """Chance that at most `joined` of events happen, by looking at every case."""
    total = 0.0
    for case in itertools.product([0, 1], repeat=len(chances)):
        if sum(case) <= joined:
            total += np.prod([c if happened else 1 - c for c, happened in zip(chances, case, strict=True)])
    return total


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.floats(0.05, 1.0), min_size=1, max_size=9), st.integers(0, 9))
def test_the_chance_of_the_order_is_that_of_every_case(first, joined):
    first, joined = np.array(first), min(joined, len(first))
    chance = order_chance(np.zeros(len(first), np.int64), first, np.array([joined]), 1)[0]
    if joined >= (1 - first).sum() / 2:
        assert chance == 1
    else:
        assert chance == pytest.approx(lottery(1 - first, joined), rel=1e-9, abs=1e-15)


def test_the_order_of_strangers_who_act_at_random_moments_is_rarely_refused():
    rng = np.random.default_rng(4)
    refused = 0
    for _ in range(400):
        size = rng.integers(2, 6, 12)
        joined = (rng.random(12) > 1 / size).sum()
        refused += order_chance(np.zeros(12, np.int64), 1 / size, np.array([joined]), 1)[0] < 0.005
    assert refused <= 8


def test_who_acts_with_the_group_every_day_grows_into_it():
    # Each day another of them is first.
    rows = [(who, f"t{day}", day * 86_400 + (day + k) % 3 * 9) for day in range(6) for k, who in enumerate("abc")]
    rows += [("d", f"t{day}", day * 86_400 + 700) for day in range(6)]
    found = Candidates(rows, "ab")
    group, _ = grow(found.posts, found.group, CLOCK, SURE)
    assert [found.names[actor] for actor in group] == ["a", "b", "c"]


def test_a_copied_innocent_leads_and_is_not_accepted():
    rows = daily(("innocent", 0), ("a", 5), ("b", 9), times=8) + [("a", f"u{d}", d * 86_400 + 7_200) for d in range(8)]
    rows += [("b", f"u{d}", d * 86_400 + 7_195 + 11 * (d % 2)) for d in range(8)]
    found = Candidates(rows, "ab")
    ordered = {found.names[i] for i in found.found.actor[accepted(found.found, SURE)]}
    any_order = {found.names[i] for i in found.found.actor[accepted(found.found, SURE, ordered=False)]}
    assert ordered == {"a", "b"}
    assert any_order == {"a", "b", "innocent"}
    assert found.of("innocent", "led") == 8
    assert found.of("innocent", "joined") == 0


def test_candidates_with_moved_clocks_are_not_smaller_than_uniform():
    rng = np.random.default_rng(7)
    rows = []
    for day in range(6):
        for thing in range(3):
            start = day * 86_400 + thing * 7_200
            rows += [(f"m{k}", f"t{day}-{thing}", start + int(rng.integers(0, 600))) for k in range(4)]
    for n in range(600):
        for day in range(6):
            moved = int(rng.integers(-1_500, 2_100))
            rows += [
                (f"s{n:03}", f"t{day}-{thing}", day * 86_400 + thing * 7_200 + moved)
                for thing in range(3)
                if rng.random() < 0.7
            ]
    found = Candidates(rows, ["m0", "m1", "m2", "m3"])
    p = np.array([found.of(name, "p") for name in found.names if name.startswith("s")])
    assert len(p) == 600
    for level in (0.003, 0.01, 0.03, 0.1):
        assert (p <= level).mean() <= level + 4 * np.sqrt(level / len(p))


def test_communities_do_not_depend_on_what_else_is_there():
    a, b = np.array([0, 0, 1, 5]), np.array([1, 2, 2, 6])
    assert [group.tolist() for group in communities(a, b, np.ones(4), 0)] == [[0, 1, 2], [5, 6]]
    assert communities(np.empty(0, int), np.empty(0, int), np.empty(0), 0) == []
