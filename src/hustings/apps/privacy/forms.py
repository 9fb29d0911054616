"""The form in which anybody asks about their data."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms

from hustings.policy.subject_request import Wanted

__all__ = ["AskForm"]


class AskForm(forms.Form):
    """Which account, what is wanted, how to reach the person, and how they can show that the account is theirs."""

    organisation = forms.ChoiceField(label="Whom you ask")
    wanted = forms.ChoiceField(choices=[(word.value, word.sentence) for word in Wanted], label="What you want")
    platform = forms.CharField(max_length=40, label="Platform", help_text="Where the account is, such as twitter.")
    account = forms.CharField(max_length=200, label="Account", help_text="Its name as it stands there.")
    contact = forms.CharField(max_length=200, label="How to reach you", help_text="A mail address or a postal address.")
    showing = forms.CharField(
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        label="How you can show that the account is yours",
        help_text="For example: I can post a word that you give me. Send no copy of an identity card.",
    )
    words = forms.CharField(
        max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}), label="In your own words"
    )

    def __init__(self, *args: Any, organisations: list[tuple[UUID, str]], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["organisation"].choices = [(str(key), name) for key, name in organisations]  # type: ignore[attr-defined]
