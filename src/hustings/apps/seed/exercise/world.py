"""What one installation of the exercise begins with: its own people, its partners, and a table of what was posted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import transaction

from hustings.apps import database
from hustings.apps.database import WEB, in_role, moment
from hustings.apps.items.models import SharingGroup, SharingMember
from hustings.apps.people.find import seats
from hustings.apps.people.models import (
    Appointment,
    AppointmentChange,
    Citizenship,
    Organisation,
    OrganisationChange,
    Person,
    Position,
    PositionChange,
    Site,
)
from hustings.apps.people.seat import Seat
from hustings.apps.people.signin.second_factor import enrol
from hustings.apps.seed.exercise.parties import GROUP, PARTIES, Party, party
from hustings.apps.seed.personas import DOMAIN, PERSONAS
from hustings.apps.seed.second_factor import demo_secret
from hustings.apps.sharing.partners import agree, keep_partner
from hustings.apps.sweeps.tables import register_table
from hustings.apps.taxii.keeping import allow_organisation, give_token, make_account, make_collection, subscribe
from hustings.apps.taxii.models import Account, Collection, Direction
from hustings.policy.capacity import CAPACITIES, Matter, Sort
from hustings.policy.marking import Marking, Tlp
from hustings.policy.state import Held

__all__ = ["begin", "bring_posts", "connect", "desk", "of_group"]

DOCUMENT = "rules of the exercise"
PUBLISHED = "published"


@contextmanager
def desk(key: str) -> Iterator[Seat]:
    """Act as one of the people of this installation, with the rights of the web."""
    with in_role(WEB):
        person = Person.objects.get(email=f"{key}@{DOMAIN}")
        seat = seats(person, strong=True)[0]
        database.seat(seat.id, strong=True)
        yield seat


@transaction.atomic
def begin(key: str, password: str) -> dict[str, str]:
    """Make the people and partners of one party's installation; gives the secret of each partner's account here."""
    here = party(key)
    with transaction.atomic():
        people_of(here, password)
    with desk(here.front) as seat:
        group = SharingGroup.objects.get(pk=GROUP)
        published = make_collection(f"Published by {here.name}", by=seat, alias=PUBLISHED, group=group)
        keep_partner(
            seat.appointment.position.organisation, by=seat, way="here", capacity=here.capacity, document=DOCUMENT
        )
        return {other.key: let_in(other, published, here, seat) for other in PARTIES if other != here}


def of_group(here: Party) -> Marking:
    """For everybody who takes part in the exercise, and nobody else."""
    return Marking(tlp=Tlp.AMBER, owner=str(here.id), group=str(GROUP))


def people_of(here: Party, password: str) -> None:
    """Write the organisations and this party's own people, as the installation's beginning."""
    since = moment() - timedelta(days=30)
    for each in PARTIES:
        made = Organisation.objects.create(
            id=each.id, name=each.name, legal_name=each.name, kind=each.kind.value, country="XV"
        )
        OrganisationChange.objects.create(organisation=made, state=Held.IN_FORCE, at=since, document=DOCUMENT)
    group = SharingGroup.objects.create(id=GROUP, name="Partners of the exercise", owner_id=here.id)
    for each in PARTIES:
        SharingMember.objects.create(group=group, organisation_id=each.id, at=since, document=DOCUMENT)
    site = Site.objects.create(organisation_id=here.id, name="Head office", country="XV")
    names = {persona.key: persona.name for persona in PERSONAS}
    for who, roles in here.people.items():
        person = Person.objects.create_user(f"{who}@{DOMAIN}", password, name=names[who])
        enrol(person, demo_secret(password, person.email))
        Citizenship.objects.create(person=person, country="XV", at=since, document="Passport seen")
        position = Position.objects.create(organisation_id=here.id, site=site, title=roles[0].value.capitalize())
        PositionChange.objects.create(
            position=position, roles=[role.value for role in roles], at=since, document=DOCUMENT
        )
        held = Appointment.objects.create(person=person, position=position)
        AppointmentChange.objects.create(appointment=held, at=since, document=DOCUMENT)


def let_in(other: Party, published: Collection, here: Party, seat: Seat) -> str:
    """Record a partner, what it may read and write here, and an agreement; gives the secret of its account."""
    organisation = Organisation.objects.get(pk=other.id)
    partner = keep_partner(organisation, by=seat, way="taxii", capacity=other.capacity, document=DOCUMENT)
    both = CAPACITIES[here.capacity].sends & CAPACITIES[other.capacity].gets
    told = CAPACITIES[other.capacity].told & {Matter.INDICATORS, Matter.ANALYSIS, Matter.CONTENT}
    agree(
        partner, by=seat, title="Agreement of the exercise", reference="Exercise 1", starts_on=(moment() - timedelta(days=1)).date(),
        ends_on=(moment() + timedelta(days=90)).date(), sorts=both & {Sort.SHARE, Sort.NOTICE, Sort.INFORMATION, Sort.ACTION}, matters=told,
        up_to=Tlp.AMBER_STRICT,
    )  # fmt: skip
    group = published.group
    outward = make_collection(f"To {other.name}", by=seat, alias=f"to-{other.key}", group=group)
    inward = make_collection(f"From {other.name}", by=seat, alias=f"from-{other.key}", group=group)
    for collection, reads, writes in ((published, True, False), (outward, True, False), (inward, False, True)):
        allow_organisation(collection, organisation, can_read=reads, can_write=writes, by=seat)
    account = make_account(organisation, other.key, by=seat)
    return give_token(account, good_for=timedelta(days=30), reads=True, writes=True, by=seat)


def connect(key: str, others: Mapping[str, Mapping[str, str]]) -> int:
    """Fetch from every partner, from what it tells us alone and from what it tells all; `others`: key -> {url, secret}."""
    here = party(key)
    made = 0
    with desk(here.front) as seat:
        for other, told in sorted(others.items()):
            inward = Collection.objects.get(alias=f"from-{other}")
            account = Account.objects.get(name=other, kept_by=here.id)
            for remote in (f"to-{here.key}", PUBLISHED):
                subscribe(
                    inward, account, Direction.POLL, url=f"{told['url'].rstrip('/')}/taxii2/shared/", remote=remote, username=here.key,
                    secret=told["secret"], every_minutes=1, by=seat,
                )  # fmt: skip
                made += 1
    return made


def bring_posts(key: str, traces: Path) -> int:
    """Register what was posted on the party's own platform; gives how many rows that were."""
    here = party(key)
    rows = pq.read_table(traces)
    ours = rows.filter(pc.equal(rows["platform"].cast("string"), here.platform))
    file = traces.parent / f"{here.key}.parquet"
    pq.write_table(ours, file)
    with desk(here.front) as seat:
        register_table(
            file, title=f"Public posts on {here.name}", collected="every public post with an election hashtag or link", marking=of_group(here), by=seat
        )  # fmt: skip
    return int(ours.num_rows)
