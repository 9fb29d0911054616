"""One decision about many works: what is to be decided, who agreed, how far it has gone, what became of each."""

from __future__ import annotations

from enum import StrEnum

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from hustings.apps.choices import choices
from hustings.apps.dated import new_id
from hustings.apps.people.models import Appointment, Organisation
from hustings.apps.review.models.work import Decision, Reason, Work

__all__ = ["Bulk", "BulkItem", "BulkState"]


class BulkState(StrEnum):
    """Where a plan to decide in bulk stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DONE = "done"
    REFUSED = "refused"
    ROLLED_BACK = "rolled back"


class Bulk(models.Model):
    """A plan to decide many works alike. Another person approves what the preview showed; it runs stage by stage.

    stages      after how many percent of the works a person looks, rising to 100
    released    how many stages were released
    digest      SHA-256 over the works and what each shows, as previewed
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    queue = models.CharField(max_length=40)
    outcome = models.CharField(max_length=30)
    reason = models.ForeignKey(Reason, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=1000, help_text="what these works have in common, for who approves")
    digest = models.CharField(max_length=64)
    stages = ArrayField(models.SmallIntegerField())
    released = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=12, choices=choices(BulkState), default=BulkState.PROPOSED.value)
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(editable=False)
    approved_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "review_bulk"
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("by")), name="review_bulk_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(released=0) | Q(approved_by__isnull=False), name="review_bulk_released_once_approved"
            ),
        ]

    def __str__(self) -> str:
        return f"bulk {self.pk}"


class BulkItem(models.Model):
    """One work of a plan. `left_out` tells why it was not decided with the others."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bulk = models.ForeignKey(Bulk, on_delete=models.PROTECT, related_name="items")
    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="+")
    place = models.IntegerField()
    digest = models.CharField(max_length=64, help_text="of what the work showed when it was planned")
    decision = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="+")
    left_out = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "review_bulk_item"
        ordering = ["bulk", "place"]
        constraints = [
            models.UniqueConstraint(fields=["bulk", "work"], name="review_bulk_item_once"),
            models.UniqueConstraint(fields=["bulk", "place"], name="review_bulk_item_place"),
        ]

    def __str__(self) -> str:
        return f"{self.work_id} of {self.bulk_id}"
