"""The forms of staffing: assumptions as small tables and figures, files, and what a plan is asked for."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from hustings.staffing.plan_document import FIELDS, RULES

__all__ = ["AssumptionsForm", "FileForm", "PlanForm", "said_of", "table_of"]

HELP = {
    "kinds": "A line each. handling_minutes is one look of one person; promise is 'settled' or 'taken up'; urgent is yes or no.",
    "crews": "A line each, with 0 people for a crew nobody is in yet. Languages and clearances have spaces between.",
    "elections": "A line each: day as 2026-11-03, who may vote in millions. Languages as en=0.8 es=0.2; empty: as in its country's earlier elections.",
    "everyday": "Work that comes without an election: items a day. May be empty.",
}
RULE_WORDS = {
    "occupancy": ("Part of working time at items, at most", "0.8 leaves a fifth to breathe, read and ask."),
    "absent": ("Part of shifts missed", "Holidays, training and illness together."),
    "ill": ("of which missed of a sudden", ""),
    "rest_after_minutes": ("Minutes of work before a break", ""),
    "rest_minutes": ("Minutes of a break", ""),
    "shifts": ("Shifts begin at", "Hours of the day (UTC), with spaces between."),
    "shift_hours": ("Hours of a shift", ""),
    "by_hour": ("Items by hour of the day", "24 figures (UTC) on any scale, with spaces between."),
    "in_time": ("Part of items in time", "What is promised."),
    "level": ("Chance the interval holds", "0.8: in one of ten weeks more comes than its upper end."),
}


def cell(value: Any) -> str:
    """A value of the document as a cell."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return " ".join(f"{name}={part:g}" for name, part in value.items())
    if isinstance(value, list | tuple):
        return " ".join(cell(each) for each in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def table_of(part: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows of the document as the lines of a table."""
    made = io.StringIO()
    written = csv.writer(made, lineterminator="\n")
    written.writerow(FIELDS[part])
    for row in rows:
        written.writerow([cell(row[name]) if row.get(name) is not None else "" for name in FIELDS[part]])
    return made.getvalue()


def read_cell(text: str, form: str) -> Any:
    """A cell as the document has it; what cannot be read stays text, so that its fault is told with the others."""
    try:
        if form == "a number":
            return float(text)
        if form == "a whole number":
            return int(text)
        if form == "a list of numbers":
            return [float(each) for each in text.split()]
        if form == "parts by language":
            return {name: float(part) for name, _, part in (each.partition("=") for each in text.split())}
    except ValueError:
        return text
    if form == "a list of texts":
        return text.split()
    if form == "true or false":
        return {"yes": True, "no": False}.get(text.lower(), text)
    return text


def rows_of(part: str, text: str) -> list[dict[str, Any]]:
    """The lines of a table as rows of the document; empty cells are left out, so that defaults stand."""
    forms_of = {name: form for name, (form, _) in FIELDS[part].items()}
    rows = []
    for row in csv.DictReader(io.StringIO(text.strip())):
        rows.append({
            str(name): read_cell(value.strip(), forms_of.get(str(name), "")) if isinstance(value, str) else "too many cells"
            for name, value in row.items()
            if not isinstance(value, str) or value.strip()
        })  # fmt: skip
    return rows


def said_of(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """The document that a form says."""
    said: dict[str, Any] = {part: rows_of(part, cleaned[part]) for part in FIELDS}
    said["rules"] = {
        name: read_cell(str(cleaned[name]).strip(), form)
        for name, (form, _) in RULES.items()
        if str(cleaned[name]).strip()
    }
    return said


class AssumptionsForm(forms.Form):
    """All assumptions, whole."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for part in FIELDS:
            self.fields[part] = forms.CharField(
                label=part.capitalize(), help_text=f"{HELP[part]} Columns: {', '.join(FIELDS[part])}.", max_length=60_000,
                required=part in {"kinds", "crews"}, strip=False, widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
            )  # fmt: skip
        for name, (label, words) in RULE_WORDS.items():
            self.fields[name] = forms.CharField(label=label, help_text=words, max_length=400, required=False)
        self.fields["why"] = forms.CharField(
            label="What changed, and why", max_length=500, help_text="Kept with your name beside this version."
        )

    @staticmethod
    def begun(document: Mapping[str, Any]) -> dict[str, Any]:
        """What stands in the fields at first."""
        rules = document.get("rules", {})
        begun = {part: table_of(part, document.get(part, [])) for part in FIELDS}
        return begun | {name: cell(rules.get(name, default)) for name, (_, default) in RULES.items()}


class PlanForm(forms.Form):
    """For how long to plan."""

    weeks = forms.IntegerField(label="Weeks", min_value=1, max_value=60, initial=26)


class FileForm(forms.Form):
    """A file, and where it comes from."""

    what = forms.ChoiceField(
        label="What it is",
        choices=[("history", "Work of earlier elections (CSV)"), ("roster", "Shifts (CSV or iCalendar)")],
    )
    file = forms.FileField(label="File", help_text="4 MiB at most, UTF-8.")
    source = forms.CharField(label="Where it comes from", max_length=300)
