"""Who leads a finding: what is an act, what is due by lot, and that the level holds."""

from itertools import product
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_traces import SECOND, as_table

from hustings.detection.content import ContentSettings, RareThings
from hustings.detection.crowd import Crowds
from hustings.detection.detect import detect_traces
from hustings.detection.groups import Posts
from hustings.detection.leads import chance_to_lead, leads_on_content, leads_on_timing
from hustings.detection.occasions import days
from hustings.detection.reference.counting import Event
from hustings.detection.settings import DetectSettings
from hustings.detection.traces import encode
from hustings.progress import Silent

NOON = 1_630_411_200 * SECOND
DAY = 86_400 * SECOND
WINDOW = 60 * SECOND


def led(rows, group="abcd"):
    """acts, led and due of each of a group; rows are (actor, trace, second) or (actor, traces, second)."""
    events = [
        Event("x", who, "link", trace, f"p{n}", NOON + second * SECOND)
        for n, (who, traces, second) in enumerate(rows)
        for trace in traces.split()
    ]
    traces = encode(as_table(events))
    names = traces.actor_names.to_pylist()
    posts = Posts(
        traces, days(traces.at), Crowds(scales=np.array([WINDOW]), factors=np.ones((len(traces.trace_names), 1)))
    )
    codes = np.array([n for n, name in enumerate(names) if name in group])
    return {names[one.actor]: (one.acts, one.led, one.due) for one in leads_on_timing(posts, codes, WINDOW)}


def test_the_first_of_an_act_leads_and_each_was_as_likely_to():
    assert led([("a", "t", 0), ("b", "t", 20), ("c", "t", 50)]) == {
        "a": (1, 1, 1 / 3),
        "b": (1, 0, 1 / 3),
        "c": (1, 0, 1 / 3),
    }


def test_posts_a_window_after_one_another_are_one_act_and_more_is_another():
    rows = [("a", "t", 0), ("b", "t", 60), ("a", "t", 120), ("b", "t", 181), ("a", "t", 200)]
    assert led(rows) == {"a": (2, 1, 1.0), "b": (2, 1, 1.0)}


def test_those_who_share_the_first_moment_share_the_chance():
    assert led([("a", "t", 0), ("b", "t", 0), ("c", "t", 5)]) == {
        "a": (1, 1, 2 / 3),
        "b": (1, 1, 2 / 3),
        "c": (1, 0, 2 / 3),
    }


def test_an_act_in_which_all_stand_at_one_moment_has_no_order():
    assert led([("a", "t", 0), ("b", "t", 0)]) == {"a": (0, 0, 0), "b": (0, 0, 0)}


def test_a_post_with_several_things_is_one_act_by_the_rarest():
    rows = [("a", "t d", 0), ("b", "t d", 20), ("z", "d", 900)]
    assert led(rows) == {"a": (1, 1, 0.5), "b": (1, 0, 0.5)}


def test_what_nobody_else_of_the_group_left_says_nothing():
    assert led([("a", "t", 0), ("z", "t", 20), ("b", "u", 30)]) == {"a": (0, 0, 0), "b": (0, 0, 0)}


@given(st.lists(st.sampled_from([0.1, 0.25, 0.5, 2 / 3]), max_size=7), st.data())
def test_the_chance_is_that_of_all_outcomes_together(due, data):
    led = data.draw(st.integers(0, len(due)))
    every = (
        prod(u if leads else 1 - u for u, leads in zip(due, outcome, strict=True))
        for outcome in product([0, 1], repeat=len(due))
        if sum(outcome) >= led
    )
    (found,) = chance_to_lead(np.array([0, len(due)]), np.array(due, float), np.array([led]))
    assert found == pytest.approx(sum(every), rel=1e-12)


def test_small_chances_keep_their_digits():
    (found,) = chance_to_lead(np.array([0, 40]), np.full(40, 0.1), np.array([40]))
    assert found == pytest.approx(1e-40, rel=1e-9)


def by_lot(rng, groups, acts, size, leader=None):
    """Rows of groups that act together once a day in an order drawn by lot, or behind one leader in half of the acts."""
    rows = []
    for g in range(groups):
        for day in range(acts):
            begin = NOON + day * DAY + int(rng.integers(3_600)) * SECOND
            late = rng.permutation(size) * 7
            if leader is not None and rng.random() < 0.5:
                late[[leader, int(late.argmin())]] = late.min(), late[leader]
            rows += [
                Event("x", f"g{g:03}m{m}", "link", f"t{g}-{day}", f"p{g}-{day}-{m}", begin + int(late[m]) * SECOND)
                for m in range(size)
            ]
    return encode(as_table(rows))


@pytest.mark.slow
def test_where_lots_decide_few_findings_name_a_leader():
    """120 groups of five on fourteen days: of findings and of members no more than one in twenty passes."""
    found = detect_traces(by_lot(np.random.default_rng(7), 120, 14, 5), DetectSettings(), Silent())
    assert len(found.findings) > 110
    tests = [one for record in found.findings for one in record["leads"]]
    named = sum(any(one["q"] <= 0.05 for one in record["leads"]) for record in found.findings)
    # Binomial, three standard deviations above one in twenty.
    assert named <= 0.05 * len(found.findings) + 3 * (0.0475 * len(found.findings)) ** 0.5
    assert sum(one["p"] <= 0.05 for one in tests) <= 0.05 * len(tests) + 3 * (0.0475 * len(tests)) ** 0.5
    assert sum(one["p"] <= 0.5 for one in tests) > 0.15 * len(tests)


@pytest.mark.slow
def test_who_leads_half_of_the_acts_and_joins_the_rest_is_named_as_leading():
    found = detect_traces(by_lot(np.random.default_rng(8), 30, 24, 5, leader=2), DetectSettings(), Silent())
    best = [min(record["leads"], key=lambda one: one["p"]) for record in found.findings]
    assert sum(one["actor"].endswith("m2") and one["q"] <= 0.05 for one in best) > 20


def test_on_content_the_first_to_leave_a_rare_thing_leads():
    rows = [
        Event("x", who, "link", f"t{n}", f"{who}{n}", NOON + n * DAY + late * 3_600 * SECOND)
        for n in range(6)
        for who, late in (("a", 0), ("b", 5), ("c", 9))
    ]
    traces = encode(as_table(rows))
    rare = RareThings(traces, ContentSettings(), days(traces.at))
    found = leads_on_content(rare, np.array([0, 1, 2]))
    assert [(one.acts, one.led) for one in found] == [(6, 6), (6, 0), (6, 0)]
    assert [one.due for one in found] == pytest.approx([2.0] * 3)
    assert found[0].p == pytest.approx(3.0**-6)
    assert found[0].q == pytest.approx(3 * 3.0**-6)


def test_the_kinds_that_carry_a_finding_are_told_with_their_part():
    """Links carry one group; a hashtag of the same posts is left by others too, and one lone image adds nothing."""
    rng = np.random.default_rng(5)
    rows = []
    for day in range(12):
        begin = NOON + day * DAY
        for who in ("a", "b", "c", "d"):
            at = begin + int(rng.integers(20)) * SECOND
            rows += [
                Event("x", who, kind, trace, f"{who}{day}", at)
                for kind, trace in (("link", f"t{day}"), ("hashtag", "all"))
            ]
            rows += [Event("x", who, "image", f"i{who}{day}", f"{who}{day}", at)]
        rows += [Event("x", f"o{n}", "hashtag", "all", f"o{n}-{day}", begin + 600 * n * SECOND) for n in range(3)]
    found = detect_traces(encode(as_table(rows)), DetectSettings(), Silent())
    (record,) = found.findings
    # The rarest of what two posts share counts: the link, never the hashtag beside it.
    assert record["layers"]["link"] == {"links": 6, "p": pytest.approx(record["layers"]["link"]["p"]), "share": 1.0}
    assert record["layers"]["hashtag"]["links"] == 0
    assert record["layers"]["hashtag"]["share"] == 0
    assert record["layers"]["hashtag"]["p"] == 1
    assert "image" not in record["layers"]
    links = [
        row
        for row in found.layers.to_pylist()
        if row["kind"] == "link" and {row["actor_a"], row["actor_b"]} <= set("abcd")
    ]
    p = sorted(row["p_timing"] for row in links)
    # Simes over the six links of the finding.
    assert record["layers"]["link"]["p"] == pytest.approx(min(6 * x / rank for rank, x in enumerate(p, 1)))
    timing = {(row["actor_a"], row["actor_b"]): row["p_timing"] for row in found.links.to_pylist()}
    assert all(row["p_timing"] == pytest.approx(timing[row["actor_a"], row["actor_b"]]) for row in links)
