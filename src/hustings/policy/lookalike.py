"""The words of look-alikes and cyber incidents around an election: what may become of each, and which move follows which."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["NEXT", "AllowedGround", "CyberKind", "CyberState", "HitState", "ProtectedStep", "may_follow"]


class ProtectedStep(StrEnum):
    """What was decided about a name that somebody asked to protect."""

    CHECKED = "checked"  # by another person: who asks may ask for it
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class HitState(StrEnum):
    """What people made of a look-alike."""

    OPEN = "open"
    ALLOWED = "allowed"
    SUSPICIOUS = "suspicious"


class AllowedGround(StrEnum):
    """Why something that looks like a protected name is let stand. None of these is a fault."""

    OWN = "own"
    PARODY = "parody or satire"
    CRITIC = "criticism"
    NAMESAKE = "another with the same name"
    UNRELATED = "alike by chance"


class CyberKind(StrEnum):
    """What was done to an election by way of computers."""

    PHISHING = "phishing"
    LOOK_ALIKE = "look-alike domain"
    LEAKED_CREDENTIALS = "leaked credentials"
    HACK_AND_LEAK = "hack and leak"
    OFFICE_ATTACK = "attack on an election office"

    @property
    def sentence(self) -> str:
        """For a page and for the docs."""
        return KINDS[self]


KINDS = {
    CyberKind.PHISHING: "Somebody tries to get people to give away how they sign in.",
    CyberKind.LOOK_ALIKE: "A domain, page or account is made to be taken for an office, party or candidate.",
    CyberKind.LEAKED_CREDENTIALS: "Ways to sign in to an office, party or campaign are in other hands.",
    CyberKind.HACK_AND_LEAK: "What was taken from an office, party or campaign is spread, whole, in part or altered.",
    CyberKind.OFFICE_ATTACK: "Systems of an election office are attacked: made unreachable, entered, or altered.",
}


class CyberState(StrEnum):
    """Where a cyber incident stands."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"
    CONTAINED = "contained"
    CLOSED = "closed"
    UNFOUNDED = "unfounded"


# What may follow; a note that leaves the state as it is may always be added while it is not over.
NEXT = {
    CyberState.REPORTED: frozenset({CyberState.CONFIRMED, CyberState.UNFOUNDED}),
    CyberState.CONFIRMED: frozenset({CyberState.CONTAINED, CyberState.CLOSED, CyberState.UNFOUNDED}),
    CyberState.CONTAINED: frozenset({CyberState.CONFIRMED, CyberState.CLOSED, CyberState.UNFOUNDED}),
    CyberState.CLOSED: frozenset({CyberState.CONFIRMED}),
    CyberState.UNFOUNDED: frozenset({CyberState.REPORTED}),
}


def may_follow(before: CyberState, after: CyberState) -> bool:
    """Whether an incident in one state may be said to be in the other; what is open may stay as it is."""
    open_still = before not in {CyberState.CLOSED, CyberState.UNFOUNDED}
    return after in NEXT[before] or (before is after and open_still)
