"""Cases: a question, who works on it, what speaks for and against each answer, and what belongs to it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from hustings.apps.cases.models.lead import Lead
from hustings.apps.choices import choices
from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.items.models import Item
from hustings.apps.people.models import Appointment
from hustings.policy.casework import CaseState, Outcome, Side, TaskState

__all__ = [
    "Argument",
    "Case",
    "CaseItem",
    "CaseLead",
    "CaseMove",
    "Hold",
    "Hypothesis",
    "Merge",
    "Note",
    "Task",
    "Teammate",
]


class Case(models.Model):
    """A question under study. Its item carries the marking; a need-to-know grant for it covers what is in it."""

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="as_case")
    question = models.CharField(max_length=500)
    scope = models.TextField(blank=True, help_text="which platforms, countries and time, and what is left out")
    lead_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=choices(CaseState), default=CaseState.OPEN.value)
    outcome = models.CharField(max_length=40, choices=choices(Outcome), blank=True)

    class Meta:
        db_table = "case_file"
        constraints = [
            models.CheckConstraint(
                condition=Q(state=CaseState.CLOSED.value) & ~Q(outcome="")
                | ~Q(state=CaseState.CLOSED.value) & Q(outcome=""),
                name="case_closed_with_its_outcome",
            )
        ]

    def __str__(self) -> str:
        return f"case {self.item_id}"


class OfCase(models.Model):
    """A row that somebody added to a case at a moment."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk}"


class CaseMove(OfCase):
    """The case went from one state to another."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="moves")
    code = models.CharField(max_length=20)
    state = models.CharField(max_length=20, choices=choices(CaseState))
    outcome = models.CharField(max_length=40, choices=choices(Outcome), blank=True)
    reason = models.CharField(max_length=500)

    class Meta(OfCase.Meta):
        db_table = "case_move"
        ordering = ["at", "id"]


class Teammate(OfCase):
    """Somebody works on the case, in a part; the need to know is granted beside it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="team")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=60, help_text="what they do in it: analysis, languages, counsel")
    ended_at = models.DateTimeField(null=True)

    class Meta(OfCase.Meta):
        db_table = "case_teammate"
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "appointment"], condition=Q(ended_at__isnull=True), name="case_teammate_once"
            )
        ]


class CaseLead(OfCase):
    """A lead is looked at in a case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="leads")
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="cases")

    class Meta(OfCase.Meta):
        db_table = "case_lead"
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["case", "lead"], name="case_lead_once")]


class CaseItem(OfCase):
    """A finding, run, tip or other item is part of the case's material; it is kept as long as the case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="material")
    material = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="in_cases")
    why = models.CharField(max_length=300)

    class Meta(OfCase.Meta):
        db_table = "case_item"
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["case", "material"], name="case_item_once")]


class Hypothesis(OfCase):
    """One possible answer to the question. All are kept, also those that were given up."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="hypotheses")
    text = models.CharField(max_length=500)
    given_up_at = models.DateTimeField(null=True)
    given_up_why = models.CharField(max_length=500, blank=True)

    class Meta(OfCase.Meta):
        db_table = "case_hypothesis"
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(given_up_at__isnull=True) | ~Q(given_up_why=""), name="hypothesis_given_up_for_a_reason"
            )
        ]


class Argument(OfCase):
    """What speaks for or against a hypothesis, and the item it rests on, if it rests on one."""

    hypothesis = models.ForeignKey(Hypothesis, on_delete=models.PROTECT, related_name="arguments")
    side = models.CharField(max_length=10, choices=choices(Side))
    text = models.CharField(max_length=1000)
    rests_on = models.ForeignKey(Item, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(OfCase.Meta):
        db_table = "case_argument"
        ordering = ["at", "id"]


class Task(OfCase):
    """Something to do in the case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks")
    title = models.CharField(max_length=300)
    for_whom = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    due = models.DateField(null=True)
    state = models.CharField(max_length=20, choices=choices(TaskState), default=TaskState.OPEN.value)
    ended_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=500, blank=True)

    class Meta(OfCase.Meta):
        db_table = "case_task"
        ordering = [F("due").asc(nulls_last=True), "at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=TaskState.OPEN.value) | Q(ended_by__isnull=False, ended_at__isnull=False),
                name="case_task_ended_by_somebody",
            )
        ]


class Note(OfCase):
    """A line in the case's log, as somebody wrote it; what was wrong is said in another."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField()

    class Meta(OfCase.Meta):
        db_table = "case_note"
        ordering = ["at", "id"]


class Hold(OfCase):
    """Nothing of the case is deleted while a legal hold stands, whatever its time."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="holds")
    ground = models.CharField(max_length=300, help_text="the order, letter or proceeding that asks for it")
    ended_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=300, blank=True)

    class Meta(OfCase.Meta):
        db_table = "case_hold"
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | (~Q(ended_why="") & Q(ended_by__isnull=False)),
                name="case_hold_ended_for_a_reason",
            )
        ]


class Merge(OfCase):
    """A case is read as part of another. No row moves, so nothing is lost, and undoing it ends this row."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="merges")
    into = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="absorbed")
    reason = models.CharField(max_length=500)
    undone_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_why = models.CharField(max_length=500, blank=True)

    class Meta(OfCase.Meta):
        db_table = "case_merge"
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(case=F("into")), name="case_merge_into_another"),
            models.UniqueConstraint(fields=["case"], condition=Q(undone_at__isnull=True), name="case_merged_once"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | (~Q(undone_why="") & Q(undone_by__isnull=False)),
                name="case_merge_undone_for_a_reason",
            ),
        ]
