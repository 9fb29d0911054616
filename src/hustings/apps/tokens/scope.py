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
    READ_CASES = "read:cases"
    WRITE_LEADS = "write:leads"
    READ_STAFFING = "read:staffing"
    WRITE_STAFFING = "write:staffing"
    READ_ELECTIONS = "read:elections"
    WRITE_ELECTIONS = "write:elections"
    READ_REVIEW = "read:review"
    WRITE_REVIEW = "write:review"
    READ_RIGHTS = "read:rights"
    WRITE_RIGHTS = "write:rights"
    READ_SHARING = "read:sharing"
    WRITE_SHARING = "write:sharing"
    TAXII_READ = "read:taxii"
    TAXII_WRITE = "write:taxii"
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
    Scope.READ_ADS: "Read ads, sponsors and orders of your organisation's door.",
    Scope.WRITE_ADS: "Hand ads in, deliver what was shown, and acknowledge orders.",
    Scope.READ_CASES: "Read leads, cases, campaigns and disclosures that you may know.",
    Scope.WRITE_LEADS: "Record that something should be looked at.",
    Scope.READ_STAFFING: "Read staffing plans and what they rest on.",
    Scope.WRITE_STAFFING: "Write the assumptions of staffing and ask for plans.",
    Scope.READ_ELECTIONS: "Read the calendar, and your organisation's plans and operations rooms as you may.",
    Scope.WRITE_ELECTIONS: "Record claims and lists, do tasks, and write in operations rooms as you may.",
    Scope.READ_REVIEW: "See how queues of review stand, and what you hold.",
    Scope.WRITE_REVIEW: "Take work from queues of review, decide it and put it back, as you may.",
    Scope.READ_RIGHTS: "Read audits of equal treatment.",
    Scope.WRITE_RIGHTS: "Hand in matched texts and audit by them.",
    Scope.READ_SHARING: "Read partners, requests, shares and meetings that you may know.",
    Scope.WRITE_SHARING: "Send to partners, answer them, and keep what you may keep.",
    Scope.TAXII_READ: "Read the TAXII collections that your organisation may read.",
    Scope.TAXII_WRITE: "Add to the TAXII collections that your organisation may write.",
    Scope.EXPORT: "Take items out of the platform as you may.",
}
