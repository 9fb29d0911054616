"""The words of an operations room: how bad something is, who does what, who is called, and what an incident does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

__all__ = [
    "CLOSES",
    "OPENS",
    "ContactKind",
    "Duty",
    "Gap",
    "IncidentState",
    "LineKind",
    "Severity",
    "act_by",
    "gaps_of",
]

# Days from the day of voting on which the room is open.
OPENS, CLOSES = -3, 7


class Severity(IntEnum):
    """How bad an incident is. It follows from what may happen to voters, not from how much work it makes."""

    NOTED = 1
    LOCAL = 2
    SERIOUS = 3
    CRITICAL = 4

    @property
    def sentence(self) -> str:
        """What it means, for a page and for the docs."""
        return SEVERITIES[self][0]

    @property
    def within(self) -> timedelta:
        """Within what time somebody does something."""
        return SEVERITIES[self][1]

    @property
    def soon(self) -> str:
        """That time in words."""
        minutes = self.within // timedelta(minutes=1)
        many, unit = (minutes, "minute") if minutes < 60 else (minutes // 60, "hour")
        return f"{many} {unit}{'' if many == 1 else 's'}"

    @property
    def told(self) -> str:
        """Who is told."""
        return SEVERITIES[self][2]


SEVERITIES = {
    Severity.NOTED: ("Seen, and of no consequence yet.", timedelta(hours=24), "whoever comes on duty next"),
    Severity.LOCAL: ("May keep some voters of one place from voting, or mislead them.", timedelta(hours=4), "the election office of the place"),
    Severity.SERIOUS: ("May keep voters of several places from voting, or spreads a false result.", timedelta(hours=1), "electoral authority and platforms"),
    Severity.CRITICAL: ("May change whether or how an election is held, or endangers people.", timedelta(minutes=15), "authority, agencies, platforms and the own management"),
}  # fmt: skip


class IncidentState(StrEnum):
    """Where an incident stands."""

    OPEN = "open"
    CONTAINED = "contained"
    CLOSED = "closed"


def act_by(severity: Severity, state: IncidentState, written: datetime) -> datetime | None:
    """By when somebody writes on an incident again, counted from its last line; nothing once it is contained or closed."""
    return written + severity.within if state is IncidentState.OPEN else None


class Duty(StrEnum):
    """What somebody on duty does."""

    LEAD = "lead"
    ANALYST = "analyst"
    REVIEWER = "reviewer"
    LIAISON = "liaison"
    SPOKESPERSON = "spokesperson"


# Without one of these the room is not staffed.
NEEDED = (Duty.LEAD, Duty.ANALYST)


class ContactKind(StrEnum):
    """Who is called."""

    PLATFORM = "platform"
    AGENCY = "agency"
    AUTHORITY = "electoral authority"
    STATE_OFFICE = "state election office"
    LOCAL_OFFICE = "local election office"
    PARTY = "party"
    PRESS = "press"
    OTHER = "other"


class LineKind(StrEnum):
    """What a line of the room's log is."""

    LOG = "log"
    HAND_OVER = "hand-over"


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """A time in which nobody does a duty that is needed, or one person is on duty twice, here or `elsewhere` too."""

    starts: datetime
    ends: datetime
    what: str
    twice: bool = False
    elsewhere: str = ""


Stretch = tuple[datetime, datetime, Duty, str]


def gaps_of(shifts: Sequence[Stretch], starts: datetime, ends: datetime) -> list[Gap]:
    """Times between `starts` and `ends` without a lead or an analyst, and times in which one person has two shifts.

    Reads    shifts as (from, until, duty, who); until is not on duty any more, and `who` tells one person from every other
    Gives    gaps in the order of time; a stretch that is longer than the room's time counts as far as it lies in it
    Edges    two shifts that meet leave no gap and are no overlap
    """
    found = []
    for duty in NEEDED:
        at = starts
        for begin, end, _, _ in sorted(one for one in shifts if one[2] is duty and one[1] > starts and one[0] < ends):
            if begin > at:
                found.append(Gap(starts=at, ends=begin, what=f"no {duty.value}"))
            at = max(at, end)
        if at < ends:
            found.append(Gap(starts=at, ends=ends, what=f"no {duty.value}"))
    by_person: dict[str, list[Stretch]] = {}
    for one in sorted(shifts):
        by_person.setdefault(one[3], []).append(one)
    for who, own in sorted(by_person.items()):
        until = own[0][1]
        for begin, end, _, _ in own[1:]:
            if begin < until:
                found.append(Gap(starts=begin, ends=min(end, until), what=who, twice=True))
            until = max(until, end)
    return sorted(found, key=lambda gap: (gap.starts, gap.ends, gap.what))
