"""Archives of ads as made-up small files: each kind, several years, and what goes wrong with files."""

import gzip
import io
import json
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from hustings.connectors.archive import ArchiveReader, read_archive
from hustings.connectors.archive_folder import write_archive
from hustings.errors import BadInput
from hustings.screening.ad import PublicId, ReachCount, Share
from hustings.screening.ranges import Money, MoneyRange, Range
from hustings.screening.targeting_tree import All, Any, Is, Not, Person, could_see, sentence

SNAP_2018 = (
    "ADID,CreativeUrl,Currency Code,Spend,Impressions,StartDate,EndDate,OrganizationName,BillingAddress,"
    "CandidateBallotInformation,PayingAdvertiserName,Gender,AgeBracket,CountryCode,Regions (Included),Regions (Excluded),"
    "Postal Codes (Included),Interests,CreativeProperties"
)
SNAP_2024 = SNAP_2018.replace(
    "PayingAdvertiserName,",
    "PayingAdvertiserName,CommitteeName,CommitteeIdentificationNumber,DisclosureNameOfCommittee,AdvertisingJurisdiction,",
)
CREATIVES_2019 = (
    "Ad_ID,Ad_URL,Ad_Type,Regions,Advertiser_ID,Advertiser_Name,Date_Range_Start,Date_Range_End,Num_of_Days,"
    "Ad_Campaigns_List,Impressions,Spend_USD,Spend_Range_Min_USD,Spend_Range_Max_USD,Spend_Range_Min_EUR,Spend_Range_Max_EUR"
)
CREATIVES_2023 = (
    "Ad_ID,Ad_URL,Ad_Type,Regions,Advertiser_ID,Advertiser_Name,Ad_Campaigns_List,Date_Range_Start,Date_Range_End,Num_of_Days,"
    "Impressions,Spend_USD,First_Served_Timestamp,Last_Served_Timestamp,Age_Targeting,Gender_Targeting,Geo_Targeting_Included,"
    "Geo_Targeting_Excluded,Spend_Range_Min_USD,Spend_Range_Max_USD,Spend_Range_Min_TWD,Spend_Range_Max_TWD,Funding_Source"
)


@pytest.fixture
def made(tmp_path):
    """Write a file and read it as an archive."""

    def make(name, text, **more):
        place = tmp_path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_archive(place, **more)

    return make


def only(archive):
    (ad,) = archive.ads.ads
    return ad


# --- Snap -------------------------------------------------------------------------------------------------


def test_snap_of_2018(made):
    ad = only(made("PoliticalAds2018.csv", f"""{SNAP_2018}
a1,https://m/1,usd,"1,058",200,2018/10/27 14:00:00Z,,Buyer Ltd,"1 Road,Town,20005,US",,Payer,FEMALE,18-34,united states,"Texas,Ohio",Iowa,"77001,77002",Hikers,web_view_url:https://x.org/a
"""))  # fmt: skip
    assert (ad.spend, ad.currency, ad.impressions, ad.billing_country) == (Decimal(1058), "USD", 200, "US")
    assert (ad.landing_url, ad.media_url, ad.payer, ad.ended) == ("https://x.org/a", "https://m/1", "Payer", None)
    assert ad.tree_lost == ("places_of_several_kinds_joined_by_or",)
    assert sentence(ad.tree) == (
        "could be seen by people in US, of gender FEMALE, aged 18-34, in Texas, Ohio, 77001 or 77002, interested in Hikers, "
        "but not by those in Iowa."
    )
    texan = Person(
        age=20,
        facts={
            "location": frozenset({"US", "Texas"}),
            "gender": frozenset({"female"}),
            "interest": frozenset({"hikers"}),
        },
    )
    assert could_see(ad.tree, texan) is True


def test_snap_of_2024_adds_committees_and_jurisdictions(made):
    archive = made("p.csv", f"""{SNAP_2024},Brand New
a1,u,CAD,10.50,5,2024-03-01T00:00:00Z,2024-03-02T00:00:00Z,Org,CA,Jane Roe,Payer,Friends of Jane,C00123456,Jane!,Ontario,,18+,canada,,,,,,what is this
""")  # fmt: skip
    ad = only(archive)
    assert (ad.committee, ad.jurisdiction, ad.candidate) == ("Friends of Jane", "Ontario", "Jane Roe")
    assert ad.public_ids == (PublicId(scheme="committee", value="C00123456"),)
    assert dict(ad.rest) == {"DisclosureNameOfCommittee": "Jane!", "Brand New": "what is this"}
    assert archive.ads.unknown == ("DisclosureNameOfCommittee", "Brand New")


@pytest.mark.parametrize(
    "form", ["semicolon", "tab", "bom", "utf-16", "cp1252", "gz", "zip", "zip in zip", "spaced upper header"]
)
def test_the_same_rows_whatever_the_file(made, form):
    text = f"{SNAP_2018}\na1,u,EUR,10,5,2018/10/27 14:00:00Z,,Zoë,FR,,Payer,,18+,france,,,,,\n"
    name, body = "p.csv", text.encode()
    match form:
        case "semicolon":
            body = text.replace(",", ";").encode()
        case "tab":
            body = text.replace(",", "\t").encode()
        case "bom":
            body = b"\xef\xbb\xbf" + body
        case "utf-16":
            body = text.encode("utf-16")
        case "cp1252":
            body = text.encode("cp1252")
        case "gz":
            name, body = "p.csv.gz", gzip.compress(body)
        case "zip":
            name, body = (
                "p.zip",
                zipped({"2018/PoliticalAds.csv": body, "readme.txt": b"words", "__MACOSX/x.csv": b"no"}),
            )
        case "zip in zip":
            name, body = "p.zip", zipped({"inner.zip": zipped({"p.csv": body})})
        case "spaced upper header":
            head, row, _ = text.split("\n")
            body = f"\n{' ' + head.upper().replace(',', ' , ')}\n{row}\n".encode()
    ad = only(made(name, body))
    assert (ad.ad, ad.actor, ad.spend, ad.created) == ("a1", "Zoë", Decimal(10), datetime(2018, 10, 27, 14, tzinfo=UTC))


def zipped(files):
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w") as target:
        for name, body in files.items():
            target.writestr(name, body)
    return box.getvalue()


def test_rows_set_aside_are_named_with_line_and_reason_and_the_others_are_in(made):
    archive = made("p.csv", f"""{SNAP_2018}
a1,u,EUR,10,5,2018/10/27 14:00:00Z,,"two
lines",FR,,Payer,,18+,france,,,,,
,u,EUR,10,5,2018/10/27 14:00:00Z,,Org,FR,,Payer,,18+,france,,,,,
a3,u,EUR,ten,5,2018/10/27 14:00:00Z,,Org,FR,,Payer,,18+,france,,,,,
a4,u,EUR
a5,u,EUR,10,5,soon,,Org,FR,,Payer,,18+,france,,,,,
a6,u,EUR,10,5,2018/10/27 14:00:00Z,,Org,FR,,Payer,,18+,france,,,,,,,more
a7,u,EUR,10,5,2018/10/27 14:00:00Z,,Org,FR,,Payer,,18+,france,,,,,
a7,u,EUR,10,5,2018/10/27 14:00:00Z,,Org,FR,,Payer,,18+,france,,,,,
a7,u,EUR,11,5,2018/10/27 14:00:00Z,,Org,FR,,Payer,,18+,france,,,,,
""")  # fmt: skip
    assert [ad.ad for ad in archive.ads] == ["a1", "a7"]
    assert [(one.line, one.reason) for one in archive.skipped] == [
        ("line 4", "no ADID"),
        ("line 5", "Spend: 'ten' is no number"),
        ("line 6", "3 cells where the header has 19"),
        ("line 7", "StartDate: 'soon' is no day or time that we can read"),
        ("line 8", "21 cells where the header has 19"),
        ("line 10", "the same ad again, as in p.csv, line 9"),
        ("line 11", "another row of the ad in p.csv, line 9"),
    ]
    (file,) = archive.files
    assert file.rows == file.rows_in + len(file.skipped) == 9


def test_days_that_may_be_two_are_kept_as_written_unless_another_row_tells(made):
    row = "{},u,EUR,10,5,{},,Org,FR,,Payer,,18+,france,,,,,\n"
    unsure = only(made("a.csv", f"{SNAP_2018}\n" + row.format("a1", "3/4/2020 10:00")))
    assert (unsure.created, unsure.defects) == (None, ("startdate_day_or_month_first_unknown",))
    assert dict(unsure.rest)["StartDate"] == "3/4/2020 10:00"
    told = made("b.csv", f"{SNAP_2018}\n" + row.format("a1", "3/4/2020") + row.format("a2", "3/27/2020"))
    assert [ad.created.date() for ad in told.ads] == [date(2020, 3, 4), date(2020, 3, 27)]


# --- Google -----------------------------------------------------------------------------------------------


def test_google_creatives_of_2019_take_their_aim_from_the_campaigns(made, tmp_path):
    (tmp_path / "google-political-ads-creative-stats.csv").write_text(f"""{CREATIVES_2019}
CR1,https://t/1,TEXT,US,AR1,FRIENDS,2019-01-01,2019-01-05,5,77,≤ 10k,,0,100,0,100
CR2,https://t/2,VIDEO,"EU, DE",AR2,PARTEI,2019-05-01,2019-05-20,20,78,> 10M,,100000,0,90000,0
""")
    (
        tmp_path / "google-political-ads-campaign-targeting.csv"
    ).write_text("""Campaign_ID,Age_Targeting,Gender_Targeting,Geo_Targeting_Included,Geo_Targeting_Excluded,Start_Date,End_Date,Ads_List,Advertiser_ID,Advertiser_Name
77,"18-24, ≥65",Not targeted,"Ohio, Texas","Austin,Texas",2019-01-01,2019-01-05,CR1,AR1,FRIENDS
""")
    archive = read_archive(tmp_path)
    first, second = archive.ads.ads
    assert first.tree == All((Any((Is("age", "18-24"), Is("age", "≥65"))), Any((Is("location", "Ohio"), Is("location", "Texas"))), Not(Is("location", "Austin, Texas"))))  # fmt: skip
    assert "aim_of_the_campaign" in first.tree_lost
    assert first.impressions_range == Range(low=Decimal(0), high=Decimal(10_000))
    assert first.spend_ranges[0] == MoneyRange(range=Range(low=Decimal(0), high=Decimal(100)), currency="USD")
    assert (second.tree, second.target_countries, second.media_type) == (None, ("DE",), "VIDEO")
    assert second.impressions_range == Range(low=Decimal(10_000_000))
    assert second.spend_ranges[1] == MoneyRange(range=Range(low=Decimal(90_000)), currency="EUR")
    assert (second.spend, second.currency) == (None, None)  # converted amounts say nothing of the payer's money
    (campaign,) = archive.campaigns
    assert (campaign.campaign, campaign.ads, campaign.first_day) == ("77", ("CR1",), date(2019, 1, 1))


def test_google_creatives_of_later_years_hold_their_own_aim(made):
    archive = made("google-political-ads-creative-stats.csv", f"""{CREATIVES_2023}
CR1,https://t/1,IMAGE,"EU, RO",AR1,PSD,,2023-01-01,2023-01-05,5,1750000-2000000,,2023-01-01 07:00:00.000000 UTC,,"18-24, 25-34",Female,"Arad,Arad County,Romania, Bucharest,Romania","Deva,Hunedoara County,Romania",1000,1100,30000,33000,someone
""")  # fmt: skip
    ad = only(archive)
    places = Any((Is("location", "Arad, Arad County, Romania"), Is("location", "Bucharest, Romania")))
    assert ad.tree == All((Any((Is("age", "18-24"), Is("age", "25-34"))), Is("gender", "Female"), places, Not(Is("location", "Deva, Hunedoara County, Romania"))))  # fmt: skip
    assert (ad.target_countries, ad.days_shown, ad.created.hour) == (("RO",), 5, 7)
    assert ad.impressions_range == Range(low=Decimal(1_750_000), high=Decimal(2_000_000))
    assert [one.currency for one in ad.spend_ranges] == ["USD", "TWD"]
    assert ("Funding_Source", "someone") in ad.rest
    assert "Funding_Source" in archive.ads.unknown


def test_a_state_behind_a_city_is_no_country(made):
    ad = only(made("c.csv", f"{CREATIVES_2023}\nCR1,u,TEXT,US,AR1,X,,2023-01-01,2023-01-05,5,≤ 10k,,,,,,\"Georgia, Philadelphia,PA\",,0,1,0,1,\n"))  # fmt: skip
    assert ad.target_countries == ("US",)


def test_google_advertisers_with_numbers_well_and_ill_formed(made):
    archive = made("google-political-ads-advertiser-stats.csv", """Advertiser_ID,Advertiser_Name,Public_IDs_List,Regions,Elections,Total_Creatives,Spend_USD,Spend_ZAR
AR1,A,"FEC ID C00495861, EIN ID 12-3456789",US,US-Federal,"1,048",100,1700
AR2,B,"FEC ID PO Box 7156 Round Rock, TX 78683","EU, FI",EU-Parliament,2,0,0
AR3,C,,US,,1,,
""")  # fmt: skip
    first, second, third = archive.advertisers
    assert first.public_ids == (PublicId(scheme="FEC", value="C00495861"), PublicId(scheme="EIN", value="12-3456789"))
    assert (first.ads, first.spend[1]) == (1048, Money(amount=Decimal(1700), currency="ZAR"))
    assert (second.public_ids[0].value, second.defects) == ("PO Box 7156 Round Rock, TX 78683", ("fec_malformed",))
    assert (second.regions, third.public_ids, third.spend) == (("EU", "FI"), (), ())
    assert archive.ads is None


@pytest.mark.parametrize(
    "columns, row",
    [("Advertiser_ID,Committee_Declared_Name,Committee_Declared_Identification_ID,Committee_Declared_Scope", "AR1,Yes on 9,1234,Measure 9"),
     (("Advertiser_ID,Region,Advertiser_Declared_Name,Advertiser_Declared_Regulatory_ID,Advertiser_Declared_Scope,"
      "Advertiser_Declared_Promoter_Name,Advertiser_Declared_Promoter_Address"), "AR1,US-CA,Yes on 9,1234,Measure 9,,")],
)  # fmt: skip
def test_google_declared_of_both_years(made, columns, row):
    (one,) = made("google-political-ads-advertiser-declared-stats.csv", f"{columns}\n{row}\n").advertisers
    assert (one.declared_name, one.declared_number, one.declared_scope) == ("Yes on 9", "1234", "Measure 9")
    assert one.defects == ("declared_not_checked",)


def test_google_weeks_regions_keywords_and_the_day_of_the_edition(made):
    week = made(
        "w.csv",
        "Advertiser_ID,Advertiser_Name,Election_Cycle,Week_Start_Date,Spend_USD\nAR1,A,,2019-01-06,100\nAR1,A,,,100\n",
    )
    assert (week.weeks[0].week, [one.reason for one in week.skipped]) == (
        date(2019, 1, 6),
        ["no day on which the week begins"],
    )
    (region,) = made(
        "g.csv", "Country,Country_Subdivision_Primary,Country_Subdivision_Secondary,Spend_USD\nUS,US-CA,CA-12,5\n"
    ).regions
    assert (region.country, region.region, region.district, region.advertiser) == ("US", "US-CA", "CA-12", None)
    (of_one,) = made(
        "ag.csv", "Advertiser_ID,Advertiser_Name,Country,Country_Subdivision_Primary,Spend_USD\nAR1,A,US,US-CA,5\n"
    ).regions
    assert (of_one.advertiser, of_one.region) == ("AR1", "US-CA")
    words = made("k.csv", "Election_Cycle,Region,Elections,Report_Date,Keyword_1,Spend_USD_1,Keyword_2,Spend_USD_2\n,US,US-Federal,2019-06-24,a,20,b,10\n").keywords  # fmt: skip
    assert [(word.rank, word.keyword, word.spend.amount) for word in words] == [(1, "a", 20), (2, "b", 10)]
    (edition,) = made("google-political-ads-updated.csv", "Report_Data_Updated_Date\n2023-06-01\n").other
    assert edition.rest == (("Report_Data_Updated_Date", "2023-06-01"),)


# --- Meta -------------------------------------------------------------------------------------------------

OLD = {
    "id": "1", "page_id": "9", "page_name": "P", "ad_creative_body": "Vote", "ad_creative_link_caption": "x.org",
    "ad_delivery_start_time": "2019-10-30T22:24:19+0000", "funding_entity": "Fund", "currency": "USD",
    "spend": {"lower_bound": "0", "upper_bound": "99"}, "impressions": {"lower_bound": "1000", "upper_bound": "4999"},
    "potential_reach": {"lower_bound": "1000001"}, "region_distribution": [{"region": "Ohio", "percentage": "0.5"}],
    "demographic_distribution": [{"age": "65+", "gender": "male", "percentage": "0.25"}],
}  # fmt: skip
NEW = {
    "id": "2", "page_id": "9", "page_name": "P", "ad_creative_bodies": ["One", "Two"], "bylines": "Byline", "currency": "EUR",
    "ad_delivery_start_time": "2024-05-01", "spend": {"lower_bound": "100", "upper_bound": "199"},
    "estimated_audience_size": {"lower_bound": "100", "upper_bound": "1000"}, "eu_total_reach": 120,
    "beneficiary_payers": [{"payer": "Old", "beneficiary": "Ben", "current": False}, {"payer": "Pay", "beneficiary": "Ben", "current": True}],
    "target_ages": ["18", "65+"], "target_gender": "Women",
    "target_locations": [{"name": "Austria", "type": "countries", "excluded": False, "num_obfuscated": 0},
                         {"name": "Vienna, Austria", "type": "cities", "excluded": True, "num_obfuscated": 2}],
    "age_country_gender_reach_breakdown": [{"country": "AT", "age_gender_breakdowns": [{"age_range": "18-24", "female": 7, "unknown": 1}]}],
    "publisher_platforms": ["facebook", "instagram"], "languages": ["de"], "digital_identity": {"v": 1},
}  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [json.dumps({"data": [OLD, NEW], "paging": {"cursors": {"after": "x"}}}), json.dumps([{"data": [OLD]}, {"data": [NEW]}]),
     json.dumps([OLD, NEW], indent=2), json.dumps(OLD) + "\n" + json.dumps(NEW) + "\n",
     json.dumps({"data": [OLD]}) + "\n" + json.dumps({"data": [NEW]}), "\ufeff" + json.dumps({"data": [OLD, NEW]}, indent=1)],
    ids=["answer", "list of answers", "list", "lines", "answers as lines", "indented with mark"],
)  # fmt: skip
def test_meta_answers_of_both_kinds_in_every_wrapping(made, text):
    old, new = made("answers.json", text).ads.ads
    assert (old.text, old.payer, old.disclaimer, old.landing_url) == ("Vote", "Fund", "Fund", "x.org")
    assert old.audience_range == Range(low=Decimal(1_000_001))
    assert old.shares == (
        Share(share=Decimal("0.25"), age="65+", gender="male"),
        Share(share=Decimal("0.5"), region="Ohio"),
    )
    assert (new.texts, new.payer, new.beneficiary, new.reach) == (("One", "Two"), "Pay", "Ben", 120)
    assert new.tree == All((Is("age", "18-65+"), Is("gender", "female"), Is("location", "Austria", "countries"), Not(Is("location", "Vienna, Austria", "cities"))))  # fmt: skip
    assert new.tree_lost == ("detailed_targeting_not_published", "places_hidden")
    assert (new.target_countries, new.defects, new.platforms) == (
        ("AT",),
        ("several_payers",),
        ("facebook", "instagram"),
    )
    assert new.reach_counts == (ReachCount(country="AT", age="18-24", gender="female", people=7), ReachCount(country="AT", age="18-24", gender="unknown", people=1))  # fmt: skip
    assert new.rest == (("digital_identity", '{"v": 1}'),)
    assert new.paid
    assert not old.paid


def test_meta_answers_flattened_into_csv(made):
    archive = made("saved.csv", """id,page_id,page_name,ad_creative_bodies,bylines,spend,impressions,ad_delivery_start_time,ad_snapshot_url,languages
7,9,P,"[""One""]",By,"{'lower_bound': '0', 'upper_bound': '99'}",1000-4999,2022-09-01,https://f/?id=7,"['en', 'es']"
""")  # fmt: skip
    ad = only(archive)
    assert (ad.text, ad.languages) == ("One", ("en", "es"))
    assert ad.impressions_range == Range(low=Decimal(1000), high=Decimal(4999))
    assert ad.spend_ranges == (MoneyRange(range=Range(low=Decimal(0), high=Decimal(99)), currency=None),)


def test_meta_shares_in_tables_of_their_own_are_joined(made, tmp_path):
    (tmp_path / "fb_ads.csv").write_text(
        "ad_id,page_id,page_name,ad_creative_body,ad_delivery_start_time,impressions_min,impressions_max\n1,9,P,x,2019-01-01,0,999\n"
    )
    (tmp_path / "z_demos.csv").write_text(
        "ad_id,age,gender,percentage\n1,65+,male,0.5\n2,65+,male,0.1\n1,65+,male,1.5\n"
    )
    (tmp_path / "z_regions.csv").write_text("ad_id,region,percentage\n1,Ohio,1\n")
    archive = read_archive(tmp_path)
    assert only(archive).shares == (
        Share(share=Decimal("0.5"), age="65+", gender="male"),
        Share(share=Decimal(1), region="Ohio"),
    )
    assert only(archive).impressions_range == Range(low=Decimal(0), high=Decimal(999))
    assert (len(archive.shares), [one.reason for one in archive.skipped]) == (3, ["a share of 1.5"])


def test_an_error_that_the_source_answered_is_named(made):
    archive = made(
        "a.jsonl",
        json.dumps({"data": [OLD]})
        + "\n"
        + json.dumps({"error": {"message": "Please reduce", "code": 1}})
        + "\nnot json\n",
    )
    assert [(one.line, one.reason.split(":")[0]) for one in archive.skipped] == [
        ("line 2", "an error that the source answered"), ("line 3", "no JSON (Expecting value at character 0)"),
    ]  # fmt: skip


REPORT = "FacebookAdLibraryReport_2023-06-01_US_{}{}.csv"


def test_meta_report_of_a_day_and_its_regions(made):
    archive = made("r.zip", zipped({
        REPORT.format("yesterday", "_advertisers"): '\ufeffPage ID,Page name,Disclaimer,Amount spent (USD),Number of ads in Library\n1,P,"Fund, LLC",59304,17\n1,P,These ads ran without a disclaimer,≤100,2\nx,Q,D,5,1\n',
        REPORT.format("yesterday", "_locations"): "\ufeffLocation name,Amount spent (USD)\nGuam,≤100\n",
        "regions/" + REPORT.format("yesterday", "_Washington, District of Columbia"): "\ufeffPage ID,Page name,Disclaimer,Amount spent (USD)\n1,P,,5\n",
        "README.txt": "words",
    }))  # fmt: skip
    first, without, place, region = archive.report
    assert (first.disclaimer, first.spend.range.low, first.spend.currency, first.ads) == ("Fund, LLC", 59304, "USD", 17)
    assert (without.disclaimer, without.without_disclaimer, str(without.spend.range)) == (None, True, "0 to 100")
    assert (place.page, place.region, place.country) == (None, "Guam", "US")
    assert (region.region, region.without_disclaimer) == ("Washington, District of Columbia", True)
    assert (first.first_day, first.last_day, first.period) == (date(2023, 6, 1), date(2023, 6, 1), "yesterday")
    assert [one.reason for one in archive.skipped] == ["Page ID: 'x' is no number of a page"]


@pytest.mark.parametrize(
    "period, days", [("last_7_days", 7), ("last_30_days", 30), ("last_90_days", 90), ("lifelong", None)]
)
def test_meta_reports_of_other_spans(made, period, days):
    (row,) = made(
        REPORT.format(period, "_advertisers"),
        "Page ID,Page Name,Disclaimer,Amount Spent (USD),Number of Ads in Library\n1,P,D,1000,1\n",
    ).report
    assert (row.period, row.last_day) == (period, date(2023, 6, 1))
    assert (None if row.first_day is None else (row.last_day - row.first_day).days + 1) == days


def test_meta_report_in_a_language_nobody_told_us_of(made):
    archive = made("FacebookAdLibraryReport_2022-01-16_DE_lifelong_advertisers.csv", "Seiten-ID;Name der Seite;Hinweis;Ausgaben (EUR);Anzahl\n1;P;D;1.234,50;3\n2;Q;E;≤100;1\n")  # fmt: skip
    first, second = archive.report
    assert (first.page, first.page_name, first.disclaimer, first.spend.range.low, first.spend.currency, first.ads) == ("1", "P", "D", Decimal("1234.50"), "EUR", 3)  # fmt: skip
    assert second.spend.range.high == 100


# --- IRA, our own table, any table ------------------------------------------------------------------------

RAW = {
    "id": 5, "pdf": "data/x.pdf", "image": "images/5.png", "clicks": 3, "impressions": 10, "text": "Hi\n",
    "url": "httpszllwww.facebook.com/Blacktivists-128371547505950/", "created": "2016-06-01T03:00:00-07:00", "ended": None,
}  # fmt: skip
TARGETING = {"location": {"united_states": "Ohio"}, "people_who_match": {"interests": ["Gospel", "Jazz"]},
             "and_must_also_match": {"interests": ["Church"]}, "excluded_connections": "Exclude people who like X", "age": "18 - 65+"}  # fmt: skip


def test_the_ira_release_as_parsed_pdfs_and_as_sqlite(made, tmp_path):
    parsed = only(
        made(
            "ads.json",
            json.dumps([{**RAW, "spend": {"amount": "1,500.20", "currency": "RUB"}, "targeting": TARGETING}]),
        )
    )
    base = tmp_path / "russian-ads.db"
    with closing(sqlite3.connect(base)) as made_base:
        made_base.execute(
            "CREATE TABLE ads (id, pdf, image, clicks, impressions, text, url, spend_amount, spend_currency, created, ended)"
        )
        row = {**RAW, "url": RAW["url"].replace("httpszll", "https://")}
        made_base.execute(
            "INSERT INTO ads VALUES (:id,:pdf,:image,:clicks,:impressions,:text,:url,'1500.20','RUB',:created,:ended)",
            row,
        )
        made_base.executescript(
            "CREATE TABLE targets (id, name, category, prefix); CREATE TABLE ad_targets (target_id, ad_id)"
        )
        names = ["location:united_states:Ohio", "people_who_match:interests:Gospel", "people_who_match:interests:Jazz",
                 "and_must_also_match:interests:Church", "excluded_connections:Exclude people who like X", "age:18 - 65+"]  # fmt: skip
        made_base.executemany("INSERT INTO targets VALUES (?, ?, '', '')", enumerate(names))
        made_base.executemany("INSERT INTO ad_targets VALUES (?, 5)", [(number,) for number in range(len(names))])
        made_base.commit()
    stored = only(read_archive(base))
    assert stored.targeting == parsed.targeting
    assert (stored.spend, stored.currency, stored.actor) == (parsed.spend, parsed.currency, parsed.actor) == (Decimal("1500.20"), "RUB", "fb:128371547505950")  # fmt: skip
    assert stored.tree == parsed.tree == All((
        Is("location", "Ohio", "location"),
        Any((Is("interest", "Gospel", "people_who_match"), Is("interest", "Jazz", "people_who_match"))),
        Is("interest", "Church", "and_must_also_match"), Is("age", "18 - 65+", "age"),
        Not(Is("connection", "Exclude people who like X", "excluded_connections")),
    ))  # fmt: skip
    assert stored.tree_lost == ("must_also_match_flattened",)


MAPPING = """
name = "state-register"
days = "day"
decimal = ","
[columns]
ad = "Anzeige"
actor = "Seite"
created = "Beginn"
spend_low = "von"
spend_high = "bis"
payer = "Zahler"
[constants]
platform = "local"
currency = "eur"
target_countries = "AT"
[public_ids]
register = "Registernummer"
[[targeting]]
column = "Orte"
dimension = "location"
[[targeting]]
column = "ohne"
dimension = "location"
excluded = true
"""
TABLE = "Anzeige;Seite;Beginn;von;bis;Zahler;Registernummer;Orte;ohne;Farbe\n1;S;3/4/2024;1.000,50;2.000;Z;R9;Wien, Linz;Graz;rot\n"


def test_any_table_by_a_mapping(made, tmp_path):
    from hustings.connectors.mapped_ads import find_ads_mapping

    (tmp_path / "m.toml").write_text(MAPPING)
    ad = only(made("t.csv", TABLE, mapping=find_ads_mapping(tmp_path / "m.toml")))
    assert (ad.platform, ad.currency, ad.created.date(), ad.target_countries) == (
        "local",
        "EUR",
        date(2024, 4, 3),
        ("AT",),
    )
    assert ad.spend_ranges == (MoneyRange(range=Range(low=Decimal("1000.50"), high=Decimal(2000)), currency="EUR"),)
    assert ad.tree == All(
        (Any((Is("location", "Wien", "Orte"), Is("location", "Linz", "Orte"))), Not(Is("location", "Graz", "ohne")))
    )
    assert (ad.public_ids, ad.rest) == ((PublicId(scheme="register", value="R9"),), (("Farbe", "rot"),))


def test_a_mapping_says_all_that_is_wrong_with_it(tmp_path, made):
    from hustings.connectors.mapped_ads import find_ads_mapping

    (tmp_path / "m.toml").write_text('days = "week"\n[columns]\nactr = "x"\n[[targeting]]\ndimension = "location"\n')
    with pytest.raises(BadInput) as error:
        find_ads_mapping(tmp_path / "m.toml")
    told = str(error.value)
    assert all(
        word in told
        for word in ("columns.actr", "Did you mean actor?", "columns.ad", "targeting 1.column", "mapping.days")
    )
    (tmp_path / "n.toml").write_text(MAPPING)
    with pytest.raises(BadInput, match="no column 'Registernummer'"):
        made("t.csv", TABLE.replace("Registernummer", "Nummer"), mapping=find_ads_mapping(tmp_path / "n.toml"))


def test_all_that_cannot_be_read_is_said_at_once_and_the_rest_is_read(tmp_path):
    (tmp_path / "a.csv").write_text(
        f"{SNAP_2018}\na1,u,EUR,10,5,2018/10/27 14:00:00Z,,Org,FR,,Payer,,18+,france,,,,,\n"
    )
    (tmp_path / "b.csv").write_text("colour,shape\nred,round\n")
    (tmp_path / "c.csv").write_text("")
    (tmp_path / "d.zip").write_bytes(b"PK nothing")
    (tmp_path / "e.csv.gz").write_bytes(gzip.compress(SNAP_2018.encode() * 99)[:-30])
    (tmp_path / "f.parquet").write_bytes(b"PAR1")
    (tmp_path / "g.json").write_text('[{"id": 1,')
    (tmp_path / "h.db").write_bytes(b"SQLite format 3\0" + b"\1" * 80)
    (tmp_path / "i.csv").write_text(
        f'{SNAP_2018}\na2,u,EUR,10,5,2018/10/27 14:00:00Z,,"Org,FR,,Payer,,18+,france,,,,,\n'
    )
    reader = ArchiveReader([tmp_path, tmp_path / "nowhere"])
    assert next(len(batch) for file, batch in list(reader.batches()) if file.kind) == 1
    told = {problem.where.rsplit("/", 1)[-1]: problem.found for problem in reader.problems}
    assert set(told) == {"nowhere", "b.csv", "c.csv", "d.zip", "e.csv.gz", "f.parquet", "g.json", "h.db", "i.csv"}
    assert "a table that we do not know; it has 'colour', 'shape'" in told["b.csv"]
    assert told["i.csv"].startswith("a quoted cell that never ends")
    with pytest.raises(BadInput) as error:
        read_archive(tmp_path)
    assert len(error.value.problems) == 8


def test_a_kind_that_is_none_is_told_with_all_that_are(tmp_path):
    with pytest.raises(BadInput, match=r"one of ira, ira-release,.*snap, google, google-campaigns"):
        ArchiveReader([tmp_path], "gogle")


def test_a_cut_end_is_a_problem_and_a_quote_mark_within_a_cell_is_none(tmp_path, made):
    row = "{},u,EUR,10,5,2018/10/27 14:00:00Z,,Org,FR,,{},,18+,france,,,,,"
    archive = made(
        "p.csv", f"{SNAP_2018}\n{row.format('a1', chr(34).join(['5', ' pipes']))}\n{SNAP_2018}\n{row.format('a2', 'P')}"
    )
    assert [ad.payer for ad in archive.ads] == ['5" pipes', "P"]
    assert [(one.line, one.reason) for one in archive.skipped] == [("line 3", "the header again")]
    with pytest.raises(BadInput, match="a last row that is cut"):
        made("q.csv", f"{SNAP_2018}\n{row.format('a1', 'P')}\n{row.format('a2', 'P')[:30]}")


def test_a_text_beside_the_tables_is_passed_over(tmp_path):
    (tmp_path / "notes.txt").write_text("Some words, and more.\n")
    (tmp_path / "g.csv").write_text("Country,Country_Subdivision_Primary,Spend_USD\nUS,US-CA,5\n")
    archive = read_archive(tmp_path)
    assert (len(archive.regions), len(archive.passed)) == (1, 1)


ODD = (None, "", "x", "-1", "1e999", "NaN", "[1", "{'a': 1}", "[{}]", "99999999999999999999", "≤", "0-", "\x00", "31/31/2020", "é" * 50, "half \ud83d", 10**30, 0, -5, 1.5, True,
       [], {}, [None], [[1]], {"lower_bound": "x"}, [{"percentage": "much"}], [{"name": None, "excluded": "?"}], {"amount": "?"})  # fmt: skip
SOUND = {
    "snap": dict(zip(SNAP_2024.split(","), "a1,u,CAD,10.50,5,2024-03-01,2024-03-02,Org,CA,Jane,Payer,F,C1,J,O,,18+,canada,,,,,".split(","), strict=False)),
    "creative": dict(zip(CREATIVES_2023.split(","), "CR1,u,TEXT,US,AR1,X,,2023-01-01,2023-01-05,5,≤ 10k,,,,18-24,Male,Ohio,,0,1,0,1,".split(","), strict=False)),
    "advertiser": {"Advertiser_ID": "AR1", "Advertiser_Name": "A", "Public_IDs_List": "EIN ID 1", "Total_Creatives": "2", "Spend_USD": "3"},
    "week": {"Advertiser_ID": "AR1", "Week_Start_Date": "2019-01-06", "Spend_USD": "1"},
    "old answer": OLD, "new answer": NEW,
    "share": {"ad_id": "1", "region": "Ohio", "percentage": "0.5"},
    "report": {"Page ID": "1", "Page name": "P", "Disclaimer": "D", "Amount spent (USD)": "≤100", "Number of ads in Library": "1"},
    "parsed": {**RAW, "spend": {"amount": "1", "currency": "RUB"}, "targeting": TARGETING},
    "release": {"ad_id": 1, "page_key": "fb:x", "spend_amount": "1", "targeting": [], "landing_kind": "website", "url_clean": "u", "impressions": 1,
                "clicks": 1, "spend_currency_stated": "RUB", "created": "2016-01-01T00:00:00-08:00"},
    "own": {"platform": "p", "actor": "a", "ad": "1", "spend": "1", "targeting": "[]", "created": "2020-01-01", "shares": "[]", "tree": None},
}  # fmt: skip


@pytest.mark.parametrize("kind", SOUND)
def test_no_value_however_odd_stops_the_reading(kind, made, tmp_path):
    """Every cell is replaced by every odd value in turn; each row is in or named, and the sound one is in."""
    sound = SOUND[kind]
    rows = [sound] + [{**sound, name: value} for name in sound for value in ODD]
    archive = made("odd.json", json.dumps(rows))
    (file,) = archive.files
    assert file.rows == len(rows) == file.rows_in + len(file.skipped)
    assert file.rows_in >= 1
    assert all(one.reason for one in archive.skipped)
    assert write_archive(ArchiveReader([tmp_path / "odd.json"]), tmp_path / "out").rows["set_aside.parquet"] == len(
        archive.skipped
    )
