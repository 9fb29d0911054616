"""What an auditor tested, what came of it, and which policy versions were released on it."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import Q

from hustings.apps.choices import choices
from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.people.models import Appointment, Organisation
from hustings.apps.review.models import Policy, Work

__all__ = ["Audit", "Ground", "Override", "Release", "Stage", "Table", "Variant"]


class Stage(StrEnum):
    """What the matched texts went through."""

    SCREENING = "screening"
    REVIEW = "review"
    DETECTION = "detection"


class Ground(StrEnum):
    """Why a policy version is in force."""

    FIRST = "first"
    AUDITED = "audited"
    OVERRIDE = "override"


class Table(models.Model):
    """Swaps and texts, as `screening.fairness.swaps` reads them; another text is another row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    version = models.CharField(max_length=40)
    document = models.JSONField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the canonical form")
    recorded_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    recorded_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "rights_table"
        constraints = [models.UniqueConstraint(fields=["held_by", "digest"], name="rights_table_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class Audit(models.Model):
    """One test: which table through what, for which policy version, under which rules, and the figures.

    rules     digest of everything that screening goes by, as it was
    figures   the comparison, as `find.told` says it; null until every text is decided or the worker has searched
    blocks    a gap over twofold; null until there are figures
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    table = models.ForeignKey(Table, on_delete=models.PROTECT, related_name="audits")
    stage = models.CharField(max_length=12, choices=choices(Stage))
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+")
    country = models.CharField(max_length=2, blank=True)
    rules = models.CharField(max_length=64)
    software = models.CharField(max_length=40)
    figures = models.JSONField(null=True)
    blocks = models.BooleanField(null=True)
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    done_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "rights_audit"
        indexes = [models.Index(fields=["held_by", "-at"], name="rights_audit_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(figures__isnull=True, blocks__isnull=True, done_at__isnull=True)
                | Q(figures__isnull=False, blocks__isnull=False, done_at__isnull=False),
                name="rights_audit_done_with_figures",
            )
        ]

    def __str__(self) -> str:
        return f"{self.stage} audit of {self.at}"


class Variant(models.Model):
    """One text of an audit of review: which side it is, the work it was put as, and what a person decided.

    Only the worker knows which work it is: who tests must not see who decides it, nor who decides that it is a test.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="variants")
    pair = models.UUIDField(help_text="one text with all its sides")
    place = models.IntegerField(help_text="whose turn it is among the sides of a text")
    swap = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    side = models.CharField(max_length=80)
    should = models.CharField(max_length=4)
    text = models.TextField()
    lang = models.CharField(max_length=8)
    work = models.OneToOneField(Work, null=True, on_delete=models.PROTECT, related_name="+")
    stopped = models.BooleanField(null=True)

    class Meta:
        db_table = "rights_variant"
        constraints = [models.UniqueConstraint(fields=["audit", "swap", "key", "side"], name="rights_variant_once")]

    def __str__(self) -> str:
        return f"{self.swap} {self.key} {self.side}"


class Override(models.Model):
    """Somebody asks that a version be released in spite of a gap; another person's agreement is the release."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=2000, help_text="published with both names")
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "rights_override"
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="rights_override_has_reason")]

    def __str__(self) -> str:
        return self.reason


class Release(models.Model):
    """A policy version is in force from then on. The database refuses one on an audit that does not carry it."""

    policy = models.OneToOneField(Policy, primary_key=True, on_delete=models.PROTECT, related_name="release")
    ground = models.CharField(max_length=10, choices=choices(Ground))
    audit = models.ForeignKey(Audit, null=True, on_delete=models.PROTECT, related_name="+")
    override = models.OneToOneField(Override, null=True, on_delete=models.PROTECT, related_name="release")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "rights_release"
        constraints = [
            models.CheckConstraint(
                condition=Q(ground=Ground.FIRST.value, audit__isnull=True, override__isnull=True, by__isnull=True)
                | Q(ground=Ground.AUDITED.value, audit__isnull=False, override__isnull=True, by__isnull=False)
                | Q(ground=Ground.OVERRIDE.value, override__isnull=False, by__isnull=False),
                name="rights_release_stands_on_its_ground",
            )
        ]

    def __str__(self) -> str:
        return f"{self.policy_id}: {self.ground}"
