"""Closing what is open in a person's name: sessions and tokens, of one position or of all."""

from __future__ import annotations

from hustings.apps.people.models import Appointment, Person

__all__ = ["close", "open_sessions"]


def close(of: Appointment | Person) -> int:
    """End every session and token of an appointment, or of a person in every position; gives how many."""
    from hustings.apps.people.signin.session import end_sessions
    from hustings.apps.tokens.actions import end_tokens_of

    if isinstance(of, Person):
        return end_sessions(person=of.pk) + end_tokens_of(of.appointments.values_list("pk", flat=True))
    return end_sessions(appointment=of.pk) + end_tokens_of([of.pk])


def open_sessions(of: Appointment) -> int:
    """How many sessions and tokens `close` would end now."""
    from hustings.apps.people.signin.models import SignedIn
    from hustings.apps.tokens.actions import open_tokens_of

    return SignedIn.objects.filter(appointment=of).count() + open_tokens_of([of.pk])
