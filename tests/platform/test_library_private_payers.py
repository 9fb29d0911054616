"""A private person who pays for ads is named when a law of the table says so, from the ad on that crosses its sum; and not before."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from made_library import made_ad, made_company, number_of

from hustings.apps.ads.models import Ad, Delivery, Payer
from hustings.apps.library.models import Shown, Subject, Version
from hustings.apps.library.publishing.private import without_name
from hustings.apps.library.publishing.publish import publish_all
from hustings.policy.payer_name import HIDDEN

pytestmark = pytest.mark.django_db
NAME = "Jane Doe"
IN_2020 = {"created": datetime(2020, 1, 1, tzinfo=UTC), "starts": datetime(2020, 1, 2, tzinfo=UTC)}


@pytest.fixture
def company():
    return made_company()


@pytest.fixture
def jane(company):
    return Payer.objects.create(held_by=company, name=NAME, kind="person", country="US", instrument="card 1")


def paid_by(payer, number, spend, **more):
    values = (
        {
            "currency": "USD",
            "spend": None if spend is None else Decimal(spend),
            "disclaimer_text": f"Paid for by {payer.name}",
        }
        | IN_2020
        | more
    )
    ad = made_ad(payer.held_by, number, **values)
    Ad.objects.filter(pk=ad.pk).update(payer=payer)
    return ad


def body(subject):
    return Shown.objects.get(number=subject, until__isnull=True).body


def payer_of(payer):
    return body(Subject.objects.get(kind="payer", source=payer.pk).number)


def said(number):
    return body(number)["payer_name"], body(number)["disclaimer"]


def everything():
    return json.dumps(
        [one.body for one in Shown.objects.order_by("seq")] + [one.record for one in Version.objects.order_by("seq")]
    )


def test_below_the_sum_nothing_of_the_library_says_the_name(company, jane):
    ad = paid_by(jane, 1, "200")
    publish_all()
    assert said(number_of(ad)) == (HIDDEN, f"Paid for by {HIDDEN}")
    told = payer_of(jane)
    assert (told["name"], told["kind_of"], told["country"], told["named_by"]) == (HIDDEN, "person", "US", "")
    assert NAME not in everything()
    from hustings.apps.library.find import Asked, search

    assert not search(Asked(words="jane"), kind="payer").exists()
    assert not search(Asked(words="jane")).exists()


def test_the_ad_that_crosses_the_sum_names_them_on_all_their_ads_in_a_new_version(company, jane):
    first = paid_by(jane, 1, "150")
    publish_all()
    second = paid_by(jane, 2, "50.01")
    publish_all()
    assert payer_of(jane)["named_by"] == "US"
    assert payer_of(jane)["name"] == NAME
    for ad in (first, second):
        assert said(number_of(ad)) == (NAME, f"Paid for by {NAME}")
    versions = [row.body["payer_name"] for row in Shown.objects.filter(number=number_of(first)).order_by("seq")]
    assert versions == [HIDDEN, NAME]
    before = Version.objects.count()
    publish_all()
    assert Version.objects.count() == before


def test_a_correction_below_the_sum_hides_the_name_again(company, jane):
    ad = paid_by(jane, 1, "300")
    publish_all()
    assert said(number_of(ad))[0] == NAME
    Ad.objects.filter(pk=ad.pk).update(spend=Decimal(30))
    publish_all()
    assert said(number_of(ad))[0] == HIDDEN
    assert payer_of(jane)["named_by"] == ""


@pytest.mark.parametrize(("more", "shown"), [
    ({}, True),
    ({"currency": "XVD"}, False),
    ({"countries": ["XV"]}, False),
    ({"countries": ["GB"], "currency": "GBP"}, False),
    ({"countries": ["CA"], "currency": "CAD"}, False),
    ({"countries": ["DE"], "currency": "EUR", "spend": Decimal(1)}, False),
    ({"countries": ["DE"], "currency": "EUR", "spend": Decimal(1), "created": None, "starts": datetime(2026, 5, 4, tzinfo=UTC)}, True),
    ({"spend": None, "spend_low": Decimal(100), "spend_high": Decimal(999)}, False),
    ({"spend": None, "spend_low": Decimal(500), "spend_high": Decimal(999)}, True),
    ({"spend": None}, False),
])  # fmt: skip
def test_the_table_is_what_decides(company, jane, more, shown):
    ad = paid_by(jane, 1, **({"spend": "500"} | more))
    publish_all()
    assert (said(number_of(ad))[0] == NAME) is shown


def test_several_cards_of_one_person_are_one_payer_and_two_cycles_are_two(company, jane):
    other = Payer.objects.create(held_by=company, name=NAME, kind="person", country="US", instrument="card 2")
    first, second = paid_by(jane, 1, "150"), paid_by(other, 2, "150", starts=datetime(2021, 1, 1, tzinfo=UTC))
    publish_all()
    assert {said(number_of(ad))[0] for ad in (first, second)} == {HIDDEN}
    Ad.objects.filter(pk=second.pk).update(starts=datetime(2020, 12, 31, tzinfo=UTC))
    publish_all()
    assert {said(number_of(ad))[0] for ad in (first, second)} == {NAME}


def test_the_part_of_a_country_counts_where_it_was_shown(company, jane):
    ad = paid_by(jane, 1, "5")
    publish_all()
    assert said(number_of(ad))[0] == HIDDEN
    Delivery.objects.create(ad=ad, day=date(2020, 1, 3), region="Washington", impressions=5, clicks=0, spend=1)
    publish_all()
    assert said(number_of(ad))[0] == NAME


def test_committees_are_named_whatever_they_spend(company):
    committee = Payer.objects.create(held_by=company, name="Citizens for Lakes", kind="committee", country="US")
    ad = paid_by(committee, 1, "1")
    publish_all()
    assert said(number_of(ad)) == ("Citizens for Lakes", "Paid for by Citizens for Lakes")
    assert "named_by" not in payer_of(committee)


def test_what_an_operator_confirmed_counts(company, jane, settings, tmp_path):
    file = tmp_path / "places.toml"
    file.write_text('[[place]]\ncode = "XV"\ncountries = ["XV"]\nlaw = "Act 7"\nshows = "always"\nconfirmed = true\n')
    settings.HUSTINGS_PAYER_NAMES = str(file)
    ad = paid_by(jane, 1, "1", countries=["XV"])
    publish_all()
    assert said(number_of(ad))[0] == NAME
    assert payer_of(jane)["named_by"] == "XV"


def test_a_name_is_left_out_of_a_sentence_in_any_case():
    assert without_name("PAID FOR BY JANE DOE, Jane Doe.", NAME) == f"PAID FOR BY {HIDDEN}, {HIDDEN}."
    assert without_name("Paid for by nobody", NAME) == "Paid for by nobody"
