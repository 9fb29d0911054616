"""Finding what a move is about from its address, and saying it in words."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Model
from django.urls import reverse

from hustings.apps.people.models import (
    Appointment,
    Compartment,
    Organisation,
    Person,
    Position,
    Requisition,
    Site,
    Visit,
)
from hustings.apps.people.records import Subject
from hustings.apps.permission import NotKnown
from hustings.policy.moves import BY_CODE
from hustings.policy.state import AgreementKind

__all__ = ["change_url", "find_subject", "page_of", "slug", "unslug", "words"]

MODELS: dict[str, tuple[str, type[Model]]] = {
    "eligibility": ("person", Person),
    "access": ("appointment", Appointment),
    "facility": ("site", Site),
    "position": ("position", Position),
    "appointment": ("appointment", Appointment),
    "agreement": ("person", Person),
    "read-in": ("appointment", Appointment),
    "requisition": ("requisition", Requisition),
    "visit": ("visit", Visit),
    "organisation": ("organisation", Organisation),
}


def slug(name: str) -> str:
    """A move's name in an address."""
    return name.replace(" ", "-")


def unslug(code: str, part: str) -> str:
    """The move of a machine with this name in its address.

    Raises   NotKnown for a machine or move that does not exist
    """
    if code in BY_CODE:
        for move in BY_CODE[code].moves:
            if slug(move.code) == part:
                return move.code
    raise NotKnown


def find_subject(code: str, key: UUID, of: str) -> Subject:
    """What the move is about. `of` is the kind of agreement, or the compartment's key.

    Raises   NotKnown where there is none
    """
    name, model = MODELS[code]
    found = model._default_manager.filter(pk=key).first()  # noqa: SLF001 - Django's documented name
    if found is None:
        raise NotKnown
    subject: dict[str, Any] = {name: found}
    if code == "agreement":
        if of not in set(AgreementKind):
            raise NotKnown
        subject["kind"] = of
    elif code == "read-in":
        try:
            subject["compartment"] = Compartment.objects.get(pk=UUID(of))
        except (ValueError, Compartment.DoesNotExist) as error:
            raise NotKnown from error
    return subject


def change_url(code: str, move: str, subject: Subject) -> str:
    """The address of the form for a move."""
    key = next(value for value in subject.values() if isinstance(value, Model)).pk
    of = subject.get("kind") or (str(subject["compartment"].pk) if "compartment" in subject else "")
    return reverse("people:change", args=[code, slug(move), key]) + (f"?of={of}" if of else "")


def words(subject: Subject) -> str:
    """The subject for a page."""
    if "person" in subject:
        person = subject["person"].name
        return f"{person}: {subject['kind']}" if "kind" in subject else str(person)
    if "appointment" in subject:
        appointment = subject["appointment"]
        said = f"{appointment.person.name}, {appointment.position.title}"
        return f"{said}: {subject['compartment'].code}" if "compartment" in subject else said
    if "visit" in subject:
        visit = subject["visit"]
        return f"{visit.appointment.person.name} at {visit.site.name}"
    if "requisition" in subject:
        return str(subject["requisition"].position)
    return str(next(iter(subject.values())))


def page_of(subject: Subject) -> str:
    """Where one goes back to."""
    if "person" in subject:
        return reverse("people:person", args=[subject["person"].pk])
    if "appointment" in subject:
        return reverse("people:person", args=[subject["appointment"].person_id])
    if "site" in subject:
        return reverse("people:site", args=[subject["site"].pk])
    if "position" in subject:
        return reverse("people:position", args=[subject["position"].pk])
    if "requisition" in subject:
        return reverse("people:requisition", args=[subject["requisition"].pk])
    if "organisation" in subject:
        return reverse("people:organisation")
    return reverse("people:visits")
