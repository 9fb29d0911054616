"""The forms of tips, sweeps and tear-lines."""

from __future__ import annotations

import csv
from typing import Any

from django import forms

from hustings.apps.choices import choices, level_choices
from hustings.apps.items.models import SharingGroup
from hustings.apps.people.models import Appointment, Organisation
from hustings.apps.sweeps.models import WHAT, TraceTable
from hustings.policy.level import Level
from hustings.policy.marking import Marking, Need, Tlp
from hustings.policy.role import Role

__all__ = ["AnswerForm", "AskForm", "DecisionForm", "TearLineForm", "TipForm"]


BEHAVIOUR = [
    ("foreign", "somebody acts for abroad"),
    ("covert", "somebody hides who they are, or acts as many"),
    ("false_voting_facts", "wrong facts on how, when or where to vote"),
    ("speech_alone", "nothing: it is about what was said"),
]


class TipForm(forms.Form):
    """What a liaison records of a tip."""

    title = forms.CharField(max_length=300, label="What it is about, in a line")
    source = forms.ModelChoiceField(Organisation.objects.none(), label="Received from")
    reference = forms.CharField(max_length=100, label="The source's control number")
    tlp = forms.ChoiceField(choices=choices(Tlp), initial=Tlp.RED.value, label="Traffic light")
    level = forms.TypedChoiceField(choices=level_choices(Level), coerce=int, initial=0, label="Level")
    compartments = forms.CharField(max_length=200, required=False, help_text="Codes, with commas between.")
    group = forms.ModelChoiceField(SharingGroup.objects.none(), required=False, label="Sharing group")
    originator_consent = forms.BooleanField(
        required=False, initial=True, label="Goes no further without the source's consent"
    )
    text = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        label="What it says",
        help_text="Leave empty above unclassified: this installation keeps a pointer only.",
    )
    where_to_read = forms.CharField(
        max_length=300, required=False, label="Where it is read", help_text="For a pointer."
    )
    starts = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        required=False,
        label="Accounts, traces or posts it names",
        help_text="One a line: actor, trace or content; platform; name. For example: actor; twitter; example_account",
    )

    behaviour = forms.MultipleChoiceField(
        choices=BEHAVIOUR,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="What it says of how somebody behaves",
        help_text="A tip about what people at home may lawfully say, and nothing else, is refused and counted.",
    )
    named_content = forms.IntegerField(
        min_value=0, max_value=1_000_000, initial=0, label="How many accounts, posts, pages, ads or addresses it names"
    )
    ground = forms.CharField(
        max_length=500, required=False, label="Why it may be told to us", help_text="A law, an agreement or a duty."
    )

    def __init__(self, *args: Any, organisations: Any, groups: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["source"].queryset = organisations  # type: ignore[attr-defined]
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]

    def clean_starts(self) -> list[tuple[str, str, str]]:
        """The lines as (what, platform, name), all wrong ones told at once."""
        starts, wrong = [], []
        rows = csv.reader(self.cleaned_data["starts"].splitlines(), delimiter=";", skipinitialspace=True)
        for number, row in enumerate(rows, 1):
            parts = [part.strip() for part in row]
            if not any(parts):
                continue
            if len(parts) != 3 or parts[0] not in WHAT or not parts[2]:
                wrong.append(
                    f"Line {number} reads '{'; '.join(parts)[:80]}'; it needs {', '.join(WHAT)}; platform; name."
                )
            else:
                starts.append((parts[0], parts[1], parts[2]))
        if wrong:
            raise forms.ValidationError(wrong)
        return starts

    def marking(self) -> Marking:
        """The marking asked for; the tip stays its source's."""
        data = self.cleaned_data
        level = Level(data["level"])
        codes = {code.strip().upper() for code in data["compartments"].split(",") if code.strip()}
        return Marking(
            tlp=Tlp(data["tlp"]),
            owner=str(data["source"].pk),
            level=level,
            compartments=frozenset(codes),
            group=str(data["group"].pk) if data["group"] else None,
            need=Need.NAMED,
            originator_consent=data["originator_consent"],
            kept_here=level is Level.UNCLASSIFIED,
        )


class AskForm(forms.Form):
    """What a search needs before anybody agrees to it."""

    table = forms.ModelChoiceField(TraceTable.objects.none(), label="Searched among", empty_label=None)
    purpose = forms.CharField(
        max_length=500, widget=forms.Textarea(attrs={"rows": 3}), label="What is looked for, and why now"
    )
    legal_ground = forms.CharField(
        max_length=300, help_text="The law, contract or mandate that permits it, with its article."
    )
    election = forms.CharField(max_length=200, label="Election that is protected")
    election_on = forms.DateField(
        label="Election day", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    population = forms.CharField(
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        label="Population",
        help_text="The rule by which the posts were collected. A list of people is not a population.",
    )

    def __init__(self, *args: Any, tables: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        field = self.fields["table"]
        field.queryset = tables  # type: ignore[attr-defined]
        field.label_from_instance = lambda table: f"{table.item.title} ({table.actors:,} accounts)"  # type: ignore[attr-defined]


class TearLineForm(forms.Form):
    """Words that might be told, and to whom."""

    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), max_length=2000, label="What may be told")
    tlp = forms.ChoiceField(choices=choices(Tlp), initial=Tlp.GREEN.value, label="Marking asked for")
    group = forms.ModelChoiceField(SharingGroup.objects.none(), required=False, label="Sharing group, for amber")

    def __init__(self, *args: Any, groups: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]

    def marking(self, owner: str) -> Marking:
        """The marking asked for."""
        tlp = Tlp(self.cleaned_data["tlp"])
        group = self.cleaned_data["group"]
        working = frozenset({Role.ANALYST, Role.REVIEWER, Role.LIAISON, Role.AUDITOR})
        need = {Tlp.CLEAR: Need.NONE, Tlp.GREEN: Need.NONE, Tlp.RED: Need.NAMED}.get(tlp, Need.ROLE)
        return Marking(
            tlp=tlp,
            owner=owner,
            group=str(group.pk) if group else None,
            need=need,
            roles=working if need is Need.ROLE else None,
        )


class DecisionForm(forms.Form):
    """A decision and its reason."""

    decision = forms.ChoiceField(choices=[("approve", "approve"), ("refuse", "refuse")], widget=forms.HiddenInput)
    reason = forms.CharField(max_length=300, min_length=3, label="Reason, kept in the log")


class AnswerForm(forms.Form):
    """What goes back to the source."""

    opinion = forms.ChoiceField(
        choices=[
            ("positive", "positive: the tip held"),
            ("seed", "seed: worth looking further"),
            ("negative", "negative: nothing found"),
            ("disputed", "disputed: what we found speaks against it"),
        ]
    )
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), max_length=2000, label="Answer")


class GrantForm(forms.Form):
    """Who needs to know, what for, and until when."""

    appointment = forms.ModelChoiceField(Appointment.objects.none(), label="Who needs to know")
    purpose = forms.CharField(max_length=300)
    ends_on = forms.DateField(
        label="Until the end of", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, appointments: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        field = self.fields["appointment"]
        field.queryset = appointments  # type: ignore[attr-defined]
        field.label_from_instance = (  # type: ignore[attr-defined]
            lambda held: f"{held.person.name}, {held.position.title}, {held.position.organisation.name}"
        )
