"""Meetings with partners: called, told who may hear what before, minuted point by point, and ended with who does what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from icalendar import Calendar, Event

from hustings.apps.audit.record import record
from hustings.apps.items.actions import make_item
from hustings.apps.items.facts import marked
from hustings.apps.items.models import Item, SharingGroup
from hustings.apps.people.models import Appointment, Organisation
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, allow, log, readable, recipients_at, require
from hustings.apps.sharing import find
from hustings.apps.sharing.models import (
    Attendee,
    AttendeeLeft,
    Meeting,
    MeetingAction,
    MeetingActionDone,
    Minute,
    Point,
)
from hustings.apps.sharing.passing import as_reader
from hustings.errors import BadInput, Problem
from hustings.policy.act import act
from hustings.policy.decide import may_read
from hustings.policy.marking import Marking, Need, Tlp

__all__ = ["Hearing", "add_action", "add_point", "as_icalendar", "ask_to_attend", "call", "find_meeting", "finish", "hearing", "meetings",
           "minute", "take_off"]  # fmt: skip


def marking_of_meeting(by: Seat, tlp: Tlp, group: SharingGroup | None, others: Sequence[Organisation] = ()) -> Marking:
    """The marking of what is said at a meeting that we hold."""
    own = str(find.organisation_of(by).pk)
    named = frozenset(str(one.pk) for one in others) if tlp is Tlp.AMBER_STRICT else None
    return Marking(
        tlp=tlp, owner=own, group=str(group.pk) if group is not None and tlp is Tlp.AMBER else None, permitted_organisations=named,
        need=Need.NAMED if tlp is Tlp.RED else Need.NONE,
    )  # fmt: skip


def meetings(seat: Seat) -> QuerySet[Meeting]:
    """Meetings, newest first."""
    rows = Meeting.objects.filter(item__in=readable(seat).values("pk")).select_related(
        "item__label", "held_by", "by__person"
    )
    return rows.order_by("-starts_at", "pk")


def find_meeting(seat: Seat, key: UUID) -> Meeting:
    """One meeting. Raises NotKnown."""
    found = meetings(seat).filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found


def said(wrong: str, tlp: Tlp | None = None, group: SharingGroup | None = None, **words: str) -> None:
    """Raises   BadInput with every word that is missing, and for a marking that names no group"""
    problems = [
        Problem(where=name, found="nothing", expected="words", do="Write it.")
        for name, word in words.items()
        if not word.strip()
    ]
    if tlp is Tlp.AMBER and group is None:
        problems.append(
            Problem(
                where="group",
                found="none",
                expected="the sharing group that may know",
                do="Name it, or mark it amber+strict.",
            )
        )
    if problems:
        raise BadInput(wrong, problems)


@transaction.atomic
def call(
    *, by: Seat, title: str, starts_at: datetime, ends_at: datetime, place: str, tlp: Tlp = Tlp.GREEN, group: SharingGroup | None = None,
    others: Sequence[Organisation] = (),
) -> Meeting:  # fmt: skip
    """Call a meeting. Its title and time are marked as said; each point of the agenda is marked by itself."""
    decision = allow(by, "hold meetings")
    said("The meeting cannot be called.", tlp, group, title=title, place=place)
    if ends_at <= starts_at:
        raise BadInput("The meeting cannot be called.", [
            Problem(where="ends at", found=f"{ends_at:%Y-%m-%d %H:%M}", expected="a moment after it begins", do="Look at both."),
        ])  # fmt: skip
    item = make_item(kind="meeting", title=title.strip(), marking=marking_of_meeting(by, tlp, group, others), by=by)
    made = Meeting.objects.create(
        item=item,
        held_by=find.organisation_of(by),
        starts_at=starts_at,
        ends_at=ends_at,
        place=place.strip(),
        by=by.appointment,
    )
    log(by, act("hold meetings"), item, decision)
    record("meeting called", by=by, about=item)
    return made


@transaction.atomic
def ask_to_attend(
    meeting: Meeting, *, by: Seat, appointment: Appointment | None = None, organisation: Organisation | None = None, name: str = ""
) -> Attendee:  # fmt: skip
    """Ask somebody to attend: who has a position here, or a guest by name of a partner."""
    require(by, "hold meetings", meeting.item)
    place = appointment.position.organisation if appointment is not None else organisation
    if place is None or (appointment is None and not name.strip()):
        raise BadInput("Nobody was asked.", [
            Problem(where="name", found="nobody", expected="somebody with a position here, or a guest and their organisation", do="Name them."),
        ])  # fmt: skip
    capacity = find.capacity_of(by, place.pk)
    if capacity is None:
        raise BadInput("Nobody was asked.", [
            Problem(where="capacity", found=f"none of {place.name}", expected="one in force", do="Record it as a partner first."),
        ])  # fmt: skip
    try:
        with transaction.atomic():
            made = Attendee.objects.create(
                meeting=meeting, appointment=appointment, organisation=place, name="" if appointment is not None else name.strip(),
                capacity=capacity, by=by.appointment,
            )  # fmt: skip
    except IntegrityError as error:
        raise BadInput("Nobody was asked.", [
            Problem(where="name", found="somebody who is asked already", expected="another", do="Nothing needs to be done."),
        ]) from error  # fmt: skip
    record(
        "asked to attend", by=by, about=meeting.item, subject=("attendee", made.pk), facts={"capacity": capacity.value}
    )
    return made


@transaction.atomic
def take_off(attendee: Attendee, *, by: Seat) -> None:
    """They do not attend."""
    require(by, "hold meetings", attendee.meeting.item)
    AttendeeLeft.objects.get_or_create(attendee=attendee, defaults={"by": by.appointment})
    record("does not attend", by=by, about=attendee.meeting.item, subject=("attendee", attendee.pk))


@transaction.atomic
def add_point(
    meeting: Meeting, *, by: Seat, title: str, text: str = "", tlp: Tlp, group: SharingGroup | None = None,
    others: Sequence[Organisation] = (), about: Sequence[Item] = (),
) -> Point:  # fmt: skip
    """Put a point on the agenda, under its own marking, which is at least that of what it is about."""
    require(by, "hold meetings", meeting.item)
    said("The point cannot be added.", tlp, group, title=title)
    item = make_item(
        kind="agenda point",
        title=title.strip(),
        text=text,
        marking=marking_of_meeting(by, tlp, group, others),
        by=by,
        sources=[meeting.item, *about],
    )
    last = Point.objects.filter(meeting=meeting).aggregate(last=Max("place"))["last"] or 0
    made = Point.objects.create(item=item, meeting=meeting, place=last + 1)
    record("agenda point added", by=by, about=item, facts={"place": made.place})
    return made


@transaction.atomic
def minute(point: Point, *, by: Seat, text: str, tlp: Tlp | None = None, group: SharingGroup | None = None) -> Minute:
    """Write down what was said on a point: at least as restricted as the point, stricter where asked."""
    require(by, "hold meetings", point.item)
    said("The minute was not kept.", tlp, group, text=text)
    marking = marking_of_meeting(by, tlp or Tlp.CLEAR, group)
    item = make_item(
        kind="minute",
        title=f"Minute: {point.item.title}"[:300],
        text=text.strip(),
        marking=marking,
        by=by,
        sources=[point.item],
    )
    made = Minute.objects.create(item=item, point=point)
    record("minute kept", by=by, about=item)
    return made


@transaction.atomic
def add_action(point: Point, *, by: Seat, what: str, due: date, owner: Appointment | None = None, organisation: Organisation | None = None) -> MeetingAction:  # fmt: skip
    """Write down who is to do what by when.

    Raises   BadInput for an owner who may not know the point: they could not read what they are to do
    """
    require(by, "hold meetings", point.item)
    said("The action was not kept.", what=what)
    place = owner.position.organisation if owner is not None else organisation
    problems = []
    if place is None:
        problems.append(
            Problem(where="owner", found="nobody", expected="a person, or a partner", do="Name who does it.")
        )
    if owner is not None and not [
        to for to in recipients_at(by, [owner], by.now) if may_read(to, marked(point.item), by.now).allowed
    ]:
        problems.append(
            Problem(
                where="owner",
                found=owner.person.name,
                expected="somebody who may know the point",
                do="Name another, or tell it in words that they may know.",
            )
        )
    if problems:
        raise BadInput("The action was not kept.", problems)
    assert place is not None
    made = MeetingAction.objects.create(
        point=point, what=what.strip(), owner=owner, organisation=place, due=due, by=by.appointment
    )
    record(
        "meeting action", by=by, about=point.item, subject=("meeting action", made.pk), facts={"due": due.isoformat()}
    )
    return made


@transaction.atomic
def finish(action: MeetingAction, *, by: Seat, result: str) -> MeetingActionDone:
    """Say what came of it: its owner does, or a liaison for a partner."""
    require(by, "see meetings" if action.owner_id == by.appointment.pk else "hold meetings", action.point.item)
    said("The action was not ended.", result=result)
    try:
        with transaction.atomic():
            made = MeetingActionDone.objects.create(action=action, result=result.strip(), by=by.appointment)
    except IntegrityError as error:
        raise BadInput("The action was not ended.", [
            Problem(where="action", found="ended already", expected="one that is open", do="Nothing needs to be done."),
        ]) from error  # fmt: skip
    record("meeting action ended", by=by, about=action.point.item, subject=("meeting action", action.pk))
    return made


@dataclass(frozen=True, kw_only=True)
class Hearing:
    """Who attends, and which points of those that the reader knows they may hear; told before the meeting."""

    attendee: Attendee
    name: str
    hears: tuple[int, ...]
    leaves_for: tuple[int, ...]


def hearing(meeting: Meeting, points: Sequence[Point], *, by: Seat) -> list[Hearing]:
    """For each attendee the points they may hear, by the rule of reading; a guest hears what anybody at their organisation may.

    Points that the reader of this list may not know are in no list.
    """
    told = []
    rows = Attendee.objects.filter(meeting=meeting, left__isnull=True)
    for row in rows.select_related("appointment__person", "appointment__position", "organisation").order_by(
        "organisation__name", "at", "pk"
    ):
        readers = (
            recipients_at(by, [row.appointment], by.now)
            if row.appointment is not None
            else [as_reader(row.organisation)]
        )
        heard = {
            point.place for point in points if any(may_read(one, marked(point.item), by.now).allowed for one in readers)
        }
        told.append(
            Hearing(
                attendee=row, name=row.name or row.appointment.person.name, hears=tuple(sorted(heard)),  # type: ignore[union-attr]
                leaves_for=tuple(point.place for point in points if point.place not in heard),
            )
        )  # fmt: skip
    return told


def as_icalendar(meeting: Meeting, points: Sequence[Point], *, base: str, now: datetime) -> bytes:
    """The meeting as an event (RFC 5545). It names no point: a calendar travels further than its reader."""
    made = Calendar()
    made.add("prodid", "-//Hustings//Meetings//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    event = Event()
    event.add("uid", f"{meeting.pk}@meetings.hustings")
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", meeting.starts_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtend", meeting.ends_at.astimezone(UTC).replace(microsecond=0))
    event.add("summary", meeting.item.title)
    event.add("location", meeting.place)
    event.add("url", f"{base}/partners/meetings/{meeting.pk}/")
    event.add("description", f"{len(points)} points that you may know; their words stand at the address.")
    event.add("class", "CONFIDENTIAL" if meeting.item.label.tlp != Tlp.CLEAR else "PUBLIC")
    made.add_component(event)
    return bytes(made.to_ical())
