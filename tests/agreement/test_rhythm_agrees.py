"""Rhythm: as its document has it, kept to its rate where nothing is, found where it is; and kinds that timing is not asked of."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_traces import SECOND, as_table

from hustings.detection import rhythm
from hustings.detection.acts import acts
from hustings.detection.detect import detect_traces
from hustings.detection.occasions import days
from hustings.detection.reference import rhythm as reference_rhythm
from hustings.detection.reference.counting import Event
from hustings.detection.reference.detect import detect_traces_slowly
from hustings.detection.rhythm import rhythm_tests
from hustings.detection.settings import DetectSettings
from hustings.detection.traces import encode
from hustings.progress import Silent

MIDNIGHT = 1_630_368_000 * SECOND
MINUTE, HOUR, DAY = 60 * SECOND, 3_600 * SECOND, 86_400 * SECOND
HORIZON = 1_800 * SECOND


def rhythm_of(rows):
    traces = encode(as_table(rows))
    day = days(traces.at)
    return traces, rhythm_tests(traces, acts(traces, HORIZON, day), day)


def own(actor, n, at):
    """A post of which nobody else has the trace."""
    return Event("x", actor, "link", f"{actor}-{n}", f"{actor}-{n}", at)


def strangers(rng, actors, many, hours=(8, 10)):
    """People who post in the same hours of every day, each minute drawn by itself."""
    return [
        own(f"o{a:02}", f"{d}-{k}", MIDNIGHT + d * DAY + int(rng.integers(hours[0] * 60, hours[1] * 60)) * MINUTE)
        for a in range(actors) for d in range(many) for k in range(2)
    ]  # fmt: skip


def test_strangers_of_the_same_hours_pass_as_seldom_as_claimed():
    rng = np.random.default_rng(5)
    small = {0.1: 0, 0.01: 0, 0.001: 0}
    tests = 0
    for _ in range(6):
        _, found = rhythm_of(strangers(rng, 40, 30))
        tests += found.tests
        assert (found.q > 0.05).all()
        for level in small:
            small[level] += int((found.p <= level).sum())
    assert tests == 6 * 40 * 39 // 2
    assert all(count <= level * tests for level, count in small.items())
    assert small[0.1] > 0


def test_those_who_post_in_the_same_minutes_day_after_day_are_linked_and_nobody_else():
    rng = np.random.default_rng(6)
    rows = strangers(rng, 30, 20)
    for d in range(20):
        minute = MIDNIGHT + d * DAY + int(rng.integers(8 * 60, 10 * 60)) * MINUTE
        rows += [own(name, d, minute + int(rng.integers(60)) * SECOND) for name in ("k1", "k2", "k3")]
    traces, found = rhythm_of(rows)
    names = traces.actor_names.to_pylist()
    linked = {(names[a], names[b]) for a, b, q in zip(found.a, found.b, found.q, strict=True) if q <= 0.001}
    assert linked == {("k1", "k2"), ("k1", "k3"), ("k2", "k3")}
    result = detect_traces(traces, DetectSettings(), Silent())
    rhythmic = [row for row in result.links.to_pylist() if row["basis"] == "rhythm"]
    assert len(rhythmic) >= 3
    # It names nobody by itself.
    assert result.findings == []


def test_one_minute_of_every_day_or_hour_is_a_habit_and_links_nobody():
    rows = [
        own(f"a{a}", f"{d}-{h}", MIDNIGHT + d * DAY + h * HOUR)
        for a in range(6)
        for d in range(30)
        for h in (7, 12, 19)
    ]
    rows += [own(f"b{a}", d, MIDNIGHT + d * DAY + 7 * HOUR + 13 * MINUTE) for a in range(6) for d in range(30)]
    _, found = rhythm_of(rows)
    assert len(found.p) > 0
    assert (found.q == 1).all()


def test_minutes_in_which_everybody_posts_are_no_sign():
    rng = np.random.default_rng(7)
    rows = []
    for d in range(15):
        # Something happens, and half of those who are there post within two minutes.
        news = int(rng.integers(8 * 60, 10 * 60))
        for a in range(150):
            minute = news + int(rng.integers(2)) if rng.random() < 0.5 else int(rng.integers(8 * 60, 10 * 60))
            rows.append(own(f"a{a}", d, MIDNIGHT + d * DAY + minute * MINUTE))
    _, found = rhythm_of(rows)
    assert len(found.p) > 100
    assert (found.q > 0.05).all()


def test_posts_that_share_a_trace_are_timings_and_not_counted_again():
    rng = np.random.default_rng(8)
    rows = strangers(rng, 10, 20)
    for d in range(20):
        minute = MIDNIGHT + d * DAY + int(rng.integers(8 * 60, 10 * 60)) * MINUTE
        rows += [Event("x", name, "link", f"k{d}", f"{name}-{d}", minute) for name in ("k1", "k2")]
    traces, found = rhythm_of(rows)
    names = traces.actor_names.to_pylist()
    assert ("k1", "k2") not in {(names[a], names[b]) for a, b in zip(found.a, found.b, strict=True)}


ROW = st.builds(
    lambda actor, kind, trace, content, day, minute, second: Event(
        "xy"[actor % 2], f"a{actor}", kind, trace, trace if kind == "handle" else content,
        MIDNIGHT + day * DAY + minute * MINUTE + second * SECOND,
    ),
    st.integers(0, 6), st.sampled_from(["link", "link", "repost", "fast_repost", "handle"]), st.sampled_from("tuvwxyz"),
    st.integers(0, 40).map(str), st.integers(0, 6), st.sampled_from([1, 2, 3, 59, 60, 61, 122]), st.integers(0, 59),
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=60)
@given(rows=st.lists(ROW, min_size=20, max_size=90), most=st.sampled_from([5, 5_000_000]))
def test_the_fast_reading_is_the_plain_one(rows, most):
    with pytest.MonkeyPatch.context() as patch:
        for module in (rhythm, reference_rhythm):
            patch.setattr(module, "CROWD", 4)
            patch.setattr(module, "FEWEST", 2)
            patch.setattr(module, "MOST", most)
        traces = encode(as_table(rows))
        if len(traces.actor_names) < 2:
            return
        told = DetectSettings(rate=0.9)
        fast, slow = detect_traces(traces, told, Silent()), detect_traces_slowly(traces, told, Silent())
    assert fast.counts == slow.counts
    one, two = fast.links.to_pylist(), slow.links.to_pylist()
    assert [list(row) for row in one] == [list(row) for row in two]
    for x, y in zip(one, two, strict=True):
        assert x == pytest.approx(y, rel=1e-9, nan_ok=True) if not isinstance(x, dict) else _alike(x, y)


def _alike(x, y):
    return all(a == (pytest.approx(y[key], rel=1e-9) if isinstance(a, float) else y[key]) for key, a in x.items())


def test_timing_is_not_asked_of_what_was_chosen_for_being_near():
    rows = [
        Event("x", f"a{a}", kind, f"p{d}", f"{a}-{d}", MIDNIGHT + d * DAY + a * SECOND)
        for a in range(4) for d in range(12) for kind in ("fast_repost",)
    ]  # fmt: skip
    rows += strangers(np.random.default_rng(9), 5, 12)
    for engine in (detect_traces, detect_traces_slowly):
        found = engine(encode(as_table(rows)), DetectSettings(), Silent())
        assert found.counts["acts_in_horizon"] == 0
        assert found.links["p_timing"].null_count == len(found.links)
        assert found.links["p_content"].drop_null().to_pylist()
