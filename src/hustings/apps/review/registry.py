"""What can be reviewed: each kind of subject says how it is shown, by which policy it is decided, what follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hustings.apps.people.seat import Seat
from hustings.apps.review.models import Decision, Message, Work
from hustings.policy.reviewing import Risk

__all__ = ["HANDLERS", "QUEUES", "Handler", "Queue", "handler_of"]


@dataclass(frozen=True, kw_only=True)
class Handler:
    """One kind of subject. An app adds its own to HANDLERS when it is ready.

    decided    moves the subject, in the transaction of the decision that settles the work (and of an appeal's)
    undone     takes that move back, in the transaction of the undo
    card       template that shows `work` and its `snapshot`; `review/card.html` shows text with hits and facts
    reasons    name of the policy by whose newest version it is decided
    current    the snapshot as it would be made now; None when the subject is gone. Without it, only a newer `ask`
               makes a snapshot old
    risk       what a wrong decision would do: by it the organisation's rules ask a second person. Without it the looks
               are those that `ask` asks for
    deliver    what follows outside the transaction (mail, a call to a platform), run by the worker. It may run again
               after a failure: `message.key` stays the same. What it writes into this database stands with its success
    """

    decided: Callable[[Work, Decision, Seat], None]
    undone: Callable[[Work, Decision, Seat], None]
    card: str
    reasons: str
    current: Callable[[UUID], dict[str, Any] | None] | None = None
    deliver: Callable[[Message], None] | None = None
    risk: Risk | None = None


@dataclass(frozen=True, kw_only=True)
class Queue:
    """A place where work waits, and the act that lets somebody take it."""

    title: str
    act: str
    sentence: str


HANDLERS: dict[str, Handler] = {}

QUEUES: dict[str, Queue] = {
    "door": Queue(title="Ads at the door", act="review ads", sentence="Ads that no machine may let pass or refuse."),
    "undeclared": Queue(
        title="Political or not",
        act="review ads",
        sentence="Ads that were not declared as political: some that a machine suspects and some by lot, not told apart.",
    ),
    "complaints": Queue(
        title="Complaints",
        act="review ads",
        sentence="What people who saw an ad say against it; due sooner before an election.",
    ),
    "enforcement": Queue(
        title="Appeals against enforcement",
        act="review ads",
        sentence="What whom a plan's actions concern says against them; shown to nobody who had a part.",
    ),
    "sponsors": Queue(
        title="Advertisers", act="verify sponsors", sentence="Who advertisers are, checked against registers."
    ),
}


def handler_of(kind: str) -> Handler:
    """The handler of a kind.

    Raises   KeyError for a kind that no app has announced
    """
    return HANDLERS[kind]
