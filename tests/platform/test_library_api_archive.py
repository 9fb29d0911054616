"""`ads_archive`: programs that were made for Meta's interface read the library with the host changed."""

import csv
import io
import json
import random
import re
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from django.db import connection
from django.test import Client
from made_library import change, made_ad, made_company, made_library, number_of, remove

from hustings.apps.library.archive_api import view
from hustings.apps.library.patience import hurry
from hustings.apps.library.publishing.publish import publish_all

PUBLIC = "https://library.example"
# What a client of 2019 and one of today ask for.
OLD = (
    "ad_creation_time,ad_creative_body,ad_creative_link_caption,ad_creative_link_description,ad_creative_link_title,"
    "ad_delivery_start_time,ad_delivery_stop_time,ad_snapshot_url,currency,demographic_distribution,funding_entity,"
    "impressions,page_id,page_name,region_distribution,spend"
)
NEW = (
    "id,ad_creation_time,ad_creative_bodies,ad_creative_link_captions,ad_creative_link_descriptions,"
    "ad_creative_link_titles,ad_delivery_start_time,ad_delivery_stop_time,ad_snapshot_url,"
    "age_country_gender_reach_breakdown,beneficiary_payers,bylines,currency,delivery_by_region,demographic_distribution,"
    "estimated_audience_size,eu_total_reach,impressions,languages,page_id,page_name,publisher_platforms,spend,target_ages,"
    "target_gender,target_locations"
)


@pytest.fixture(autouse=True)
def public(settings):
    settings.PUBLIC_URL = PUBLIC


@pytest.fixture
def ads(db):
    return [str(number_of(ad)) for ad in made_library(7)]


def get(address, **named):
    """What a client gets, whichever host the address names."""
    parts = urlsplit(address)
    response = Client().get(f"{parts.path}?{parts.query}", named or None)
    return response.status_code, json.loads(response.content)


def once(found, ads):
    assert sorted(found) == sorted(ads)


def test_research_script_gets_every_ad_once_and_writes_its_table(ads):
    # The script puts its parameters into the address as they are, and takes ids out of the address of the snapshot.
    address = (
        f"{PUBLIC}/v14.0/ads_archive?access_token=abc&fields={NEW}&search_terms=.&ad_reached_countries=US,CA"
        "&search_page_ids=&ad_active_status=ALL&limit=2"
    )
    found, table = [], io.StringIO()
    pages = 0
    while address:
        _, body = get(address)
        pages += 1
        for ad in body["data"]:
            found.append(re.search(r"/\?id=(\d+)", ad["ad_snapshot_url"])[1])
            row = []
            for name in NEW.split(","):
                value = ad.get(name, "")
                if isinstance(value, dict) or (isinstance(value, list) and isinstance(value[0], dict)):
                    value = json.dumps(value)
                elif isinstance(value, list):
                    value = ",".join(value)
                row.append(value.replace("\n", " "))
            csv.writer(table).writerow(row)
        address = body["paging"]["next"] if "paging" in body else None
    once(found, ads)
    assert pages == 4


def test_research_script_reads_days_by_their_form(ads):
    _, body = get("/v14.0/ads_archive", fields=NEW, ad_active_status="ALL", limit="1")
    days = [body["data"][0][name] for name in ("ad_creation_time", "ad_delivery_start_time", "ad_delivery_stop_time")]
    assert days == ["2020-01-01", "2020-01-02", "2020-01-09"]


def test_radlibrary_takes_the_next_query_out_of_the_link(ads):
    given = {
        "ad_reached_countries": "['US']", "search_terms": "parks", "ad_active_status": "ALL", "ad_type": "POLITICAL_AND_ISSUE_ADS",
        "search_type": "KEYWORD_UNORDERED", "publisher_platforms": "['MERIDIAN']", "fields": "id,bylines", "limit": "3", "access_token": "t",
    }  # fmt: skip
    found, query = [], given
    while query:
        _, body = get("/v16.0/ads_archive", **query)
        found += [ad["id"] for ad in body["data"]]
        assert all(set(ad) == {"id", "bylines"} for ad in body["data"])
        query = None
        if "paging" in body:
            query = {name: value for name, (value,) in parse_qs(urlsplit(body["paging"]["next"]).query).items()}
            assert given.items() <= query.items()
    once(found, ads)


def test_radlibrary_may_ask_for_a_thousand_at_once(ads):
    _, body = get("/v16.0/ads_archive", ad_reached_countries="['US']", ad_active_status="ALL", limit="1000")
    once([ad["id"] for ad in body["data"]], ads)
    assert set(body) == {"data"}


def test_minimax_scraper_takes_the_first_digits_of_the_snapshot(db):
    company = made_company()
    made = [
        made_ad(company, 1), made_ad(company, 2, spend=0, impressions=0), made_ad(company, 3, spend=5_000_000, impressions=10**9),
        made_ad(company, 4, regions={"Northland": 3}, groups={("18-24", "female"): 3}),
    ]  # fmt: skip
    publish_all()
    found, address = (
        [],
        f"/v5.0/ads_archive?fields={OLD}&ad_reached_countries=['US']&search_terms=parks&limit=2&ad_active_status=ALL",
    )
    while address:
        _, body = get(address)
        for ad in body["data"]:
            found.append(re.search(r"\d+", ad["ad_snapshot_url"])[0])
            for name in ("impressions", "spend"):
                assert int(ad[name]["lower_bound"]) <= int(ad[name]["upper_bound"])
            assert all({"age", "gender", "percentage"} == set(group) for group in ad["demographic_distribution"])
            assert all({"region", "percentage"} == set(region) for region in ad["region_distribution"])
            assert ad["page_name"]
            assert ad["funding_entity"]
        address = body.get("paging", {}).get("next")
    once(found, [str(number_of(ad)) for ad in made])


def test_collector_by_graph_client_follows_cursors_and_tells_errors_by_code(ads):
    found, after = [], {}
    while True:
        _, body = get(
            "/v7.0/ads_archive", fields=OLD, ad_reached_countries='["US"]', ad_active_status="ALL", search_terms="parks", limit="2",
            ad_delivery_date_min="2019-12-01T00:00:00+0000", **after,
        )  # fmt: skip
        found += [re.search(r"id=(\d+)", ad["ad_snapshot_url"])[1] for ad in body["data"]]
        if "next" not in body.get("paging", {}):
            break
        after = {"after": body["paging"]["cursors"]["after"]}
    once(found, ads)
    status, body = get("/v7.0/ads_archive", ad_active_status="NEVER")
    assert (status, body["error"]["code"], body["error"]["type"]) == (400, 100, "OAuthException")


def test_ambanum_scraper_means_all_by_empty_terms_and_knows_no_other_keys(ads):
    found, address = (
        [],
        f"/v9.0/ads_archive?search_terms=''&ad_reached_countries=US&ad_active_status=ALL&limit=3&fields={NEW}",
    )
    for terms in ("", "''"):
        address = f"/v9.0/ads_archive?search_terms={terms}&ad_reached_countries=US&ad_active_status=ALL&limit=3"
        found = []
        while address:
            _, body = get(address)
            assert set(body) <= {"data", "paging"}
            assert set(body.get("paging", {})) <= {"cursors", "next", "previous"}
            assert set(body.get("paging", {}).get("cursors", {})) <= {"after", "before"}
            found += [ad["id"] for ad in body["data"]]
            address = body.get("paging", {}).get("next")
        once(found, ads)


def test_what_is_not_known_is_ignored_and_goes_into_the_next_link(ads):
    _, body = get(
        "/v4.0/ads_archive",
        platforms="FB",
        impression_condition="HAS_IMPRESSIONS_LIFETIME",
        limit="6",
        ad_active_status="ALL",
    )
    assert len(body["data"]) == 6
    following = dict(parse_qsl(urlsplit(body["paging"]["next"]).query))
    assert following["platforms"] == "FB"
    assert following["impression_condition"] == "HAS_IMPRESSIONS_LIFETIME"


@pytest.mark.parametrize("version", ["v4.0", "v19.0", "v99", "v2.11"])
def test_any_version_answers(ads, version):
    status, body = get(f"/{version}/ads_archive", ad_active_status="ALL")
    assert status == 200
    once([ad["id"] for ad in body["data"]], ads)


def test_links_begin_with_the_public_address_and_snapshots_hold_no_digits_but_the_id(ads):
    _, body = get("/v19.0/ads_archive", ad_active_status="ALL", fields="ad_snapshot_url", limit="1")
    assert body["paging"]["next"].startswith(f"{PUBLIC}/v19.0/ads_archive?")
    (ad,) = body["data"]
    assert ad["ad_snapshot_url"] == f"{PUBLIC}/library/snapshot/?id={ad['id']}"
    response = Client().get(f"/library/snapshot/?id={ad['id']}")
    assert response["Location"].rstrip("/").endswith(ad["id"])


def test_every_field_of_an_ad_of_which_everything_is_known(db):
    ad = made_ad(
        made_company(), 1, countries=["DE", "FR"], people=400, regions={"Bavaria": 1, "Saxony": 3, "Hesse": 0},
        groups={("18-24", "female"): 1, ("18-24", "male"): 2, ("65+", "unknown"): 0}, spend="1500.75",
    )  # fmt: skip
    publish_all()
    _, body = get("/v19.0/ads_archive", ad_active_status="ALL", fields=f"{NEW},{OLD},potential_reach")
    (told,) = body["data"]
    people = int(told.pop("eu_total_reach"))
    assert 350 < people < 450
    number = str(number_of(ad))
    assert told == {
        "id": number,
        "ad_creation_time": "2020-01-01",
        "ad_delivery_start_time": "2020-01-02",
        "ad_delivery_stop_time": "2020-01-02",
        "ad_creative_bodies": ["More parks, says ad 1."],
        "ad_creative_body": "More parks, says ad 1.",
        "ad_creative_link_captions": ["parks.example"],
        "ad_creative_link_caption": "parks.example",
        "ad_creative_link_titles": ["Title 1"],
        "ad_creative_link_title": "Title 1",
        "ad_snapshot_url": f"{PUBLIC}/library/snapshot/?id={number}",
        "beneficiary_payers": [{"payer": "Citizens for Parks"}],
        "bylines": "Paid for by Citizens for Parks",
        "funding_entity": "Paid for by Citizens for Parks",
        "currency": "XVD",
        "delivery_by_region": [{"region": "Bavaria", "percentage": "0.25"}, {"region": "Saxony", "percentage": "0.75"}],
        "region_distribution": [
            {"region": "Bavaria", "percentage": "0.25"},
            {"region": "Saxony", "percentage": "0.75"},
        ],
        "demographic_distribution": [
            {"age": "18-24", "gender": "female", "percentage": "0.333333"},
            {"age": "18-24", "gender": "male", "percentage": "0.666667"},
        ],
        "estimated_audience_size": {"lower_bound": "100", "upper_bound": "1000"},
        "potential_reach": {"lower_bound": "100", "upper_bound": "1000"},
        "impressions": {"lower_bound": "1000", "upper_bound": "1999"},
        "spend": {"lower_bound": "1500", "upper_bound": "1999"},
        "languages": ["en"],
        "page_id": told["page_id"],
        "page_name": "Parks for all",
        "publisher_platforms": ["meridian"],
        "target_ages": ["18", "34"],
        "target_gender": "Women",
        "target_locations": [
            {"name": "Northland", "type": "region", "excluded": False},
            {"name": "Easthaven", "type": "city", "excluded": True},
        ],
    }
    assert told["page_id"].isdigit()


def test_an_answer_tells_its_length_and_may_be_read_by_any_page_and_kept_by_none(ads):
    response = Client().get("/v19.0/ads_archive")
    told = [
        response[name]
        for name in ("Content-Length", "Access-Control-Allow-Origin", "Cache-Control", "X-Content-Type-Options")
    ]
    assert told == [str(len(response.content)), "*", "no-store", "nosniff"]


def test_without_fields_an_ad_is_its_id(ads):
    _, body = get("/v19.0/ads_archive", ad_active_status="ALL")
    assert {frozenset(ad) for ad in body["data"]} == {frozenset({"id"})}


@pytest.fixture
def mixed(db):
    company = made_company()
    made = {
        "usual": made_ad(company, 1),
        "canadian": made_ad(company, 2, countries=["CA"], text="Lower taxes now"),
        "running": made_ad(company, 3, state="delivering", text="Taxes lower"),
        "french": made_ad(company, 4, language="fr", text="Des parcs pour tous", page="parcs"),
        "late": made_ad(company, 5, starts="2021-05-01T00:00:00Z", ends="2021-05-02T00:00:00Z"),
        "film": made_ad(company, 6, media=[{"sha256": "1" * 64, "kind": "video", "recognised_text": ""}], platform="northstar"),
        "meme": made_ad(company, 7, media=[{"sha256": "2" * 64, "kind": "image", "recognised_text": "Vote"}]),
        "bare": made_ad(company, 8, media=[], disclaimer_text="Paid for by Smith, Jones & Co"),
        "regional": made_ad(company, 9, regions={"Northland": 5, "Easthaven": 0}, people=300),
    }  # fmt: skip
    publish_all()
    return {name: str(number_of(ad)) for name, ad in made.items()}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"ad_reached_countries": "CA"}, {"canadian"}),
        ({"ad_reached_countries": "['CA']"}, {"canadian"}),
        ({"ad_reached_countries": '["CA", "GB"]'}, {"canadian"}),
        ({"ad_reached_countries[0]": "CA"}, {"canadian"}),
        ({"ad_reached_countries": "ALL"}, None),
        ({"search_terms": "lower taxes"}, {"canadian", "running"}),
        ({"search_terms": "lower taxes", "search_type": "KEYWORD_EXACT_PHRASE"}, {"canadian"}),
        ({"search_terms": "'lower taxes'", "search_type": "KEYWORD_EXACT_PHRASE"}, {"canadian"}),
        ({"search_terms": "!!!"}, None),
        ({"search_terms": "nowhere"}, set()),
        ({"ad_active_status": "ACTIVE"}, {"running"}),
        ({"ad_active_status": "INACTIVE", "search_terms": "taxes"}, {"canadian"}),
        ({"languages": "['fr']"}, {"french"}),
        ({"ad_delivery_date_min": "2021-05-02"}, {"late", "running"}),
        ({"ad_delivery_date_min": "2021-05-02T10:00:00"}, {"late", "running"}),
        ({"ad_delivery_date_min": "2021-01-01", "ad_delivery_date_max": "2021-04-30"}, {"running"}),
        ({"ad_delivery_date_max": "2020-01-01"}, set()),
        ({"media_type": "VIDEO"}, {"film"}),
        ({"media_type": "MEME"}, {"meme"}),
        ({"media_type": "NONE"}, {"bare"}),
        ({"media_type": "ALL"}, None),
        ({"publisher_platforms": "NORTHSTAR"}, {"film"}),
        ({"publisher_platforms": '["northstar","facebook"]'}, {"film"}),
        ({"bylines": "Paid for by Smith, Jones & Co"}, {"bare"}),
        ({"bylines": "['Paid for by Smith, Jones & Co']"}, {"bare"}),
        ({"bylines": "Smith"}, set()),
        ({"bylines": "?!"}, set()),
        ({"delivery_by_region": "['Northland']"}, {"regional"}),
        ({"delivery_by_region": "Easthaven"}, set()),
        ({"estimated_audience_size_min": "100"}, {"regional"}),
        ({"estimated_audience_size_max": "100"}, set()),
        ({"ad_type": "HOUSING_ADS"}, set()),
        ({"ad_type": "ALL"}, None),
    ],
)
def test_each_parameter_narrows_what_is_found(mixed, asked, expected):
    status, body = get("/v19.0/ads_archive", **({"ad_active_status": "ALL"} | asked))
    assert status == 200, body
    names = {number: name for name, number in mixed.items()}
    assert {names[ad["id"]] for ad in body["data"]} == (set(mixed) if expected is None else expected)


def test_pages_are_asked_for_by_their_ids(mixed):
    _, body = get("/v19.0/ads_archive", ad_active_status="ALL", languages="fr", fields="page_id")
    page = body["data"][0]["page_id"]
    _, body = get("/v19.0/ads_archive", ad_active_status="ALL", search_page_ids=f"[{page}]")
    assert [ad["id"] for ad in body["data"]] == [mixed["french"]]


def test_what_nobody_asks_about_is_only_what_runs_now(mixed):
    _, body = get("/v19.0/ads_archive")
    assert [ad["id"] for ad in body["data"]] == [mixed["running"]]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "-1"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"limit": "9" * 30}, "limit"),
        ({"after": "nonsense"}, "after"),
        ({"after": "9" * 50}, "after"),
        ({"after": "ä"}, "after"),
        ({"after": "OTk5OTk5OTkuMQ"}, "after"),  # 99999999.1: a place that is not there yet
        ({"ad_reached_countries": "USA"}, "ad_reached_countries"),
        ({"ad_delivery_date_min": "01/02/2020"}, "ad_delivery_date_min"),
        ({"ad_delivery_date_max": "2020-02-30"}, "ad_delivery_date_max"),
        ({"ad_type": "CATS"}, "ad_type"),
        ({"search_type": "SOUND"}, "search_type"),
        ({"media_type": "SMELL"}, "media_type"),
        ({"search_page_ids": "parks"}, "search_page_ids"),
        ({"search_page_ids": ",".join(map(str, range(1, 12)))}, "search_page_ids"),
        ({"search_page_ids": "9" * 19}, "search_page_ids"),
        ({"fields": "id,nonsense"}, "nonsense"),
        ({"search_terms": "x" * 1001}, "search_terms"),
    ],
)
def test_what_does_not_fit_is_told_in_the_shape_of_errors(db, asked, says):
    status, body = get("/v19.0/ads_archive", **asked)
    assert status == 400
    assert set(body) == {"error"}
    assert set(body["error"]) == {
        "message", "type", "code", "error_subcode", "is_transient", "error_user_title", "error_user_msg", "fbtrace_id",
    }  # fmt: skip
    assert body["error"]["code"] == 100
    assert says in body["error"]["message"]


def test_other_methods_are_refused_in_the_same_shape(db):
    response = Client().post("/v19.0/ads_archive", {"limit": "1"})
    assert response.status_code == 405
    assert response.json()["error"]["code"] == 3


def test_a_removed_ad_keeps_its_place_and_numbers_and_loses_its_words(db):
    (ad,) = made_library(1)
    remove(ad)
    _, body = get("/v19.0/ads_archive", ad_active_status="ALL", fields=NEW, unmask_removed_content="true")
    (told,) = body["data"]
    assert told["id"] == str(number_of(ad))
    assert told["spend"] == {"lower_bound": "0", "upper_bound": "99"}
    assert not {"ad_creative_bodies", "ad_creative_link_titles"} & set(told)


def test_a_token_of_any_kind_is_neither_needed_nor_refused(ads):
    for token in ({}, {"access_token": ""}, {"access_token": "x" * 300}):
        status, body = get("/v19.0/ads_archive", ad_active_status="ALL", **token)
        assert (status, len(body["data"])) == (200, 7)


def test_the_same_walk_gives_the_same_bytes_while_the_library_changes(db):
    made = made_library(5)
    query = {"ad_active_status": "ALL", "limit": "2", "fields": "id,spend"}
    first = Client().get("/v19.0/ads_archive", query)
    after = {"after": first.json()["paging"]["cursors"]["after"]}
    second = Client().get("/v19.0/ads_archive", query | after)
    change(made[0], spend=5000)
    made_ad(made[0].held_by, 99)
    publish_all()
    assert Client().get("/v19.0/ads_archive", query | after).content == second.content


@pytest.mark.parametrize("number", ["", "x", "9" * 5000, "-1", "²"])
def test_a_snapshot_of_no_number_leads_to_the_library(db, number):
    assert Client().get("/library/snapshot/", {"id": number})["Location"] == "/library/"


def test_a_question_that_takes_too_long_is_told_to_ask_for_less(db, monkeypatch):
    def for_ever(query, **named):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(60)")

    monkeypatch.setattr(view, "hurry", lambda: hurry(50))
    monkeypatch.setattr(view, "page", for_ever)
    status, body = get("/v19.0/ads_archive")
    assert (status, body["error"]["code"]) == (400, 1)


HOSTILE = (
    "", ".", "''", "'", '"', "\\", "\0", "%", "*:*", "a & | !b", "<->", "()", "[", "['", '["a"', "{}", "null", "-1", "0", "1e9", "9" * 18, "9" * 400,
    "\ud7ff", "\U0001f5f3", "ß İ ǅ", "a" * 999, " ".join("abcdefghij" * 20), '"a b" -c', "US", "ALL", "2020-01-01", "9999-12-31", "0000-00-00",
    "id,id,id", "' OR 1=1 --", "$given", "strict $", "Ni4x", "MS4x", "\u202e", "x\ny", "e\u0301",
)  # fmt: skip
PARAMETERS = (
    "search_terms", "search_type", "ad_type", "ad_active_status", "ad_reached_countries", "search_page_ids", "ad_delivery_date_min", "ad_delivery_date_max",
    "bylines", "delivery_by_region", "estimated_audience_size_min", "estimated_audience_size_max", "languages", "media_type", "publisher_platforms",
    "unmask_removed_content", "fields", "limit", "after", "access_token", "nonsense",
)  # fmt: skip


@pytest.mark.slow
def test_hostile_questions_get_an_answer_or_an_error_in_the_one_shape(ads):
    chance, client = random.Random(5), Client(raise_request_exception=False)
    for _ in range(1000):
        asked = {name: chance.choice(HOSTILE) for name in chance.sample(PARAMETERS, chance.randint(1, 4))}
        response = client.get("/v19.0/ads_archive", asked)
        assert response.status_code in {200, 400}, asked
        body = json.loads(response.content)
        assert set(body) in ({"data"}, {"data", "paging"}, {"error"}), asked
        assert response.status_code == 200 or body["error"]["code"] == 100, asked
