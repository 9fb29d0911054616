"""Elections and the ways of voting in them; every statement is dated and names its source."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hustings.apps.choices import choices
from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.people.models import Appointment
from hustings.policy.election import Kind, Level, Method, Status

__all__ = ["Election", "ElectionChange", "VotingRule"]


class Election(models.Model):
    """One election, referendum or recall. When it is and whether stands in its changes; here the latest of them.

    place     "" for a whole country, else the code of the part (ISO 3166-2, or the authority's own)
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    country = models.CharField(max_length=2, help_text="ISO 3166; EU for the European Parliament")
    place = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=300)
    level = models.CharField(max_length=20, choices=choices(Level))
    kind = models.CharField(max_length=20, choices=choices(Kind))
    on = models.DateField(null=True, blank=True, help_text="the day of voting; empty while it is not known")
    status = models.CharField(max_length=20, choices=choices(Status), default=Status.PLANNED.value)

    class Meta:
        db_table = "election"
        ordering = ["on", "country", "name"]
        indexes = [models.Index(fields=["country", "on"], name="election_by_country")]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "place", "kind", "level", "on"], name="election_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.on}: {self.name}"


class ElectionChange(models.Model):
    """What a source said of an election: its day and whether it is held. Added, never overwritten."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="changes")
    on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=20, choices=choices(Status))
    source = models.CharField(max_length=300, help_text="who says so: title, edition, section")
    source_url = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    recorded_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "election_change"
        ordering = ["recorded_at"]
        constraints = [models.CheckConstraint(condition=~Q(source=""), name="election_change_names_its_source")]

    def __str__(self) -> str:
        return f"{self.status} {self.on}"


class VotingRule(models.Model):
    """How people may vote in a place between two days. What a row does not say is unknown and goes to a person.

    A row of one election is stronger than one of a place. `methods` are all that are open; the answers about phone,
    online and identification are null where the source does not give them.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    country = models.CharField(max_length=2)
    place = models.CharField(max_length=40, blank=True)
    election = models.ForeignKey(Election, null=True, blank=True, on_delete=models.PROTECT, related_name="voting_rules")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True, help_text="the last day")
    polls_open = models.TimeField(null=True, blank=True, help_text="local time")
    polls_close = models.TimeField(null=True, blank=True, help_text="local time")
    methods = ArrayField(models.CharField(max_length=20, choices=choices(Method)), null=True, blank=True)
    phone_vote = models.BooleanField(null=True)
    online_vote = models.BooleanField(null=True)
    id_required = models.BooleanField(null=True)
    registration_ends = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=300)
    source_url = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    recorded_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "voting_rule"
        ordering = ["country", "place", "valid_from"]
        constraints = [
            models.CheckConstraint(condition=~Q(source=""), name="voting_rule_names_its_source"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
                name="voting_rule_ends_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country}{self.place} from {self.valid_from}"
