"""The null model of timing: with every clock moved each day, small p-values are as rare as they say."""

import numpy as np
import pyarrow as pa
import pytest

from hustings.detection.acts import acts, popularity
from hustings.detection.occasions import days, resolution
from hustings.detection.timing import TimingSettings, pair_tests
from hustings.detection.traces import encode

SECOND = 1_000_000
HOUR, DAY = 3_600 * SECOND, 86_400 * SECOND
HORIZON, WINDOW = 1_800 * SECOND, 60 * SECOND
MIDNIGHT = 1_630_368_000 * SECOND
SETTINGS = TimingSettings(window=WINDOW, horizon=HORIZON, resolution=SECOND)


def traces_of(rows):
    """Rows of (actor, trace, content, microseconds), all of one kind on one platform."""
    who, trace, content, at = zip(*rows, strict=True)
    return encode(
        pa.table(
            {
                "platform": pa.array(["x"] * len(rows)),
                "actor": pa.array(who),
                "kind": pa.array(["link"] * len(rows)),
                "trace": pa.array(trace),
                "content": pa.array(content),
                "at": pa.array(at, pa.int64()).cast(pa.timestamp("us", "UTC")),
            }
        )
    )


def pairs_of(rows, settings=SETTINGS):
    traces = traces_of(rows)
    return pair_tests(acts(traces, settings.horizon, days(traces.at)), settings)


def moved_clocks(rng, pairs, occasions, posts):
    """Pairs that share all things and know nothing of each other: b's clock is moved anew each day."""
    rows = []
    for pair in range(pairs):
        for day in range(occasions):
            begin = MIDNIGHT + day * DAY + int(rng.integers(6 * 3_600, 18 * 3_600)) * SECOND
            moved = int(rng.integers(-1_800, 1_801)) * SECOND
            for side, shift, mine in zip("ab", (0, moved), posts(rng), strict=True):
                for thing, second in mine:
                    name = f"{pair}-{day}-{thing}"
                    rows.append((f"{pair:05}{side}", name, f"c{len(rows)}", begin + shift + int(second) * SECOND))
    return rows


def one_thing(rng):
    return [("t", 0)], [("t", 0)]


def eight_in_a_row(rng):
    posts = list(enumerate(np.cumsum(rng.integers(5, 60, 8))))
    return posts, posts


def repeats_within_the_half_hour(rng):
    return [("t", second) for second in rng.integers(0, 1_200, 6)], [("t", 0)]


def four_things_at_any_hour(rng):
    some = lambda: [(int(rng.integers(4)), second) for second in rng.integers(-4_000, 4_000, 8)]
    return some(), some()


def every_31_minutes_against_once_a_day(rng):
    return [("t", k * 1_860) for k in range(-3, 4)], [("t", rng.integers(-2_000, 2_000))]


@pytest.mark.parametrize("posts", [one_thing, eight_in_a_row, repeats_within_the_half_hour, four_things_at_any_hour])
def test_p_values_of_moved_clocks_are_not_smaller_than_uniform(posts):
    p = pairs_of(moved_clocks(np.random.default_rng(5), 1_000, 6, posts)).p
    assert len(p) > 900
    for level in (0.001, 0.003, 0.01, 0.03, 0.1):
        assert (p <= level).mean() <= level + 4 * np.sqrt(level / len(p))


def test_a_thing_repeated_more_slowly_than_the_horizon_at_most_doubles_the_chance_of_being_close():
    """Near one of the repeats there is one act, between two of them two: the null model does not know (see limits)."""
    found = pairs_of(moved_clocks(np.random.default_rng(5), 1_000, 6, every_31_minutes_against_once_a_day))
    due = found.occasions.sum() * SETTINGS.close
    assert found.close.sum() < 2.2 * due


def test_acting_together_is_found_whatever_the_horizon_holds_besides():
    rng = np.random.default_rng(3)
    rows = moved_clocks(rng, 50, 6, four_things_at_any_hour)
    rows += [
        (who, f"ours-{d}", f"{who}{d}", MIDNIGHT + d * DAY + k * 9 * SECOND)
        for d in range(5)
        for k, who in enumerate(("me", "you"))
    ]
    found = pairs_of(rows)
    best = int(np.argmin(found.p))
    assert (found.q <= 0.05).sum() == 1
    assert found.occasions[best] == 5
    assert found.close[best] == 5


def acted(*rows):
    """Acts of rows (actor, trace, content, seconds)."""
    traces = traces_of([(who, trace, content, MIDNIGHT + second * SECOND) for who, trace, content, second in rows])
    return traces, acts(traces, HORIZON, days(traces.at))


def test_two_posts_are_one_act_by_the_trace_that_fewest_left():
    traces, found = acted(
        ("a", "domain", "p", 0), ("a", "link", "p", 0), ("b", "domain", "q", 30), ("b", "link", "q", 30), ("c", "domain", "r", 9_000)
    )  # fmt: skip
    assert len(found) == 1
    assert traces.trace_names[int(traces.trace[found.row_a[0]])].as_py() == "link"
    assert popularity(traces).tolist() == [3, 2]


def test_posts_exactly_the_horizon_apart_are_an_act_and_beyond_it_none():
    assert len(acted(("a", "t", "p", 0), ("b", "t", "q", 1_800))[1]) == 1
    assert len(acted(("a", "t", "p", 0), ("b", "t", "q", 1_801))[1]) == 0


def test_one_post_by_two_actors_and_two_posts_by_one_are_no_act():
    assert len(acted(("a", "t", "p", 0), ("b", "t", "p", 0))[1]) == 0
    assert len(acted(("a", "t", "p", 0), ("a", "t", "q", 0))[1]) == 0


def test_the_gap_is_bs_time_minus_as():
    assert acted(("b", "t", "p", 0), ("a", "t", "q", 7))[1].gap.tolist() == [-7 * SECOND]


def test_posts_exactly_one_window_apart_are_close():
    rows = [
        (who, f"t{d}{n}", f"{who}{d}{n}", MIDNIGHT + 9 * HOUR + d * DAY + n * 3 * HOUR + late)
        for d in range(2)
        for n in range(3)
        for who, late in (("a", 0), ("b", WINDOW))
    ]
    assert pairs_of(rows).close.tolist() == [2]
    later = [(who, trace, content, at + (SECOND if who == "b" else 0)) for who, trace, content, at in rows]
    assert pairs_of(later).close.tolist() == [0]


@pytest.mark.parametrize("acts_a_day", [1, 2, 3, 13, 26])
def test_a_day_of_acts_all_one_window_apart_is_close_on_clocks_that_tick_in_minutes(acts_a_day):
    settings = TimingSettings(window=WINDOW, horizon=HORIZON, resolution=60 * SECOND)
    rows = [
        (who, f"t{d}{n}", f"{who}{d}{n}", MIDNIGHT + HOUR + d * DAY + n * 2_400 * SECOND + late)
        for d in range(2) for n in range(acts_a_day) for who, late in (("a", 0), ("b", WINDOW))
    ]  # fmt: skip
    assert pairs_of(rows, settings).close.tolist() == [2]


def test_pairs_with_one_occasion_are_not_tested_and_one_close_occasion_proves_nothing():
    once = [("a", "t", "p", MIDNIGHT), ("b", "t", "q", MIDNIGHT)]
    again = [("a", "t", "r", MIDNIGHT + DAY), ("b", "t", "s", MIDNIGHT + DAY + HORIZON)]
    assert len(pairs_of(once).p) == 0
    assert pairs_of(once + again).p.tolist() == [1.0]


def test_a_day_is_one_observation_however_many_acts_it_holds():
    day = [(who, f"t{n}", f"{who}{n}", MIDNIGHT + n * HOUR) for n in range(10) for who in "ab"]
    assert len(pairs_of(day).p) == 0


def test_days_begin_in_the_quietest_hour():
    first = [hour * HOUR for hour in range(24) if hour != 5]
    at = np.array(first + [DAY + hour * HOUR for hour in range(24)]) + MIDNIGHT
    assert days(at).tolist() == [0] * 5 + [1] * 18 + [1] * 5 + [2] * 19
    assert len(days(np.empty(0, np.int64))) == 0


def test_clocks_tick_in_the_largest_step_that_divides_all_times():
    minute = np.array([0, 60, 600]) * SECOND
    assert resolution(minute) == 60 * SECOND
    assert resolution(minute + SECOND) == SECOND
    assert resolution(minute + 5_000) == 1_000
    assert resolution(minute + 1) == 1
