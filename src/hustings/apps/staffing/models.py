"""What a staffing plan rests on and says; everything is added, so that an old plan can be explained."""

from __future__ import annotations

from django.db import models

from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.people.models import Appointment, Organisation

__all__ = ["Assumed", "History", "Plan", "Roster"]


class Kept(models.Model):
    """Something of one organisation that somebody brought, and when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    recorded_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Assumed(Kept):
    """Assumptions, whole, as `staffing.plan_document` reads them; the newest are in use."""

    document = models.JSONField()
    why = models.CharField(max_length=500, help_text="what changed, and on which ground")

    class Meta:
        db_table = "staffing_assumptions"

    def __str__(self) -> str:
        return f"assumptions of {self.recorded_at}"


class History(Kept):
    """What came in around earlier elections: a CSV table as it was handed in; the newest is in use."""

    table = models.TextField()
    source = models.CharField(max_length=300)
    rows = models.IntegerField()
    elections = models.IntegerField()

    class Meta:
        db_table = "staffing_history"

    def __str__(self) -> str:
        return self.source


class Roster(Kept):
    """Shifts as somebody planned them elsewhere: [{crew, begins, ends, people}]; the newest is in use. It names nobody."""

    shifts = models.JSONField()
    source = models.CharField(max_length=300)

    class Meta:
        db_table = "staffing_roster"

    def __str__(self) -> str:
        return self.source


class Plan(Kept):
    """A plan that somebody asked for; `said` is written by the worker, or why there is none."""

    assumptions = models.ForeignKey(Assumed, on_delete=models.PROTECT, related_name="+")
    history = models.ForeignKey(History, null=True, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(help_text="the day from which it plans")
    weeks = models.SmallIntegerField()
    seed = models.IntegerField(help_text="of the simulated weeks")
    said = models.JSONField(null=True)
    failed = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "staffing_plan"
        indexes = [models.Index(fields=["held_by", "recorded_at"], name="staffing_plan_newest")]
        constraints = [
            models.CheckConstraint(condition=models.Q(weeks__gte=1, weeks__lte=60), name="staffing_plan_weeks")
        ]

    def __str__(self) -> str:
        return f"plan from {self.day}"
