"""The forms about who works on a case, what it is made of, and how long it is kept."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet

from hustings.apps.cases.forms import about_a_person
from hustings.apps.cases.models import Case, Hold, Hypothesis, Merge, Teammate
from hustings.apps.items.models import Item
from hustings.apps.people.models import Appointment

__all__ = ["GiveUpForm", "HoldEndForm", "HoldForm", "MaterialForm", "MergeForm", "TeamEndForm", "TeamForm", "UndoMergeForm"]  # fmt: skip

NUMBER = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def why(label: str, longest: int = 500) -> forms.CharField:
    """A reason, in a line."""
    return forms.CharField(max_length=longest, label=label)


class TeamForm(forms.Form):
    """Who works on the case, and in which part."""

    person = forms.ModelChoiceField(Appointment.objects.none(), label="Who")
    part = forms.CharField(
        max_length=60, label="What they do in it", help_text="Such as analysis, Danish, counsel, contact."
    )

    def __init__(self, *args: Any, people: QuerySet[Appointment], **named: Any) -> None:
        super().__init__(*args, **named)
        field = self.fields["person"]
        field.queryset = people  # type: ignore[attr-defined]
        field.label_from_instance = about_a_person  # type: ignore[attr-defined]


class TeamEndForm(forms.Form):
    """Who works on the case no longer."""

    mate = forms.ModelChoiceField(Teammate.objects.none(), label="Who")

    def __init__(self, *args: Any, case: Case, **named: Any) -> None:
        super().__init__(*args, **named)
        field = self.fields["mate"]
        field.queryset = case.team.filter(ended_at=None).select_related("appointment__person", "appointment__position")  # type: ignore[attr-defined]
        field.label_from_instance = lambda mate: f"{about_a_person(mate.appointment)}: {mate.part}"  # type: ignore[attr-defined]


class MaterialForm(forms.Form):
    """A finding, sweep, run or tip that belongs to the case."""

    item = forms.CharField(
        max_length=300, label="Address of its page, or its number",
        help_text="Copy it from the browser: /findings/..., /sweeps/..., /tips/...",
    )  # fmt: skip
    why = why("Why it belongs here", 300)

    def __init__(self, *args: Any, known: QuerySet[Item], **named: Any) -> None:
        super().__init__(*args, **named)
        self.known = known

    def clean_item(self) -> Item:
        """The item that the address ends with, if the reader may know it; nobody can tell which of both is missing."""
        numbers = NUMBER.findall(self.cleaned_data["item"])
        found = self.known.filter(pk=UUID(numbers[-1])).first() if numbers else None
        if found is None:
            raise forms.ValidationError(
                f"'{self.cleaned_data['item'][:80]}' names nothing that you know; copy the address of its page."
            )
        return found


class GiveUpForm(forms.Form):
    """An answer that is held no longer."""

    hypothesis = forms.ModelChoiceField(Hypothesis.objects.none(), label="Which answer")
    why = why("What speaks against it so much")

    def __init__(self, *args: Any, case: Case, **named: Any) -> None:
        super().__init__(*args, **named)
        field = self.fields["hypothesis"]
        field.queryset = case.hypotheses.filter(given_up_at=None)  # type: ignore[attr-defined]
        field.label_from_instance = lambda answer: answer.text  # type: ignore[attr-defined]


class HoldForm(forms.Form):
    """For which proceeding everything of the case is kept."""

    ground = why("The order, letter or proceeding that asks for it", 300)


class HoldEndForm(forms.Form):
    """Which hold ends, and why."""

    hold = forms.ModelChoiceField(Hold.objects.none(), label="Which hold")
    why = why("Why it may end", 300)

    def __init__(self, *args: Any, case: Case, **named: Any) -> None:
        super().__init__(*args, **named)
        field = self.fields["hold"]
        field.queryset = case.holds.filter(ended_at=None)  # type: ignore[attr-defined]
        field.label_from_instance = lambda hold: hold.ground  # type: ignore[attr-defined]


class MergeForm(forms.Form):
    """Of which other case this one is read as a part."""

    into = forms.ModelChoiceField(Case.objects.none(), label="Read it as part of")
    reason = why("Why they are one")

    def __init__(self, *args: Any, others: QuerySet[Case], **named: Any) -> None:
        super().__init__(*args, **named)
        field = self.fields["into"]
        field.queryset = others  # type: ignore[attr-defined]
        field.label_from_instance = lambda case: case.item.title  # type: ignore[attr-defined]


class UndoMergeForm(forms.Form):
    """Which two cases stand alone again, and why."""

    merge = forms.ModelChoiceField(Merge.objects.none(), label="Which")
    reason = why("Why they are two after all")

    def __init__(self, *args: Any, merges: QuerySet[Merge], **named: Any) -> None:
        super().__init__(*args, **named)
        field = self.fields["merge"]
        field.queryset = merges  # type: ignore[attr-defined]
        field.label_from_instance = lambda made: f"{made.case.item.title}, in {made.into.item.title}"  # type: ignore[attr-defined]
