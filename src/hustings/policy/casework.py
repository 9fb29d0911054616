"""The words of casework: where leads come from and how they end, the states of a case, and how sure somebody is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = [
    "CASE",
    "ActorPart",
    "CaseState",
    "Confidence",
    "Contact",
    "Counted",
    "Disposition",
    "LeadSource",
    "LeadState",
    "MemberKind",
    "MemberState",
    "Move",
    "Outcome",
    "Side",
    "SignatureKind",
    "TaskState",
    "TookPlace",
    "move_of",
]


class LeadSource(StrEnum):
    """Who or what says that something should be looked at."""

    FINDING = "finding"
    RULE = "rule"
    SWEEP = "sweep"
    PUBLIC = "public"
    PRESS = "press"
    PARTNER = "partner"
    AGENCY = "agency"
    FACT_CHECK = "fact-check"
    RETURN = "return"

    @property
    def machine(self) -> bool:
        """Whether a machine made it, so that a person has still to look."""
        return self in {LeadSource.FINDING, LeadSource.RULE, LeadSource.SWEEP, LeadSource.RETURN}


class LeadState(StrEnum):
    """Where a lead stands."""

    OPEN = "open"
    TAKEN = "taken up"
    DISMISSED = "dismissed"


class Disposition(StrEnum):
    """Why a lead was not taken up, or what came of it: the precision of a source is counted by these."""

    LAWFUL = "lawful and open"
    CHANCE = "chance or shared interest"
    NOT_ENOUGH = "not enough to go on"
    KNOWN = "known already"
    ELSEWHERE = "for somebody else"
    WRONG = "not as told"

    @property
    def sentence(self) -> str:
        """For a page and for the docs."""
        return DISPOSITIONS[self]

    @property
    def false(self) -> bool:
        """Whether the source was wrong: what counts against its precision."""
        return self in {Disposition.LAWFUL, Disposition.CHANCE, Disposition.WRONG}


DISPOSITIONS = {
    Disposition.LAWFUL: "These act together and say so: a party, a newsroom, a campaign of volunteers.",
    Disposition.CHANCE: "Looked at closely, nothing ties them beyond what people of one interest do.",
    Disposition.NOT_ENOUGH: "It may hold, but nothing more can be learnt of it now.",
    Disposition.KNOWN: "A case is about it already.",
    Disposition.ELSEWHERE: "It is true and not for this team.",
    Disposition.WRONG: "What was told did not happen, or not so.",
}


class CaseState(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    WAITING = "waiting"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a case ended."""

    ESTABLISHED = "campaign established"
    NOTHING = "nothing found"
    NOT_ENOUGH = "not enough to go on"
    HANDED_OVER = "handed over"


@dataclass(frozen=True, kw_only=True)
class Move:
    """One step of a case: from where to where, and whether it takes a reason and an outcome."""

    code: str
    sources: tuple[CaseState, ...]
    target: CaseState
    sentence: str
    outcome: bool = False


CASE = (
    Move(code="wait", sources=(CaseState.OPEN,), target=CaseState.WAITING, sentence="Put it aside until something comes."),
    Move(code="go on", sources=(CaseState.WAITING,), target=CaseState.OPEN, sentence="Work on it again."),
    Move(code="close", sources=(CaseState.OPEN, CaseState.WAITING), target=CaseState.CLOSED,
         sentence="End it, and say how it ended.", outcome=True),
    Move(code="reopen", sources=(CaseState.CLOSED,), target=CaseState.OPEN, sentence="Open it again: something new came, or it was ended too early."),
)  # fmt: skip


def move_of(code: str) -> Move:
    """The step of this name.

    Raises   KeyError where there is none
    """
    return {move.code: move for move in CASE}[code]


class TaskState(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class Side(StrEnum):
    """What an argument says of a hypothesis."""

    FOR = "for"
    AGAINST = "against"


class MemberKind(StrEnum):
    """What can belong to a campaign."""

    ACCOUNT = "account"
    PAGE = "page"
    GROUP = "group"
    BUYER = "ad buyer"
    AD = "ad"
    POST = "post"
    DOMAIN = "domain"
    CHANNEL = "channel"


class MemberState(StrEnum):
    """Whether somebody has accepted that it belongs."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


class Confidence(StrEnum):
    """How sure somebody is, in three words that are said with their grounds."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"

    @property
    def sentence(self) -> str:
        """What the word means here."""
        return CONFIDENCES[self]


CONFIDENCES = {
    Confidence.LOW: "Possible: the evidence is thin or from one source, and another reading is about as good.",
    Confidence.MODERATE: "Likely: several things point there and the other readings are worse, but a gap remains.",
    Confidence.HIGH: "Hardly otherwise: independent kinds of evidence agree, and no other reading fits them.",
}


class Counted(StrEnum):
    """What is counted of a gathering, by whoever announced it."""

    VIEWERS = "viewers"
    INTERESTED = "interested"
    GOING = "going"


class TookPlace(StrEnum):
    """Whether a gathering was held."""

    UNKNOWN = "unknown"
    YES = "took place"
    NO = "did not"


class Contact(StrEnum):
    """Whom to tell of a gathering."""

    SAFETY = "safety contact"
    POLICE = "police of the place"
    AUTHORITY = "election authority"
    VENUE = "owner of the place"
    HOSTS = "hosts who did not know"
    PLATFORM = "platform of the announcement"


class ActorPart(StrEnum):
    """What a profile of a known actor holds beside habits and claims."""

    NAME = "name"
    ALIAS = "alias"
    ACCOUNT = "account"
    PAGE = "page"
    BUYER = "buyer"
    PAYER = "payer"
    DOMAIN = "domain"
    PHONE = "phone"


class SignatureKind(StrEnum):
    """What of a removed asset is looked for in new ones, as a code that cannot be read."""

    PAGE = "page number"
    ACCOUNT = "account name"
    INSTRUMENT = "payment instrument"
    ADMINISTRATOR = "administrator"
    PHONE = "phone"
    NAME = "name"
    DOMAIN = "landing domain"
    PICTURE = "picture"
    TEXT = "text"
    TARGETING = "targeting set"

    @property
    def weight(self) -> float:
        """How much one mark of this kind says, 0 to 1; several are joined as if they were independent."""
        return WEIGHTS[self]


# Chosen by what a newcomer can share by accident, not fitted to data: none was at hand with returns labelled.
WEIGHTS = {
    SignatureKind.PAGE: 1.0,
    SignatureKind.ACCOUNT: 0.9,
    SignatureKind.INSTRUMENT: 0.9,
    SignatureKind.ADMINISTRATOR: 0.8,
    SignatureKind.PHONE: 0.7,
    SignatureKind.NAME: 0.6,
    SignatureKind.DOMAIN: 0.6,
    SignatureKind.PICTURE: 0.6,
    SignatureKind.TEXT: 0.5,
    SignatureKind.TARGETING: 0.5,
}
