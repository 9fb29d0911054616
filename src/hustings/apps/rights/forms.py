"""The forms of rights audits."""

from __future__ import annotations

from typing import Any

from django import forms

from hustings.apps.people.seat import Seat
from hustings.apps.review.models import Policy
from hustings.apps.rights import find
from hustings.apps.rights.models import Table

__all__ = ["AuditForm", "TableForm"]


class TableForm(forms.Form):
    """A table of swaps and texts."""

    file = forms.FileField(label="Table (TOML or JSON)", help_text="1 MiB at most. The sample shows the form.")


class AuditForm(forms.Form):
    """Which table, through what, for which policy version."""

    table: forms.ModelChoiceField[Table] = forms.ModelChoiceField(label="Table", queryset=Table.objects.none())
    stage = forms.ChoiceField(
        label="Through",
        choices=[
            ("screening", "Screening: at once"),
            ("review", "Review: decided by people among their work"),
            ("detection", "Detection: made seasons searched by the worker"),
        ],
    )
    policy: forms.ModelChoiceField[Policy] = forms.ModelChoiceField(
        label="Policy version", queryset=Policy.objects.none()
    )
    country = forms.CharField(
        label="Country",
        max_length=2,
        required=False,
        help_text="Two letters; whose law the texts are read by. Screening only.",
    )

    def __init__(self, *given: Any, seat: Seat, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["table"].queryset = find.tables(seat)  # type: ignore[attr-defined]
        self.fields["policy"].queryset = Policy.objects.order_by("name", "-version")  # type: ignore[attr-defined]
