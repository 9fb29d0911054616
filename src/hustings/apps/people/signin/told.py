"""What the log learns of sign-ins."""

from __future__ import annotations

from hustings.apps.people.models import Person

__all__ = ["told"]


def told(
    event: str,
    person: Person | None,
    *,
    outcome: str = "done",
    facts: dict[str, str | int | bool | None] | None = None,
    text: dict[str, str] | None = None,
) -> None:
    """Record what happened to an account; nobody acts in a position yet, so the person is the subject."""
    from hustings.apps.audit.record import record

    record(
        event,
        by=None,
        subject=("person", person.pk) if person is not None else None,
        outcome=outcome,
        facts=facts or {},
        text=text or {},
    )
