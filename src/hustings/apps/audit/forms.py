"""What a person may ask the log for."""

from __future__ import annotations

from django import forms

__all__ = ["FindForm"]


class FindForm(forms.Form):
    """By person, item, event and time; all that is given has to hold."""

    person = forms.EmailField(label="Person", required=False, help_text="Sign-in address of who acted.")
    item = forms.UUIDField(label="Item", required=False, help_text="Identifier of what it was about.")
    event = forms.CharField(label="Event", required=False, max_length=80, help_text="decision, row, text.erased, ...")
    since = forms.DateTimeField(
        label="From",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    until = forms.DateTimeField(
        label="Before",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
