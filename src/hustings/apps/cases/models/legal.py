"""Legal process: who asked for what by which right, who approved it, and when those whose data it is are told."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from hustings.apps.cases.models.case import Case, Hold, OfCase
from hustings.apps.choices import choices
from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.items.models import Item
from hustings.apps.people.models import Appointment, Organisation
from hustings.policy.casework import MemberKind
from hustings.policy.legal import DataKind, LegalKind, LegalState

__all__ = ["LegalAsset", "LegalDelay", "LegalNotice", "LegalProcess", "LegalStep"]

STANDING = [state.value for state in LegalState if state.stands]


class LegalProcess(models.Model):
    """What somebody asked for. Its item carries the marking; the scope is fixed once it is received.

    by            who received it; another person approves it as counsel
    since, until  the window: both days belong to it, in UTC
    hold          of an order to keep data: the hold on the case that it made
    """

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="legal_process")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="legal")
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30, choices=choices(LegalKind))
    authority = models.CharField(max_length=300, help_text="court, agency, committee or company that asks")
    asked_by = models.CharField(max_length=300, help_text="the person there, and how they showed who they are")
    law = models.CharField(
        max_length=500, help_text="law, order or clause by which they ask, or by which it may be given"
    )
    reference = models.CharField(max_length=200)
    received_on = models.DateField()
    due_on = models.DateField(help_text="the day by which it has to be answered; of an order to keep, until when")
    since = models.DateField()
    until = models.DateField()
    kinds = ArrayField(models.CharField(max_length=30, choices=choices(DataKind)))
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    state = models.CharField(max_length=20, choices=choices(LegalState), default=LegalState.RECEIVED.value)
    approved_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    hold = models.OneToOneField(Hold, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "legal_process"
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="legal_window_goes_forward"),
            models.CheckConstraint(
                condition=~Q(state__in=STANDING) | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="legal_stands_approved",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("by")), name="legal_approved_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(state=LegalState.ANSWERED.value) | ~Q(kind=LegalKind.PRESERVATION.value),
                name="legal_keeping_hands_nothing_over",
            ),
        ]

    def __str__(self) -> str:
        return f"legal process {self.item_id}"


class LegalAsset(models.Model):
    """An asset about which data is asked for."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey(LegalProcess, on_delete=models.PROTECT, related_name="assets")
    kind = models.CharField(max_length=20, choices=choices(MemberKind))
    platform = models.CharField(max_length=40)
    name = models.CharField(max_length=500)

    class Meta:
        db_table = "legal_asset"
        ordering = ["kind", "platform", "name"]
        constraints = [
            models.UniqueConstraint(fields=["process", "kind", "platform", "name"], name="legal_asset_once"),
            models.CheckConstraint(condition=~Q(name=""), name="legal_asset_is_named"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.platform} {self.name}"


class LegalStep(OfCase):
    """A process went from one state to another."""

    process = models.ForeignKey(LegalProcess, on_delete=models.PROTECT, related_name="steps")
    code = models.CharField(max_length=20)
    state = models.CharField(max_length=20, choices=choices(LegalState))
    reason = models.CharField(max_length=1000)

    class Meta(OfCase.Meta):
        db_table = "legal_step"
        ordering = ["at", "id"]


class LegalDelay(OfCase):
    """Those whose data it is are not told before the end of a day, on a ground. The newest counts."""

    process = models.ForeignKey(LegalProcess, on_delete=models.PROTECT, related_name="delays")
    until = models.DateField()
    ground = models.CharField(max_length=500)

    class Meta(OfCase.Meta):
        db_table = "legal_delay"
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(condition=~Q(ground=""), name="legal_delay_has_ground")]


class LegalNotice(models.Model):
    """What whom an asset belongs to is told of a process. Made by the worker when it is due; a person passes it on."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey(LegalProcess, on_delete=models.PROTECT, related_name="notices")
    asset = models.OneToOneField(LegalAsset, on_delete=models.PROTECT, related_name="notice")
    text = models.TextField()
    made_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    told_at = models.DateTimeField(null=True)
    told_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    told_how = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "legal_notice"
        ordering = ["made_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(told_at__isnull=True, told_by__isnull=True)
                | Q(told_at__isnull=False, told_by__isnull=False) & ~Q(told_how=""),
                name="legal_notice_told_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"notice about {self.asset_id}"
