"""A rig for conformance runs: organisations that exist for it alone, two accounts, a collection of each kind."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.db import transaction

from hustings.apps.database import moment
from hustings.apps.items.models import SharingGroup, SharingMember
from hustings.apps.people.find import seat_for
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
from hustings.apps.people.seat import Seat
from hustings.apps.taxii.actions import publish
from hustings.apps.taxii.keeping import allow_organisation, give_token, make_account, make_collection
from hustings.policy.role import Role

__all__ = ["make_rig"]

DOCUMENT = "rig for conformance runs"
KINDS = {"read-write": (True, True), "read-only": (True, False), "write-only": (False, True), "none": (False, False)}
SECOND = {"read-write": (True, False), "read-only": (True, True)}  # of the other account; else nothing
OBJECTS = 12


@transaction.atomic
def make_rig(url: str) -> dict[str, object]:
    """Make one more rig, apart from those that were made before, and say how to reach it.

    Everything belongs to organisations of its own, so nothing of the installation is told to whom it is given.
    """
    mark = uuid4().hex[:8]
    host, first, second = (
        organisation(f"{name} {mark}") for name in ("Conformance host", "Conformance A", "Conformance B")
    )
    keeper = seat_at(host)
    group = SharingGroup.objects.create(name=f"Conformance {mark}", owner=host)
    for member in (first, second):
        SharingMember.objects.create(
            group=group, organisation=member, at=moment(), document=DOCUMENT, recorded_by=keeper.appointment
        )
    accounts = []
    for name, of in (("conformance-a", first), ("conformance-b", second)):
        account = make_account(of, name, by=keeper)
        secret = give_token(account, good_for=timedelta(days=30), reads=True, writes=True, by=keeper)
        accounts.append({"username": name, "password": secret})
    collections = {}
    for kind, (can_read, can_write) in KINDS.items():
        made = make_collection(
            f"Conformance: {kind}",
            alias=f"{kind}-{mark}",
            description=f"The first account may: {kind}.",
            group=group,
            by=keeper,
        )
        allow_organisation(made, first, can_read=can_read, can_write=can_write, by=keeper)
        read_too, write_too = SECOND.get(kind, (False, False))
        allow_organisation(made, second, can_read=read_too, can_write=write_too, by=keeper)
        publish(made, objects(), by=keeper)
        collections[kind] = {
            "id": str(made.pk),
            "alias": made.alias,
            "permissions": [
                {"can_read": can_read, "can_write": can_write},
                {"can_read": read_too, "can_write": write_too},
            ],
        }
    base = url.rstrip("/")
    return {
        "discovery": f"{base}/taxii2/",
        "api_root": f"{base}/taxii2/shared/",
        "accounts": accounts,
        "collections": collections,
    }


def organisation(name: str) -> Organisation:
    """An organisation that takes part from now on."""
    made = Organisation.objects.create(name=name, legal_name=name, kind="research", country="XV")
    OrganisationChange.objects.create(organisation=made, state="in force", at=moment(), document=DOCUMENT)
    return made


def seat_at(host: Organisation) -> Seat:
    """Somebody who may keep the exchange of the rig, and to whom no door leads: there is no password."""
    site = Site.objects.create(organisation=host, name="Rig")
    position = Position.objects.create(organisation=host, site=site, title="Keeper of the rig")
    PositionChange.objects.create(position=position, roles=[Role.LIAISON.value], at=moment(), document=DOCUMENT)
    person = Person.objects.create_user(f"{uuid4()}@service.invalid", None, name="Keeper of the rig")
    appointment = Appointment.objects.create(person=person, position=position)
    AppointmentChange.objects.create(appointment=appointment, at=moment(), document=DOCUMENT)
    seat = seat_for(appointment, strong=True)
    assert seat is not None, "who was appointed a moment ago sits there"
    return seat


def objects() -> list[dict[str, object]]:
    """Some objects, one of them in three versions."""
    made: list[dict[str, object]] = []
    maker = f"identity--{uuid4()}"
    created = "2026-01-01T00:00:00.000Z"
    made.append({
        "type": "identity", "spec_version": "2.1", "id": maker, "created": created, "modified": created,
        "name": "Conformance", "identity_class": "organization",
    })  # fmt: skip
    for number in range(1, OBJECTS - 3):
        made.append({
            "type": "indicator", "spec_version": "2.1", "id": f"indicator--{uuid4()}", "created_by_ref": maker,
            "created": created, "modified": created, "name": f"Domain {number}", "pattern_type": "stix",
            "pattern": f"[domain-name:value = 'n{number}.example']", "valid_from": created,
        })  # fmt: skip
    versioned = f"campaign--{uuid4()}"
    for month in (1, 2, 3):
        made.append({
            "type": "campaign", "spec_version": "2.1", "id": versioned, "created_by_ref": maker, "created": created,
            "modified": f"2026-0{month}-01T00:00:00.000Z", "name": f"Campaign, as known in month {month}",
        })  # fmt: skip
    return made
