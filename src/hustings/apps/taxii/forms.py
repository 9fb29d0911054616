"""The forms of the exchange."""

from __future__ import annotations

from typing import Any

from django import forms

from hustings.apps.items.models import SharingGroup
from hustings.apps.people.models import Organisation
from hustings.apps.taxii.models import Account, Direction
from hustings.policy.marking import Tlp

__all__ = ["AccountForm", "AllowForm", "CollectionForm", "SubscriptionForm", "TokenForm"]

UNMARKED = [(tlp.value, f"TLP:{tlp.value.upper()}") for tlp in Tlp if tlp is not Tlp.RED]
NAME = "Small letters, digits and hyphens."


class CollectionForm(forms.Form):
    """A collection to be made."""

    title = forms.CharField(label="What does it hold?", max_length=200)
    alias = forms.CharField(
        label="Alias", max_length=39, required=False, help_text=f"A name that partners may use in its address. {NAME}"
    )
    description = forms.CharField(label="Description", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    group: forms.ModelChoiceField[SharingGroup] = forms.ModelChoiceField(
        label="Sharing group", queryset=SharingGroup.objects.none(), required=False,
        help_text="Who knows what comes as TLP:AMBER or TLP:RED. Without one, amber stays with you and its sender.",
    )  # fmt: skip
    unmarked = forms.ChoiceField(label="What comes without any marking", choices=UNMARKED, initial=Tlp.GREEN.value)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["group"].queryset = SharingGroup.objects.order_by("name")  # type: ignore[attr-defined]


class AllowForm(forms.Form):
    """What an organisation may do with a collection."""

    organisation: forms.ModelChoiceField[Organisation] = forms.ModelChoiceField(
        label="Organisation", queryset=Organisation.objects.none()
    )
    can_read = forms.BooleanField(label="Its accounts may read", required=False)
    can_write = forms.BooleanField(label="Its accounts may add", required=False)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["organisation"].queryset = Organisation.objects.order_by("name")  # type: ignore[attr-defined]


class AccountForm(forms.Form):
    """A service account to be made."""

    organisation: forms.ModelChoiceField[Organisation] = forms.ModelChoiceField(
        label="For which organisation?", queryset=Organisation.objects.none()
    )
    name = forms.CharField(label="Name", max_length=39, help_text=NAME)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["organisation"].queryset = Organisation.objects.order_by("name")  # type: ignore[attr-defined]


class TokenForm(forms.Form):
    """A token of an account."""

    days = forms.IntegerField(
        label="For how many days?", min_value=1, max_value=365, initial=365, help_text="A year at most."
    )
    reads = forms.BooleanField(label="It may read", required=False, initial=True)
    writes = forms.BooleanField(label="It may add", required=False, initial=True)


class SubscriptionForm(forms.Form):
    """A collection of a partner's server that is read or written."""

    direction = forms.ChoiceField(label="Which way?", choices=[
        (Direction.POLL.value, "Fetch from the partner"), (Direction.PUSH.value, "Bring to the partner")
    ])  # fmt: skip
    account: forms.ModelChoiceField[Account] = forms.ModelChoiceField(
        label="The partner's account here", queryset=Account.objects.none(),
        help_text="What is fetched is handed in by it; what is brought is what it may read.",
    )  # fmt: skip
    url = forms.URLField(label="Address of the API root there", max_length=500, assume_scheme="https")
    remote = forms.CharField(label="Collection there", max_length=100, help_text="Its id or alias.")
    username = forms.CharField(
        label="User name there",
        max_length=200,
        required=False,
        help_text="Left empty, the secret is sent as a bearer token.",
    )
    secret = forms.CharField(
        label="Password or token there", max_length=1000, required=False, widget=forms.PasswordInput
    )
    every_minutes = forms.IntegerField(label="Every how many minutes?", min_value=1, max_value=10_080, initial=5)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        rows = (
            Account.objects.filter(ended_at=None).select_related("appointment__position__organisation").order_by("name")
        )
        self.fields["account"].queryset = rows  # type: ignore[attr-defined]
