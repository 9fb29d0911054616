"""Partners, their capacities, agreements, contacts and drills, for programs."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, Field

from hustings.apps.api_caller import caller, needs
from hustings.apps.people.models import Organisation
from hustings.apps.permission import NotKnown, require
from hustings.apps.sharing import find, partners
from hustings.apps.sharing.api.words import SEE, MadeOut
from hustings.apps.sharing.models import Contact
from hustings.apps.tokens.scope import Scope
from hustings.policy.capacity import Capacity, Matter, Sort
from hustings.policy.marking import Tlp

__all__ = ["router"]

router = Router(auth=needs(Scope.READ_SHARING))


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
