"""The form with which something is told to partners."""

from __future__ import annotations

from typing import Any

from django import forms

from hustings.apps.people.seat import Seat
from hustings.apps.said.publishing import collections
from hustings.apps.taxii.models import Collection
from hustings.exchange.stix.marking import Reads

__all__ = ["PublishForm"]

WORDS = [
    (Reads.TLP.value, "traffic lights"),
    (Reads.ACS.value, "traffic lights and access control sets"),
    (Reads.HUSTINGS.value, "all limits of ours: they run this system"),
]


class PublishForm(forms.Form):
    """Into which collection, and which markings its readers apply."""

    collection: forms.ModelChoiceField[Collection] = forms.ModelChoiceField(
        label="Collection", queryset=Collection.objects.none()
    )
    reads = forms.ChoiceField(
        label="Its readers apply",
        choices=WORDS,
        help_text="As the agreements with them say. A limit that they cannot read keeps all of it from going.",
    )

    def __init__(self, *given: Any, seat: Seat, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["collection"].queryset = collections(seat)  # type: ignore[attr-defined]
