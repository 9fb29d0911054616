"""Review for programs: tokens see how queues stand, take what comes next, decide it and put it back."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from made_review import SNAPSHOT, Room, leaflets
from people_world import NOW, as_web

from hustings.apps.people.find import seat_for
from hustings.apps.review.models import Decision, State, Work
from hustings.apps.tokens.actions import make_token
from hustings.apps.tokens.scope import Scope

pytestmark = pytest.mark.django_db

REFUSE = {"outcome": "refuse", "code": "voting.wrong_date"}


@pytest.fixture
def subjects(at):
    at(NOW)
    with leaflets() as made:
        yield made


@pytest.fixture
def room(subjects):
    return Room()


def program(room, name, *scopes, at="Meridian"):
    """A client with a token of this person."""
    seat = seat_for(room.world.appointments[name, at], strong=True)
    with as_web(seat):
        _, secret = make_token(
            name="a program",
            scopes=scopes or (Scope.READ_REVIEW, Scope.WRITE_REVIEW),
            good_for=timedelta(days=1),
            by=seat,
        )
    return Client(headers={"Authorization": f"Bearer {secret}"})


def post(client, path, expected=200, **body):
    answer = client.post(f"/api/review/{path}", json.dumps(body), content_type="application/json")
    assert answer.status_code == expected, answer.content
    return answer.json()


def test_what_comes_next_is_taken_decided_and_the_next_with_it(room, subjects):
    first, second = room.ask(hours=1), room.ask(hours=2)
    rosa = program(room, "rosa")
    queue = next(each for each in rosa.get("/api/review/queues").json()["items"] if each["name"] == "door")
    assert (queue["waits"], queue["may_take"], queue["due_in_four_hours"]) == (2, True, 2)
    work = post(rosa, "queues/door/claim")["work"]
    assert (work["id"], work["snapshot"]) == (str(first.pk), SNAPSHOT)
    assert rosa.get(f"/api/review/work/{first.pk}").json() == work
    told = post(rosa, f"work/{first.pk}/decide", **REFUSE, fence=work["fence"], digest=work["digest"], take_next=True)
    assert told["next"]["id"] == str(second.pk)
    again = post(rosa, f"work/{first.pk}/decide", **REFUSE, fence=work["fence"], digest=work["digest"])
    assert again["decision"] == told["decision"]
    assert Decision.objects.count() == 1
    assert subjects.state == {first.subject_id: "refuse"}


def test_put_back_it_is_held_no_more_and_a_late_answer_is_a_conflict(room):
    room.ask()
    rosa = program(room, "rosa")
    work = post(rosa, "queues/door/claim")["work"]
    at = f"work/{work['id']}"
    assert post(rosa, f"{at}/heartbeat", fence=work["fence"])["lease_until"] == work["lease_until"]
    assert post(rosa, f"{at}/release", fence=work["fence"]) == {"released": True}
    for step in ("heartbeat", "release"):
        assert post(rosa, f"{at}/{step}", expected=409, fence=work["fence"])["code"] == "conflict"
    said = REFUSE | {"fence": work["fence"], "digest": work["digest"]}
    assert post(rosa, f"{at}/decide", expected=409, **said)["code"] == "conflict"
    assert rosa.get(f"/api/review/{at}").status_code == 409
    assert not Decision.objects.exists()


def test_what_changed_meanwhile_is_asked_about_anew(room, subjects):
    work = room.ask()
    rosa = program(room, "rosa")
    taken = post(rosa, "queues/door/claim")["work"]
    subjects.now[work.subject_id] = SNAPSHOT | {"text": "Stay at home."}
    post(rosa, f"work/{work.pk}/decide", expected=409, **REFUSE, fence=taken["fence"], digest=taken["digest"])
    assert Work.objects.get(state=State.OPEN).snapshot["text"] == "Stay at home."


def test_a_reason_that_does_not_ground_the_outcome_is_told(room):
    room.ask()
    rosa = program(room, "rosa")
    work = post(rosa, "queues/door/claim")["work"]
    wrong = {"outcome": "approve", "code": "voting.wrong_date", "fence": work["fence"], "digest": work["digest"]}
    told = post(rosa, f"work/{work['id']}/decide", expected=422, **wrong)
    assert "reason" in json.dumps(told["problems"])


def test_nothing_is_told_of_a_first_look_to_who_makes_the_second(room):
    work = room.ask(people=2)
    rosa, sven = program(room, "rosa"), program(room, "sven")
    one = post(rosa, "queues/door/claim")["work"]
    told = post(
        rosa, f"work/{work.pk}/decide", **REFUSE, fence=one["fence"], digest=one["digest"], note="plainly wrong"
    )
    two = post(sven, "queues/door/claim")["work"]
    assert {**two, "fence": 0} == {**one, "fence": 0}
    assert told.keys() == {"decision", "decided_at", "next"}


def test_a_token_does_what_its_scopes_and_its_person_may(room):
    room.ask()
    reads = program(room, "rosa", Scope.READ_REVIEW)
    assert post(reads, "queues/door/claim", expected=403)["code"] == "scope"
    assert program(room, "rosa", Scope.READ_ADS).get("/api/review/queues").status_code == 403
    assert post(program(room, "petra"), "queues/door/claim", expected=403)["code"] == "refused"
    assert program(room, "ben").get("/api/review/queues").status_code == 403
    assert post(program(room, "rosa"), "queues/nowhere/claim", expected=404)["code"] == "not_known"
    assert post(program(room, "olga", at="Other"), "queues/door/claim")["work"] is None
    assert Client().get("/api/review/queues").status_code == 401
