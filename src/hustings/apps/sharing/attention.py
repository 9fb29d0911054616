"""What of partners waits for a person: requests to answer, answers to take note of, actions of meetings, what runs out."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from django.urls import reverse

from hustings.apps.console.entry import Attention
from hustings.apps.people.seat import Seat
from hustings.apps.permission import can, readable
from hustings.apps.sharing import find
from hustings.apps.sharing.models import MeetingAction
from hustings.policy.requests import Party, RequestState

__all__ = ["SOON", "attention"]

SOON = timedelta(days=30)


def attention(seat: Seat) -> list[Attention]:
    """For liaisons and reviewers what waits for an answer; for liaisons what was answered and what runs out; own actions."""
    told = []
    if can(seat, "answer partners"):
        told += [
            Attention(
                sentence=f"{one.sender.name} waits for an answer: {one.item.title}", url=reverse("exchange", args=[one.pk]),
                since=one.sent_at, until=one.deadline, act="Answer", item=one.item,
            )
            for one in find.waiting(seat)
        ]  # fmt: skip
    if can(seat, "keep partners"):
        answered = [state for state in RequestState if state.answered]
        told += [
            Attention(
                sentence=f"{one.receiver.name} answered ({one.state}): {one.item.title}", url=reverse("exchange", args=[one.pk]),
                since=one.changed_at, act="Read it", item=one.item,
            )
            for one in find.standing(seat, answered, Party.SENDER)
        ]  # fmt: skip
        today = seat.now.date()
        told += [
            Attention(
                sentence=f"The agreement with {row.partner.organisation.name} ends: {row.title}",
                url=reverse("partner", args=[row.partner_id]), since=row.at, until=datetime.combine(row.ends_on, time(23, 59), UTC),
                act="Renew it",
            )
            for row in find.agreements(seat, on=today).filter(ends_on__lte=today + SOON)
        ]  # fmt: skip
    mine = MeetingAction.objects.filter(
        owner=seat.appointment, done__isnull=True, point__item__in=readable(seat).values("pk")
    ).select_related("point__item__label").order_by("due", "pk")  # fmt: skip
    told += [
        Attention(
            sentence=f"Yours to do: {row.what}", url=reverse("meeting", args=[row.point.meeting_id]), since=row.at,
            until=datetime.combine(row.due, time(23, 59), UTC), act="Open the meeting", item=row.point.item,
        )
        for row in mine
    ]  # fmt: skip
    return told
