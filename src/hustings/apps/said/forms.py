"""The form with which something is told to partners."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from hustings.apps.items.models import SharingGroup
from hustings.apps.people.models import Organisation
from hustings.apps.taxii.models import Collection
from hustings.exchange.stix.marking import Reads
from hustings.policy.marking import Tlp

__all__ = ["PublishForm", "LeadForm", "RelabelForm"]

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

    def __init__(self, *given: Any, offered: Sequence[Collection], **named: Any) -> None:
        super().__init__(*given, **named)
        rows = Collection.objects.filter(pk__in=[one.pk for one in offered]).order_by("title", "pk")
        self.fields["collection"].queryset = rows  # type: ignore[attr-defined]


class LeadForm(forms.Form):
    """Why somebody should look at what a partner sent."""

    reason = forms.CharField(max_length=500, label="Why somebody should look")


class RelabelForm(forms.Form):
    """Who may know an item from now on, and why."""

    tlp = forms.ChoiceField(
        label="Traffic light",
        choices=[(one.value, f"{one.value}: {one.sentence}") for one in Tlp if one is not Tlp.RED],
        initial=Tlp.AMBER_STRICT.value,
    )
    group: forms.ModelChoiceField[SharingGroup] = forms.ModelChoiceField(
        SharingGroup.objects.none(), required=False, label="Sharing group, for amber", empty_label="(none)"
    )
    organisations: forms.ModelMultipleChoiceField[Organisation] = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        required=False,
        label="Organisations, for amber+strict",
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(
        max_length=500, label="Why others may know it", help_text="It stands in the log with your name."
    )

    def __init__(self, *given: Any, partners: QuerySet[Organisation], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["group"].queryset = SharingGroup.objects.order_by("name", "pk")  # type: ignore[attr-defined]
        self.fields["organisations"].queryset = partners  # type: ignore[attr-defined]
