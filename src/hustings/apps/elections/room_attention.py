"""What of operations rooms waits for a person: being on duty, and incidents on which nobody wrote in time."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from hustings.apps.console.entry import Attention
from hustings.apps.database import moment
from hustings.apps.elections.incident_clock import clocked
from hustings.apps.elections.models import Incident, Shift
from hustings.apps.elections.planning import organisation_of
from hustings.apps.elections.room import ACT
from hustings.apps.people.seat import Seat
from hustings.apps.permission import can
from hustings.policy.operations import IncidentState

__all__ = ["attention"]

SHOWN = 20
AHEAD = timedelta(hours=24)


def attention(seat: Seat) -> list[Attention]:
    """The reader's own shifts of now and the next day, and late incidents: for who is on duty there, and for all where nobody is."""
    if not can(seat, ACT):
        return []
    now = moment()
    shifts = Shift.objects.filter(watch__held_by=organisation_of(seat), ended_at=None, ends__gt=now, starts__lte=now + AHEAD)  # fmt: skip
    staffed: dict[object, set[object]] = {}
    waiting = []
    for one in shifts.select_related("watch__election").order_by("starts", "pk"):
        if one.starts <= now:
            staffed.setdefault(one.watch_id, set()).add(one.who_id)
        if one.who_id == seat.id:
            when = "are on duty" if one.starts <= now else f"will be on duty from {one.starts:%-d %B %H:%M} UTC"
            waiting.append(Attention(
                sentence=f"You {when} as {one.duty}, until {one.ends:%-d %B %H:%M} UTC: {one.watch.election.name}", since=one.at, until=one.ends,
                url=reverse("election-room", args=[one.watch.election_id]), act="Open the room",
            ))  # fmt: skip
    open_ones = Incident.objects.filter(watch__held_by=organisation_of(seat), state=IncidentState.OPEN.value)
    late = [one for one in clocked(open_ones.select_related("watch__election").order_by("-severity", "at", "pk"), now) if one.late]  # fmt: skip
    waiting += [
        Attention(
            sentence=f"Nobody wrote on an incident of severity {one.severity.value} within {one.severity.soon}: {one.incident.title}",
            url=reverse("election-incident", args=[one.incident.pk]), since=one.incident.at, act="Write on it", until=one.act_by,
        )
        for one in late if seat.id in staffed.get(one.incident.watch_id, {seat.id})
    ][:SHOWN]  # fmt: skip
    return waiting
