"""`hustings reach`: each viewer of a table once, in all and in parts, and every bad row told."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from hustings.cli.main import hustings
from hustings.errors import BadInput


def table(tmp_path, rows, head="ad,viewer,day,country"):
    place = tmp_path / "viewers.csv"
    place.write_text("\n".join([head, *rows]) + "\n")
    return str(place)


def said(*asked):
    done = CliRunner().invoke(hustings, ["reach", *asked, "--json"], catch_exceptions=False)
    assert done.exit_code == 0
    return {(one["by"], one["part"]): one for one in json.loads(done.output)}


ROWS = [f"a,v{number},2026-11-0{1 + number % 5},US" for number in range(40)] + [
    f"b,v{number},2026-11-04,CA" for number in range(30, 60)
]


def test_viewers_count_once_over_ads_and_apart_by_day_and_country(tmp_path):
    told = said(table(tmp_path, ROWS), "--day", "2026-11-04")
    whole = told["all", "all"]
    assert (whole["people"], whole["impressions"], whole["ads"], whole["how"]) == (60, 70, 2, "counted one by one")
    before, later = told["day", "before 2026-11-04"], told["day", "from 2026-11-04 on"]
    assert (before["people"], before["impressions"], later["people"], later["impressions"]) == (24, 24, 42, 46)
    assert before["share_of_people"] + later["share_of_people"] == pytest.approx(66 / 60)
    assert before["share_of_impressions"] + later["share_of_impressions"] == pytest.approx(1)
    assert (told["country", "CA"]["people"], told["country", "US"]["people"]) == (30, 40)
    assert said(table(tmp_path, ROWS), "--ad", "b")["all", "all"]["people"] == 30


def test_few_people_are_not_told_by_their_number(tmp_path):
    told = said(table(tmp_path, [*ROWS, "c,v1,2026-11-01,FR"]))
    assert told["country", "FR"]["people"] is None
    assert told["country", "FR"]["share_of_people"] is None
    assert "Fewer than 10" in told["country", "FR"]["sentence"]


def test_parquet_is_read_alike(tmp_path):
    rows = [line.split(",") for line in ROWS]
    columns = {name: pa.array([row[at] for row in rows]) for at, name in enumerate(("ad", "viewer", "day", "country"))}
    pq.write_table(pa.table(columns), tmp_path / "viewers.parquet")
    assert said(str(tmp_path / "viewers.parquet")) == said(table(tmp_path, ROWS))


def test_every_row_that_cannot_be_used_is_told_at_once(tmp_path):
    place = table(tmp_path, ["a,v1,2026-11-01,US", ",v2,2026-11-01,US", "a,,2026-11-01,US", "a,v3,soon,US", "a,v4,,"])
    error = CliRunner().invoke(hustings, ["reach", place]).exception
    assert isinstance(error, BadInput)
    assert [problem.where for problem in error.problems] == ["row 3", "row 4", "row 5"]


@pytest.mark.parametrize(
    ("head", "rows", "words"),
    [
        ("ad,who", ["a,b"], "a column viewer"),
        ("who,what", ["a,b"], "a column ad"),
        ("ad,viewer", ["a,b", "a"], "Expected 2 columns"),
    ],
)
def test_a_table_that_is_none_is_refused(tmp_path, head, rows, words):
    error = CliRunner().invoke(hustings, ["reach", table(tmp_path, rows, head)]).exception
    assert isinstance(error, BadInput)
    assert words in str(error)
    assert isinstance(CliRunner().invoke(hustings, ["reach", str(tmp_path / "none.parquet")]).exception, BadInput)
