"""What review keeps: work and decisions, who may be given what, the rules of an organisation, decisions in bulk."""

from __future__ import annotations

from hustings.apps.review.models.bulk import Bulk, BulkItem, BulkState
from hustings.apps.review.models.quality import Gold, GoldEnd, Planted, Sample, Sampled, Stratum, Technical
from hustings.apps.review.models.reviewer import Avoided, Dose, Language, Pause, Senior
from hustings.apps.review.models.rules import Draw, Rules
from hustings.apps.review.models.work import (
    Appeal,
    Decision,
    Hold,
    Lane,
    Message,
    Policy,
    Reason,
    Recusal,
    State,
    Undo,
    Work,
)

__all__ = [
    "Appeal",
    "Avoided",
    "Bulk",
    "BulkItem",
    "BulkState",
    "Decision",
    "Dose",
    "Gold",
    "GoldEnd",
    "Draw",
    "Hold",
    "Language",
    "Lane",
    "Message",
    "Pause",
    "Planted",
    "Policy",
    "Reason",
    "Recusal",
    "Rules",
    "Sample",
    "Sampled",
    "Senior",
    "Technical",
    "State",
    "Stratum",
    "Undo",
    "Work",
]
