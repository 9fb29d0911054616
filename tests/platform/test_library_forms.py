"""Notices, neutral forms and reports as anybody gets them from the library."""

import csv
import io
import json
import zipfile

import pytest
from django.test import Client
from made_library import made_library, number_of, remove


def opened(response):
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return zipfile.ZipFile(io.BytesIO(body))


def table(archive, name):
    return list(csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"))))


def test_a_notice_is_read_by_people_and_by_programs(db):
    (ad,) = made_library(1)
    number = number_of(ad)
    page = Client().get(f"/library/ads/{number}/notice/")
    assert page.status_code == 200
    told = Client().get(f"/library/ads/{number}/notice.jsonld")
    assert told["Content-Type"] == "application/ld+json"
    document = json.loads(told.content)
    assert document["identifier"] == str(number)
    assert document["payer"] in page.content.decode()
    assert "More parks" not in json.dumps(document), "a notice tells about the ad, it does not run it again"


@pytest.mark.parametrize("form", ["sdaf.json", "whotargetsme.json", "notice.jsonld", "notice/"])
def test_what_was_removed_is_masked_in_every_form(db, form):
    (ad,) = made_library(1)
    number = number_of(ad)
    says = ad.creative.text
    address = f"/library/ads/{number}/{form}"
    before = Client().get(address).content.decode()
    assert form.startswith("notice") or says in before
    remove(ad)
    after = Client().get(address)
    assert after.status_code == 200
    assert says not in after.content.decode()


@pytest.mark.parametrize("address", ["ads/999999/notice/", "ads/999999/sdaf.json", "reports/meta/us/USD/lifelong.zip", "reports/meta/US/USD/ever.zip", "reports/meta/US/USD/2020-1-1.zip"])  # fmt: skip
def test_what_is_not_there_is_not_found(db, address):
    assert Client().get(f"/library/{address}").status_code == 404


def test_reports_hold_every_ad_and_are_the_same_twice(db):
    made_library(5)
    first, again = (opened(Client().get("/library/reports/google.zip")) for _ in range(2))
    assert [first.read(name) for name in first.namelist()] == [again.read(name) for name in again.namelist()]
    rows = table(first, "google-political-ads-creative-stats.csv")
    assert len(rows) == 1 + 5
    country, currency = "US", "XVD"
    report = opened(Client().get(f"/library/reports/meta/{country}/{currency}/lifelong.zip"))
    (name,) = [one for one in report.namelist() if one.endswith("_advertisers.csv")]
    heading, *told = table(report, name)
    assert heading == ["Page ID", "Page name", "Disclaimer", f"Amount spent ({currency})", "Number of ads in Library"]
    assert sum(int(row[4]) for row in told) == 5
