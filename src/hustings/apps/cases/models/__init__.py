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
from hustings.apps.cases.models.gathering import (
    Gathering,
    GatheringAd,
    GatheringAlert,
    GatheringFigure,
    GatheringHeld,
    GatheringNotice,
    GatheringUnwitting,
    OpposedPair,
    SafetyContact,
)
from hustings.apps.cases.models.known import ActorClaim, ActorHabit, ActorPartHeld, KnownActor, Return, Signature
from hustings.apps.cases.models.lead import Lead, LeadAbout, LeadTold
from hustings.apps.cases.models.stamp import Head, HeadLeaf, Stamp

__all__ = [
    "ActorClaim",
    "ActorHabit",
    "ActorPartHeld",
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
    "Gathering",
    "GatheringAd",
    "GatheringAlert",
    "GatheringFigure",
    "GatheringHeld",
    "GatheringNotice",
    "GatheringUnwitting",
    "Head",
    "HeadLeaf",
    "Hold",
    "Hypothesis",
    "KnownActor",
    "Lead",
    "LeadAbout",
    "LeadTold",
    "Member",
    "MemberEvidence",
    "Merge",
    "Note",
    "OpposedPair",
    "OriginClaim",
    "Return",
    "SafetyContact",
    "Signature",
    "Stamp",
    "Task",
    "Teammate",
]
