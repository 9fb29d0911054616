"""The forms of casework."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from hustings.apps.cases.models import Campaign, Case, Hypothesis, Lead, Task
from hustings.apps.choices import choices
from hustings.apps.items.models import Item
from hustings.apps.people.models import Appointment
from hustings.exchange.disarm import EDITION, by_tactic, techniques
from hustings.policy.casework import CASE, Confidence, Disposition, LeadSource, MemberKind, Outcome, Side, TaskState

__all__ = [
    "ArgumentForm", "CampaignForm", "CaptureForm", "CaseForm", "ClaimForm", "DescribeForm", "DisposeForm", "DissentForm", "HypothesisForm", "LeadForm",
    "MemberDecisionForm", "MemberForm", "MoveForm", "NoteForm", "OpenForm", "PackForm", "RestForm", "SealForm", "TaskEndForm", "TaskForm",
]  # fmt: skip


def long(**named: Any) -> forms.CharField:
    """Words over several lines."""
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), **named)


def day(**named: Any) -> forms.DateField:
    """A day, as browsers ask for one."""
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **named)


def about_a_person(held: Appointment) -> str:
    """A person as a list shows them."""
    return f"{held.person.name}, {held.position.title}"


class LeadForm(forms.Form):
    """What somebody says should be looked at."""

    title = forms.CharField(max_length=300, label="What it is about, in a line")
    source = forms.ChoiceField(
        choices=[(one.value, one.value) for one in LeadSource if not one.machine], label="Who told it"
    )
    text = long(required=False, label="What was told, and where it can be read")
    about = long(required=False, label="Accounts, pages, ads or addresses it is about",
        help_text="One a line: account, page, ad or address; platform; name. For example: page; meridian; 17",
    )  # fmt: skip

    def __init__(self, *args: Any, item: Item | None = None, **named: Any) -> None:
        super().__init__(*args, **named)
        if item is not None:
            self.fields["title"].initial = item.title
            source = (
                LeadSource.FINDING if item.kind == "finding" else LeadSource.SWEEP if item.kind == "sweep" else None
            )
            if source is not None:
                self.fields["source"].choices = [(source.value, source.value)]  # type: ignore[attr-defined]

    def clean_about(self) -> list[tuple[str, str, str]]:
        """The lines as (what, platform, name), all wrong ones told at once."""
        found, wrong = [], []
        for number, line in enumerate(self.cleaned_data["about"].splitlines(), 1):
            parts = [part.strip() for part in line.split(";", 2)]
            if not any(parts):
                continue
            if len(parts) != 3 or parts[0] not in {"account", "page", "ad", "address"} or not 0 < len(parts[2]) <= 500:
                wrong.append(
                    f"Line {number} reads '{line.strip()[:80]}'; it needs account, page, ad or address; platform; name."
                )
            else:
                found.append((parts[0], parts[1][:40], parts[2]))
        if wrong:
            raise forms.ValidationError(wrong)
        return found


class DisposeForm(forms.Form):
    """What becomes of a lead: taken up in a case, or dismissed."""

    case = forms.ModelChoiceField(Case.objects.none(), required=False, label="Take it up in", empty_label="(no case)")
    disposition = forms.ChoiceField(
        choices=[("", "(not dismissed)"), *((one.value, f"{one.value}: {one.sentence}") for one in Disposition)],
        required=False, label="Or dismiss it as",
    )  # fmt: skip
    reason = forms.CharField(max_length=500, required=False, label="Why, where it is dismissed")

    def __init__(self, *args: Any, cases: QuerySet[Case], **named: Any) -> None:
        super().__init__(*args, **named)
        field = self.fields["case"]
        field.queryset = cases  # type: ignore[attr-defined]
        field.label_from_instance = lambda case: case.item.title  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        data: dict[str, Any] = super().clean() or {}
        if bool(data.get("case")) == bool(data.get("disposition")):
            raise forms.ValidationError("Choose a case to take it up in, or a reason to dismiss it: one of the two.")
        if data.get("disposition") and not (data.get("reason") or "").strip():
            self.add_error("reason", "Say why it is dismissed; it stands in the log.")
        return data


class CaseForm(forms.Form):
    """What a case asks."""

    title = forms.CharField(max_length=300, label="Title")
    question = forms.CharField(max_length=500, label="The question it answers")
    scope = long(required=False, label="Scope", help_text="Platforms, countries, time; and what is left out.")
    leads = forms.ModelMultipleChoiceField(Lead.objects.none(), required=False, label="Leads it takes up")

    def __init__(self, *args: Any, leads: QuerySet[Lead], **named: Any) -> None:
        super().__init__(*args, **named)
        field = self.fields["leads"]
        field.queryset = leads  # type: ignore[attr-defined]
        field.label_from_instance = lambda lead: lead.item.title  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    """A line of the case's log."""

    text = long(label="Note")


class HypothesisForm(forms.Form):
    """A possible answer."""

    text = forms.CharField(max_length=500, label="A possible answer to the question")


class ArgumentForm(forms.Form):
    """What speaks for or against an answer."""

    hypothesis = forms.ModelChoiceField(Hypothesis.objects.none(), empty_label=None)
    side = forms.ChoiceField(choices=choices(Side), label="Speaks")
    text = forms.CharField(max_length=1000, label="What")
    rests_on = forms.ModelChoiceField(
        Item.objects.none(), required=False, label="It rests on", empty_label="(nothing kept here)"
    )

    def __init__(self, *args: Any, case: Case, material: QuerySet[Item], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["hypothesis"].queryset = Hypothesis.objects.filter(case=case, given_up_at=None)  # type: ignore[attr-defined]
        self.fields["hypothesis"].label_from_instance = lambda one: one.text  # type: ignore[attr-defined]
        self.fields["rests_on"].queryset = material  # type: ignore[attr-defined]
        self.fields["rests_on"].label_from_instance = lambda item: f"{item.kind}: {item.title}"  # type: ignore[attr-defined]


class TaskForm(forms.Form):
    """Something to do, or how it ended."""

    title = forms.CharField(max_length=300, label="What is to be done")
    for_whom = forms.ModelChoiceField(Appointment.objects.none(), required=False, label="By", empty_label="(anybody)")
    due = day(required=False, label="Until")

    def __init__(self, *args: Any, people: QuerySet[Appointment], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["for_whom"].queryset = people  # type: ignore[attr-defined]
        self.fields["for_whom"].label_from_instance = about_a_person  # type: ignore[attr-defined]


class TaskEndForm(forms.Form):
    """How a task ended."""

    task = forms.ModelChoiceField(Task.objects.none(), empty_label=None)
    state = forms.ChoiceField(choices=[(one.value, one.value) for one in TaskState if one is not TaskState.OPEN])
    result = forms.CharField(max_length=500, required=False)

    def __init__(self, *args: Any, case: Case, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["task"].queryset = Task.objects.filter(case=case, state=TaskState.OPEN)  # type: ignore[attr-defined]
        self.fields["task"].label_from_instance = lambda task: task.title  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """A step of the case."""

    code = forms.ChoiceField(label="Step")
    outcome = forms.ChoiceField(
        choices=[("", "(only where it is closed)"), *choices(Outcome)], required=False, label="How it ended"
    )
    reason = forms.CharField(max_length=500, label="Why")

    def __init__(self, *args: Any, case: Case, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["code"].choices = [(step.code, step.sentence) for step in CASE if case.state in step.sources]  # type: ignore[attr-defined]


class SealForm(forms.Form):
    """A file that is sealed as evidence."""

    file = forms.FileField(label="The original, as it was received or exported")
    tool = forms.CharField(
        max_length=200, label="How it was made", help_text="Program and version, or by hand and how."
    )
    captured_at = forms.DateTimeField(
        label="When it was as it shows (UTC)",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    what = forms.ChoiceField(
        choices=[("", "(nothing by name)"), *choices(MemberKind)], required=False, label="It shows"
    )
    platform = forms.CharField(max_length=40, required=False)
    of = forms.CharField(max_length=500, required=False, label="Name or number there")
    source_url = forms.CharField(max_length=2000, required=False, label="Address it was at")
    why = forms.CharField(max_length=500, required=False, label="Why it is kept")


class MemberForm(forms.Form):
    """What may belong to a campaign."""

    kind = forms.ChoiceField(choices=choices(MemberKind))
    platform = forms.CharField(max_length=40, required=False)
    name = forms.CharField(max_length=500, label="Name or number there")
    part = forms.CharField(max_length=100, required=False, label="What it does in the campaign")
    confidence = forms.ChoiceField(choices=[(one.value, f"{one.value}: {one.sentence}") for one in Confidence])
    method = forms.CharField(max_length=200, label="How it was found to belong")
    rests_on = forms.ModelMultipleChoiceField(Item.objects.none(), required=False, label="It rests on")

    def __init__(self, *args: Any, material: QuerySet[Item], **named: Any) -> None:
        super().__init__(*args, **named)
        field = self.fields["rests_on"]
        field.queryset = material.filter(kind__in=["evidence", "finding", "sweep", "run"])  # type: ignore[attr-defined]
        field.label_from_instance = lambda item: f"{item.kind}: {item.title}"  # type: ignore[attr-defined]


class RestForm(forms.Form):
    """What a membership that stands rests on too."""

    item = forms.ModelChoiceField(Item.objects.none(), label="It rests on", empty_label="Choose")
    rows = forms.CharField(max_length=200, required=False, label="Which part or rows of it")

    def __init__(self, *args: Any, material: QuerySet[Item], **named: Any) -> None:
        super().__init__(*args, **named)
        field = self.fields["item"]
        field.queryset = material.filter(kind__in=["evidence", "finding", "sweep", "run"])  # type: ignore[attr-defined]
        field.label_from_instance = lambda item: f"{item.kind}: {item.title}"  # type: ignore[attr-defined]


class ClaimForm(forms.Form):
    """Who may stand behind a campaign, as somebody says in their own name."""

    claim = forms.CharField(max_length=500, label="Who may stand behind it")
    confidence = forms.ChoiceField(choices=[(one.value, f"{one.value}: {one.sentence}") for one in Confidence])
    grounds = long(label="On which grounds")
    alternatives = long(label="Who else it may be, and what speaks for that")


class DissentForm(forms.Form):
    """Why somebody disagrees with a claim."""

    claim = forms.UUIDField(widget=forms.HiddenInput)
    text = long(label="Why you disagree")


class MemberDecisionForm(forms.Form):
    """Whether something belongs to a campaign."""

    member = forms.UUIDField(widget=forms.HiddenInput)
    decision = forms.ChoiceField(choices=[("accept", "accept"), ("withdraw", "withdraw")])
    reason = forms.CharField(max_length=500, label="Why")


class OpenForm(forms.Form):
    """Why somebody opens a sealed object."""

    why = forms.CharField(max_length=500, min_length=3, label="Why you open it")


class CaptureForm(forms.Form):
    """An address to be captured."""

    url = forms.URLField(max_length=2000, assume_scheme="https", label="Address")
    why = forms.CharField(max_length=500, required=False, label="Why it is kept")


class PackForm(forms.Form):
    """Why a package of the evidence is made, and for whom."""

    to = forms.CharField(max_length=300, label="Who gets it")
    why = forms.CharField(max_length=500, min_length=3, label="On which ground they get it")
    redacted = forms.BooleanField(required=False, label="Of what was redacted the copies alone")


class DescribeForm(forms.Form):
    """Whom a campaign addresses, what it tells people, and by which techniques."""

    aims_at = forms.CharField(
        max_length=200, required=False, label="Countries it addresses", help_text="Codes, with commas between."
    )
    narratives = long(required=False, label="What it tells people, one a line")
    tactics = forms.MultipleChoiceField(
        required=False, label="DISARM techniques", help_text="Several may be chosen. In the order in which an operation goes.",
        widget=forms.SelectMultiple(attrs={"size": 8}),
        error_messages={"invalid_choice": f"%(value)s is no technique of the edition of {EDITION}: a number reads T0086 or T0086.001."},
    )  # fmt: skip

    def __init__(self, *args: Any, campaign: Campaign | None = None, **named: Any) -> None:
        super().__init__(*args, **named)
        offered: list[Any] = [(tactic, [(one.number, str(one)) for one in held]) for tactic, held in by_tactic()]
        known = techniques()
        earlier = [one for one in campaign.tactics if one not in known] if campaign is not None else []
        if earlier:
            offered.append(("Of another edition", [(one, one) for one in earlier]))
        self.fields["tactics"].choices = offered  # type: ignore[attr-defined]
        if campaign is not None:
            self.initial = {
                "aims_at": ", ".join(campaign.aims_at), "narratives": "\n".join(campaign.narratives), "tactics": campaign.tactics,
            }  # fmt: skip

    def clean_aims_at(self) -> list[str]:
        """The codes, all wrong ones told at once."""
        codes = [code.strip().upper() for code in self.cleaned_data["aims_at"].split(",") if code.strip()]
        wrong = [code for code in codes if not (len(code) == 2 and code.isascii() and code.isalpha())]
        if wrong:
            raise forms.ValidationError(f"{', '.join(wrong)[:80]}: a country's code has two letters, such as DE.")
        return codes

    def clean_narratives(self) -> list[str]:
        """The lines."""
        return [line.strip()[:300] for line in self.cleaned_data["narratives"].splitlines() if line.strip()]


class CampaignForm(DescribeForm):
    """What a campaign is called and whom it addresses."""

    name = forms.CharField(max_length=300)
    field_order = ("name",)
