"""Meetings with partners, for programs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import AwareDatetime, Field

from hustings.apps.api_caller import caller, needs
from hustings.apps.people.models import Appointment
from hustings.apps.permission import NotKnown, readable, require
from hustings.apps.sharing import find
from hustings.apps.sharing import meetings as book
from hustings.apps.sharing.api.words import Free, MadeOut, group_of
from hustings.apps.sharing.models import Meeting, Minute, Point
from hustings.apps.tokens.scope import Scope
from hustings.policy.marking import Tlp

__all__ = ["router"]

router = Router(auth=needs(Scope.READ_SHARING))


class MinuteOut(Schema):
    """A minute that the caller may read."""

    id: UUID
    text: str


class MeetingPointOut(Schema):
    """A point of the agenda that the caller may know."""

    id: UUID
    place: int
    title: str
    text: str
    minutes: list[MinuteOut]


class MeetingOut(Schema):
    """A meeting."""

    id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str


class MeetingWhole(MeetingOut):
    """A meeting with what the caller may know of its agenda."""

    points: list[MeetingPointOut]


class MeetingIn(Schema):
    """A meeting to call."""

    title: Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00]*$")]
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    place: Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00]*$")]


class MeetingPage(Schema):
    """Meetings, newest first."""

    meetings: list[MeetingOut]


@router.get("/meetings", response=MeetingPage, summary="Meetings", operation_id="meetings")
def list_meetings(request: HttpRequest, limit: Annotated[int, Query(ge=1, le=100)] = 50) -> MeetingPage:
    """Newest first, those that the caller may know."""
    seat = caller(request)
    require(seat, "see meetings")
    return MeetingPage(meetings=[meeting_out(row) for row in book.meetings(seat)[:limit]])


def meeting_out(row: Any) -> MeetingOut:
    """A meeting as programs read it."""
    return MeetingOut(id=row.pk, title=row.item.title, starts_at=row.starts_at, ends_at=row.ends_at, place=row.place)


@router.post(
    "/meetings",
    auth=needs(Scope.WRITE_SHARING),
    response={201: MeetingOut},
    summary="Call a meeting",
    operation_id="call_meeting",
)
def call(request: HttpRequest, given: MeetingIn) -> Status[MeetingOut]:
    """For all who take part here; points are marked by themselves."""
    made = book.call(
        by=caller(request), title=given.title, starts_at=given.starts_at, ends_at=given.ends_at, place=given.place
    )
    return Status(201, meeting_out(made))


@router.get("/meetings/{meeting}", response=MeetingWhole, summary="One meeting", operation_id="meeting")
def one_meeting(request: HttpRequest, meeting: UUID) -> MeetingWhole:
    """With the points and minutes that the caller may know."""
    seat = caller(request)
    found = book.find_meeting(seat, meeting)
    require(seat, "see meetings", found.item)
    known = readable(seat).values("pk")
    points = Point.objects.filter(meeting=found, item__in=known).select_related("item").order_by("place", "pk")
    minutes = list(
        Minute.objects.filter(point__in=points, item__in=known).select_related("item").order_by("item__made_at", "pk")
    )
    return MeetingWhole(
        **meeting_out(found).dict(),
        points=[
            MeetingPointOut(
                id=row.pk, place=row.place, title=row.item.title, text=row.item.text,
                minutes=[MinuteOut(id=each.pk, text=each.item.text) for each in minutes if each.point_id == row.pk],
            )
            for row in points
        ],
    )  # fmt: skip


class MeetingPointIn(Schema):
    """A point of the agenda under its own marking."""

    title: Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00]*$")]
    text: Free = ""
    tlp: Tlp = Tlp.GREEN
    group: UUID | None = None


class MinuteIn(Schema):
    """What was said on a point; its marking is that of the point, or stricter."""

    text: Annotated[str, Field(min_length=1, max_length=20_000, pattern=r"^[^\x00]*$")]
    tlp: Tlp | None = None


class MeetingActionIn(Schema):
    """Who is to do what by when: somebody with a position here, or a partner."""

    what: Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]
    due: date
    owner: UUID | None = None
    partner: UUID | None = None


class AttendeeIn(Schema):
    """Who is asked: somebody with a position here, or a guest of a partner by name."""

    appointment: UUID | None = None
    partner: UUID | None = None
    name: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")] = ""


def appointment_of(request: HttpRequest, key: UUID | None) -> Appointment | None:
    """Somebody at a partner of ours or with us. Raises NotKnown."""
    if key is None:
        return None
    organisations = find.partners(caller(request)).values("organisation")
    found = (
        Appointment.objects.filter(pk=key, position__organisation__in=organisations)
        .select_related("person", "position__organisation")
        .first()
    )
    if found is None:
        raise NotKnown
    return found


@router.post("/meetings/{meeting}/attendees", auth=needs(Scope.WRITE_SHARING), response={201: MadeOut}, summary="Ask somebody to attend", operation_id="meeting_attendee")  # fmt: skip
def attendee(request: HttpRequest, meeting: UUID, given: AttendeeIn) -> Status[MadeOut]:
    """By their position here, or as a guest."""
    seat = caller(request)
    place = find.find_partner(seat, given.partner).organisation if given.partner is not None else None
    made = book.ask_to_attend(
        own_meeting(request, meeting),
        by=seat,
        appointment=appointment_of(request, given.appointment),
        organisation=place,
        name=given.name,
    )
    return Status(201, MadeOut(id=made.pk))


def own_meeting(request: HttpRequest, key: UUID) -> Meeting:
    """A meeting that the caller's organisation holds. Raises NotKnown."""
    found = book.find_meeting(caller(request), key)
    if found.held_by_id != find.organisation_of(caller(request)).pk:
        raise NotKnown
    return found


@router.post("/meetings/{meeting}/points", auth=needs(Scope.WRITE_SHARING), response={201: MadeOut}, summary="Put a point on the agenda", operation_id="meeting_point")  # fmt: skip
def add_point(request: HttpRequest, meeting: UUID, given: MeetingPointIn) -> Status[MadeOut]:
    """Under its own marking."""
    made = book.add_point(
        own_meeting(request, meeting),
        by=caller(request),
        title=given.title,
        text=given.text,
        tlp=given.tlp,
        group=group_of(given.group),
    )
    return Status(201, MadeOut(id=made.pk))


def own_point(request: HttpRequest, meeting: UUID, key: UUID) -> Point:
    """A point of such a meeting. Raises NotKnown."""
    found = Point.objects.filter(
        pk=key, meeting=own_meeting(request, meeting), item__in=readable(caller(request)).values("pk")
    )
    point = found.select_related("item__label", "meeting").first()
    if point is None:
        raise NotKnown
    return point


@router.post("/meetings/{meeting}/points/{point}/minutes", auth=needs(Scope.WRITE_SHARING), response={201: MadeOut}, summary="Keep a minute", operation_id="meeting_minute")  # fmt: skip
def minute(request: HttpRequest, meeting: UUID, point: UUID, given: MinuteIn) -> Status[MadeOut]:
    """What was said."""
    made = book.minute(own_point(request, meeting, point), by=caller(request), text=given.text, tlp=given.tlp)
    return Status(201, MadeOut(id=made.pk))


@router.post("/meetings/{meeting}/points/{point}/actions", auth=needs(Scope.WRITE_SHARING), response={201: MadeOut}, summary="Say who does what", operation_id="meeting_action")  # fmt: skip
def action(request: HttpRequest, meeting: UUID, point: UUID, given: MeetingActionIn) -> Status[MadeOut]:
    """By when."""
    seat = caller(request)
    place = find.find_partner(seat, given.partner).organisation if given.partner is not None else None
    made = book.add_action(
        own_point(request, meeting, point),
        by=seat,
        what=given.what,
        due=given.due,
        owner=appointment_of(request, given.owner),
        organisation=place,
    )
    return Status(201, MadeOut(id=made.pk))
