from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from hustings.screening.ad import Ad, AdsTable, Criterion
from hustings.screening.countries import country_code, own_currencies
from hustings.screening.payment import review
from hustings.screening.targeting import audience_named, shared_targeting, targeting_key
from hustings.screening.working_hours import working_hours

DAY = datetime(2016, 5, 2, 9, tzinfo=UTC)


def ad(name="1", *, aim=("US",), spend="10", currency=None, billing=None, created=DAY, actor="page", values=()):
    return Ad(
        platform="facebook", actor=actor, ad=name, spend=None if spend is None else Decimal(spend), currency=currency,
        billing_country=billing, target_countries=tuple(aim), created=created,
        targeting=tuple(Criterion(value=value, dimension="interest") for value in values),
    )  # fmt: skip


@pytest.mark.parametrize("given, ground", [
    ({"currency": "RUB"}, "currency"),
    ({"currency": "USD"}, None),
    ({"currency": "EUR"}, None),
    ({"currency": "CAD", "aim": ("CA", "US")}, None),
    ({"currency": "CAD"}, "currency"),
    ({"currency": "RUB", "aim": ("RU",)}, None),
    ({"currency": "USD", "billing": "RU"}, "billing"),
    ({"currency": "RUB", "billing": "US"}, None),
    ({"currency": "GBP", "billing": "GB", "aim": ("GB", "IE")}, None),
    ({"currency": "RUB", "spend": "0"}, "unjudged"),
    ({"currency": "RUB", "spend": None}, "unjudged"),
    ({"currency": None}, "unjudged"),
    ({"currency": "RUB", "aim": ()}, "unjudged"),
    ({"currency": "XTS", "aim": ("XA",)}, "currency"),
    ({"currency": "EUR", "billing": "XB", "aim": ("XA",)}, "billing"),
])  # fmt: skip
def test_the_rule_in_a_table(given, ground):
    found = review([ad(**given)])
    assert len(found.considered) == (ground != "unjudged")
    assert [flag.ground for flag in found.flagged] == ([ground] if ground in {"currency", "billing"} else [])


def test_a_countrys_money_is_that_of_the_day():
    assert own_currencies("HR", date(2019, 1, 1)) == {"HRK"}
    assert own_currencies("HR", date(2024, 1, 1)) == {"EUR"}
    assert not review([ad(currency="HRK", aim=("HR",), created=datetime(2019, 1, 1, tzinfo=UTC))]).flagged
    assert review([ad(currency="HRK", aim=("HR",), created=datetime(2024, 1, 1, tzinfo=UTC))]).flagged


def test_the_first_flagged_ad_is_the_earliest_and_undated_ones_come_last():
    late, early = datetime(2016, 7, 1, tzinfo=UTC), datetime(2015, 6, 9, tzinfo=UTC)
    found = review([ad("1", currency="RUB", created=None), ad("2", currency="RUB", created=late),
                    ad("3", currency="RUB", created=early)])  # fmt: skip
    assert [flag.ad.ad for flag in found.flagged] == ["3", "2", "1"]
    assert (
        found.sentence
        == "The payment rule flags 3 of the 3 ads it can judge (100.0%), the first created on 9 June 2015."
    )
    assert found.first is not None
    assert found.first.sentence() == "Ad 3 is aimed at United States and paid in RUB."


def test_a_review_of_nothing_says_so():
    assert review([]).share is None
    assert "can judge none of 1 ads" in review([ad(aim=())]).sentence


def test_a_review_never_speaks_without_its_limits():
    assert "never a refusal" in review([]).limits


@pytest.mark.parametrize("name, code", [("united states", "US"), ("GB", "GB"), ("Türkiye", "TR"), ("Turkey", "TR"),
                                        ("The Netherlands", "NL"), ("czech republic", "CZ"), ("xa", "XA"), ("Atlantis", None),
                                        ("", None), ("zz", None)])  # fmt: skip
def test_countries_go_by_code_or_english_name(name, code):
    assert country_code(name) == code


@pytest.mark.parametrize("value, name", [
    ("People who like Old Maps", "Old Maps"), ("Exclude people who like Old Maps", "Old Maps"),
    ("Friends of people who are connected to Old Maps", "Old Maps"),
    ("Exclude people who are going to A March", "A March"),
    ("Lookalike (US, 1%) - People who like Old Maps", "Old Maps"),
])  # fmt: skip
def test_an_audience_is_the_page_or_event_it_names(value, name):
    assert audience_named(Criterion(value=value, dimension="connection")) == name


def test_a_named_list_is_an_audience_and_an_interest_is_not():
    assert audience_named(Criterion(value="Lookalike (US, 10%) - list a", dimension="custom_audience")) == "list a"
    assert audience_named(Criterion(value="list a", dimension="custom_audience")) == "list a"
    assert audience_named(Criterion(value="People who like Old Maps", dimension="interest")) is None


def test_a_targeting_set_has_no_order_and_needs_four_criteria():
    four, turned = ad(values=("a", "b", "c", "d")), ad(values=("d", "c", "b", "a", "a", ""))
    assert targeting_key(four, str.strip) == targeting_key(turned, str.strip)
    assert targeting_key(ad(values=("a", "b", "c", "c")), str.strip) is None


def test_pages_that_share_sets_stand_out_from_pages_that_do_not():
    def sets(page, kinds):
        return [
            ad(f"{page}{kind}{n}", actor=page, values=tuple(f"{kind}{i}" for i in range(4)))
            for kind in kinds
            for n in (1, 2)
        ]

    ads = (
        sets("p", "abc")
        + sets("q", "abc")
        + [one for n in range(40) for one in sets(f"other{n}", [f"o{n}x", f"o{n}y", f"o{n}z"])]
    )
    found = shared_targeting(ads, str.strip, seed=1, shuffles=50)
    assert (found.found, found.pairs) == (1, (("facebook:p", "facebook:q", 3),))
    assert found.by_chance < 0.2
    assert found == shared_targeting(list(reversed(ads)), str.strip, seed=1, shuffles=50)


def test_working_hours_find_the_offset_of_the_office():
    moments = [datetime(2016, 5, day, hour, tzinfo=UTC) for day in range(2, 7) for hour in range(7, 16)]
    found = working_hours([*moments, None])
    assert found is not None
    assert found.by_offset[0] == (3, 1.0)
    assert "a time zone is not a state" in found.sentence
    assert working_hours([None]) is None


def test_the_ads_table_comes_back_from_its_own_file(tmp_path):
    import pyarrow.parquet

    from hustings.connectors.ads import read_ads

    ads = AdsTable(ads=(ad("1", currency="RUB", values=("a", "b")), ad("2", billing="GB", aim=())), source="x")
    pyarrow.parquet.write_table(ads.arrow(), tmp_path / "ads.parquet")
    assert read_ads(tmp_path / "ads.parquet").ads == ads.ads
