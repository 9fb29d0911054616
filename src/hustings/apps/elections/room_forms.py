"""The forms of operations rooms and threat assessments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from hustings.apps.choices import choices
from hustings.apps.elections.forms import day, whom
from hustings.apps.elections.threats import Named
from hustings.apps.items.models import Item
from hustings.apps.people.models import Appointment
from hustings.exchange.disarm import EDITION, by_tactic
from hustings.policy.casework import Confidence
from hustings.policy.operations import ContactKind, Duty, IncidentState, LineKind, Severity
from hustings.policy.threat import Capability

__all__ = [
    "AssessmentForm",
    "CheckForm",
    "ContactForm",
    "DecideForm",
    "IncidentForm",
    "IncidentLineForm",
    "LineForm",
    "ShiftForm",
    "SituationForm",
]

SEVERITIES = [(one.value, f"{one.value} {one.name.lower()}: {one.sentence}") for one in Severity]
ACTORS = 4  # that one version names by this form; a further version names more


def moment(label: str, **named: Any) -> forms.DateTimeField:
    """A moment in UTC."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=f"{label} (UTC)", widget=widget, **named)


def long(label: str, rows: int = 3, **named: Any) -> forms.CharField:
    """A text of several lines."""
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **named)


class ShiftForm(forms.Form):
    """Who is on duty."""

    who = forms.ModelChoiceField(Appointment.objects.none(), label="Who", empty_label=None)
    duty = forms.TypedChoiceField(choices=choices(Duty), coerce=Duty, label="Duty")
    starts = moment("From")
    ends = moment("Until")
    languages = forms.CharField(
        max_length=100, required=False, label="Languages they read", help_text="Codes, as en, fr."
    )
    reach = forms.CharField(max_length=200, label="How they are called on duty")

    def __init__(self, *args: Any, people: QuerySet[Appointment], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["who"].queryset = people  # type: ignore[attr-defined]
        self.fields["who"].label_from_instance = whom  # type: ignore[attr-defined]


class LineForm(forms.Form):
    """A line of the log."""

    kind = forms.TypedChoiceField(
        choices=choices(LineKind), coerce=LineKind, initial=LineKind.LOG.value, label="What it is"
    )
    text = long("Line", max_length=2000)


class SituationForm(forms.Form):
    """What is said of the situation."""

    text = long("What is the case", max_length=2000)


class IncidentForm(forms.Form):
    """Something that happened."""

    title = forms.CharField(max_length=300, label="What happened")
    severity = forms.TypedChoiceField(
        choices=SEVERITIES, coerce=lambda said: Severity(int(said)), label="How bad it is held to be"
    )
    text = long("What is known", max_length=1000)
    seen_on = moment("First seen", required=False)
    page = forms.CharField(
        max_length=300,
        required=False,
        label="Page of what it is about",
        help_text="What follows the host, as /cases/...",
    )


class IncidentLineForm(forms.Form):
    """What was done about it."""

    text = long("What was found, done or told", max_length=1000)
    severity = forms.TypedChoiceField(
        choices=SEVERITIES, coerce=lambda said: Severity(int(said)), label="How bad it is held to be now"
    )
    state = forms.TypedChoiceField(choices=choices(IncidentState), coerce=IncidentState, label="It is")


class ContactForm(forms.Form):
    """Whom one calls."""

    kind = forms.TypedChoiceField(choices=choices(ContactKind), coerce=ContactKind, label="Who it is")
    office = forms.CharField(max_length=200, label="Platform, agency or office")
    name = forms.CharField(max_length=200, required=False, label="Who answers there")
    reach = forms.CharField(max_length=300, label="Number or address, and when")
    country = forms.CharField(
        max_length=2, required=False, label="Country", help_text="Two letters; empty where it answers for all."
    )
    place = forms.CharField(max_length=80, required=False, label="Part of the country")
    note = forms.CharField(max_length=500, required=False, label="What else one has to know")


class CheckForm(forms.Form):
    """Somebody tried a contact."""

    on = day("On")
    how = forms.CharField(max_length=300, label="How it was tried")
    answered = forms.TypedChoiceField(
        choices=[("yes", "Somebody answered"), ("no", "Nobody answered")],
        coerce=lambda said: said == "yes",
        label="What came of it",
    )


class DecideForm(forms.Form):
    """A second person's word on an assessment."""

    decision = forms.ChoiceField(choices=[("approve", "I stand by it"), ("back", "It goes back")], label="Decision")
    note = long("What you looked at, or what is missing", max_length=1000)


class AssessmentForm(forms.Form):
    """Who may do what to an election."""

    summary = long("Who may do what to whom, and how likely that is", rows=6, max_length=20_000)
    gaps = long("Gaps: what nobody could look at, and what would change this", max_length=20_000)
    confidence = forms.TypedChoiceField(
        choices=[(one.value, f"{one.value}: {one.sentence}") for one in Confidence],
        coerce=Confidence,
        label="How sure you are",
    )
    why = long("What that rests on", max_length=1000)
    methods = forms.MultipleChoiceField(
        choices=[(tactic, [(one.number, str(one)) for one in held]) for tactic, held in by_tactic()], required=False, label="Likely methods",
        widget=forms.SelectMultiple(attrs={"size": 10}), help_text=f"DISARM, as of {EDITION}. Several may be chosen.",
    )  # fmt: skip

    def __init__(self, *args: Any, known: QuerySet[Item], **named: Any) -> None:
        super().__init__(*args, **named)
        self.known = known
        for number in range(1, ACTORS + 1):
            self.fields[f"actor_{number}"] = forms.ModelChoiceField(
                known, required=False, label=f"Actor {number}: a profile", empty_label="none, or without a profile"
            )
            self.fields[f"actor_{number}"].label_from_instance = lambda item: item.title  # type: ignore[attr-defined]
            self.fields[f"name_{number}"] = forms.CharField(
                max_length=300, required=False, label=f"Actor {number}: a name, without a profile"
            )
            self.fields[f"capability_{number}"] = forms.ChoiceField(
                choices=[(one.value, f"{one.value}: {one.sentence}") for one in Capability], required=False, initial=Capability.UNKNOWN.value,
                label=f"Actor {number}: what it could do",
            )  # fmt: skip
            self.fields[f"why_{number}"] = forms.CharField(
                max_length=1000, required=False, label=f"Actor {number}: why you say so"
            )

    def clean(self) -> dict[str, Any]:
        """Each actor as one value."""
        data = super().clean() or {}
        data["actors"] = [
            Named(
                actor=data.get(f"actor_{number}"), name=str(data.get(f"name_{number}") or getattr(data.get(f"actor_{number}"), "title", "")),
                capability=Capability(data.get(f"capability_{number}") or Capability.UNKNOWN), why=data.get(f"why_{number}") or "",
            )
            for number in range(1, ACTORS + 1) if data.get(f"actor_{number}") or data.get(f"name_{number}") or data.get(f"why_{number}")
        ]  # fmt: skip
        return data

    @property
    def written(self) -> dict[str, Any]:
        """What `threats.write` takes."""
        return {name: self.cleaned_data[name] for name in ("summary", "gaps", "confidence", "why", "methods", "actors")}
