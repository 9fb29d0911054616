"""The forms of reports."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from hustings.apps.cases.forms import day, long
from hustings.apps.cases.models import Campaign
from hustings.apps.choices import choices
from hustings.report.documents.kinds import Kind

__all__ = ["BeginForm", "CorrectForm", "HandForm", "ParametersForm", "StepForm", "TextForm"]


class ParametersForm(forms.Form):
    """What figures are told beside the rows."""

    election_day = day(
        label="Election day", required=False, help_text="Figures before and after it count up to this day."
    )

    @property
    def parameters(self) -> dict[str, str]:
        """As figures take them."""
        on = self.cleaned_data["election_day"]
        return {"election_day": on.isoformat()} if on else {}


class BeginForm(ParametersForm):
    """A report of a case."""

    title = forms.CharField(
        max_length=300, label="What the report is called", help_text="Everybody who may read the report reads this."
    )
    kind = forms.ChoiceField(choices=choices(Kind), label="Which kind")
    campaign = forms.ModelChoiceField(
        Campaign.objects.none(), required=False, label="Of one campaign", empty_label="all of the case"
    )
    public = forms.BooleanField(
        required=False, label="It is meant for everybody, once another person has approved and published it"
    )
    field_order = ("title", "kind", "campaign", "public", "election_day")

    def __init__(self, *args: Any, campaigns: QuerySet[Campaign], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["campaign"].queryset = campaigns  # type: ignore[attr-defined]
        self.fields["campaign"].label_from_instance = lambda one: one.item.title  # type: ignore[attr-defined]


class TextForm(forms.Form):
    """What stands in a section."""

    text = long(required=False, max_length=20_000, label="Text", strip=True)


class StepForm(forms.Form):
    """One step, and why."""

    code = forms.CharField(max_length=30)
    reason = forms.CharField(max_length=500, label="Why")


class CorrectForm(forms.Form):
    """Why each figure that differs does, and why it is corrected now."""

    reason = forms.CharField(max_length=500, label="Why it is corrected now, for who approves")

    def __init__(self, *args: Any, differing: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*args, **named)
        for name, title in differing:
            self.fields[f"why-{name}"] = forms.CharField(
                max_length=500, label=f"Why it differs: {title}", help_text="This is published."
            )

    @property
    def reasons(self) -> dict[str, str]:
        """By the figure's name."""
        return {
            name.removeprefix("why-"): words for name, words in self.cleaned_data.items() if name.startswith("why-")
        }


class HandForm(forms.Form):
    """To whom the whole report goes, and on which ground."""

    to = forms.CharField(max_length=300, label="To whom")
    why = forms.CharField(max_length=500, label="On which ground", help_text="A letter, an order, an agreement.")
