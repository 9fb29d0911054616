"""Fast detection against the plain reading of its document: on made-up tables and on the real ones, row for row."""

import math
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from made_traces import SECOND, as_table

from hustings.connectors.bundled import find_mapping
from hustings.connectors.tracing import make_traces
from hustings.detection import content, crowd, findings, office, reference_content, reference_detect, reference_timing
from hustings.detection.detect import detect_traces
from hustings.detection.reference import Event
from hustings.detection.reference_detect import detect_traces_slowly
from hustings.detection.settings import DetectSettings
from hustings.detection.traces import encode
from hustings.progress import Silent

pytestmark = pytest.mark.slow  # made-up worlds read twice

SHORT = settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)
LONG = settings(SHORT, max_examples=3_000, derandomize=False)
TUESDAY = 1_630_368_000 * SECOND
DAY = 86_400 * SECOND
# Gaps at, just under and just over the window and the horizon, ties among them.
DELAYS = [0, 0, 1, 2, 7, 20, 59, 60, 61, 130, 900, 1_799, 1_800, 1_801, 3_000]
KINDS = ["link", "domain", "hashtag", "targeting"]


@pytest.fixture
def small(monkeypatch):
    """Small crowds, periods and calendars, so that small tables have them."""
    monkeypatch.setattr(crowd, "FEWEST", 5)
    monkeypatch.setattr(reference_timing, "CROWD", 5)
    monkeypatch.setattr(content, "PERIOD", 30)
    monkeypatch.setattr(reference_content, "PERIOD", 30)
    for module, name in ((office, "FEWEST_HOURS"), (findings, "FEWEST_HOURS"), (reference_detect, "FEWEST")):
        monkeypatch.setattr(module, name, 6)


def alike(one, two) -> bool:
    if isinstance(one, float) and isinstance(two, float):
        return one == two or math.isclose(one, two, rel_tol=1e-9)
    if isinstance(one, dict) and isinstance(two, dict):
        return one.keys() == two.keys() and all(alike(one[key], two[key]) for key in one)
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(map(alike, one, two))
    return one == two


def different(fast, slow) -> list[object]:
    """What the two engines do not agree on, the first few rows of each file."""
    wrong: list[object] = []
    for name in ("links", "layers", "members", "evidence"):
        one, two = getattr(fast, name), getattr(slow, name)
        if one.schema != two.schema or len(one) != len(two):
            wrong.append((name, one.schema, two.schema, len(one), len(two)))
        rows = zip(one.to_pylist(), two.to_pylist(), strict=False)
        wrong += [(name, x, y) for x, y in rows if not alike(x, y)][:3]
    for x, y in zip(fast.findings, slow.findings, strict=False):
        wrong += [(x["finding"], key, x[key], y.get(key)) for key in x if not alike(x[key], y.get(key))][:3]
    if (fast.counts, fast.hubs) != (slow.counts, slow.hubs):
        wrong.append((fast.counts, slow.counts, fast.hubs, slow.hubs))
    return wrong


def agree(table: pa.Table, told: DetectSettings):
    traces = encode(table)
    fast = detect_traces(traces, told, Silent())
    assert different(fast, detect_traces_slowly(traces, told, Silent())) == []
    return fast


def world(seed: int, *, actors: int, days: int, posts: int, step: int) -> list[Event]:
    """Ordinary posts and one group that acts together, with everything that is easily got wrong."""
    rng = np.random.default_rng(seed)
    names = [("twitter" if n % 3 else "facebook", f"a{n:02}") for n in rng.permutation(actors).tolist()]
    group = names[: int(rng.integers(2, 6))]
    innocent = names[-1]
    rows: list[Event] = []

    def post(who, at, kinds, things):
        content = f"p{len(rows)}" if rng.random() < 0.95 else f"p{int(rng.integers(5))}"
        at -= at % (step * SECOND)
        again = 1 if rng.random() < 0.95 else 2
        for kind, thing in zip(kinds, things, strict=True):
            for time in range(again):
                rows.append(
                    Event(*who, kind, thing, content, at + time * int(rng.choice(DELAYS)) // step * step * SECOND)
                )

    for day in range(days):
        # Some sittings lie across midnight, and across the hour in which days begin.
        begin = (
            TUESDAY + day * DAY + int(rng.choice([0, 5, 13, 23])) * 3_600 * SECOND + int(rng.integers(3_600)) * SECOND
        )
        for _ in range(int(rng.integers(1, 4))):
            begin += int(rng.choice(DELAYS)) * SECOND
            thing = int(rng.integers(60))
            kinds = KINDS[: int(rng.integers(1, 4))] if rng.random() < 0.8 else ["targeting"]
            things = [f"t{thing}" if kind != "domain" else f"d{thing % 7}" for kind in kinds]
            if rng.random() < 0.4:
                post(innocent, begin - int(rng.choice(DELAYS[:8])) * SECOND, kinds, things)
            for who in group:
                if rng.random() < 0.85:
                    post(who, begin + int(rng.choice(DELAYS[:10])) * SECOND, kinds, things)
        # Rare things that the group shares at any hour of the day or the next.
        for n in range(int(rng.integers(6))):
            for who in group:
                if rng.random() < 0.7:
                    post(who, begin + int(rng.integers(100_000)) * SECOND, ["link"], [f"r{day}-{n}"])
    # Another group shares rare things, each member in its own time.
    for n in range(posts // 60):
        for who in names[-6:-2]:
            post(who, TUESDAY + int(rng.integers(days * DAY // SECOND)) * SECOND, ["link"], [f"s{n}"])
    for _ in range(posts):
        who = names[int(rng.integers(len(names)))]
        at = (
            TUESDAY
            + int(rng.integers(days)) * DAY
            + (46_800 + int(rng.choice(DELAYS)) + int(rng.integers(9_000))) * SECOND
        )
        kind = str(rng.choice(KINDS))
        common = rng.random() < 0.5
        post(who, at, [kind], [f"t{int(rng.zipf(1.5)) % 40}" if common else f"u{int(rng.integers(1 + posts // 3))}"])
    return rows


TOLD = st.builds(
    DetectSettings,
    window=st.sampled_from([timedelta(seconds=60), timedelta(seconds=7), timedelta(minutes=2)]),
    horizon=st.sampled_from([None, timedelta(minutes=30), timedelta(minutes=2)]),
    rate=st.sampled_from([0.05, 0.3]),
    member_share=st.sampled_from([0.6, 1.0]),
    content_share=st.sampled_from([0.8, 3.0]),
    order=st.sampled_from([0.005, 0.2]),
    smallest=st.sampled_from([2, 3]),
    rarest=st.sampled_from([3, 50]),
    fewest=st.sampled_from([1, 2, 3]),
    most_pairs=st.sampled_from([25_000_000, 25_000_000, 300, 40]),
    seed=st.integers(0, 3),
)
WORLDS = st.builds(
    world,
    st.integers(0, 2**32),
    actors=st.integers(6, 20),
    days=st.integers(1, 9),
    posts=st.integers(0, 120),
    step=st.sampled_from([1, 1, 60]),
)
EVENTS = st.lists(
    st.builds(
        Event,
        platform=st.sampled_from(["facebook", "twitter"]),
        actor=st.sampled_from(["a", "ab", "ä"]),
        kind=st.sampled_from(["link", "targeting"]),
        trace=st.sampled_from(["t", "u", "v"]),
        content=st.sampled_from(["p1", "p2", "p3", "p4", "p5", ""]),
        at=st.tuples(st.integers(0, 3), st.sampled_from(DELAYS)).map(lambda t: TUESDAY + t[0] * DAY + t[1] * SECOND),
    ),
    min_size=1,
    max_size=50,
)


@SHORT
@given(WORLDS, TOLD)
def test_made_up_worlds_are_read_alike(small, rows, told):
    agree(as_table(rows), told)


@SHORT
@given(EVENTS, TOLD)
def test_small_tables_full_of_ties_are_read_alike(small, rows, told):
    agree(as_table(rows), told)


def test_the_made_up_worlds_have_findings_on_both_grounds():
    """Agreement on nothing would be worth nothing."""
    grounds, led, linked = set(), 0, 0
    for seed in range(5):
        rows = world(seed, actors=60, days=8, posts=1_200, step=1)
        found = agree(as_table(rows), DetectSettings(rarest=10))
        grounds |= {ground for record in found.findings for ground in record["basis"].split("+")}
        led += sum(len(record["led"]) for record in found.findings)
        linked += len(found.links) - found.links["q_timing"].null_count
    assert {"timing", "content"} <= grounds
    assert led > 0
    assert linked > 50


@pytest.mark.parametrize("seed", range(4))
def test_minutes_that_go_viral_are_read_alike(small, seed):
    """Strangers of whom some meet again, and a group among them: crowds with pairs that are tied."""
    rng = np.random.default_rng(seed)
    rows = []
    for day in range(6):
        begin = TUESDAY + day * DAY + 43_200 * SECOND
        there = [f"s{n:02}" for n in rng.choice(60, 14, replace=False).tolist()] + [f"g{n}" for n in range(4)]
        for who in there:
            at = begin + int(rng.exponential(30)) * SECOND
            rows.append(Event("x", who, "hashtag", f"viral{day}", f"p{len(rows)}", at))
        for n in range(60):
            at = begin + int(rng.integers(-3_600, 3_600)) * SECOND
            rows.append(Event("x", f"s{n:02}", "hashtag", f"calm{day}-{n % 4}", f"p{len(rows)}", at))
    found = agree(as_table(rows), DetectSettings())
    assert len(found.links) - found.links["p_timing"].null_count > 100


@pytest.mark.parametrize("rows", [0, 1])
def test_next_to_nothing_is_read_alike(small, rows):
    table = as_table([Event("x", "a", "link", "t", "p", TUESDAY)][:rows])
    assert len(agree(table, DetectSettings()).links) == 0


@pytest.mark.long
@LONG
@given(WORLDS, TOLD)
def test_many_made_up_worlds_are_read_alike(small, rows, told):
    agree(as_table(rows), told)


@pytest.mark.long
@LONG
@given(EVENTS, TOLD)
def test_many_small_tables_are_read_alike(small, rows, told):
    agree(as_table(rows), told)


def test_the_bought_ads_are_read_alike(real_data):
    ads = make_traces([real_data / "ira-ads" / "ads.parquet"], find_mapping("ira-ads")).traces
    found = agree(ads, DetectSettings())
    assert found.counts["tests_office"] > 0


@pytest.mark.long
def test_the_russian_posts_are_read_alike(real_data):
    file = real_data / "coordination" / "russian_coord_tweets.parquet"
    agree(make_traces([file], find_mapping("russian-retweets")).traces, DetectSettings())


@pytest.mark.long
@pytest.mark.parametrize("kinds", [["link"], ["domain", "hashtag"], None])
def test_the_german_posts_are_read_alike(real_data, kinds):
    file = real_data / "coordination" / "german_elections.parquet"
    table = make_traces([file], find_mapping("german-elections")).traces
    if kinds is not None:
        table = table.filter(pc.is_in(table["kind"].cast(pa.string()), pa.array(kinds)))
    agree(table, DetectSettings())
