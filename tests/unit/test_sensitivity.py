"""How findings change with the settings: participation, what is the same finding, going on after an interruption."""

import csv
import json
import re
from datetime import timedelta

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_traces import SECOND, as_table

from hustings.cli.main import main
from hustings.detection import sensitivity as measured
from hustings.detection.reference.counting import Event
from hustings.detection.sensitivity import Cell, Found, grid, kept_in, with_participation
from hustings.detection.traces import encode

NOON = 1_630_411_200 * SECOND
MINUTE = timedelta(minutes=1)


def found(*groups, cell=None):
    return Found(
        cell=cell or Cell(window=MINUTE, fewest=1), counts={},
        groups=tuple(("timing", frozenset(("x", name) for name in group)) for group in groups),
    )  # fmt: skip


def test_an_actor_takes_part_by_its_posts_not_by_its_traces():
    rows = [("a", "t", "p1"), ("a", "u", "p1"), ("b", "t", "p2"), ("b", "t", "p3"), ("c", "t", "p4")]
    traces = encode(as_table([Event("x", who, "link", trace, post, NOON) for who, trace, post in rows]))
    left = with_participation(traces, 2)
    assert {traces.actor_names[int(code)].as_py() for code in left.actor} == {"b"}
    assert with_participation(traces, 1) is traces


def test_the_most_alike_finding_is_told_with_the_part_in_common():
    kept = kept_in(found("abcd", "wxyz"), found("abce", "cd", "y"))
    assert [(one.finding, one.other, one.jaccard) for one in kept] == [(0, 0, 3 / 5), (1, 2, 1 / 4)]
    assert [(one.other, one.jaccard) for one in kept_in(found("abc"), found("xyz"))] == [(None, 0.0)]


GROUPS = st.lists(st.sets(st.sampled_from("abcdefgh"), min_size=1), max_size=5)


@given(GROUPS, GROUPS)
def test_no_other_finding_has_more_in_common(one, two):
    for kept in kept_in(found(*one), found(*two)):
        mine = one[kept.finding]
        every = [len(mine & other) / len(mine | other) for other in two]
        assert kept.jaccard == max(every, default=0.0)
        assert kept.other == (every.index(kept.jaccard) if kept.jaccard else None)
    assert all(kept.jaccard == 1 for kept in kept_in(found(*one), found(*one)))


def test_the_base_is_in_every_grid():
    base = Cell(window=MINUTE, fewest=1)
    cells = grid([timedelta(seconds=5)], [2, 3], base)
    assert [(cell.fewest, cell.window.total_seconds()) for cell in cells] == [(1, 60), (2, 5), (3, 5)]


def test_a_cell_comes_back_from_its_file_as_it_was():
    one = found("ab", "cd")
    assert Found.from_dict(json.loads(json.dumps(one.as_dict()))) == one


@pytest.fixture
def table(tmp_path):
    """Two groups: one within seconds, one a few minutes apart."""
    rng = np.random.default_rng(3)
    rows = []
    for day in range(14):
        begin = NOON + day * 86_400 * SECOND
        for names, late in (("abc", 20), ("defg", 280)):
            rows += [
                Event("x", name, "link", f"{names}{day}", f"{name}{day}", begin + int(rng.integers(late)) * SECOND)
                for name in names
            ]
        rows.append(Event("x", "<o>", "link", f"abc{day % 3}", f"o{day}", begin + 5_000 * SECOND))
    pq.write_table(as_table(rows), tmp_path / "traces.parquet")
    return tmp_path / "traces.parquet"


def asked(table, out, *more):
    return main(["sensitivity", str(table), "--out", str(out), "--windows", "60s,5m", "--fewest", "1,14,15", *more])


def test_the_picture_and_the_tables_say_the_same(table, tmp_path, capsys):
    out = tmp_path / "out"
    assert asked(table, out, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    # The slow group stands on content at a minute, on timing too at five.
    assert [(row["window_s"], row["fewest"], row["findings"]) for row in said["cells"]] == [
        (60, 1, 2), (300, 1, 2), (60, 14, 2), (300, 14, 2), (60, 15, 0), (300, 15, 0),
    ]  # fmt: skip
    with (out / "cells.csv").open(encoding="utf-8", newline="") as file:
        assert [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)] == said["cells"]
    with (out / "findings.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            (row["finding"], row["fewest"], float(row["jaccard"]), row["other"] != "") for row in csv.DictReader(file)
        ]
    assert rows == [
        (n, fewest, fewest != "15", fewest != "15") for n in "01" for fewest in ("1", "1", "14", "14", "15", "15")
    ]
    page = (out / "sensitivity.html").read_text(encoding="utf-8")
    assert "With a window of 1 min, 2 groups acted together" in page
    assert "<svg" in page
    assert page.count('<rect class="cell"') == 12
    assert "<script" not in page
    assert re.findall(r"(?:src|href)=\"(?!#|data:)", page) == []
    told = json.loads((out / "sensitivity.json").read_text(encoding="utf-8"))
    assert [(one["members"], one["still_there"], one["of"]) for one in told["findings"]] == [(3, 4, 6), (4, 4, 6)]


def test_what_is_finished_is_not_run_again(table, tmp_path, monkeypatch):
    """Interrupted in the fourth setting; afterwards the files are those of an undisturbed run."""
    assert asked(table, tmp_path / "whole") == 0
    real, ran = measured.found_in, []

    def stops(*args):
        ran.append(args[1])
        if len(ran) == 4:
            raise KeyboardInterrupt
        return real(*args)

    monkeypatch.setattr(measured, "found_in", stops)
    out = tmp_path / "out"
    assert asked(table, out) == 130
    assert {path.name for path in out.iterdir()} == {"cells"}
    assert asked(table, out) == 0
    assert len(ran) == 4 + 3
    for name in ("sensitivity.html", "cells.csv", "findings.csv"):
        assert (out / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    # Another rate is another result.
    assert asked(table, out, "--fdr", "0.01") == 0
    assert len(ran) == 7 + 6


def test_a_damaged_cell_is_run_again(table, tmp_path):
    assert asked(table, tmp_path / "out") == 0
    before = (tmp_path / "out" / "cells.csv").read_bytes()
    for cell in (tmp_path / "out" / "cells").iterdir():
        cell.write_text("{", encoding="utf-8")
    assert asked(table, tmp_path / "out") == 0
    assert (tmp_path / "out" / "cells.csv").read_bytes() == before


@pytest.mark.parametrize(
    "option", [("--windows", "soon"), ("--fewest", "0"), ("--windows", "0s"), ("--windows", "100d")]
)
def test_settings_that_make_no_sense_are_refused(table, tmp_path, option, capsys):
    assert main(["sensitivity", str(table), "--out", str(tmp_path / "out"), *option]) == 2
    assert option[0].lstrip("-") in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
