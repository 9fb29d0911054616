"""Lists of elections that were loaded, and what was wrong with them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from hustings.apps.choices import choices
from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.people.models import Appointment
from hustings.connectors.elections.row import FaultCode

__all__ = ["Load", "LoadFault"]


class Load(models.Model):
    """One list as it was loaded: which bytes, who says so, by which licence, and what became of its lines.

    listed    the list's name, under which later editions of it are loaded too
    as_of     the day for which it speaks
    became    rows by what became of them: {"new": 12, "joined": 3, ...}
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    layout = models.CharField(max_length=20)
    listed = models.CharField(max_length=100)
    source = models.CharField(max_length=300)
    licence = models.CharField(max_length=500, blank=True)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    as_of = models.DateField(null=True)
    lines = models.PositiveIntegerField()
    set_aside = models.PositiveIntegerField()
    became = models.JSONField()
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "election_load"
        ordering = ["-at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["sha256", "layout", "listed"], name="election_load_once"),
            models.CheckConstraint(condition=~Q(source=""), name="election_load_names_its_source"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.file_name}"


class LoadFault(models.Model):
    """One thing that is wrong in a list, with its line; line 0 is the list as a whole."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    load = models.ForeignKey(Load, on_delete=models.PROTECT, related_name="faults")
    row = models.PositiveIntegerField()
    code = models.CharField(max_length=40, choices=choices(FaultCode))
    column = models.CharField(max_length=60, blank=True)
    found = models.CharField(max_length=400)
    expected = models.CharField(max_length=400)
    do = models.CharField(max_length=300)

    class Meta:
        db_table = "election_load_fault"
        ordering = ["row", "code", "id"]

    def __str__(self) -> str:
        return f"{self.row}: {self.code}"
