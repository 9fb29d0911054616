"""Versions of the rule on who may hold access, and whose turn it is to move."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from hustings.apps.choices import choices
from hustings.apps.dated import Change
from hustings.policy.marking import Kind

__all__ = ["MoveTurn", "RuleChange"]


class RuleChange(Change):
    """A version of the rule beyond those that Hustings begins with; `at` is its date of effect."""

    version = models.CharField(max_length=40, unique=True)
    holders = ArrayField(models.CharField(max_length=20, choices=choices(Kind)))
    reactivation = models.BooleanField(default=True)
    months = models.PositiveSmallIntegerField(help_text="how long eligibility stays current after access ended")

    class Meta(Change.Meta):
        db_table = "rule_change"


class MoveTurn(models.Model):
    """One row: who moves anything about people locks it, and takes from it a moment not before the last move's.

    Moves are rare and one may touch a hundred others (a site loses its clearance), so they go one after the other.
    """

    one = models.BooleanField(primary_key=True, default=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "move_turn"

    def __str__(self) -> str:
        return str(self.at)
