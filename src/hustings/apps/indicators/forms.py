"""The forms of indicators."""

from __future__ import annotations

from django import forms

from hustings.policy.marking import Tlp

__all__ = ["DecideForm", "ListForm", "PatternForm", "TellForm"]

CIRCLES = [
    (each.value, f"TLP:{each.value.upper()} - {each.sentence}") for each in (Tlp.GREEN, Tlp.AMBER_STRICT, Tlp.CLEAR)
]


def marked() -> forms.ChoiceField:
    """Who else may know it."""
    return forms.ChoiceField(label="Who may know it", choices=CIRCLES, initial=Tlp.AMBER_STRICT.value)


def sentence(label: str, **named: object) -> forms.CharField:
    """A sentence or two."""
    return forms.CharField(label=label, max_length=500, widget=forms.Textarea(attrs={"rows": 2}), **named)  # type: ignore[arg-type]


class PatternForm(forms.Form):
    """One indicator."""

    title = forms.CharField(label="What it is a sign of, in a line", max_length=300)
    pattern = forms.CharField(
        label="Pattern of STIX", max_length=20_000, widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text="For example [domain-name:value = 'votes-valdoria.example'] or [user-account:account_login = 'valdor_truth'].",
    )  # fmt: skip
    tlp = marked()


class ListForm(forms.Form):
    """Many indicators."""

    file = forms.FileField(
        label="List (CSV)",
        help_text="Columns kind (domain, url, account, email, ip, ipv6, sha256, md5) and value; if you like title, since, until.",
    )
    tlp = marked()


class DecideForm(forms.Form):
    """What somebody makes of a match."""

    reason = sentence("Why")


class TellForm(forms.Form):
    """What the giver is told."""

    words = sentence(
        "What you add in words",
        required=False,
        help_text="They get the number of ads and rows, and the first and last moment. Nothing says which.",
    )
    tlp = marked()
