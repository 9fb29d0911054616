"""What was recorded about a person, as sentences in the order of their dates and as bars on one line of time."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hustings.apps.people.models import (
    AccessChange,
    AgreementChange,
    Appointment,
    AppointmentChange,
    EligibilityChange,
    Person,
    ReadInChange,
)
from hustings.policy.level import Level
from hustings.policy.state import Access, Agreement, Eligibility, Held, ReadIn

__all__ = ["Bar", "Lane", "Step", "lanes", "story"]

WIDTH = 1000


@dataclass(frozen=True, kw_only=True)
class Step:
    """One dated change, in a sentence."""

    at: datetime
    about: str
    state: str
    sentence: str
    document: str
    note: str
    recorded_at: datetime
    by: str


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A state on the line of time, in thousandths of its width."""

    x: float
    width: float
    state: str
    tone: str
    begins: datetime


@dataclass(frozen=True, kw_only=True)
class Lane:
    """One thing that has states."""

    title: str
    bars: tuple[Bar, ...]


def story(
    person: Person, appointments: Collection[Appointment], at: datetime, *, whole: bool, named: Collection[str]
) -> list[Step]:
    """Every change up to a moment, the newest first.

    whole   with what belongs to the person and to no employer: eligibility and agreements
    named   codes of the compartments that the reader may be told; others are "a compartment"
    """
    steps = []
    if whole:
        for change in EligibilityChange.objects.filter(person=person, at__lte=at):
            steps.append(step(change, "eligibility", f"Eligibility is {change.state}{up_to(change.level)}."))
        for agreement in AgreementChange.objects.filter(person=person, at__lte=at):
            done = "is in force" if agreement.state == Agreement.SIGNED else "has ended"
            steps.append(step(agreement, agreement.kind, f"The {agreement.kind} {done}."))
    posts = "appointment__position__organisation"
    of: dict[str, Any] = {"appointment__in": appointments, "at__lte": at}
    for held in AppointmentChange.objects.filter(**of).select_related(posts):
        verb = "Takes up" if held.state == Held.IN_FORCE else "Leaves"
        steps.append(step(held, "position", f"{verb} the position {place(held.appointment)}."))
    for access in AccessChange.objects.filter(**of).select_related(posts):
        steps.append(
            step(access, "access", f"Access as {place(access.appointment)} is {access.state}{up_to(access.level)}.")
        )
    for read_in in ReadInChange.objects.filter(**of).select_related(posts):
        name = f"compartment {read_in.compartment_id}" if read_in.compartment_id in named else "a compartment"
        verb = "Is read into" if read_in.state == ReadIn.READ_IN else "Is debriefed from"
        steps.append(step(read_in, "read-in", f"{verb} {name} as {place(read_in.appointment)}."))
    return sorted(steps, key=lambda each: (each.at, each.recorded_at), reverse=True)


def step(change: Any, about: str, sentence: str) -> Step:
    """A change as a step."""
    by = change.recorded_by.person.name if change.recorded_by is not None else ""
    return Step(
        at=change.at,
        about=about,
        state=str(change.state),
        sentence=sentence,
        document=change.document,
        note=change.note,
        recorded_at=change.recorded_at,
        by=by,
    )


def up_to(level: int) -> str:
    """The level, where there is one."""
    return f" up to {Level(level).title}" if level else ""


def place(appointment: Appointment) -> str:
    """A position in words."""
    return f"{appointment.position.title}, {appointment.position.organisation.name}"


TONES = {
    Eligibility.FAVOURABLE: "good",
    Access.ACTIVE: "good",
    Held.IN_FORCE: "good",
    Eligibility.SUSPENDED: "stop",
    Eligibility.REVOKED: "stop",
    Eligibility.DENIED: "stop",
}


def lanes(person: Person, appointments: Collection[Appointment], at: datetime, *, whole: bool) -> tuple[Lane, ...]:
    """Eligibility, and position and access in each place, as bars up to a moment."""
    rows: list[tuple[str, list[Any]]] = []
    if whole:
        rows.append(("Eligibility", ordered(EligibilityChange.objects.filter(person=person, at__lte=at))))
    for each in appointments:
        of: dict[str, Any] = {"appointment": each, "at__lte": at}
        rows.append((place(each), ordered(AppointmentChange.objects.filter(**of))))
        rows.append((f"Access: {place(each)}", ordered(AccessChange.objects.filter(**of))))
    rows = [(title, changes) for title, changes in rows if changes]
    if not rows:
        return ()
    first = min(changes[0].at for _, changes in rows)
    whole_time = max((at - first).total_seconds(), 1.0)
    return tuple(Lane(title=title, bars=tuple(bars(changes, first, at, whole_time))) for title, changes in rows)


def ordered(changes: Any) -> list[Any]:
    """By date, and of two at one moment the one recorded last comes last."""
    return list(changes.order_by("at", "recorded_at", "id"))


def bars(changes: list[Any], first: datetime, at: datetime, whole: float) -> Iterable[Bar]:
    """From each change to the next."""
    ends = [*(change.at for change in changes[1:]), at]
    for change, end in zip(changes, ends, strict=True):
        if end > change.at:
            x = WIDTH * (change.at - first).total_seconds() / whole
            width = WIDTH * (end - change.at).total_seconds() / whole
            tone = TONES.get(change.state, "quiet")
            yield Bar(x=round(x, 1), width=round(width, 1), state=str(change.state), tone=tone, begins=change.at)
