"""Fast detection against the plain reading of its document: on made-up tables and on the real ones, row for row."""

# ruff: noqa: F811 (fixtures of made_worlds)

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from made_traces import SECOND, as_table
from made_worlds import DAY, EVENTS, TOLD, TUESDAY, WORLDS, different, small, world  # noqa: F401

from hustings.connectors.bundled import find_mapping
from hustings.connectors.tracing import make_traces
from hustings.detection.detect import detect_traces
from hustings.detection.reference.counting import Event
from hustings.detection.reference.detect import detect_traces_slowly
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


def agree(table: pa.Table, told: DetectSettings):
    traces = encode(table)
    fast = detect_traces(traces, told, Silent())
    assert different(fast, detect_traces_slowly(traces, told, Silent())) == []
    return fast


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
