"""The library's ads in the forms of others: every known thing told once and in its place, nothing made up where nothing is known."""

import itertools
import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.exchange.ads.notice import NOT_HELD, elements, notice_document
from hustings.exchange.ads.reports import GoogleBundle, meta_report
from hustings.exchange.ads.sdaf import standardised_ad
from hustings.exchange.ads.whotargetsme import disclosed_ad

ADDRESS = "https://library.example/library/ads/7/"
FULL = {
    "kind": "ad", "number": 7, "version": 2, "at": "2026-05-02T10:00:00+00:00", "digest": "d" * 64, "hidden": "", "archive": "portal",
    "archive_number": "x7", "platform": "meridian", "state": "ended", "category": "election", "declared": True, "language": "en",
    "countries": ["XV"], "election": {"id": "e", "name": "General election", "on": "2026-05-04"}, "created": "2026-04-20T08:00:00+00:00",
    "starts": "2026-04-21", "ends": "2026-04-22", "currency": "EUR", "budget": "100", "spend": "61.5", "spend_low": None,
    "spend_high": None, "impressions": 3000, "impressions_low": None, "impressions_high": None, "clicks": 41,
    "by_day": [["2026-04-21", "1000", "20", "20.5"], ["2026-04-22", "2000", "21", "41"]],
    "by_region": [["North", "1800", "20", "30"], ["South", "1200", "21", "31.5"]],
    "by_age_and_gender": [["18-24", "female", "1000", None, None], ["18-24", "male", "1500", None, None], ["", "", "500", None, None]],
    "reach": {"people": 900, "low": 880, "high": 920}, "page": 3, "advertiser": 5, "payer": 4, "advertiser_class": "A",
    "money": {"public": False, "inside": True}, "found_late": None, "removed": False,
    "decisions": [
        {"at": "2026-04-20T09:00:00+00:00", "move": "approve", "state": "approved", "reason": "fits", "policy": "door", "version": "1"},
        {"at": "2026-04-21T00:00:00+00:00", "move": "start", "state": "delivering", "reason": "", "policy": "", "version": ""},
    ],
    "title": "Parks", "text": "More parks.", "media": [{"sha256": "a" * 64, "kind": "image/png", "recognised_text": "PARKS"}],
    "landing_url": "https://parks.example/plan", "landing_domain": "parks.example", "synthetic": False,
    "disclaimer": "Paid for by Citizens for Parks", "candidate_authorised": None, "page_name": "Parks for all",
    "advertiser_name": "Citizens for Parks", "payer_name": "Citizens for Parks", "found_how": "", "told": [],
    "targeting": {"all": [{"is": {"dimension": "location", "value": "Port Anselm"}}, {"not": {"is": {"dimension": "interest", "value": "golf"}}}]},
}  # fmt: skip
BUYER = {
    "kind_of": "committee", "country": "XV", "authorised": "2026-01-02T00:00:00+00:00", "advertiser_class": "A",
    "numbers": [{"scheme": "VAT", "value": "XV123", "name_found": "", "similarity": None}],
    "checks": [{"what": "number", "scheme": "VAT", "register": "Register of Valdoria", "edition": "2026-01-01", "result": "fits"}],
    "behind": [{"part": "controller", "name": "Ada Park", "country": "XV", "evidence": "statutes"}],
}  # fmt: skip
BARE = {
    "kind": "ad", "number": 8, "version": 1, "at": "2026-05-02T10:00:00+00:00", "digest": "e" * 64, "hidden": "expunged", "archive": "ira",
    "platform": "", "state": "recorded", "countries": [], "currency": "", "page": None, "advertiser": None, "payer": None,
}  # fmt: skip


def test_sdaf_tells_what_is_known():
    told = standardised_ad(FULL, BUYER, address=ADDRESS)
    assert set(told) == {
        "campaign_id",
        "advertiser",
        "start_date",
        "end_date",
        "creative",
        "targeting",
        "payments",
        "moderation",
        "parameters",
    }
    assert told["advertiser"] == {
        "advertiser_id": "5", "advertiser_name": "Citizens for Parks", "advertiser_location": "XV", "funder_legal_name": "Citizens for Parks",
        "funder_vat": "XV123",
    } | {"advertiser_location": told["advertiser"]["advertiser_location"]}  # fmt: skip
    (creative,) = told["creative"]
    assert creative["interactions"] == {"clicks": 41, "impressions": 3000, "engagements": []}
    everywhere = told["targeting"]["XV"]["All"]
    assert everywhere["Female"] == {"18-24": {"impressions": 1000}}
    assert (everywhere["reach"], everywhere["first_shown_date"]) == ("880-920", "2026-04-21")
    assert told["payments"] == {
        "campaign_actual_cost": "61.5",
        "campaign_expected_total_cost": "100",
        "campaign_payment_currency": "EUR",
    }
    assert "not interested in golf" in told["parameters"]["aimed_at"] or "golf" in told["parameters"]["aimed_at"]


def test_the_data_standard_tells_what_is_known_in_its_own_kinds():
    told = disclosed_ad(FULL, BUYER, address=ADDRESS, library="https://library.example/library/")
    assert list(told) == [
        "advertiser", "advertisement", "advertising_platform", "targeting_categories", "spending", "delivery", "reach", "moderation", "provider_data",
    ]  # fmt: skip
    assert told["advertiser"]["advertiser_electoral_id"] == "VAT XV123"
    assert told["advertiser"]["advertiser_verification_date"] == "2026-01-02"
    assert told["advertisement"]["dates"] == {
        "datetime_period": [{"datetime_live": "2026-04-21T00:00:00Z", "datetime_ended": "2026-04-22T00:00:00Z"}],
        "datetime_approved": "2026-04-20T09:00:00+00:00",
        "datetime_created": "2026-04-20T08:00:00+00:00",
    }
    assert told["targeting_categories"] == [
        {"name": "location", "type": "geo_location_unknown_type", "value": "Port Anselm"},
        {"name": "interest", "type": "user_interest_excluded", "value": "golf"},
    ]
    assert told["spending"] == {"spending_not_disclosed": False, "spending_total": 61.5, "spending_budget": 100}
    assert told["reach"]["unique_users"] == {
        "unique_users_not_disclosed": False,
        "unique_users_lower_bound": 880,
        "unique_users_upper_bound": 920,
    }
    assert told["reach"]["demographics"]["demographics_gender"] == "female: 1000; male: 1500; unknown: 500"
    assert [one["type"] for one in told["moderation"]["moderation_review_type"]] == ["manual", "automated"]


def test_the_data_standard_says_what_it_does_not_know():
    told = disclosed_ad(BARE, None, address=ADDRESS, library="https://library.example/library/")
    assert told["spending"] == {"spending_not_disclosed": True}
    assert told["reach"]["impressions"] == {"impressions_not_disclosed": True}
    assert told["reach"]["unique_users"] == {"unique_users_not_disclosed": True}
    assert told["reach"]["demographics"] == {"demographics_not_disclosed": True}
    assert told["moderation"] == {"moderation_not_disclosed": True}
    assert told["targeting_categories"] == []
    assert told["provider_data"]["hidden"] == "expunged"
    assert standardised_ad(BARE, None, address=ADDRESS)["creative"][0]["creative_description"] == ""


def test_a_notice_has_every_element_and_null_where_nothing_is_known():
    full = elements(FULL, BUYER, address=ADDRESS, complaints="https://library.example/about/")
    bare = elements(BARE, None, address=ADDRESS, complaints="https://library.example/about/")
    assert [one.name for one in full] == [one.name for one in bare]
    said = {one.name: one.value for one in full}
    assert (said["amount"], said["views"], said["people"]) == ("61.5 EUR", "3000", "880-920")
    assert said["controller"].startswith("Ada Park")
    assert said["originPlace"] == "inside the country where it is shown"
    assert {one.name for one in full if not one.known} == set()
    unknown = {one.name for one in bare if not one.known}
    assert {"sponsor", "controller", "amount", "views", "targeting", "originPublic", "originPlace"} <= unknown
    document = notice_document(BARE, bare, address=ADDRESS)
    assert document["sponsor"] is None
    assert document["@id"] == f"{ADDRESS}notice/"
    assert NOT_HELD not in json.dumps(document)


def test_an_unknown_controller_of_a_known_sponsor_is_not_established():
    told = elements(FULL, BUYER | {"behind": []}, address=ADDRESS, complaints="")
    assert {one.name: one.value for one in told}["controller"] == "not established"


CENTS = st.integers(0, 9_900).map(lambda cents: Decimal(cents) / 100)
ADS = st.lists(
    st.fixed_dictionaries({
        "page": st.integers(1, 3),
        "disclaimer": st.sampled_from(["", "Paid for by A", "Paid for by B"]),
        "currency": st.sampled_from(["EUR", "RUB", ""]),
        "days": st.lists(st.tuples(st.integers(0, 9), st.integers(0, 500), CENTS), max_size=5, unique_by=lambda one: one[0]),
        "dated": st.booleans(),
    }),
    max_size=8,
)  # fmt: skip
BEGIN = date(2026, 4, 1)


def bodies(ads):
    """Ads whose total is the sum of their days, or of nothing where no days are told."""
    for number, ad in enumerate(ads, 1):
        days = sorted(ad["days"])
        by_day = [[(BEGIN + timedelta(days=day)).isoformat(), str(shown), None, str(paid)] for day, shown, paid in days]
        yield FULL | {
            "number": number, "page": ad["page"], "page_name": f"page {ad['page']}", "disclaimer": ad["disclaimer"], "currency": ad["currency"],
            "by_day": by_day if ad["dated"] else [], "by_region": [], "advertiser": None,
            "spend": str(sum((paid for *_, paid in days), Decimal(0))) if days else None,
        }  # fmt: skip


@given(ADS)
def test_the_reports_sum_up_to_the_ads(ads):
    every = list(bodies(ads))
    for currency in ("EUR", "RUB"):
        mine = [body for body in every if body["currency"] == currency]
        whole = meta_report(every, currency=currency)
        amounts = [Decimal(row[3]) for row in whole.advertisers[1]]
        assert sum(amounts) == sum(Decimal(body["spend"]) for body in mine if body["spend"] is not None)
        assert amounts == sorted(amounts, reverse=True)
        assert whole.ads + whole.left_out == len(mine)
        assert sum(int(row[4]) for row in whole.advertisers[1]) == whole.ads
        days = [
            meta_report(every, currency=currency, first=day, last=day)
            for day in (BEGIN + timedelta(days=one) for one in range(10))
        ]
        told = sum((Decimal(row[3]) for one in days for row in one.advertisers[1]), Decimal(0))
        dated = [body for body in mine if body["by_day"]]
        assert told == sum(Decimal(body["spend"]) for body in dated)
        assert all(one.left_out == len(mine) - len(dated) for one in days)


@given(ADS)
def test_the_bundle_sums_up_to_the_ads(ads):
    every = list(bodies(ads))
    bundle = GoogleBundle(currencies=["EUR", "RUB"], address="https://library.example/library/ads/")
    rows = [bundle.add(body) for body in every]
    tables = bundle.tables()
    assert all(len(row) == len(bundle.creatives_heading) for row in rows)
    for place, currency in enumerate(("EUR", "RUB")):
        mine = [body for body in every if body["currency"] == currency]
        whole = sum((Decimal(body["spend"]) for body in mine if body["spend"]), Decimal(0))
        heading, buyers = tables["google-political-ads-advertiser-stats.csv"]
        assert sum((Decimal(row[6 + place] or 0) for row in buyers), Decimal(0)) == whole
        assert heading[6 + place] == f"Spend_{currency}"
        _, weeks = tables["google-political-ads-advertiser-weekly-spend.csv"]
        dated = sum((Decimal(body["spend"]) for body in mine if body["by_day"]), Decimal(0))
        assert sum((Decimal(row[3 + place] or 0) for row in weeks), Decimal(0)) == dated
        assert all(date.fromisoformat(row[2]).weekday() == 6 for row in weeks)
    assert sum(int(row[5]) for row in tables["google-political-ads-advertiser-stats.csv"][1]) == len(every)


@pytest.mark.parametrize(("impressions", "told"), [(0, "≤ 10k"), (10_000, "≤ 10k"), (10_001, "10k-100k"), (10_000_000, "1M-10M"), (10_000_001, "> 10M"), (None, "")])  # fmt: skip
def test_impressions_stand_in_the_bundles_ranges(impressions, told):
    bundle = GoogleBundle(currencies=["EUR"], address="")
    assert bundle.add(FULL | {"impressions": impressions})[10] == told


def test_regions_are_those_of_ads_shown_in_one_country():
    bundle = GoogleBundle(currencies=["EUR"], address="")
    bundle.add(FULL)
    bundle.add(FULL | {"countries": ["XV", "XB"]})
    _, rows = bundle.tables()["google-political-ads-geo-spend.csv"]
    assert rows == [["XV", "North", "", "30"], ["XV", "South", "", "31.5"]]
    assert list(itertools.chain.from_iterable(meta_report([FULL], currency="EUR").locations[1])) == [
        "South",
        "31.5",
        "North",
        "30",
    ]
