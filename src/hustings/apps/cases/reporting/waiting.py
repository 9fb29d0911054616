"""Which reports wait for this person: to be approved, or to be published once they are."""

from __future__ import annotations

from django.urls import reverse

from hustings.apps.cases.models import ReportVersion
from hustings.apps.cases.reporting import find
from hustings.apps.console.entry import Attention
from hustings.apps.people.seat import Seat
from hustings.apps.permission import can
from hustings.policy.reporting import ReportState

__all__ = ["reports_waiting"]

WORDS = {
    ReportState.ASKED: ("waits to be approved", "Read"),
    ReportState.APPROVED: ("is approved and waits to be published", "Publish"),
}


def reports_waiting(seat: Seat) -> list[Attention]:
    """Reports that another person froze, the longest wait first."""
    waiting = []
    for report in (
        find.reports(seat).filter(state__in=list(WORDS)).exclude(by__person=seat.person).order_by("at", "pk")[:50]
    ):
        version: ReportVersion | None = find.newest(report)
        if version is not None and can(seat, "approve report", report.item, asked_by=version.by):
            words, act = WORDS[ReportState(report.state)]
            waiting.append(
                Attention(
                    sentence=f"{report.item.title}, version {version.number}, {words}.", url=reverse("report", args=[report.pk]),
                    since=version.approved_at or version.at, act=act, item=report.item,
                )
            )  # fmt: skip
    return waiting
