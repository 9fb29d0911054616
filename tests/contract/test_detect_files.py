"""The files of a run of `detect`: columns, types, order and nulls; exit codes; what bad input is told."""

import hashlib
import json
import os
import subprocess
import sys
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hustings import __version__
from hustings.cli.main import main

SECOND = 1_000_000
DAY = 86_400 * SECOND
MIDNIGHT = 1_630_368_000 * SECOND
TEXT, WHOLE, REAL, MOMENT = pa.string(), pa.int64(), pa.float64(), pa.timestamp("us", "UTC")
PAIR = [("platform_a", TEXT), ("actor_a", TEXT), ("platform_b", TEXT), ("actor_b", TEXT)]
COLUMNS = {
    "links": [
        *PAIR, ("acts", WHOLE), ("traces", WHOLE), ("kinds", pa.list_(TEXT)), ("p_timing", REAL), ("q_timing", REAL),
        ("p_content", REAL), ("q_content", REAL), ("p_office", REAL), ("q_office", REAL), ("basis", TEXT),
        ("p_rhythm", REAL), ("q_rhythm", REAL),
    ],
    "layers": [
        *PAIR, ("kind", TEXT), ("acts", WHOLE), ("near", WHOLE), ("expected_acts", REAL), ("first_a", WHOLE),
        ("first_b", WHOLE), ("shared", WHOLE), ("expected_shared", REAL),
        ("p_timing", REAL), ("p_content", REAL),
    ],
    "members": [("finding", WHOLE), ("platform", TEXT), ("actor", TEXT), ("score", REAL), ("basis", TEXT)],
    "evidence": [
        ("finding", WHOLE), *PAIR, ("kind", TEXT), ("trace", TEXT), ("content_a", TEXT), ("content_b", TEXT),
        ("at_a", MOMENT), ("at_b", MOMENT), ("gap_s", REAL),
    ],
}  # fmt: skip
KEYS = {
    "links": [name for name, _ in PAIR],
    "layers": [*(name for name, _ in PAIR), "kind"],
    "members": ["finding", "platform", "actor"],
    "evidence": ["finding", *(name for name, _ in PAIR), "kind", "trace", "content_a", "content_b"],
}
FILES = {"links.parquet", "layers.parquet", "members.parquet", "evidence.parquet", "findings.json", "run.json"}


def table(rows):
    names = ("platform", "actor", "kind", "trace", "content")
    columns = {name: pa.array([row[i] for row in rows], TEXT) for i, name in enumerate(names)}
    return pa.table({**columns, "at": pa.array([row[5] for row in rows], pa.int64()).cast(MOMENT)})


def campaign():
    """Two groups on two platforms, names beyond ASCII, posts with a link and its domain, office hours of ads."""
    rng = np.random.default_rng(1)
    rows = []
    for day in range(30):
        begin = MIDNIGHT + day * DAY + int(rng.integers(8, 17)) * 3_600 * SECOND
        for names, platform, kinds in (
            (["ä", "b", "Z"], "y", ["targeting"]),
            (["d", "e", "f", "g"], "x", ["link", "domain"]),
        ):
            for name in names:
                at = begin + int(rng.integers(40)) * SECOND
                rows += [(platform, name, kind, f"{kind}{day}", f"{name}{day}", at) for kind in kinds]
        rows += [
            (platform, "o", "hashtag", f"h{day % 4}", f"o{platform}{day}", begin + 600 * SECOND) for platform in "xy"
        ]
        rows.append(("x", None, "link", "t", f"null{day}", begin))
    return rows + rows[:7]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The folder of one run, and its input."""
    place = tmp_path_factory.mktemp("detect")
    pq.write_table(table(campaign()), place / "traces.parquet")
    assert main(["detect", str(place / "traces.parquet"), "--out", str(place / "out"), "--seed", "3"]) == 0
    return place / "out", place / "traces.parquet"


def rows_of(run, name):
    return pq.read_table(run[0] / f"{name}.parquet").to_pylist()


def test_the_files_are_there_and_no_others(run):
    # The report is drawn from these and may stand beside them.
    assert {path.name for path in run[0].iterdir()} - {"report.html"} == FILES
    assert [path.name for path in run[0].parent.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_have_their_names_types_and_order(run, name):
    schema = pq.read_schema(run[0] / f"{name}.parquet")
    assert [(field.name, field.type) for field in schema] == COLUMNS[name]


@pytest.mark.parametrize("name", COLUMNS)
def test_rows_are_sorted_by_their_key_by_bytes(run, name):
    rows = rows_of(run, name)
    keys = [tuple(v.encode() if isinstance(v, str) else v for v in (row[k] for k in KEYS[name])) for row in rows]
    assert len(rows) > 5
    assert keys == sorted(keys)
    if name != "evidence":
        assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("name", ["links", "layers", "evidence"])
def test_side_a_comes_before_side_b(run, name):
    for row in rows_of(run, name):
        a, b = ((row[f"platform_{s}"].encode(), row[f"actor_{s}"].encode()) for s in "ab")
        assert a < b


def test_only_what_was_not_tested_is_null(run):
    may = {f"{letter}_{ground}" for letter in "pq" for ground in ("timing", "content", "office", "rhythm")}
    for name in COLUMNS:
        for row in rows_of(run, name):
            assert {column for column, value in row.items() if value is None} <= may
    for row in rows_of(run, "links"):
        for ground in ("timing", "content", "office", "rhythm"):
            assert (row[f"p_{ground}"] is None) == (row[f"q_{ground}"] is None)
            if row[f"p_{ground}"] is not None:
                assert 0 <= row[f"p_{ground}"] <= row[f"q_{ground}"] * (1 + 1e-12) <= 1 + 1e-12


def test_the_basis_of_a_link_is_the_grounds_at_or_under_the_rate(run):
    bases = set()
    for row in rows_of(run, "links"):
        held = [
            g for g in ("timing", "content", "office", "rhythm") if row[f"q_{g}"] is not None and row[f"q_{g}"] <= 0.05
        ]
        assert row["basis"] == "+".join(held)
        bases.add(row["basis"])
    assert any("timing" in basis for basis in bases)
    assert any("office" in basis for basis in bases)


def test_layers_add_up_to_links(run):
    layers = {}
    for row in rows_of(run, "layers"):
        layers.setdefault(tuple(row[k] for k in KEYS["links"]), []).append(row)
    for row in rows_of(run, "links"):
        mine = layers[tuple(row[k] for k in KEYS["links"])]
        assert row["kinds"] == [layer["kind"] for layer in mine]
        assert row["acts"] == sum(layer["acts"] for layer in mine)
        assert row["traces"] == sum(layer["shared"] for layer in mine)
        for layer in mine:
            assert layer["first_a"] + layer["first_b"] <= layer["acts"] <= layer["near"]
        # One kind alone is tested only where all kinds together are; where there is one kind, it is the whole.
        for ground in ("timing", "content"):
            p = [layer[f"p_{ground}"] for layer in mine]
            assert row[f"p_{ground}"] is not None or p == [None] * len(mine)
        if len(mine) == 1 and row["p_timing"] is not None:
            assert mine[0]["p_timing"] == row["p_timing"]


def test_findings_tell_of_their_members_and_evidence(run):
    findings = json.loads((run[0] / "findings.json").read_text(encoding="utf-8"))
    members, evidence = rows_of(run, "members"), rows_of(run, "evidence")
    assert [record["finding"] for record in findings] == list(range(len(findings)))
    assert len(findings) == 2
    for record in findings:
        n = record["finding"]
        mine = [row for row in members if row["finding"] == n]
        rows = [row for row in evidence if row["finding"] == n]
        assert {
            "finding",
            "members",
            "basis",
            "platforms",
            "first",
            "last",
            "links",
            "traces",
            "score",
            "sentence",
            "limits",
            "rows_digest",
        } <= set(record)
        assert record["members"] == len(mine)
        assert record["platforms"] == sorted({row["platform"] for row in mine})
        assert record["traces"] == len({(row["kind"], row["trace"]) for row in rows})
        assert record["score"] == pytest.approx(sum(row["score"] for row in mine) / len(mine), abs=1e-6)
        assert {ground for row in mine for ground in row["basis"].split("+")} <= set(record["basis"].split("+"))
        moments = [row[f"at_{side}"] for row in rows for side in "ab"]
        read = [datetime.fromisoformat(record[name]) for name in ("first", "last")]
        assert read == [min(moments), max(moments)]
        assert record["sentence"].endswith(".")
        assert record["limits"]
        assert len(record["rows_digest"]) == 64


def test_findings_tell_who_leads_and_which_kinds_carry_them(run):
    findings, members = json.loads((run[0] / "findings.json").read_text(encoding="utf-8")), rows_of(run, "members")
    for record in findings:
        mine = {(row["platform"], row["actor"]) for row in members if row["finding"] == record["finding"]}
        led = {(one["platform"], one["actor"]) for one in record["led"]}
        keys = [(one["platform"], one["actor"]) for one in record["leads"]]
        assert keys == sorted(mine | led, key=lambda key: tuple(name.encode() for name in key))
        for one in record["leads"]:
            assert set(one) == {"platform", "actor", "acts", "led", "due", "p", "q"}
            assert 0 <= one["led"] <= one["acts"]
            assert 0 <= one["due"] <= one["acts"]
            assert 0 < one["p"] <= one["q"] * (1 + 1e-12) <= 1 + 1e-12
        assert list(record["layers"]) == sorted(record["layers"])
        assert sum(layer["share"] for layer in record["layers"].values()) == pytest.approx(1, abs=1e-5)
        assert {kind for kind, layer in record["layers"].items() if layer["share"]} == set(record["kinds"])
        for layer in record["layers"].values():
            assert 0 <= layer["links"] <= record["links"]
            assert 0 < layer["p"] <= 1


def test_evidence_lies_within_the_window_and_says_so(run):
    for row in rows_of(run, "evidence"):
        assert row["gap_s"] == abs((row["at_b"] - row["at_a"]).total_seconds())


def test_the_run_says_how_to_have_it_again(run):
    told = json.loads((run[0] / "run.json").read_text(encoding="utf-8"))
    rows = campaign()
    assert told["command"] == "detect"
    assert told["version"] == __version__
    assert told["seed"] == told["settings"]["seed"] == 3
    assert told["settings"]["window_s"] == 60
    assert told["settings"]["horizon_s"] == 1_800
    assert told["settings"]["fdr"] == 0.05
    assert told["inputs"] == [{"file": "traces.parquet", "sha256": hashlib.sha256(run[1].read_bytes()).hexdigest()}]
    for name, digest in told["outputs"].items():
        assert hashlib.sha256((run[0] / name).read_bytes()).hexdigest() == digest
    nulls = sum(None in row for row in rows)
    assert told["counts"]["read"] == len(rows)
    assert told["counts"]["skipped"] == nulls == 30
    assert told["counts"]["repeats"] == 7
    assert told["counts"]["rows"] == len(rows) - 37
    assert told["seconds"] >= 0
    assert told["peak_mib"] > 0


def test_what_is_written_as_json_is_said_as_json(run, capsys):
    assert main(["detect", str(run[1]), "--out", str(run[0]), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["findings"] == 2


@pytest.fixture
def detected(tmp_path, capsys):
    """Run `detect` on a table; give exit code, what was said, and the files."""

    def go(what, *options):
        place, out = tmp_path / "in.parquet", tmp_path / "out"
        if what is not None:
            pq.write_table(what, place)
        code = main(["detect", str(place), "--out", str(out), *options])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return code, said.err if code else said.out, sorted(p.name for p in out.iterdir()) if out.exists() else []

    return go


GOOD = [("x", name, "link", "t", f"p{name}", MIDNIGHT) for name in "abc"]


def refused(result, *words):
    code, said, files = result
    assert code == 2
    assert files == []
    for word in words:
        assert word in said


def test_missing_columns_are_named(detected):
    refused(detected(table(GOOD).drop_columns(["actor", "at"])), "'actor'", "'at'")


def test_a_file_that_is_not_there_is_named(detected):
    refused(detected(None), "in.parquet")


@pytest.mark.parametrize(
    "options",
    [("--window", "soon"), ("--fdr", "0"), ("--fdr", "1.5"), ("--seed", "-1"), ("--horizon", "10s", "--window", "60s")],
)
def test_settings_that_make_no_sense_are_refused(detected, options):
    refused(detected(table(GOOD), *options), options[0].lstrip("-").split("=")[0])


@pytest.mark.parametrize(
    "rows",
    [[], GOOD[:1], [GOOD[0], ("x", "a", "link", "u", "p2", MIDNIGHT + DAY)]],
    ids=["empty", "one row", "one actor"],
)
def test_too_little_to_compare_is_refused_with_a_reason(detected, rows):
    refused(detected(table(rows)), "at least two actors")


def test_all_at_the_same_time_is_no_error(detected):
    code, said, files = detected(table([("x", f"a{n}", "link", f"t{n % 3}", f"p{n}", MIDNIGHT) for n in range(50)]))
    assert code == 0
    assert set(files) >= FILES
    assert "0 findings" in said


def test_nothing_found_is_no_error_and_writes_empty_files(detected, tmp_path):
    code, _, files = detected(table(GOOD))
    assert code == 0
    assert set(files) >= FILES
    for name, columns in COLUMNS.items():
        empty = pq.read_table(tmp_path / "out" / f"{name}.parquet")
        assert [(field.name, field.type) for field in empty.schema] == columns
        assert len(empty) == 0
    assert json.loads((tmp_path / "out" / "findings.json").read_text()) == []


LIMITED = """
import resource, sys
limit, kind = int(sys.argv[1]), sys.argv[2]
if kind == "disk":
    import signal
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
else:
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
from hustings.cli.main import main
sys.exit(main(sys.argv[3:]))
"""


@pytest.mark.slow
def test_a_full_disk_leaves_nothing_behind(tmp_path):
    pq.write_table(table(campaign()), tmp_path / "in.parquet")
    command = [
        sys.executable,
        "-c",
        LIMITED,
        "2000",
        "disk",
        "detect",
        str(tmp_path / "in.parquet"),
        "--out",
        str(tmp_path / "out"),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "NUMBA_DISABLE_JIT": "0"}
    )
    assert done.returncode == 3
    assert "no room" in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["in.parquet"]


def test_a_result_that_was_there_stays_when_the_next_run_fails(detected, tmp_path):
    assert detected(table(GOOD))[0] == 0
    before = (tmp_path / "out" / "run.json").read_bytes()
    assert detected(table(GOOD).drop_columns(["kind"]))[0] == 2
    assert (tmp_path / "out" / "run.json").read_bytes() == before


def viral_minute(rows):
    at = MIDNIGHT + np.arange(rows, dtype=np.int64) * 60 // rows * SECOND
    who = np.arange(rows) % (rows // 2)
    one = lambda text: pa.array([text] * rows)
    return pa.table(
        {
            "platform": one("x"), "actor": pa.array([f"a{n}" for n in who]), "kind": one("hashtag"), "trace": one("t"),
            "content": pa.array([f"p{n}" for n in range(rows)]), "at": pa.array(at).cast(MOMENT),
        }
    )  # fmt: skip


def test_a_thousand_posts_of_one_thing_in_one_minute(detected):
    code, said, _ = detected(viral_minute(1_000))
    assert code == 0
    assert "0 findings" in said


@pytest.mark.long
@pytest.mark.parametrize("rows", [6_000, 200_000])
def test_a_minute_that_everybody_posts_in_is_answered_or_refused_in_little_memory(tmp_path, rows):
    pq.write_table(viral_minute(rows), tmp_path / "in.parquet")
    command = [
        sys.executable,
        "-c",
        LIMITED,
        str(4 << 30),
        "memory",
        "detect",
        str(tmp_path / "in.parquet"),
        "--out",
        str(tmp_path / "out"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert "Traceback" not in done.stderr
    assert done.returncode == 0
