"""The benchmarks tell a detector that knows from one that guesses, and make the inputs they say."""

import sys
import types
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture
def benchmarks(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import found
    import framed
    import nothing
    import planted
    import seeded

    return types.SimpleNamespace(found=found, framed=framed, nothing=nothing, planted=planted, seeded=seeded)


@pytest.fixture
def bench(real_data, benchmarks, tmp_path, monkeypatch):
    """Inputs of ten minutes' rows instead of the real ones; the bench's own score."""
    if not (real_data.parent / "bench" / "score.py").is_file():
        pytest.skip("the bench is not here")
    folder = tmp_path / "input"
    folder.mkdir()
    actors = [f"actor_{n}" for n in range(60)]
    rows = pd.DataFrame({
        "platform": "plaza", "actor": np.repeat(actors, 6), "kind": "link", "trace": [f"t{n}" for n in range(360)],
        "content": [f"c{n}" for n in range(360)], "at": pd.to_datetime(np.arange(360), unit="s", utc=True),
    })  # fmt: skip
    rows.to_parquet(folder / "traces.parquet", index=False)
    pd.DataFrame(
        [(actor, n // 6, ("burst", "slow")[n // 6]) for n, actor in enumerate(actors[:12])],
        columns=["actor", "campaign", "style"],
    ).to_parquet(folder / "labels.parquet", index=False)
    monkeypatch.setattr(benchmarks.planted, "cached_input", lambda **_: folder)
    monkeypatch.setattr(benchmarks.planted, "CACHE", tmp_path / "cache")
    return benchmarks


def write(out: Path, groups: list[list[str]], basis: str) -> None:
    out.mkdir(parents=True)
    members = [(actor, number, 1.0, basis) for number, group in enumerate(groups) for actor in group]
    pd.DataFrame(members, columns=["actor", "finding", "score", "basis"]).to_parquet(out / "members.parquet")
    links = [(a, b, 0.0) for group in groups for a in group for b in group if a < b]
    pd.DataFrame(links, columns=["actor_a", "actor_b", "q_timing"]).to_parquet(out / "links.parquet")


@pytest.fixture
def detectors(monkeypatch):
    """One that reads the labels, one that guesses, one that finds nothing."""

    def leaking(traces: Path, out: Path) -> None:
        labels = pd.read_parquet(traces.parent / "labels.parquet")
        write(out, [group["actor"].tolist() for _, group in labels.groupby("campaign")], "timing+content")

    def guessing(traces: Path, out: Path) -> None:
        actors = pd.read_parquet(traces)["actor"].unique()
        chosen = np.random.default_rng(0).choice(actors, 12, replace=False).tolist()
        write(out, [chosen[:6], chosen[6:]], "timing+content")

    module = types.ModuleType("detectors_of_the_test")
    module.leaking, module.guessing = leaking, guessing
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module.__name__


@pytest.mark.parametrize("background", ["german-shifted", "russian-shifted"])
def test_a_detector_that_reads_the_labels_reaches_all(bench, detectors, background):
    document = bench.found.measure([1], [background], [1.0, 0.5, 0.25], detector=f"{detectors}:leaking")
    assert document["reached"]
    assert [row["timing_precision"] for row in document["table"]] == [1.0, 1.0, 1.0]
    assert document["table"][0]["false_links"] == 0.0


def test_a_detector_that_guesses_fails(bench, detectors):
    document = bench.found.measure([1, 2], ["german-shifted"], [1.0], detector=f"{detectors}:guessing")
    assert not document["reached"]
    goals = document["table"][0]["goals"]
    assert not goals["timing_precision"]["reached"]
    assert not goals["timing_recall_without_slow"]["reached"]
    assert not goals["false_links"]["reached"]


def test_a_guess_where_nothing_is_fails(bench, detectors, monkeypatch):
    def inject(folder, **_):
        pd.read_parquet(bench.planted.cached_input() / "traces.parquet").to_parquet(folder / "traces.parquet")

    monkeypatch.setattr(bench.planted, "inject", inject)
    document = bench.nothing.measure([1, 2], ["german-shifted"], detector=f"{detectors}:guessing")
    assert not document["reached"]
    assert {row["kind"]: row["goals"]["runs_with_a_finding"]["got"] for row in document["table"]} == {
        "shifted": 1.0, "dealt": 1.0,
    }  # fmt: skip


def runs_with(p: list[np.ndarray]) -> list[dict]:
    levels = (0.00001, 0.0001, 0.001, 0.01, 0.05, 0.1)
    small = [{"tested": len(one), **{f"{level:g}": int((one <= level).sum()) for level in levels}} for one in p]
    return [
        {
            "findings": {"timing": 0, "content": 0, "office": 0},
            "small_p": {"timing": one},
            "rhythm": {"links": 0, "tests": 9},
            "cpu_s": 0.0,
        }
        for one in small
    ]


def test_uniform_p_values_pass_and_smaller_ones_fail(benchmarks):
    random = np.random.default_rng(1)
    uniform = [random.random(5_000) for _ in range(20)]
    assert all(
        goal["reached"] for goal in benchmarks.nothing.summary(runs_with(uniform), "b", "shifted")["goals"].values()
    )
    smaller = [one**1.2 for one in uniform]
    goals = benchmarks.nothing.summary(runs_with(smaller), "b", "shifted")["goals"]
    assert not goals["p_at_most_0.05"]["reached"]


def test_traces_dealt_out_anew_keep_every_degree(benchmarks):
    random = np.random.default_rng(2)
    rows = pd.DataFrame({
        "platform": "plaza", "actor": [f"a{n}" for n in random.zipf(1.6, 800) % 90],
        "kind": random.choice(["link", "image"], 800), "trace": [f"t{n}" for n in random.zipf(1.5, 800) % 60],
        "content": [f"c{n}" for n in range(800)], "at": pd.to_datetime(np.arange(800), unit="s", utc=True),
    })  # fmt: skip
    rows["trace"] = rows["kind"] + rows["trace"]
    dealt = benchmarks.nothing.dealt(rows, np.random.default_rng(3))

    def degrees(table, column, other):
        pairs = table[["kind", "actor", "trace"]].drop_duplicates()
        return pairs.groupby(["kind", column])[other].nunique()

    assert len(dealt) == len(rows)
    assert degrees(dealt, "actor", "trace").equals(degrees(rows, "actor", "trace"))
    assert degrees(dealt, "trace", "actor").equals(degrees(rows, "trace", "actor"))
    assert (dealt.set_index("content").loc[rows["content"], "trace"].to_numpy() != rows["trace"]).mean() > 0.5


def test_a_framing_campaign_copies_whole_posts_within_seconds(benchmarks):
    own = pd.DataFrame({
        "platform": "plaza", "actor": "innocent", "kind": ["link", "domain"] * 15,
        "trace": [f"t{n}" for n in range(30)], "content": [f"c{n // 2}" for n in range(30)],
        "timestamp": np.repeat(np.arange(15) * 1_000, 2),
    })  # fmt: skip
    copies = benchmarks.framed.campaign(0, own, 1.0, 1.0, np.random.default_rng(4))
    assert 4 <= copies["actor"].nunique() <= 24
    assert (copies.groupby(["actor", "content"]).size() == 2).all()
    assert (copies.groupby(["actor", "content"])["timestamp"].nunique() == 1).all()
    delay = copies["timestamp"] - copies["trace"].map(own.set_index("trace")["timestamp"])
    assert delay.between(0, 60).all()
    assert delay.mean() < 8


def test_a_search_from_a_tip_counts_only_whom_it_adds(bench, detectors):
    def expanding(traces: Path, out: Path, tip: list[str]) -> None:
        labels = pd.read_parquet(traces.parent / "labels.parquet")
        of = set(labels.loc[labels["actor"].isin(tip), "campaign"])
        write(out, [labels.loc[labels["campaign"].isin(of), "actor"].tolist()], "timing")

    sys.modules[detectors].expanding = expanding
    document = bench.seeded.measure(
        [1], ["german-shifted"], [0.5], innocent_seeds=[1, 2], detector=f"{detectors}:expanding"
    )
    assert document["reached"]
    assert document["runs"][0]["searches"][0]["rest"] == 3


def test_seeds_are_read_as_people_write_them(benchmarks):
    assert benchmarks.planted.parse_seeds(["1-3", "9"]) == [1, 2, 3, 9]
