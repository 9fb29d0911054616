"""What detection promises, on whole tables: nobody is named for being copied, popular or odd."""

import hashlib
import json
import os
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hustings.detection.detect import detect, detect_traces
from hustings.detection.reference.detect import detect_traces_slowly
from hustings.detection.run_files import write_run
from hustings.detection.settings import DetectSettings
from hustings.detection.traces import encode
from hustings.progress import Silent

SECOND = 1_000_000
DAY = 86_400 * SECOND
MIDNIGHT = 1_630_368_000 * SECOND
P = ["p_timing", "q_timing", "p_content", "q_content"]


def table_of(rows):
    """Rows of (platform, actor, kind, trace, content, microseconds)."""
    columns = zip(*rows, strict=True)
    names = ("platform", "actor", "kind", "trace", "content")
    table = {name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=False)}
    return pa.table({**table, "at": pa.array([row[5] for row in rows], pa.int64()).cast(pa.timestamp("us", "UTC"))})


@pytest.fixture(params=["local", "reference"])
def found(request):
    """Detect in rows, with each engine."""
    engine = detect_traces if request.param == "local" else detect_traces_slowly
    return lambda rows, **told: engine(encode(table_of(rows)), DetectSettings(**told), Silent())


def local(rows):
    return detect_traces(encode(table_of(rows)), DetectSettings(), Silent())


def crowd(rng, actors=40, days=10, posts=5):
    """Ordinary people who share popular things at all hours."""
    rows = []
    for n in range(actors):
        for day in range(days):
            for _ in range(posts):
                at = MIDNIGHT + day * DAY + int(rng.integers(7 * 3_600, 23 * 3_600)) * SECOND
                thing = f"t{day}-{int(rng.integers(12))}"
                rows.append(("x", f"o{n:03}", "link", thing, f"c{len(rows)}", at))
    return rows


def campaign(rng, names, days=10, platform="x", tag="k", delay=20):
    """Actors who post a thing of their own each day within seconds, each day another of them first."""
    rows = []
    for day in range(days):
        begin = MIDNIGHT + day * DAY + int(rng.integers(8 * 3_600, 20 * 3_600)) * SECOND
        for name in names:
            at = begin + int(rng.integers(delay + 1)) * SECOND
            rows.append((platform, name, "link", f"{tag}{day}", f"{tag}{name}{day}", at))
    return rows


def members(result):
    return [
        sorted(r["actor"] for r in result.members.to_pylist() if r["finding"] == n) for n in range(len(result.findings))
    ]


def test_a_group_that_alone_shares_its_traces_is_found_though_nobody_else_is_there(found):
    result = found(campaign(np.random.default_rng(1), ["a", "b", "c", "d"]))
    assert members(result) == [["a", "b", "c", "d"]]
    assert result.findings[0]["basis"] == "timing"
    assert result.findings[0]["score"] > 0.9


def test_a_group_in_a_crowd_is_found_and_nobody_else(found):
    rng = np.random.default_rng(2)
    result = found(crowd(rng) + campaign(rng, ["a", "b", "c", "d"]))
    assert ["a", "b", "c", "d"] in members(result)
    assert [group for group in members(result) if not set(group) <= set("abcd")] == []


def test_a_crowd_alone_gives_no_finding(found):
    for seed in range(3):
        assert members(found(crowd(np.random.default_rng(seed)))) == []


def test_an_innocent_that_a_campaign_copies_within_seconds_is_led_and_no_member(found):
    rng = np.random.default_rng(3)
    rows = crowd(rng, actors=20)
    names = ["m1", "m2", "m3", "m4"]
    for day in range(10):
        for n in range(2):
            at = MIDNIGHT + day * DAY + int(rng.integers(8 * 3_600, 20 * 3_600)) * SECOND
            rows.append(("x", "innocent", "link", f"i{day}-{n}", f"i{day}-{n}", at))
            for name in names:
                rows.append(
                    ("x", name, "link", f"i{day}-{n}", f"{name}{day}-{n}", at + int(rng.integers(2, 40)) * SECOND)
                )
    result = found(rows)
    assert members(result) == [names]
    assert result.findings[0]["led"] == [{"platform": "x", "actor": "innocent"}]


def viral(rng, pool, each, days):
    """Each day some of a pool of strangers post one thing in one minute; all of them are there at other times too."""
    rows = []
    for day in range(days):
        begin = MIDNIGHT + day * DAY + 43_200 * SECOND
        for n in rng.choice(pool, each, replace=False).tolist():
            at = begin + int(rng.integers(60)) * SECOND
            rows.append(("x", f"s{n:04}", "hashtag", f"viral{day}", f"c{len(rows)}", at))
        for n in range(pool):
            at = begin + int(rng.integers(-20_000, 20_000)) * SECOND
            rows.append(("x", f"s{n:04}", "hashtag", f"calm{day}-{rng.integers(40)}", f"c{len(rows)}", at))
    return rows


def test_minutes_that_go_viral_among_strangers_give_no_finding(found):
    assert members(found(viral(np.random.default_rng(4), 700, 100, 4))) == []


@pytest.mark.parametrize("seed", range(3))
def test_many_minutes_with_always_other_strangers_give_no_finding(seed):
    assert members(local(viral(np.random.default_rng(seed), 2_000, 200, 6))) == []


def test_a_dozen_minutes_with_some_of_the_same_strangers_give_no_finding():
    assert members(local(viral(np.random.default_rng(5), 1_000, 100, 12))) == []


@pytest.mark.long
def test_a_dozen_large_minutes_with_some_of_the_same_strangers_give_no_finding():
    found = [members(local(viral(np.random.default_rng(seed), 2_000, 200, 12))) for seed in range(1, 7)]
    assert found == [[]] * 6


def shared_moments(result):
    """Of each finding, the limits that speak of moments many shared."""
    return [[limit for limit in record["limits"] if limit.startswith("Shared moments")] for record in result.findings]


def test_what_is_found_of_an_audience_that_comes_back_says_why_it_may_be_innocent():
    result = local(viral(np.random.default_rng(1), 260, 130, 4))
    assert len(members(result)) == 1
    (limit,) = shared_moments(result)[0]
    assert "such moments: 4;" in limit
    assert "without knowing each other" in limit


@pytest.mark.parametrize(("size", "told"), [(29, 0), (30, 1)])
def test_moments_are_shared_when_thirty_members_are_at_each(size, told):
    group = [f"a{n:02}" for n in range(size)]
    result = local(campaign(np.random.default_rng(1), group))
    assert members(result) == [group]
    assert [len(limits) for limits in shared_moments(result)] == [told]


def world():
    rng = np.random.default_rng(6)
    return (
        crowd(rng, actors=30)
        + campaign(rng, ["a", "b", "c", "d"])
        + campaign(rng, ["e", "f", "g"], platform="y", tag="l")
    )


def written(result, folder):
    folder.mkdir()
    write_run(result, folder, inputs=[], version="0", measured={})
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_the_same_rows_in_any_order_give_the_same_bytes(tmp_path):
    rows = world()
    one = written(local(rows), tmp_path / "one")
    for seed in range(3):
        shuffled = [rows[i] for i in np.random.default_rng(seed).permutation(len(rows))]
        assert written(local(shuffled + shuffled[:5]), tmp_path / str(seed)) | {"run.json": ""} == one | {
            "run.json": ""
        }


@pytest.mark.slow
def test_the_same_rows_in_other_processes_give_the_same_bytes(tmp_path):
    pq.write_table(table_of(world()), tmp_path / "traces.parquet")
    said = []
    for seed in ("0", "12345"):
        out = tmp_path / seed
        subprocess.run(
            [
                sys.executable, "-c", "import sys; from hustings.cli.main import main; sys.exit(main(sys.argv[1:]))",
                "detect", str(tmp_path / "traces.parquet"), "--out", str(out),
            ],
            check=True, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True,
        )  # fmt: skip
        said.append(json.loads((out / "run.json").read_text(encoding="utf-8"))["outputs"])
    assert said[0] == said[1]
    assert set(said[0]) == {"links.parquet", "layers.parquet", "members.parquet", "evidence.parquet", "findings.json"}


def p_values(result):
    keys = ["platform_a", "actor_a", "platform_b", "actor_b"]
    return {tuple(row[k] for k in keys): [row[p] for p in P] for row in result.links.to_pylist()}


def test_other_names_in_the_same_order_give_the_same_result_under_those_names():
    rows = world()
    new = lambda name: f"é{name}" if name is not None else None
    one = local(rows)
    two = local([(p, new(a), k, new(t), new(c), at) for p, a, k, t, c, at in rows])
    for table in ("links", "members", "evidence", "layers"):
        for column in getattr(one, table).column_names:
            values = getattr(one, table)[column].to_pylist()
            renamed = column.startswith(("actor", "trace", "content")) and column != "traces"
            assert getattr(two, table)[column].to_pylist() == ([new(v) for v in values] if renamed else values), column


def test_names_in_another_order_change_no_test_and_no_group():
    rows = world()
    turned = {name: f"n{i:03}" for i, name in enumerate(sorted({row[1] for row in rows}, reverse=True))}
    one, two = local(rows), local([(p, turned[a], k, t, c, at) for p, a, k, t, c, at in rows])
    pairs = {}
    for (pa_, a, pb, b), values in p_values(one).items():
        pairs[tuple(sorted([(pa_, turned[a]), (pb, turned[b])]))] = values
    other = {((p, a), (q, b)): values for (p, a, q, b), values in p_values(two).items()}
    assert pairs.keys() == other.keys()
    for pair, values in pairs.items():
        assert [v if v is None else pytest.approx(v, rel=1e-9) for v in values] == other[pair]
    assert sorted(sorted(turned[a] for a in group) for group in members(one)) == sorted(members(two))


def test_an_actor_elsewhere_who_shares_nothing_changes_no_p_value():
    rows = world()
    at = MIDNIGHT + 43_200 * SECOND
    more = [*rows, *(("z", "stranger", "link", f"own{n}", f"own{n}", at + n * 3_600 * SECOND) for n in range(5))]
    one, two = p_values(local(rows)), p_values(local(more))
    assert one == two


@pytest.mark.parametrize("days", [1, -3, 365])
def test_the_date_changes_nothing_but_the_date(days):
    rows = world()
    one, two = local(rows), local([(*row[:5], row[5] + days * DAY) for row in rows])
    assert one.links.equals(two.links)
    assert one.members.equals(two.members)


def test_each_member_was_tied_by_rows_that_stand_in_the_evidence():
    rows = world()
    result = local(rows)
    known = {(p, a, k, t, c, at) for p, a, k, t, c, at in rows}
    for row in result.evidence.to_pylist():
        for side in "ab":
            moment = round(row[f"at_{side}"].timestamp() * 1e6)
            assert (
                row[f"platform_{side}"],
                row[f"actor_{side}"],
                row["kind"],
                row["trace"],
                row[f"content_{side}"],
                moment,
            ) in known
    for n, group in enumerate(members(result)):
        tied = {r[f"actor_{s}"] for r in result.evidence.to_pylist() if r["finding"] == n for s in "ab"}
        assert set(group) == tied


def test_reading_a_file_is_reading_its_table(tmp_path):
    rows = world()
    pq.write_table(table_of(rows), tmp_path / "traces.parquet")
    assert detect([tmp_path / "traces.parquet"]).links.equals(local(rows).links)
