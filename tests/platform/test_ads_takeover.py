"""An approved ad in other hands: new administrators, the first money and a jump of it bring a person back."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from made_door import acting, decide, delivered, handed, made_door, running, submit
from made_people import person

from hustings.apps import database
from hustings.apps.ads.delivery import Fact, look_again
from hustings.apps.ads.models import Ad, Administrator, Page, PageName, Sponsor, SponsorMember
from hustings.apps.ads.moving import move_ad
from hustings.apps.ads.submitting import hand_in
from hustings.apps.ads.takeover import signs_of
from hustings.policy.advertising import By

pytestmark = pytest.mark.django_db

HOME, ABROAD = ("f1", "XV"), ("f2", "RU")


@pytest.fixture
def door():
    return made_door()


def fact(ad, day, spend, **more):
    return Fact(ad=ad.pk, day=date(2031, 4, day), impressions=1, spend=Decimal(spend), currency="XVD", **more)


def state(ad):
    ad.refresh_from_db()
    return ad.state


def later(page, fingerprint, country):
    """An account that came a day from now: what a test does is one moment."""
    return Administrator.objects.create(
        page=page, fingerprint=fingerprint, country=country, since=database.moment() + timedelta(days=1)
    )


def by_machine(door, **more):
    """An ad that passed without a person."""
    ad = submit(door, **more).ad
    Ad.objects.filter(pk=ad.pk).update(state="screened")
    move_ad(ad, "pass", machine=By.MACHINE)
    Ad.objects.filter(pk=ad.pk).update(state="delivering")
    ad.refresh_from_db()
    return ad


def test_who_was_there_at_approval_is_no_sign(door):
    ad = running(door, administrators=(HOME, ABROAD))
    assert signs_of(ad) == []


def test_a_new_administrator_from_abroad_holds_the_ad(door):
    ad = running(door, administrators=(HOME,))
    later(ad.page, *ABROAD)
    look_again(ad)
    last = ad.changes.last()
    assert (state(ad), last.reason_code) == ("in review", "account taken over")
    assert last.note.endswith("from RU.")


def test_a_new_administrator_at_home_holds_it_too_and_one_who_left_does_not(door):
    ad = running(door)
    left = later(ad.page, "f3", "XV")
    left.ended = left.since
    left.save()
    assert signs_of(ad) == []
    later(ad.page, *HOME)
    (sign,) = signs_of(ad)
    assert "from" not in sign.sentence


def test_nothing_is_asked_of_what_nobody_let_pass(door):
    ad = submit(door).ad
    later(ad.page, *ABROAD)
    assert signs_of(ad) == []
    look_again(ad)
    assert state(ad) == "in review"


def test_the_same_ad_handed_in_with_a_new_administrator_is_looked_at_with_its_neighbours(door, at):
    ad, neighbour = running(door, administrators=(HOME,)), running(door, number="2", text="Another plan.")
    at(ad.changes.last().at + timedelta(days=1))
    later_in = submit(door, administrators=(HOME, ABROAD))
    assert later_in.became == "the same"
    assert (later_in.ad.state, state(ad), state(neighbour)) == ("in review", "in review", "in review")
    assert neighbour.changes.last().reason_code == "account taken over"


def test_no_advertiser_names_or_runs_the_page_of_another(door):
    ad = running(door, administrators=(HOME,))
    eve = person("Eve")
    other = Sponsor.objects.create(held_by=door.company, registered_name="Other", state="authorised", sponsor_class="B")
    SponsorMember.objects.create(sponsor=other, person=eve)
    one = handed(door, page_name="Vote on Wednesday", administrators=(ABROAD,), number="9", text="Another text.")
    hand_in(one, other, by_person=eve, through="portal")
    page = Page.objects.get()
    assert (page.name, page.sponsor) == ("Parks for all", door.sponsor)
    assert list(page.administrators.values_list("fingerprint", flat=True)) == ["f1"]
    assert state(ad) == "delivering"
    # The platform's own word counts.
    with acting(door.reviewer):
        hand_in(one, other, by=door.reviewer, through="api")
    assert Page.objects.get().name == "Vote on Wednesday"


def test_a_page_may_take_a_name_again_in_one_table(door):
    for number, name in enumerate(("One", "Two", "One", "Two")):
        submit(door, number=str(number), page_name=name, text=f"Text {number}.")
    assert Page.objects.get().name == "Two"
    assert set(PageName.objects.values_list("name", flat=True)) == {"One", "Two"}


def test_the_first_money_of_a_sponsor_that_no_person_has_seen_holds_the_ad(door):
    ad = by_machine(door)
    delivered(door, fact(ad, 1, "0"))
    assert state(ad) == "delivering"
    delivered(door, fact(ad, 2, "5"))
    assert (state(ad), ad.changes.last().reason_code) == ("in review", "first spend")


def test_the_first_money_of_an_ad_that_a_person_approved_holds_nothing(door):
    ad = running(door)
    delivered(door, fact(ad, 1, "5"))
    assert state(ad) == "delivering"


def days(door, ad, *spends, first=1):
    for day, spend in enumerate(spends, first):
        delivered(door, fact(ad, day, spend))


def test_five_times_the_dearest_day_is_no_jump_and_more_is(door):
    ad = running(door)
    days(door, ad, "10", "12", "9", "60")
    assert state(ad) == "delivering"
    days(door, ad, "300.01", first=5)
    assert (state(ad), ad.changes.last().reason_code) == ("in review", "spend jumped")
    assert (
        "On 2031-04-05 the sponsor spent 300.01 XVD; the dearest of the four weeks before was 60.00."
        in ad.changes.last().note
    )


def test_two_days_are_too_few_to_tell_a_jump(door):
    ad = running(door)
    days(door, ad, "10", "12", "900")
    assert state(ad) == "delivering"


def test_money_over_all_ads_of_the_sponsor_counts_and_parts_of_a_day_do_not(door):
    one, two = running(door), running(door, number="2", text="Another plan.")
    days(door, one, "10", "12", "9")
    delivered(door, fact(two, 4, "500"))
    assert (state(one), state(two)) == ("delivering", "in review")
    delivered(door, fact(one, 4, "500", region="XV-1"))
    assert state(one) == "in review"  # the day of the sponsor is as dear for its other ad


def test_what_a_person_approved_again_is_settled(door):
    ad = running(door)
    days(door, ad, "10", "12", "9", "500")
    assert state(ad) == "in review"
    decide(door.other, "approve", "fits")
    assert state(ad) == "scheduled"
    move_ad(ad, "start", machine=By.CLOCK)
    delivered(door, fact(ad, 4, "500"))  # the same again
    days(door, ad, "480", first=5)
    assert state(ad) == "delivering"
    days(door, ad, "5000", first=6)
    assert state(ad) == "in review"


def test_an_administrator_whom_a_person_approved_is_settled(door, at):
    ad = running(door)
    Administrator.objects.create(page=ad.page, fingerprint="f2", country="RU", since=ad.changes.last().at)
    later_one = Administrator.objects.get()
    later_one.since += timedelta(microseconds=1)
    later_one.save()
    look_again(ad)
    assert state(ad) == "in review"
    decide(door.other, "approve", "fits")
    assert signs_of(ad) == []
