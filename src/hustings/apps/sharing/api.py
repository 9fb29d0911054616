"""Partners, exchanges, meetings and the public count, for programs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import AwareDatetime, Field

from hustings.apps.api_caller import caller, needs
from hustings.apps.api_cursor import page
from hustings.apps.items.models import Item, SharingGroup
from hustings.apps.people.models import Appointment, Organisation
from hustings.apps.permission import NotKnown, readable, require
from hustings.apps.sharing import find, oversight, partners, passing
from hustings.apps.sharing import meetings as book
from hustings.apps.sharing.models import Contact, Content, Meeting, Minute, Point
from hustings.apps.sharing.views.public import HEADINGS, told
from hustings.apps.tokens.scope import Scope
from hustings.exchange.request import Named
from hustings.policy.capacity import Capacity, Matter, Sort
from hustings.policy.marking import Tlp
from hustings.policy.origin import COUNT_DELAY, COUNT_FLOOR
from hustings.policy.requests import Opinion, Party, RequestState, open_moves

__all__ = ["governments_router", "router"]

router = Router(auth=needs(Scope.READ_SHARING))
governments_router = Router()
SEE = "list exchanges"
Word = Annotated[str, Field(min_length=1, max_length=1000, pattern=r"^[^\x00]*$")]
Free = Annotated[str, Field(max_length=10_000, pattern=r"^[^\x00]*$")]


class NamedIO(Schema):
    """One thing that is named."""

    what: Annotated[str, Field(max_length=20, pattern=r"^[a-z]+$")]
    platform: Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")] = ""
    name: Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")] = ""
    ref: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")] = ""


class PartnerOut(Schema):
    """A partner."""

    id: UUID
    organisation: UUID
    name: str
    capacity: str = Field(description="Empty where it has none now.")
    way: str = Field(description="here, taxii or document.")


class PartnerAgreementOut(Schema):
    """An agreement that has not ended early."""

    id: UUID
    title: str
    reference: str
    starts_on: date
    ends_on: date
    sorts: list[str]
    matters: list[str]
    up_to: str


class PartnerContactOut(Schema):
    """Whom one calls."""

    id: UUID
    above: UUID | None
    name: str
    office: str
    reach: str
    checked: date | None


class TrustOut(Schema):
    """How what a partner sent turned out in a year: counts."""

    year: int
    sent: int
    positive: int
    seed: int
    negative: int
    acted: int
    partly: int
    declined: int
    silent: int


class PartnerWhole(PartnerOut):
    """A partner with all that is recorded of it."""

    agreements: list[PartnerAgreementOut]
    contacts: list[PartnerContactOut]
    trust: list[TrustOut]


class ContactCheckIn(Schema):
    """A contact was tried."""

    on: date
    how: Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00]*$")]
    right: bool


class ExchangeStepOut(Schema):
    """A step."""

    number: int
    code: str
    state: str
    party: str
    at: datetime
    reason: str
    how: str


class ExchangeOut(Schema):
    """Something that passed."""

    id: UUID
    known_as: UUID
    sort: str
    sender: UUID
    receiver: UUID
    capacity: str
    government: bool
    title: str
    text: str
    ground: str
    legal_ground: str
    matters: list[str]
    handling: str
    sent_at: datetime
    deadline: datetime | None
    state: str


class ExchangeWhole(ExchangeOut):
    """The same with its steps and what both make of it."""

    content: list[NamedIO]
    carried: list[UUID]
    steps: list[ExchangeStepOut]
    opinion: str | None = Field(description="Of all who said one, merged.")
    next: list[str] = Field(description="Steps that the caller's side may take now.")


class ExchangePage(Schema):
    """A page of one sort, newest first."""

    exchanges: list[ExchangeOut]
    next: str | None = Field(description="Cursor of the next page; null on the last.")


class ExchangeIn(Schema):
    """What is to pass; with `how`, what came from the partner on paper."""

    sort: Sort
    partner: UUID
    title: Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00]*$")]
    text: Free = ""
    ground: Word
    legal_ground: Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")] = ""
    matters: list[Matter] = []
    content: Annotated[list[NamedIO], Field(max_length=1000)] = []
    carried: Annotated[list[UUID], Field(max_length=50)] = []
    deadline: AwareDatetime | None = None
    tlp: Tlp = Tlp.AMBER_STRICT
    group: UUID | None = None
    handling: Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")] = ""
    exception: Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")] = ""
    how: Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")] = ""
    sent_at: AwareDatetime | None = None


class ExchangeStepIn(Schema):
    """A step to take."""

    code: Annotated[str, Field(max_length=20, pattern=r"^[a-z ]+$")]
    reason: Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")] = ""
    how: Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")] = ""
    acted_on: list[NamedIO] = []
    opinion: Opinion | None = None


class OpinionIn(Schema):
    """What one makes of it."""

    opinion: Opinion
    words: Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")] = ""
    how: Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")] = ""


class SightingIn(Schema):
    """Where it was seen."""

    times: Annotated[int, Field(ge=1, le=2_000_000_000)]
    first: AwareDatetime
    last: AwareDatetime
    where: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
    how: Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")] = ""


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


class CountOut(Schema):
    """What was told of a quarter."""

    since: date
    until: date
    numbers: list[dict[str, Any]] = Field(
        description="Groups and their number together; empty: fewer than the floor, none included."
    )


class GovernmentCounts(Schema):
    """What is told the public: never changed once it was told."""

    delay_days: int
    floor: int
    counts: dict[str, list[CountOut]]
    headings: dict[str, str]


def exchange_out(one: Any) -> dict[str, Any]:
    """As programs read it."""
    return {
        "id": one.pk, "known_as": one.known_as, "sort": one.sort.value, "sender": one.sender_id, "receiver": one.receiver_id,
        "capacity": one.capacity, "government": one.government, "title": one.item.title, "text": one.item.text, "ground": one.ground,
        "legal_ground": getattr(one, "legal_ground", ""), "matters": one.matters, "handling": one.handling, "sent_at": one.sent_at,
        "deadline": one.deadline, "state": one.state,
    }  # fmt: skip


def whole(request: HttpRequest, one: Any) -> ExchangeWhole:
    """With its steps."""
    seat = caller(request)
    _, together = find.opinions_of(one.item)
    return ExchangeWhole(
        **exchange_out(one),
        content=[
            NamedIO(what=each.what, platform=each.platform, name=each.name, ref=each.ref)
            for each in Content.objects.filter(of=one.pk).order_by("what", "platform", "name", "ref", "pk")
        ],
        carried=list(one.item.carries.order_by("pk").values_list("carried", flat=True)),
        steps=[
            ExchangeStepOut(
                number=step.number, code=step.code, state=step.state, party=step.party, at=step.at, reason=step.reason, how=step.how
            )
            for step in find.steps_of(one.item)
        ],
        opinion=together.value if together is not None else None,
        next=[move.code for move in open_moves(RequestState(one.state), one.sort, Party(find.our_side(seat, one)))],
    )  # fmt: skip


@router.get("/", response=list[PartnerOut], summary="Partners", operation_id="partners")
def list_partners(request: HttpRequest) -> list[PartnerOut]:
    """By name; the caller's own organisation is one of them."""
    seat = caller(request)
    require(seat, SEE)
    return [partner_out(row) for row in find.partners(seat)]


def partner_out(row: Any) -> PartnerOut:
    """A partner as programs read it."""
    return PartnerOut(
        id=row.pk, organisation=row.organisation_id, name=row.organisation.name, capacity=row.capacity, way=row.way
    )


@router.get("/exchanges", response=ExchangePage, summary="What passed, of one sort", operation_id="exchanges")
def list_exchanges(
    request: HttpRequest,
    sort: Sort,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=400, description="`next` of the page before.")] = None,
) -> ExchangePage:
    """Newest first, each sort by itself: they have separate rules."""
    seat = caller(request)
    require(seat, SEE)
    found, following = page(request, find.passed(seat, sort), newest_by="sent_at", limit=limit, cursor=cursor)
    return ExchangePage(exchanges=[ExchangeOut(**exchange_out(one)) for one in found], next=following)


@router.post("/exchanges", auth=needs(Scope.WRITE_SHARING), response={201: ExchangeWhole}, summary="Send, ask, or write down what came", operation_id="send_exchange")  # fmt: skip
def send(request: HttpRequest, given: ExchangeIn) -> Status[ExchangeWhole]:
    """What passes cannot be changed or deleted."""
    seat = caller(request)
    partner = find.find_partner(seat, given.partner)
    made = passing.send(
        passing.Sending(
            sort=given.sort, other=partner.organisation, title=given.title, text=given.text, ground=given.ground,
            legal_ground=given.legal_ground, matters=frozenset(given.matters), tlp=given.tlp, group=group_of(given.group),
            content=tuple(Named(what=one.what, platform=one.platform, name=one.name, ref=one.ref) for one in given.content),
            carried=items_of(request, given.carried), deadline=given.deadline, handling=given.handling, exception=given.exception,
            how=given.how, sent_at=given.sent_at if given.how else None,
        ),
        by=seat,
    )  # fmt: skip
    return Status(201, whole(request, find.find_passed(seat, made.pk)))


def group_of(key: UUID | None) -> SharingGroup | None:
    """A group that the caller's organisation is in.

    Raises   NotKnown for any other: it is there for nobody else
    """
    if key is None:
        return None
    found = find.groups().filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found


def items_of(request: HttpRequest, keys: list[UUID]) -> list[Item]:
    """Items that the caller may know. Raises NotKnown."""
    found = list(readable(caller(request)).select_related("label").filter(pk__in=keys).order_by("pk"))
    if len(found) != len(set(keys)):
        raise NotKnown
    return found


@router.get("/exchanges/{exchange}", response=ExchangeWhole, summary="One that passed", operation_id="exchange")
def one_exchange(request: HttpRequest, exchange: UUID) -> ExchangeWhole:
    """With its steps, and the next ones."""
    seat = caller(request)
    found = find.find_passed(seat, exchange)
    require(seat, SEE, found.item)
    return whole(request, found)


@router.post("/exchanges/{exchange}/steps", auth=needs(Scope.WRITE_SHARING), response={201: ExchangeWhole}, summary="Take a step", operation_id="exchange_step")  # fmt: skip
def step(request: HttpRequest, exchange: UUID, given: ExchangeStepIn) -> Status[ExchangeWhole]:
    """By the table of states; every answer has a reason."""
    seat = caller(request)
    found = find.find_passed(seat, exchange)
    asked = {(one.what, one.platform, one.name, one.ref) for one in given.acted_on}
    acted = [
        row
        for row in Content.objects.filter(of=found.pk).order_by("pk")
        if (row.what, row.platform, row.name, row.ref) in asked
    ]
    if len(acted) != len(asked):
        raise NotKnown
    passing.take_step(
        found, given.code, by=seat, reason=given.reason, how=given.how, acted_on=acted, opinion=given.opinion
    )
    return Status(201, whole(request, find.find_passed(seat, exchange)))


@router.post("/exchanges/{exchange}/opinions", auth=needs(Scope.WRITE_SHARING), response={201: ExchangeWhole}, summary="Give an opinion", operation_id="exchange_opinion")  # fmt: skip
def opinion(request: HttpRequest, exchange: UUID, given: OpinionIn) -> Status[ExchangeWhole]:
    """Positive, seed or negative."""
    seat = caller(request)
    found = find.find_passed(seat, exchange)
    passing.give_opinion(found, given.opinion, by=seat, words=given.words, how=given.how)
    return Status(201, whole(request, find.find_passed(seat, exchange)))


@router.post("/exchanges/{exchange}/sightings", auth=needs(Scope.WRITE_SHARING), response={201: ExchangeWhole}, summary="Tell of a sighting", operation_id="exchange_sighting")  # fmt: skip
def sighting(request: HttpRequest, exchange: UUID, given: SightingIn) -> Status[ExchangeWhole]:
    """How often it was seen, where and when."""
    seat = caller(request)
    found = find.find_passed(seat, exchange)
    passing.report_sighting(
        found, by=seat, times=given.times, first=given.first, last=given.last, where=given.where, how=given.how
    )
    return Status(201, whole(request, find.find_passed(seat, exchange)))


@router.get("/oversight", auth=needs(Scope.READ_SHARING, Scope.EXPORT), response=dict[str, Any], summary="All that passed, for oversight", operation_id="exchanges_oversight")  # fmt: skip
def for_oversight(request: HttpRequest) -> dict[str, Any]:
    """Complete, with the numbers of the log."""
    return {"columns": list(oversight.COLUMNS), "rows": oversight.rows(caller(request))}


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


@router.get("/{partner}", response=PartnerWhole, summary="One partner", operation_id="partner")
def one_partner(request: HttpRequest, partner: UUID) -> PartnerWhole:
    """With agreements, contacts, and how what it sent turned out."""
    seat = caller(request)
    require(seat, SEE)
    found = find.find_partner(seat, partner)
    return PartnerWhole(
        **partner_out(found).dict(),
        agreements=[
            PartnerAgreementOut(
                id=row.pk, title=row.title, reference=row.reference, starts_on=row.starts_on, ends_on=row.ends_on, sorts=row.sorts,
                matters=row.matters, up_to=row.up_to,
            )
            for row in find.agreements(seat).filter(partner=found)
        ],
        contacts=[
            PartnerContactOut(id=row.pk, above=row.above_id, name=row.name, office=row.office, reach=row.reach, checked=getattr(row, "checked", None))
            for row in find.contacts(seat, found)
        ],
        trust=[TrustOut(**{name: getattr(row, name) for name in TrustOut.model_fields}) for row in find.trust(seat, found)],
    )  # fmt: skip


class CapacityIn(Schema):
    """Another capacity from a moment on; null for none any more."""

    capacity: Capacity | None
    since: AwareDatetime
    document: Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00]*$")]


@router.post("/{partner}/capacity", auth=needs(Scope.WRITE_SHARING), response={201: PartnerOut}, summary="Change a capacity", operation_id="partner_capacity")  # fmt: skip
def capacity(request: HttpRequest, partner: UUID, given: CapacityIn) -> Status[PartnerOut]:
    """What was before stays on record."""
    seat = caller(request)
    partners.change_capacity(
        find.find_partner(seat, partner), given.capacity, by=seat, since=given.since, document=given.document
    )
    return Status(201, partner_out(find.find_partner(seat, partner)))


class PartnerAgreementIn(Schema):
    """What was agreed on."""

    title: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
    reference: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
    starts_on: date
    ends_on: date
    sorts: Annotated[list[Sort], Field(min_length=1)]
    matters: list[Matter] = []
    up_to: Tlp = Tlp.AMBER_STRICT


@router.post("/{partner}/agreements", auth=needs(Scope.WRITE_SHARING), response={201: PartnerOut}, summary="Record an agreement", operation_id="partner_agreement")  # fmt: skip
def agreement(request: HttpRequest, partner: UUID, given: PartnerAgreementIn) -> Status[PartnerOut]:
    """What may pass by default."""
    seat = caller(request)
    found = find.find_partner(seat, partner)
    partners.agree(found, by=seat, **given.dict())
    return Status(201, partner_out(found))


@router.post("/{partner}/contacts/{contact}/checks", auth=needs(Scope.WRITE_SHARING), response={201: PartnerOut}, summary="A contact was tried", operation_id="partner_contact_check")  # fmt: skip
def check(request: HttpRequest, partner: UUID, contact: UUID, given: ContactCheckIn) -> Status[PartnerOut]:
    """Whether it is still right."""
    seat = caller(request)
    found = find.find_partner(seat, partner)
    row = Contact.objects.filter(partner=found, pk=contact, ended__isnull=True).first()
    if row is None:
        raise NotKnown
    partners.check_contact(row, by=seat, on=given.on, how=given.how, right=given.right)
    return Status(201, partner_out(found))


class PartnerIn(Schema):
    """An organisation that the caller's works with."""

    organisation: UUID
    capacity: Capacity
    document: Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00]*$")]
    way: Literal["here", "taxii", "document"]
    address: Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")] = ""
    identity: Annotated[str, Field(max_length=60, pattern=r"^[^\x00]*$")] = ""


class PartnerContactIn(Schema):
    """Whom one calls, and after whom."""

    name: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
    office: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
    reach: Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00]*$")]
    above: UUID | None = None


class DrillCallIn(Schema):
    """One call: after how many minutes they answered, or null."""

    contact: UUID
    minutes: Annotated[int, Field(ge=0, le=100_000)] | None = None
    note: Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")] = ""


class DrillIn(Schema):
    """A drill."""

    title: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
    on: date
    scenario: Annotated[str, Field(min_length=1, max_length=1000, pattern=r"^[^\x00]*$")]
    calls: Annotated[list[DrillCallIn], Field(min_length=1, max_length=500)]


class DrillOut(Schema):
    """A drill, as it was recorded."""

    id: UUID


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


class MadeOut(Schema):
    """What was made."""

    id: UUID


@router.post(
    "/",
    auth=needs(Scope.WRITE_SHARING),
    response={201: PartnerOut},
    summary="Record a partner",
    operation_id="keep_partner",
)
def keep(request: HttpRequest, given: PartnerIn) -> Status[PartnerOut]:
    """In which capacity, and how what passes gets there."""
    seat = caller(request)
    organisation = Organisation.objects.filter(pk=given.organisation).first()
    if organisation is None:
        raise NotKnown
    made = partners.keep_partner(
        organisation,
        by=seat,
        way=given.way,
        capacity=given.capacity,
        document=given.document,
        address=given.address,
        identity=given.identity,
    )
    return Status(201, partner_out(find.find_partner(seat, made.pk)))


def contact_of(request: HttpRequest, key: UUID, partner: Any = None) -> Contact:
    """A contact of one of our partners. Raises NotKnown."""
    for one in find.contacts(caller(request), partner):
        if one.pk == key:
            return one
    raise NotKnown


@router.post("/{partner}/contacts", auth=needs(Scope.WRITE_SHARING), response={201: MadeOut}, summary="Name a contact", operation_id="partner_contact")  # fmt: skip
def contact(request: HttpRequest, partner: UUID, given: PartnerContactIn) -> Status[MadeOut]:
    """Whom one calls."""
    seat = caller(request)
    found = find.find_partner(seat, partner)
    above = contact_of(request, given.above, found) if given.above is not None else None
    return Status(
        201,
        MadeOut(
            id=partners.name_contact(
                found, by=seat, name=given.name, office=given.office, reach=given.reach, above=above
            ).pk
        ),
    )


@router.post(
    "/drills",
    auth=needs(Scope.WRITE_SHARING),
    response={201: DrillOut},
    summary="Record a drill",
    operation_id="record_drill",
)
def drill(request: HttpRequest, given: DrillIn) -> Status[DrillOut]:
    """Who was called, and who answered."""
    calls = [
        partners.Called(contact=contact_of(request, one.contact), minutes=one.minutes, note=one.note)
        for one in given.calls
    ]
    made = partners.record_drill(
        by=caller(request), title=given.title, on=given.on, scenario=given.scenario, calls=calls
    )
    return Status(201, DrillOut(id=made.pk))


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


@governments_router.get(
    "", auth=None, response=GovernmentCounts, summary="What governments had a part in", operation_id="government_counts"
)
def governments(request: HttpRequest) -> GovernmentCounts:  # noqa: ARG001 - what an operation is handed
    """For everybody. It takes no filter: two answers for two filters could be subtracted."""
    return GovernmentCounts(
        delay_days=COUNT_DELAY.days, floor=COUNT_FLOOR, headings=HEADINGS,
        counts={
            what: [
                CountOut(since=row.since, until=row.until, numbers=[{"groups": list(one.groups), "number": one.number} for one in row.numbers])
                for row in rows
            ]
            for what, rows in told()
        },
    )  # fmt: skip
