"""Plans of enforcement: what is to be done to which assets on which ground, what was handed over, and who was told."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from hustings.apps.cases.models.campaign import Campaign, Member
from hustings.apps.cases.models.case import Case, OfCase
from hustings.apps.cases.models.evidence import Evidence
from hustings.apps.choices import choices
from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.items.models import Item
from hustings.apps.people.models import Appointment, Organisation
from hustings.policy.casework import MemberKind
from hustings.policy.enforcement import Action, Answer, Ground, PlanState

__all__ = ["CHANNELS", "Notice", "Order", "Plan", "PlanAppeal", "PlanMove", "Target"]

CHANNELS = ("webhook", "file")
STANDING = [state.value for state in PlanState if state.stands]


class Plan(models.Model):
    """What one person wants done and another approves. Its item carries the marking of the campaign and the case.

    stages         after how many percent of the targets a person looks, rising to 100
    released       how many stages were handed over
    notices_after  until then nobody affected is told, on `notices_ground`
    """

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="plan")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="plans")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="plans")
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    ground = models.CharField(max_length=10, choices=choices(Ground))
    rule = models.CharField(max_length=500, help_text="the clause of the terms, or the article of the law")
    explanation = models.CharField(max_length=2000, help_text="why what was found falls under it")
    facts = models.CharField(max_length=5000, help_text="what was found, without anybody's data")
    reason = models.CharField(max_length=500, help_text="why it is done, for those who decide")
    category = models.CharField(max_length=100)
    keywords = ArrayField(models.CharField(max_length=100), default=list)
    places = ArrayField(models.CharField(max_length=2), default=list, help_text="countries where it is done")
    source = models.CharField(max_length=60, help_text="what it was found by, as the interface names it")
    found_by_machine = models.BooleanField()
    begins_on = models.DateField()
    ends_on = models.DateField(null=True)
    stages = ArrayField(models.SmallIntegerField())
    channel = models.CharField(max_length=10, choices=[(one, one) for one in CHANNELS])
    state = models.CharField(max_length=20, choices=choices(PlanState), default=PlanState.DRAFT.value)
    released = models.SmallIntegerField(default=0)
    approved_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    notices_after = models.DateTimeField(null=True)
    notices_ground = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "enforcement_plan"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=STANDING) | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="plan_stands_approved",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("by")), name="plan_approved_by_another"
            ),
            models.CheckConstraint(
                condition=Q(notices_after__isnull=True) | ~Q(notices_ground=""), name="plan_notices_wait_on_a_ground"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("begins_on")), name="plan_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(released=0) | Q(state__in=[PlanState.RUNNING, PlanState.DONE, PlanState.ROLLED_BACK]),
                name="plan_released_while_running",
            ),
        ]

    def __str__(self) -> str:
        return f"plan {self.item_id}"


class PlanMove(models.Model):
    """A plan went from one state to another, or something was decided about it. `by` is empty where the worker did it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="moves")
    code = models.CharField(max_length=30)
    state = models.CharField(max_length=20, choices=choices(PlanState))
    reason = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "enforcement_move"
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.code} of {self.plan_id}"


class Target(OfCase):
    """One action on one asset. Its key is what the platform, the statement of reasons and the database know it by.

    kind, platform, name   of the member when it was planned
    place                  its turn; the first stages take the lowest
    dropped                why it is not handed over although it was approved
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="targets")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="targets")
    action = models.CharField(max_length=20, choices=choices(Action))
    kind = models.CharField(max_length=20, choices=choices(MemberKind))
    platform = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=500)
    place = models.IntegerField()
    evidence = models.ForeignKey(Evidence, null=True, on_delete=models.PROTECT, related_name="+")
    content_on = models.DateField(null=True, help_text="the day from which that evidence shows it")
    approved = models.BooleanField(default=False)
    dropped = models.CharField(max_length=200, blank=True)
    undo_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    undo_at = models.DateTimeField(null=True)
    undo_why = models.CharField(max_length=500, blank=True)

    class Meta(OfCase.Meta):
        db_table = "enforcement_target"
        ordering = ["plan", "place"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "member", "action"], name="enforcement_target_once"),
            models.UniqueConstraint(fields=["plan", "place"], name="enforcement_target_place"),
            models.CheckConstraint(
                condition=Q(approved=False) | Q(evidence__isnull=False), name="enforcement_target_has_evidence"
            ),
            models.CheckConstraint(
                condition=Q(undo_at__isnull=True, undo_by__isnull=True)
                | Q(undo_at__isnull=False, undo_by__isnull=False) & ~Q(undo_why=""),
                name="enforcement_target_undone_for_a_reason",
            ),
        ]


class Order(models.Model):
    """What the platform's own systems are told about one target, once per key: do it, undo it, tell who is affected.

    body           the canonical JSON that is sent, fixed when the order is made
    delivered_at   when the platform took it; empty for an order that goes by file
    dead_at        given up after many attempts, until a person lets it be tried again
    """

    key = models.CharField(primary_key=True, max_length=60)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="orders")
    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="orders")
    what = models.CharField(max_length=10, choices=[(one, one) for one in ("do", "undo", "notice")])
    body = models.TextField()
    made_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    due_at = models.DateTimeField()
    attempts = models.SmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=100, blank=True)
    answer = models.CharField(max_length=10, choices=choices(Answer), blank=True)
    answer_reason = models.CharField(max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "enforcement_order"
        ordering = ["key"]
        indexes = [
            models.Index(
                fields=["due_at", "key"],
                condition=Q(delivered_at__isnull=True, dead_at__isnull=True),
                name="enforcement_order_waits",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["target", "what"], name="enforcement_order_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | ~Q(answer="") & Q(answered_at__isnull=False),
                name="enforcement_order_answered",
            ),
            models.CheckConstraint(
                condition=~Q(answer=Answer.REFUSED.value) | ~Q(answer_reason=""), name="enforcement_refusal_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Notice(models.Model):
    """What whom a target belongs to is told, and the number under which they can answer."""

    target = models.OneToOneField(Target, primary_key=True, on_delete=models.PROTECT, related_name="notice")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="notices")
    code = models.CharField(max_length=40, unique=True, editable=False)
    text = models.TextField()
    made_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "enforcement_notice"

    def __str__(self) -> str:
        return f"notice of {self.target_id}"


class PlanAppeal(models.Model):
    """Whom a notice concerns says that it is wrong. Handed in by a function alone; people who had no part decide."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="appeals")
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=4000)
    at = models.DateTimeField()
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=30, blank=True)
    answer = models.CharField(max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "enforcement_appeal"
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["target"], condition=Q(outcome=""), name="enforcement_appeal_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", answered_at__isnull=True) | ~Q(outcome="") & Q(answered_at__isnull=False),
                name="enforcement_appeal_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"appeal of {self.target_id}"
