"""Fact-checks on the platform: loaded by a page, compared with ads and findings, told once, known to colleagues alone."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from made_run import made_run
from made_team import Team

from hustings.apps import database
from hustings.apps.ads.models import Ad, Creative
from hustings.apps.cases.factchecks import acts
from hustings.apps.cases.models import FactCheck, FactCheckFeed, FactCheckMatch, Lead
from hustings.apps.database import WEB, in_role
from hustings.apps.findings.load import load_run
from hustings.apps.findings.marked import Asked, marking_asked
from hustings.apps.people.find import seat_for
from hustings.apps.people.models import Appointment, Organisation

pytestmark = pytest.mark.django_db

AT = "/fact-checks/"
CLAIM = "The harbour bridge will be closed on election day to keep workers from voting"


def review(number, claim, **more):
    return {"@type": "ClaimReview", "url": f"https://checks.example/{number}", "claimReviewed": claim, "author": {"name": "Harbour Checks"},
            "reviewRating": {"alternateName": "False"}, **more}  # fmt: skip


def feed(*reviews):
    return SimpleUploadedFile("feed.json", json.dumps(reviews).encode(), "application/json")


@pytest.fixture
def team(db):
    team = Team()
    company = Organisation.objects.get(name="Meridian")
    for number, text in (("1", f"Beware! {CLAIM}."), ("2", "Buy bread by the river")):
        creative = Creative.objects.create(held_by=company, digest=number * 64, text=text)
        Ad.objects.create(held_by=company, archive="made", number=number, creative=creative)
    return team


def act(who, what):
    with in_role(WEB):
        seat = seat_for(Appointment.objects.get(person__name=who), strong=True)
        database.seat(seat.id, strong=True)
        return what(seat)


def test_a_feed_is_loaded_by_the_page_and_what_matches_becomes_one_lead(team):
    team.post(
        "anna",
        f"{AT}load/",
        feed=feed(
            review(1, CLAIM), review(2, "Nobody said a word of this kind anywhere today"), {"@type": "ClaimReview"}
        ),
    )
    shown = team.page("dora", AT)
    for words in ("2 claims that newsrooms checked", CLAIM, "Harbour Checks", "its lead", "2 problems"):
        assert words in shown, words
    lead = Lead.objects.get()
    assert (lead.source, lead.item.title) == ("fact-check", f"Fact-checked: {CLAIM}")
    assert [(one.what, one.platform, one.name) for one in lead.about.all()] == [("ad", "made", "1")]
    told = team.page("anna", f"/leads/{lead.pk}/")
    assert "In their words: False" in told
    assert "a text can quote a claim to refute it" in told
    match = FactCheckMatch.objects.get()
    assert (match.what, match.name, match.by_address) == ("ad", "1", False)


def test_the_same_feed_again_adds_and_tells_nothing_and_a_new_ad_is_told_by_a_look(team):
    for _ in range(2):
        team.post("anna", f"{AT}load/", feed=feed(review(1, CLAIM)))
    assert (FactCheck.objects.count(), FactCheckFeed.objects.count(), FactCheckMatch.objects.count()) == (1, 2, 1)
    lead = Lead.objects.get()
    assert lead.told.count() == 0
    creative = Creative.objects.create(
        held_by=Organisation.objects.get(name="Meridian"), digest="3" * 64, text=CLAIM.upper()
    )
    Ad.objects.create(held_by=creative.held_by, archive="made", number="3", creative=creative)
    team.post("ben", f"{AT}look/")
    assert sorted(FactCheckMatch.objects.values_list("name", flat=True)) == ["1", "3"]
    assert lead.told.count() == 1
    team.post("ben", f"{AT}look/")
    assert lead.told.count() == 1


def test_things_shared_in_findings_match_by_address_for_who_may_know_the_finding(team, tmp_path):
    act("Anna", lambda seat: load_run(made_run(tmp_path / "run"), marking=marking_asked(Asked(), seat), by=seat))
    seen = {"itemReviewed": {"appearance": {"url": "https://news.example/story"}}}
    looked = act(
        "Anna", lambda seat: acts.load_feed(json.dumps(review(1, CLAIM, **seen)).encode(), "feed", by=seat)
    ).looked
    assert looked.leads == 1
    kinds = {one.what for one in FactCheckMatch.objects.filter(by_address=True)}
    assert kinds == {"finding"}
    lead = Lead.objects.get()
    assert any(one.item is not None and one.item.kind == "finding" for one in lead.about.all())


def test_more_matches_than_one_look_tells_wait_for_the_next(team, monkeypatch):
    monkeypatch.setattr(acts, "MOST_LEADS", 1)
    both = [
        review(1, CLAIM),
        review(2, "Beware! The harbour bridge will be closed on election day to keep workers away"),
    ]
    first = act("Anna", lambda seat: acts.load_feed(json.dumps(both).encode(), "feed", by=seat)).looked
    assert (first.leads, first.waiting) == (1, 1)
    second = act("Anna", lambda seat: acts.look(by=seat))
    assert (second.leads, second.waiting) == (1, 0)
    assert Lead.objects.count() == 2


def test_only_colleagues_who_search_know_them_and_only_working_people_load(team):
    team.post("anna", f"{AT}load/", feed=feed(review(1, CLAIM)))
    assert CLAIM not in team.page("jonas", AT)
    team.page("emil", AT, 403)
    team.post("emil", f"{AT}load/", 403, feed=feed(review(1, CLAIM)))
    team.post("emil", f"{AT}look/", 403)
    team.post("anna", f"{AT}burn/", 404)
    assert Lead.objects.get().item.label is not None
    assert act("Jonas", lambda _seat: FactCheckMatch.objects.count()) == 0


def test_what_is_no_feed_is_refused_with_what_was_found(team):
    answer = team.post("anna", f"{AT}load/", 422, feed=SimpleUploadedFile("feed.json", b"<html>", "text/html"))
    assert "Expecting value" in answer.content.decode()
    bad = [{"@type": "ClaimReview"}] * 30
    answer = team.post("anna", f"{AT}load/", 422, feed=feed(*bad)).content.decode()
    assert "40 more problems" in answer
    assert FactCheckFeed.objects.count() == 0
