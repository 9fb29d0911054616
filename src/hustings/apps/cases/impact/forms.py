"""The forms about impact."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from hustings.apps.cases.forms import day, long
from hustings.apps.items.models import Item
from hustings.policy.impact import BREAKOUT, Step

__all__ = ["JudgeForm", "ObserveForm"]


class ObserveForm(forms.Form):
    """What was seen of a campaign."""

    step = forms.ChoiceField(choices=[(one.value, f"{one.value}: {one.sentence}") for one in Step], label="It was")
    text = long(label="What was seen, where and by whom", max_length=1000)
    source = forms.CharField(max_length=500, label="Where it can be seen or read")
    seen_on = day(required=False, label="On")
    times = forms.IntegerField(
        required=False, min_value=0, max_value=10**12, label="How many", help_text="Where somebody counted."
    )
    unit = forms.CharField(max_length=60, required=False, label="Of what", help_text="Such as shares or broadcasts.")
    rests_on = forms.ModelChoiceField(
        Item.objects.none(), required=False, label="It rests on", empty_label="(nothing kept here)"
    )

    def __init__(self, *args: Any, material: QuerySet[Item], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["rests_on"].queryset = material  # type: ignore[attr-defined]
        self.fields["rests_on"].label_from_instance = lambda item: f"{item.kind}: {item.title}"  # type: ignore[attr-defined]


class JudgeForm(forms.Form):
    """How far it broke out."""

    category = forms.TypedChoiceField(
        choices=[(one.number, f"{one.number}: {one.name}. {one.sentence}") for one in BREAKOUT],
        coerce=int,
        label="Category",
    )
    reason = long(label="Why this one and not the next", max_length=1000)
