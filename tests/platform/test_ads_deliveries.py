"""Deliveries from files: all problems at once, resumable, by somebody who may."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from made_people import appoint, organisation, person

from hustings.apps.ads import delivered_files
from hustings.apps.ads.delivered_files import take_deliveries
from hustings.apps.ads.delivery import reach_of
from hustings.apps.ads.models import Ad, ArchiveImport, Delivery
from hustings.apps.people.find import seat_for
from hustings.apps.permission import Refused
from hustings.errors import BadInput

pytestmark = pytest.mark.django_db
HEAD = "ad,day,region,age,gender,impressions,clicks,spend,currency,viewers\n"


@pytest.fixture
def company():
    return organisation("Platform", "company")


@pytest.fixture
def analyst(company):
    return seat_for(appoint(person("Ann"), company, "Ann", ("analyst",)), strong=True)


@pytest.fixture
def ads(company):
    return [
        Ad.objects.create(
            held_by=company, archive="api", number=f"abc{place}:{name}", state="delivering", currency="XVD"
        )
        for place, name in enumerate(("spring", "summer", "shared", "shared"))
    ]


def written(tmp_path, text, name="delivered.csv"):
    place = tmp_path / name
    place.write_text(HEAD + text)
    return place


def test_a_file_is_taken_in_by_key_number_and_own_number(ads, analyst, tmp_path):
    place = written(
        tmp_path,
        f"{ads[0].pk},2031-04-01,,,,100,3,12.50,XVD,a;b;c\nabc1:summer,2031-04-01,North,18-24,women,50,,,,\n"
        "spring,2031-04-02,,,,10,0,1,XVD,c;d\n",
    )
    taken = take_deliveries(place, by=analyst)
    assert (taken.rows, taken.ads, taken.before, taken.again) == (3, 2, 0, False)
    ads[0].refresh_from_db()
    assert (ads[0].impressions, ads[0].clicks, float(ads[0].spend)) == (110, 3, 13.5)
    assert reach_of(Ad.objects.filter(pk=ads[0].pk)).people == 4
    assert take_deliveries(place, by=analyst).again
    assert Delivery.objects.count() == 3


def test_every_problem_of_the_whole_file_is_told_and_nothing_is_taken(ads, analyst, tmp_path):
    place = written(
        tmp_path,
        "spring,2031-04-01,,,,100,3,12.50,XVD,\nautumn,yesterday,,,,many,-,x,eur,\nshared,2031-04-01,,,,1,,,,\n"
        "spring,2031-04-01,,,,7,,,,\nspring,2031-04-03,,,,-1,,,,\nspring,2031-04-04,,,,1,,5,,\n",
    )
    with pytest.raises(BadInput) as told:
        take_deliveries(place, by=analyst)
    where = [problem.where for problem in told.value.problems]
    assert where == [
        "row 3, ad", "row 3, day", "row 3, impressions", "row 3, clicks", "row 3, spend", "row 3, currency", "row 4, ad",
        "row 5, key", "row 6, impressions", "row 7, currency",
    ]  # fmt: skip
    assert "several" in told.value.problems[6].expected
    assert not Delivery.objects.exists()
    assert not ArchiveImport.objects.exists()


def test_a_run_that_was_stopped_goes_on(ads, analyst, tmp_path, monkeypatch):
    monkeypatch.setattr(delivered_files, "BATCH", 2)
    place = written(tmp_path, "".join(f"spring,2031-04-0{day},,,,{day},,,,\n" for day in range(1, 6)))

    def stop(rows):
        raise KeyboardInterrupt(rows)

    with pytest.raises(KeyboardInterrupt):
        take_deliveries(place, by=analyst, progress=stop)
    assert Delivery.objects.count() == 2
    taken = take_deliveries(place, by=analyst)
    assert (taken.rows, taken.before) == (5, 2)
    assert sorted(Delivery.objects.values_list("impressions", flat=True)) == [1, 2, 3, 4, 5]


def test_parquet_with_its_own_types_and_lists_of_viewers(ads, analyst, tmp_path):
    place = tmp_path / "delivered.parquet"
    table = pa.table({
        "ad": [str(ads[0].pk)], "day": pa.array(["2031-04-01"]).cast(pa.date32()), "impressions": [40], "spend": [2.5],
        "currency": ["XVD"], "viewers": [["a", "b"]],
    })  # fmt: skip
    pq.write_table(table, place)
    assert take_deliveries(place, by=analyst).rows == 1
    assert reach_of(Ad.objects.filter(pk=ads[0].pk)).people == 2


def test_who_may_not_take_ads_in_may_not_take_deliveries(ads, company, tmp_path):
    auditor = seat_for(appoint(person("Gus"), company, "Gus", ("auditor",)), strong=True)
    place = written(tmp_path, "spring,2031-04-01,,,,1,,,,\n")
    with pytest.raises(Refused):
        take_deliveries(place, by=auditor)
    assert not Delivery.objects.exists()


def test_another_doors_ads_are_not_known(ads, tmp_path):
    other = seat_for(appoint(person("Oda"), organisation("Other"), "Oda", ("analyst",)), strong=True)
    with pytest.raises(BadInput, match="of this door"):
        take_deliveries(written(tmp_path, f"{ads[0].pk},2031-04-01,,,,1,,,,\n"), by=other)


def test_the_command_says_what_it_did(ads, analyst, tmp_path, capsys):
    place = written(tmp_path, "spring,2031-04-01,,,,1,,,,\n")
    call_command("take_deliveries", str(place), "--by", analyst.person.email)
    assert "1 rows of 1 ads are in." in capsys.readouterr().out
    with pytest.raises(CommandError, match="exactly one"):
        call_command("take_deliveries", str(place), "--by", "nobody@example.org")
    (tmp_path / "wrong.csv").write_text("a,b\n1,2\n")
    with pytest.raises(CommandError, match="no deliveries"):
        call_command("take_deliveries", str(tmp_path / "wrong.csv"), "--by", analyst.person.email)
