"""What becomes of a person's question about their data: its states, who moves it on, and the day it is due."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

__all__ = ["EXTENSION", "MOVES", "Move", "State", "Wanted", "due", "moves_from"]

PERIOD = 1  # months until the answer
EXTENSION = 2  # months more, once, where the request is hard; the person is told


class Wanted(StrEnum):
    """What somebody asks for."""

    ACCESS = "access"
    OBJECTION = "objection"
    CORRECTION = "correction"
    ERASURE = "erasure"

    @property
    def sentence(self) -> str:
        """For the form."""
        return SENTENCES[self]


SENTENCES = {
    Wanted.ACCESS: "Tell me what is held about the account.",
    Wanted.OBJECTION: "Leave the account out of searches from now on.",
    Wanted.CORRECTION: "Something about the account is wrong.",
    Wanted.ERASURE: "Delete what is held about the account.",
}


class State(StrEnum):
    """Where a request stands."""

    RECEIVED = "received"
    SHOWN = "identity shown"
    PROPOSED = "refusal proposed"
    ANSWERED = "answered"
    REFUSED = "refused"

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something."""
        return self not in (State.ANSWERED, State.REFUSED)


@dataclass(frozen=True, kw_only=True)
class Move:
    """One step: from where to where, by which act; `another_person` than who proposed it."""

    before: State
    after: State
    act: str
    sentence: str
    another_person: bool = False


WORK, REFUSE = "work on a request", "refuse a request"

MOVES = (
    Move(before=State.RECEIVED, after=State.SHOWN, act=WORK, sentence="The person showed that the account is theirs."),
    Move(before=State.SHOWN, after=State.ANSWERED, act=WORK, sentence="The answer was sent."),
    Move(before=State.RECEIVED, after=State.PROPOSED, act=WORK, sentence="Somebody proposes to refuse, and says on which ground."),
    Move(before=State.SHOWN, after=State.PROPOSED, act=WORK, sentence="Somebody proposes to refuse, and says on which ground."),
    Move(before=State.PROPOSED, after=State.REFUSED, act=REFUSE, another_person=True, sentence="A second person agrees; the person is told the ground and where to complain."),
    Move(before=State.PROPOSED, after=State.RECEIVED, act=REFUSE, another_person=True, sentence="The second person does not agree; the work begins again."),
)  # fmt: skip


def moves_from(state: State) -> tuple[Move, ...]:
    """What may happen next."""
    return tuple(move for move in MOVES if move.before is state)


def due(received: datetime, *, extended: bool) -> datetime:
    """The moment until which the answer is due: one calendar month, three when extended; the month's last day counts."""
    months = received.month - 1 + PERIOD + (EXTENSION if extended else 0)
    year, month = received.year + months // 12, months % 12 + 1
    return received.replace(year=year, month=month, day=min(received.day, calendar.monthrange(year, month)[1]))
