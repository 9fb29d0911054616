"""Who acts in a request: one person, in one position, at one organisation, by this sign-in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from hustings.apps import database
from hustings.apps.people.models import Appointment, Person
from hustings.policy.role import Role

__all__ = ["SESSION_KEY", "Seat", "SeatMiddleware", "seat_of"]

SESSION_KEY = "appointment"


@dataclass(frozen=True, kw_only=True)
class Seat:
    """What the platform knows of who asks. `roles` are those of the position now; empty when it is not in force."""

    appointment: Appointment
    person: Person
    roles: frozenset[Role]
    strong: bool
    now: datetime

    @property
    def id(self) -> UUID:
        """The appointment's key: what the log names."""
        return self.appointment.pk


def seat_of(request: HttpRequest) -> Seat | None:
    """The seat of a request, or nothing for a visitor and for somebody who has no position in force."""
    return getattr(request, "seat", None)


class SeatMiddleware:
    """Binds the request to the appointment its session chose, if that still stands, and tells the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        request.seat = self.find(request)  # type: ignore[attr-defined]
        return self.get_response(request)

    def find(self, request: HttpRequest) -> Seat | None:
        """Look the seat up anew on each request: whatever ended a moment ago has ended."""
        from hustings.apps.people.find import seats

        if not request.user.is_authenticated:
            return None
        strong = bool(request.session.get("strong"))
        chosen = request.session.get(SESSION_KEY)
        held = seats(request.user, strong=strong)
        seat = next(
            (seat for seat in held if str(seat.id) == chosen), held[0] if len(held) == 1 and not chosen else None
        )
        if seat is not None:
            database.seat(seat.id, strong=strong)
        return seat
