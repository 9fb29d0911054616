"""Stamps of time: a head over what was newly sealed, and what time authorities answered about it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from hustings.apps.cases.models.evidence import Evidence
from hustings.apps.dated import ClockTimestamp, new_id

__all__ = ["Head", "HeadLeaf", "Stamp"]


class Head(models.Model):
    """The root of a Merkle tree over sealed objects: one digest that an authority can stamp without learning more.

    problem   what was wrong when authorities were asked last; empty once one has answered
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    root = models.CharField(max_length=64)
    size = models.BigIntegerField()
    made_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    tries = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=1000, blank=True)

    class Meta:
        db_table = "evidence_head"
        ordering = ["made_at", "id"]

    def __str__(self) -> str:
        return f"head {self.root[:12]} of {self.size}"


class HeadLeaf(models.Model):
    """Where an object stands in its head, and the hashes that lead from it to the root."""

    evidence = models.OneToOneField(Evidence, primary_key=True, on_delete=models.CASCADE, related_name="leaf")
    head = models.ForeignKey(Head, on_delete=models.PROTECT, related_name="leaves")
    place = models.BigIntegerField()
    hashes = ArrayField(models.CharField(max_length=64), default=list)

    class Meta:
        db_table = "evidence_leaf"
        constraints = [models.UniqueConstraint(fields=["head", "place"], name="evidence_leaf_place")]

    def __str__(self) -> str:
        return f"leaf {self.place} of {self.head_id}"


class Stamp(models.Model):
    """What one time authority answered about a head, whole, verified when it came."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    head = models.ForeignKey(Head, on_delete=models.PROTECT, related_name="stamps")
    authority = models.CharField(max_length=500)
    reply = models.BinaryField()
    stamped_at = models.DateTimeField(help_text="the time the authority says")
    serial = models.CharField(max_length=80)
    signer = models.CharField(max_length=500)
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "evidence_stamp"
        ordering = ["stamped_at", "id"]
        constraints = [models.UniqueConstraint(fields=["head", "authority"], name="evidence_stamp_once")]

    def __str__(self) -> str:
        return f"stamp of {self.head_id} by {self.authority}"
