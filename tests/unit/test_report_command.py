"""`hustings report regenerate`: published figures beside ours, and the block of a takedown, each reason said."""

import json

import pytest
from made_report import TABLES

from hustings.cli.main import main

BLOCK = {
    "as_of": "2018-07-31T00:00:00Z", "scope": "a list that somebody wrote", "tables": {"assets": TABLES["assets"], "ads": TABLES["ads"]},
}  # fmt: skip


@pytest.fixture
def ads(tmp_path):
    rows = [
        {"platform": "facebook", "actor": "fb:a", "ad": "1", "created": "2016-05-01T10:00:00Z", "spend": "100.5", "currency": "RUB", "impressions": 10, "clicks": 1},
        {"platform": "facebook", "actor": "fb:a", "ad": "2", "created": "2017-05-01T10:00:00Z", "spend": "2.5", "currency": "USD", "impressions": 0, "clicks": 0,
         "landing_url": "https://www.facebook.com/events/1000000001/"},
    ]  # fmt: skip
    place = tmp_path / "ads.jsonl"
    place.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return place


def test_statements_stand_beside_figures_and_what_cannot_be_derived_is_said(ads, tmp_path, capsys):
    (tmp_path / "assets.json").write_text(json.dumps(BLOCK))
    out = tmp_path / "out"
    assert (
        main(["report", "regenerate", "--ads", str(ads), "--assets", str(tmp_path / "assets.json"), "--out", str(out)])
        == 0
    )
    said = capsys.readouterr().out
    assert "over 2 ads" in said
    assert "50.0% have no impressions (1 of 2)" in said
    assert "not derivable (no viewer identities, no daily reach" in said
    assert "Followers of at least one: at least: 200; at most: 290 accounts" in said
    assert "Gatherings: not derivable (no gatherings are held)" in said
    for name in ("published", "takedown"):
        assert main(["report", "rerun", str(out / name / "report.json")]) == 0
    assert "have the same value" in capsys.readouterr().out
    assert main(["report", "regenerate", "--ads", str(ads), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["derivable"] for one in told["published"]] == [True] * 6 + [False, True]
    assert {one["name"]: one["value"] for one in told["takedown"]}["ads"] == 2


def test_the_block_is_made_of_a_season_too(ads, tmp_path, capsys):
    season = tmp_path / "season"
    assert main(["simulate", "--seed", "3", "--actors", "60", "--out", str(season)]) == 0
    capsys.readouterr()
    assert main(["report", "regenerate", "--ads", str(ads), "--assets", str(season), "--json"]) == 0
    figures = {one["name"]: one for one in json.loads(capsys.readouterr().out)["takedown"]}
    assert figures["assets-in-all"]["value"] > 0
    assert figures["ads"]["value"] > 0
    assert figures["posts"]["value"] > 0
    assert figures["spend-by-instrument"]["value"]
    assert figures["gatherings"]["why_not"] == "a made-up season says nothing of it"
    assert main(["report", "regenerate", "--ads", str(ads), "--assets", str(season), "--campaign", "99"]) == 2
    assert "one of" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--campaign", "1"], "--campaign"), (["--assets", "nowhere.json"], "nowhere.json"), (["--assets", "."], "no labels.parquet"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_said(ads, tmp_path, monkeypatch, capsys, arguments, said):
    monkeypatch.chdir(tmp_path)
    assert main(["report", "regenerate", "--ads", str(ads), *arguments]) == 2
    assert said in capsys.readouterr().err


def test_without_real_data_it_says_how_to_name_the_ads(monkeypatch, capsys):
    monkeypatch.setenv("HUSTINGS_DATA", "")
    assert main(["report", "regenerate"]) == 3
    assert "--ads" in capsys.readouterr().err


def test_a_folder_is_still_the_run_that_is_drawn(tmp_path, capsys):
    assert main(["report", str(tmp_path / "no-such-run")]) == 2
    assert "no-such-run" in capsys.readouterr().err


def test_the_real_ads_give_what_facebook_published_within_two_points(real_data, capsys):
    assert main(["report", "regenerate", "--ads", str(real_data / "ira-ads" / "ads.parquet"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    figures = {figure["name"]: figure["value"] for one in told["published"] for figure in one["figures"]}
    assert figures["ads"] == 3498
    assert figures["never-shown"] == {"ads": 911, "of": 3498, "share": "26.0%"}
    assert figures["under-3-dollars"]["share"] == "48.4%"
    assert figures["under-1000-dollars"]["share"] == "99.7%"
    assert figures["spend-in-dollars"] == 93270
    assert figures["spend"] == {"RUB": "5822554.92", "USD": "109.33"}
    assert figures["shown-before"]["share"] == "50.0%"
    assert figures["impressions"] == 40_285_461
    assert (figures["gatherings"], figures["gathering-ads"]) == (78, 209)
    assert figures["people"] is None
    assert figures["gathering-viewers"] is None
