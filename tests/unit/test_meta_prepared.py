"""An ad made ready for `ads_archive` says to the last byte what is made of its record."""

import json
from decimal import Decimal

from hypothesis import example, given, settings
from hypothesis import strategies as st

from hustings.exchange.ads import ranges
from hustings.exchange.ads.meta import ALIASES, FIELDS, archived_ad
from hustings.exchange.ads.prepared import picked, prepared

SNAPSHOT = "https://library.example/library/snapshot/?id="
TEXTS = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.sampled_from(["", "\n", '"\\', "\u2028\x85", "null"]),
)
COUNTS = st.one_of(st.none(), st.integers(0, 10**12))
AMOUNTS = st.one_of(st.none(), st.decimals(0, 10**9, places=2).map(str))
TARGETINGS = st.sampled_from([
    None, {"is": {"dimension": "age", "value": "18-65+"}},
    {"all": [{"is": {"dimension": "location", "value": 'A "place"\n', "category": "city"}}, {"not": {"is": {"dimension": "location", "value": "DE"}}},
             {"is": {"dimension": "gender", "value": "female"}}]},
])  # fmt: skip
BODIES = st.fixed_dictionaries({"number": st.integers(1, 10**15)}, optional={
    **dict.fromkeys(("text", "title", "landing_domain", "disclaimer", "currency", "language", "page_name", "payer_name", "advertiser_name", "platform"), TEXTS),
    **dict.fromkeys(("created", "starts", "ends"), st.sampled_from([None, "2016-11-08", "2016-11-08T10:00:00Z"])),
    **dict.fromkeys(("spend", "spend_low", "spend_high"), AMOUNTS), **dict.fromkeys(("impressions", "impressions_low", "page"), COUNTS),
    "countries": st.lists(st.sampled_from(["DE", "FR", "US"]), max_size=2),
    "reach": st.one_of(st.none(), st.fixed_dictionaries({"people": st.integers(0, 10**9)})),
    "by_region": st.lists(st.tuples(TEXTS, st.integers(0, 99).map(str)), max_size=3),
    "by_age_and_gender": st.lists(st.tuples(st.sampled_from(["18-24", ""]), st.sampled_from(["female", "m", ""]), st.integers(0, 99).map(str)), max_size=3),
    "targeting": TARGETINGS,
})  # fmt: skip
ASKED = st.lists(st.sampled_from(sorted(FIELDS)), unique=True)


@settings(derandomize=True, database=None, max_examples=300)
@given(BODIES, ASKED)
@example({"number": 7}, list(FIELDS))
@example({"number": 7, "text": "a\nb", "title": '"', "landing_domain": "x.example", "disclaimer": "P"}, [*FIELDS])
def test_what_is_picked_of_a_prepared_ad_is_what_its_record_tells(body, asked):
    told = json.dumps(archived_ad(body, asked, snapshot=SNAPSHOT), ensure_ascii=False, separators=(",", ":"))
    assert picked(asked, snapshot=SNAPSHOT)(prepared(body), body["number"]) == told


@settings(derandomize=True, database=None)
@given(st.decimals(0, 10**9, places=4), st.integers(0, 10**12))
def test_prepared_ranges_are_those_of_the_exact_numbers(spend, impressions):
    body = {"number": 7, "spend": str(spend), "impressions": impressions}
    told = json.loads(picked(["spend", "impressions"], snapshot="")(prepared(body), 7))
    assert told == {"id": "7", "spend": ranges.spend(Decimal(str(spend))), "impressions": ranges.impressions(impressions)}  # fmt: skip


def test_older_names_pick_the_line_of_the_new_one():
    body = {"number": 7, "disclaimer": "Paid", "reach": {"people": 5000}, "by_region": [["DE-BE", "5"]]}
    pick = picked([*ALIASES, *ALIASES.values()], snapshot="")
    told = json.loads(pick(prepared(body), 7))
    assert all(told[old] == told[new] for old, new in ALIASES.items())
