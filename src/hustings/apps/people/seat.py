"""Who acts in a request: one person, in one position, at one organisation, by this sign-in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase

from hustings.apps import database
from hustings.apps.people.models import Appointment, Person
from hustings.policy.role import Role

__all__ = ["Seat", "SeatMiddleware", "seat_of", "sit"]


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


def sit(request: HttpRequest, seat: Seat) -> None:
    """Let the rest of the request act from this seat, in Python and in the database."""
    request.seat = seat  # type: ignore[attr-defined]
    database.seat(seat.id, strong=seat.strong)


class SeatMiddleware:
    """Binds the request to the appointment its session chose, if that still stands, and tells the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        request.seat = None  # type: ignore[attr-defined]
        seat = self.find(request)
        if seat is not None:
            sit(request, seat)
        return self.get_response(request)

    def find(self, request: HttpRequest) -> Seat | None:
        """Look the seat up anew on each request: whatever ended a moment ago has ended, and the session with it."""
        from hustings.apps.people.find import seats
        from hustings.apps.people.signin.session import APPOINTMENT, ORGANISATION, STRONG

        session = request.session
        if not request.user.is_authenticated:
            return None
        session.touch()  # type: ignore[attr-defined]
        if not session.get(STRONG):
            return None
        chosen, only = session.get(APPOINTMENT), session.get(ORGANISATION)
        held = [
            seat
            for seat in seats(request.user, strong=True)
            if only is None or str(seat.appointment.position.organisation_id) == only
        ]
        if chosen is None and len(held) == 1:
            session[APPOINTMENT] = str(held[0].id)
            return held[0]
        seat = next((seat for seat in held if str(seat.id) == chosen), None)
        if chosen is not None and seat is None:
            logout(request)  # the position was left: what was begun there does not go on elsewhere
        return seat
