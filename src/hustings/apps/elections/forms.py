"""The forms of elections."""

from __future__ import annotations

from django import forms

from hustings.apps.choices import choices
from hustings.policy.election import Kind, Level, Method, Status

__all__ = ["ChangeForm", "ElectionForm", "VotingRuleForm"]

UNKNOWN = [("", "The source does not say"), ("yes", "Yes"), ("no", "No")]


def day(label: str, **named: object) -> forms.DateField:
    """A day, by the browser's own calendar."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **named)  # type: ignore[arg-type]


def hour(label: str) -> forms.TimeField:
    """An hour of local time."""
    return forms.TimeField(label=label, required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


def answer(label: str) -> forms.TypedChoiceField:
    """Yes, no, or not said."""
    return forms.TypedChoiceField(
        label=label, choices=UNKNOWN, required=False, empty_value=None, coerce={"yes": True, "no": False}.get
    )


class ChangeForm(forms.Form):
    """What a source says of an election."""

    on = day("Day of voting", required=False)
    status = forms.TypedChoiceField(choices=choices(Status), coerce=Status, label="Status")
    source = forms.CharField(max_length=300, label="Who says so", help_text="Title, edition, section.")
    source_url = forms.URLField(max_length=500, required=False, label="Address of the source", assume_scheme="https")


class ElectionForm(ChangeForm):
    """A new election."""

    name = forms.CharField(max_length=300, label="Name")
    country = forms.CharField(
        max_length=2,
        min_length=2,
        label="Country",
        help_text="Two letters, as US or DE; EU for the European Parliament.",
    )
    place = forms.CharField(
        max_length=40, required=False, label="Part of the country", help_text="Empty for the whole of it."
    )
    level = forms.TypedChoiceField(choices=choices(Level), coerce=Level, initial=Level.NATIONAL.value, label="Level")
    kind = forms.TypedChoiceField(choices=choices(Kind), coerce=Kind, label="Kind")
    field_order = ["name", "country", "place", "level", "kind", "on", "status", "source", "source_url"]


class VotingRuleForm(forms.Form):
    """How people may vote."""

    valid_from = day("In force from")
    valid_to = day("Last day", required=False)
    polls_open = hour("Polls open")
    polls_close = hour("Polls close")
    methods = forms.TypedMultipleChoiceField(
        choices=choices(Method), coerce=Method, required=False, empty_value=None, widget=forms.CheckboxSelectMultiple,
        label="All ways of voting", help_text="None ticked: the source does not say.",
    )  # fmt: skip
    phone_vote = answer("By phone or text")
    online_vote = answer("Online")
    id_required = answer("Proof of identity is required")
    registration_ends = day("Registration ends", required=False)
    source = forms.CharField(max_length=300, label="Who says so", help_text="Title, edition, section.")
    source_url = forms.URLField(max_length=500, required=False, label="Address of the source", assume_scheme="https")
