"""The forms about known actors."""

from __future__ import annotations

from django import forms

from hustings.apps.cases.forms import day, long
from hustings.apps.choices import choices
from hustings.policy.casework import ActorPart, Confidence

__all__ = ["ActorClaimForm", "HabitForm", "PartForm", "ProfileForm", "RemovalForm", "WatchForm"]

HABITS = ("hours", "language", "technique", "currency", "themes", "purchase", "other")


class ProfileForm(forms.Form):
    """A profile."""

    title = forms.CharField(max_length=300, label="A name for work", help_text="It need not say who they are.")
    text = long(required=False, label="What is known, in short")


class PartForm(forms.Form):
    """A name, alias, asset or domain."""

    kind = forms.ChoiceField(choices=choices(ActorPart), label="What it is")
    platform = forms.CharField(max_length=40, required=False, label="Platform", help_text="Of a page or account.")
    name = forms.CharField(max_length=300, label="Name, or number there")
    since = day(required=False, label="From")
    until = day(required=False, label="Until")
    source = forms.CharField(max_length=500, label="Where this is known from")


class HabitForm(forms.Form):
    """How they work."""

    what = forms.ChoiceField(choices=[(word, word) for word in HABITS], label="Habit of")
    value = forms.CharField(max_length=1000, label="What they do")
    source = forms.CharField(max_length=500, label="Where this is known from")


class ActorClaimForm(forms.Form):
    """Who says who they are."""

    says = forms.CharField(max_length=300, label="Who claims it")
    said_on = day(label="On which day")
    claim = forms.CharField(max_length=1000, label="What they claim")
    confidence = forms.ChoiceField(
        choices=[("", "not said"), *choices(Confidence)], required=False, label="How sure they said they were"
    )
    source = forms.CharField(max_length=500, label="Where it can be read")


class RemovalForm(forms.Form):
    """That an asset was removed or withdrawn."""

    part = forms.UUIDField(widget=forms.HiddenInput)
    on = day(label="Removed on")
    why = forms.CharField(max_length=300, label="Why, and by whom")


class WatchForm(forms.Form):
    """Whether new ones are compared."""

    watched = forms.BooleanField(required=False)
