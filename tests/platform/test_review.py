"""Work waits, is held by one, decided on what was seen, undone and appealed; nothing is lost and nothing counts twice."""

from datetime import timedelta
from uuid import uuid4

import pytest
from made_review import KIND, SNAPSHOT, Room, leaflets

from hustings.apps.review import actions
from hustings.apps.review.errors import LeaseLost, Outdated
from hustings.apps.review.models import Decision, Message, State, Work

pytestmark = pytest.mark.django_db


@pytest.fixture
def subjects():
    with leaflets() as made:
        yield made


@pytest.fixture
def room(subjects):
    return Room()


def test_what_is_asked_is_claimed_and_decided_and_moves_its_subject(room, subjects):
    work = room.ask()
    claim = room.claim("rosa")
    assert claim.work == work.pk
    decision = room.decide("rosa", claim, "refuse", "voting.wrong_date", "says the 8th")
    work.refresh_from_db()
    assert (work.state, work.outcome, work.holder) == (State.SETTLED, "refuse", None)
    assert subjects.state == {work.subject_id: "refuse"}
    assert decision.digest == work.digest
    assert [message.key for message in Message.objects.all()] == [f"settled:{decision.pk}"]
