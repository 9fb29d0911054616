"""Elections and the ways of voting in them; every statement is dated and names its source."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hustings.apps.choices import choices
from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.people.models import Appointment
from hustings.policy.election import Authority, Kind, Level, Method, Said, Status

__all__ = ["Claim", "Election", "Followed", "VotingRule"]


class Election(models.Model):
    """One election, referendum or recall. When it is and whether is claimed by sources; here stands the claim that is followed.

    place      "" for a whole country, else the part: its code (ISO 3166-2, or the authority's own) or name
    body       what is elected or asked, where several are on one day: a house, an office; "" where nobody says
    sequence   how often day or status changed: what calendars of others tell a newer entry by
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    country = models.CharField(max_length=2, help_text="ISO 3166; EU for the European Parliament")
    place = models.CharField(max_length=80, blank=True)
    body = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=300)
    level = models.CharField(max_length=20, choices=choices(Level))
    kind = models.CharField(max_length=20, choices=choices(Kind))
    on = models.DateField(null=True, blank=True, help_text="the day of voting; empty while it is not known")
    status = models.CharField(max_length=20, choices=choices(Status), default=Status.PLANNED.value)
    sequence = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "election"
        ordering = ["on", "country", "name"]
        indexes = [models.Index(fields=["country", "on"], name="election_by_country")]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "place", "kind", "level", "body", "on"], name="election_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.on}: {self.name}"


class Claim(models.Model):
    """What a source says of an election: its day and whether it is held. Added, never overwritten.

    said_on    the day for which the source speaks, where it says so
    said       what the source calls the election, or says of it, in its own words
    load, row  the list it came with and the line there; none for what somebody recorded by hand
    listed     the list's name, and by which key the list knows the election: by these a later edition finds it again
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="claims")
    on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=20, choices=choices(Status))
    authority = models.CharField(max_length=40, choices=choices(Authority), default=Authority.UNSTATED.value)
    said_on = models.DateField(null=True, blank=True)
    said = models.CharField(max_length=500, blank=True)
    source = models.CharField(max_length=300, help_text="who says so: title, edition, section")
    source_url = models.CharField(max_length=500, blank=True)
    load = models.ForeignKey("elections.Load", null=True, on_delete=models.PROTECT, related_name="claims")
    row = models.PositiveIntegerField(null=True)
    listed = models.CharField(max_length=100, blank=True)
    key = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    recorded_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "election_change"
        ordering = ["recorded_at", "id"]
        indexes = [models.Index(fields=["listed", "key"], name="election_claim_by_key")]
        constraints = [
            models.CheckConstraint(condition=~Q(source=""), name="election_change_names_its_source"),
            models.CheckConstraint(
                condition=Q(load__isnull=True, row__isnull=True) | Q(load__isnull=False, row__isnull=False),
                name="election_claim_of_a_line",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.on}"

    @property
    def as_said(self) -> Said:
        """The claim as the rule weighs it."""
        return Said(
            key=str(self.pk), on=self.on, status=Status(self.status), authority=Authority(self.authority), said_on=self.said_on,
            recorded_at=self.recorded_at,
        )  # fmt: skip


class Followed(models.Model):
    """From then on the plan goes by this claim: by rule where nobody is named, else because somebody chose it. Added, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="followed")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="+")
    chosen = models.BooleanField(help_text="by a person; else by the rule")
    why = models.CharField(max_length=500)
    by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "election_followed"
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(why=""), name="election_followed_for_a_reason"),
            models.CheckConstraint(
                condition=Q(chosen=False) | Q(by__isnull=False), name="election_followed_chosen_by_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.election_id} follows {self.claim_id}"


class VotingRule(models.Model):
    """How people may vote in a place between two days. What a row does not say is unknown and goes to a person.

    A row of one election is stronger than one of a place. `methods` are all that are open; the answers about phone,
    online and identification are null where the source does not give them.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    country = models.CharField(max_length=2)
    place = models.CharField(max_length=80, blank=True)
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
