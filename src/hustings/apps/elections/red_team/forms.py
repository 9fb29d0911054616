"""The form of a trial."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from hustings.apps.sweeps.models import TraceTable
from hustings.policy.red_team import LARGEST_SEED, MOST_SEEDS
from hustings.policy.scenario import LARGEST, MOST_ACTS_A_DAY, ready

__all__ = ["AskForm"]


class AskForm(forms.Form):
    """What a trial needs before anybody agrees to it."""

    table = forms.ModelChoiceField(TraceTable.objects.none(), label="Planted in", empty_label=None)
    scenario = forms.ChoiceField(label="Scenario")
    strength = forms.FloatField(
        required=False, min_value=0.001, max_value=MOST_ACTS_A_DAY, label="Acts a day",
        help_text="Empty: as the scenario has it. Weaker is harder to find.",
    )  # fmt: skip
    size = forms.IntegerField(
        required=False, min_value=3, max_value=LARGEST, label="Accounts", help_text="Empty: as the scenario has it."
    )
    seeds = forms.IntegerField(
        min_value=1, max_value=MOST_SEEDS, initial=5, label="Campaigns",
        help_text="Each is drawn anew and is one search of the whole table; with few, the interval is wide.",
    )  # fmt: skip
    seed = forms.IntegerField(
        min_value=0, max_value=LARGEST_SEED, initial=1, label="Seed", help_text="Of the first campaign; the same seed plants the same rows."
    )  # fmt: skip
    purpose = forms.CharField(
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        label="What the trial is to show, and why in this table",
    )
    legal_ground = forms.CharField(
        max_length=300, help_text="The law, contract or mandate that permits it, with its article."
    )

    def __init__(self, *args: Any, tables: QuerySet[TraceTable], **named: Any) -> None:
        super().__init__(*args, **named)
        field = self.fields["table"]
        field.queryset = tables  # type: ignore[attr-defined]
        field.label_from_instance = lambda table: f"{table.item.title} ({table.actors:,} accounts)"  # type: ignore[attr-defined]
        self.fields["scenario"].choices = [  # type: ignore[attr-defined]
            (one.name, f"{one.title} ({one.style}, {one.size} accounts, {one.strength:g} acts a day)")
            for one in ready().values()
        ]
