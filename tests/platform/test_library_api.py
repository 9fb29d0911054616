"""The library's own interface: exact, every version, any moment, all in one request, and walks that nothing disturbs."""

import csv
import io
import json
import zipfile

import pyarrow.parquet as pq
import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_library import change, made_ad, made_company, made_library, number_of, remove

from hustings.apps.database import moment
from hustings.apps.library.models import Shown, Version
from hustings.apps.library.publishing.publish import publish_all


def get(path, **named):
    response = Client().get(f"/api/library/{path}", named)
    return response.status_code, response.json()


def walk(path, **named):
    """Every number, in the order it was given."""
    cursor, found = {}, []
    while cursor is not None:
        status, body = get(path, **named, **cursor)
        assert status == 200, body
        found += [one["number"] for one in body["items"]]
        cursor = None if body["next"] is None else {"cursor": body["next"]}
    return found


def exported(form, **named):
    return b"".join(Client().get(f"/api/library/export/{form}", named).streaming_content)


def test_an_ad_is_told_with_exact_numbers(db):
    (ad,) = made_library(1, spend="1500.7500", impressions=1999, people=300)
    status, body = get(f"ads/{number_of(ad)}")
    assert status == 200
    assert (body["spend"], body["impressions"], body["currency"]) == ("1500.75", 1999, "XVD")
    assert body["targeting"]["all"][1] == {"is": {"dimension": "age", "value": "18-34"}}
    assert body["reach"]["low"] <= 300 <= body["reach"]["high"]


def test_every_version_stays_and_a_moment_shows_the_one_of_its_time(db):
    (ad,) = made_library(1)
    number = number_of(ad)
    before = Version.objects.order_by("-seq").values_list("at", flat=True)[0]
    change(ad, spend="7.5")
    assert [one["spend"] for one in get(f"ads/{number}/versions")[1]] == ["7.5", "99.5"]
    if Version.objects.order_by("-seq").values_list("at", flat=True)[0] > before:
        assert get(f"ads/{number}", as_of=before.isoformat())[1]["spend"] == "99.5"
    assert get(f"ads/{number}", as_of="2000-01-01T00:00:00Z")[0] == 404


def test_a_language_that_nobody_said_is_told_by_the_words_whose_stems_are_then_found(db):
    company = made_company()
    made_ad(company, 1, language="", text="The parties that you and we vote for are in the news.")
    made_ad(company, 2, language="", text="Парки")
    made_ad(company, 3, language="de", text="The words are what they are, and not in the language that is said.")
    publish_all()
    told = {
        one["archive_number"]: (one["language"], one["language_told_by"]) for one in get("ads", q="parks")[1]["items"]
    }
    assert told == {"1": ("en", "its words"), "2": ("", ""), "3": ("de", "advertiser")}
    assert [one["archive_number"] for one in get("ads", q="party")[1]["items"]] == ["1"]


def test_pages_payers_and_advertisers_have_lists_of_their_own(db):
    (ad,) = made_library(1)
    (page,) = get("pages")[1]["items"]
    (payer,) = get("payers", q="citizens")[1]["items"]
    told = get(f"ads/{number_of(ad)}")[1]
    assert (page["number"], page["name"], page["archive_number"]) == (told["page"], "Parks for all", "parks")
    assert (payer["number"], payer["name"]) == (told["payer"], "Citizens for Parks")
    assert get("advertisers")[1]["items"] == []
    assert get(f"payers/{payer['number']}")[1]["country"] == "XV"
    assert get(f"ads/{payer['number']}")[0] == 404


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        ({"q": '"says ad"'}, True), ({"q": "parks -ad"}, False), ({"country": "US"}, True), ({"country": "CA"}, False),
        ({"country": ["CA", "US"]}, True), ({"spend_from": "99.5"}, True), ({"spend_from": "99.51"}, False), ({"impressions_to": 1233}, False),
        ({"from": "2020-01-09"}, True), ({"from": "2020-01-10"}, False), ({"to": "2020-01-01"}, False), ({"archive": "snap"}, True),
        ({"hidden": "removed"}, False), ({"hidden": "nothing"}, True), ({"nonsense": "1"}, True),
    ],
)  # fmt: skip
def test_filters_narrow(db, asked, fits):
    (ad,) = made_library(1)
    assert walk("ads", **asked) == ([number_of(ad)] if fits else [])


@pytest.mark.parametrize(
    "asked",
    [
        {"limit": 0}, {"limit": 1001}, {"as_of": "yesterday"}, {"as_of": "15e5"}, {"to": "6.2e-299"}, {"as_of": "2020-01-01T00:00:00"},
        {"country": "usa"}, {"page": "0"}, {"from": "2020-13-01"}, {"spend_from": "1e9"}, {"hidden": "x"}, {"q": "a\0b"},
    ],
)  # fmt: skip
def test_what_does_not_fit_is_a_problem_that_says_where(db, asked):
    status, body = get("ads", **asked)
    assert status == 422
    assert next(iter(asked)) in body["problems"][0]["where"]


@pytest.mark.parametrize("cursor", ["x", "OTk5OTk5OTkuMQ", "ä", "9" * 60])
def test_a_cursor_that_no_answer_gave_is_refused(db, cursor):
    status, body = get("ads", cursor=cursor)
    assert (status, body["code"]) == (409, "not_your_cursor")


def test_a_removed_ad_stays_in_lists_and_exports_without_its_words(db):
    ad, other = made_library(2)
    remove(ad)
    body = get(f"ads/{number_of(ad)}")[1]
    assert (body["hidden"], body["text"], body["spend"]) == ("removed", "", "99.5")
    assert sorted(walk("ads")) == sorted([number_of(other), number_of(ad)])
    assert b"says ad 1." not in exported("ads.jsonl")


def test_exports_hold_every_ad_that_fits_in_each_form(db, monkeypatch):
    monkeypatch.setattr("hustings.apps.library.bulk.export.BATCH", 2)
    monkeypatch.setattr("hustings.apps.library.bulk.parquet.ROW_GROUP", 3)
    made = made_library(7, text="=SUM(1)")
    numbers = sorted(map(number_of, made), reverse=True)
    rows = [json.loads(line) for line in exported("ads.jsonl").splitlines()]
    assert [row["number"] for row in rows] == numbers
    assert rows[0] == get(f"ads/{numbers[0]}")[1]
    with zipfile.ZipFile(io.BytesIO(exported("ads.csv.zip"))) as archive:
        table = list(csv.DictReader(io.StringIO(archive.read("ads.csv").decode())))
    assert [int(row["number"]) for row in table] == numbers
    assert (table[0]["text"], table[0]["spend"], json.loads(table[0]["countries"])) == ("'=SUM(1)", "99.5", ["US"])
    parquet = pq.read_table(io.BytesIO(exported("ads.parquet"))).to_pylist()
    assert [row["number"] for row in parquet] == numbers
    assert (parquet[0]["text"], json.loads(parquet[0]["targeting"])) == ("=SUM(1)", rows[0]["targeting"])


def test_exports_of_nothing_are_files_too(db):
    assert exported("ads.jsonl") == b""
    with zipfile.ZipFile(io.BytesIO(exported("ads.csv.zip"))) as archive:
        assert archive.read("ads.csv").count(b"\n") == 1
    assert pq.read_table(io.BytesIO(exported("ads.parquet"))).num_rows == 0


@pytest.mark.parametrize("form", ["ads.jsonl", "ads.csv.zip", "ads.parquet"])
def test_the_same_export_of_the_same_moment_is_the_same_bytes(db, form):
    made = made_library(3)
    when = moment().isoformat()
    first = exported(form, as_of=when)
    assert exported(form, as_of=when) == first
    at = Client().get(f"/api/library/export/{form}", {"as_of": when})["X-Library-Place"]
    assert int(at) == Version.objects.count()
    assert len(made) == Shown.objects.filter(kind="ad").count()


def test_pages_of_an_export_that_begins_stay_at_its_place(db):
    made = made_library(2)
    response = Client().get("/api/library/export/ads.jsonl")
    change(made[0], spend="5")
    made_ad(made[0].held_by, 77)
    publish_all()
    rows = [json.loads(line) for line in b"".join(response.streaming_content).splitlines()]
    assert [row["spend"] for row in rows] == ["99.5", "99.5"]


# What happens between two pages of a walk.
EVENTS = st.lists(
    st.lists(st.tuples(st.sampled_from(["add", "change", "remove", "putback"]), st.integers(0, 9)), max_size=3),
    max_size=8,
)


@settings(max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(many=st.integers(0, 7), limit=st.integers(1, 4), meanwhile=EVENTS, door=st.sampled_from(["own", "meta"]))
def test_a_walk_is_complete_and_without_repeats_whatever_happens_between_its_pages(db, many, limit, meanwhile, door):
    from django.db import transaction

    with transaction.atomic():
        company = made_company()
        ads = [made_ad(company, number) for number in range(1, many + 1)]
        publish_all()
        expected = sorted(map(number_of, ads), reverse=True)
        spends = dict.fromkeys(expected, "99.5")
        happening = iter(meanwhile)
        found, after = [], {}
        while after is not None:
            if door == "own":
                _, body = get("ads", limit=limit, **after)
                found += [one["number"] for one in body["items"]]
                assert all(one["spend"] == spends[one["number"]] for one in body["items"])
                after = None if body["next"] is None else {"cursor": body["next"]}
            else:
                body = (
                    Client()
                    .get("/v19.0/ads_archive", {"limit": limit, "ad_active_status": "ALL", "search_terms": "", **after})
                    .json()
                )
                found += [int(one["id"]) for one in body["data"]]
                after = {"after": body["paging"]["cursors"]["after"]} if "paging" in body else None
            for act, which in next(happening, []):
                happen(act, which, company, ads)
            publish_all()
        assert found == expected
        transaction.set_rollback(True)


def happen(act, which, company, ads):
    if act == "add" or not ads:
        ads.append(made_ad(company, 1000 + len(ads)))
        return
    ad = ads[which % len(ads)]
    values = {"change": {"spend": 1 + which}, "remove": {"state": "removed"}, "putback": {"state": "recorded"}}[act]
    type(ad).objects.filter(pk=ad.pk).update(**values)
