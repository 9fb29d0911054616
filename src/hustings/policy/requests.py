"""What passes between partners goes through states: sent, received, under review, answered with a reason, closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hustings.errors import Problem
from hustings.policy.capacity import Sort

__all__ = ["REQUESTS", "Opinion", "Party", "RequestMove", "RequestState", "Step", "merged", "move_to", "open_moves",
           "problems_of_step", "state_after"]  # fmt: skip


class RequestState(StrEnum):
    """Where it stands."""

    SENT = "sent"
    RECEIVED = "received"
    UNDER_REVIEW = "under review"
    ACTED = "acted"
    DECLINED = "declined"
    PARTLY = "partly"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"

    @property
    def waits(self) -> bool:
        """Whether who got it owes an answer."""
        return self in {RequestState.SENT, RequestState.RECEIVED, RequestState.UNDER_REVIEW}

    @property
    def answered(self) -> bool:
        """Whether who got it decided, and who sent it has not closed it."""
        return self in {RequestState.ACTED, RequestState.DECLINED, RequestState.PARTLY}

    @property
    def final(self) -> bool:
        """Whether nothing follows."""
        return not self.waits and not self.answered


class Party(StrEnum):
    """Whose step it is."""

    SENDER = "sender"
    RECEIVER = "receiver"
    CLOCK = "clock"


@dataclass(frozen=True, kw_only=True)
class RequestMove:
    """One step.

    reason   the step says why
    sorts    of what; what only tells is not answered, but may be closed with an opinion
    """

    code: str
    sources: tuple[RequestState, ...]
    target: RequestState
    party: Party
    sentence: str
    reason: bool = True
    sorts: frozenset[Sort] = frozenset(Sort)


SENT, RECEIVED, UNDER_REVIEW = RequestState.SENT, RequestState.RECEIVED, RequestState.UNDER_REVIEW
WAITING = (SENT, RECEIVED, UNDER_REVIEW)
ANSWERED = (RequestState.ACTED, RequestState.DECLINED, RequestState.PARTLY)
DECIDED = frozenset({Sort.INFORMATION, Sort.NOTICE, Sort.ACTION})

REQUESTS = (
    RequestMove(code="receive", sources=(SENT,), target=RECEIVED, party=Party.RECEIVER, reason=False,
                sentence="Say that it came."),
    RequestMove(code="review", sources=(RECEIVED,), target=UNDER_REVIEW, party=Party.RECEIVER, reason=False, sorts=DECIDED,
                sentence="Look at it: the one who got it decides alone."),
    RequestMove(code="act", sources=(UNDER_REVIEW,), target=RequestState.ACTED, party=Party.RECEIVER, sorts=DECIDED,
                sentence="Do or tell all that was asked, by one's own rules."),
    RequestMove(code="decline", sources=(UNDER_REVIEW,), target=RequestState.DECLINED, party=Party.RECEIVER, sorts=DECIDED,
                sentence="Do or tell nothing of it."),
    RequestMove(code="act in part", sources=(UNDER_REVIEW,), target=RequestState.PARTLY, party=Party.RECEIVER, sorts=DECIDED,
                sentence="Do or tell a part of it."),
    RequestMove(code="close", sources=ANSWERED, target=RequestState.CLOSED, party=Party.SENDER, sorts=DECIDED,
                sentence="Take note of the answer."),
    RequestMove(code="note", sources=(RECEIVED,), target=RequestState.CLOSED, party=Party.RECEIVER, sorts=frozenset({Sort.SHARE}),
                sentence="Take note of what was shared."),
    RequestMove(code="withdraw", sources=WAITING, target=RequestState.WITHDRAWN, party=Party.SENDER,
                sentence="Take it back before it was answered."),
    RequestMove(code="expire", sources=WAITING, target=RequestState.EXPIRED, party=Party.CLOCK, sorts=DECIDED,
                sentence="Nobody answered by the deadline."),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step that was made or is to be made."""

    code: str
    party: Party
    at: datetime
    reason: str = ""


def move_to(code: str) -> RequestMove:
    """The step of this name.

    Raises   KeyError where there is none
    """
    return {move.code: move for move in REQUESTS}[code]


def open_moves(state: RequestState, sort: Sort, party: Party) -> tuple[RequestMove, ...]:
    """The steps that a party may make now, in the order of the table."""
    return tuple(move for move in REQUESTS if state in move.sources and sort in move.sorts and move.party is party)


def problems_of_step(state: RequestState, sort: Sort, step: Step, *, deadline: datetime | None) -> list[Problem]:
    """Everything that speaks against a step; none is a yes.

    A deadline is the last moment at which an answer counts; the clock's step is made after it and never before.
    """
    try:
        move = move_to(step.code)
    except KeyError:
        known = ", ".join(move.code for move in REQUESTS)
        return [Problem(where="step", found=repr(step.code), expected=f"one of {known}", do="Name one of them.")]
    found = []
    if state not in move.sources or sort not in move.sorts:
        able = " or ".join(move.code for move in open_moves(state, sort, step.party)) or "nothing further"
        found.append(
            Problem(
                where="state", found=f"{state.value} {sort.value}", expected=able, do="Load it again and look anew."
            )
        )
    if move.party is not step.party:
        found.append(
            Problem(where="step", found=f"the {step.party.value}'s", expected=f"the {move.party.value}'s", do="Leave it to them.")
        )  # fmt: skip
    if move.reason and not step.reason.strip():
        found.append(Problem(where="reason", found="nothing", expected="why, in a sentence", do="Write it."))
    over = deadline is not None and step.at > deadline
    if move.party is Party.CLOCK and not over:
        found.append(
            Problem(where="deadline", found="not over", expected="a deadline that is over", do="Wait for the answer.")
        )
    if move.target.answered and over:
        found.append(
            Problem(where="deadline", found=f"{deadline:%Y-%m-%d %H:%M} UTC", expected="an answer before it",
                    do="Ask the sender to ask anew; what is told late goes as a share.")
        )  # fmt: skip
    return found


def state_after(sort: Sort, steps: Iterable[Step], *, deadline: datetime | None) -> RequestState:
    """Where the steps lead, each checked.

    Raises   ValueError naming the first step that is not one
    """
    state = SENT
    for number, step in enumerate(steps, 1):
        problems = problems_of_step(state, sort, step, deadline=deadline)
        if problems:
            raise ValueError(f"step {number}: {problems[0]}")
        state = move_to(step.code).target
    return state


class Opinion(StrEnum):
    """What a partner makes of something that was shared, in the words of signal exchanges."""

    NEGATIVE = "negative"
    SEED = "seed"
    POSITIVE = "positive"
    DISPUTED = "disputed"

    @property
    def sentence(self) -> str:
        """For a page."""
        return OPINIONS[self]


OPINIONS = {
    Opinion.NEGATIVE: "It is not what it was shared as.",
    Opinion.SEED: "A start for a search; nothing is established.",
    Opinion.POSITIVE: "It is what it was shared as.",
    Opinion.DISPUTED: "Some say it is, some say it is not.",
}
ORDER = list(Opinion)


def merged(opinions: Iterable[Opinion]) -> Opinion | None:
    """What several make of it: the surest, and disputed as soon as one says no and another anything else.

    None of none.
    """
    found = set(opinions)
    if not found:
        return None
    if Opinion.NEGATIVE in found and len(found) > 1:
        return Opinion.DISPUTED
    return max(found, key=ORDER.index)
