"""Where the changes of each machine are kept, and what the last of them says."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet

from hustings.apps.dated import Change
from hustings.apps.people.models import (
    AccessChange,
    AgreementChange,
    Appointment,
    AppointmentChange,
    EligibilityChange,
    FacilityChange,
    OrganisationChange,
    PositionChange,
    ReadInChange,
    Requisition,
    RequisitionChange,
    RuleChange,
    VisitChange,
)
from hustings.policy.marking import Kind
from hustings.policy.moves import machine
from hustings.policy.rules import BUILT_IN, Rules
from hustings.policy.state import ReadIn
from hustings.policy.state import Requisition as State

__all__ = [
    "RECORDS",
    "Record",
    "Subject",
    "candidate_in",
    "carried",
    "fields_of",
    "last",
    "latest_per",
    "looked_for",
    "read_into",
    "rules",
    "state",
]

Subject = Mapping[str, Any]  # the fields that name what has the states: {"appointment": appointment}


@dataclass(frozen=True, kw_only=True)
class Record:
    """The table of one machine: its model, and the fields that name the subject."""

    model: type[Change]
    keys: tuple[str, ...]

    @property
    def objects(self) -> QuerySet[Any]:
        """Its rows."""
        return self.model.objects.all()  # type: ignore[attr-defined]  # an abstract model has no manager


RECORDS = {
    "eligibility": Record(model=EligibilityChange, keys=("person",)),
    "access": Record(model=AccessChange, keys=("appointment",)),
    "facility": Record(model=FacilityChange, keys=("site",)),
    "position": Record(model=PositionChange, keys=("position",)),
    "appointment": Record(model=AppointmentChange, keys=("appointment",)),
    "agreement": Record(model=AgreementChange, keys=("person", "kind")),
    "read-in": Record(model=ReadInChange, keys=("appointment", "compartment")),
    "requisition": Record(model=RequisitionChange, keys=("requisition",)),
    "visit": Record(model=VisitChange, keys=("visit",)),
    "organisation": Record(model=OrganisationChange, keys=("organisation",)),
}


def fields_of(model: type[Model]) -> frozenset[str]:
    """The names of a model's columns."""
    return frozenset(field.name for field in model._meta.fields)  # noqa: SLF001 - Django's documented door to a model


OWN = frozenset({"id", "at", "recorded_at", "recorded_by", "document", "note", "state"})


def last(code: str, subject: Subject, at: datetime) -> Any:
    """The change in force at a moment, or nothing."""
    return RECORDS[code].objects.filter(**subject, at__lte=at).order_by("-at", "-recorded_at", "-id").first()


def state(code: str, subject: Subject, at: datetime) -> str:
    """The state at a moment; where nothing was recorded, the machine's start."""
    change = last(code, subject, at)
    return str(change.state) if change is not None else machine(code).start


def carried(code: str, change: Any) -> dict[str, Any]:
    """What a next change takes over from this one: every field that is neither the subject's nor the change's own."""
    if change is None:
        return {}
    record = RECORDS[code]
    return {name: getattr(change, name) for name in fields_of(record.model) - OWN - set(record.keys)}


def latest_per(code: str, by: str, subjects: Collection[Model] | QuerySet[Any], at: datetime) -> dict[Any, Any]:
    """For many subjects at once, the change in force of each that has one, by the subject's key."""
    rows = RECORDS[code].objects.filter(**{f"{by}__in": subjects, "at__lte": at})
    ordered = rows.order_by(f"{by}_id", "-at", "-recorded_at", "-id").distinct(f"{by}_id")
    return {getattr(row, f"{by}_id"): row for row in ordered}


def rules() -> tuple[Rules, ...]:
    """Every version of the rule on who may hold access: those Hustings begins with, and those recorded here."""
    recorded = tuple(
        Rules(
            version=row.version,
            since=row.at,
            holders=frozenset(Kind(kind) for kind in row.holders),
            reactivation=row.reactivation,
            months=row.months,
            sentence=row.note or f"Recorded here by {row.document}.",
        )
        for row in RuleChange.objects.order_by("at", "recorded_at")
    )
    return (*BUILT_IN, *recorded)


def candidate_in(requisition: Requisition, at: datetime) -> Appointment | None:
    """The candidate in the position they were looked for, once they took it up."""
    change = last("requisition", {"requisition": requisition}, at)
    if change is None or change.candidate is None:
        return None
    every = Appointment.objects.select_related("person", "position__organisation", "position__site")
    return every.filter(person=change.candidate, position=requisition.position).first()


def looked_for(appointment: Appointment, at: datetime) -> list[RequisitionChange]:
    """The requisitions in which this person is a candidate for this position."""
    held = latest_per("requisition", "requisition", appointment.position.requisitions.all(), at).values()
    named = {State.CANDIDATE, State.OFFERED, State.REACTIVATION}
    return [change for change in held if change.candidate_id == appointment.person_id and change.state in named]


def read_into(appointment: Appointment, at: datetime) -> list[str]:
    """The codes of the compartments that the appointment is read into."""
    of = ("compartment_id",)
    rows = ReadInChange.objects.filter(appointment=appointment, at__lte=at)
    newest = rows.order_by(*of, "-at", "-recorded_at", "-id").distinct(*of)
    return [change.compartment_id for change in newest if change.state == ReadIn.READ_IN]
