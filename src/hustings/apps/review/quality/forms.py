"""The forms of the quality of review: an item with a known answer, a sample, and why."""

from __future__ import annotations

from typing import Any

from django import forms

from hustings.apps.review.models import Reason
from hustings.apps.review.quality.actions import LONGEST, MOST_LOOKS, TEXT, WORDS

__all__ = ["EndForm", "GoldForm", "SampleForm", "TechnicalForm"]


class GoldForm(forms.Form):
    """The right answer to what stands above, and how it is known."""

    answer = forms.ChoiceField(
        label="Right answer", help_text="The outcome, and the reason of the policy that grounds it."
    )
    why = forms.CharField(
        max_length=WORDS,
        label="How this is known",
        help_text="For example: two seniors and the election office agree. Reviewers do not see it.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    text = forms.CharField(
        max_length=TEXT,
        required=False,
        label="Its text",
        help_text="As it was seen. Change it to make another item by hand; what rules marked is then left out.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, policy: Any, text: str | None, **named: Any) -> None:
        super().__init__(*args, **named)
        choices = [
            (f"{outcome} {reason.code}", f"{policy.called(outcome)}: {reason.title}")
            for reason in Reason.objects.filter(policy=policy)
            for outcome in reason.outcomes
        ]
        self.fields["answer"].choices = choices  # type: ignore[attr-defined]
        if text is None:
            del self.fields["text"]
        else:
            self.fields["text"].initial = text

    @property
    def answered(self) -> tuple[str, str]:
        """Outcome and reason that were chosen."""
        outcome, _, code = self.cleaned_data["answer"].rpartition(" ")
        return outcome, code


class SampleForm(forms.Form):
    """Of which days, how many, and why."""

    since = forms.DateField(label="Decided from", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    until = forms.DateField(
        label="Until before",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=f"At most {LONGEST.days} days after the first; tomorrow, for everything until now.",
    )
    looks = forms.IntegerField(
        min_value=1, max_value=MOST_LOOKS, initial=812, label="How many to look at again", help_text="See below how sure they make a rate."
    )  # fmt: skip
    why = forms.CharField(max_length=WORDS, label="Why", help_text="It stays with the sample.")


class EndForm(forms.Form):
    """Whether the answer was right, and why the item is used no more."""

    right = forms.TypedChoiceField(
        choices=[("yes", "Its answer was right: it has been used enough"), ("no", "Its answer was not right: looks at it count for nothing")],
        coerce=lambda word: word == "yes",
        label="What was it",
    )  # fmt: skip
    reason = forms.CharField(max_length=WORDS, label="Why")


class TechnicalForm(forms.Form):
    """Why a wrong decision was technical."""

    reason = forms.CharField(
        max_length=WORDS, label="What happened", help_text="For example: the card showed no picture."
    )
