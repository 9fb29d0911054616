"""Rare things dealt out anew: what counts, what is to be expected, and that chance stays rare."""

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import poisson

from hustings.detection import content
from hustings.detection.content import ContentSettings, RareThings, content_tests
from hustings.detection.occasions import days
from hustings.detection.traces import encode

SECOND = 1_000_000
DAY = 86_400 * SECOND


def rare(rows, **told):
    """What is rare in rows of (actor, kind, trace, content, day)."""
    who, kind, trace, post, day = zip(*rows, strict=True)
    at = [1_630_368_000 * SECOND + 43_200 * SECOND + int(d * DAY) for d in day]
    names = {"platform": ["x"] * len(rows), "actor": who, "kind": kind, "trace": trace, "content": post}
    columns = {name: pa.array(values, pa.string()) for name, values in names.items()}
    traces = encode(pa.table({**columns, "at": pa.array(at, pa.int64()).cast(pa.timestamp("us", "UTC"))}))
    return traces, RareThings(traces, ContentSettings(**told), days(traces.at))


def each(actor, traces, start=0):
    return [(actor, "link", trace, f"{actor}{trace}", start + i) for i, trace in enumerate(traces)]


def test_a_post_counts_by_the_rarest_trace_that_it_shares_with_anybody():
    rows = [(a, "link", "rare", f"p{a}", 0) for a in "ab"] + [(a, "domain", "common", f"p{a}", 0) for a in "ab"]
    rows += [("c", "domain", "common", "pc", 0), ("a", "link", "alone", "pa", 0)]
    traces, things = rare(rows)
    part = things.dealt.part
    left = [
        (traces.actor_names[int(a)].as_py(), traces.trace_names[int(t)].as_py())
        for a, t in zip(part.actor, part.trace, strict=True)
    ]
    assert left == [("c", "common"), ("a", "rare"), ("b", "rare")]


def test_expected_is_what_dealing_out_anew_gives():
    rng = np.random.default_rng(0)
    traces_of = [f"t{i:03}" for i in range(120)]
    rows = [row for n in range(30) for row in each(f"a{n:02}", rng.choice(traces_of, 20, replace=False))]
    traces, things = rare(rows, fewest=1)
    a, b = np.triu_indices(30, 1)
    expected = things.dealt.expected(a, b)
    # Deal: every actor keeps its number, every trace its popularity.
    slots, who = things.dealt.part.trace, things.dealt.part.actor
    met = np.zeros(len(a))
    for _ in range(300):
        left = np.zeros((30, len(traces.trace_names)))
        np.add.at(left, (who, rng.permutation(slots)), 1)
        met += (left @ left.T)[a, b]
    assert expected.mean() == pytest.approx(met.mean() / 300, rel=0.03)
    assert np.abs(expected - met / 300).max() < 0.15 * expected.mean() + 0.5


def test_p_is_the_poisson_tail_and_q_pays_for_all_able_pairs(monkeypatch):
    rng = np.random.default_rng(1)
    rows = [
        row for n in range(20) for row in each(f"o{n:02}", rng.choice([f"t{i}" for i in range(80)], 15, replace=False))
    ]
    rows += each("x", [f"our{i}" for i in range(6)]) + each("y", [f"our{i}" for i in range(6)])
    traces, things = rare(rows)
    tests = content_tests(things)
    assert tests.tests == 22 * 21 // 2
    expected = [poisson.sf(n - 1, mean) for n, mean in zip(tests.shared, tests.expected, strict=True)]
    assert tests.p == pytest.approx(expected, rel=1e-9)
    names = traces.actor_names.to_pylist()
    best = int(np.argmin(tests.p))
    assert (names[tests.a[best]], names[tests.b[best]]) == ("x", "y")


@pytest.mark.parametrize("seed", range(3))
def test_things_dealt_out_anew_hardly_ever_link_anybody(seed):
    rng = np.random.default_rng(seed)
    slots = np.repeat(np.arange(1_500), rng.integers(2, 9, 1_500))
    rng.shuffle(slots)
    activity = rng.zipf(1.8, 400).clip(1, 60)
    who = rng.choice(400, len(slots), p=activity / activity.sum())
    rows = [
        (f"a{a:03}", "link", f"t{t:04}", f"p{i}", float(t) / 100)
        for i, (a, t) in enumerate(zip(who, slots, strict=True))
    ]
    _, things = rare(rows)
    tests = content_tests(things)
    assert (tests.q <= 0.05).sum() <= 1
    for level in (0.001, 0.01):
        # Of all able pairs, not of those alone that share three.
        assert (tests.p <= level).sum() <= level * tests.tests + 4 * np.sqrt(level * tests.tests)


def test_interest_in_common_things_explains_some_of_the_rare():
    base = [row for n in range(12) for row in each(f"o{n:02}", [f"t{(n * 5 + i) % 40}" for i in range(12)])]
    ours = [f"our{i}" for i in range(4)]
    shared = [f"big{i}" for i in range(10)]
    crowd = [(f"c{n}{i}", "link", f"big{i}", f"c{n}{i}", 0) for n in range(8) for i in range(10)]
    apart = base + crowd + each("x", ours) + each("y", ours)
    fans = apart + each("x", shared) + each("y", shared)
    p = []
    for rows in (apart, fans):
        traces, things = rare(rows, rarest=7)
        tests = content_tests(things)
        names = traces.actor_names.to_pylist()
        pairs = [(names[a], names[b]) for a, b in zip(tests.a, tests.b, strict=True)]
        p.append(tests.p[pairs.index(("x", "y"))])
    assert p[1] > p[0]


def test_periods_keep_their_size_and_follow_births(monkeypatch):
    monkeypatch.setattr(content, "PERIOD", 20)
    rows = [row for t in range(50) for n in range(2) for row in each(f"a{(t + n) % 9}", [f"t{t:02}"], start=t)]
    _, things = rare(rows)
    part, stratum = things.dealt.part, things.dealt.stratum
    assert np.bincount(stratum).tolist() == [20] * 5
    assert np.all(np.diff(stratum[np.argsort(part.at, kind="stable")]) >= 0)


def test_who_shares_on_one_day_or_with_one_member_only_is_not_accepted():
    rng = np.random.default_rng(2)
    base = [
        row for n in range(40) for row in each(f"o{n:02}", rng.choice([f"t{i}" for i in range(300)], 20, replace=False))
    ]
    ours = [f"our{i}" for i in range(8)]
    rows = list(base)
    for k, name in enumerate(["x", "y", "z"]):
        rows += [(name, "link", trace, f"{name}{trace}", 2 * i + (k + i) % 3 / 10) for i, trace in enumerate(ours)]
    rows += [("oneday", "link", trace, f"oneday{trace}", 30) for trace in ours]
    rows += each("onepal", [f"pal{i}" for i in range(8)], 1) + each("x", [f"pal{i}" for i in range(8)])
    traces, things = rare(rows)
    names = traces.actor_names.to_pylist()
    group, _ = things.grow(np.array([names.index(name) for name in "xyz"]), 0.04, 0.005)
    assert [names[a] for a in group] == ["x", "y", "z"]
