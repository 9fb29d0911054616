"""For everybody: how much was done that a government had a part in beginning, and what governments asked for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hustings.apps.sharing.models import COUNTS, PublicCount
from hustings.policy.origin import COUNT_DELAY, COUNT_FLOOR, Count, Told

__all__ = ["HEADINGS", "counts", "told"]

HEADINGS = {
    "actions": "Actions that a government had a part in beginning, by its capacity",
    "requests": "Requests for action by governments, by capacity",
    "answers": "The same requests, by what came of them",
    "tips refused": "Tips refused on their form, by who sent them",
}


def told() -> list[tuple[str, list[Count]]]:
    """Each count with its quarters, newest first, as it was told."""
    found = []
    for what in COUNTS:
        rows = PublicCount.objects.filter(what=what).order_by("-since")
        found.append(
            (
                what,
                [
                    Count(
                        since=row.counts_from, until=row.until, floor=row.floor,
                        numbers=tuple(Told(groups=tuple(one["groups"]), number=one["number"]) for one in row.numbers),
                    )
                    for row in rows
                ],
            )
        )  # fmt: skip
    return found


@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """The counts as they were told."""
    rows = told()
    context = {
        "counts": [(HEADINGS[what], each) for what, each in rows],
        "due": any(each for _, each in rows),
        "delay": COUNT_DELAY.days,
        "floor": COUNT_FLOOR,
    }
    return render(request, "sharing/counts.html", context)
