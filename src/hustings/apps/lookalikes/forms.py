"""The forms of protected names, look-alikes and cyber incidents."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from hustings.apps.choices import choices
from hustings.apps.elections.forms import day
from hustings.apps.elections.models import Election
from hustings.apps.elections.room_forms import SEVERITIES, long, moment
from hustings.apps.taxii.models import Collection
from hustings.exchange.lookalike.recogniser import Kind, What
from hustings.policy.lookalike import AllowedGround, CyberKind, CyberState
from hustings.policy.marking import Tlp
from hustings.policy.operations import Severity

__all__ = [
    "AllowForm", "CollectionForm", "IncidentForm", "IndicatorForm", "LeakForm", "ListForm", "ProtectForm", "ReasonForm", "StepForm", "TryForm",
]  # fmt: skip

# Our own people who search and review; the others as the Traffic Light Protocol has them.
OWN = "own"
REACH = [
    (OWN, "Those who search and review here"),
    *((one.value, f"TLP:{one.value.upper()}. {one.sentence}") for one in (Tlp.AMBER_STRICT, Tlp.GREEN, Tlp.CLEAR)),
]


def elections() -> QuerySet[Election]:
    """Every election, the latest first."""
    return Election.objects.order_by("-on", "name", "pk")


class OfElection(forms.Form):
    """A form that may name an election; the list is asked for when the form is made."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["election"].queryset = elections()  # type: ignore[attr-defined]


class ProtectForm(OfElection):
    """What somebody asks to protect."""

    kind = forms.TypedChoiceField(label="What", choices=choices(Kind), coerce=Kind)
    value = forms.CharField(label="Domain, name or account", max_length=253)
    platform = forms.CharField(label="Platform", max_length=40, required=False, help_text="Of an account.")
    election = forms.ModelChoiceField(Election.objects.none(), label="Election", required=False)
    asked_by = forms.CharField(
        label="Who asked", max_length=200, help_text="Person and candidacy, party or election office."
    )
    evidence = forms.CharField(
        label="What shows that they may",
        max_length=500,
        help_text="A register, a letter, a call back; where it is kept.",
    )
    starts = day("From")
    ends = day("Until")


class ListForm(forms.Form):
    """A list of names to protect."""

    file = forms.FileField(label="List (CSV)", help_text="1 MiB at most; the columns are those of the list above.")


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label="Why", max_length=500)


class AllowForm(forms.Form):
    """Why something is let stand."""

    ground = forms.TypedChoiceField(label="It is", choices=choices(AllowedGround), coerce=AllowedGround)
    reason = forms.CharField(label="Why", max_length=500)


class TryForm(forms.Form):
    """Something to hold against what is protected."""

    what = forms.TypedChoiceField(label="It is", choices=[(What.HOST.value, "an address or domain"), (What.NAME.value, "the name of a page"), (What.ACCOUNT.value, "an account")], coerce=What)  # fmt: skip
    value = forms.CharField(label="Address, name or account", max_length=2000)
    platform = forms.CharField(label="Platform", max_length=40, required=False)


class IncidentForm(OfElection):
    """What was done to an election by way of computers."""

    kind = forms.TypedChoiceField(
        label="Kind", choices=[(one.value, f"{one.value}: {one.sentence}") for one in CyberKind], coerce=CyberKind
    )
    title = forms.CharField(label="Title", max_length=300)
    election = forms.ModelChoiceField(Election.objects.none(), label="Election", required=False)
    affected = forms.CharField(label="Office, party, campaign or system affected", max_length=300)
    note = long(
        "What is known", max_length=2000, help_text="Never a password, nor anything else that opens an account."
    )
    severity = forms.TypedChoiceField(label="Severity", choices=SEVERITIES, coerce=lambda text: Severity(int(text)))
    seen_at = moment("First seen")
    started_at = moment("Began", required=False)
    ended_at = moment("Ended", required=False)
    reach = forms.ChoiceField(label="Who may know", choices=REACH)


class StepForm(forms.Form):
    """What was found, done or told."""

    state = forms.TypedChoiceField(label="State", choices=choices(CyberState), coerce=CyberState)
    severity = forms.TypedChoiceField(label="Severity", choices=SEVERITIES, coerce=lambda text: Severity(int(text)))
    note = long("What was found, done or told", max_length=2000)
    ended_at = moment("Ended", required=False)


class IndicatorForm(forms.Form):
    """By what an incident is known."""

    domain = forms.CharField(label="Domain", max_length=253, required=False)
    item = forms.UUIDField(label="Or the key of an item", required=False, help_text="A look-alike, a lead, a partner's object: the last part of its address.")  # fmt: skip


class LeakForm(forms.Form):
    """How many ways to sign in were leaked."""

    domain = forms.CharField(label="Of which domain", max_length=253, required=False)
    count = forms.IntegerField(label="How many accounts", min_value=1, max_value=2**31 - 1, required=False)
    accounts = long("Or the mailboxes, one a line", required=False, max_length=2_000_000, help_text="They are counted and forgotten. A digest under this installation's key stays of each, so that the same leak is known again.")  # fmt: skip


class CollectionForm(forms.Form):
    """Where an incident is published."""

    collection = forms.ModelChoiceField(Collection.objects.none(), label="Collection")

    def __init__(self, *given: Any, collections: QuerySet[Collection], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["collection"].queryset = collections  # type: ignore[attr-defined]
