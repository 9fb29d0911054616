"""Tokens."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from hustings.apps.choices import choices
from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.people.models import Appointment
from hustings.apps.tokens.scope import Scope

__all__ = ["Call", "Token"]


class Token(models.Model):
    """A secret that lets a program act for one appointment, within scopes, until an end. Only its digest is kept.

    `stamp` is the person's when it was made: whatever ends the person's sessions by changing the stamp ends it too.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="tokens")
    stamp = models.UUIDField(editable=False)
    name = models.CharField(max_length=80, help_text="which program holds it")
    prefix = models.CharField(max_length=12, help_text="how it begins, to tell it apart")
    scopes = ArrayField(models.CharField(max_length=20, choices=choices(Scope)))
    made_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "token"
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(scopes=[]), name="token_is_for_something"),
            models.CheckConstraint(
                condition=Q(ends_at__lte=F("made_at") + models.Value("366 days", models.DurationField())),
                name="token_ends_within_a_year",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix} ({self.name})"


class Call(models.Model):
    """A call of the interface in the last minute. One row each, never updated, so that calls do not queue for a count."""

    caller = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        db_table = "api_call"
        indexes = [models.Index(fields=["caller", "at"], name="api_call_of")]

    def __str__(self) -> str:
        return self.caller
