"""A small world of people for tests: a company and an agency, cleared sites, posts, and who is in them."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hustings.apps import database
from hustings.apps.database import WEB, in_role
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
from hustings.apps.people.records import last
from hustings.apps.people.seat import Seat
from hustings.policy.level import Level
from hustings.policy.role import Role
from hustings.policy.state import Access, Agreement, AgreementKind, Eligibility, Facility, Held, ReadIn

BEGAN = datetime(2020, 1, 1, tzinfo=UTC)
NOW = datetime(2021, 6, 30, 12, tzinfo=UTC)
SECRET = Level.SECRET
PASSWORD = "harbour ballot lantern seven"


@dataclass
class World:
    """Builds what a test needs, as it stood from BEGAN on."""

    organisations: dict = field(default_factory=dict)
    sites: dict = field(default_factory=dict)
    people: dict = field(default_factory=dict)
    appointments: dict = field(default_factory=dict)

    def organisation(self, name, kind="company", *, level=SECRET, safeguarding=Level.UNCLASSIFIED):
        made = Organisation.objects.create(name=name, legal_name=f"{name} Ltd", kind=kind, country="XV")
        OrganisationChange.objects.create(organisation=made, state=Held.IN_FORCE, at=BEGAN, document="terms")
        self.organisations[name] = made
        self.sites[name] = Site.objects.create(organisation=made, name=f"{name} house", country="XV")
        if level:
            FacilityChange.objects.create(
                site=self.sites[name], state=Facility.GRANTED, level=level, safeguarding=safeguarding,
                at=BEGAN, document="facility letter",
            )  # fmt: skip
        return made

    def person(self, name, *, eligibility=None, at=BEGAN, agreed=True):
        made = Person.objects.create_user(f"{name}@demo.example", PASSWORD, name=name.capitalize())
        self.people[name] = made
        Citizenship.objects.create(person=made, country="XV", at=BEGAN, document="passport")
        if eligibility:
            EligibilityChange.objects.create(
                person=made, state=Eligibility.FAVOURABLE, level=eligibility, vetting=True, at=at, document="finding"
            )
        if agreed:
            for kind in AgreementKind:
                AgreementChange.objects.create(
                    person=made, kind=kind, state=Agreement.SIGNED, at=BEGAN, document=str(kind)
                )
        return made

    def post(self, name, at, *roles, level=0, compartments=(), title=None):
        """Put a person into a post at an organisation; gives the appointment."""
        position = Position.objects.create(
            organisation=self.organisations[at], site=self.sites[at], title=title or f"{name} at {at}"
        )
        PositionChange.objects.create(
            position=position, roles=[str(role) for role in roles], level=level, compartments=list(compartments),
            instrument="agreement 1" if level else "", at=BEGAN, document="plan of posts",
        )  # fmt: skip
        appointment = Appointment.objects.create(person=self.people[name], position=position)
        AppointmentChange.objects.create(appointment=appointment, at=BEGAN, document="contract")
        self.appointments[name, at] = appointment
        return appointment

    def access(self, appointment, level=SECRET, *, at=BEGAN):
        AccessChange.objects.create(
            appointment=appointment, state=Access.ACTIVE, level=level, at=at, document="confirmation"
        )

    def read_in(self, appointment, code):
        compartment, _ = Compartment.objects.get_or_create(code=code)
        ReadInChange.objects.create(
            appointment=appointment, compartment=compartment, state=ReadIn.READ_IN, at=BEGAN, document="read-in"
        )

    def seat(self, name, at, *roles, now=NOW):
        return Seat(
            appointment=self.appointments[name, at],
            person=self.people[name],
            roles=frozenset(roles),
            strong=True,
            now=now,
        )


def small_world():
    """Carla and Otto keep Meridian's clearances; anna is cleared there, and works for the Directorate too."""
    world = World()
    world.organisation("Meridian")
    world.organisation("Directorate", "agency", level=Level.TOP_SECRET, safeguarding=Level.TOP_SECRET)
    for name in ("carla", "otto", "hanna", "george", "ben"):
        world.person(name)
    world.person("anna", eligibility=SECRET)
    world.person("kira", eligibility=Level.TOP_SECRET)
    world.post("carla", "Meridian", Role.SECURITY_OFFICER)
    world.post("otto", "Meridian", Role.SECURITY_OFFICER)
    world.post("hanna", "Meridian", Role.ADMINISTRATOR)
    world.post("george", "Meridian", Role.AUDITOR)
    world.post("ben", "Meridian", Role.ANALYST)
    world.post("anna", "Meridian", Role.ANALYST, level=SECRET, compartments=["LANTERN"])
    world.access(world.appointments["anna", "Meridian"])
    world.read_in(world.appointments["anna", "Meridian"], "LANTERN")
    world.post("anna", "Directorate", Role.ANALYST, level=SECRET)
    world.access(world.appointments["anna", "Directorate"])
    world.post("kira", "Directorate", Role.LIAISON, Role.SECURITY_OFFICER, level=Level.TOP_SECRET)
    world.access(world.appointments["kira", "Directorate"], Level.TOP_SECRET)
    return world


@contextmanager
def as_web(seat=None):
    """Held to the web's rights, in this seat: what a request is."""
    with in_role(WEB):
        database.seat(seat.id if seat else None, strong=True)
        yield


def says(code, now=NOW, **subject):
    """The state that is in force."""
    change = last(code, subject, now)
    return change.state if change is not None else None
