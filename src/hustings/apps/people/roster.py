"""Who holds what at one organisation, and what of it lapses when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hustings.apps.people.models import (
    AccessChange,
    AgreementChange,
    Appointment,
    Organisation,
    Person,
    Position,
    PositionChange,
    Site,
)
from hustings.apps.people.moving import serving
from hustings.apps.people.records import latest_per, rules
from hustings.apps.people.seat import Seat
from hustings.policy.level import Level
from hustings.policy.move_guard import Facts, lapses_at, standing
from hustings.policy.rules import in_force
from hustings.policy.state import Access, Agreement, Eligibility, Held

__all__ = ["Break", "Holding", "breaks", "holdings", "posts"]


@dataclass(frozen=True, kw_only=True)
class Break:
    """Whether a person holds access anywhere, and when the last one ended while they hold none."""

    active: bool
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Holding:
    """One person in one position: what is required, what is held, what lapses next. Levels are words."""

    appointment: Appointment
    person: Person
    position: Position
    site: Site
    here: bool
    required: str
    access: str
    level: str
    since: datetime | None
    eligibility: str
    eligible_to: str
    facility: str
    lapses_at: datetime | None
    lapses: str

    @property
    def in_post(self) -> str:
        """Whether the person is in the position."""
        return "in post" if self.here else "left"


def holdings(organisation: Organisation, at: datetime, *, by: Seat) -> list[Holding]:
    """Everybody who is or was in a position there. Of who has left, the eligibility is no longer this organisation's."""
    every = list(
        Appointment.objects.filter(position__organisation=organisation)
        .select_related("person", "position__site", "position__organisation")
        .order_by("person__name", "position__title")
    )
    held = latest_per("appointment", "appointment", every, at)
    access = latest_per("access", "appointment", every, at)
    required = latest_per("position", "position", {each.position for each in every}, at)
    facility = latest_per("facility", "site", {each.position.site for each in every}, at)
    here = {each.pk for each in every if each.pk in held and held[each.pk].state == Held.IN_FORCE}
    people = {each.person for each in every if each.pk in here}
    eligible = latest_per("eligibility", "person", people, at)
    between = breaks(people, at, by=by)
    ending = agreements_ending(people, at)
    rule = in_force(rules(), at)
    rows = []
    for each in every:
        mine = eligible.get(each.person_id) if each.pk in here else None
        pause = between.get(each.person_id, Break(active=False, ended_at=None))
        change = access.get(each.pk)
        post = required.get(each.position_id)
        place = facility.get(each.position.site_id)
        facts = Facts(
            at=at, rules=rule, eligibility=mine.state if mine is not None else Eligibility.NONE, ended_at=pause.ended_at
        )
        last = lapses_at(pause.ended_at, rule) if mine is not None and mine.state == Eligibility.FAVOURABLE else None
        coming = [(last, "eligibility")] if last is not None and last >= at else []
        coming += ending.get(each.person_id, []) if each.pk in here else []
        lapses, what = min(coming) if coming else (None, "")
        rows.append(
            Holding(
                appointment=each,
                person=each.person,
                position=each.position,
                site=each.position.site,
                here=each.pk in here,
                required=words(post.level if post is not None and post.state == Held.IN_FORCE else 0),
                access=str(change.state) if change is not None else str(Access.NOT_HELD),
                level=words(change.level) if change is not None and change.state != Access.DEBRIEFED else "",
                since=change.at if change is not None else None,
                eligibility=standing(facts, active=pause.active) if each.pk in here else "",
                eligible_to=words(mine.level) if mine is not None and mine.level else "",
                facility=str(place.state) if place is not None else "none",
                lapses_at=lapses,
                lapses=what,
            )
        )
    return rows


def words(level: int) -> str:
    """A level in words; unclassified is none."""
    return Level(level).title if level else ""


def breaks(people: Collection[Person], at: datetime, *, by: Seat) -> dict[UUID, Break]:
    """The break of each person, over every employer: the rule counts it so. Where it was held is not told."""
    with serving(by):
        rows = list(
            AccessChange.objects.filter(appointment__person__in=people, at__lte=at)
            .order_by("at", "recorded_at", "id")
            .values_list("appointment__person", "appointment", "state", "at")
        )
    states: dict[UUID, dict[UUID, str]] = {}
    ended: dict[UUID, datetime] = {}
    for person, appointment, state, moment in rows:
        states.setdefault(person, {})[appointment] = state
        if state == Access.DEBRIEFED:
            ended[person] = moment
    found = {}
    for person, each in states.items():
        active = bool({Access.ACTIVE, Access.SUSPENDED} & set(each.values()))
        found[person] = Break(active=active, ended_at=None if active else ended.get(person))
    return found


def agreements_ending(people: Collection[Person], at: datetime) -> dict[UUID, list[tuple[datetime, str]]]:
    """What each person signed or was trained in that has an end ahead."""
    of = ("person_id", "kind")
    rows = AgreementChange.objects.filter(person__in=people, at__lte=at)
    found: dict[UUID, list[tuple[datetime, str]]] = {}
    for change in rows.order_by(*of, "-at", "-recorded_at", "-id").distinct(*of):
        if change.state == Agreement.SIGNED and change.until is not None and change.until > at:
            found.setdefault(change.person_id, []).append((change.until, change.kind))
    return found


def posts(organisation: Organisation, at: datetime) -> list[tuple[Position, PositionChange, int]]:
    """The positions of an organisation with what is in force, and how many people are in each."""
    every = list(organisation.positions.select_related("site").order_by("title"))
    changes = latest_per("position", "position", every, at)
    inside = latest_per("appointment", "appointment", Appointment.objects.filter(position__in=every), at)
    count: dict[UUID, int] = {}
    for change in inside.values():
        if change.state == Held.IN_FORCE:
            place = change.appointment.position_id
            count[place] = count.get(place, 0) + 1
    return [(each, changes[each.pk], count.get(each.pk, 0)) for each in every if each.pk in changes]
