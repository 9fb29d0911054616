"""What waits for a person's decision, what was decided by which version of which policy, and what became of it."""

from __future__ import annotations

import json
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from hustings.apps.choices import choices
from hustings.apps.dated import new_id
from hustings.apps.items.models import Item, Label
from hustings.apps.people.models import Appointment, Organisation, Person
from hustings.policy.reviewing import Risk

__all__ = ["Appeal", "Decision", "Hold", "Lane", "Message", "Policy", "Reason", "Recusal", "State", "Undo", "Work"]

CHANCED = UUID("20000000-0000-0000-0000-000000000000")


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


class Lane(models.Model):
    """What somebody has to have, to be given the work of one lane of a queue; the lane "" asks nothing and has no row.

    So a claim looks at the first work of each lane that its reviewer may be given, however long the others are.

    language   they read it well enough
    label      they may know what is marked so
    topics     they keep from none of these, and have not seen enough of any
    senior     they adjudicate
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    queue = models.CharField(max_length=40)
    lane = models.CharField(max_length=120)
    language = models.CharField(max_length=8, blank=True)
    topics = ArrayField(models.CharField(max_length=20), default=list)
    label = models.ForeignKey(Label, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    senior = models.BooleanField(default=False)

    class Meta:
        db_table = "review_lane"
        constraints = [models.UniqueConstraint(fields=["held_by", "queue", "lane"], name="review_lane_once")]

    def __str__(self) -> str:
        return self.lane


class Work(models.Model):
    """One thing to decide, frozen as it was when somebody was asked.

    `frozen` is what the reviewer sees, as canonical JSON; `digest` is SHA-256 of exactly these bytes. Who holds it
    holds it until `lease_until`; each claim raises `fence`, and only a decision with the fence of the last claim
    counts. `turn_at` says whose turn it is: the due time, brought forward by an hour for each step of priority and by
    the harm to expect while it waits (`staffing/priority.py`), so what is urgent comes first and nothing waits for ever.
    `without` are persons who may not decide it.

    Each claim and each decision writes every index of the row anew, so it has those alone that something looks up by.
    What one organisation's every claim and decision would name (its own row, a reason, who acts) has no constraint of
    the database: to check it locks that row, so all who decide at once would write to the same few rows. Nothing but
    the functions writes here, they name what they have just read, and nobody may delete what is named.

    round      raised when a decision is undone; each round is decided afresh
    pass_no    which look of this round comes next, from 1
    again      how often a look of this round was taken back by who made it, within seconds
    people     2 where two look; a first decision raises it where `risk` says so
    lane       what is asked of who is given it (`Lane`); languages, topics and marking are in it
    harm       what is known of the harm that it does while it waits, as `asking.Harm`; worked out again each hour
    item       what it shows is marked as this item is
    text_mark  SHA-256 of what it says, without case and signs; bundle is what it belongs to: both find siblings
    on_hold    its holder keeps it until `lease_until` and looks at other work meanwhile
    drawn      the claim that stands fell on it by chance; draw is the number from which that can be worked out again
    claimed_at when it was last claimed
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
    lane = models.CharField(max_length=120, blank=True, db_default="")
    risk = models.CharField(max_length=10, blank=True, db_default="", choices=choices(Risk))
    again = models.SmallIntegerField(db_default=0)
    topics = ArrayField(models.CharField(max_length=20), db_default=[])
    language = models.CharField(max_length=8, blank=True, db_default="")
    harm = models.JSONField(null=True)
    item = models.ForeignKey(
        Item, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, help_text="whose marking it has"
    )
    text_mark = models.CharField(max_length=64, blank=True, db_default="")
    bundle = models.UUIDField(null=True, help_text="a campaign, a batch: what it was handed in with")
    on_hold = models.BooleanField(db_default=False)
    drawn = models.BooleanField(db_default=False)
    draw = models.BigIntegerField(null=True, help_text="the number of the draw for the claim that stands")

    class Meta:
        db_table = "review_work"
        indexes = [
            models.Index(
                fields=["held_by", "queue", "lane", "turn_at", "id"],
                condition=Q(state=State.OPEN.value),
                name="review_work_turn",
            ),
            # An eighth of all work, by its random key: of which a claim by chance takes any, with equal chances.
            models.Index(
                fields=["held_by", "queue", "lane", "id"],
                condition=Q(state=State.OPEN.value, id__lt=CHANCED),
                name="review_work_chance",
            ),
            models.Index(
                fields=["text_mark"],
                condition=Q(state=State.SETTLED.value) & ~Q(text_mark=""),
                name="review_work_alike",
            ),
            models.Index(
                fields=["bundle"],
                condition=Q(state=State.SETTLED.value, bundle__isnull=False),
                name="review_work_bundle",
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
                condition=Q(on_hold=False) | Q(holder__isnull=False), name="review_work_on_hold_by_its_holder"
            ),
            models.CheckConstraint(
                condition=Q(holder__isnull=True, lease_until__isnull=True)
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
    again = models.SmallIntegerField(db_default=0, help_text="how often a look of this round was taken back before")
    drawn = models.BooleanField(db_default=False, help_text="the claim fell on it by chance")

    class Meta:
        db_table = "review_decision"
        indexes = [models.Index(fields=["-decided_at"], name="review_decision_newest")]
        constraints = [
            models.UniqueConstraint(fields=["work", "round", "pass_no", "again"], name="review_decision_once"),
            models.UniqueConstraint(
                fields=["work", "round", "again"], condition=Q(settles=True), name="review_decision_settles_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} of {self.work_id}"


class Undo(models.Model):
    """A decision was undone by another person; the work is decided afresh by somebody else.

    Or taken back within seconds by who made it (`by` is who decided): a slip of the finger, and they decide again.
    `because` is the decision that was overturned, where this one is of the same cause.
    """

    decision = models.OneToOneField(Decision, primary_key=True, on_delete=models.PROTECT, related_name="undo")
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    because = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="reopened")
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


class Hold(models.Model):
    """Somebody keeps a work for later, for a reason and until a moment; afterwards anybody may take it. Added only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="holds")
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        db_table = "review_hold"
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="review_hold_has_reason")]

    def __str__(self) -> str:
        return f"hold of {self.work_id}"


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
