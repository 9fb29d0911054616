"""Trials of a search with planted campaigns: who asked, who agreed, and what was found and missed, in counts."""

from __future__ import annotations

from functools import cached_property

from django.db import models
from django.db.models import F, Q

from hustings.apps.choices import choices
from hustings.apps.elections.models.election import Election
from hustings.apps.items.models import Item
from hustings.apps.people.models import Appointment
from hustings.apps.sweeps.models import TraceTable
from hustings.policy.red_team import Trial
from hustings.policy.scenario import Scenario, Style
from hustings.policy.sweep import State

__all__ = ["RedTeamTrial"]


class RedTeamTrial(models.Model):
    """A search of a table tried with planted campaigns, asked for by one person and agreed to by another.

    Its item carries the marking, at least that of the table. Nothing that the search finds is loaded.
    scenario   as it stood when it was asked for
    seed, seeds   of the first campaign, and how many
    outcome    what came of it (`hustings.policy.red_team.Trial`): counts, no names
    """

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="red_team_trial")
    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="red_team_trials")
    table = models.ForeignKey(TraceTable, on_delete=models.PROTECT, related_name="red_team_trials")
    name = models.CharField(max_length=60, help_text="of the scenario")
    style = models.CharField(max_length=20, choices=choices(Style))
    strength = models.FloatField(help_text="acts a day")
    scenario = models.JSONField()
    seed = models.BigIntegerField()
    seeds = models.PositiveSmallIntegerField()
    purpose = models.CharField(max_length=500)
    legal_ground = models.CharField(max_length=300)
    asked_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    seconded_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=choices(State), default=State.ASKED.value)
    reason = models.CharField(max_length=500, blank=True, help_text="of a refusal, withdrawal or failure")
    seconded_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.JSONField(null=True)

    class Meta:
        db_table = "red_team_trial"
        ordering = ["-item__made_at", "item"]
        constraints = [
            models.CheckConstraint(condition=~Q(seconded_by=F("asked_by")), name="red_team_trial_agreed_by_another"),
            models.CheckConstraint(
                condition=Q(state__in=[State.ASKED.value, State.REFUSED.value, State.WITHDRAWN.value])
                | Q(seconded_by__isnull=False),
                name="red_team_trial_runs_with_two",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DONE.value, outcome__isnull=False)
                | ~Q(state=State.DONE.value) & Q(outcome__isnull=True),
                name="red_team_trial_done_with_its_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"red-team trial {self.item_id}"

    @cached_property
    def asked(self) -> Scenario:
        """The scenario as it stood."""
        return Scenario.of(self.scenario)

    @cached_property
    def trial(self) -> Trial | None:
        """What came of it."""
        return Trial.read(self.outcome) if self.outcome is not None else None
