"""The forms of ads: what is handed in, and what a reviewer does with an ad outside the queue."""

from __future__ import annotations

import json
from typing import Any

from django import forms

from hustings.apps.ads.handed import Handed, Media
from hustings.apps.ads.models.ad import CATEGORIES
from hustings.apps.ads.models.sponsor import KINDS
from hustings.apps.elections.models import Election

__all__ = ["AdForm", "CsvForm", "FoundForm", "HoldForm"]

LARGEST_CSV = 20_000_000  # bytes
CODES = r"^[A-Z]{2}(\s*[;,]\s*[A-Z]{2})*$"


def when(label: str, help_text: str = "") -> forms.DateTimeField:
    """A moment, by the browser's own calendar; UTC."""
    return forms.DateTimeField(
        label=label,
        required=False,
        help_text=help_text,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class AdForm(forms.Form):
    """One ad. What the door returns for being empty may be left empty here: a draft is handed in as it is."""

    number = forms.CharField(
        max_length=180,
        label="Your own number of it",
        help_text="The same number again is a new version of the same ad.",
    )
    platform = forms.CharField(max_length=40, label="Platform", required=False)
    page = forms.CharField(
        max_length=300, label="Page it comes from", required=False, help_text="The platform's key of it."
    )
    page_name = forms.CharField(max_length=300, label="Name of the page", required=False)
    title = forms.CharField(max_length=500, label="Title", required=False)
    text = forms.CharField(label="Text", widget=forms.Textarea(attrs={"rows": 6}), required=False, strip=False)
    pictures = forms.CharField(
        label="Pictures and films by SHA-256",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text="One a line.",
    )
    landing_url = forms.URLField(max_length=2000, label="Where it leads", required=False, assume_scheme="https")
    language = forms.CharField(max_length=8, label="Language", required=False, help_text="As en or de.")
    synthetic = forms.TypedChoiceField(
        label="Shows what a machine made", required=False, empty_value=None, coerce={"yes": True, "no": False}.get,
        choices=[("", "Not said"), ("yes", "Yes"), ("no", "No")],
    )  # fmt: skip
    category = forms.ChoiceField(
        label="What it is about",
        required=False,
        choices=[("", "Choose"), *((one, one.capitalize()) for one in CATEGORIES)],
    )
    election = forms.ModelChoiceField(Election.objects.none(), label="Election", required=False)
    disclaimer = forms.CharField(
        max_length=500,
        label="Disclaimer",
        required=False,
        help_text="Who paid for it, in the words that were approved.",
    )
    short_form = forms.CharField(max_length=200, label="Short form of it", required=False)
    countries = forms.RegexField(
        CODES, label="Shown in", required=False, help_text="Countries by two letters, with ; between."
    )
    targeting = forms.CharField(
        label="Targeting", required=False, widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text='A tree of all, any, not and is, as {"all": [{"is": {"dimension": "location", "value": "Texas"}}]}.',
    )  # fmt: skip
    budget = forms.DecimalField(label="Budget", required=False, min_value=0, max_digits=14, decimal_places=2)
    currency = forms.RegexField(r"^[A-Z]{3}$", label="Currency", required=False, help_text="As EUR.")
    payer = forms.CharField(max_length=300, label="Who pays", required=False)
    payer_country = forms.RegexField(r"^[A-Z]{2}$", label="Country of who pays", required=False)
    payer_kind = forms.ChoiceField(
        label="Kind of who pays", required=False, choices=[("", "Not said"), *((kind, kind.capitalize()) for kind in KINDS)],
        help_text="A private person is named to the public only where the law of the place says so.",
    )  # fmt: skip
    instrument = forms.CharField(
        max_length=200, label="Fingerprint of the card or account", required=False, help_text="Never the number itself."
    )
    issuing_country = forms.RegexField(r"^[A-Z]{2}$", label="Country of the card or account", required=False)
    starts = when("First day", "UTC.")
    ends = when("Last day", "UTC.")

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["election"].queryset = Election.objects.exclude(status="cancelled").order_by("-on")  # type: ignore[attr-defined]

    def clean_targeting(self) -> dict[str, Any] | None:
        """The tree; whether it is one is said with everything else that is wrong."""
        text = self.cleaned_data["targeting"].strip()
        if not text:
            return None
        try:
            read = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(f"This is no JSON: {error}.") from error
        if not isinstance(read, dict):
            raise forms.ValidationError("The tree is one object: all, any, not or is.")
        return read

    def handed(self) -> Handed:
        """What was handed in."""
        data = dict(self.cleaned_data)
        media = tuple(Media(sha256=line.strip().lower()) for line in data.pop("pictures").splitlines() if line.strip())
        countries = tuple(part.strip() for part in data.pop("countries").replace(",", ";").split(";") if part.strip())
        election = data.pop("election")
        return Handed(**data, media=media, countries=countries, election=str(election.pk) if election else "")


class CsvForm(forms.Form):
    """A table of ads."""

    file = forms.FileField(label="Table of ads", help_text="CSV in UTF-8 with a heading; at most 20 MB.")

    def clean_file(self) -> Any:
        """Not larger than a page should carry."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_CSV:
            raise forms.ValidationError(
                f"The file has {file.size:,} bytes; at most {LARGEST_CSV:,}. Divide it, or use the interface."
            )
        return file


class HoldForm(forms.Form):
    """A reason for what is done with an ad outside the queue."""

    reason = forms.ChoiceField(label="Reason, by the policy")
    note = forms.CharField(label="Note", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, reasons: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["reason"].choices = reasons  # type: ignore[attr-defined]


class FoundForm(forms.Form):
    """How an ad that ran was found to be political."""

    how = forms.CharField(max_length=300, label="How it was found", help_text="The public reads this.")
    told = forms.CharField(
        label="Who is told",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One a line: the advertiser, an authority, those who saw it.",
    )

    def clean_told(self) -> list[str]:
        """The lines."""
        return [line.strip()[:200] for line in self.cleaned_data["told"].splitlines() if line.strip()]
