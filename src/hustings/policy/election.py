"""The words of an election: at which level, of which kind, whether it is held, how people vote; and whose word on it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

__all__ = ["Authority", "Choice", "Kind", "Level", "Method", "Said", "Status", "followed", "unlike", "unsettled"]


class Level(StrEnum):
    """Whose election it is. A federal one is national; one of a state of a federation is regional."""

    SUPRANATIONAL = "supranational"
    NATIONAL = "national"
    REGIONAL = "regional"
    LOCAL = "local"


class Kind(StrEnum):
    """What is decided."""

    PRESIDENTIAL = "presidential"
    LEGISLATIVE = "legislative"
    EXECUTIVE = "executive"
    REFERENDUM = "referendum"
    RECALL = "recall"
    PRIMARY = "primary"
    JUDICIAL = "judicial"
    OTHER = "other"


class Status(StrEnum):
    """Whether it is held."""

    EXPECTED = "expected"
    PLANNED = "planned"
    CALLED = "called"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    HELD = "held"


class Method(StrEnum):
    """A way of voting."""

    IN_PERSON = "in person"
    EARLY = "early in person"
    MAIL = "mail"
    DROP_BOX = "drop box"
    PROXY = "proxy"
    PHONE = "phone"
    ONLINE = "online"
    ABROAD = "abroad"


class Authority(StrEnum):
    """What kind of source says when an election is; the strongest first."""

    GAZETTE = "electoral authority or gazette"
    LAW = "law or constitution"
    RESEARCH = "research on results"
    LIST = "list kept by others"
    PRESS = "press"
    UNSTATED = "not stated"

    @property
    def rank(self) -> int:
        """0 is the strongest."""
        return list(Authority).index(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One claim: what a source says of an election's day and of whether it is held.

    said_on      the day for which the source speaks, where it says so
    recorded_at  when somebody here wrote it down
    """

    key: str
    on: date | None
    status: Status
    authority: Authority
    recorded_at: datetime
    said_on: date | None = None

    @property
    def spoken(self) -> date:
        """The day for which it speaks; where the source does not say, the day it was written down."""
        return self.said_on or self.recorded_at.date()


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """The claim that the plan follows, and why in a sentence."""

    key: str
    why: str


def followed(claims: Sequence[Said]) -> Choice:
    """The claim to follow by rule: of the strongest kind of source, and among those the one that speaks for the latest day.

    Nothing is averaged: a day between two days that sources name is one that no source names.

    Raises   ValueError without a claim
    """
    if not claims:
        raise ValueError("an election has at least one claim")
    strongest = min(claim.authority.rank for claim in claims)
    among = [claim for claim in claims if claim.authority.rank == strongest]
    best = max(among, key=lambda claim: (claim.spoken, claim.recorded_at, claim.key))
    kind = best.authority.value
    if len(claims) == 1:
        why = "It is the only claim."
    elif len(among) == 1:
        why = f"By rule: the only claim from the strongest kind of source here ({kind})."
    else:
        why = f"By rule: the latest of {len(among)} claims from the strongest kind of source here ({kind})."
    return Choice(key=best.key, why=why)


def unlike(claims: Sequence[Said]) -> bool:
    """Whether sources contradict each other: two days, or held and cancelled. A claim without a day contradicts no day."""
    days = {claim.on for claim in claims if claim.on is not None}
    statuses = {claim.status for claim in claims}
    return len(days) > 1 or {Status.HELD, Status.CANCELLED} <= statuses


def unsettled(on: date | None, status: Status, today: date) -> bool:
    """Whether the day is over and nobody said that it was held, postponed or cancelled."""
    return on is not None and on < today and status in {Status.EXPECTED, Status.PLANNED, Status.CALLED}
