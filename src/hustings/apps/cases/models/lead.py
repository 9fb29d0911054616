"""Leads: something to look at, who told it, and how it ended."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hustings.apps.choices import choices
from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.items.models import Item
from hustings.apps.people.models import Appointment
from hustings.policy.casework import Disposition, LeadSource, LeadState

__all__ = ["Lead", "LeadAbout", "LeadTold"]


class Lead(models.Model):
    """Somebody or something says that this should be looked at. A lead may feed many cases.

    key      what it is about, in one form: who tells the same again tells it of the same lead. Empty: never the same
    score    how much it matters, 0 to 1, as its source says; null where it says nothing
    why      the reasons behind the score, in sentences
    """

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="lead")
    source = models.CharField(max_length=20, choices=choices(LeadSource))
    key = models.CharField(max_length=300, blank=True)
    score = models.FloatField(null=True)
    why = ArrayField(models.CharField(max_length=500), default=list)
    state = models.CharField(max_length=20, choices=choices(LeadState), default=LeadState.OPEN.value)
    disposition = models.CharField(max_length=40, choices=choices(Disposition), blank=True)
    disposed_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    disposed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True, help_text="of the disposition")

    class Meta:
        db_table = "lead"
        indexes = [models.Index(fields=["key"], name="lead_by_key", condition=~Q(key=""))]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=LeadState.DISMISSED.value)
                | (~Q(disposition="") & ~Q(reason="") & Q(disposed_by__isnull=False, disposed_at__isnull=False)),
                name="lead_dismissed_by_somebody_for_a_reason",
            ),
            models.CheckConstraint(condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=1), name="lead_score"),
        ]

    def __str__(self) -> str:
        return f"lead {self.item_id}"


class LeadTold(models.Model):
    """The same was told again: by whom, when, and what more."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="told")
    source = models.CharField(max_length=20, choices=choices(LeadSource))
    text = models.TextField(blank=True)
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "lead_told"
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.lead_id} told by {self.source}"


class LeadAbout(models.Model):
    """What a lead is about: an account, a page, an ad, an address; or another item, such as a finding."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="about")
    what = models.CharField(max_length=20)
    platform = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=500, blank=True)
    item = models.ForeignKey(Item, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "lead_about"
        ordering = ["what", "platform", "name", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name="") | Q(item__isnull=False), name="lead_about_something"),
            models.UniqueConstraint(
                fields=["lead", "what", "platform", "name", "item"], name="lead_about_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} of {self.lead_id}"
