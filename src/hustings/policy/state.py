"""The states that clearances, facilities, positions and agreements go through."""

from enum import StrEnum

__all__ = ["Access", "Agreement", "AgreementKind", "Eligibility", "Facility", "Held", "ReadIn", "Requisition", "Visit"]


class Eligibility(StrEnum):
    """A government's finding about a person; only the government moves it."""

    NONE = "none"
    IN_PROCESS = "in process"
    INTERIM = "interim"
    FAVOURABLE = "favourable"
    SUSPENDED = "suspended"
    DENIED = "denied"
    REVOKED = "revoked"
    LOSS_OF_JURISDICTION = "loss of jurisdiction"
    EXPIRED = "expired"


class Access(StrEnum):
    """A person's access in one position at one organisation."""

    NOT_HELD = "not held"
    REQUESTED = "requested"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    DEBRIEFED = "debriefed"


class Facility(StrEnum):
    """The clearance of one site of one legal entity; a parent's does not cover a subsidiary."""

    NONE = "none"
    SPONSORED = "sponsored"
    IN_PROCESS = "in process"
    INTERIM = "interim"
    GRANTED = "granted"
    INVALIDATED = "invalidated"
    REVOKED = "revoked"
    TERMINATED = "terminated"


class Held(StrEnum):
    """Whether a position exists, or a person is in it."""

    IN_FORCE = "in force"
    ENDED = "ended"


class AgreementKind(StrEnum):
    """What a reader has to have signed or done."""

    NDA = "non-disclosure agreement"
    TRAINING = "training"
    BRIEFING = "briefing"


class Agreement(StrEnum):
    """Whether an agreement binds, or training counts."""

    SIGNED = "signed"
    ENDED = "ended"


class ReadIn(StrEnum):
    """Whether a person in a position is inside a compartment."""

    READ_IN = "read in"
    DEBRIEFED = "debriefed"


class Requisition(StrEnum):
    """The filling of a post that needs a clearance."""

    OPEN = "open"
    CANDIDATE = "candidate named"
    OFFERED = "conditional offer"
    REACTIVATION = "reactivation requested"
    FILLED = "filled"
    CLOSED = "closed"


class Visit(StrEnum):
    """A booked hour in a reading room, where what is not kept here is read."""

    ASKED = "asked"
    AUTHORISED = "authorised"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    DONE = "done"
