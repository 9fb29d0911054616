"""The conditions of a decision, each with the code that a refusal names and a sentence for people."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Condition"]


class Condition(StrEnum):
    """What has to hold. A failed one is named by its code, never by what the item says."""

    IDENTITY = "identity"
    MARKING = "marking"
    ACCESS = "access"
    ELIGIBILITY = "eligibility"
    POSITION = "position"
    FACILITY = "facility"
    AGREEMENT = "agreement"
    COMPARTMENT = "compartment"
    RELEASE = "release"
    SHARING = "sharing"
    NEED = "need to know"
    CONFLICT = "conflict"
    ONWARD = "onward"
    ROLE = "role"
    SECOND = "second person"

    @property
    def sentence(self) -> str:
        """What has to hold, for a page and for the docs."""
        return SENTENCES[self]

    @property
    def number(self) -> int | None:
        """Its number among the twelve conditions of reading; None for what acts ask beyond them."""
        place = list(Condition).index(self) + 1
        return place if place <= READING else None


READING = 12

SENTENCES = {
    Condition.IDENTITY: (
        "The account is enabled, signed in with a second factor, and bound to one person in one position in force at "
        "one organisation that takes part."
    ),
    Condition.MARKING: "The item is marked, every word of the marking is known, and the marking is in force.",
    Condition.ACCESS: "Access of this person in this position is active, at the item's level or above.",
    Condition.ELIGIBILITY: "A government's finding about the person is favourable at the level, and vetting goes on.",
    Condition.POSITION: "The position is in force and requires access at the level.",
    Condition.FACILITY: (
        "The clearance of the position's site is granted at the level, and its safeguarding too where the content is "
        "kept here."
    ),
    Condition.AGREEMENT: "The non-disclosure agreement binds, and the training is in date.",
    Condition.COMPARTMENT: "The person is read into every compartment of the item, and the position requires each.",
    Condition.RELEASE: (
        "One of the person's citizenships, the kind of organisation and the organisation are among those that the "
        "marking names, where it names any."
    ),
    Condition.SHARING: "The Traffic Light Protocol of every owner lets the organisation know.",
    Condition.NEED: (
        "Where the marking asks: the position has one of the roles it names; and the person is named, by another "
        "person, for a purpose and until an end, for the item or its case. Who made an item needs no naming."
    ),
    Condition.CONFLICT: (
        "The person does not keep out of the item, its case or an owner's affairs, and no embargo binds: before its "
        "end only the organisation that owns the item may know."
    ),
    Condition.ONWARD: ("Every recipient may read the item, and the originator consents where the marking asks."),
    Condition.ROLE: "The position has a role that may do this, at the organisation that may have it done.",
    Condition.SECOND: "Another person asked for it.",
}
