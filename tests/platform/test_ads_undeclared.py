"""Undeclared political ads: put before two people who are not told why, published when found, counted for everybody."""

from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import ProgrammingError, transaction
from django.test import Client
from made_people import LONG_AGO, appoint, organisation, person, sign_in

from hustings.apps import database
from hustings.apps.ads.figures import figures, found_late
from hustings.apps.ads.find import find_ad
from hustings.apps.ads.models import Ad, AdVersion, BlindLook, Creative, Page, Screening, Sponsor, SponsorMember
from hustings.apps.ads.moving import move_ad
from hustings.apps.ads.undeclared import frame, look_for_undeclared
from hustings.apps.database import WEB, in_role
from hustings.apps.people.find import seat_for
from hustings.apps.people.moving import serving
from hustings.apps.permission import NotKnown, Refused
from hustings.apps.review import actions as review
from hustings.apps.review.models import Work
from hustings.apps.review.outbox import deliver_due

pytestmark = pytest.mark.django_db


@contextmanager
def acting(seat):
    """As the web, in this seat: held to the rights and row rules of both."""
    with in_role(WEB):
        database.seat(seat.id, strong=True)
        yield


@pytest.fixture
def door():
    class Door:
        company = organisation("Platform", "company")

    door = Door()
    door.people = [
        seat_for(appoint(person(name), door.company, name, ("reviewer",)), strong=True)
        for name in ("Rae", "Ola", "Uma")
    ]
    door.analyst = seat_for(appoint(person("Ann"), door.company, "Ann", ("analyst",)), strong=True)
    return door


def ran(door, number, text, *, political, declared=None, language="en", state="ended"):
    page, _ = Page.objects.get_or_create(
        held_by=door.company, platform="meridian", number="p1", defaults={"name": "Bakery"}
    )
    creative = Creative.objects.create(held_by=door.company, digest=number, text=text, language=language)
    ad = Ad.objects.create(
        held_by=door.company, archive="api", number=number, state=state, declared=declared, creative=creative, page=page,
        countries=["XV"], impressions=100, created=datetime(2026, 3, 1, tzinfo=UTC), ends=datetime(2026, 3, 2, tzinfo=UTC),
    )  # fmt: skip
    content = {"title": "", "text": text, "media": []}
    AdVersion.objects.create(ad=ad, version=1, content=content, digest=number)
    Screening.objects.create(
        ad=ad, version=1, rules="r", model="m", political=political, probability=0.9 if political else 0.1,
        route="approve",
    )  # fmt: skip
    return ad


def drawn(door, **more):
    asked = {"key": "k", "per_language": 10, "suspected": 10} | more
    with acting(door.people[0]):
        return look_for_undeclared(door.company, by=door.people[0], **asked)


def answer(seat, outcome, code):
    with acting(seat):
        claim = review.claim(seat, "undeclared")
        return review.decide(claim, outcome, code, "", by=seat)


def both(door, outcome, code):
    answer(door.people[0], outcome, code)
    return answer(door.people[1], outcome, code)


def test_only_undeclared_ads_that_a_model_judged_are_looked_at(door):
    wanted = {ran(door, "1", "Vote for Reed.", political=True), ran(door, "2", "Fresh bread.", political=False)}
    ran(door, "3", "Vote for Reed, declared.", political=True, declared=True)
    ran(door, "4", "A picture.", political=None)
    ran(door, "5", "Not yet handed in.", political=True, state="draft")
    assert set(frame(door.company)) == wanted


def test_nobody_can_tell_a_suspected_ad_from_one_drawn_by_lot(door):
    ran(door, "1", "Vote for Reed.", political=True)
    ran(door, "2", "Fresh bread.", political=False)
    told = drawn(door)
    assert (told.suspected, told.sampled) == (1, 1)
    works = list(Work.objects.filter(queue="undeclared"))
    assert {(work.people, work.priority, work.policy.name, work.subject_kind) for work in works} == {
        (2, 0, "political or not", "blind look")
    }
    assert len({tuple(sorted(work.snapshot)) for work in works}) == 1
    for work in works:
        assert not {"0.9", "0.1", "probability", "hits", "suspected"} & set(str(work.snapshot).split("'"))
    with acting(door.people[0]), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        list(BlindLook.objects.all())


def test_what_two_people_find_political_is_published_with_how(door):
    ad = ran(door, "1", "Vote for Reed.", political=False)
    drawn(door)
    both(door, "political", "election")
    ad.refresh_from_db()
    assert ad.state == "found political"
    with in_role(WEB):
        (told,) = found_late()
    assert "drawn by lot" in told["how"]
    assert (told["days_without"], told["impressions_without"], told["told"]) == (2, 100, [])
    body = Client().get("/ads/found-late/").content.decode()
    assert "Vote for Reed." in body
    assert "drawn by lot" in body


def test_the_advertiser_is_written_to_and_the_list_says_so(door):
    ad = ran(door, "abc:spring", "Vote for Reed.", political=True)
    sponsor = Sponsor.objects.create(held_by=door.company, registered_name="Reed's", kind="company", country="XV")
    SponsorMember.objects.create(sponsor=sponsor, person=person("Ada"), administers=True, since=LONG_AGO)
    Ad.objects.filter(pk=ad.pk).update(sponsor=sponsor)
    drawn(door)
    both(door, "political", "election")
    assert found_late()[0]["told"] == ["the advertiser"]
    assert deliver_due() == 1
    (letter,) = mail.outbox
    assert letter.to == ["ada@example.org"]
    assert "About your ad spring: The ad is about an election." in letter.body


def test_an_ad_that_was_declared_meanwhile_is_left_alone(door):
    ad = ran(door, "1", "Vote for Reed.", political=True)
    drawn(door)
    Ad.objects.filter(pk=ad.pk).update(declared=True)
    both(door, "political", "election")
    assert found_late() == []


def test_what_is_not_political_stays_as_it_is(door):
    ad = ran(door, "1", "Fresh bread.", political=True)
    drawn(door)
    both(door, "not political", "sells")
    ad.refresh_from_db()
    assert ad.state == "ended"
    assert found_late() == []


def test_where_two_differ_a_third_decides(door):
    ad = ran(door, "1", "Clean water for all.", political=True)
    drawn(door)
    answer(door.people[0], "social issue", "issue")
    answer(door.people[1], "not political", "informs")
    ad.refresh_from_db()
    assert ad.state == "ended"
    answer(door.people[2], "social issue", "issue")
    ad.refresh_from_db()
    assert ad.state == "found political"
    assert "social issue" in ad.found_late.how


def test_an_undone_finding_is_listed_no_more(door):
    ad = ran(door, "1", "Vote for Reed.", political=True)
    drawn(door)
    decision = both(door, "political", "election")
    with acting(door.people[2]):
        review.undo(decision.pk, by=door.people[2], reason="It sells bread.")
    ad.refresh_from_db()
    assert ad.state == "ended"
    assert found_late() == []
    assert "Vote for Reed." not in Client().get("/ads/found-late/").content.decode()


@pytest.mark.parametrize("taken_back", ["withdraw finding", "put back"])
def test_an_ad_of_an_archive_stands_as_recorded_once_a_finding_or_removal_is_taken_back(door, taken_back):
    ad = ran(door, "7", "Vote for Reed.", political=True, state="recorded")
    Ad.objects.filter(pk=ad.pk).update(archive="meridian")
    first = "find political" if taken_back == "withdraw finding" else "remove"
    with acting(door.people[2]):
        ad.refresh_from_db()
        move_ad(ad, first, by=door.people[2], reason_code="a slip")
        move_ad(ad, taken_back, by=door.people[2], reason_code="a slip")
    assert Ad.objects.get(pk=ad.pk).state == ad.state == "recorded"


def test_who_reads_an_ad_blind_finds_it_nowhere_else_meanwhile(door):
    ad, other = (ran(door, number, "Vote for Reed.", political=True) for number in "12")
    drawn(door)
    reader, colleague = door.people[:2]
    seen = Ad.objects.filter(pk__in=[ad.pk, other.pk])
    with acting(reader):
        assert seen.count() == 2
        held = review.claim(reader, "undeclared")
        with serving(None):
            about = BlindLook.objects.get(pk=Work.objects.get(pk=held.work).subject_id).ad_id
        assert list(seen.values_list("pk", flat=True)) == [each.pk for each in (ad, other) if each.pk != about]
        with pytest.raises(NotKnown):
            find_ad(reader, about)
        assert not AdVersion.objects.filter(ad=about).exists()
    with acting(colleague):
        assert seen.count() == 2
    with acting(reader):
        review.release(held, by=reader)
        assert seen.count() == 2


def test_an_ad_is_drawn_once_in_each_version(door):
    for number in range(6):
        ran(door, str(number), f"Bread number {number}.", political=False)
    assert drawn(door, per_language=4).sampled == 4
    assert drawn(door, per_language=4, key="another").sampled == 2
    assert BlindLook.objects.count() == 6
    assert set(BlindLook.objects.values_list("among", flat=True)) == {6}


def test_the_same_lot_draws_the_same_ads_and_of_each_language_so_many(door):
    for number in range(8):
        ran(door, str(number), "Bread.", political=False, language="en" if number < 6 else "de")
    assert drawn(door, per_language=3).sampled == 5
    languages = BlindLook.objects.values_list("language", flat=True)
    assert sorted(languages) == ["de", "de", "en", "en", "en"]


def test_who_decided_at_the_door_does_not_decide_again(door):
    from hustings.apps.ads.asking import ask_reviewer

    ad = ran(door, "1", "Vote for Reed.", political=True, state="in review")
    AdVersion.objects.filter(ad=ad)
    content = dict.fromkeys(
        ("title", "text", "disclaimer", "page_name", "page", "category", "landing_url", "starts", "ends"), ""
    )
    ad.version = 2
    ad.save()
    AdVersion.objects.create(
        ad=ad,
        version=2,
        digest="2",
        content=content | {"text": "Vote for Reed.", "countries": ["XV"], "targeting": None, "media": []},
    )
    Screening.objects.create(ad=ad, version=2, rules="r", model="m", political=True, probability=0.9, route="person")
    ask_reviewer(ad)
    with acting(door.people[0]):
        review.decide(review.claim(door.people[0], "door"), "approve", "fits", "", by=door.people[0])
    drawn(door)
    with acting(door.people[0]):
        assert review.claim(door.people[0], "undeclared") is None
    with acting(door.people[1]):
        assert review.claim(door.people[1], "undeclared") is not None


def test_figures_tell_the_miss_rate_and_agreement_to_everybody(door):
    for number in range(4):
        ran(door, f"n{number}", f"Bread number {number}.", political=False)
    ran(door, "p", "Vote for Reed.", political=True)
    drawn(door)
    with in_role(WEB):
        before = figures()
    assert before.languages[0].waiting == 5
    assert before.languages[0].missed is None
    for look in BlindLook.objects.order_by("drawn_at"):
        assert look.among in {4, 1}
    for _ in range(5):
        with acting(door.people[0]):
            claim = review.claim(door.people[0], "undeclared")
            words = Work.objects.get(pk=claim.work).snapshot["text"]
            political = words in {"Vote for Reed.", "Bread number 2."}
            said = ("political", "election") if political else ("not political", "sells")
            review.decide(claim, *said, "", by=door.people[0])
        with acting(door.people[1]):
            claim = review.claim(door.people[1], "undeclared")
            words = Work.objects.get(pk=claim.work).snapshot["text"]
            political = words in {"Vote for Reed.", "Bread number 2."}
            said = ("political", "election") if political else ("not political", "sells")
            review.decide(claim, *said, "", by=door.people[1])
    with in_role(WEB):
        (told,) = figures().languages
    assert (told.sample.found, told.sample.of, told.confirmed.found, told.confirmed.of) == (1, 4, 1, 1)
    assert told.missed.rate == pytest.approx(0.5)
    assert (told.pairs, told.alpha, told.waiting) == (5, 1, 0)
    body = Client().get("/ads/statistics/").content.decode()
    assert "50.0 (" in body
    assert "Put them before people" not in body
    assert "Rae" not in body
    assert Client().get("/ads/statistics/?csv=reasons").content.decode().startswith("queue,title,code")


def test_only_reviewers_draw(door):
    ran(door, "1", "Vote for Reed.", political=True)
    with acting(door.analyst), pytest.raises(Refused):
        look_for_undeclared(door.company, key="k", per_language=1, suspected=1, by=door.analyst)
    browser = Client()
    sign_in(browser, door.people[0].person)
    assert "Put them before people" in browser.get("/ads/statistics/").content.decode()
    assert browser.post("/ads/statistics/draw/", {"per_language": "-1", "suspected": "1"}).status_code == 422
    assert browser.post("/ads/statistics/draw/", {"per_language": "5", "suspected": "5"}).status_code == 302
    assert Work.objects.filter(queue="undeclared").count() == 1


def test_the_page_of_such_work_shows_the_ad_and_no_hint(door):
    ran(door, "1", "Vote for Reed.", political=True)
    drawn(door)
    browser = Client()
    sign_in(browser, door.people[0].person)
    body = browser.post("/review/next/", {"queue": "undeclared"}, follow=True).content.decode()
    assert "Vote for Reed." in body
    assert "Social issue" in body
    assert "What you are not told" in body
    assert "probability" not in body
    assert "What the rules say" not in body


def test_the_command_draws_as_somebody(door, capsys):
    ran(door, "1", "Vote for Reed.", political=True)
    call_command("look_for_undeclared", "--by", door.people[0].person.email)
    assert "1 suspected" in capsys.readouterr().out


def test_a_removed_ad_is_listed_without_its_words(door):
    from hustings.apps.ads.found import find_political, remove

    ad = ran(door, "1", "Secret words.", political=True)
    with acting(door.people[0]):
        find_political(ad, by=door.people[0], how="Found by a report")
        remove(ad, by=door.people[0], reason_code="voting.threat")
    body = Client().get("/ads/found-late/").content.decode()
    assert "Secret words." not in body
    assert "taken down" in body


def test_the_law_names_its_sources_and_what_is_not_known():
    body = Client().get("/law/").content.decode()
    assert "Regulation (EU) 2024/900" in body
    assert "https://eur-lex.europa.eu" in body
    assert "What is not known" in body
    assert "Hours within which a complaint is answered" in body
