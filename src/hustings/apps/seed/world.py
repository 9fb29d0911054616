"""Organisations, positions, clearances and people of the demo season, written as the installation's beginning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hustings.apps.items.models import SharingGroup, SharingMember
from hustings.apps.people.models import (
    AccessChange,
    AgreementChange,
    Appointment,
    AppointmentChange,
    Citizenship,
    Compartment,
    EligibilityChange,
    FacilityChange,
    Organisation,
    OrganisationChange,
    Person,
    Position,
    PositionChange,
    ReadInChange,
    Site,
)
from hustings.apps.people.signin.second_factor import enrol
from hustings.apps.seed.personas import COMPARTMENT, PERSONAS, Persona, Post
from hustings.apps.seed.second_factor import demo_secret
from hustings.policy.level import Level
from hustings.policy.state import Access, Agreement, AgreementKind, Eligibility, Facility, Held

__all__ = ["World", "build"]

ORGANISATIONS = (
    # name, legal name, kind, country, site, facility clearance and what may be kept there
    ("Meridian", "Meridian Platforms SE", "company", "XV", "Harbour campus", Level.SECRET, Level.UNCLASSIFIED),
    ("Electoral Authority of Valdoria", "Valdorian Electoral Authority", "authority", "XV", "Parliament square", None, None),
    ("Open Elections Lab", "Open Elections Lab e.V.", "research", "XB", "University", None, None),
    ("Directorate for Election Security", "Directorate for Election Security", "agency", "XV", "Fort Anselm",
     Level.TOP_SECRET, Level.TOP_SECRET),
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """What later steps of the seed refer to; appointments by the persona's key, the present ones in order."""

    organisations: dict[str, Organisation]
    people: dict[str, Person]
    appointments: dict[str, list[Appointment]]
    group: SharingGroup
    began: datetime


def build(now: datetime, password: str) -> World:
    """Write the world as it stood a year before `now`, and what has changed since."""
    began = now - timedelta(days=365)
    organisations, sites = {}, {}
    for name, legal_name, kind, country, site_name, clearance, safeguarding in ORGANISATIONS:
        organisation = Organisation.objects.create(name=name, legal_name=legal_name, kind=kind, country=country)
        OrganisationChange.objects.create(
            organisation=organisation, state=Held.IN_FORCE, at=began, document="Terms of participation, signed"
        )
        organisations[name] = organisation
        sites[name] = Site.objects.create(organisation=organisation, name=site_name, country=country)
        if clearance is not None and safeguarding is not None:
            FacilityChange.objects.create(
                site=sites[name],
                state=Facility.GRANTED,
                level=clearance,
                safeguarding=safeguarding,
                at=began,
                sponsor=organisations.get("Directorate for Election Security"),
                document=f"Facility clearance of {site_name}",
            )
    Compartment.objects.create(code=COMPARTMENT)
    group = SharingGroup.objects.create(name="Valdoria election partners", owner=organisations["Meridian"])
    for organisation in organisations.values():
        SharingMember.objects.create(group=group, organisation=organisation, at=began, document="Sharing agreement")
    people: dict[str, Person] = {}
    appointments: dict[str, list[Appointment]] = {}
    for persona in PERSONAS:
        person = Person.objects.create_user(persona.email, password, name=persona.name)
        enrol(person, demo_secret(password, persona.email))
        people[persona.key] = person
        beginnings(person, persona, began)
        appointments[persona.key] = []
        for post in persona.posts:
            appointment = take_up(person, post, organisations[post.organisation], sites[post.organisation], began)
            if not post.left:
                appointments[persona.key].append(appointment)
    return World(organisations=organisations, people=people, appointments=appointments, group=group, began=began)


def beginnings(person: Person, persona: Persona, began: datetime) -> None:
    """What a person brings along: citizenship, a government's finding, what they signed."""
    Citizenship.objects.create(person=person, country=persona.citizenship, at=began, document="Passport seen")
    if persona.eligibility:
        EligibilityChange.objects.create(
            person=person,
            state=Eligibility.FAVOURABLE,
            level=persona.eligibility,
            vetting=True,
            at=began,
            basis="background investigation",
            document="Notice of determination",
        )
    for kind, until in (
        (AgreementKind.NDA, None),
        (AgreementKind.TRAINING, began + timedelta(days=2 * 365)),
        (AgreementKind.BRIEFING, None),
    ):
        AgreementChange.objects.create(
            person=person, kind=kind, state=Agreement.SIGNED, at=began, until=until, document=f"{kind.value}, signed"
        )


def take_up(person: Person, post: Post, organisation: Organisation, site: Site, began: datetime) -> Appointment:
    """Open a position and put the person into it; one that was left ended sixty days after the beginning."""
    position = Position.objects.create(organisation=organisation, site=site, title=post.title)
    PositionChange.objects.create(
        position=position,
        roles=[role.value for role in post.roles],
        level=post.requires,
        compartments=list(post.compartments),
        instrument="Agreement on protecting elections" if post.requires else "",
        at=began,
        document=f"Description of the post: {post.title}",
    )
    appointment = Appointment.objects.create(person=person, position=position, employment=post.employment)
    AppointmentChange.objects.create(appointment=appointment, at=began, document="Contract of employment")
    if post.access:
        AccessChange.objects.create(
            appointment=appointment, state=Access.REQUESTED, level=post.access, at=began, document="Request for access"
        )
        AccessChange.objects.create(
            appointment=appointment,
            state=Access.ACTIVE,
            level=post.access,
            at=began + timedelta(days=20),
            document="Confirmation of access",
        )
    for code in post.compartments:
        ReadInChange.objects.create(
            appointment=appointment, compartment_id=code, at=began + timedelta(days=21), document="Read-in record"
        )
    if post.left:
        left = began + timedelta(days=60)
        AppointmentChange.objects.create(
            appointment=appointment, state=Held.ENDED, at=left, document="Letter of resignation"
        )
        if post.access:
            AccessChange.objects.create(
                appointment=appointment,
                state=Access.DEBRIEFED,
                level=post.access,
                at=left,
                document="Debriefing record",
            )
    return appointment
