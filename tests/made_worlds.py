"""Made-up worlds with groups that act together, in which everything that is easily got wrong happens; small settings."""

__all__ = ["DAY", "EVENTS", "TOLD", "TUESDAY", "WORLDS", "alike", "different", "small", "world"]

import math
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import strategies as st
from made_traces import SECOND

from hustings.detection import content, crowd, findings, office
from hustings.detection.reference import content as reference_content
from hustings.detection.reference import detect as reference_detect
from hustings.detection.reference import timing as reference_timing
from hustings.detection.reference.counting import Event
from hustings.detection.settings import DetectSettings

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
