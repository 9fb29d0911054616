"""Shuffled data keeps what it must and breaks what it tests."""

from collections import Counter

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hustings.cli.found import counted, deal_out_anew, planted_pages

ROWS = [
    ("p", actor, "link", trace)
    for actor, traces in {"a": "xxyz", "b": "xy", "c": "z", "d": "w"}.items()
    for trace in traces
]


@pytest.fixture
def traces(tmp_path):
    columns = dict(zip(("platform", "actor", "kind", "trace"), map(list, zip(*ROWS, strict=True)), strict=True))
    columns |= {
        "content": [str(n) for n in range(len(ROWS))],
        "at": pa.array(range(len(ROWS)), pa.timestamp("us", "UTC")),
    }
    pq.write_table(pa.table(columns), tmp_path / "traces.parquet")
    return tmp_path / "traces.parquet"


def degrees(path):
    rows = {(row["actor"], row["trace"]) for row in pq.read_table(path).to_pylist()}
    return Counter(actor for actor, _ in rows), Counter(trace for _, trace in rows)


@pytest.mark.parametrize("seed", range(5))
def test_dealing_out_anew_keeps_every_actors_and_every_traces_count(traces, seed):
    deal_out_anew(traces, traces.with_name("dealt.parquet"), seed=seed)
    assert degrees(traces.with_name("dealt.parquet")) == degrees(traces)


def test_the_same_seed_deals_the_same_hand_and_another_does_not(traces):
    hands = []
    for number, seed in enumerate((1, 1, 2, 3, 4)):
        deal_out_anew(traces, traces.with_name(f"{number}.parquet"), seed=seed)
        hands.append(pq.read_table(traces.with_name(f"{number}.parquet"))["trace"].to_pylist())
    assert hands[0] == hands[1]
    assert any(hand != hands[0] for hand in hands[2:])


def test_buyers_without_a_campaign_are_not_planted(tmp_path):
    (tmp_path / "buyers.csv").write_text("buyer,pages,campaign\nA,p:one p:two,0\nB,p:three,\n")
    assert planted_pages(tmp_path) == {("p", "one"): 0, ("p", "two"): 0}


@pytest.mark.parametrize(("count", "said"), [(0, "0 groups"), (1, "1 group"), (1234, "1,234 groups")])
def test_a_number_takes_its_noun(count, said):
    assert counted(count, "group") == said
