"""The forms of elections."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from hustings.apps.choices import choices
from hustings.apps.elections.models import Claim, Election
from hustings.apps.people.models import Appointment
from hustings.connectors.elections import LAYOUTS
from hustings.policy.election import Authority, Kind, Level, Method, Status
from hustings.policy.risk_tier import ANSWERS, Factor, Tier

__all__ = [
    "ChoiceForm", "ClaimForm", "ElectionForm", "GiveForm", "ListForm", "NoteForm", "Own", "RuleAgainForm", "TakeOnForm", "TaskForm", "TierForm",
    "VotingRuleForm", "day", "whom",
]  # fmt: skip

UNKNOWN = [("", "The source does not say"), ("yes", "Yes"), ("no", "No")]


def day(label: str, **named: object) -> forms.DateField:
    """A day, by the browser's own calendar."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **named)  # type: ignore[arg-type]


def hour(label: str) -> forms.TimeField:
    """An hour of local time."""
    return forms.TimeField(label=label, required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


def answer(label: str) -> forms.TypedChoiceField:
    """Yes, no, or not said."""
    return forms.TypedChoiceField(
        label=label, choices=UNKNOWN, required=False, empty_value=None, coerce={"yes": True, "no": False}.get
    )


class ClaimForm(forms.Form):
    """What a source says of an election."""

    on = day("Day of voting", required=False)
    status = forms.TypedChoiceField(choices=choices(Status), coerce=Status, label="Status")
    source = forms.CharField(max_length=300, label="Who says so", help_text="Title, edition, section.")
    authority = forms.TypedChoiceField(
        choices=choices(Authority), coerce=Authority, required=False, empty_value=Authority.UNSTATED, initial=Authority.UNSTATED.value,
        label="What kind of source", help_text="The plan goes by the strongest kind; the list is in that order.",
    )  # fmt: skip
    said_on = day("The day for which it speaks", required=False)
    source_url = forms.URLField(max_length=500, required=False, label="Address of the source", assume_scheme="https")


class ChoiceForm(forms.Form):
    """Which claim the plan goes by."""

    claim = forms.ModelChoiceField(Claim.objects.none(), label="The plan goes by", empty_label=None)
    why = forms.CharField(max_length=400, label="Why this one")

    def __init__(self, *args: Any, election: Election, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["claim"].queryset = election.claims.order_by("recorded_at", "pk")  # type: ignore[attr-defined]
        self.fields["claim"].label_from_instance = in_a_line  # type: ignore[attr-defined]


def in_a_line(claim: Claim) -> str:
    """A claim among others."""
    on = f"{claim.on:%-d %B %Y}" if claim.on else "no day"
    return f"{on}, {claim.status}: {claim.source} ({claim.authority})"


class RuleAgainForm(forms.Form):
    """A choice is taken back."""

    why = forms.CharField(max_length=400, label="Why the rule is right after all")


class ListForm(forms.Form):
    """A list of elections, as a file."""

    file = forms.FileField(label="The list", help_text="CSV or iCalendar, at most 50 MiB.")
    layout = forms.ChoiceField(
        choices=[(name, f"{name}: {words}") for name, (_, words) in LAYOUTS.items()], label="Its layout"
    )
    source = forms.CharField(
        max_length=300,
        required=False,
        label="Who says so",
        help_text="Title, edition. Empty: the layout's own, where it has one.",
    )
    authority = forms.TypedChoiceField(
        choices=[("", "as the layout says"), *choices(Authority)], coerce=Authority, required=False, empty_value=None, label="What kind of source",
    )  # fmt: skip
    as_of = day("The day for which it speaks", required=False)


class ElectionForm(ClaimForm):
    """A new election."""

    name = forms.CharField(max_length=300, label="Name")
    country = forms.CharField(
        max_length=2,
        min_length=2,
        label="Country",
        help_text="Two letters, as US or DE; EU for the European Parliament.",
    )
    place = forms.CharField(
        max_length=80, required=False, label="Part of the country", help_text="Empty for the whole of it."
    )
    body = forms.CharField(
        max_length=200,
        required=False,
        label="What is elected",
        help_text="A house or an office, where several are elected on one day.",
    )
    level = forms.TypedChoiceField(
        choices=choices(Level),
        coerce=Level,
        initial=Level.NATIONAL.value,
        label="Level",
        help_text="Federal elections are national, those of a state of a federation regional.",
    )
    kind = forms.TypedChoiceField(choices=choices(Kind), coerce=Kind, label="Kind")
    field_order = [
        "name",
        "country",
        "place",
        "level",
        "kind",
        "body",
        "on",
        "status",
        "source",
        "authority",
        "said_on",
        "source_url",
    ]


class VotingRuleForm(forms.Form):
    """How people may vote."""

    valid_from = day("In force from")
    valid_to = day("Last day", required=False)
    polls_open = hour("Polls open")
    polls_close = hour("Polls close")
    methods = forms.TypedMultipleChoiceField(
        choices=choices(Method), coerce=Method, required=False, empty_value=None, widget=forms.CheckboxSelectMultiple,
        label="All ways of voting", help_text="None ticked: the source does not say.",
    )  # fmt: skip
    phone_vote = answer("By phone or text")
    online_vote = answer("Online")
    id_required = answer("Proof of identity is required")
    registration_ends = day("Registration ends", required=False)
    source = forms.CharField(max_length=300, label="Who says so", help_text="Title, edition, section.")
    source_url = forms.URLField(max_length=500, required=False, label="Address of the source", assume_scheme="https")


class TakeOnForm(forms.Form):
    """An election is taken on."""

    languages = forms.CharField(
        max_length=200,
        required=False,
        label="Languages that voters read",
        help_text="Codes with commas between, as en, fr.",
    )


class TierForm(forms.Form):
    """How much an election is worth."""

    tier = forms.TypedChoiceField(
        choices=[(tier.value, f"{tier.value}: {tier.sentence}") for tier in Tier],
        coerce=lambda said: Tier(int(said)),
        label="Tier",
    )
    why = forms.CharField(
        max_length=1000, label="What your judgement rests on", widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        for factor, answers in ANSWERS.items():
            self.fields[factor.name.lower()] = forms.ChoiceField(
                choices=[("", "not known"), *((answer, answer) for answer in answers)], required=False, label=factor.value.capitalize()
            )  # fmt: skip
        self.order_fields([*(factor.name.lower() for factor in Factor), "tier", "why"])

    @property
    def factors(self) -> dict[str, str]:
        """The answers given, by factor."""
        said = {factor.value: self.cleaned_data.get(factor.name.lower(), "") for factor in Factor}
        return {factor: answer for factor, answer in said.items() if answer}


class Own(forms.Form):
    """A form that names a colleague."""

    owner = forms.ModelChoiceField(
        Appointment.objects.none(), required=False, label="Whose it is", empty_label="nobody's yet"
    )

    def __init__(self, *args: Any, people: QuerySet[Appointment], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]
        self.fields["owner"].label_from_instance = whom  # type: ignore[attr-defined]


def whom(one: Appointment) -> str:
    """A colleague in a list."""
    return f"{one.person.name}, {one.position.title}"


class TaskForm(Own):
    """A task that the table does not have."""

    title = forms.CharField(max_length=300, label="What is to be done")
    due = day("Until", required=False)
    with_day = forms.BooleanField(required=False, initial=True, label="It moves with the day of voting")
    field_order = ["title", "due", "with_day", "owner"]


class GiveForm(Own):
    """Whose a task is."""


class NoteForm(forms.Form):
    """A line about what came of a task."""

    note = forms.CharField(max_length=1000, label="What came of it, or why")
