"""The forms of partners, exchanges and meetings."""

from __future__ import annotations

import csv
from typing import Any

from django import forms
from django.db.models import QuerySet

from hustings.apps.cases.forms import day, long
from hustings.apps.choices import choices
from hustings.apps.items.models import Item, SharingGroup
from hustings.apps.people.models import Appointment, Organisation
from hustings.apps.sharing.models import WAYS, Contact, Content, Partner
from hustings.apps.sharing.passing import WHAT
from hustings.exchange.request import Named
from hustings.policy.capacity import CAPACITIES, Capacity, Matter, Sort
from hustings.policy.marking import Tlp
from hustings.policy.requests import Opinion, RequestMove, RequestState

__all__ = [
    "ActionForm", "AgreementForm", "AttendeeForm", "CapacityForm", "CheckForm", "ContactForm", "DrillForm", "EvidenceForm", "FinishForm",
    "GroupForm", "MeetingForm", "MemberForm", "MinuteForm", "OpinionForm", "PartnerForm", "PointForm", "SendForm", "SightingForm", "StepForm",
    "WAY_WORDS",
]  # fmt: skip

WAY_WORDS = {
    "here": "its people sign in here",
    "taxii": "its installation takes it over TAXII",
    "document": "on paper and by mail",
}
PASSES = [(one.value, f"{one.value}: {one.sentence}") for one in Tlp if one not in {Tlp.CLEAR, Tlp.RED}]


def moment(**named: Any) -> forms.DateTimeField:
    """A moment in UTC."""
    return forms.DateTimeField(
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"), **named
    )


def in_full(one: Appointment) -> str:
    """A person as a list of several organisations shows them."""
    return f"{one.person.name}, {one.position.title}, {one.position.organisation.name}"


def many(words: list[tuple[str, str]], **named: Any) -> forms.MultipleChoiceField:
    """Several of some."""
    return forms.MultipleChoiceField(choices=words, widget=forms.CheckboxSelectMultiple, **named)


class PartnerForm(forms.Form):
    """An organisation that we work with."""

    organisation = forms.ModelChoiceField(Organisation.objects.order_by("name"), label="Organisation")
    capacity = forms.ChoiceField(choices=choices(Capacity), label="In which capacity")
    document = forms.CharField(
        max_length=300, label="What says so", help_text="A law, charter or letter, and where it is kept."
    )
    way = forms.ChoiceField(choices=[(one, WAY_WORDS[one]) for one in WAYS], label="How what passes gets there")
    address = forms.CharField(max_length=300, required=False, label="Where mail to it goes")
    identity = forms.CharField(
        max_length=60,
        required=False,
        label="STIX identity of its installation",
        help_text="For one that takes it over TAXII: identity-- and a UUID.",
    )


class CapacityForm(forms.Form):
    """Another capacity from a day on."""

    capacity = forms.ChoiceField(choices=[*choices(Capacity), ("", "none any more")], required=False, label="Capacity")
    since = moment(label="From (UTC)")
    document = forms.CharField(max_length=300, label="What says so")


class AgreementForm(forms.Form):
    """What was agreed on."""

    title = forms.CharField(max_length=200, label="What it is called")
    reference = forms.CharField(max_length=200, label="Number, and where the signed copy is kept")
    starts_on = day(label="From")
    ends_on = day(label="Until")
    sorts = many(choices(Sort), label="What may pass by default")
    matters = many(choices(Matter), label="What may be told of", required=False)
    up_to = forms.ChoiceField(choices=PASSES, label="Up to which traffic light", initial=Tlp.AMBER_STRICT.value)


class ContactForm(forms.Form):
    """Whom one calls."""

    name = forms.CharField(max_length=200)
    office = forms.CharField(max_length=200)
    reach = forms.CharField(max_length=300, label="Number or address, and when")
    above = forms.ModelChoiceField(Contact.objects.none(), required=False, label="Called after", empty_label="(nobody)")

    def __init__(self, *args: Any, contacts: list[Contact], **named: Any) -> None:
        super().__init__(*args, **named)
        field = self.fields["above"]
        field.queryset = Contact.objects.filter(pk__in=[one.pk for one in contacts]).order_by("name", "pk")  # type: ignore[attr-defined]
        field.label_from_instance = lambda one: f"{one.name}, {one.office}"  # type: ignore[attr-defined]


class CheckForm(forms.Form):
    """Somebody looked whether a contact is right."""

    contact = forms.ModelChoiceField(Contact.objects.none(), label="Contact", empty_label=None)
    on = day(label="On")
    how = forms.CharField(max_length=300, label="How it was tried")
    right = forms.BooleanField(required=False, initial=True, label="It is still right")

    def __init__(self, *args: Any, contacts: list[Contact], **named: Any) -> None:
        super().__init__(*args, **named)
        field = self.fields["contact"]
        field.queryset = Contact.objects.filter(pk__in=[one.pk for one in contacts]).order_by("name", "pk")  # type: ignore[attr-defined]
        field.label_from_instance = lambda one: f"{one.name}, {one.office}"  # type: ignore[attr-defined]


class DrillForm(forms.Form):
    """A drill: one field a contact says after how many minutes they answered."""

    title = forms.CharField(max_length=200, label="What it is called")
    on = day(label="On")
    scenario = long(max_length=1000, label="What was played")

    def __init__(self, *args: Any, contacts: list[Contact], **named: Any) -> None:
        super().__init__(*args, **named)
        self.contacts = contacts
        for one in contacts:
            self.fields[f"called_{one.pk}"] = forms.CharField(
                required=False, max_length=8, label=f"{one.name}, {one.office}, {one.partner.organisation.name}",
                help_text="Minutes until they answered; no where they did not; empty where nobody called.",
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Each answer is a number of minutes, "no", or nothing."""
        cleaned = super().clean() or {}
        for one in self.contacts:
            word = str(cleaned.get(f"called_{one.pk}", "")).strip().lower()
            if word and word != "no" and not (word.isascii() and word.isdigit() and len(word) < 6):
                self.add_error(f"called_{one.pk}", f"Found '{word}'; expected minutes in digits, no, or nothing.")
        return cleaned

    def calls(self) -> list[tuple[Contact, int | None]]:
        """Who was called, and after how many minutes they answered."""
        told = [(one, str(self.cleaned_data.get(f"called_{one.pk}", "")).strip().lower()) for one in self.contacts]
        return [(one, None if word == "no" else int(word)) for one, word in told if word]


class GroupForm(forms.Form):
    """A sharing group of our own."""

    name = forms.CharField(max_length=200)


class MemberForm(forms.Form):
    """Who is in a group of ours."""

    group = forms.ModelChoiceField(SharingGroup.objects.none(), empty_label=None)
    organisation = forms.ModelChoiceField(Organisation.objects.order_by("name"))
    member = forms.BooleanField(required=False, initial=True, label="It joins; left empty it leaves")
    document = forms.CharField(max_length=300, label="What says so")

    def __init__(self, *args: Any, groups: QuerySet[SharingGroup], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]


class SendForm(forms.Form):
    """What is to pass to a partner, or, on paper, what came from one.

    capacity   ours, by which it is offered what we may send; what a partner of any capacity sent is written down
    """

    sort = forms.ChoiceField(choices=[], label="What it is")
    partner = forms.ModelChoiceField(Partner.objects.none(), label="Partner")
    title = forms.CharField(max_length=300, label="What it is about, in a line")
    text = long(required=False, max_length=10_000, label="What it says")
    ground = forms.CharField(
        max_length=1000, label="Why it may be told or asked", help_text="An agreement, a duty, a mandate."
    )
    legal_ground = forms.CharField(
        max_length=500, required=False, label="Law and article", help_text="A government's request for action needs it."
    )
    matters = many([], label="What it tells of or asks about", required=False,
        help_text="Records of users pass by legal process alone, never on a request.")  # fmt: skip
    content = long(required=False, label="Content it names",
        help_text="One a line: account, page, post, ad, domain, address or object; platform; name. For example: page; meridian; 17")  # fmt: skip
    deadline = moment(required=False, label="Answer until (UTC)")
    tlp = forms.ChoiceField(choices=PASSES, initial=Tlp.AMBER_STRICT.value, label="Traffic light")
    group = forms.ModelChoiceField(
        SharingGroup.objects.none(), required=False, label="Sharing group, for amber", empty_label="(none)"
    )
    handling = forms.CharField(max_length=500, required=False, label="What the other is asked to do or leave with it")
    exception = forms.CharField(
        max_length=500, required=False, label="No agreement covers it: why it passes all the same"
    )
    how = forms.CharField(max_length=300, label="How it came: letter, mail or call, and its reference")
    sent_at = moment(required=False, label="Sent at (UTC)", help_text="Empty: now.")

    def __init__(
        self, *args: Any, partners: QuerySet[Partner], groups: QuerySet[SharingGroup], carried: list[Item], capacity: Capacity | None,
        paper: bool = False, **named: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **named)
        field = self.fields["partner"]
        field.queryset = partners  # type: ignore[attr-defined]
        field.label_from_instance = lambda one: f"{one.organisation.name} ({one.capacity or 'no capacity'})"  # type: ignore[attr-defined]
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]
        self.carried = carried
        ours = CAPACITIES[capacity].sends if capacity is not None else frozenset()
        sort = self.fields["sort"]
        sort.choices = [pair for pair in choices(Sort) if paper or pair[0] in ours]  # type: ignore[attr-defined]
        never = [pair[1] for pair in choices(Sort) if not paper and pair[0] not in ours]
        if capacity is not None and never:
            why = f"As {capacity.value} you send no {' and no '.join(never)}."
            sort.help_text, sort.error_messages["invalid_choice"] = why, f"{why} {capacity.sentence}"
        self.fields["matters"].choices = [pair for pair in choices(Matter) if pair[0] != Matter.RECORDS]  # type: ignore[attr-defined]
        for name in ("exception",) if paper else ("how", "sent_at"):
            del self.fields[name]

    def clean_content(self) -> tuple[Named, ...]:
        """The lines, all wrong ones told at once."""
        named, wrong = [], []
        rows = csv.reader(self.cleaned_data["content"].splitlines(), delimiter=";", skipinitialspace=True)
        for number, row in enumerate(rows, 1):
            parts = [part.strip() for part in row]
            if not any(parts):
                continue
            if len(parts) != 3 or parts[0] not in WHAT or not 0 < len(parts[2]) <= 500 or len(parts[1]) > 40:
                wrong.append(
                    f"Line {number} reads '{'; '.join(parts)[:80]}'; it needs {', '.join(WHAT)}; platform; name."
                )
            elif parts[0] == "object":
                named.append(Named(what="object", platform=parts[1], ref=parts[2][:200]))
            else:
                named.append(Named(what=parts[0], platform=parts[1], name=parts[2]))
        if wrong:
            raise forms.ValidationError(wrong)
        return tuple(named)


class StepForm(forms.Form):
    """The next step of what passed."""

    code = forms.ChoiceField(label="Step")
    reason = long(
        required=False, max_length=2000, label="Reason", help_text="Told to the other side. Every answer has one."
    )
    reason.error_messages["required"] = "Found nothing; expected why, in a sentence. Write it."
    acted_on: forms.ModelMultipleChoiceField[Content] = forms.ModelMultipleChoiceField(
        Content.objects.none(),
        required=False,
        label="Acted on, where it is a part",
        widget=forms.CheckboxSelectMultiple,
    )
    opinion = forms.ChoiceField(choices=[("", "(none)"), *((one.value, f"{one.value}: {one.sentence}") for one in Opinion if one is not Opinion.DISPUTED)],
                                required=False, label="What you make of it")  # fmt: skip
    how = forms.CharField(
        max_length=300, required=False, label="The partner did it on paper: letter, mail or call, and its reference"
    )

    def __init__(
        self, *args: Any, moves: list[RequestMove], content: QuerySet[Content], by_hand: bool, **named: Any
    ) -> None:
        super().__init__(*args, **named)
        self.fields["code"].choices = [(move.code, f"{move.code}: {move.sentence}") for move in moves]  # type: ignore[attr-defined]
        field = self.fields["acted_on"]
        field.queryset = content  # type: ignore[attr-defined]
        field.label_from_instance = lambda one: f"{one.what} {one.platform} {one.name or one.ref}"  # type: ignore[attr-defined]
        self.fields["reason"].required = all(move.reason for move in moves)
        if not content or RequestState.PARTLY not in {move.target for move in moves}:
            del self.fields["acted_on"]
        if not by_hand:
            del self.fields["how"]


class OpinionForm(forms.Form):
    """What one makes of it."""

    opinion = forms.ChoiceField(
        choices=[(one.value, f"{one.value}: {one.sentence}") for one in Opinion if one is not Opinion.DISPUTED],
        label="Opinion",
    )
    words = long(required=False, max_length=1000, label="In words")
    how = forms.CharField(
        max_length=300, required=False, label="It is the partner's, by letter, mail or call; its reference"
    )


class SightingForm(forms.Form):
    """Where it was seen."""

    times = forms.IntegerField(min_value=1, max_value=2_000_000_000, label="How often")
    first = moment(label="First (UTC)")
    last = moment(label="Last (UTC)")
    where = forms.CharField(max_length=200, label="Where")
    how = forms.CharField(
        max_length=300, required=False, label="The partner saw it, by letter, mail or call; its reference"
    )


class EvidenceForm(forms.Form):
    """How evidence was gathered without a tip."""

    how = long(max_length=1000, label="How it was found without what a government told, so that another can follow")


class MeetingForm(forms.Form):
    """A meeting."""

    title = forms.CharField(max_length=300, label="What it is called")
    starts_at = moment(label="Begins (UTC)")
    ends_at = moment(label="Ends (UTC)")
    place = forms.CharField(max_length=300)
    tlp = forms.ChoiceField(choices=PASSES, initial=Tlp.GREEN.value, label="Traffic light of title and time")
    group = forms.ModelChoiceField(
        SharingGroup.objects.none(), required=False, label="Sharing group, for amber", empty_label="(none)"
    )
    others = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        required=False,
        label="Organisations, for amber+strict",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, *args: Any, groups: QuerySet[SharingGroup], organisations: QuerySet[Organisation], **named: Any
    ) -> None:
        super().__init__(*args, **named)
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]
        self.fields["others"].queryset = organisations  # type: ignore[attr-defined]


class PointForm(forms.Form):
    """A point of the agenda."""

    title = forms.CharField(max_length=300, label="Point")
    text = long(required=False, max_length=5000, label="What is to be said or decided")
    tlp = forms.ChoiceField(
        choices=[(one.value, f"{one.value}: {one.sentence}") for one in Tlp if one is not Tlp.CLEAR],
        initial=Tlp.GREEN.value, label="Traffic light of the point",
    )  # fmt: skip
    group = forms.ModelChoiceField(
        SharingGroup.objects.none(), required=False, label="Sharing group, for amber", empty_label="(none)"
    )
    others = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        required=False,
        label="Organisations, for amber+strict",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, *args: Any, groups: QuerySet[SharingGroup], organisations: QuerySet[Organisation], **named: Any
    ) -> None:
        super().__init__(*args, **named)
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]
        self.fields["others"].queryset = organisations  # type: ignore[attr-defined]


class AttendeeForm(forms.Form):
    """Who is asked to attend."""

    appointment = forms.ModelChoiceField(
        Appointment.objects.none(), required=False, label="Somebody with a position here", empty_label="(a guest)"
    )
    partner = forms.ModelChoiceField(
        Partner.objects.none(), required=False, label="Or a guest of", empty_label="(nobody)"
    )
    name = forms.CharField(max_length=200, required=False, label="Name of the guest")

    def __init__(
        self, *args: Any, appointments: QuerySet[Appointment], partners: QuerySet[Partner], **named: Any
    ) -> None:
        super().__init__(*args, **named)
        field = self.fields["appointment"]
        field.queryset = appointments  # type: ignore[attr-defined]
        field.label_from_instance = in_full  # type: ignore[attr-defined]
        partner = self.fields["partner"]
        partner.queryset = partners  # type: ignore[attr-defined]
        partner.label_from_instance = lambda one: one.organisation.name  # type: ignore[attr-defined]


class MinuteForm(forms.Form):
    """What was said on a point."""

    text = long(max_length=20_000, label="What was said")
    tlp = forms.ChoiceField(
        choices=[("", "as the point"), *((one.value, one.value) for one in (Tlp.AMBER_STRICT, Tlp.RED))],
        required=False,
        label="Traffic light, where stricter",
    )


class ActionForm(forms.Form):
    """Who is to do what by when."""

    what = forms.CharField(max_length=500, label="What is to be done")
    owner = forms.ModelChoiceField(Appointment.objects.none(), required=False, label="By", empty_label="(a partner)")
    partner = forms.ModelChoiceField(
        Partner.objects.none(), required=False, label="Or by the partner", empty_label="(nobody)"
    )
    due = day(label="By when")

    def __init__(
        self, *args: Any, appointments: QuerySet[Appointment], partners: QuerySet[Partner], **named: Any
    ) -> None:
        super().__init__(*args, **named)
        field = self.fields["owner"]
        field.queryset = appointments  # type: ignore[attr-defined]
        field.label_from_instance = lambda one: f"{one.person.name}, {one.position.organisation.name}"  # type: ignore[attr-defined]
        partner = self.fields["partner"]
        partner.queryset = partners  # type: ignore[attr-defined]
        partner.label_from_instance = lambda one: one.organisation.name  # type: ignore[attr-defined]


class FinishForm(forms.Form):
    """What came of it."""

    result = forms.CharField(max_length=500, label="What came of it")
