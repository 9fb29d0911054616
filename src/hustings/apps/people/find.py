"""Reads about people."""

from __future__ import annotations

from django.db.models import OuterRef, Subquery

from hustings.apps.database import moment
from hustings.apps.people.models import Appointment, AppointmentChange, OrganisationChange, Person, PositionChange
from hustings.apps.people.seat import Seat
from hustings.policy.role import Role
from hustings.policy.state import Held

__all__ = ["seat_for", "seats"]


def seats(person: Person, *, strong: bool) -> list[Seat]:
    """The positions that the person is in now, at organisations that take part now."""
    now = moment()

    def latest(model: type, of: str, outer: str, column: str) -> Subquery:
        past = model.objects.filter(**{of: OuterRef(outer), "at__lte": now})  # type: ignore[attr-defined]
        return Subquery(past.order_by("-at", "-recorded_at", "-id").values(column)[:1])

    held = (
        Appointment.objects.filter(person=person)
        .annotate(
            appointment_state=latest(AppointmentChange, "appointment", "pk", "state"),
            position_state=latest(PositionChange, "position", "position", "state"),
            organisation_state=latest(OrganisationChange, "organisation", "position__organisation", "state"),
            roles=latest(PositionChange, "position", "position", "roles"),
        )
        .filter(appointment_state=Held.IN_FORCE, position_state=Held.IN_FORCE, organisation_state=Held.IN_FORCE)
        .select_related("position__organisation", "position__site")
        .order_by("position__organisation__name", "position__title")
    )
    return [
        Seat(
            appointment=appointment,
            person=person,
            roles=frozenset(Role(role) for role in appointment.roles),
            strong=strong,
            now=now,
        )
        for appointment in held
    ]


def seat_for(appointment: Appointment, *, strong: bool) -> Seat | None:
    """The seat of an appointment, for a job that acts in somebody's name; nothing when they no longer hold it."""
    return next((seat for seat in seats(appointment.person, strong=strong) if seat.id == appointment.pk), None)
