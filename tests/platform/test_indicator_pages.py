"""The pages and the interface of indicators: what they show, what they refuse, and to whom."""

import json

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from made_people import appoint, organisation, person, sign_in

from hustings.apps.ads.models import Ad, Creative
from hustings.apps.database import moment
from hustings.apps.indicators.matching import look
from hustings.apps.indicators.models import Indicator, Match
from hustings.apps.people.find import seat_for

LIST = b"kind,value\ndomain,one.example\naccount,valdor_truth\n"


@pytest.fixture
def company(db):
    cache.clear()
    return organisation("Meridian")


@pytest.fixture
def ana(company):
    return client_of("Ana", company, "analyst", "liaison")


def client_of(name, at, *roles):
    who = person(name)
    client = Client()
    client.seat = seat_for(appoint(who, at, name, roles), strong=True)
    sign_in(client, who)
    return client


def an_ad(company):
    creative = Creative.objects.create(held_by=company, digest="0" * 64, landing_url="https://one.example/")
    return Ad.objects.create(held_by=company, archive="made", number="1", creative=creative, changed_at=moment())


def said(answer, status=200):
    assert answer.status_code == status
    return answer.content.decode()


def test_from_a_list_to_a_match_to_a_lead_to_what_the_giver_is_told(company, ana):
    file = SimpleUploadedFile("list.csv", LIST)
    said(ana.post("/indicators/list/", {"file": file, "tlp": "amber+strict"}), 302)
    assert "account valdor_truth" in said(ana.get("/indicators/"))
    an_ad(company)
    assert look(company.pk).matches == 1
    assert "1 match to look at" in said(ana.get("/indicators/"))
    match = Match.objects.get()
    page = f"/indicators/{match.indicator_id}/"
    assert "Worth a look: record a lead" in said(ana.get(page))
    assert "Tell who gave it" not in said(ana.get(page))
    decide = f"/indicators/matches/{match.pk}/relevant/"
    assert "expected why, in a sentence" in said(ana.post(decide, {"reason": "so"}), 422)
    said(ana.post(decide, {"reason": "The page is a month old."}), 302)
    assert "somebody decided it" in said(ana.post(decide, {"reason": "And once more."}), 422)
    said(ana.post(f"{page}tell/", {"words": "Seen once.", "tlp": "clear"}), 302)
    assert "seen 1 time" in said(ana.get(page))
    assert "one.example" in said(ana.get("/indicators/matches/?csv=matches"))


def test_what_is_wrong_comes_back_with_its_form_and_nothing_is_kept(ana):
    told = said(ana.post("/indicators/record/", {"title": "x", "pattern": "domain = x", "tlp": "green"}), 422)
    assert "a pattern of STIX 2.1" in told
    said(ana.post("/indicators/list/", {"file": SimpleUploadedFile("list.csv", b"a,b\n"), "tlp": "green"}), 422)
    assert not Indicator.objects.exists()


def test_a_pattern_that_is_not_matched_says_so(ana):
    asked = {"title": "Slow burn", "pattern": "[url:value = 'x'] REPEATS 5 TIMES", "tlp": "green"}
    made = ana.post("/indicators/record/", asked)
    assert "counts how often" in said(ana.get(made.url))


def test_others_know_nothing_of_it(company, ana):
    ana.post("/indicators/list/", {"file": SimpleUploadedFile("list.csv", LIST), "tlp": "amber+strict"})
    an_ad(company)
    look(company.pk)
    match = Match.objects.get()
    other = client_of("Olga", organisation("Other"), "analyst", "liaison", "reviewer")
    assert "one.example" not in said(other.get("/indicators/"))
    for address in (f"/indicators/{match.indicator_id}/", f"/indicators/{match.indicator_id}/?csv=1"):
        said(other.get(address), 404)
    said(other.post(f"/indicators/matches/{match.pk}/by-chance/", {"reason": "It is ours now."}), 404)
    said(ana.post(f"/indicators/matches/{match.pk}/sell/", {"reason": "It is ours now."}), 404)
    verifier = client_of("Vera", company, "verifier")
    said(verifier.get("/indicators/"), 403)
    said(Client().get("/indicators/"), 302)


def test_programs_record_read_and_decide(company, ana):
    body = {"tlp": "green", "indicators": [{"title": "one", "pattern": "[domain-name:value = 'one.example']"}]}
    post = lambda path, body: ana.post(path, json.dumps(body), content_type="application/json")
    [key] = post("/api/indicators/", body).json()["indicators"]
    an_ad(company)
    look(company.pk)
    [match] = ana.get("/api/indicators/matches?state=open").json()["matches"]
    assert (match["indicator"], match["seen"]["value"]) == (key, "one.example")
    assert (
        post(f"/api/indicators/matches/{match['id']}", {"state": "by chance", "reason": "A shop of theirs."}).json()[
            "state"
        ]
        == "by chance"
    )
    assert ana.get(f"/api/indicators/{key}").json()["waiting"] == 0
    wrong = post("/api/indicators/", {"indicators": [{"title": "x", "pattern": "x"}, {"title": "y", "pattern": "["}]})
    assert wrong.status_code in {400, 422}
    assert len(wrong.json()["problems"]) == 2
