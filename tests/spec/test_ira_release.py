"""The figures that are published of the real ads and posts, computed again from the files."""

import json

import pytest

from hustings.connectors.ads import read_ads
from hustings.connectors.bundled import find_mapping
from hustings.connectors.ira_ads import totals
from hustings.connectors.tracing import make_traces
from hustings.detection.folding import folded_ocr
from hustings.screening.payment import review
from hustings.screening.targeting import shared_targeting
from hustings.screening.working_hours import working_hours


@pytest.fixture(scope="module")
def ira(real_data):
    return read_ads(real_data / "ira-ads" / "ads.parquet")


@pytest.fixture(scope="module")
def snap(real_data):
    return read_ads(real_data / "snap-political-2018" / "PoliticalAds2018.csv")


def test_both_files_of_the_release_hold_the_same_ads(ira, real_data):
    assert read_ads(real_data / "ira-ads" / "ads.jsonl").ads == ira.ads


def test_totals_are_those_of_the_release(ira, real_data):
    said = json.loads((real_data / "ira-ads" / "aggregates.json").read_text())
    found = totals(ira)
    same = {
        "ads": found.ads, "impressions": found.impressions, "clicks": found.clicks, "spend_rub": float(found.spend_rub),
        "spend_usd_stated": float(found.spend_usd_stated), "ads_rub": found.ads_rub,
        "ads_usd_nonzero": found.ads_usd_nonzero, "ads_without_spend": found.ads_without_spend,
        "ads_zero_impressions": found.ads_zero_impressions,
        "spend_usd_equiv_at_0_016": float(found.spend_usd_equivalent),
        "share_zero_impressions": round(found.share_zero_impressions, 4),
        "share_under_3_usd_at_0_016": round(found.share_under_3_usd, 4),
        "share_under_1000_usd_at_0_016": round(found.share_under_1000_usd, 4),
        "impression_share_of_ads_created_up_to_2016_11_08": round(found.impression_share_up_to_election, 4),
        "click_through": round(found.click_through, 4), "ads_created_up_to_2016_11_08": found.ads_up_to_election,
        "targeting_criteria": found.targeting_criteria,
    }  # fmt: skip
    assert same == {name: said[name] for name in same}


def test_the_payment_rule_on_the_release(ira):
    found = review(ira)
    assert (len(found.flagged), len(found.considered), found.paid) == (2521, 2527, 2538)
    assert {flag.paid_from for flag in found.flagged} == {"RUB"}
    # Named by itself or in a list; nine more name the United Kingdom but not the United States.
    home = found.aimed_at("US")
    assert (len(home.flagged), len(home.considered)) == (2512, 2517)
    abroad = found.outside("RUB")
    assert (len(abroad.flagged), len(abroad.considered)) == (2521, 2526)
    assert f"{home.share:.1%} {abroad.share:.1%}" == "99.8% 99.8%"
    assert "the first created on 9 June 2015" in found.sentence


def test_the_payment_rule_on_snaps_ads(snap):
    found = review(snap)
    assert (len(snap), len(found.considered), len(found.flagged)) == (659, 659, 13)
    assert sum(ad.impressions or 0 for ad in snap) == 272_048_601
    assert sum(ad.spend for ad in snap if ad.spend is not None and ad.currency == "USD") == 598_028


def test_joins_of_unrelated_pages_are_undone(ira):
    assert len(ira.joins) == 14
    assert not {"fb:pages", "fb:events", "fb:commerce", "fb:iogin"} & {ad.actor for ad in ira}


def test_pages_share_more_targeting_sets_than_chance_gives(ira):
    found = shared_targeting(ira, folded_ocr, seed=0, shuffles=50)
    assert found.found == 19
    assert found.most_by_chance < 10


def test_the_ads_were_made_in_office_hours_at_three_hours_east(ira):
    found = working_hours(ad.created for ad in ira)
    assert [(offset, round(share, 2)) for offset, share in found.by_offset[:2]] == [(3, 0.97), (2, 0.92)]


@pytest.mark.parametrize("file, mapping, kinds", [
    ("coordination/german_elections.parquet", "german-elections",
     {"domain": 63_529, "hashtag": 36_005, "image": 16_934, "link": 41_100}),
    ("coordination/russian_coord_tweets.parquet", "russian-retweets", {"repost": 35_124}),
    ("ira-ads/ads.parquet", "ira-ads", {"audience": 1_415, "domain": 416, "link": 416, "targeting": 3_466, "text": 3_168}),
    ("snap-political-2018/PoliticalAds2018.csv", "snap-ads", {"domain": 515, "link": 515, "targeting": 462}),
])  # fmt: skip
def test_bundled_mappings_give_the_known_numbers(real_data, file, mapping, kinds):
    assert make_traces([real_data / file], find_mapping(mapping)).kinds == kinds
