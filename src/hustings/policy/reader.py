"""What is known of somebody who wants to read, at one moment, from the dated changes about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hustings.policy.level import Level
from hustings.policy.marking import Kind
from hustings.policy.role import Role
from hustings.policy.state import Access, Agreement, AgreementKind, Eligibility, Facility, Held, ReadIn

__all__ = ["Grant", "History", "Reader", "Recused", "Step", "latest", "reader_at"]

NOTHING = -1  # below every level: nothing held


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One dated change: from `at` on `state` holds, of what `about` names (a country, compartment, group, kind).

    `until` is the first moment it no longer counts. Levels are numbers as recorded; what is not one of `Level` counts
    as none.
    """

    at: datetime
    recorded_at: datetime
    id: str
    state: str
    about: str = ""
    level: int = NOTHING
    safeguarding: int = NOTHING
    vetting: bool = False
    roles: tuple[str, ...] = ()
    compartments: tuple[str, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """Somebody said that this appointment needs to know an item, or all of a case."""

    item: str
    by_person: str
    purpose: str
    starts_at: datetime
    ends_at: datetime | None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Recused:
    """The person keeps out of an item or case, or of what an organisation owns."""

    item: str | None
    organisation: str | None
    starts_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """All that was recorded about one appointment and what it stands on. Ids are strings.

    `sharing` holds steps of the sharing groups about this organisation; `owned_groups` those it owns.
    """

    appointment: str
    person: str
    organisation: str
    kind: str
    enabled: bool
    strong: bool
    appointments: tuple[Step, ...] = ()
    organisations: tuple[Step, ...] = ()
    positions: tuple[Step, ...] = ()
    access: tuple[Step, ...] = ()
    eligibility: tuple[Step, ...] = ()
    facility: tuple[Step, ...] = ()
    agreements: tuple[Step, ...] = ()
    read_ins: tuple[Step, ...] = ()
    citizenships: tuple[Step, ...] = ()
    sharing: tuple[Step, ...] = ()
    owned_groups: frozenset[str] = frozenset()
    grants: tuple[Grant, ...] = ()
    recusals: tuple[Recused, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """One person in one position at one organisation, as they stand now. Levels are -1 where nothing is held."""

    appointment: str
    person: str
    organisation: str
    kind: Kind | None
    enabled: bool
    strong: bool
    in_position: bool
    takes_part: bool
    position: bool
    position_level: int
    position_compartments: frozenset[str]
    roles: frozenset[Role]
    access: int
    eligibility: int
    facility: int
    safeguarding: int
    nda: bool
    training: bool
    read_ins: frozenset[str]
    citizenships: frozenset[str]
    groups: frozenset[str]
    needs: frozenset[str]
    recused_items: frozenset[str]
    recused_organisations: frozenset[str]

    @property
    def bound(self) -> bool:
        """Whether the sign-in is strong and stands for one position in force."""
        return self.enabled and self.strong and self.in_position and self.takes_part and self.position


def latest(steps: Iterable[Step], now: datetime) -> Step | None:
    """The step in force at a moment: the last that is not after it; of two at one moment, the one recorded last."""
    past = [step for step in steps if step.at <= now]
    return max(past, key=lambda step: (step.at, step.recorded_at, step.id)) if past else None


def reader_at(history: History, now: datetime) -> Reader:
    """What held at a moment. A state begins at its instant and ends at the instant of the next."""
    appointment = latest(history.appointments, now)
    organisation = latest(history.organisations, now)
    position = latest(history.positions, now)
    access = latest(history.access, now)
    eligibility = latest(history.eligibility, now)
    facility = latest(history.facility, now)
    post = position if position is not None and position.state == Held.IN_FORCE else None
    agreed = _holding(history.agreements, Agreement.SIGNED, now)
    return Reader(
        appointment=history.appointment,
        person=history.person,
        organisation=history.organisation,
        kind=Kind(history.kind) if history.kind in set(Kind) else None,
        enabled=history.enabled,
        strong=history.strong,
        in_position=appointment is not None and appointment.state == Held.IN_FORCE,
        takes_part=organisation is not None and organisation.state == Held.IN_FORCE,
        position=post is not None,
        position_level=_level(post.level) if post is not None else NOTHING,
        position_compartments=frozenset(post.compartments if post is not None else ()),
        roles=frozenset(Role(role) for role in (post.roles if post is not None else ()) if role in set(Role)),
        access=_level(access.level) if access is not None and access.state == Access.ACTIVE else NOTHING,
        eligibility=(
            _level(eligibility.level)
            if eligibility is not None and eligibility.state == Eligibility.FAVOURABLE and eligibility.vetting
            else NOTHING
        ),
        facility=_level(facility.level) if facility is not None and facility.state == Facility.GRANTED else NOTHING,
        safeguarding=(
            _level(facility.safeguarding) if facility is not None and facility.state == Facility.GRANTED else NOTHING
        ),
        nda=AgreementKind.NDA in agreed,
        training=AgreementKind.TRAINING in agreed,
        read_ins=_holding(history.read_ins, ReadIn.READ_IN, now),
        citizenships=_holding(history.citizenships, Held.IN_FORCE, now),
        groups=_holding(history.sharing, Held.IN_FORCE, now) | history.owned_groups,
        needs=frozenset(grant.item for grant in history.grants if _granted(grant, history.person, now)),
        recused_items=frozenset(
            recused.item for recused in history.recusals if recused.item is not None and _keeps_out(recused, now)
        ),
        recused_organisations=frozenset(
            recused.organisation
            for recused in history.recusals
            if recused.organisation is not None and _keeps_out(recused, now)
        ),
    )


def _level(number: int) -> int:
    """A level as recorded, or nothing where the number is none that is known."""
    return number if number in set(Level) else NOTHING


def _holding(steps: Iterable[Step], state: str, now: datetime) -> frozenset[str]:
    """What the steps are about whose last is in this state, and not over."""
    steps = tuple(steps)
    held = set()
    for about in {step.about for step in steps}:
        step = latest((step for step in steps if step.about == about), now)
        if step is not None and step.state == state and (step.until is None or now < step.until):
            held.add(about)
    return frozenset(held)


def _granted(grant: Grant, person: str, now: datetime) -> bool:
    return (
        grant.by_person != person
        and grant.purpose != ""
        and grant.ends_at is not None
        and grant.starts_at <= now < grant.ends_at
        and (grant.withdrawn_at is None or now < grant.withdrawn_at)
    )


def _keeps_out(recused: Recused, now: datetime) -> bool:
    return recused.starts_at <= now and (recused.ends_at is None or now < recused.ends_at)
