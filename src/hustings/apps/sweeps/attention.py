"""What of tips, sweeps and tear-lines waits for a person."""

from __future__ import annotations

from django.urls import reverse

from hustings.apps.console.entry import Attention
from hustings.apps.people.seat import Seat
from hustings.apps.permission import can
from hustings.apps.sweeps import find
from hustings.apps.sweeps.models import TearLine
from hustings.policy.sweep import State
from hustings.policy.sweep import TearLine as TearLineState

__all__ = ["attention"]


def attention(seat: Seat) -> list[Attention]:
    """Sweeps to agree to, tear-lines to decide, sweeps that failed, tips without an answer."""
    waiting = []
    for sweep in find.waiting_for_second(seat)[:20]:
        if can(seat, "second a sweep", sweep.item, asked_by=sweep.requested_by):
            waiting.append(
                Attention(
                    sentence=f"{sweep.requested_by.person.name} asks for a sweep: {sweep.purpose}",
                    url=reverse("sweep", args=[sweep.pk]),
                    since=sweep.item.made_at,
                    act="Decide",
                    item=sweep.item,
                )
            )
    for sweep in find.sweeps(seat).filter(state=State.FAILED, requested_by=seat.appointment)[:5]:
        waiting.append(
            Attention(
                sentence=f"Your sweep for {sweep.election} ended without findings: {sweep.reason}",
                url=reverse("sweep", args=[sweep.pk]),
                since=sweep.ended_at or sweep.item.made_at,
                item=sweep.item,
            )
        )
    proposed = TearLine.objects.filter(state=TearLineState.PROPOSED, item__in=find.known(seat)).exclude(
        proposed_by__person=seat.person
    )
    for tear_line in proposed.select_related("item__label", "proposed_by__person")[:20]:
        of = find.source_of(seat, tear_line)
        if of is not None and can(seat, "release", of, asked_by=tear_line.proposed_by):
            waiting.append(
                Attention(
                    sentence=f"{tear_line.proposed_by.person.name} asks what may be told of a tip.",
                    url=reverse("tear-line", args=[tear_line.pk]),
                    since=tear_line.item.made_at,
                    act="Decide",
                    item=tear_line.item,
                )
            )
    for tip in find.tips(seat).filter(answers=None, received_by=seat.appointment)[:5]:
        waiting.append(
            Attention(
                sentence=f"Tip {tip.reference} has no answer yet.",
                url=reverse("tip", args=[tip.pk]),
                since=tip.received_at,
                item=tip.item,
            )
        )
    return waiting
