"""What a platform does to an asset, in the words of the law; and the states of a plan that says so."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from hustings.policy.casework import MemberKind

__all__ = ["ACTIONS", "PLAN", "Action", "Answer", "Effect", "Ground", "PlanMove", "PlanState", "move_of", "open_moves"]


class Action(StrEnum):
    """What is done to one asset."""

    REMOVE = "remove content"
    DISABLE = "disable content"
    DEMOTE = "demote content"
    LABEL = "label content"
    SUSPEND = "suspend account"
    TERMINATE = "terminate account"
    STOP = "stop ad"
    BAN = "ban page"


@dataclass(frozen=True, kw_only=True)
class Effect:
    """One action: to what it can be done, what is told to whom it concerns, and which words a statement of reasons has.

    statement   fields of the Digital Services Act's statement of reasons
    ends        the field that says until when, where it has an end; an action without one is for good
    """

    applies: frozenset[MemberKind]
    sentence: str
    statement: dict[str, str | list[str]] = field(hash=False)
    ends: str


CONTENT = frozenset({MemberKind.AD, MemberKind.POST})
HOLDERS = frozenset({MemberKind.ACCOUNT, MemberKind.PAGE, MemberKind.GROUP, MemberKind.CHANNEL})
VISIBLE, ACCOUNT, PROVISION = "end_date_visibility_restriction", "end_date_account_restriction", "end_date_service_restriction"  # fmt: skip


def visibility(word: str) -> dict[str, str | list[str]]:
    """A restriction of what can be seen."""
    return {"decision_visibility": [f"DECISION_VISIBILITY_CONTENT_{word}"]}


ACTIONS = {
    Action.REMOVE: Effect(applies=CONTENT, sentence="was removed", statement=visibility("REMOVED"), ends=VISIBLE),
    Action.DISABLE: Effect(
        applies=CONTENT | HOLDERS, sentence="can no longer be seen", statement=visibility("DISABLED"), ends=VISIBLE
    ),
    Action.DEMOTE: Effect(
        applies=CONTENT | HOLDERS, sentence="is shown to fewer people", statement=visibility("DEMOTED"), ends=VISIBLE
    ),
    Action.LABEL: Effect(
        applies=CONTENT | HOLDERS | {MemberKind.DOMAIN}, sentence="carries a label that says what was found",
        statement=visibility("LABELLED"), ends=VISIBLE,
    ),
    Action.SUSPEND: Effect(
        applies=HOLDERS | {MemberKind.BUYER}, sentence="was suspended",
        statement={"decision_account": "DECISION_ACCOUNT_SUSPENDED"}, ends=ACCOUNT,
    ),
    Action.TERMINATE: Effect(
        applies=HOLDERS | {MemberKind.BUYER}, sentence="was closed",
        statement={"decision_account": "DECISION_ACCOUNT_TERMINATED"}, ends=ACCOUNT,
    ),
    Action.STOP: Effect(
        applies=frozenset({MemberKind.AD}), sentence="is no longer shown", statement=visibility("DISABLED"), ends=VISIBLE
    ),
    Action.BAN: Effect(
        applies=frozenset({MemberKind.PAGE}), sentence="may not be used any more",
        statement={"decision_provision": "DECISION_PROVISION_TOTAL_TERMINATION"}, ends=PROVISION,
    ),
}  # fmt: skip


class Ground(StrEnum):
    """By what right."""

    TERMS = "terms"
    LAW = "law"


class Answer(StrEnum):
    """What the platform's own systems say of an order."""

    ACCEPTED = "accepted"
    DONE = "done"
    REFUSED = "refused"


class PlanState(StrEnum):
    """Where a plan stands."""

    DRAFT = "draft"
    ASKED = "asked"
    APPROVED = "approved"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ROLLED_BACK = "rolled back"

    @property
    def stands(self) -> bool:
        """Whether another person approved it."""
        return self in {PlanState.APPROVED, PlanState.RUNNING, PlanState.DONE, PlanState.ROLLED_BACK}


@dataclass(frozen=True, kw_only=True)
class PlanMove:
    """One step of a plan. Every step takes a reason; `act` is what somebody must be allowed."""

    code: str
    sources: tuple[PlanState, ...]
    target: PlanState
    act: str
    sentence: str


DRAFT, ASKED, APPROVED, RUNNING = PlanState.DRAFT, PlanState.ASKED, PlanState.APPROVED, PlanState.RUNNING

PLAN = (
    PlanMove(code="ask", sources=(DRAFT,), target=ASKED, act="plan enforcement", sentence="Ask another person to approve it."),
    PlanMove(code="take back", sources=(ASKED,), target=DRAFT, act="plan enforcement", sentence="Take the question back."),
    PlanMove(code="approve", sources=(ASKED,), target=APPROVED, act="approve plan", sentence="Approve it, having seen what it touches."),
    PlanMove(code="refuse", sources=(ASKED,), target=PlanState.REFUSED, act="approve plan", sentence="Refuse it."),
    PlanMove(code="withdraw", sources=(DRAFT, ASKED, APPROVED), target=PlanState.WITHDRAWN, act="plan enforcement",
             sentence="Withdraw it: nothing of it was done."),
    PlanMove(code="start", sources=(APPROVED,), target=RUNNING, act="run plan", sentence="Hand the first stage over."),
    PlanMove(code="go on", sources=(RUNNING,), target=RUNNING, act="run plan", sentence="Hand the next stage over, having looked at the one before."),
    PlanMove(code="finish", sources=(RUNNING,), target=PlanState.DONE, act="run plan", sentence="End it: every target was answered."),
    PlanMove(code="roll back", sources=(RUNNING, PlanState.DONE), target=PlanState.ROLLED_BACK, act="roll back plan",
             sentence="Undo all of it."),
)  # fmt: skip


def move_of(code: str) -> PlanMove:
    """The step of this name.

    Raises   KeyError where there is none
    """
    return {move.code: move for move in PLAN}[code]


def open_moves(state: PlanState) -> tuple[PlanMove, ...]:
    """The steps out of a state, in the order of the table."""
    return tuple(move for move in PLAN if state in move.sources)
