"""The operations room for programs: roster, incidents, log, reports, and whom one calls."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from hustings.apps.api_caller import caller, needs
from hustings.apps.database import moment
from hustings.apps.elections import room
from hustings.apps.elections.api.words import Code, Line, Name, Path, Short, Strict, Text, colleague
from hustings.apps.elections.incident_clock import Clocked, clocked
from hustings.apps.elections.models import Contact, Incident, Shift
from hustings.apps.elections.work import watched
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, require
from hustings.apps.tokens.scope import Scope
from hustings.errors import BadInput, Problem
from hustings.policy.operations import ContactKind, Duty, IncidentState, LineKind, Severity

__all__ = ["router"]

router = Router(auth=needs(Scope.READ_ELECTIONS))
WRITES = needs(Scope.WRITE_ELECTIONS)


class ShiftIn(Strict):
    """Somebody is on duty."""

    who: UUID
    duty: Duty
    starts: datetime
    ends: datetime
    reach: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
    languages: Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")] = ""


class ShiftOut(Schema):
    """A shift."""

    id: UUID
    who: UUID
    duty: str
    starts: datetime
    ends: datetime
    reach: str
    languages: str


class GapOut(Schema):
    """A time without a duty that is needed, or with one person twice, here or in the room of another election."""

    starts: datetime
    ends: datetime
    what: str
    twice: bool
    elsewhere: str


class RosterOut(Schema):
    """The roster, with what is wrong with it."""

    shifts: list[ShiftOut]
    gaps: list[GapOut]


class IncidentIn(Strict):
    """Something that happened."""

    title: Name
    severity: Literal[1, 2, 3, 4]
    text: Line
    seen_on: datetime | None = None
    page: Path = ""


class IncidentLineIn(Strict):
    """What was done about it."""

    text: Line
    severity: Literal[1, 2, 3, 4]
    state: IncidentState


class IncidentOut(Schema):
    """An incident as it stands."""

    id: UUID
    title: str
    severity: int
    state: str
    seen_on: datetime
    page: str
    act_by: datetime | None = Field(description="By when somebody writes on it again; null once it is contained.")


class IncidentLineOut(Schema):
    """What was written on an incident, and how bad it was held to be then."""

    at: datetime
    by: UUID
    text: str
    severity: int
    state: str


class IncidentWhole(IncidentOut):
    """An incident with everything that was written on it."""

    lines: list[IncidentLineOut]


class IncidentList(Schema):
    """Incidents, the worst first."""

    items: list[IncidentOut]


class RoomLineIn(Strict):
    """A line of the log."""

    text: Text
    kind: LineKind = LineKind.LOG


class RoomLineOut(Schema):
    """A line of the log, or the note of a hand-over."""

    id: UUID
    at: datetime
    by: UUID
    kind: str
    text: str


class RoomLineList(Schema):
    """Lines, the newest first."""

    items: list[RoomLineOut]


class Done(Schema):
    """It is written."""

    id: UUID


class SituationIn(Strict):
    """What is said of the situation."""

    text: Text


class SituationOut(Schema):
    """A report, with its figures as they stood."""

    number: int
    as_of: datetime
    text: str
    figures: list[dict[str, Any]]


class SituationList(Schema):
    """Reports, the newest first."""

    items: list[SituationOut]


class ContactIn(Strict):
    """Whom one calls."""

    kind: ContactKind
    office: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
    reach: Name
    country: Code = ""
    place: Short = ""
    name: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")] = ""
    note: Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")] = ""


class ContactOut(Schema):
    """Whom one calls; `verified` is the day on which somebody last answered."""

    id: UUID
    kind: str
    office: str
    name: str
    reach: str
    country: str
    place: str
    verified: date | None


class ContactList(Schema):
    """Contacts by kind."""

    items: list[ContactOut]


class CheckOut(Schema):
    """When somebody tried a contact, how, and whether anybody answered."""

    on: date
    by: UUID
    how: str
    answered: bool


class CheckList(Schema):
    """Tries, the newest first."""

    items: list[CheckOut]


class CheckIn(Strict):
    """Somebody tried a contact."""

    on: date
    how: Name
    answered: bool


def incident_said(told: Clocked) -> dict[str, Any]:
    """An incident as programs read it."""
    one = told.incident
    return {
        "id": one.pk, "title": one.title, "severity": one.severity, "state": one.state, "seen_on": one.seen_on, "page": one.page, "act_by": told.act_by
    }  # fmt: skip


def incident_out(key: UUID) -> IncidentOut:
    """One incident as it stands now."""
    (told,) = clocked(Incident.objects.filter(pk=key), moment())
    return IncidentOut(**incident_said(told))


def contact_out(one: Contact, verified: date | None) -> ContactOut:
    """A contact as programs read it."""
    return ContactOut(id=one.pk, kind=one.kind, office=one.office, name=one.name, reach=one.reach, country=one.country, place=one.place, verified=verified)  # fmt: skip


def shift_out(one: Shift) -> ShiftOut:
    """A shift as programs read it."""
    return ShiftOut(
        id=one.pk,
        who=one.who_id,
        duty=one.duty,
        starts=one.starts,
        ends=one.ends,
        reach=one.reach,
        languages=one.languages,
    )


@router.get("/contacts", response=ContactList, summary="Whom you call", operation_id="election_contacts")
def contacts(
    request: HttpRequest, country: Annotated[str, Query(max_length=2, pattern=r"^([A-Z]{2})?$")] = ""
) -> ContactList:
    """Those of a country, and those who answer for all."""
    seat = caller(request)
    require(seat, "see election work")
    return ContactList(items=[contact_out(one, one.verified) for one in room.contacts(seat, country)])  # type: ignore[attr-defined]


@router.post(
    "/contacts", response={201: ContactOut}, auth=WRITES, summary="Add a contact", operation_id="add_election_contact"
)
def add_contact(request: HttpRequest, body: ContactIn) -> Status[ContactOut]:
    """It counts as verified once somebody answered."""
    return Status(201, contact_out(room.add_contact(**body.model_dump(), by=caller(request)), None))


@router.post(
    "/contacts/{contact}/checks",
    response=ContactOut,
    auth=WRITES,
    summary="Say that a contact was tried",
    operation_id="check_election_contact",
)
def check_contact(request: HttpRequest, contact: UUID, body: CheckIn) -> ContactOut:
    """It counts as verified from the day on which somebody answered."""
    seat = caller(request)
    room.check_contact(contact_of(seat, contact), by=seat, **body.model_dump())
    again = room.contacts(seat).get(pk=contact)
    return contact_out(again, again.verified)  # type: ignore[attr-defined]


def contact_of(seat: Seat, key: UUID) -> Contact:
    """A contact that stands on the list of the caller's organisation. Raises NotKnown."""
    require(seat, "see election work")
    found = room.contacts(seat).filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found


@router.get(
    "/contacts/{contact}/checks", response=CheckList, summary="When a contact was tried", operation_id="election_contact_checks"
)  # fmt: skip
def checks(request: HttpRequest, contact: UUID) -> CheckList:
    """The newest first."""
    rows = contact_of(caller(request), contact).checks.order_by("-on", "-at", "pk")[:500]
    return CheckList(items=[CheckOut(on=one.on, by=one.by_id, how=one.how, answered=one.answered) for one in rows])


@router.delete(
    "/contacts/{contact}",
    response={204: None},
    auth=WRITES,
    summary="Take a contact off the list",
    operation_id="end_election_contact",
)
def end_contact(request: HttpRequest, contact: UUID) -> Status[None]:
    """That it was there stays."""
    seat = caller(request)
    room.end_contact(contact_of(seat, contact), by=seat)
    return Status(204, None)


@router.post(
    "/incidents/{incident}",
    response=IncidentOut,
    auth=WRITES,
    summary="Write on an incident",
    operation_id="write_incident",
)
def write_incident(request: HttpRequest, incident: UUID, body: IncidentLineIn) -> IncidentOut:
    """What was found, done or told; how bad it is held to be now."""
    seat = caller(request)
    found = incident_of(seat, incident)
    room.write_incident(found, by=seat, text=body.text, severity=Severity(body.severity), state=body.state)
    return incident_out(found.pk)


@router.get("/incidents/{incident}", response=IncidentWhole, summary="One incident", operation_id="incident")
def incident(request: HttpRequest, incident: UUID) -> IncidentWhole:
    """With everything that was written on it, the oldest first."""
    found = incident_of(caller(request), incident)
    (told,) = clocked(Incident.objects.filter(pk=found.pk), moment())
    lines = [
        IncidentLineOut(at=one.at, by=one.by_id, text=one.text, severity=one.severity, state=one.state)
        for one in found.lines.order_by("at", "pk")
    ]
    return IncidentWhole(**incident_said(told), lines=lines)


def incident_of(seat: Seat, key: UUID) -> Incident:
    """An incident of the caller's organisation. Raises NotKnown."""
    require(seat, "see election work")
    found = Incident.objects.filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found


@router.get("/{election}/roster", response=RosterOut, summary="Who is on duty", operation_id="election_roster")
def roster(request: HttpRequest, election: UUID) -> RosterOut:
    """With gaps and overlaps."""
    _, watch = watched(caller(request), election)
    rows = room.roster(watch)
    gaps = [
        GapOut(starts=one.starts, ends=one.ends, what=one.what, twice=one.twice, elsewhere=one.elsewhere)
        for one in room.staffing(watch)
    ]
    return RosterOut(shifts=[shift_out(one) for one in rows], gaps=gaps)


@router.post(
    "/{election}/roster",
    response={201: ShiftOut},
    auth=WRITES,
    summary="Put somebody on the roster",
    operation_id="add_shift",
)
def add_shift(request: HttpRequest, election: UUID, body: ShiftIn) -> Status[ShiftOut]:
    """A colleague, from when until when."""
    seat = caller(request)
    _, watch = watched(seat, election)
    who = colleague(seat, body.who)
    assert who is not None, "somebody is named"
    times = {"starts": body.starts, "ends": body.ends}
    naive = [Problem(where=name, found=str(moment), expected="a moment with its zone, as 2031-05-04T08:00:00Z", do="Say the zone.")
             for name, moment in times.items() if moment.tzinfo is None]  # fmt: skip
    if naive:
        raise BadInput("The roster is as it was.", naive)
    made = room.add_shift(
        watch,
        by=seat,
        who=who,
        duty=body.duty,
        starts=body.starts,
        ends=body.ends,
        reach=body.reach,
        languages=body.languages,
    )
    return Status(201, shift_out(made))


@router.delete(
    "/{election}/roster/{shift}",
    response={204: None},
    auth=WRITES,
    summary="Take a shift off the roster",
    operation_id="end_shift",
)
def end_shift(request: HttpRequest, election: UUID, shift: UUID) -> Status[None]:
    """That it was there stays."""
    seat = caller(request)
    _, watch = watched(seat, election)
    found = watch.shifts.filter(pk=shift, ended_at=None).first()
    if found is None:
        raise NotKnown
    room.end_shift(found, by=seat)
    return Status(204, None)


@router.get("/{election}/incidents", response=IncidentList, summary="What happened", operation_id="incidents")
def incidents(request: HttpRequest, election: UUID) -> IncidentList:
    """The worst first."""
    _, watch = watched(caller(request), election)
    rows = clocked(watch.incidents.order_by("-severity", "at", "pk")[:500], moment())
    return IncidentList(items=[IncidentOut(**incident_said(one)) for one in rows])


@router.post(
    "/{election}/incidents",
    response={201: IncidentOut},
    auth=WRITES,
    summary="Write an incident down",
    operation_id="open_incident",
)
def open_incident(request: HttpRequest, election: UUID, body: IncidentIn) -> Status[IncidentOut]:
    """How bad it is follows from what may happen to voters."""
    seat = caller(request)
    _, watch = watched(seat, election)
    if body.seen_on is not None and body.seen_on.tzinfo is None:
        raise BadInput("The incident was not written down.", [Problem(where="seen_on", found=str(body.seen_on), expected="a moment with its zone", do="Say the zone.")])  # fmt: skip
    made = room.open_incident(
        watch,
        by=seat,
        title=body.title,
        severity=Severity(body.severity),
        text=body.text,
        seen_on=body.seen_on,
        page=body.page,
    )
    return Status(201, incident_out(made.pk))


@router.get("/{election}/log", response=RoomLineList, summary="The room's log", operation_id="room_lines")
def lines(request: HttpRequest, election: UUID) -> RoomLineList:
    """With the notes of hand-overs, the newest first."""
    _, watch = watched(caller(request), election)
    rows = watch.lines.order_by("-at", "pk")[:500]
    return RoomLineList(
        items=[RoomLineOut(id=one.pk, at=one.at, by=one.by_id, kind=one.kind, text=one.text) for one in rows]
    )


@router.post(
    "/{election}/log",
    response={201: Done},
    auth=WRITES,
    summary="Write a line of the log",
    operation_id="write_room_line",
)
def write_line(request: HttpRequest, election: UUID, body: RoomLineIn) -> Status[Done]:
    """Or the note of a hand-over."""
    seat = caller(request)
    _, watch = watched(seat, election)
    return Status(201, Done(id=room.write_line(watch, by=seat, text=body.text, kind=body.kind).pk))


@router.get("/{election}/situations", response=SituationList, summary="Situation reports", operation_id="situations")
def situations(request: HttpRequest, election: UUID) -> SituationList:
    """Their figures are those of their moment."""
    _, watch = watched(caller(request), election)
    rows = watch.situations.order_by("-number")[:200]
    return SituationList(
        items=[SituationOut(number=one.number, as_of=one.as_of, text=one.text, figures=one.figures) for one in rows]
    )


@router.post(
    "/{election}/situations",
    response={201: SituationOut},
    auth=WRITES,
    summary="Report the situation",
    operation_id="report_situation",
)
def report(request: HttpRequest, election: UUID, body: SituationIn) -> Status[SituationOut]:
    """With every stored figure as it stands now."""
    seat = caller(request)
    _, watch = watched(seat, election)
    made = room.report_situation(watch, by=seat, text=body.text)
    return Status(201, SituationOut(number=made.number, as_of=made.as_of, text=made.text, figures=made.figures))
