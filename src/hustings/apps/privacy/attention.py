"""Which requests about data wait for a person."""

from __future__ import annotations

from django.urls import reverse

from hustings.apps.console.entry import Attention
from hustings.apps.people.seat import Seat
from hustings.apps.permission import can
from hustings.apps.privacy import find
from hustings.apps.privacy.models import SubjectRequest
from hustings.policy.subject_request import REFUSE, WORK, State

__all__ = ["attention"]

SENTENCES = {
    State.RECEIVED: "A person asks about their data. See whether the account is theirs.",
    State.SHOWN: "A person who asked about their data waits for the answer.",
    State.PROPOSED: "{proposer} proposes to refuse a request about data.",
}


def attention(seat: Seat) -> list[Attention]:
    """Open requests, each until the day it is due."""
    if not can(seat, WORK):
        return []
    waiting = find.requests(seat).filter(state__in=[state.value for state in SENTENCES])[:20]
    return [told(request) for request in waiting if mine(seat, request)]


def mine(seat: Seat, request: SubjectRequest) -> bool:
    """Whether this person can do the next step."""
    if request.state == State.PROPOSED:
        return can(seat, REFUSE, request.item, asked_by=request.proposed_by)
    return True


def told(request: SubjectRequest) -> Attention:
    """The sentence; it names nobody who asks."""
    proposer = request.proposed_by.person.name if request.proposed_by else ""
    return Attention(
        sentence=SENTENCES[State(request.state)].format(proposer=proposer),
        url=reverse("subject-request", args=[request.pk]),
        since=request.received_at,
        until=request.due_at,
        act="Decide" if request.state == State.PROPOSED else "Work on it",
        item=request.item,
    )
