"""Threat assessments of an election: versions that stay, the actors they name, and who approved them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hustings.apps.choices import choices
from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.elections.models.watch import Watch
from hustings.apps.items.models import Item
from hustings.apps.people.models import Appointment
from hustings.policy.casework import Confidence
from hustings.policy.threat import Capability

__all__ = ["Assessment", "AssessmentActor", "AssessmentApproval", "AssessmentVersion"]


class Assessment(models.Model):
    """Who may do what to an election. Its item carries the marking, at least as strict as that of each actor it names."""

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="threat_assessment")
    watch = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="assessments")
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "threat_assessment"
        ordering = ["at", "item"]

    def __str__(self) -> str:
        return f"assessment {self.item_id}"


class AssessmentVersion(models.Model):
    """What an assessment said from when on. Added, never changed.

    methods     DISARM techniques that are likely, by number
    confidence  how sure the author is of the whole, and why
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    summary = models.TextField()
    gaps = models.TextField()
    methods = ArrayField(models.CharField(max_length=20), default=list)
    confidence = models.CharField(max_length=10, choices=choices(Confidence))
    why = models.CharField(max_length=1000)
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "threat_assessment_version"
        ordering = ["-number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "number"], name="threat_assessment_version_once"),
            models.CheckConstraint(
                condition=~Q(summary="") & ~Q(gaps="") & ~Q(why=""), name="threat_assessment_says_all"
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"


class AssessmentActor(models.Model):
    """An actor that a version names: a known one by its profile, or one that has no profile by a name.

    actor    the item of a profile; null for one without
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(AssessmentVersion, on_delete=models.PROTECT, related_name="actors")
    actor = models.ForeignKey(Item, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=300)
    capability = models.CharField(max_length=20, choices=choices(Capability))
    why = models.CharField(max_length=1000)

    class Meta:
        db_table = "threat_assessment_actor"
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class AssessmentApproval(models.Model):
    """Another person than the author has read a version and stands by it, or sends it back with what is missing."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.OneToOneField(AssessmentVersion, on_delete=models.PROTECT, related_name="approval")
    approved = models.BooleanField()
    note = models.CharField(max_length=1000)
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "threat_assessment_approval"
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(condition=~Q(note=""), name="threat_assessment_approval_says_why")]

    def __str__(self) -> str:
        return "approved" if self.approved else "sent back"
