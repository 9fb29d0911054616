"""The policies by which people decide about ads: every version, what it says otherwise than the one before, and how often each reason was given."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hustings.apps.ads.figures import rows
from hustings.apps.console.table import Column, Table
from hustings.apps.review.models import Policy
from hustings.apps.review.registry import QUEUES

__all__ = ["policies"]


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version; `difference` are (kept, gone or new; line), against the version before."""

    policy: Policy
    difference: list[tuple[str, str]]

    @property
    def paragraphs(self) -> list[str]:
        """Its text without the line breaks of its file."""
        return [" ".join(part.split()) for part in self.policy.text.split("\n\n")]


@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """For everybody: policies and decisions by reason."""
    table = Table(
        request=request,
        name="reasons",
        caption="Decisions by reason",
        rows=rows("published_reasons"),
        default="-many",
        columns=[
            Column(key="queue", title="About", value=lambda row: QUEUES[row["queue"]].title),
            Column(key="title", title="Reason"),
            Column(key="code", title="Code"),
            Column(key="outcome", title="Outcome"),
            Column(key="version", title="Policy of"),
            Column(key="many", title="Decisions", number=True),
            Column(key="appealed", title="Appealed", number=True),
            Column(key="undone", title="Undone", number=True),
        ],
        empty="Decisions of people are counted here by their reason.",
    )
    if table.wants_csv:
        return table.csv()
    # What waits for its release was never in use.
    found = Policy.objects.filter(release__isnull=False).prefetch_related("reasons").order_by("name", "version")
    told = [(name, versions(list(each))) for name, each in groupby(found, key=lambda one: one.name)]
    return render(request, "library/policies.html", {"told": told, "table": table})


policies.without_seat = True  # type: ignore[attr-defined]


def versions(told: Sequence[Policy]) -> list[Version]:
    """The versions of one policy, newest first."""
    made = [
        Version(policy=one, difference=[] if before is None else differences(lines(before), lines(one)))
        for before, one in zip([None, *told[:-1]], told, strict=True)
    ]
    return made[::-1]


def lines(policy: Policy) -> list[str]:
    """A policy as lines, to be compared."""
    reasons = [
        line
        for one in policy.reasons.all()
        for line in (
            f"{one.code}: {one.title} ({', '.join(one.outcomes)})",
            f"  {one.sentence}",
            f"  To the advertiser: {one.told}",
        )
    ]
    outcomes = [f"Outcome {one['code']}: {one['title']}" for one in policy.outcomes]
    return [policy.title, *policy.text.splitlines(), *outcomes, *reasons]


def differences(before: list[str], since: list[str]) -> list[tuple[str, str]]:
    """The lines that differ, with two lines around them."""
    how = {"-": "gone", "+": "new", " ": "kept"}
    return [
        (how[line[0]], line[1:])
        for line in difflib.unified_diff(before, since, lineterm="", n=2)
        if line[:1] in how and line[:3] not in ("---", "+++")
    ]
