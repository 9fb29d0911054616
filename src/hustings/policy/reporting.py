"""The states of a report and the steps between them: written by one, approved by another, then never changed in silence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["REPORT", "ReportMove", "ReportState", "move_of", "open_moves"]


class ReportState(StrEnum):
    """Where a report stands."""

    DRAFT = "draft"
    ASKED = "asked"
    APPROVED = "approved"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class ReportMove:
    """One step of a report. `act` is what somebody must be allowed; every step takes a reason.

    later    true for a step of a report of which a version is published, false for one of which none is; None for both
    """

    code: str
    sources: tuple[ReportState, ...]
    target: ReportState
    act: str
    sentence: str
    later: bool | None = None


DRAFT, ASKED, APPROVED, PUBLISHED = ReportState.DRAFT, ReportState.ASKED, ReportState.APPROVED, ReportState.PUBLISHED

REPORT = (
    ReportMove(code="ask", sources=(DRAFT,), target=ASKED, act="write report",
               sentence="Count the figures, freeze them with their rows, and ask another person to approve it."),
    ReportMove(code="take back", sources=(ASKED,), target=DRAFT, act="write report", sentence="Take the question back and go on writing.",
               later=False),
    ReportMove(code="refuse", sources=(ASKED,), target=DRAFT, act="approve report", sentence="Refuse it: it goes back to be written.",
               later=False),
    ReportMove(code="take correction back", sources=(ASKED, APPROVED), target=PUBLISHED, act="write report",
               sentence="Take the correction back: what is published stays as it is.", later=True),
    ReportMove(code="refuse correction", sources=(ASKED,), target=PUBLISHED, act="approve report",
               sentence="Refuse the correction: what is published stays as it is.", later=True),
    ReportMove(code="approve", sources=(ASKED,), target=APPROVED, act="approve report", sentence="Approve it as it is frozen."),
    ReportMove(code="publish", sources=(APPROVED,), target=PUBLISHED, act="approve report", sentence="Publish it under its marking."),
    ReportMove(code="correct", sources=(PUBLISHED,), target=ASKED, act="write report",
               sentence="Count again, say why figures differ, and ask another person to approve the next version.", later=True),
    ReportMove(code="withdraw", sources=(DRAFT, ASKED, APPROVED), target=ReportState.WITHDRAWN, act="write report",
               sentence="Give it up: it was never published.", later=False),
)  # fmt: skip


def move_of(code: str) -> ReportMove:
    """The step of this name.

    Raises   KeyError where there is none
    """
    return {move.code: move for move in REPORT}[code]


def open_moves(state: ReportState, *, published: bool) -> tuple[ReportMove, ...]:
    """The steps out of a state, in the order of the table; `published` says whether some version is."""
    return tuple(move for move in REPORT if state in move.sources and move.later in {None, published})
