"""The forms about gatherings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from hustings.apps.cases.forms import day, long
from hustings.apps.cases.models import Evidence, Gathering
from hustings.apps.choices import choices
from hustings.policy.casework import Contact, Counted, TookPlace

__all__ = [
    "ContactForm", "FigureForm", "GatherForm", "GatheringForm", "HeldForm", "LinkForm", "NoticeForm", "OpposeForm", "ToldForm", "UnwittingForm",
]  # fmt: skip


class GatherForm(forms.Form):
    """Which ads gatherings are taken from."""

    archive = forms.CharField(
        max_length=30, required=False, label="Archive", help_text="Such as ira, portal or api; all where it is empty."
    )
    query = forms.CharField(max_length=200, required=False, label="Words of the ads")


class GatheringForm(forms.Form):
    """A gathering that is known by other means."""

    title = forms.CharField(max_length=300, label="What people were called to")
    site = forms.CharField(max_length=40, required=False, label="Site it was announced on")
    number = forms.CharField(max_length=60, required=False, label="Its number there")
    place = forms.CharField(max_length=300, required=False, label="Place, as its source says it")
    region = forms.RegexField(
        r"^[A-Za-z]{2}-[A-Za-z0-9]{1,3}$", required=False, label="Region", help_text="Such as US-TX."
    )
    country = forms.RegexField(r"^[A-Za-z]{2}$", required=False, label="Country", help_text="Two letters.")
    day = day(required=False, label="Day")
    starts = forms.DateTimeField(
        required=False, label="Moment (UTC)",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    hosts = long(required=False, label="Pages and buyers that announced it, one a line")
    called_off = forms.ChoiceField(
        choices=[("", "not as far as is known"), ("cancelled", "cancelled"), ("removed", "removed by the platform")],
        required=False, label="Taken back",
    )  # fmt: skip
    source = forms.CharField(max_length=500, label="Where this is known from")

    def clean_hosts(self) -> list[str]:
        """The lines."""
        return [line.strip()[:300] for line in self.cleaned_data["hosts"].splitlines() if line.strip()]


class FigureForm(forms.Form):
    """How many."""

    what = forms.ChoiceField(choices=choices(Counted), label="People counted as")
    value = forms.IntegerField(min_value=0, max_value=10**12, label="How many")
    source = forms.CharField(max_length=300, label="By which source")


class LinkForm(forms.Form):
    """An ad that called to it."""

    archive = forms.CharField(
        max_length=30, label="Archive", help_text="Or the word library, with the number the public knows."
    )
    number = forms.CharField(max_length=200, label="Number there")
    buyer = forms.CharField(max_length=300, required=False, label="Page or buyer")


class OpposeForm(forms.Form):
    """What stands against it."""

    other = forms.ModelChoiceField(Gathering.objects.none(), empty_label=None, label="Gathering")
    matter = forms.CharField(max_length=300, label="Matter they disagree on")
    sentence = forms.CharField(max_length=500, label="What each called for")

    def __init__(self, *args: Any, others: QuerySet[Gathering], **named: Any) -> None:
        super().__init__(*args, **named)
        field = self.fields["other"]
        field.queryset = others  # type: ignore[attr-defined]
        field.label_from_instance = lambda one: f"{one.day or 'no day'}, {one.title}"  # type: ignore[attr-defined]


class HeldForm(forms.Form):
    """Whether it took place."""

    answer = forms.ChoiceField(choices=choices(TookPlace), label="It")
    says = forms.CharField(max_length=300, required=False, label="Who says so")
    rests_on = forms.ModelMultipleChoiceField(Evidence.objects.none(), required=False, label="On which sealed evidence")

    def __init__(self, *args: Any, evidence: QuerySet[Evidence], **named: Any) -> None:
        super().__init__(*args, **named)
        of_evidence(self.fields["rests_on"], evidence)


class UnwittingForm(forms.Form):
    """How many took part unknowing."""

    people = forms.IntegerField(min_value=0, max_value=10**6, label="How many people")
    rests_on = forms.ModelChoiceField(
        Evidence.objects.none(), empty_label=None, label="The sealed evidence that tells who",
        help_text="Their names are written nowhere else.",
    )  # fmt: skip

    def __init__(self, *args: Any, evidence: QuerySet[Evidence], **named: Any) -> None:
        super().__init__(*args, **named)
        of_evidence(self.fields["rests_on"], evidence)


def of_evidence(field: Any, evidence: QuerySet[Evidence]) -> None:
    """Let a field choose among sealed objects."""
    field.queryset = evidence
    field.label_from_instance = lambda one: f"{one.name}, {one.sha256[:12]}"


class NoticeForm(forms.Form):
    """Whom to tell."""

    contact = forms.ChoiceField(choices=choices(Contact), label="Whom to tell")
    words = forms.CharField(
        max_length=300, required=False, label="Which office", help_text="Never a private person's name."
    )


class ToldForm(forms.Form):
    """Who was told."""

    notice = forms.UUIDField(widget=forms.HiddenInput)


class ContactForm(forms.Form):
    """Whom one's organisation calls about a gathering to come."""

    words = forms.CharField(
        max_length=300, label="Safety contact", help_text="An office with its number, in words that hold at night."
    )
