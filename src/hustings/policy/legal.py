"""What somebody who may ask asked for: which kinds there are, what a scope covers, and the steps from receipt to answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

__all__ = ["LEGAL", "LONGEST_DELAY", "Asset", "DataKind", "LegalKind", "LegalMove", "LegalState", "Outside", "Piece", "Scope",
           "move_of", "notice_due", "open_moves", "outside"]  # fmt: skip

LONGEST_DELAY = timedelta(days=366)  # of notice to users, by one ground; who needs longer says so again


class LegalKind(StrEnum):
    """By what right somebody asks."""

    SUBPOENA = "subpoena"
    WARRANT = "warrant"
    PRESERVATION = "preservation order"
    EMERGENCY = "emergency request"
    VOLUNTARY = "voluntary hand-over"

    @property
    def sentence(self) -> str:
        """For a page and for the docs."""
        return KINDS[self]

    @property
    def keeps(self) -> bool:
        """Whether it asks that data is kept, and for nothing to be handed over."""
        return self is LegalKind.PRESERVATION


KINDS = {
    LegalKind.SUBPOENA: "An authority or a party demands records by law, without a judge.",
    LegalKind.WARRANT: "A judge orders that data is handed over.",
    LegalKind.PRESERVATION: "Data is to be kept until an order comes or a day is over; nothing is handed over.",
    LegalKind.EMERGENCY: "Somebody is in danger, and an authority asks without an order; nobody has to answer.",
    LegalKind.VOLUNTARY: "Nobody demands it: it is handed over because the terms and the law allow it.",
}


class DataKind(StrEnum):
    """A kind of data that a process can ask for."""

    SEALED = "sealed evidence"
    ADS = "ads"
    DELIVERY = "delivery by day"
    PAYERS = "payers"

    @property
    def sentence(self) -> str:
        """What it is, and by which moment a window holds it."""
        return DATA[self]


DATA = {
    DataKind.SEALED: "Sealed objects that name the asset, by the moment at which it was as they show.",
    DataKind.ADS: "What an ad said and where it led, by the day from which it ran.",
    DataKind.DELIVERY: "Impressions, clicks and spend of an ad on a day, by that day; never who saw it.",
    DataKind.PAYERS: "Who is named as payer of an ad, and in which currency, by the day from which the ad ran.",
}


@dataclass(frozen=True, kw_only=True, order=True)
class Asset:
    """An account, page, ad or other thing on a platform."""

    kind: str
    platform: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What a process covers: these kinds of data about these assets, of these days, both included, in UTC."""

    assets: frozenset[Asset]
    kinds: frozenset[DataKind]
    since: date
    until: date


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One row or object that may be handed over. `on` is the day it is of; None where nobody knows."""

    asset: Asset
    kind: DataKind
    on: date | None


class Outside(StrEnum):
    """Why a scope does not cover a piece."""

    ASSET = "about another asset"
    KIND = "of a kind that was not asked for"
    UNDATED = "of no known day"
    BEFORE = "before the window"
    AFTER = "after the window"


def outside(scope: Scope, piece: Piece) -> tuple[Outside, ...]:
    """Every reason why the scope does not cover a piece; none is a yes. What is not known is not covered."""
    found = []
    if piece.asset not in scope.assets:
        found.append(Outside.ASSET)
    if piece.kind not in scope.kinds:
        found.append(Outside.KIND)
    if piece.on is None:
        found.append(Outside.UNDATED)
    elif piece.on < scope.since:
        found.append(Outside.BEFORE)
    elif piece.on > scope.until:
        found.append(Outside.AFTER)
    return tuple(found)


class LegalState(StrEnum):
    """Where a process stands."""

    RECEIVED = "received"
    QUESTIONED = "questioned"
    APPROVED = "approved"
    ANSWERED = "answered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"

    @property
    def open(self) -> bool:
        """Whether somebody here has still to do something."""
        return self in {LegalState.RECEIVED, LegalState.QUESTIONED, LegalState.APPROVED}

    @property
    def stands(self) -> bool:
        """Whether counsel approved it."""
        return self in {LegalState.APPROVED, LegalState.ANSWERED, LegalState.ENDED}


@dataclass(frozen=True, kw_only=True)
class LegalMove:
    """One step. Every step takes a reason; `act` is what somebody must be allowed.

    keeps      for orders to keep data alone (True), for what hands data over alone (False), or for both
    releases   a hold that the order made ends with this step
    """

    code: str
    sources: tuple[LegalState, ...]
    target: LegalState
    act: str
    sentence: str
    keeps: bool | None = None
    releases: bool = False


RECEIVED, QUESTIONED, APPROVED = LegalState.RECEIVED, LegalState.QUESTIONED, LegalState.APPROVED

LEGAL = (
    LegalMove(code="question", sources=(RECEIVED,), target=QUESTIONED, act="answer legal process",
              sentence="Ask who asks to narrow it, to mend it or to show that they may."),
    LegalMove(code="take up", sources=(QUESTIONED,), target=RECEIVED, act="answer legal process", sentence="Go on: they answered."),
    LegalMove(code="approve", sources=(RECEIVED,), target=APPROVED, act="approve legal process",
              sentence="Approve it as counsel: it is valid, and its scope is no wider than it may be."),
    LegalMove(code="refuse", sources=(RECEIVED, QUESTIONED), target=LegalState.REFUSED, act="approve legal process",
              sentence="Refuse it as counsel.", releases=True),
    LegalMove(code="withdraw", sources=(RECEIVED, QUESTIONED, APPROVED), target=LegalState.WITHDRAWN, act="answer legal process",
              sentence="Who asked took it back.", releases=True),
    LegalMove(code="answer", sources=(APPROVED,), target=LegalState.ANSWERED, act="answer legal process",
              sentence="Hand over what its scope covers.", keeps=False),
    LegalMove(code="end", sources=(APPROVED,), target=LegalState.ENDED, act="approve legal process",
              sentence="The time for which it asks that data is kept is over.", keeps=True, releases=True),
)  # fmt: skip


def move_of(code: str) -> LegalMove:
    """The step of this name.

    Raises   KeyError where there is none
    """
    return {move.code: move for move in LEGAL}[code]


def open_moves(state: LegalState, kind: LegalKind) -> tuple[LegalMove, ...]:
    """The steps out of a state for a kind, in the order of the table."""
    return tuple(move for move in LEGAL if state in move.sources and move.keeps in (None, kind.keeps))


def notice_due(kind: LegalKind, state: LegalState, delayed_until: date | None, today: date) -> bool:
    """Whether those whose data it is are to be told by now: once counsel approved, unless a delay has not ended.

    A delay runs to the end of its day. An order to keep data tells nobody: nothing of theirs went anywhere.
    """
    if kind.keeps or state not in {LegalState.APPROVED, LegalState.ANSWERED}:
        return False
    return delayed_until is None or today > delayed_until
