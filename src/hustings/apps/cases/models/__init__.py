"""The tables of casework, by what they are about. Whatever carries a marking of its own is an item."""

from hustings.apps.cases.models.campaign import Campaign, CampaignCase, Dissent, Member, MemberEvidence, OriginClaim
from hustings.apps.cases.models.case import (
    Argument,
    Case,
    CaseItem,
    CaseLead,
    CaseMove,
    Hold,
    Hypothesis,
    Merge,
    Note,
    Task,
    Teammate,
)
from hustings.apps.cases.models.evidence import Custody, Evidence
from hustings.apps.cases.models.lead import Lead, LeadAbout, LeadTold
from hustings.apps.cases.models.stamp import Head, HeadLeaf, Stamp

__all__ = [
    "Argument",
    "Campaign",
    "CampaignCase",
    "Case",
    "CaseItem",
    "CaseLead",
    "CaseMove",
    "Custody",
    "Dissent",
    "Evidence",
    "Head",
    "HeadLeaf",
    "Hold",
    "Hypothesis",
    "Lead",
    "LeadAbout",
    "LeadTold",
    "Member",
    "MemberEvidence",
    "Merge",
    "Note",
    "OriginClaim",
    "Stamp",
    "Task",
    "Teammate",
]
