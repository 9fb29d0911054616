"""Hubs: the busiest traces are left out by name, and nothing else changes."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from hustings.detection.hubs import Hub, without_hubs
from hustings.detection.traces import Traces, encode

START = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = 60_000_000


def traces(rows: list[tuple[str, int]]) -> Traces:
    """One post by an actor of its own per (trace, second)."""
    return encode(pa.table({
        "platform": ["p"] * len(rows), "actor": [f"a{n}" for n in range(len(rows))], "kind": ["link"] * len(rows),
        "trace": [trace for trace, _ in rows], "content": [f"c{n}" for n in range(len(rows))],
        "at": pa.array([START + timedelta(seconds=s) for _, s in rows], pa.timestamp("us", "UTC")),
    }))  # fmt: skip


ROWS = [("hot", 0), ("hot", 1), ("hot", 2), ("warm", 0), ("warm", 60), ("cold", 0), ("cold", 61)]


def test_a_table_within_bounds_stays_as_it_is():
    table = traces(ROWS)
    assert without_hubs(table, MINUTE, 4) == (table, ())


@pytest.mark.parametrize(("most", "out"), [(3, ["hot"]), (1, ["hot"]), (0, ["hot", "warm"])])
def test_the_busiest_go_first_until_the_rest_fits(most, out):
    kept, hubs = without_hubs(traces(ROWS), MINUTE, most)
    assert [hub.trace for hub in hubs] == out
    left = {kept.trace_names[int(code)].as_py() for code in kept.trace}
    assert left == {"hot", "warm", "cold"} - set(out)


def test_a_hub_says_its_kind_rows_and_pairs_at_most_the_horizon_apart():
    _, hubs = without_hubs(traces(ROWS), MINUTE, 1)
    assert hubs == (Hub(kind="link", trace="hot", rows=3, pairs=3),)


def test_two_hundred_thousand_posts_in_one_second_are_counted_in_one_pass():
    _, hubs = without_hubs(traces([("hot", 0)] * 200_000 + [("cold", 0), ("cold", 1)]), MINUTE, 1000)
    assert [(hub.trace, hub.pairs) for hub in hubs] == [("hot", 200_000 * 199_999 // 2)]
