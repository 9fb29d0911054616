"""Where somebody works now, and what they can do in all their positions together."""

from __future__ import annotations

from uuid import UUID

from hustings.apps import database
from hustings.apps.people.models import Appointment, Person
from hustings.apps.people.records import latest_per
from hustings.policy.level import Level
from hustings.policy.move_strength import Strength
from hustings.policy.role import Role
from hustings.policy.state import Access, Held

__all__ = ["in_position", "places_of", "strength"]


def in_position(person: Person) -> list[Appointment]:
    """The person's appointments in force now, as far as whoever reads may see them."""
    now = database.moment()
    every = person.appointments.select_related("person", "position__organisation", "position__site")
    held = latest_per("appointment", "appointment", every, now)
    return [each for each in every if each.pk in held and held[each.pk].state == Held.IN_FORCE]


def places_of(person: Person) -> set[UUID]:
    """The organisations at which the person is in a position now."""
    return {appointment.position.organisation_id for appointment in in_position(person)}


def strength(person: Person) -> Strength:
    """Roles, highest active access and employers. Read as the worker: who asks may see only a part of it."""
    now = database.moment()
    held = in_position(person)
    posts = latest_per("position", "position", [each.position for each in held], now).values()
    access = latest_per("access", "appointment", held, now).values()
    return Strength(
        person=str(person.pk),
        roles=frozenset(Role(role) for post in posts if post.state == Held.IN_FORCE for role in post.roles),
        access=Level(max((each.level for each in access if each.state == Access.ACTIVE), default=0)),
        organisations=frozenset(str(each.position.organisation_id) for each in held),
    )
