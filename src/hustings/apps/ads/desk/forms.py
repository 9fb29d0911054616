"""What verifiers fill in."""

from __future__ import annotations

from typing import Any

from django import forms

from hustings.apps.ads.desk.find import choices
from hustings.apps.review.models import Work

__all__ = ["BehindForm", "DecisionForm", "RegisterForm"]


class DecisionForm(forms.Form):
    """An outcome, the reason for it, and a note."""

    decision = forms.ChoiceField(label="Decision and reason", widget=forms.RadioSelect)
    note = forms.CharField(
        label="Note", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For whoever looks later; the advertiser reads the reason's own sentence.",
    )  # fmt: skip
    fence = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *given: Any, work: Work, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["fence"].initial = work.fence
        self.fields["decision"].choices = [  # type: ignore[attr-defined]
            (f"{outcome['code']}|{reason.code}", f"{outcome['title']}: {reason.title.lower()}")
            for outcome in choices(work)
            for reason in outcome["reasons"]
        ]


class BehindForm(forms.Form):
    """Who pays or controls, and what shows it."""

    part = forms.ChoiceField(
        label="Part",
        choices=[("controller", "Controller"), ("payer", "Payer"), ("agency", "Agency"), ("officer", "Officer")],
    )
    name = forms.CharField(label="Name", max_length=300, required=False, help_text="Left empty, it is not established.")
    country = forms.CharField(label="Country", max_length=2, required=False, help_text="Two letters.")
    evidence = forms.CharField(
        label="Evidence", max_length=500, required=False, help_text="The register or document, and where it stands."
    )


class RegisterForm(forms.Form):
    """An edition of a register as a file."""

    file = forms.FileField(
        label="File", help_text="FEC committees, FARA registrants, government domains, or any CSV with a mapping."
    )
    mapping = forms.FileField(
        label="Mapping", required=False, help_text="TOML that says which column is which, for any other CSV."
    )
    published = forms.DateField(
        label="Published on",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="The day for which the register speaks.",
    )
