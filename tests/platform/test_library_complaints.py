"""Anybody complains about an ad; people decide in time; what it says is nobody's to read but theirs."""

import json
import re
from copy import deepcopy
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.test import Client
from made_door import acting, made_door, running
from made_people import sign_in

from hustings.apps.audit.models import Leaf, Text
from hustings.apps.audit.sequence import sequence_all
from hustings.apps.database import WEB, in_role, moment
from hustings.apps.library.models import Complaint, Subject
from hustings.apps.library.publishing.publish import publish_all
from hustings.apps.review import actions as review
from hustings.apps.review.models import Work
from hustings.apps.review.outbox import deliver_due
from hustings.policy.complaint import SOON, USUALLY

pytestmark = pytest.mark.django_db
WORDS = "It says that one may vote by telephone, which is not so."


@pytest.fixture(scope="module")
def made(lasting):
    door = made_door()
    door.ad = running(door)
    publish_all()
    door.number = Subject.objects.get(source=door.ad.pk).number
    return door


@pytest.fixture
def door(made):
    cache.clear()
    return deepcopy(made)


def complained(door, **more):
    given = {"ad": door.number, "ground": "voting", "words": WORDS} | more
    return Client().post("/api/complaints", json.dumps(given), content_type="application/json")


def decided(door, outcome, reason):
    with acting(door.reviewer):
        return review.decide(review.claim(door.reviewer, "complaints"), outcome, reason, "", by=door.reviewer)


def test_a_complaint_by_the_interface_waits_for_people_and_says_so_by_its_number(door):
    answer = complained(door, email="kim@example.org")
    told = answer.json()
    assert answer.status_code == 201
    assert re.fullmatch(r"([2-9A-Z]{4}-){3}[2-9A-Z]{4}", told["complaint"])
    assert (told["ad"], told["outcome"], told["answered_at"]) == (door.number, "", None)
    assert Client().get(f"/api/complaints/{told['complaint'].lower()}").json() == told
    assert WORDS not in json.dumps(told)
    with acting(door.reviewer):
        held = review.claim(door.reviewer, "complaints")
        assert Work.objects.get(pk=held.work).snapshot["text"] == WORDS
    assert Complaint.objects.get().held_by == door.company


def test_the_answer_is_due_within_48_hours_before_an_election_and_a_week_otherwise(door, at):
    assert Complaint.objects.count() == 0
    complained(door)
    one = Complaint.objects.get()
    assert one.due_at - one.at == USUALLY
    door.election.on = (moment() + timedelta(days=20)).date()
    door.election.save()
    complained(door, words=WORDS + " And the day is wrong.")
    later = Complaint.objects.exclude(pk=one.pk).get()
    assert later.due_at - later.at == SOON


def test_upheld_it_stops_the_ad_and_answers_by_page_and_letter_and_forgets_the_address(door):
    told = complained(door, email="kim@example.org").json()
    decided(door, "something is wrong", "rule broken")
    door.ad.refresh_from_db()
    assert door.ad.state == "in review"
    assert "You were right" in Client().get(f"/library/complaints/{told['complaint']}/").content.decode()
    mail.outbox.clear()
    deliver_due()
    assert [letter.to for letter in mail.outbox if told["complaint"] in letter.subject] == [["kim@example.org"]]
    assert Complaint.objects.get().email == ""


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [("nothing is wrong", "opinion"), ("no complaint", "nothing said"), ("something is wrong", "record wrong")],
)
def test_otherwise_the_ad_runs_on(door, outcome, reason):
    complained(door)
    decided(door, outcome, reason)
    door.ad.refresh_from_db()
    assert door.ad.state == "delivering"
    assert Complaint.objects.get().outcome == outcome


def test_a_decision_that_is_undone_takes_the_answer_back(door):
    told = complained(door).json()
    done = decided(door, "nothing is wrong", "not shown")
    with acting(door.other):
        review.undo(done.pk, by=door.other, reason="It was looked up in the wrong year.")
    assert Client().get(f"/api/complaints/{told['complaint']}").json()["outcome"] == ""


def test_the_same_again_is_the_same_complaint(door):
    assert complained(door).json()["complaint"] == complained(door).json()["complaint"]
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize(("more", "status"), [
    ({"ground": "because"}, 422), ({"words": "no"}, 422), ({"ad": 999_999}, 404), ({"email": "x"}, 422), ({"more": 1}, 422), ({"words": "a\x00b c d"}, 422),
])  # fmt: skip
def test_what_cannot_be_taken_is_refused_and_keeps_nothing(door, more, status):
    assert complained(door, **more).status_code == status
    assert not Complaint.objects.exists()


def test_the_form_on_the_ads_page_leads_to_its_number(door):
    client = Client()
    page = client.get(f"/library/ads/{door.number}/").content.decode()
    there = f"/library/ads/{door.number}/complain/"
    assert there in page
    assert client.get(there).status_code == 200
    assert client.post(there, {"ground": "", "words": "x"}).status_code == 422
    assert client.post(there, {"ground": "payer", "words": WORDS, "website": "spam"})["Location"] == "/library/"
    assert not Complaint.objects.exists()
    done = client.post(there, {"ground": "payer", "words": WORDS})
    shown = client.get(done["Location"]).content.decode()
    assert "The answer is due by" in shown
    assert WORDS not in shown
    assert client.get("/library/complaints/AAAA-AAAA-AAAA-AAAA/").status_code == 404
    assert client.get("/library/ads/999999/complain/").status_code == 404


def test_too_many_from_one_address_are_told_to_wait(door):
    answers = [complained(door, words=f"{WORDS} Number {one}.").status_code for one in range(21)]
    assert answers == [201] * 20 + [429]


def test_what_it_says_is_in_no_log_and_nobodys_to_read_but_who_reviews(door):
    complained(door, email="kim@example.org")
    sequence_all()
    told = json.dumps([[leaf.facts, leaf.texts] for leaf in Leaf.objects.all()])
    assert "telephone" not in told
    assert "kim@example.org" not in told
    assert not Text.objects.filter(text__contains="telephone").exists()
    assert Leaf.objects.filter(event="library complaint").exists()
    with in_role(WEB):
        assert not Complaint.objects.exists()
    with acting(door.verifier):
        assert not Complaint.objects.exists()
    with acting(door.reviewer):
        assert Complaint.objects.get().words == WORDS
    for sql in (
        "UPDATE library_complaint SET outcome = 'x'",
        "DELETE FROM library_complaint",
        "SELECT library_complaint_answer(id, 'x', 'y') FROM library_complaint",
    ):
        with acting(door.verifier), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
            assert cursor.rowcount == 0
            raise DatabaseError  # a row rule that shows nothing changes nothing either


def test_reviewers_see_the_queue_and_the_card(door):
    complained(door)
    client = Client()
    sign_in(client, door.reviewer.person)
    assert "Complaints" in client.get("/review/").content.decode()
