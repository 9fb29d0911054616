"""The words of disclosure: what leaves and to whom, why a part is taken out of a copy, and how soon a correction follows."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

__all__ = ["CORRECTED_WITHIN", "DisclosureKind", "Removed", "Thing"]

CORRECTED_WITHIN = timedelta(days=7)  # from the correction to the day by which every recipient is to have it


class DisclosureKind(StrEnum):
    """In which form somebody was told."""

    REPORT = "report"
    PACKAGE = "evidence package"
    ADS = "package of ads"
    REPLY = "answer to legal process"
    NOTICE = "notice"
    SHOWN = "evidence shown to whom it concerns"
    BRIEFING = "briefing"
    LETTER = "letter or call"

    @property
    def by_hand(self) -> bool:
        """Whether a person writes it down, because no act of the platform does."""
        return self in {DisclosureKind.BRIEFING, DisclosureKind.LETTER}


class Thing(StrEnum):
    """What a disclosure told of, and what can turn out to be wrong."""

    EVIDENCE = "evidence"
    MEMBER = "member"
    FIGURE = "figure"
    REPORT = "report"
    DISCLOSURE = "disclosure"


class Removed(StrEnum):
    """Why a part of an original is not in its redacted copy."""

    PERSON = "PERSON"
    CONTACT = "CONTACT"
    CHILD = "CHILD"
    SOURCE = "SOURCE"
    METHOD = "METHOD"
    CONFIDENTIAL = "CONFIDENTIAL"
    SCOPE = "SCOPE"
    SAFETY = "SAFETY"

    @property
    def sentence(self) -> str:
        """What the code stands for, for a page and for the docs."""
        return REASONS[self]


REASONS = {
    Removed.PERSON: "names or describes a private person who is not what the case is about",
    Removed.CONTACT: "an address, telephone number or number of an account by which a person can be reached or charged",
    Removed.CHILD: "tells of a child",
    Removed.SOURCE: "would tell who told it",
    Removed.METHOD: "would tell how it was found, so that others could avoid it",
    Removed.CONFIDENTIAL: "a secret of business or office that others are owed",
    Removed.SCOPE: "outside what was asked for",
    Removed.SAFETY: "would put somebody in danger",
}
