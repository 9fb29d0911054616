"""What tells how good decisions are: items with a known answer, samples of decisions, and the looks made for them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.people.models import Appointment, Organisation
from hustings.apps.review.models.work import Decision, Work

__all__ = ["Gold", "GoldEnd", "Planted", "Sample", "Sampled", "Technical", "Stratum"]


class Gold(models.Model):
    """Something whose right decision is known, put among the work from time to time. No reviewer is told which.

    template    the settled work that it was made from: queue, kind, policy, language and marking are taken from it
    frozen      what the reviewer sees; as in the template, or changed by hand
    people      2 where two are asked from the beginning, as the queue does
    why         how the right decision is known, in the supervisor's words
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    template = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="+", db_index=False)
    queue = models.CharField(max_length=40)
    frozen = models.TextField()
    by_hand = models.BooleanField(default=False)
    outcome = models.CharField(max_length=30)
    code = models.CharField(max_length=60)
    why = models.CharField(max_length=500)
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "review_gold"
        indexes = [models.Index(fields=["held_by", "queue"], name="review_gold_of_queue")]
        constraints = [models.CheckConstraint(condition=~Q(why=""), name="review_gold_says_why")]

    def __str__(self) -> str:
        return f"gold {self.pk}"


class GoldEnd(models.Model):
    """A gold item is put among the work no more: its answer is out, or was not right."""

    gold = models.OneToOneField(Gold, primary_key=True, on_delete=models.PROTECT, related_name="end")
    right = models.BooleanField(help_text="whether its answer was right: if not, looks at it count for nothing")
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "review_gold_end"
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="review_gold_end_has_reason")]

    def __str__(self) -> str:
        return f"end of {self.gold_id}"


class Sample(models.Model):
    """Decisions drawn to be looked at again, from those that settled something in a time.

    With the same decisions the seed gives the same draw, so that an auditor can repeat it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    since = models.DateTimeField()
    until = models.DateTimeField()
    seed = models.BigIntegerField()
    looks = models.IntegerField(help_text="how many were drawn")
    decisions = models.IntegerField(help_text="from how many")
    why = models.CharField(max_length=500)
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "review_sample"
        ordering = ["-at"]
        indexes = [models.Index(fields=["held_by", "-at"], name="review_sample_newest")]
        constraints = [models.CheckConstraint(condition=~Q(why=""), name="review_sample_says_why")]

    def __str__(self) -> str:
        return f"sample of {self.looks}"


class Stratum(models.Model):
    """Decisions of a sample that are alike in queue, policy, language, outcome and who decided: how many, how many drawn.

    reviewer    a number that means nothing outside its sample: weights need to tell people apart, nobody needs to know whom
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="strata")
    queue = models.CharField(max_length=40)
    policy = models.CharField(max_length=60)
    language = models.CharField(max_length=8, blank=True)
    outcome = models.CharField(max_length=30)
    reviewer = models.IntegerField()
    size = models.IntegerField()
    looks = models.IntegerField()

    class Meta:
        db_table = "review_stratum"
        constraints = [
            models.UniqueConstraint(
                fields=["sample", "queue", "policy", "language", "outcome", "reviewer"], name="review_stratum_once"
            ),
            models.CheckConstraint(condition=Q(looks__gte=0, looks__lte=models.F("size")), name="review_stratum_size"),
        ]

    def __str__(self) -> str:
        return f"{self.queue} {self.language} {self.outcome}"


class Sampled(models.Model):
    """One decision that was drawn; its weight is the size of its stratum by the looks there."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    stratum = models.ForeignKey(Stratum, on_delete=models.PROTECT, related_name="drawn")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        db_table = "review_sampled"
        constraints = [models.UniqueConstraint(fields=["stratum", "decision"], name="review_sampled_once")]

    def __str__(self) -> str:
        return f"look at {self.decision_id}"


class Planted(models.Model):
    """A work that looks like the others and moves nothing: it is there to learn how decisions are made.

    without    persons who are not given it: who decided on it before, and who may know that it is planted
    """

    work = models.OneToOneField(Work, primary_key=True, on_delete=models.PROTECT, related_name="+")
    gold = models.ForeignKey(Gold, null=True, on_delete=models.PROTECT, related_name="planted")
    sampled = models.ForeignKey(Sampled, null=True, on_delete=models.PROTECT, related_name="planted")
    pair = models.UUIDField(null=True, help_text="of a test of equal treatment: a variant of a matched pair")
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    without = ArrayField(models.UUIDField(), default=list)

    class Meta:
        db_table = "review_planted"
        indexes = [
            models.Index(fields=["held_by", "-at"], name="review_planted_newest"),
            models.Index(fields=["pair"], condition=Q(pair__isnull=False), name="review_planted_pair"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(gold__isnull=False, sampled__isnull=True, pair__isnull=True)
                | Q(gold__isnull=True, sampled__isnull=False, pair__isnull=True)
                | Q(gold__isnull=True, sampled__isnull=True, pair__isnull=False),
                name="review_planted_for_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"planted {self.work_id}"


class Technical(models.Model):
    """A supervisor looked at a wrong decision, and says that it was a slip or the page: no rule can tell that."""

    decision = models.OneToOneField(Decision, primary_key=True, on_delete=models.PROTECT, related_name="+")
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "review_technical"
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="review_technical_has_reason")]

    def __str__(self) -> str:
        return f"technical {self.decision_id}"
