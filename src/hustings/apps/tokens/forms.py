"""What is said about a new token."""

from __future__ import annotations

from django import forms

from hustings.apps.tokens.scope import Scope

__all__ = ["MakeToken"]


class MakeToken(forms.Form):
    """Name, scopes and end of a token."""

    name = forms.CharField(label="Which program is it for?", max_length=80)
    scopes = forms.MultipleChoiceField(
        label="What may it do?",
        choices=[(scope.value, f"{scope.value}: {scope.sentence}") for scope in Scope],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.IntegerField(
        label="For how many days?", min_value=1, max_value=365, initial=90, help_text="A year at most."
    )
