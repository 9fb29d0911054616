"""What a token is for: a narrowing of what its holder may do, never more."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Scope"]


class Scope(StrEnum):
    """One thing that a token is good for; what its person may not do, it may not do either."""

    READ_ITEMS = "read:items"
    READ_FINDINGS = "read:findings"
    READ_LOG = "read:log"
    WRITE_ITEMS = "write:items"
    READ_ADS = "read:ads"
    WRITE_ADS = "write:ads"
    EXPORT = "export"

    @property
    def sentence(self) -> str:
        """What it lets a program do, for the page on which a token is made."""
        return SENTENCES[self]


SENTENCES = {
    Scope.READ_ITEMS: "Read the items that you may know.",
    Scope.READ_FINDINGS: "Read the findings that you may know.",
    Scope.READ_LOG: "Read the entries of the log that you may read.",
    Scope.WRITE_ITEMS: "Make and change items as you may.",
    Scope.READ_ADS: "Read ads, sponsors, elections and orders of your organisation's door.",
    Scope.WRITE_ADS: "Hand ads in, deliver what was shown, and acknowledge orders.",
    Scope.EXPORT: "Take items out of the platform as you may.",
}
