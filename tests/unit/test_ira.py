"""Readers of ads: joins of unrelated pages undone, unknown money left unknown, strange columns named."""

import json

import pyarrow as pa
import pyarrow.parquet
import pytest

from hustings.connectors.ads import read_ads
from hustings.connectors.bundled import find_mapping
from hustings.connectors.ira_ads import totals
from hustings.connectors.tracing import make_traces
from hustings.errors import BadInput

BASE = {
    "ad_id": 1, "text": "A text that is long enough to be compared", "url_clean": "https://www.facebook.com/made-up-1/",
    "landing_kind": "facebook_page", "page_slug": "Made-Up-1234567", "page_key": "fb:1234567", "impressions": 10,
    "clicks": 1, "spend_amount": "12.50", "spend_currency": "RUB", "spend_currency_stated": "RUB",
    "created": "2016-05-02T03:00:00-07:00", "ended": None, "targeting": [], "defects": [],
}  # fmt: skip


def criteria(*values, dimension="interest"):
    return [
        {"category": "interests", "path": [], "value": value, "excluded": False, "dimension": dimension}
        for value in values
    ]


@pytest.fixture
def release(tmp_path):
    """Write rows of the release's form and give the file."""

    def write(*rows):
        path = tmp_path / "ads.jsonl"
        path.write_text("".join(json.dumps(BASE | {"ad_id": n} | row) + "\n" for n, row in enumerate(rows, 1)))
        return path

    return write


@pytest.mark.parametrize("key, address, actor", [
    ("fb:1234567", "https://www.facebook.com/Made-Up-1234567/", "fb:1234567"),
    ("fb:pages", "https://www.facebook.com/pages/Made-Up/555555555", "fb:555555555"),
    ("fb:events", "https://www.facebook.com/events/777777777]", "event:777777777"),
    ("fb:events", "https://www.facebook.com/events/777777777l", "event:777777777"),
    ("fb:commerce", "https://www.facebook.com/Commerce/products/88888888/", "fb:commerce:88888888"),
    ("fb:iogin", "https://www.facebook.com/Iogin/?next=x", None),
    ("fb:pages", "https://www.facebook.com/pages/", None),
])  # fmt: skip
def test_keys_that_join_unrelated_pages_are_undone(release, key, address, actor):
    ads = read_ads(release({"page_key": key, "url_clean": address}))
    assert ads.ads[0].actor == actor
    assert bool(ads.joins) == (key != "fb:1234567")


def test_one_page_number_under_two_names_stays_one_and_is_named(release):
    key = {"page_key": "fb:362365657452374"}
    ads = read_ads(
        release(key | {"page_slug": "Old-Name-362365657452374"}, key | {"page_slug": "New-Name-362365657452374"})
    )
    assert {ad.actor for ad in ads} == {"fb:362365657452374"}
    assert "under 2 spellings of its name (2 ads)" in ads.notes[0]


def test_dollars_beside_an_amount_that_is_not_known_are_no_currency(release):
    ads = read_ads(release({"spend_amount": "0.00", "spend_currency": "USD", "spend_currency_stated": None}))
    assert (ads.ads[0].spend, ads.ads[0].currency) == (None, None)


def test_nothing_paid_for_an_ad_never_shown_is_an_amount(release):
    ads = read_ads(release({"spend_amount": "0.00", "spend_currency_stated": None, "impressions": 0}))
    assert ads.ads[0].spend == 0


@pytest.mark.parametrize("value, path, countries", [
    ("United States", [], ("US",)), ("United Kingdom, United States", [], ("GB", "US")),
    ("Georgia", ["united_states"], ("US",)), ("Atlanta", ["georgia,_united_states"], ("US",)), ("Nowhere", [], ()),
])  # fmt: skip
def test_countries_are_those_named_as_places(release, value, path, countries):
    place = {"category": "location", "path": path, "value": value, "excluded": False, "dimension": "location"}
    assert read_ads(release({"targeting": [place]})).ads[0].target_countries == countries


def test_an_excluded_place_is_not_aimed_at(release):
    place = {
        "category": "exclude_location",
        "path": ["united_states"],
        "value": "Texas",
        "excluded": True,
        "dimension": "location",
    }
    assert read_ads(release({"targeting": [place]})).ads[0].target_countries == ()


def test_ads_become_traces_that_pages_can_share(release):
    path = release(
        {"page_key": "fb:1", "targeting": criteria("Old Maps", "Chess", "Iike", "Choir")},
        {"page_key": "fb:2", "targeting": criteria("Choir", "oId Maps", "chess", "like")},
        {
            "page_key": "fb:3",
            "targeting": criteria("People who like Old Maps", dimension="connection"),
            "text": "Like us",
        },
        {
            "page_key": "web:made-up.example",
            "landing_kind": "website",
            "url_clean": "https://made-up.example/a?utm_source=f",
        },
    )
    made = make_traces([path], find_mapping("ira-ads"))
    rows = made.traces.select(["platform", "actor", "kind", "trace"]).to_pylist()
    by_kind = {
        kind: [row for row in rows if row["kind"] == kind]
        for kind in ("targeting", "audience", "text", "link", "domain")
    }
    assert len({row["trace"] for row in by_kind["targeting"]}) == 1
    assert [row["actor"] for row in by_kind["targeting"]] == ["fb:1", "fb:2"]
    assert [(row["actor"], row["trace"]) for row in by_kind["audience"]] == [("fb:3", "Old Maps")]
    assert len(by_kind["text"]) == 3
    assert [(row["platform"], row["trace"]) for row in by_kind["link"] + by_kind["domain"]] == [
        ("website", "made-up.example/a"), ("website", "made-up.example")]  # fmt: skip
    assert [(skip.reason, skip.first) for skip in made.skipped] == [("cells shorter than 24 signs (text)", ("ad 3",))]


def test_ads_without_a_date_are_skipped_and_said(release):
    made = make_traces([release({}, {"created": None})], find_mapping("ira-ads"))
    assert [(skip.reason, skip.first) for skip in made.skipped] == [("rows without a time", ("ad 2",))]


def test_totals_are_sums_of_what_is_stated(release):
    found = totals(read_ads(release({}, {"spend_amount": "1.25", "impressions": 0, "clicks": 0},
                                    {"spend_amount": "3.00", "spend_currency_stated": "USD"})))  # fmt: skip
    assert (str(found.spend_rub), str(found.spend_usd_stated), found.impressions) == ("13.75", "3.00", 20)
    assert found.share_under_3_usd == 2 / 3


def test_the_same_ad_twice_would_be_paid_twice_and_is_refused(release):
    with pytest.raises(BadInput, match="1 ad ids on several rows"):
        read_ads(release({}, {"ad_id": 1}))


def test_a_row_that_is_none_is_named(release):
    with pytest.raises(BadInput, match="row 2"):
        read_ads(release({}, {"created": "yesterday"}))


SNAP = ("ADID,Currency Code,Spend,Impressions,StartDate,EndDate,OrganizationName,BillingAddress,PayingAdvertiserName,"
        "CountryCode,Regions (Included),Regions (Excluded),Interests,CreativeProperties")  # fmt: skip
SNAP_ROW = ('s1,USD,"1,000",50,2018/10/27 14:00:00Z,,Agency,"1 Road,Town,1234,GB",Payer,nigeria,"Lagos,Kano",,'
            '"Chess Fans,Readers (Old, New)",web_view_url:https://made-up.example/x')  # fmt: skip


def test_snaps_files_of_any_year_are_read_and_new_columns_named(tmp_path):
    path = tmp_path / "PoliticalAds.csv"
    path.write_text(f"{SNAP},Committee Number\n{SNAP_ROW},C00000001\n".replace("OrganizationName", "Organization Name"))
    ads = read_ads(path)
    ad = ads.ads[0]
    assert (ads.source, ads.unknown) == ("snap-ads", ("Committee Number",))
    assert (ad.billing_country, ad.target_countries, str(ad.spend), ad.landing_url) == (
        "GB", ("NG",), "1000", "https://made-up.example/x")  # fmt: skip
    assert [one.value for one in ad.targeting] == ["NG", "Lagos", "Kano", "Chess Fans", "Readers (Old, New)"]


def test_a_table_of_no_archive_says_what_it_lacks(tmp_path):
    pyarrow.parquet.write_table(pa.table({"ad": ["1"], "text": ["x"]}), tmp_path / "t.parquet")
    with pytest.raises(BadInput, match="no column 'platform'"):
        read_ads(tmp_path / "t.parquet")
