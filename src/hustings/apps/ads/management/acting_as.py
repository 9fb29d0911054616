"""As whom a command acts: one person in one position, held to the rules of the web."""

from __future__ import annotations

from hustings.apps import database
from hustings.apps.people.find import seat_for
from hustings.apps.people.models import Appointment
from hustings.apps.people.seat import Seat
from hustings.errors import BadInput, Problem

__all__ = ["seat_named"]


def seat_named(email: str, position: str | None = None) -> Seat:
    """The seat of who holds one position now, or the one named; the database is told. Called in the web's role.

    Raises   BadInput for nobody, or for several positions of which none is named
    """
    held = Appointment.objects.filter(person__email=email.lower()).select_related("person", "position__organisation")
    if position:
        held = held.filter(position__title=position)
    seats = [seat for appointment in held if (seat := seat_for(appointment, strong=True))]
    if len(seats) != 1:
        raise BadInput("It is not clear who acts.", [Problem(
            where="--by", found=f"{email}, who holds {len(seats)} positions now", expected="exactly one",
            do="Name it with --position.")])  # fmt: skip
    database.seat(seats[0].id, strong=True)
    return seats[0]
