"""Archives read into the platform: every row in or named, a second time nothing, and nothing lost when it is killed."""

import json
import os
import subprocess
import sys
from decimal import Decimal
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import Sum
from installation import ENVIRONMENT, copy_of
from killed_loading import ADS, HEAD, SPENT
from made_people import appoint, organisation, person

from hustings.apps.ads.models import Ad, AdVersion, ArchiveImport, ArchiveRow, Check, Creative, Payer, SetAside, Sponsor
from hustings.connectors import archive

SCRIPT = Path(__file__).parents[1] / "killed_loading.py"


@pytest.fixture
def reader(db):
    company = organisation("Platform", "company")
    appoint(person("Rae"), company, "Archives", ("analyst",))
    return company


def take(*paths, **more):
    said = StringIO()
    call_command("take_ads", *map(str, paths), by="rae@example.org", stdout=said, **more)
    return said.getvalue()


def row(ad, **more):
    cells = {"spend": "10", "start": "2018/10/27 14:00:00Z", "organisation": "Org", "payer": "Payer"} | more
    return f"{ad},https://m/{ad},EUR,{cells['spend']},5,{cells['start']},,{cells['organisation']},FR,,{cells['payer']},,18+,france,,,,,"


def table(place, *rows):
    place.write_text("\n".join([HEAD, *rows]) + "\n")
    return place


def held():
    """Everything that reading in writes, by count."""
    kinds = (Ad, AdVersion, ArchiveRow, SetAside, Sponsor, Payer, Creative, ArchiveImport, Check)
    return {kind.__name__: kind.objects.count() for kind in kinds}


def test_every_row_is_in_or_set_aside_with_its_reason(reader, tmp_path):
    place = table(
        tmp_path / "p.csv",
        row("a1"),
        row("", spend="1"),
        row("a3", spend="ten"),
        row("a4"),
        row("a4"),
        row("a4", spend="2"),
    )
    said = take(place)
    assert "6 rows, 2 in, 4 set aside; ads: 2 new, 0 changed, 0 the same." in said
    into = ArchiveImport.objects.get()
    assert (into.rows_read, into.rows_in, into.rows_aside, into.held_by) == (6, 2, 4, reader)
    assert [(one.line, one.reason.partition(",")[0]) for one in SetAside.objects.order_by("id")] == [
        ("line 3", "no ADID"),
        ("line 4", "Spend: 'ten' is no number"),
        ("line 6", "the same ad again"),
        ("line 7", "another row of the ad in p.csv"),
    ]
    assert set(Ad.objects.values_list("state", "spend", "currency", "countries__0")) == {
        ("recorded", Decimal(10), "EUR", "FR")
    }


def test_a_second_run_changes_nothing_and_says_so(reader, tmp_path):
    place = table(tmp_path / "p.csv", row("a1"), row("a2", spend="ten"))
    take(place)
    before = held()
    assert "read in before, nothing done" in take(place)
    assert held() == before


def test_the_same_ads_in_another_file_are_the_same_and_a_changed_row_is_another_version(reader, tmp_path):
    take(table(tmp_path / "p.csv", row("a1"), row("a2")))
    said = take(table(tmp_path / "q.csv", row("a1", spend="12"), row("a2"), row("a3")))
    assert "ads: 1 new, 1 changed, 1 the same." in said
    changed = Ad.objects.get(number__endswith=":a1")
    assert (changed.version, changed.spend) == (2, Decimal(12))
    assert [version.content["spend"] for version in changed.versions.order_by("version")] == ["10", "12"]
    assert AdVersion.objects.count() == 4
    assert Sponsor.objects.count() == 1


def test_what_was_interrupted_goes_on_where_it_was(reader, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "BATCH", 2)
    place = table(tmp_path / "p.csv", *(row(f"a{number}") for number in range(7)), row("x", spend="ten"))
    from hustings.apps.ads import loading

    whole, batches = loading.take, []

    def fails_at_the_third(batch, *args):
        batches.append(len(batch))
        if len(batches) == 3:
            raise KeyboardInterrupt
        whole(batch, *args)

    monkeypatch.setattr(loading, "take", fails_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        take(place)
    assert (Ad.objects.count(), ArchiveImport.objects.get().done_up_to) == (4, 4)
    assert ArchiveImport.objects.get().ended_at is None
    monkeypatch.setattr(loading, "take", whole)
    said = take(place)
    assert "8 rows, 7 in, 4 of them before this run, 1 set aside; ads: 3 new" in said
    assert (Ad.objects.count(), AdVersion.objects.count(), SetAside.objects.count()) == (7, 7, 1)


def test_a_table_that_nobody_knows_is_named_and_the_others_are_in(reader, tmp_path):
    table(tmp_path / "a.csv", row("a1"))
    (tmp_path / "b.csv").write_text("colour,taste\ngreen,sour\n")
    (tmp_path / "c.txt").write_text("What the columns mean.\n")
    with pytest.raises(CommandError) as told:
        take(tmp_path)
    assert "b.csv" in str(told.value)
    assert "colour" in str(told.value)
    assert (Ad.objects.count(), ArchiveImport.objects.get().archive) == (1, "snap")


def test_a_text_beside_a_table_is_passed_without_a_word_of_having_read_it(reader, tmp_path):
    table(tmp_path / "a.csv", row("a1"))
    (tmp_path / "c.txt").write_text("What the columns mean.\n")
    said = take(tmp_path)
    assert "c.txt" not in said
    assert "1 rows of 1 files" in said
    assert ArchiveImport.objects.count() == 1


def test_who_may_not_take_ads_in_takes_nothing(reader, tmp_path):
    appoint(person("Lee"), reader, "Liaison", ("liaison",))
    place = table(tmp_path / "p.csv", row("a1"))
    from hustings.apps.permission import Refused

    with pytest.raises(Refused):
        call_command("take_ads", str(place), by="lee@example.org", stdout=StringIO())
    with pytest.raises(CommandError, match="holds 0 positions"):
        call_command("take_ads", str(place), by="nobody@example.org", stdout=StringIO())
    assert held() == dict.fromkeys(held(), 0)


# The archives at hand

FOLDERS = {
    # folder -> files, rows, in, set aside, ads
    "ira-ads": (4, 7193, 3695, 3498, 3498),
    "google-political-2019": (4, 12565, 12565, 0, 0),
    "snap-political-2018": (1, 659, 659, 0, 659),
    "meta-ad-library-api-2019": (3, 5174, 5174, 0, 100),
    "meta-ad-library-report-2023": (59, 65418, 65418, 0, 0),
}


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS)
def test_the_archives_at_hand_are_in_with_the_totals_they_state(reader, real_data, folder):
    files, rows, taken, aside, ads = FOLDERS[folder]
    said = take(real_data / folder)
    assert f"{rows:,} rows of {files} files: {taken:,} in, {aside:,} set aside" in said
    kept = ArchiveImport.objects.aggregate(read=Sum("rows_read"), taken=Sum("rows_in"), aside=Sum("rows_aside"))
    assert kept == {"read": rows, "taken": taken, "aside": aside}
    assert SetAside.objects.count() == aside
    assert Ad.objects.count() == ads == AdVersion.objects.count()
    STATED.get(folder, lambda: None)()
    before = held()
    again = take(real_data / folder)
    assert again.count("read in before, nothing done") == files
    assert held() == before


def spent(currency):
    return Ad.objects.filter(currency=currency).aggregate(total=Sum("spend"))["total"]


def of_the_ira():
    assert (spent("RUB"), spent("USD")) == (Decimal("5822554.92"), Decimal("109.33"))
    assert Ad.objects.filter(spend__gt=0, currency="RUB").count() == 2533
    assert Ad.objects.filter(spend__gt=0, currency="USD").count() == 5
    assert Ad.objects.filter(impressions=0).count() / Ad.objects.count() == pytest.approx(0.26, abs=0.0005)


def of_snap():
    assert Ad.objects.aggregate(total=Sum("impressions"))["total"] == 272_048_601
    assert spent("USD") == 598_028
    assert Ad.objects.filter(ends=None).count() == 67


def of_google():
    assert Sponsor.objects.filter(archive="google").count() == 1193
    schemes = Check.objects.filter(what="number")
    assert (schemes.filter(scheme="FEC").count(), schemes.filter(scheme="EIN").count()) == (609, 281)
    assert set(schemes.values_list("result", flat=True)) == {"unknown"}


def of_the_report():
    assert ArchiveRow.objects.filter(of__name__contains="advertisers").count() == 3174


STATED = {
    "ira-ads": of_the_ira,
    "snap-political-2018": of_snap,
    "google-political-2019": of_google,
    "meta-ad-library-report-2023": of_the_report,
}


# Killed

MAKE = """
from made_people import appoint, organisation, person
appoint(person("Rae", second_factor=False), organisation("Platform", "company"), "Archives", ("analyst",))
"""


def run(*arguments, dsn):
    environment = os.environ | ENVIRONMENT | {"HUSTINGS_APP_DATABASE_URL": dsn}
    done = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def killed(postgres, empty_database, tmp_path):
    name = "killed_loading"
    copy_of(postgres, empty_database, name)
    owner = postgres.dsn("hustings_owner", name)
    run("-c", "import django; django.setup()\n" + MAKE, dsn=owner)

    def kill(times):
        folder = tmp_path / "archive"
        folder.mkdir()
        told = json.loads(
            run(str(SCRIPT), str(times), "7", str(folder), "rae@example.org", dsn=postgres.dsn("hustings_app", name))
        )
        assert told["killed"] == times
        return told["files"], lambda query: one(owner, query)

    yield kill
    with psycopg.connect(postgres.superuser_dsn, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def one(dsn, query):
    with psycopg.connect(dsn) as asked:
        return asked.execute(query.encode()).fetchone()


def nothing_lost(files, sql):
    ads = files * ADS
    assert sql("SELECT count(*), count(DISTINCT number), sum(spend)::int, max(version) FROM ad") == (
        ads,
        ads,
        ads * SPENT,
        1,
    )
    assert sql("SELECT count(*), count(DISTINCT ad_id) FROM ad_version") == (ads, ads)
    assert sql("SELECT count(*), count(DISTINCT of_id) FROM archive_set_aside") == (files, files)
    assert sql("SELECT count(*), sum(rows_in)::int, sum(rows_aside)::int, bool_and(ended_at IS NOT NULL) FROM archive_import") == (files, ads, files, True)  # fmt: skip
    assert sql("SELECT count(*) FROM sponsor") == (4,)
    assert sql("SELECT count(*), count(DISTINCT digest) FROM ad_creative") == (ads, ads)
    assert sql("SELECT count(*) FROM ad_payer") == (12,)


@pytest.mark.slow
def test_eight_kills_lose_no_ad_and_double_none(killed):
    nothing_lost(*killed(8))


@pytest.mark.long
def test_a_hundred_kills_lose_no_ad_and_double_none(killed):
    nothing_lost(*killed(100))
