"""What waits for a person's decision, what was decided by which version of which policy, and what became of it."""

from __future__ import annotations

import json
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from hustings.apps.choices import choices
from hustings.apps.dated import new_id
from hustings.apps.people.models import Appointment, Organisation, Person

__all__ = ["Appeal", "Decision", "Message", "Policy", "Reason", "Recusal", "State", "Undo", "Work"]


class State(StrEnum):
    """Where a piece of work stands. Held is not a state: it is open with a lease that has not run out."""

    OPEN = "open"
    SETTLED = "settled"
    SUPERSEDED = "superseded"


class Policy(models.Model):
    """One version of a policy, as it was packaged; it never changes, another text is another version."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=60)
    version = models.CharField(max_length=20, help_text="the day from which it is used")
    title = models.CharField(max_length=200)
    text = models.TextField()
    outcomes = models.JSONField(help_text="[{code, title}] in the order of their keys")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the packaged file")

    class Meta:
        db_table = "review_policy"
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="review_policy_version")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    def called(self, outcome: str) -> str:
        """The words for an outcome."""
        return next((str(each["title"]) for each in self.outcomes if each["code"] == outcome), outcome)


class Reason(models.Model):
    """A reason code of a policy: a sentence for people who review, and one for the advertiser."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="reasons")
    code = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    outcomes = ArrayField(models.CharField(max_length=30), help_text="the outcomes that it can ground")
    sentence = models.CharField(max_length=500, help_text="for people who review and for the public")
    told = models.CharField(max_length=500, help_text="for the advertiser: what is wrong and what to do")
    place = models.PositiveSmallIntegerField(help_text="where it stands in the list")

    class Meta:
        db_table = "review_reason"
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["policy", "code"], name="review_reason_code")]

    def __str__(self) -> str:
        return self.code


class Work(models.Model):
    """One thing to decide, frozen as it was when somebody was asked.

    `frozen` is what the reviewer sees, as canonical JSON; `digest` is SHA-256 of exactly these bytes. Who holds it
    holds it until `lease_until`; each claim raises `fence`, and only a decision with the fence of the last claim
    counts. `turn_at` says whose turn it is: the due time, brought forward by an hour for each step of priority, so
    what is urgent comes first and nothing waits for ever. `without` are persons who may not decide it.

    Each claim and each decision writes every index of the row anew, so it has those alone that something looks up by.
    What one organisation's every claim and decision would name (its own row, a reason, who acts) has no constraint of
    the database: to check it locks that row, so all who decide at once would write to the same few rows. Nothing but
    the functions writes here, they name what they have just read, and nobody may delete what is named.

    round      raised when a decision is undone; each round is decided afresh
    pass_no    which look of this round comes next, from 1
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    queue = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.UUIDField()
    frozen = models.TextField()
    digest = models.CharField(max_length=64)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+", db_index=False)
    held_by = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False, help_text="who reviews"
    )
    priority = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField()
    turn_at = models.DateTimeField()
    people = models.SmallIntegerField(default=1)
    without = ArrayField(models.UUIDField(), default=list)
    state = models.CharField(max_length=12, choices=choices(State), default=State.OPEN.value)
    outcome = models.CharField(max_length=30, blank=True)
    round = models.SmallIntegerField(default=1)
    pass_no = models.SmallIntegerField(default=1)
    holder = models.ForeignKey(
        Appointment, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    claimed_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    fence = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "review_work"
        indexes = [
            models.Index(
                fields=["held_by", "queue", "turn_at", "id"],
                condition=Q(state=State.OPEN.value),
                name="review_work_next",
            ),
            models.Index(fields=["subject_id", "subject_kind"], name="review_work_of"),
            models.Index(fields=["holder"], condition=Q(state=State.OPEN.value), name="review_work_held"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["queue", "subject_kind", "subject_id"],
                condition=Q(state=State.OPEN.value),
                name="review_work_open_once",
            ),
            models.CheckConstraint(condition=Q(people__in=[1, 2]), name="review_work_people"),
            models.CheckConstraint(
                condition=Q(holder__isnull=True, lease_until__isnull=True, claimed_at__isnull=True)
                | Q(holder__isnull=False, lease_until__isnull=False, claimed_at__isnull=False, state=State.OPEN.value),
                name="review_work_lease_has_holder",
            ),
            models.CheckConstraint(
                condition=Q(state=State.SETTLED.value) & ~Q(outcome="") | ~Q(state=State.SETTLED.value) & Q(outcome=""),
                name="review_work_settled_says_how",
            ),
            models.CheckConstraint(
                condition=Q(state=State.OPEN.value, ended_at__isnull=True)
                | ~Q(state=State.OPEN.value) & Q(ended_at__isnull=False),
                name="review_work_ends_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id}"

    @property
    def snapshot(self) -> dict[str, Any]:
        """What the reviewer sees."""
        told: dict[str, Any] = json.loads(self.frozen)
        return told

    @property
    def subject(self) -> tuple[str, Any]:
        """What it is about."""
        return self.subject_kind, self.subject_id

    def held_at(self, now: datetime) -> bool:
        """Whether somebody holds it at this moment."""
        return self.lease_until is not None and self.lease_until > now


class Decision(models.Model):
    """What one person decided in one look at one snapshot. Added only; one per look, so none is there twice.

    `settles` tells whether the work was settled by it: the second of two that agree, the third where they did not.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="decisions", db_index=False)
    round = models.SmallIntegerField()
    pass_no = models.SmallIntegerField()
    fence = models.BigIntegerField()
    outcome = models.CharField(max_length=30)
    reason = models.ForeignKey(Reason, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    note = models.TextField(blank=True)
    digest = models.CharField(max_length=64, help_text="of the snapshot that was seen")
    settles = models.BooleanField()
    decided_by = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    decided_at = models.DateTimeField()

    class Meta:
        db_table = "review_decision"
        indexes = [models.Index(fields=["-decided_at"], name="review_decision_newest")]
        constraints = [
            models.UniqueConstraint(fields=["work", "round", "pass_no"], name="review_decision_once"),
            models.UniqueConstraint(
                fields=["work", "round"], condition=Q(settles=True), name="review_decision_settles_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} of {self.work_id}"


class Undo(models.Model):
    """A decision was undone by another person; the work is decided afresh by somebody else."""

    decision = models.OneToOneField(Decision, primary_key=True, on_delete=models.PROTECT, related_name="undo")
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta:
        db_table = "review_undo"
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="review_undo_has_reason")]

    def __str__(self) -> str:
        return f"undo of {self.decision_id}"


class Appeal(models.Model):
    """Whom a decision concerns asks for another look; `work` is that look, by somebody who never decided it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="appeal")
    work = models.OneToOneField(Work, on_delete=models.PROTECT, related_name="appeal")
    words = models.TextField()
    by_person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "review_appeal"
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="review_appeal_has_words")]

    def __str__(self) -> str:
        return f"appeal of {self.decision_id}"


class Recusal(models.Model):
    """A person keeps out of everything about one subject: they know who it is about, or made it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=30)
    subject_id = models.UUIDField()
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        db_table = "review_recusal"
        constraints = [
            models.UniqueConstraint(fields=["subject_id", "subject_kind", "person"], name="review_recusal_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} keeps out of {self.subject_id}"


class Message(models.Model):
    """What follows from a decision outside its own transaction; delivered by the worker, once per key.

    dead_at    given up after many attempts, and shown to people, who may try again
    """

    key = models.CharField(
        primary_key=True, max_length=80, help_text="the same for each attempt: who receives it knows repeats by it"
    )
    event = models.CharField(max_length=20, choices=[("settled", "settled"), ("undone", "undone")])
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, related_name="messages", db_index=False, db_constraint=False
    )
    held_by = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.SmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "review_outbox"
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(delivered_at__isnull=True, dead_at__isnull=True),
                name="review_outbox_waits",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(delivered_at__isnull=True) | Q(dead_at__isnull=True), name="review_outbox_ends_once"
            ),
            models.CheckConstraint(condition=Q(due_at__gte=F("made_at")), name="review_outbox_due_after_made"),
        ]

    def __str__(self) -> str:
        return self.key
