"""`hustings ads` as a person meets it: what it prints, how it ends."""

import json

import pytest

from hustings.cli.main import main

SNAP = "ADID,Currency Code,Spend,Impressions,StartDate,EndDate,OrganizationName,BillingAddress,PayingAdvertiserName,CountryCode,Fresh\n"


@pytest.fixture
def snap(tmp_path):
    place = tmp_path / "PoliticalAds2022.csv"
    place.write_text(
        f"{SNAP}a1,RUB,100,5,2016/10/27 14:00:00Z,,Org,FR,P,france,x\na2,EUR,7,5,2016/10/27 14:00:00Z,,Org,FR,P,france,\n,,,,,,,,,x,\n"
    )
    return place


def test_totals_rows_set_aside_and_unknown_columns(snap, capsys):
    assert main(["ads", str(snap)]) == 0
    printed = capsys.readouterr().out
    for line in (
        "rows read 3, in 2, set aside 1; 11 columns", "    line 4: no ADID", "kept with their values: Fresh", "spend RUB: 100\n",
        "spend EUR: 7\n", "advertisers: 1\n", "spend in USD by the rates: 1.60", "ads without a rate to USD: 1",
        "Sum: 1 files, 3 rows read, 2 in, 1 set aside with their reasons: 2 ads.",
    ):  # fmt: skip
        assert line in printed


def test_rates_of_ones_own(snap, tmp_path, capsys):
    rates = tmp_path / "rates.csv"
    rates.write_text(
        "from,to,rate,valid_from,valid_to,source\nEUR,USD,1.1,2016-01-01,2016-12-31,bank\nRUB,USD,0.02,2016-01-01,2016-12-31,bank\n"
    )
    assert main(["ads", str(snap), "--rates", str(rates)]) == 0
    assert "spend in USD by the rates: 9.70" in capsys.readouterr().out


def test_rates_say_all_that_is_wrong(snap, tmp_path, capsys):
    rates = tmp_path / "rates.csv"
    rates.write_text(
        "from,to,rate,valid_from,valid_to,source\nEURO,USD,1.1,2016-01-01,2016-12-31,b\nEUR,USD,x,2016-01-01,2016-12-31,b\n"
        "EUR,USD,1,2016-01-01,2016-12-31,b\nEUR,USD,1,2016-06-01,2017-12-31,b\nEUR,USD,1,2019-01-01,2018-01-01,b\nEUR,USD,1,2020-01-01,2020-12-31,\n"
    )
    assert main(["ads", str(snap), "--rates", str(rates)]) == 2
    told = capsys.readouterr().err
    for text in (
        "'EURO' is no currency",
        "'x', which is no number",
        "line 5: found days that also stand in",
        "line 6",
        "line 7",
    ):
        assert text in told


def test_json_holds_every_row_set_aside(snap, capsys):
    assert main(["ads", str(snap), "--json"]) == 0
    (file,) = json.loads(capsys.readouterr().out)["files"]
    assert file["set_aside"] == [{"line": "line 4", "reason": "no ADID"}]
    assert (file["kind"], file["rows"], file["rows_in"], file["totals"]["spend RUB"]) == ("snap", 3, 2, "100")


def test_what_cannot_be_read_ends_in_2_after_the_rest_was_read(snap, tmp_path, capsys):
    (tmp_path / "other.csv").write_text("colour\nred\n")
    assert main(["ads", str(tmp_path), str(tmp_path / "nowhere")]) == 2
    shown = capsys.readouterr()
    assert "3 rows read, 2 in" in shown.out.replace("4 rows read", "3 rows read")
    assert "other.csv: found a table that we do not know" in shown.err
    assert "nowhere: found no such file" in shown.err


def test_tables_written_and_found_again(snap, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["ads", str(snap), "--out", str(out)]) == 0
    assert "Written: " in capsys.readouterr().out
    assert main(["ads", str(snap), "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "Nothing to do" in printed
    assert "spend RUB: 100\n" in printed
    assert main(["ads", str(out / "ads.parquet")]) == 0
    assert "our own ads table" in capsys.readouterr().out


def test_a_table_named_by_kind_where_its_columns_do_not_say_it(tmp_path, capsys):
    place = tmp_path / "x.csv"
    place.write_text("Advertiser_ID,Advertiser_Name\nAR1,A\n")
    assert main(["ads", str(place)]) == 2
    assert main(["ads", str(place), "--kind", "google-advertisers"]) == 0
    assert "Google's advertiser-stats" in capsys.readouterr().out
