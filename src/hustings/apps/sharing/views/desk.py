"""The liaison's desk: one page to start the day."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hustings.apps.console.context import OWN
from hustings.apps.items.models import Item
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import can, readable, require
from hustings.apps.sharing import find
from hustings.apps.sharing import meetings as book
from hustings.apps.sharing.attention import SOON
from hustings.apps.sharing.models import MeetingAction
from hustings.policy.requests import Party, RequestState

__all__ = ["desk"]

URGENT = timedelta(hours=24)


@require_safe
@seated
def desk(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What came, what is due, what was answered, and what runs out."""
    require(seat, "list exchanges")
    today = seat.now.date()
    waiting = find.waiting(seat)
    came = [one for one in waiting if one.state == RequestState.SENT]
    sent = find.standing(seat, [state for state in RequestState if state.waits], Party.SENDER)
    answered = find.standing(seat, [state for state in RequestState if state.answered], Party.SENDER)
    calls = find.contacts(seat)
    drill = find.drills(seat).first()
    coming = list(book.meetings(seat).filter(ends_at__gte=seat.now).order_by("starts_at", "pk")[:10])
    actions = list(
        MeetingAction.objects.filter(done__isnull=True, point__item__in=readable(seat).values("pk"))
        .select_related("owner__person", "organisation", "point__item__label", "point__meeting__item").order_by("due", "pk")[:20]
    )  # fmt: skip
    told: list[Item] = [one.item for one in [*waiting, *sent, *answered, *coming]] + [row.point.item for row in actions]
    context = {
        "waiting": waiting, "came": len(came), "urgent": len(find.before(waiting, seat.now + URGENT)),
        "sent": sent, "answered": answered, "meetings": coming, "actions": actions, "drill": drill,
        "ending": find.agreements(seat, on=today).filter(ends_on__lte=today + SOON),
        "stale": [one for one in calls if getattr(one, "stale", False)], "contacts": len(calls), "now": seat.now,
        "may_send": can(seat, "send to partners"), "may_keep": can(seat, "keep partners"), "may_export": can(seat, "export exchanges"),
        "page_marking": told or OWN,
    }  # fmt: skip
    return render(request, "sharing/desk.html", context)
