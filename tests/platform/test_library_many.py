"""What a library of many ads needs says the same as what a small one would do: either way to the newest, sums of a part, flat rows."""

import csv
import io
import json
import re
import zipfile
from datetime import date

import pyarrow.parquet as pq
import pytest
from django.db import connection
from django.test import Client
from made_library import change, made_library, number_of, remove

from hustings.apps.library import find
from hustings.apps.library.bulk.columns import FLAGS, NESTED, NUMBERS, PLAIN
from hustings.apps.library.find import Asked, newest, newest_first, rows_of, search
from hustings.apps.library.patience import patiently
from hustings.apps.library.publishing.publish import publish_all
from hustings.apps.remembered import remembering

ASKED = (
    Asked(), Asked(words="ad"), Asked(words='"says ad"'), Asked(words="-nowhere"), Asked(words="nowhere"), Asked(words="!!!"),
    Asked(countries=("US",)), Asked(countries=("CA",)), Asked(first=date(2020, 1, 1)), Asked(last=date(2020, 1, 2)),
    Asked(words="ad", first=date(2020, 1, 1), last=date(2020, 12, 31)), Asked(first=date(2021, 1, 1), last=date(2020, 1, 1)),
)  # fmt: skip


@pytest.fixture
def ads(db):
    made = made_library(7, text='=SUM(1), "it" says\nad')
    change(made[0], spend="5")
    remove(made[1])
    publish_all()
    return made


@pytest.mark.parametrize("asked", ASKED, ids=repr)
def test_the_newest_are_the_same_whether_walked_to_or_sorted(ads, monkeypatch, asked):
    told = []
    for dearer, of_days in ((0, 0), (10**9, 10**9)):
        monkeypatch.setattr(find, "DEARER", dearer)
        monkeypatch.setattr(find, "FEW_OF_DAYS", of_days)
        told.append(newest(search(asked), 3))
    by_number = list(search(asked).values_list("seq", flat=True)[:3])
    assert told == [by_number, by_number]
    assert [row.seq for row in rows_of(told[0])] == by_number


@pytest.mark.parametrize("asked", ASKED, ids=repr)
def test_where_one_way_takes_too_long_the_other_finds_the_same(ads, monkeypatch, asked):
    soon = newest(search(asked), 3)
    monkeypatch.setattr(find, "patiently", lambda _ask, _milliseconds: None)
    assert newest(search(asked), 3) == soon


def test_parts_of_one_answer_share_its_time(db, monkeypatch):
    def limit():
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout')")
            return cursor.fetchone()[0]

    before = limit()
    monkeypatch.setattr("hustings.apps.library.patience.IN_ALL_MS", 10**9)
    with remembering():
        assert patiently(limit, 300) == "300ms"
        monkeypatch.setattr("hustings.apps.library.patience.IN_ALL_MS", 0)
        assert patiently(limit, 300) == "20ms"
    assert limit() == before


def test_a_walk_and_a_sort_are_two_statements(ads, monkeypatch):
    monkeypatch.setattr(find, "DEARER", 0)
    walked = str(newest_first(search(Asked()), 3).query)
    monkeypatch.setattr(find, "DEARER", 10**9)
    assert str(newest_first(search(Asked()), 3).query) != walked


def lede(query):
    page = Client().get("/library/", query).content.decode()
    return " ".join(re.sub("<[^>]+>", " ", page).split())


def test_a_page_says_where_it_sums_up_the_newest_alone_and_sums_up_all_when_asked(ads, monkeypatch):
    monkeypatch.setattr("hustings.apps.library.pages.summing.MOST", 3)
    monkeypatch.setattr("hustings.apps.library.pages.summing.MOST_OF_WORDS", 2)
    assert "At least 3 ads. Sums, charts and counts here are of the newest 3; sum up all ." in lede({})
    assert "At least 2 ads fit. Sums" in lede({"q": "says"})
    assert "At least" not in lede({"q": "nowhere"})
    everything = lede({"sums": "all"})
    assert "At least" not in everything
    assert "7 ads" in everything
    assert Client().get("/library/", {"sums": "some"}).status_code == 400


def exported(form):
    return b"".join(Client().get(f"/api/library/export/{form}").streaming_content)


def test_flat_rows_hold_what_the_records_hold(ads):
    records = [json.loads(line) for line in exported("ads.jsonl").splitlines()]
    assert len(records) == len(ads)
    table = pq.read_table(io.BytesIO(exported("ads.parquet"))).to_pylist()
    with zipfile.ZipFile(io.BytesIO(exported("ads.csv.zip"))) as archive:
        cells = list(csv.DictReader(io.StringIO(archive.read("ads.csv").decode(), newline="")))
    assert len(table) == len(cells) == len(records)
    for record, row, cell in zip(records, table, cells, strict=True):
        for name in (*NUMBERS, *PLAIN, *FLAGS):
            value = record.get(name)
            assert row[name] == value, name
            written = "" if value is None else str(value).lower() if name in FLAGS else str(value)
            assert cell[name] == ("'" if name in PLAIN and written[:1] in ("=", "-", "+", "@") else "") + written, name
        for name in NESTED:
            value = record.get(name)
            assert (None if row[name] is None else json.loads(row[name])) == value, name
            assert cell[name] == (row[name] or ""), name
    assert {record["hidden"] for record in records} == {"", "removed"}
    assert number_of(ads[0]) in {row["number"] for row in table}
