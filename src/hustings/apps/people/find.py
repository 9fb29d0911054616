"""Reads about people."""

from __future__ import annotations

from functools import cache

from django.db import connection
from django.db.models import Model

from hustings.apps.database import moment
from hustings.apps.people.models import Appointment, Organisation, Person, Position, Site
from hustings.apps.people.seat import Seat
from hustings.policy.role import Role
from hustings.policy.state import Held

__all__ = ["seat_for", "seats"]


# Asked with every request, so it is said in SQL: to put it together from the models takes longer than to answer it.
HELD = """
SELECT {columns}, position_state.roles
FROM appointment
JOIN position ON position.id = appointment.position_id
JOIN organisation ON organisation.id = position.organisation_id
JOIN site ON site.id = position.site_id
JOIN LATERAL (SELECT state FROM appointment_change WHERE appointment_id = appointment.id AND at <= %(now)s
  ORDER BY at DESC, recorded_at DESC, id DESC LIMIT 1) appointment_state ON true
JOIN LATERAL (SELECT state, roles FROM position_change WHERE position_id = position.id AND at <= %(now)s
  ORDER BY at DESC, recorded_at DESC, id DESC LIMIT 1) position_state ON true
JOIN LATERAL (SELECT state FROM organisation_change WHERE organisation_id = organisation.id AND at <= %(now)s
  ORDER BY at DESC, recorded_at DESC, id DESC LIMIT 1) organisation_state ON true
WHERE appointment.person_id = %(person)s AND appointment_state.state = %(held)s AND position_state.state = %(held)s
  AND organisation_state.state = %(held)s
ORDER BY organisation.name, position.title
"""
READ = (Appointment, Position, Organisation, Site)


@cache
def held() -> str:
    """The statement, with the columns of the models."""
    columns = [f"{model._meta.db_table}.{name}" for model in READ for name in columns_of(model)]  # noqa: SLF001 - documented by Django
    return HELD.format(columns=", ".join(columns))


@cache
def columns_of(model: type[Model]) -> list[str]:
    """The columns of a table, in the order of the model."""
    return [field.column for field in model._meta.concrete_fields if field.column is not None]  # noqa: SLF001 - documented by Django


def seats(person: Person, *, strong: bool) -> list[Seat]:
    """The positions that the person is in now, at organisations that take part now."""
    now = moment()
    with connection.cursor() as cursor:
        cursor.execute(held(), {"now": now, "person": person.pk, "held": Held.IN_FORCE.value})
        rows = cursor.fetchall()
    found = []
    for row in rows:
        values, made = list(row), []
        for model in READ:
            names = [field.attname for field in model._meta.concrete_fields]  # noqa: SLF001 - documented by Django
            made.append(model.from_db("default", names, [values.pop(0) for _ in names]))
        appointment, position, organisation, site = made
        assert isinstance(appointment, Appointment)
        assert isinstance(position, Position)
        assert isinstance(organisation, Organisation)
        assert isinstance(site, Site)
        position.organisation, position.site = organisation, site
        appointment.position, appointment.person = position, person
        roles = frozenset(Role(role) for role in values[0])
        found.append(Seat(appointment=appointment, person=person, roles=roles, strong=strong, now=now))
    return found


def seat_for(appointment: Appointment, *, strong: bool) -> Seat | None:
    """The seat of an appointment, for a job that acts in somebody's name; nothing when they no longer hold it."""
    return next((seat for seat in seats(appointment.person, strong=strong) if seat.id == appointment.pk), None)
