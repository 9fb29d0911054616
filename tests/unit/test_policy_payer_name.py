"""A private person who pays is named where a law of the table has it published, from the very sum on, and nowhere else."""

import tomllib
from datetime import date
from decimal import Decimal

import pytest

from hustings.policy.payer_name import PLACES, Named, Paid, Place, Shows, named, read_places


def paid(country="US", spent="0", day=date(2026, 5, 4), currency="USD", regions=()):
    return Paid(
        countries=frozenset(country.split()),
        regions=frozenset(regions),
        day=day,
        currency=currency,
        spent=Decimal(spent),
    )


NO = Named(shown=False)
US = Named(shown=True, place="US")


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.code)
def test_each_line_shows_what_it_says_for_its_countries_and_no_others(place):
    country, region = min(place.countries), sorted(place.regions)[:1]
    day = max(place.since, date(2026, 5, 4))
    if place.shows is Shows.NEVER:
        assert named([paid(country, "9999999", day)]) == NO
    elif place.shows is Shows.ALWAYS:
        assert named([paid(country, "0.01", day, regions=region)]) == Named(shown=True, place=place.code)
        assert named([paid("XV", "0.01", day, regions=region)]) == NO
    else:
        assert named([paid(country, str(place.above), day, place.currency)]) == NO
        assert named([paid(country, str(place.above + Decimal("0.01")), day, place.currency)]) == Named(
            shown=True, place=place.code
        )


def test_where_nobody_checked_the_law_no_name_is_shown():
    assert {place.code for place in PLACES if not place.checked} == {"GB", "CA"}
    assert all(place.shows is Shows.NEVER for place in PLACES if not place.checked)
    with pytest.raises(ValueError, match="nobody checked"):
        Place(code="X", name="X", countries=frozenset({"XV"}), law="", shows=Shows.ALWAYS)


@pytest.mark.parametrize(("ads", "answer"), [
    ([], NO),
    ([paid(spent="200")], NO),
    ([paid(spent="200.01")], US),
    ([paid(spent="120"), paid(spent="80.01")], US),
    ([paid(spent="120"), paid(spent="80")], NO),
    # a cycle is two calendar years that end with an even one
    ([paid(spent="150", day=date(2025, 1, 1)), paid(spent="51", day=date(2026, 12, 31))], US),
    ([paid(spent="150", day=date(2024, 12, 31)), paid(spent="150", day=date(2025, 1, 1))], NO),
    ([paid(spent="150"), paid(spent="500", currency="EUR")], NO),
    ([paid(spent="500", day=None)], NO),
    ([paid("XV", "5000")], NO),
    ([paid("XV US", "201")], US),
])  # fmt: skip
def test_the_sum_is_over_all_ads_of_a_cycle_in_the_currency_of_the_law(ads, answer):
    assert named(ads) == answer


def test_a_law_counts_from_its_day_on_and_a_part_of_a_country_for_itself():
    assert named([paid("DE", "1", date(2025, 10, 9), "EUR")]) == NO
    assert named([paid("DE", "1", date(2025, 10, 10), "EUR")]) == Named(shown=True, place="EU")
    assert named([paid(spent="1", regions=["Oregon"])]) == NO
    assert named([paid(spent="1", regions=["Washington"])]) == Named(shown=True, place="US-WA")


OWN = """
[[place]]
code = "CA"
countries = ["CA"]
law = "Read by our counsel on 3 May 2031."
shows = "above"
above = "200"
currency = "CAD"
confirmed = true
"""


def test_an_operator_confirms_a_line_of_their_own():
    places = read_places(tomllib.loads(OWN)["place"])
    assert named([paid("CA", "201", currency="CAD")]) == NO
    assert named([paid("CA", "201", currency="CAD")], places) == Named(shown=True, place="CA")
    assert named([paid(spent="201")], places) == US
    assert [place.code for place in places].count("CA") == 1


@pytest.mark.parametrize(
    "change",
    [("confirmed = true", ""), ('"above"\nabove = "200"', '"above"'), ('shows = "above"\n', ""), ('"200"', '"much"')],
)
def test_a_line_that_cannot_be_read_is_an_error_and_not_a_name(change):
    text = OWN.replace(*change)
    assert text != OWN
    with pytest.raises(ValueError, match=r"CA|much|Shows"):
        read_places(tomllib.loads(text)["place"])
