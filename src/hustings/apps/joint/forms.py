"""The form of joint work."""

from __future__ import annotations

from django import forms

from hustings.policy.marking import Tlp
from hustings.policy.remark import Word

__all__ = ["RemarkForm"]

CIRCLES = [
    (each.value, f"TLP:{each.value.upper()} - {each.sentence}") for each in (Tlp.GREEN, Tlp.AMBER_STRICT, Tlp.CLEAR)
]


class RemarkForm(forms.Form):
    """What somebody says of it."""

    word = forms.ChoiceField(
        label="What you hold of it",
        required=False,
        choices=[("", "No opinion: a note"), *((each.value, each.value.replace("-", " ")) for each in Word)],
    )
    words = forms.CharField(
        label="What you say of it, and why", max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )
    tlp = forms.ChoiceField(
        label="Who may know it", choices=CIRCLES, initial=Tlp.GREEN.value,
        help_text="Never more than may know what it is about: where that is stricter, its marking holds.",
    )  # fmt: skip
