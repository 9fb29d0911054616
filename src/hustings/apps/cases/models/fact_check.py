"""Fact-checks that an organisation loaded, and what of the ads and posts it holds says the same."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.people.models import Appointment, Organisation

__all__ = ["FactCheck", "FactCheckFeed", "FactCheckMatch"]


class FactCheckFeed(models.Model):
    """A file of fact-checks as it was read: how many, and how many rows could not be."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    reviews = models.PositiveIntegerField()
    problems = models.PositiveIntegerField()
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "fact_check_feed"
        ordering = ["-at", "id"]

    def __str__(self) -> str:
        return self.name


class FactCheck(models.Model):
    """A checked claim, in its checker's words. The rating is theirs; nobody here judges whether it is so.

    key      the same claim at the same address is the same fact-check
    places   addresses at which the claim was seen
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    feed = models.ForeignKey(FactCheckFeed, on_delete=models.PROTECT, related_name="checks")
    key = models.CharField(max_length=64)
    claim = models.TextField()
    url = models.CharField(max_length=2000)
    checker = models.CharField(max_length=500)
    rating = models.CharField(max_length=500, blank=True)
    language = models.CharField(max_length=8, blank=True)
    published = models.DateField(null=True)
    claimed_by = models.CharField(max_length=500, blank=True)
    places = ArrayField(models.CharField(max_length=2000), default=list)
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "fact_check"
        ordering = ["-at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["held_by", "key"], name="fact_check_once"),
            models.CheckConstraint(condition=~Q(claim="") & ~Q(url=""), name="fact_check_says_what_and_where"),
        ]

    def __str__(self) -> str:
        return self.claim[:80]


class FactCheckMatch(models.Model):
    """An ad, or a thing shared in a finding, says what was checked: by its address, or by most of the claim's telling words.

    what, platform, name   the ad by its archive and number, or the finding by its key with the kind of thing
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    check_of = models.ForeignKey(FactCheck, on_delete=models.PROTECT, related_name="matches")
    what = models.CharField(max_length=20)
    platform = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=500)
    share = models.FloatField()
    by_address = models.BooleanField()
    lead = models.UUIDField(help_text="the lead that told it")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "fact_check_match"
        ordering = ["-by_address", "-share", "id"]
        constraints = [
            models.UniqueConstraint(fields=["check_of", "what", "platform", "name"], name="fact_check_match_once"),
            models.CheckConstraint(condition=Q(share__gt=0, share__lte=1), name="fact_check_share"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.name}"
