"""Pages that explain: what this installation is, its keys, and how its pages are made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

import hustings
from hustings.apps.console.table import Column, Table
from hustings.apps.people.seat import seat_of
from hustings.policy.role import Role

__all__ = ["about", "keyboard", "styles"]


def about(request: HttpRequest) -> HttpResponse:
    """Which program and which rules are in force here."""
    from hustings.policy.decide import POLICY_VERSION

    return render(
        request, "console/about.html", {"version": hustings.__version__, "policy": POLICY_VERSION, "roles": list(Role)}
    )


def keyboard(request: HttpRequest) -> HttpResponse:
    """Every key, for who has no scripts or wants it on paper."""
    return render(request, "console/keyboard.html")


class Sample(forms.Form):
    """A form with one of each field, for the page of components."""

    title = forms.CharField(label="Title", max_length=120, help_text="What is the case, in one sentence.")
    level = forms.ChoiceField(label="Level", choices=[("0", "Unclassified"), ("2", "Secret")])
    until = forms.DateField(
        label="Until", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(label="Reason", widget=forms.Textarea(attrs={"rows": 3}))
    sure = forms.BooleanField(label="A second person has read this")


def styles(request: HttpRequest) -> HttpResponse:
    """Each component once, with how it is written: the living page of the design system."""
    if seat_of(request) is None:
        raise Http404
    start = datetime(2021, 9, 26, 14, 3, tzinfo=UTC)
    rows = [
        {"name": f"page {number}", "platform": "Facebook" if number % 2 else "Twitter", "links": 40 - number}
        for number in range(1, 13)
    ]
    table = Table(
        request=request,
        caption="Accounts",
        rows=rows,
        per_page=5,
        columns=[
            Column(key="name", title="Account"),
            Column(key="platform", title="Platform"),
            Column(key="links", title="Links", number=True),
        ],
    )
    if table.wants_csv:
        return table.csv()
    changes = [
        {"at": start, "sentence": "Access to Secret is active.", "document": "form 12 of the sample"},
        {"at": start - timedelta(days=40), "sentence": "Access to Secret was requested.", "document": "letter"},
    ]
    form = Sample({"title": ""}) if "wrong" in request.GET else Sample()
    return render(request, "console/styles.html", {"table": table, "changes": changes, "form": form, "start": start})
