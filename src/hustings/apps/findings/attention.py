"""What of findings waits for a person: those of the last day, and those that are about to be deleted."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Max, Min
from django.urls import reverse

from hustings.apps.console.entry import Attention
from hustings.apps.findings import find
from hustings.apps.people.seat import Seat
from hustings.apps.permission import can

__all__ = ["attention"]

NEW_FOR = timedelta(days=1)
SOON = timedelta(days=14)


def attention(seat: Seat) -> list[Attention]:
    """New findings since yesterday, told once a run; findings that nobody took up and that end soon."""
    if not can(seat, "list findings"):
        return []
    waiting = []
    for run in find.runs(seat).filter(item__made_at__gt=seat.now - NEW_FOR)[:5]:
        count = find.findings(seat).filter(run=run).count()
        if count:
            waiting.append(
                Attention(
                    sentence=f"{count:,} new {'finding' if count == 1 else 'findings'} since yesterday, from one run.",
                    url=reverse("run", args=[run.pk]),
                    since=run.item.made_at,
                    act="Look",
                )
            )
    ending = find.findings(seat).filter(
        item__case=None, item__expires_at__gt=seat.now, item__expires_at__lte=seat.now + SOON
    )
    count = ending.count()
    if count:
        ends = ending.aggregate(first=Min("item__expires_at"), since=Max("item__made_at"))
        waiting.append(
            Attention(
                sentence=f"{count:,} {'finding that no case took up is' if count == 1 else 'findings that no case took up are'} "
                "deleted soon.",
                url=reverse("findings"),
                since=ends["since"],
                until=ends["first"],
                act="Look",
            )
        )
    return waiting
