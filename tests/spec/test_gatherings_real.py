"""The gatherings that the IRA's ads called to, held against what was published of them."""

import pytest

from hustings.connectors.ads import read_ads
from hustings.screening.audience.poles import packaged_poles
from hustings.screening.gathering import gatherings, opposed_gatherings


@pytest.fixture(scope="module")
def found(real_data):
    return gatherings(read_ads(real_data / "ira-ads" / "ads.jsonl"), packaged_poles())


def test_all_77_addresses_are_found_and_one_that_was_read_wrongly_from_its_picture(found):
    assert (len(found), sum(len(one.ads) for one in found)) == (78, 209)
    assert {one.number for one in found} >= {"438845489792461", "1095560153903958", "1678907209017708"}


def test_the_protest_and_the_rally_in_new_york_on_one_saturday_are_told_as_opposed(found):
    (pair,) = opposed_gatherings(found, packaged_poles().matters)
    assert {one.number for one in pair.gatherings} == {"535931469910916", "365162297165103"}
    assert (pair.matter.code, pair.places, pair.same_day) == ("party-us", ("New York",), True)
    assert {str(one.day) for one in pair.gatherings} == {"2016-11-12"}


def test_days_that_the_words_name_are_those_of_the_gatherings(found):
    days = {one.number: str(one.day) for one in found if one.day is not None}
    assert len(days) == 23
    assert days["1795123670705170"] == "2016-12-03"  # Marshall Park, Charlotte
    assert days["662307087278604"] == "2016-10-22"  # Bay Street, Staten Island
    assert days["620928338080560"] == "2016-08-20"  # across Florida
