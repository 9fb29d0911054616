"""`hustings gatherings` as a person meets it: what it prints and writes, how it ends."""

import csv
import json

import pytest

from hustings.cli.main import main
from hustings.screening.ad import ADS_COLUMNS

COLUMNS = ADS_COLUMNS.names
ROWS = [
    {"ad": "1", "text": "Stop islamophobia in Houston, TX on May 21", "landing_url": "https://www.facebook.com/events/1000000001/"},
    {"ad": "2", "text": "Stop radical islam! Houston, TX, May 21", "landing_url": "https://www.facebook.com/events/1000000002/"},
    {"ad": "3", "text": "Buy shoes", "landing_url": "https://shoes.example/"},
]  # fmt: skip


@pytest.fixture
def table(tmp_path):
    place = tmp_path / "ads.csv"
    with place.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(
            {"platform": "facebook", "actor": "page", "created": "2016-05-11T10:00:00Z"} | row for row in ROWS
        )
    return place


def test_what_is_found_is_said_in_words_in_a_file_and_as_json(table, tmp_path, capsys):
    out = tmp_path / "gatherings.csv"
    assert main(["gatherings", str(table), "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "2 gatherings in 2 of 3 ads; 2 name a day to come, 2 a city." in said
    assert "Opposed (sure): Islam" in said
    rows = list(csv.DictReader(out.open(newline="")))
    assert [(row["number"], row["day"], row["places"], row["opposed_to"]) for row in rows] == [
        ("1000000001", "2016-05-21", "Houston", "1000000002"), ("1000000002", "2016-05-21", "Houston", "1000000001"),
    ]  # fmt: skip
    assert main(["gatherings", str(table), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["ads"], told["ads_for_gatherings"], len(told["gatherings"])) == (3, 2, 2)
    assert [(pair["matter"], pair["sure"]) for pair in told["opposed"]] == [("islam", True)]


def test_a_table_of_ones_own_matters_and_one_that_cannot_be_read(table, tmp_path, capsys):
    poles = tmp_path / "poles.json"
    side = {"name": "shoes", "terms": ["shoes"]}
    poles.write_text(
        json.dumps(
            {
                "matters": [
                    {"code": "feet", "matter": "Feet", "sides": [side, side | {"name": "none", "terms": ["barefoot"]}]}
                ]
            }
        )
    )
    assert main(["gatherings", str(table), "--poles", str(poles)]) == 0
    assert "None stand against each other" in capsys.readouterr().out
    poles.write_text("no json")
    assert main(["gatherings", str(table), "--poles", str(poles)]) == 2
    assert main(["gatherings", str(table), "--poles", str(tmp_path / "nothing.json")]) == 2
    assert "Look at the name." in capsys.readouterr().err
