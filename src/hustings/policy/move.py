"""What a move is: from which states to which, by whom, under which guards, and what else happens the same instant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from hustings.policy.role import Role

__all__ = ["Effect", "Guard", "Machine", "Move", "Who"]


class Who(StrEnum):
    """Whose decision a move is. A government's is recorded here with its document; it is never made here."""

    GOVERNMENT = "government"
    SECURITY_OFFICER = "security officer"
    ADMINISTRATOR = "administrator"
    PERSON = "the person"
    CAUSE = "another move"
    OPERATOR = "whoever runs the installation"

    @property
    def recorded_by(self) -> Role | None:
        """The role whose holder, at the organisation concerned, writes it down; none for the others."""
        return RECORDED_BY.get(self)


RECORDED_BY = {
    Who.GOVERNMENT: Role.SECURITY_OFFICER,
    Who.SECURITY_OFFICER: Role.SECURITY_OFFICER,
    Who.ADMINISTRATOR: Role.ADMINISTRATOR,
}


class Guard(StrEnum):
    """What has to hold before a move is made; the value is the code of a refusal."""

    APPOINTMENT = "appointment"
    ORGANISATION = "organisation"
    POSITION = "position"
    POSITION_IN_FORCE = "position in force"
    HOLDER = "holder"
    FACILITY = "facility"
    ELIGIBILITY = "eligibility"
    REACTIVATION = "reactivation"
    BREAK = "break"
    BREAK_OVER = "break over"
    NDA = "agreement"
    BRIEFING = "briefing"
    LOWER = "lower"
    SPONSOR = "sponsor"
    SAFEGUARDING = "safeguarding"
    INSTRUMENT = "instrument"
    INVITATION = "invitation"
    ANOTHER = "another person"
    ACCESS = "access"
    COMPARTMENT = "compartment"
    CANDIDATE = "candidate"
    COOLING_OFF = "cooling-off"
    NEED = "need to know"
    HOURS = "hours"

    @property
    def sentence(self) -> str:
        """What it asks, for people."""
        return GUARD_SENTENCES[self]


GUARD_SENTENCES = {
    Guard.APPOINTMENT: "The person is in the position.",
    Guard.ORGANISATION: "The organisation takes part here.",
    Guard.POSITION: "The position is in force and requires access at the level.",
    Guard.POSITION_IN_FORCE: "The position is in force.",
    Guard.HOLDER: "The rule of that day lets a position at this kind of organisation hold access.",
    Guard.FACILITY: "The site's facility clearance is granted at the level or above, and not invalidated.",
    Guard.ELIGIBILITY: "The person's eligibility is favourable and not suspended.",
    Guard.REACTIVATION: "The rule of that day lets access that has ended be taken up again.",
    Guard.BREAK: "The time since the person last held access is within the period of the rule.",
    Guard.BREAK_OVER: "The time since the person last held access is longer than the period of the rule.",
    Guard.NDA: "The person has signed a non-disclosure agreement that is in force.",
    Guard.BRIEFING: "The person has had the security briefing.",
    Guard.LOWER: "The new level is not above the one held.",
    Guard.SPONSOR: "Another organisation sponsors: an agency, or one with a granted facility clearance of its own.",
    Guard.SAFEGUARDING: "What may be kept is not above the level of the clearance.",
    Guard.INSTRUMENT: "A position that requires access names the contract or agreement it is tied to.",
    Guard.INVITATION: "The person took up an invitation themself; nobody is put into a position unasked.",
    Guard.ANOTHER: "Who records it is not the person it is about.",
    Guard.ACCESS: "Access in this position is active, at the level asked.",
    Guard.COMPARTMENT: "The position requires the compartment.",
    Guard.CANDIDATE: "A candidate is named.",
    Guard.COOLING_OFF: "A former official's cooling-off has an end, and the former agency is named for recusal.",
    Guard.NEED: "A need-to-know grant for what is to be read is in force.",
    Guard.HOURS: "The visit begins in the future, and ends after it begins.",
}


class Effect(StrEnum):
    """What happens in the same transaction and at the same instant as the move that causes it."""

    END_APPOINTMENTS = "appointments end"
    DEBRIEF = "access ends"
    SUSPEND = "access is suspended"
    LOWER = "access above the new level is lowered to it"
    END_READ_INS = "read-ins end"
    END_GRANTS = "need-to-know grants are withdrawn"
    CLOSE_SESSIONS = "sessions and tokens are closed"
    CANCEL_VISITS = "booked visits are cancelled"
    RECUSE = "the person is kept out of the former agency's requests"
    ASK_ACCESS = "access is requested"


@dataclass(frozen=True, kw_only=True)
class Move:
    """One line of a machine's table.

    sources        states it leads out of; "" is: nothing recorded yet
    gives_lowest   the level asked is the most that is given; guards ask for any level, and the lowest of all is given
    """

    code: str
    sources: tuple[str, ...]
    target: str
    who: tuple[Who, ...]
    sentence: str
    guards: tuple[Guard, ...] = ()
    effects: tuple[Effect, ...] = ()
    gives_lowest: bool = False


@dataclass(frozen=True, kw_only=True)
class Machine:
    """The states something goes through and every move between them; what is not in the table cannot be done."""

    code: str
    title: str
    about: str
    states: tuple[str, ...]
    start: str
    moves: tuple[Move, ...]

    def move(self, code: str) -> Move:
        """The move of this name; KeyError if there is none."""
        for move in self.moves:
            if move.code == code:
                return move
        raise KeyError(code)

    def possible(self, state: str) -> Iterator[Move]:
        """The moves out of a state, in the order of the table."""
        return (move for move in self.moves if state in move.sources)
