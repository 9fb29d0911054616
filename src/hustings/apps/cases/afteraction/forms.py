"""The forms of after-action reviews."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from hustings.apps.cases.forms import about_a_person, day, long
from hustings.apps.cases.models import Change, Missed, Replay
from hustings.apps.choices import choices
from hustings.apps.elections.models import Election
from hustings.apps.people.models import Appointment
from hustings.apps.sweeps.models import TraceTable
from hustings.policy.afteraction import Cause, MissState, Settings
from hustings.policy.casework import LeadSource

__all__ = ["AgreeForm", "ChangeForm", "DoneForm", "LookBackForm", "MissForm", "ReplayForm", "SettleForm"]

CAUSES = [(one.value, f"{one.value}: {one.sentence}") for one in Cause]
MOST_ACTORS = 5000


class LookBackForm(forms.Form):
    """What is looked back on."""

    title = forms.CharField(max_length=300, label="Title")
    text = long(required=False, label="What happened, in short")
    election = forms.ModelChoiceField(Election.objects.none(), required=False, label="The election it looks back on", empty_label="(none)")  # fmt: skip
    before = forms.ModelChoiceField(Election.objects.none(), required=False, label="To be closed before the election", empty_label="(none)")  # fmt: skip

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        for name in ("election", "before"):
            self.fields[name].queryset = Election.objects.order_by("-on", "country", "name", "pk")  # type: ignore[attr-defined]


class MissForm(forms.Form):
    """What was missed."""

    title = forms.CharField(max_length=300, label="What was missed, in a line")
    began_on = day(label="The day from which it could have been found")
    found_on = day(label="The day on which it was found")
    found_by = forms.ChoiceField(choices=choices(LeadSource), label="How it was found")
    cause = forms.ChoiceField(choices=CAUSES, label="Why it was missed")
    why = long(max_length=1000, label="Why, in your words")
    actors = long(required=False, label="Accounts, pages or buyers that were missed",
        help_text="One a line: platform; name. For example: meridian; harbour-voice")  # fmt: skip

    def clean_actors(self) -> list[tuple[str, str]]:
        """The lines as (platform, name), all wrong ones told at once."""
        found, wrong = [], []
        lines = self.cleaned_data["actors"].splitlines()
        for number, line in enumerate(lines, 1):
            parts = [part.strip() for part in line.split(";", 1)]
            if not any(parts):
                continue
            if len(parts) != 2 or not all(parts) or len(parts[0]) > 40 or len(parts[1]) > 500:
                wrong.append(f"Line {number} reads '{line.strip()[:80]}'; it needs platform; name.")
            else:
                found.append((parts[0], parts[1]))
        if len(found) > MOST_ACTORS:
            wrong.append(f"These are {len(found):,}; at most {MOST_ACTORS:,} can be looked for.")
        if wrong:
            raise forms.ValidationError(wrong[:20])
        return found


class ChangeForm(forms.Form):
    """What is done otherwise."""

    missed = forms.ModelChoiceField(Missed.objects.none(), label="About what was missed")
    cause = forms.ChoiceField(choices=CAUSES, label="What is changed")
    was = forms.CharField(max_length=500, label="How it was")
    becomes = forms.CharField(max_length=500, label="How it is from now on")
    owner = forms.ModelChoiceField(Appointment.objects.none(), label="Who sees to it")
    due = day(label="Until")
    searched = forms.ChoiceField(
        choices=[("", "no search shows it"), ("not", "nobody searched; now it is searched"), ("was", "it was searched otherwise")],
        required=False, label="Whether a search can show it",
    )  # fmt: skip
    window_was = forms.FloatField(
        required=False, min_value=0.001, max_value=86_400, label="Seconds that counted as close"
    )
    fdr_was = forms.FloatField(required=False, min_value=0.000001, max_value=1, label="Rate of error then")
    window_becomes = forms.FloatField(required=False, min_value=0.001, max_value=86_400, label="Seconds that count as close now", initial=60)  # fmt: skip
    fdr_becomes = forms.FloatField(required=False, min_value=0.000001, max_value=1, label="Rate of error now", initial=0.05)  # fmt: skip

    def __init__(self, *args: Any, missed: QuerySet[Missed], people: QuerySet[Appointment], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["missed"].queryset = missed  # type: ignore[attr-defined]
        self.fields["missed"].label_from_instance = lambda one: one.title  # type: ignore[attr-defined]
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]
        self.fields["owner"].label_from_instance = about_a_person  # type: ignore[attr-defined]

    def settings(self, when: str) -> Settings | None:
        """How it is searched `was` or `becomes`; what was left out is the default."""
        data, searched = self.cleaned_data, self.cleaned_data["searched"]
        if not searched or (when == "was" and searched == "not"):
            return None
        usual = Settings()
        return Settings(window=data[f"window_{when}"] or usual.window, fdr=data[f"fdr_{when}"] or usual.fdr)


class DoneForm(forms.Form):
    """A change is in force."""

    change = forms.ModelChoiceField(Change.objects.none(), label="Which change")
    how = forms.CharField(max_length=500, label="Since when, and where it can be seen")

    def __init__(self, *args: Any, changes: QuerySet[Change], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["change"].queryset = changes.filter(done_at=None)  # type: ignore[attr-defined]
        self.fields["change"].label_from_instance = lambda one: one.becomes  # type: ignore[attr-defined]


class ReplayForm(forms.Form):
    """Which table is searched again, for which change."""

    change = forms.ModelChoiceField(Change.objects.none(), label="Which change")
    table = forms.ModelChoiceField(TraceTable.objects.none(), label="Which table")
    until = day(required=False, label="With its rows of before this day alone",
        help_text="To see whether it would have been found by then; the whole table where it is empty.")  # fmt: skip

    def __init__(self, *args: Any, changes: QuerySet[Change], tables: QuerySet[TraceTable], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["change"].queryset = changes.exclude(settings_becomes=None)  # type: ignore[attr-defined]
        self.fields["change"].label_from_instance = lambda one: one.becomes  # type: ignore[attr-defined]
        self.fields["table"].queryset = tables  # type: ignore[attr-defined]
        self.fields["table"].label_from_instance = lambda one: f"{one.item.title}, {one.rows:,} rows"  # type: ignore[attr-defined]


class AgreeForm(forms.Form):
    """A second person's decision on a replay."""

    replay = forms.ModelChoiceField(Replay.objects.none(), widget=forms.HiddenInput)
    decision = forms.ChoiceField(choices=[("agree", "agree"), ("refuse", "refuse")], widget=forms.HiddenInput)
    reason = forms.CharField(max_length=500, required=False, label="Why, where it is refused")

    def __init__(self, *args: Any, replays: QuerySet[Replay], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["replay"].queryset = replays  # type: ignore[attr-defined]


class SettleForm(forms.Form):
    """A vulnerability is closed, or stays."""

    missed = forms.ModelChoiceField(Missed.objects.none(), label="What was missed")
    state = forms.ChoiceField(
        choices=[(MissState.CLOSED.value, "closed: what was changed is in force, and shown"),
                 (MissState.ACCEPTED.value, "accepted: it stays, and I say why")],
        label="It is",
    )  # fmt: skip
    why = forms.CharField(max_length=500, label="Why")
    rests_on = forms.CharField(
        max_length=300, required=False, label="Address of the page of what shows it", help_text="A drill, sweep or finding, where no replay can show it."
    )  # fmt: skip

    def __init__(self, *args: Any, missed: QuerySet[Missed], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["missed"].queryset = missed.filter(state=MissState.OPEN)  # type: ignore[attr-defined]
        self.fields["missed"].label_from_instance = lambda one: one.title  # type: ignore[attr-defined]
