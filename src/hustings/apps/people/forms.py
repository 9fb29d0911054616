"""The forms of people and clearances: each move asks for its document, and for what its change has to say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

from django import forms

from hustings.apps.choices import choices
from hustings.apps.people.models import Organisation, Site
from hustings.apps.people.models.position import EMPLOYMENTS
from hustings.policy.level import Level
from hustings.policy.marking import Kind
from hustings.policy.role import Role

__all__ = [
    "FIELDS",
    "MoveForm",
    "OfferForm",
    "PositionForm",
    "ReasonForm",
    "RecoverForm",
    "RuleForm",
    "SiteForm",
    "VisitForm",
]

LEVELS = [(level.value, level.title) for level in Level if level > 0]
FIELDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("eligibility", "give interim"): ("level",),
    ("eligibility", "find favourable"): ("level", "vetting", "basis"),
    ("eligibility", "regrade"): ("level", "vetting", "basis"),
    ("access", "request"): ("level",),
    ("access", "confirm"): ("level",),
    ("access", "lower"): ("level",),
    ("facility", "sponsor"): ("sponsor",),
    ("facility", "give interim"): ("level",),
    ("facility", "grant"): ("level", "safeguarding"),
    ("facility", "regrade"): ("level", "safeguarding"),
    ("facility", "cure"): ("level", "safeguarding"),
    ("position", "open"): ("roles",),
    ("position", "change roles"): ("roles",),
    ("position", "require access"): ("required", "compartments", "instrument"),
    ("agreement", "sign"): ("until",),
    ("requisition", "name candidate"): ("email", "employment", "stated_level", "stated_until", "former_agency"),
    ("requisition", "offer"): ("cooling_off_until",),
}


class DayField(forms.DateField):
    """A day; as a moment it is its first in UTC."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def clean(self, value: Any) -> datetime | None:
        """The first moment of the day."""
        day = super().clean(value)
        return datetime.combine(day, time.min, UTC) if day is not None else None


def level_field(label: str, *, unclassified: str = "") -> forms.TypedChoiceField:
    """A choice of levels, with one below them in words where it is meant."""
    below: list[tuple[int, str]] = [(0, unclassified)] if unclassified else []
    return forms.TypedChoiceField(choices=[*below, *LEVELS], coerce=int, label=label)


class MoveForm(forms.Form):
    """What every move asks, and below it the fields that this move adds."""

    def __init__(self, code: str, name: str, *given: Any, compartments: Mapping[str, str], **named: Any) -> None:
        super().__init__(*given, **named)
        offered: dict[str, forms.Field] = {
            "level": level_field("Level"),
            "required": level_field("Access that the position requires", unclassified="none"),
            "safeguarding": level_field("What may be kept there", unclassified="nothing"),
            "vetting": forms.BooleanField(required=False, label="In continuous vetting, with nothing open"),
            "basis": forms.CharField(max_length=200, required=False, label="Basis of the finding"),
            "sponsor": forms.ModelChoiceField(Organisation.objects.all(), label="Sponsor"),
            "roles": forms.MultipleChoiceField(
                choices=choices(Role), widget=forms.CheckboxSelectMultiple, required=False, label="Roles"
            ),
            "compartments": forms.MultipleChoiceField(
                choices=list(compartments.items()),
                widget=forms.CheckboxSelectMultiple,
                required=False,
                label="Compartments",
                help_text="Those that you are read into yourself, and those it requires already.",
            ),
            "instrument": forms.CharField(
                max_length=200,
                required=False,
                label="Contract or agreement",
                help_text="Needed where access is required.",
            ),
            "until": DayField(required=False, label="Until", help_text="The first day on which it no longer counts."),
            "email": forms.EmailField(label="Candidate's e-mail address"),
            "employment": forms.ChoiceField(choices=EMPLOYMENTS, label="Employed as"),
            "stated_level": level_field("Last eligibility, as the candidate states it", unclassified="none"),
            "stated_until": DayField(required=False, label="Stated to lapse on"),
            "former_agency": forms.ModelChoiceField(
                Organisation.objects.filter(kind=Kind.AGENCY), required=False, label="Former agency"
            ),
            "cooling_off_until": DayField(
                required=False,
                label="Cooling off until",
                help_text="For a former official: until then they keep out of the former agency's requests.",
            ),
        }
        for field in FIELDS.get((code, name), ()):
            self.fields[field] = offered[field]
        self.fields["document"] = forms.CharField(
            max_length=300, label="Source document", help_text="The letter, order or form, and where it is kept."
        )
        self.fields["note"] = forms.CharField(
            required=False, widget=forms.Textarea(attrs={"rows": 2}), label="Note", max_length=2000
        )


class SiteForm(forms.Form):
    """A place of one's own organisation."""

    name = forms.CharField(max_length=200)
    address = forms.CharField(max_length=300, required=False)
    country = forms.RegexField(r"^[A-Z]{2}$", help_text="Two capital letters, as in ISO 3166.")


class PositionForm(forms.Form):
    """A new post."""

    title = forms.CharField(max_length=200)
    site = forms.ModelChoiceField(Site.objects.none())
    roles = forms.MultipleChoiceField(choices=choices(Role), widget=forms.CheckboxSelectMultiple)
    document = forms.CharField(max_length=300, label="Source document", help_text="The plan of posts or decision.")

    def __init__(self, *given: Any, organisation: Organisation, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["site"].queryset = organisation.sites.all()  # type: ignore[attr-defined]


class OfferForm(forms.Form):
    """Somebody is offered a position."""

    email = forms.EmailField(label="E-mail address")
    employment = forms.ChoiceField(choices=EMPLOYMENTS, label="Employed as")


class ReasonForm(forms.Form):
    """A step that asks for its document and a reason."""

    document = forms.CharField(max_length=300, label="Source document", help_text="The letter or form.")
    reason = forms.CharField(max_length=300, min_length=3, label="Reason, kept in the log")


class RecoverForm(forms.Form):
    """Why somebody is let back in."""

    reason = forms.CharField(
        max_length=300, min_length=3, label="Reason, kept in the log", help_text="How you know that it is them."
    )


class RuleForm(forms.Form):
    """A version of the rule on who may hold access."""

    version = forms.CharField(max_length=40, label="Name of the version")
    since = DayField(label="In force from")
    holders = forms.MultipleChoiceField(
        choices=choices(Kind), widget=forms.CheckboxSelectMultiple, label="Whose positions may hold access"
    )
    reactivation = forms.BooleanField(required=False, label="Access that has ended may be taken up again")
    months = forms.IntegerField(min_value=0, max_value=240, label="Months in which eligibility stays current")
    document = forms.CharField(max_length=300, label="Source document")
    note = forms.CharField(required=False, max_length=500, label="The rule in a sentence")


class VisitForm(forms.Form):
    """An hour in a reading room."""

    item = forms.ChoiceField(label="What you will read")
    site = forms.ModelChoiceField(Site.objects.none(), label="Reading room")
    starts_at = forms.DateTimeField(
        label="From (UTC)", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    ends_at = forms.DateTimeField(
        label="Until (UTC)", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    purpose = forms.CharField(max_length=300, label="Purpose")

    def __init__(self, *given: Any, items: list[tuple[str, str]], sites: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["item"].choices = items  # type: ignore[attr-defined]
        self.fields["site"].queryset = sites  # type: ignore[attr-defined]
