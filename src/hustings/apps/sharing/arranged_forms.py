"""The forms with which something is arranged with a partner."""

from __future__ import annotations

from django import forms

from hustings.apps.sharing.arranging import BY_MAIL, LEADABLE
from hustings.apps.sharing.models.arranged import OFTEN
from hustings.policy.marking import Tlp

__all__ = ["ControlSetForm", "DigestForm", "LeadRuleForm"]


class ControlSetForm(forms.Form):
    """By which name access control sets mean it."""

    name = forms.CharField(
        max_length=100,
        required=False,
        label="Name in access control sets",
        help_text="As in USA.DHS.CISA; empty for none any more.",
    )
    document = forms.CharField(max_length=300, label="What says so")


class DigestForm(forms.Form):
    """Mail of what is new."""

    every = forms.ChoiceField(
        choices=[*((one, f"every {one}") for one in OFTEN), ("", "no more")], required=False, label="How often"
    )
    address = forms.CharField(max_length=254, required=False, label="To which address")
    up_to = forms.ChoiceField(
        choices=[(one.value, one.value) for one in BY_MAIL], initial=Tlp.GREEN.value, label="The strictest traffic light that goes by mail",
        help_text="What is stricter is counted in the mail, not told.",
    )  # fmt: skip
    document = forms.CharField(max_length=300, label="Who asked for it, and where that is kept")


class LeadRuleForm(forms.Form):
    """What becomes a lead by itself."""

    types = forms.MultipleChoiceField(
        choices=[(one, one.replace("-", " ")) for one in LEADABLE], required=False, widget=forms.CheckboxSelectMultiple,
        label="Objects that become leads by themselves", help_text="None: nothing does any more.",
    )  # fmt: skip
    held_up = forms.IntegerField(
        min_value=1, max_value=32_000, initial=5, label="While at least so many things that it sent held up"
    )
    refuted = forms.IntegerField(min_value=0, max_value=32_000, initial=0, label="And no more than so many did not")
    reason = forms.CharField(max_length=500, label="Why")
