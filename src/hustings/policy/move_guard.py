"""Whether a move may be made now: every guard that does not hold, by its code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from hustings.policy.level import Level
from hustings.policy.marking import Kind
from hustings.policy.move import Guard, Move
from hustings.policy.rules import Rules, after_months
from hustings.policy.state import Access, Eligibility, Facility, Held

__all__ = ["Facts", "failed", "lapses_at", "reachable", "standing"]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What stands at a moment. Each value left out is unknown, and a guard that asks for it does not hold.

    asked         level asked for; at a confirmation the most that is given
    ended         whether some access of the person has ended at or before the moment, wherever it was held
    ended_at      when the last one ended, while the person holds none; none: they hold one, or never held any
    facility_*    of the position's site; of the place visited for a visit, its level no higher than its safeguarding
    """

    at: datetime
    rules: Rules | None = None
    asked: Level = Level.UNCLASSIFIED
    appointment: str = ""
    organisation: str = ""
    kind: Kind | None = None
    position: str = ""
    position_level: Level = Level.UNCLASSIFIED
    position_compartments: frozenset[str] = frozenset()
    instrument: bool = False
    facility: str = Facility.NONE
    facility_level: Level = Level.UNCLASSIFIED
    safeguarding: Level | None = None
    sponsor: bool = False
    eligibility: str = Eligibility.NONE
    eligibility_level: Level = Level.UNCLASSIFIED
    access: str = Access.NOT_HELD
    access_level: Level = Level.UNCLASSIFIED
    ended: bool = True
    ended_at: datetime | None = None
    nda: bool = False
    briefing: bool = False
    another: bool = False
    invitation: bool = False
    compartment: str = ""
    candidate: bool = False
    cooling_off: bool = False
    need: bool = False
    hours: bool = False


def failed(move: Move, facts: Facts) -> tuple[Guard, ...]:
    """The guards of the move that do not hold, in the order of its table; none: it may be made."""
    needed = max(Level.CONFIDENTIAL, Level.CONFIDENTIAL if move.gives_lowest else facts.asked)
    return tuple(guard for guard in move.guards if not CHECKS[guard](facts, needed))


def reachable(facts: Facts) -> Level:
    """The level that a confirmation gives: the lowest of asked, eligibility, facility and position."""
    return min(facts.asked, facts.eligibility_level, facts.facility_level, facts.position_level)


def lapses_at(ended_at: datetime | None, rules: Rules | None) -> datetime | None:
    """The last moment at which access that ended then can be taken up again."""
    return after_months(ended_at, rules.months) if ended_at is not None and rules is not None else None


def standing(facts: Facts, *, active: bool) -> str:
    """Eligibility as people speak of it: a favourable finding is active, current or expired; else its state.

    `active`   whether the person holds active access anywhere
    """
    if facts.eligibility != Eligibility.FAVOURABLE:
        return str(facts.eligibility)
    if active:
        return "active"
    return "current" if within_break(facts, Level.UNCLASSIFIED) else "expired"


def within_break(facts: Facts, _: Level) -> bool:
    """Whether the break is within the period; its last instant still counts."""
    if facts.rules is None:
        return False
    last = lapses_at(facts.ended_at, facts.rules)
    return last is None or facts.at <= last


CHECKS: dict[Guard, Callable[[Facts, Level], bool]] = {
    Guard.APPOINTMENT: lambda facts, _: facts.appointment == Held.IN_FORCE,
    Guard.ORGANISATION: lambda facts, _: facts.organisation == Held.IN_FORCE,
    Guard.POSITION: lambda facts, needed: facts.position == Held.IN_FORCE and facts.position_level >= needed,
    Guard.POSITION_IN_FORCE: lambda facts, _: facts.position == Held.IN_FORCE,
    Guard.HOLDER: lambda facts, _: facts.rules is not None and facts.kind in facts.rules.holders,
    Guard.FACILITY: lambda facts, needed: facts.facility == Facility.GRANTED and facts.facility_level >= needed,
    Guard.ELIGIBILITY: lambda facts, _: (
        facts.eligibility == Eligibility.FAVOURABLE and facts.eligibility_level >= Level.CONFIDENTIAL
    ),
    Guard.REACTIVATION: lambda facts, _: facts.rules is not None and (facts.rules.reactivation or not facts.ended),
    Guard.BREAK: within_break,
    Guard.BREAK_OVER: lambda facts, needed: facts.rules is not None and not within_break(facts, needed),
    Guard.NDA: lambda facts, _: facts.nda,
    Guard.BRIEFING: lambda facts, _: facts.briefing,
    Guard.LOWER: lambda facts, _: Level.CONFIDENTIAL <= facts.asked <= facts.access_level,
    Guard.SPONSOR: lambda facts, _: facts.sponsor,
    Guard.SAFEGUARDING: lambda facts, _: facts.safeguarding is not None and facts.safeguarding <= facts.facility_level,
    Guard.INSTRUMENT: lambda facts, _: facts.instrument or facts.position_level == Level.UNCLASSIFIED,
    Guard.INVITATION: lambda facts, _: facts.invitation,
    Guard.ANOTHER: lambda facts, _: facts.another,
    Guard.ACCESS: lambda facts, _: facts.access == Access.ACTIVE and facts.access_level >= facts.asked,
    Guard.COMPARTMENT: lambda facts, _: facts.compartment in facts.position_compartments,
    Guard.CANDIDATE: lambda facts, _: facts.candidate,
    Guard.COOLING_OFF: lambda facts, _: facts.cooling_off,
    Guard.NEED: lambda facts, _: facts.need,
    Guard.HOURS: lambda facts, _: facts.hours,
}
