"""Campaigns: what belongs to them and on what evidence; and, apart from that, who may stand behind them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from hustings.apps.cases.models.case import Case, OfCase
from hustings.apps.choices import choices
from hustings.apps.items.models import Item
from hustings.apps.people.models import Appointment
from hustings.policy.casework import Confidence, MemberKind, MemberState

__all__ = ["Campaign", "CampaignCase", "Dissent", "Member", "MemberEvidence", "OriginClaim"]


class Campaign(models.Model):
    """Assets that act as one, as people established it. It says nothing of who ordered it."""

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="campaign")
    aims_at = ArrayField(models.CharField(max_length=2), default=list, help_text="countries whose people it addresses")
    tactics = ArrayField(models.CharField(max_length=20), default=list, help_text="DISARM techniques")
    narratives = ArrayField(models.CharField(max_length=300), default=list)

    class Meta:
        db_table = "campaign"

    def __str__(self) -> str:
        return f"campaign {self.item_id}"


class CampaignCase(OfCase):
    """A campaign is studied in a case; a case may study several, and several cases one."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="cases")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="campaigns")

    class Meta(OfCase.Meta):
        db_table = "campaign_case"
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["campaign", "case"], name="campaign_case_once")]


class Member(OfCase):
    """An account, page, buyer or ad belongs to a campaign: proposed by one, accepted by another, on evidence."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="members")
    kind = models.CharField(max_length=20, choices=choices(MemberKind))
    platform = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=500)
    part = models.CharField(max_length=100, blank=True, help_text="what it does in the campaign")
    confidence = models.CharField(max_length=10, choices=choices(Confidence))
    method = models.CharField(max_length=200, help_text="how it was found to belong")
    state = models.CharField(max_length=10, choices=choices(MemberState), default=MemberState.PROPOSED.value)
    decided_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta(OfCase.Meta):
        db_table = "campaign_member"
        ordering = ["kind", "platform", "name", "at"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "kind", "platform", "name"],
                condition=~Q(state=MemberState.WITHDRAWN.value),
                name="campaign_member_once",
            ),
            models.CheckConstraint(
                condition=Q(state=MemberState.PROPOSED.value)
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(reason="")),
                name="campaign_member_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=MemberState.ACCEPTED.value) | ~Q(decided_by=F("by")),
                name="campaign_member_accepted_by_another",
            ),
        ]


class MemberEvidence(OfCase):
    """What a membership rests on: a piece of evidence or a finding."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="evidence")
    rests_on = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    rows = models.CharField(max_length=300, blank=True, help_text="which rows of it")

    class Meta(OfCase.Meta):
        db_table = "campaign_member_evidence"
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["member", "rests_on"], name="member_evidence_once")]


class OriginClaim(OfCase):
    """A named person says who may stand behind a campaign; apart from whether it acts as one.

    alternatives   who else it may be, and what speaks for that; never empty
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="origins")
    claim = models.CharField(max_length=500)
    confidence = models.CharField(max_length=10, choices=choices(Confidence))
    grounds = models.TextField()
    alternatives = models.TextField()
    rests_on = ArrayField(models.UUIDField(), default=list, help_text="items that the grounds name")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=500, blank=True)

    class Meta(OfCase.Meta):
        db_table = "campaign_origin"
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(grounds="") & ~Q(alternatives=""), name="origin_says_grounds_and_others"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_why=""), name="origin_withdrawn_for_a_reason"
            ),
        ]


class Dissent(OfCase):
    """Somebody disagrees with a claim of origin; it stands beside the claim wherever the claim is told."""

    claim = models.ForeignKey(OriginClaim, on_delete=models.PROTECT, related_name="dissents")
    text = models.TextField()

    class Meta(OfCase.Meta):
        db_table = "campaign_dissent"
        ordering = ["at", "id"]
