"""Gatherings that ads call to: their days and places, and which stand against each other."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.screening.ad import Ad, Criterion
from hustings.screening.audience.poles import packaged_poles
from hustings.screening.gathering import gatherings, opposed_gatherings
from hustings.screening.gathering.days import days_said

WRITTEN = date(2016, 11, 9)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Join us on November 12!", [date(2016, 11, 12)]), ("NOVEMBER 12TH at 2 PM", [date(2016, 11, 12)]),
        ("on 12 November", [date(2016, 11, 12)]), ("on the 12th of November 2016", [date(2016, 11, 12)]),
        ("Nov. 12", [date(2016, 11, 12)]), ("am 12. November", [date(2016, 11, 12)]), ("le 12 novembre", [date(2016, 11, 12)]),
        ("el 12 de diciembre", [date(2016, 12, 12)]), ("January 3", [date(2017, 1, 3)]), ("November 9", [WRITTEN]),
        ("Come on Saturday", [date(2016, 11, 12)]), ("Union Sq. Saturday 12 PM", [date(2016, 11, 12)]),
        ("this Wednesday", [WRITTEN]), ("on Saturday, November 19", [date(2016, 11, 19)]),
        ("Nov 19 and Nov 26", [date(2016, 11, 19), date(2016, 11, 26)]), ("0ctober 1", []), ("November 8", []), ("since March 3", []),
        ("November 12, 2017", []), ("November 31", []), ("in November", []), ("9/11", []), ("Saturday night fever", []), ("", []),
        ("at 8:30 on 12:30 may", []),
    ],
)  # fmt: skip
def test_days_that_a_text_names_for_something_to_come(text, days):
    assert [one.day for one in days_said(text, WRITTEN)] == days


@given(st.text(max_size=80), st.dates(date(2000, 1, 1), date(2050, 1, 1)))
def test_whatever_is_written_no_day_is_past_or_far_and_their_words_stand_in_the_text(text, written):
    for one in days_said(text + " on 3 May", written):
        assert written <= one.day <= written + timedelta(days=100)
        assert one.words in " ".join((text + " on 3 May").casefold().split())


def ad(number, text, *, to="https://www.facebook.com/events/1000000001/", day=9, city="Houston (+50 mi) Texas", **more):
    return Ad(
        platform="facebook", actor=f"page {number}", ad=str(number), text=text, landing_url=to,
        created=datetime(2016, 5, day, 12, tzinfo=UTC), impressions=100, clicks=3,
        targeting=(Criterion(dimension="location", value=city),) if city else (), **more,
    )  # fmt: skip


HERE, THERE = "https://www.facebook.com/events/1000000001/", "https://www.facebook.com/events/1000000002/"


def found(*ads):
    return gatherings(ads, packaged_poles())


def test_ads_for_one_address_are_one_gathering_with_their_sums():
    (one,) = found(
        ad(1, "Rally in Houston on May 21", day=9), ad(2, "Rally!", day=11), ad(3, "elsewhere", to="https://example.org/"),
    )  # fmt: skip
    assert (one.ads, one.buyers, one.impressions, one.clicks) == (("1", "2"), ("page 1", "page 2"), 200, 6)
    assert (one.places, one.places_said, one.day) == (("Houston",), ("Houston",), date(2016, 5, 21))
    assert (one.first.day, one.last.day) == (9, 11)


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("https://www.facebook.com/events/438845489792461", "438845489792461"), ("facebook.comleventsl1095560153903958]", "1095560153903958"),
        ("https://www.facebook.comlevents/438845489792461l", "438845489792461"), ("https://www.facebook.com/events/12", None),
        ("https://www.eventbrite.com/e/free-class-tickets-32145678901", "32145678901"), ("https://www.eventbrite.com/o/free-12918599586", None),
        ("https://www.meetup.com/harbour-group/events/234567890/", "234567890"), ("https://example.org/events/1000000001", None), (None, None),
    ],
)  # fmt: skip
def test_addresses_of_gatherings_also_as_they_were_read_from_pictures(address, number):
    assert [one.number for one in found(ad(1, "Come", to=address))] == ([number] if number else [])


def test_a_place_is_a_city_with_its_state_or_one_that_an_ad_is_aimed_at():
    (one,) = found(ad(1, "Meet in Marshall Park, Charlotte, NC", city="New York New York"))
    assert one.places == ("Charlotte", "New York")
    assert one.places_said == ("Charlotte",)
    (aimed,) = found(ad(1, "Meet us", city="Texas"))
    assert aimed.places == ()


FOR, AGAINST = "Save Islamic knowledge, stop islamophobia, Houston, May 21", "Stop radical islam, Houston, May 21"


def test_both_sides_at_one_place_on_one_day_are_opposed_and_sure():
    (pair,) = opposed_gatherings(found(ad(1, FOR), ad(2, AGAINST, to=THERE)), packaged_poles().matters)
    assert (pair.matter.code, pair.places, pair.same_day, pair.sure) == ("islam", ("Houston",), True, True)
    assert "Houston, on the same day" in pair.sentence


@pytest.mark.parametrize(
    ("one", "other", "pairs", "sure"),
    [
        ({"text": FOR}, {"text": AGAINST.replace("21", "22")}, 1, True),
        ({"text": FOR}, {"text": AGAINST.replace("21", "23")}, 0, False),
        ({"text": FOR}, {"text": "Stop radical islam, Dallas, TX, May 21", "city": "Dallas (+10 mi) Texas"}, 0, False),
        ({"text": FOR}, {"text": "Stop islamophobia, Houston, May 21"}, 0, False),
        ({"text": FOR}, {"text": "A picnic in Houston, May 21"}, 0, False),
        ({"text": "Stop islamophobia"}, {"text": "Stop radical islam", "day": 16}, 1, False),
        ({"text": "Stop islamophobia"}, {"text": "Stop radical islam", "day": 17}, 0, False),
        ({"text": "Stop islamophobia, May 21"}, {"text": "Stop radical islam, May 21"}, 1, False),
    ],
)  # fmt: skip
def test_place_time_and_side_each_count(one, other, pairs, sure):
    held = opposed_gatherings(found(ad(1, **one), ad(2, to=THERE, **other)), packaged_poles().matters)
    assert [pair.sure for pair in held] == [sure] * pairs


def test_the_order_of_the_ads_changes_nothing():
    ads = [ad(1, FOR), ad(2, AGAINST, to=THERE), ad(3, "Rally", day=12), ad(4, "More", to=THERE, day=8)]
    assert found(*ads) == found(*reversed(ads))
