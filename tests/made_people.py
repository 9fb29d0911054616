"""Small worlds of people for tests, and ways to sign in as them."""

import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.test import Client

from hustings.apps.database import moment
from hustings.apps.people.models import (
    Appointment,
    AppointmentChange,
    Organisation,
    OrganisationChange,
    Person,
    Position,
    PositionChange,
    Site,
)
from hustings.apps.people.signin.one_time_code import PERIOD, code
from hustings.apps.people.signin.second_factor import enrol

PASSWORD = "correct-horse-battery"
# A test is one transaction, whose moment is its beginning: what holds has to hold from before.
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def organisation(name: str, kind: str = "company") -> Organisation:
    made = Organisation.objects.create(name=name, legal_name=f"{name} Ltd", kind=kind, country="XV")
    OrganisationChange.objects.create(organisation=made, state="in force", at=LONG_AGO, document="register")
    return made


def appoint(person: Person, at: Organisation, title: str = "Analyst", roles: tuple[str, ...] = ("analyst",)):
    site, _ = Site.objects.get_or_create(organisation=at, name="Main")
    position = Position.objects.create(organisation=at, site=site, title=title)
    PositionChange.objects.create(position=position, roles=list(roles), at=LONG_AGO, document="plan of posts")
    appointment = Appointment.objects.create(person=person, position=position)
    AppointmentChange.objects.create(appointment=appointment, at=LONG_AGO, document="contract")
    return appointment


def leave(appointment: Appointment) -> None:
    AppointmentChange.objects.create(appointment=appointment, state="ended", at=moment(), document="letter")


def person(name: str, *, second_factor: bool = True) -> Person:
    made = Person.objects.create_user(f"{name.lower()}@example.org", PASSWORD, name=name)
    if second_factor:
        enrol(made, SECRET)
    return made


@dataclass
class Codes:
    """The codes of one app: each counts once, so each is the next one."""

    secret: str = SECRET
    used: int = field(default=-1)

    def next(self) -> str:
        # One period either way counts: the code of now still does when a busy machine looks at it in the next period,
        # and the next one does already, so two sign-ins in the same half minute need no waiting.
        self.used = max(int(time.time()) // PERIOD, self.used + 1)
        return code(self.secret, self.used)


def give_password(client: Client, email: str, password: str = PASSWORD, **named):
    return client.post("/account/login/", {"login": email, "password": password}, **named)


def sign_in(client: Client, who: Person, codes: Codes | None = None, password: str = PASSWORD, **named):
    give_password(client, who.email, password, **named)
    return client.post("/account/second/", {"code": (codes or Codes()).next()}, **named)


def heading(response) -> str:
    return re.sub(r"<[^>]+>", "", re.search(r"<h1>(.*?)</h1>", response.content.decode(), re.DOTALL).group(1)).strip()


def marking_of_page(response) -> str:
    """What stands at the top right of a page."""
    return re.search(r'<div class="marking">.*?Marking: </span>(.*?)</span>', response.content.decode(), re.DOTALL)[1]
