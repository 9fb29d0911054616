"""Indicators that an organisation holds, what of its own they match, and how far the search has come.

An indicator belongs to an item, whose marking decides who knows that it exists; a match is known to whoever may know the
indicator and, of a table, the table too.
"""

from __future__ import annotations

from enum import StrEnum

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hustings.apps.ads.models import Ad
from hustings.apps.choices import choices
from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.items.models import Item
from hustings.apps.people.models import Appointment, Organisation
from hustings.apps.sweeps.models import TraceTable

__all__ = ["Indicator", "Match", "MatchState", "Progress", "Telling"]


class MatchState(StrEnum):
    """What people made of a match."""

    OPEN = "open"
    RELEVANT = "relevant"
    CHANCE = "by chance"

    @property
    def sentence(self) -> str:
        """What that means."""
        return {
            MatchState.OPEN: "Nobody has looked at it.",
            MatchState.RELEVANT: "Somebody looked and recorded a lead.",
            MatchState.CHANCE: "Somebody looked: it is the same sign, and not the same thing.",
        }[self]


class Indicator(models.Model):
    """A sign that somebody warned of, as one organisation holds it here.

    tree         the pattern as it is looked up; null where it cannot be, and `not_matched` says why
    replaced_by  a newer version of it: this one is looked for no longer
    """

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="indicator")
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    given_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    stix_id = models.CharField(max_length=300)
    version = models.DateTimeField()
    pattern = models.TextField()
    tree = models.JSONField(null=True)
    not_matched = models.CharField(max_length=500, blank=True)
    kinds = ArrayField(models.CharField(max_length=100), default=list, help_text="what it is a sign of, by its giver")
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True, help_text="the first moment it no longer counts")
    revoked = models.BooleanField(default=False)
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    recorded_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    looked_at = models.DateTimeField(null=True, help_text="since when it was looked for in what was there before it")

    class Meta:
        db_table = "indicator"
        indexes = [
            models.Index(fields=["held_by", "-recorded_at"], name="indicator_by_time"),
            models.Index(fields=["held_by"], condition=Q(looked_at=None), name="indicator_new"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["held_by", "given_by", "stix_id", "version"], name="indicator_once"),
            models.CheckConstraint(
                condition=Q(tree__isnull=False) | ~Q(not_matched=""), name="indicator_matched_or_why"
            ),
        ]

    def __str__(self) -> str:
        return self.pattern[:80]


class Match(models.Model):
    """An indicator holds for an ad or a table of ours. What it shows: the same sign; not who made it, nor why.

    seen    the object by which it holds, in STIX's words; of a table, `rows` many and the first of them at `at`
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="matches")
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    ad = models.ForeignKey(Ad, null=True, on_delete=models.CASCADE, related_name="+")
    table = models.ForeignKey(TraceTable, null=True, on_delete=models.CASCADE, related_name="+")
    seen = models.JSONField()
    at = models.DateTimeField(null=True)
    rows = models.BigIntegerField(default=1)
    found_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    state = models.CharField(max_length=20, choices=choices(MatchState), default=MatchState.OPEN.value)
    reason = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    lead = models.ForeignKey(Item, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        db_table = "indicator_match"
        ordering = ["-found_at", "id"]
        indexes = [models.Index(fields=["held_by", "state", "-found_at"], name="indicator_match_waiting")]
        constraints = [
            models.CheckConstraint(condition=Q(ad__isnull=True) ^ Q(table__isnull=True), name="indicator_match_of_one"),
            models.UniqueConstraint(fields=["indicator", "ad"], name="indicator_match_ad_once"),
            models.UniqueConstraint(fields=["indicator", "table"], name="indicator_match_table_once"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.ad_id or self.table_id}"


class Telling(models.Model):
    """Somebody decided to tell who gave an indicator that it was seen here, in how many ads or rows. Nothing is told by itself."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.OneToOneField(Item, on_delete=models.CASCADE, related_name="+")
    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="tellings")
    count = models.PositiveIntegerField()
    first = models.DateTimeField(null=True)
    last = models.DateTimeField(null=True)
    words = models.CharField(max_length=1000, blank=True)
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "indicator_telling"
        ordering = ["-at", "id"]

    def __str__(self) -> str:
        return f"{self.indicator_id} seen {self.count} times"


class Progress(models.Model):
    """How far the search has come: in an organisation's ads those changed until `until`; a table, which never changes, is done."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    table = models.ForeignKey(TraceTable, null=True, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()

    class Meta:
        db_table = "indicator_progress"
        constraints = [
            models.UniqueConstraint(fields=["held_by", "table"], nulls_distinct=False, name="indicator_progress_once")
        ]

    def __str__(self) -> str:
        return f"{self.held_by_id} {self.table_id}"
