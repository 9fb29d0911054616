"""Gatherings in a case: taken from ads, added by hand, said to have been held on evidence, and told before they happen."""

import io
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from made_desk import Desk

from hustings.apps.ads.models import Ad, Administrator, Creative, Page, Payer
from hustings.apps.cases import find, gatherings, sealing, working
from hustings.apps.cases.alerting import NOBODY, alert
from hustings.apps.cases.models import Gathering, GatheringAd, GatheringAlert, GatheringHeld, Lead, OpposedPair
from hustings.apps.database import moment
from hustings.apps.permission import Refused
from hustings.apps.sweeps.actions import own_marking
from hustings.errors import BadInput
from hustings.policy.casework import Contact, Counted, LeadSource, Outcome, TookPlace


@pytest.fixture
def desk(db, settings, tmp_path):
    settings.EVIDENCE = tmp_path / "evidence"
    return Desk()


def case_of(desk, who="anna"):
    with desk.as_(who) as seat:
        return working.open_case(by=seat, title="Rallies", question="Who calls to them?", marking=own_marking(seat))


def sealed(desk, case, data=b"a picture"):
    with desk.as_("anna") as seat:
        return sealing.seal(
            io.BytesIO(data), by=seat, case=case, name="a picture", media_type="image/png", how="upload", tool="by hand",
            captured_at=seat.now, about=("ad", "meridian", "1"),
        )  # fmt: skip


def door(desk, who="anna"):
    return desk.world.appointments[who][0].position.organisation


def ad(desk, number, text, url, *, countries=("US",), page="Red Page", created=None, **more):
    held = door(desk)
    page, _ = Page.objects.get_or_create(held_by=held, platform="meridian", number=page, defaults={"name": page})
    creative = Creative.objects.create(held_by=held, digest=f"{number:0>64}", text=text, landing_url=url)
    return Ad.objects.create(
        held_by=held, archive="made", number=number, page=page, creative=creative, countries=list(countries),
        created=created or moment(), state="recorded", words=text, **more,
    )  # fmt: skip


def said_day(day):
    return f"{day:%B} {day.day}, {day.year}"


def opposed_ads(desk):
    day = said_day(moment().date() + timedelta(days=10))
    ad(
        desk,
        "1",
        f"Stop the mosque! Stop Islamization. Austin, TX. {day}",
        "https://www.facebook.com/events/1234567890",
    )
    ad(desk, "2", f"Stop the mosque, again. Austin, TX. {day}", "https://www.facebook.com/events/1234567890")
    ad(
        desk,
        "3",
        f"Stand with Muslims against islamophobia in Austin, TX. {day}",
        "https://www.facebook.com/events/9876543210",
    )
    ad(desk, "4", "Buy a shirt.", "https://shop.example/")


def test_gatherings_of_ads_come_into_a_case_with_their_ads_and_a_second_time_changes_nothing(desk):
    opposed_ads(desk)
    case = case_of(desk)
    with desk.as_("anna") as anna:
        told = gatherings.gather(case, by=anna)
        assert (told.gatherings, told.new, told.ads) == (2, 2, 3)
        again = gatherings.gather(case, by=anna, archive="made")
        assert (again.gatherings, again.new, again.ads) == (2, 0, 3)
        assert gatherings.gather(case, by=anna, archive="elsewhere").gatherings == 0
        assert gatherings.gather(case, by=anna, query="islamophobia").gatherings == 1
    assert sorted(GatheringAd.objects.values_list("archive", "number")) == [("made", "1"), ("made", "2"), ("made", "3")]
    first = Gathering.objects.get(number="1234567890")
    assert first.day == moment().date() + timedelta(days=10)
    assert first.place.startswith("Austin")
    assert first.hosts == ["Red Page"]
    assert OpposedPair.objects.count() == told.opposed


def test_whether_it_took_place_is_unknown_until_sealed_evidence_says(desk):
    case = case_of(desk)
    with desk.as_("anna") as anna:
        one = gatherings.add(
            case, by=anna, title="A rally", source="a paper", site="facebook", number="1", day=date(2016, 5, 21)
        )
        with pytest.raises(BadInput) as error:
            gatherings.say_held(one, TookPlace.YES, by=anna, says="The paper")
        assert [problem.where for problem in error.value.problems] == ["rests on"]
    picture = sealed(desk, case)
    with desk.as_("anna") as anna:
        gatherings.say_held(one, TookPlace.UNKNOWN, by=anna)
        gatherings.say_held(one, TookPlace.YES, by=anna, says="The paper's photographer", rests_on=[picture])
        assert list(one.held.values_list("answer", flat=True)) == ["unknown", "took place"]
        with pytest.raises(IntegrityError), transaction.atomic():
            GatheringHeld.objects.create(gathering=one, answer="did not", says="Somebody", by=anna.appointment)


def test_figures_keep_their_source_and_the_people_who_took_part_are_a_count_and_sealed_evidence(desk):
    case = case_of(desk)
    letter = sealed(desk, case, b"names in here")
    with desk.as_("anna") as anna:
        one = gatherings.add(case, by=anna, title="A rally", source="a paper")
        gatherings.count(one, Counted.GOING, 12, by=anna, source="the page of the event")
        gatherings.count(one, Counted.GOING, 14, by=anna, source="the company's answer")
        assert list(one.figures.values_list("value", "source")) == [
            (12, "the page of the event"),
            (14, "the company's answer"),
        ]
        with pytest.raises(BadInput):
            gatherings.count(one, Counted.GOING, 12, by=anna, source=" ")
        held = gatherings.say_unwitting(one, 3, by=anna, rests_on=letter)
        assert (held.people, held.rests_on) == (3, letter.pk)


def test_who_is_told_is_told_once_by_a_named_person(desk):
    case = case_of(desk)
    with desk.as_("anna") as anna:
        one = gatherings.add(case, by=anna, title="A rally", source="a paper")
        notice = gatherings.notify(one, Contact.POLICE, by=anna, words="the watch at Austin")
        first = gatherings.told(notice, by=anna)
    with desk.as_("ben") as ben:
        again = gatherings.told(notice, by=ben)
    assert (again.told_at, again.told_by_id) == (first.told_at, anna.appointment.pk)


def test_who_may_not_know_the_case_knows_no_gathering_and_a_closed_case_takes_none(desk):
    case = case_of(desk)
    with desk.as_("anna") as anna:
        gatherings.add(case, by=anna, title="A rally", source="a paper", site="facebook", number="1")
        with pytest.raises(BadInput, match="already"):
            gatherings.add(case, by=anna, title="Again", source="a paper", site="Facebook", number="1")
    with desk.as_("kira") as kira:
        assert Gathering.objects.count() == 0
        assert find.cases(kira).count() == 0
    with desk.as_("emil") as emil, pytest.raises(Refused):
        gatherings.name_safety_contact("the watch", by=emil)
    with desk.as_("anna") as anna:
        working.move(case, "close", by=anna, reason="done", outcome=Outcome.NOTHING)
        with pytest.raises(BadInput, match="closed"):
            gatherings.add(case, by=anna, title="Another", source="a paper")


def coming(desk, number="1", days=10, **more):
    day = moment().date() + timedelta(days=days)
    return ad(
        desk,
        number,
        f"Rally in Austin, TX on {said_day(day)}",
        f"https://www.facebook.com/events/12345678{number:0>2}",
        **more,
    )


def test_a_gathering_to_come_from_elsewhere_is_told_once_and_names_the_safety_contact(desk):
    one = coming(desk)
    Administrator.objects.create(page=one.page, fingerprint="f1", country="RU", since=moment())
    with desk.as_("anna") as anna:
        gatherings.name_safety_contact("The state's watch, +1 512 555 0100", by=anna)
    (lead,) = alert()
    assert lead.source == LeadSource.RULE
    assert "The state's watch, +1 512 555 0100" in lead.item.text
    assert lead.why == ["An administrator of the page is in Russia."]
    coming(desk, "2", page="Red Page").delete()
    assert alert() == []
    assert GatheringAlert.objects.get().lead == lead.pk
    with desk.as_("anna") as anna:
        assert find.find_lead(anna, lead.pk).about.count() == 3
    with desk.as_("kira"):
        assert Lead.objects.count() == 0


@pytest.mark.parametrize("who", ["payer", "instrument", "sponsor"])
def test_a_payer_or_instrument_elsewhere_is_told_without_a_contact_in_words(desk, who):
    from hustings.apps.ads.models import Sponsor

    held = door(desk)
    if who == "sponsor":
        coming(desk, sponsor=Sponsor.objects.create(held_by=held, registered_name="Somebody", country="RU"))
    else:
        more = {"payer": {"country": "RU"}, "instrument": {"country": "US", "issuing_country": "RU"}}[who]
        coming(desk, payer=Payer.objects.create(held_by=held, name="Somebody", **more))
    (lead,) = alert()
    assert NOBODY in lead.item.text


def test_what_is_past_at_home_or_of_unknown_place_is_not_told(desk):
    held = door(desk)
    russian, own = (Payer.objects.create(held_by=held, name=f"P {code}", country=code) for code in ("RU", "US"))
    coming(desk, "1", payer=own)  # at home
    coming(desk, "2", payer=russian, countries=())  # nobody says where
    coming(desk, "3", payer=russian, days=5, created=moment() - timedelta(days=150))  # written too long ago for its day
    ad(desk, "4", "Come soon", "https://www.facebook.com/events/1234567804", payer=russian)  # no day
    past = moment() - timedelta(days=30)
    ad(desk, "5", f"Rally on {said_day((past + timedelta(days=5)).date())}", "https://www.facebook.com/events/1234567805",
       payer=russian, created=past)  # fmt: skip
    ad(desk, "6", f"Sale on {said_day(moment().date() + timedelta(days=3))}", "https://shop.example/", payer=russian)
    coming(desk, "7")  # nobody's country is known
    assert alert() == []
    assert not GatheringAlert.objects.exists()
