"""What an organisation does for an election: that it works on it, how much it is worth, and what is to be done by whom."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from hustings.apps.choices import choices, level_choices
from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.elections.models.election import Claim, Election
from hustings.apps.people.models import Appointment, Organisation
from hustings.policy.lead_time import TaskState
from hustings.policy.risk_tier import Tier

__all__ = ["Task", "TaskMove", "TierJudgement", "Watch"]


class Watch(models.Model):
    """An organisation has taken an election on. Its plan, assessments and operations room hang on this."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="watches")
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    languages = models.CharField(max_length=200, blank=True, help_text="codes of the languages that voters read")
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "election_watch"
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["election", "held_by"], name="election_watch_once")]

    def __str__(self) -> str:
        return f"{self.held_by_id} works on {self.election_id}"


class TierJudgement(models.Model):
    """Somebody's judgement of how much an election is worth, with what it rests on. The latest counts; none is changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    watch = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="tiers")
    tier = models.PositiveSmallIntegerField(choices=level_choices(Tier))
    proposed = models.PositiveSmallIntegerField(
        choices=level_choices(Tier), help_text="by the table, for these factors"
    )
    factors = models.JSONField()
    why = models.CharField(max_length=1000)
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "election_tier"
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(condition=~Q(why=""), name="election_tier_for_a_reason")]

    def __str__(self) -> str:
        return f"tier {self.tier}"


class Task(models.Model):
    """One thing to do for an election. A step of the lead-time plan is made by itself; others by hand.

    step        of the plan; "" for one by hand
    due         null while the plan rests
    day         days from the day of voting, for one by hand that moves with it; null for a fixed day
    moved_at    when the day of the election moved it, until its owner has seen that
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    watch = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="tasks")
    step = models.CharField(max_length=20, blank=True)
    title = models.CharField(max_length=300)
    due = models.DateField(null=True)
    day = models.SmallIntegerField(null=True)
    owner = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=choices(TaskState), default=TaskState.OPEN.value)
    note = models.CharField(max_length=1000, blank=True)
    ended_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "election_task"
        ordering = ["due", "title", "id"]
        indexes = [models.Index(fields=["state", "due"], name="election_task_due")]
        constraints = [
            models.UniqueConstraint(fields=["watch", "step"], condition=~Q(step=""), name="election_task_once"),
            models.CheckConstraint(
                condition=~Q(state=TaskState.DONE.value) | Q(ended_by__isnull=False, ended_at__isnull=False),
                name="election_task_done_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class TaskMove(models.Model):
    """What happened to a task: made, moved by a change of the day, given to somebody, done, dropped. Added, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="moves")
    what = models.CharField(max_length=20)
    due_was = models.DateField(null=True)
    due = models.DateField(null=True)
    owner = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    claim = models.ForeignKey(Claim, null=True, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=1000, blank=True)
    by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "election_task_move"
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.what} {self.due}"
