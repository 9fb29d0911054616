"""What of after-action reviews waits for a person: replays to agree to, changes that are theirs."""

from __future__ import annotations

from datetime import UTC, datetime, time

from django.urls import reverse

from hustings.apps.cases.afteraction.acts import look_backs
from hustings.apps.cases.models import Change, Replay
from hustings.apps.console.entry import Attention
from hustings.apps.people.seat import Seat
from hustings.apps.permission import can
from hustings.policy.afteraction import MissState, ReplayState

__all__ = ["look_backs_waiting"]

SHOWN = 20


def look_backs_waiting(seat: Seat) -> list[Attention]:
    """Replays that another asked for; changes that the reader sees to and that are not in force."""
    known = look_backs(seat).order_by()
    asked = Replay.objects.filter(state=ReplayState.ASKED, change__missed__look_back__in=known)
    waiting = []
    for replay in asked.select_related("change__missed__look_back__item__label", "by__person").order_by("at", "pk")[
        :SHOWN
    ]:
        about = replay.change.missed.look_back
        if can(seat, "second a replay", about.item, asked_by=replay.by):
            waiting.append(
                Attention(sentence=f"A table is to be searched again: {replay.change.becomes}", url=reverse("look-back", args=[about.pk]),
                          since=replay.at, act="Decide", item=about.item)
            )  # fmt: skip
    mine = Change.objects.filter(
        owner=seat.appointment, done_at=None, missed__state=MissState.OPEN, missed__look_back__in=known
    )
    waiting += [
        Attention(
            sentence=f"Yours to change: {one.becomes}", url=reverse("look-back", args=[one.missed.look_back_id]), since=one.at,
            until=datetime.combine(one.due, time(23, 59), UTC), act="Look", item=one.missed.look_back.item,
        )
        for one in mine.select_related("missed__look_back__item__label").order_by("due", "at", "pk")[:SHOWN]
    ]  # fmt: skip
    return waiting
