"""What a move takes with it: accesses, sessions, read-ins, grants, visits. The preview and the deed are this one list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hustings.apps.people.models import Appointment, Organisation, ReadInChange
from hustings.apps.people.records import Subject, candidate_in, last, latest_per, looked_for
from hustings.apps.people.sessions import open_sessions
from hustings.policy.level import Level
from hustings.policy.move import Effect, Move
from hustings.policy.moves import machine
from hustings.policy.state import Access, Held, ReadIn, Visit

__all__ = ["Consequence", "consequences"]


@dataclass(frozen=True, kw_only=True)
class Consequence:
    """One thing that happens because of a move, at its very instant.

    kind       the machine moved, or "sessions", "grant", "recusal"
    move       the code of the caused move, where a machine moves
    count      how many, for sessions
    """

    kind: str
    appointment: Appointment | None
    subject: Subject
    sentence: str
    move: str = ""
    was: str = ""
    becomes: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)
    count: int = 1

    @property
    def organisation(self) -> Organisation | None:
        """Where it happens."""
        return self.appointment.position.organisation if self.appointment is not None else None

    @property
    def key(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """What it happens to; nothing happens to the same thing twice."""
        return self.kind, tuple((name, str(getattr(value, "pk", value))) for name, value in self.subject.items())


@dataclass(frozen=True, kw_only=True)
class Cause:
    """A move as its effects see it: of which machine, which appointments it reaches, when, and what it says."""

    code: str
    scope: tuple[Appointment, ...]
    at: datetime
    given: Mapping[str, Any]


def consequences(
    code: str, move: Move, subject: Subject, at: datetime, given: Mapping[str, Any]
) -> tuple[Consequence, ...]:
    """Everything that the move causes, and what that causes in turn, in the order in which it is done."""
    found: dict[tuple[str, tuple[tuple[str, str], ...]], Consequence] = {}
    for each in caused(code, move, subject, at, given):
        found.setdefault(each.key, each)
    # Sessions last: what is closed was still open when it was counted.
    return tuple(sorted(found.values(), key=lambda each: each.kind == "sessions"))


def caused(code: str, move: Move, subject: Subject, at: datetime, given: Mapping[str, Any]) -> Iterator[Consequence]:
    """The effects of a move, one after the other."""
    scope = tuple(concerned(code, subject, at))
    for effect in move.effects:
        yield from WITHIN[effect](Cause(code=code, scope=scope, at=at, given=given))


def concerned(code: str, subject: Subject, at: datetime) -> Iterable[Appointment]:
    """The appointments that a move of this machine reaches: a person's everywhere, a site's, a position's, or one."""
    every = Appointment.objects.select_related("person", "position__organisation", "position__site").order_by("pk")
    if code in {"eligibility", "agreement"}:
        return every.filter(person=subject["person"])
    if code == "requisition":
        candidate = candidate_in(subject["requisition"], at)
        return [candidate] if candidate is not None else []
    if code == "facility":
        return every.filter(position__site=subject["site"])
    if code == "position":
        return every.filter(position=subject["position"])
    if code == "organisation":
        return every.filter(position__organisation=subject["organisation"])
    return [subject["appointment"]] if "appointment" in subject else []


def moved(
    code: str,
    name: str,
    subject: Subject,
    appointment: Appointment,
    at: datetime,
    given: Mapping[str, Any] | None = None,
) -> Consequence:
    """A move of a machine that another move causes."""
    move = machine(code).move(name)
    before = last(code, subject, at)
    return Consequence(
        kind=code,
        move=name,
        appointment=appointment,
        subject=subject,
        was=str(before.state) if before is not None else machine(code).start,
        becomes=str(move.target),
        given=given or {},
        sentence=SENTENCES[code, name].format(where=appointment.position.organisation, level=level_in(given)),
    )


def level_in(given: Mapping[str, Any] | None) -> str:
    """The level that is given, in words."""
    return Level(given["level"]).title if given and "level" in given else ""


SENTENCES = {
    ("appointment", "leave"): "The person leaves the position at {where}.",
    ("access", "debrief"): "Access at {where} ends.",
    ("access", "withdraw"): "The request for access at {where} is withdrawn.",
    ("access", "suspend"): "Access at {where} is suspended.",
    ("access", "lower"): "Access at {where} is lowered to {level}.",
    ("access", "request"): "Access at {where} is requested up to {level}.",
    ("read-in", "debrief"): "A read-in at {where} ends.",
    ("visit", "cancel"): "A visit booked from {where} is cancelled.",
}


def leaving(cause: Cause) -> Iterator[Consequence]:
    """Everybody in the position leaves it."""
    held = latest_per("appointment", "appointment", cause.scope, cause.at)
    for appointment in cause.scope:
        change = held.get(appointment.pk)
        if change is not None and change.state == Held.IN_FORCE:
            subject = {"appointment": appointment}
            yield moved("appointment", "leave", subject, appointment, cause.at)
            yield from caused("appointment", machine("appointment").move("leave"), subject, cause.at, {})


def accesses(scope: tuple[Appointment, ...], at: datetime) -> Iterator[tuple[Appointment, Any]]:
    """The access of each appointment that has one."""
    held = latest_per("access", "appointment", scope, at)
    return ((appointment, held[appointment.pk]) for appointment in scope if appointment.pk in held)


def taken(
    name: str, appointment: Appointment, at: datetime, given: Mapping[str, Any] | None = None
) -> Iterator[Consequence]:
    """A caused move of access, with what it causes."""
    subject = {"appointment": appointment}
    yield moved("access", name, subject, appointment, at, given)
    yield from caused("access", machine("access").move(name), subject, at, given or {})


def debriefing(cause: Cause) -> Iterator[Consequence]:
    """Access ends; a request is withdrawn. A position that still requires a level keeps its holder's access."""
    if cause.code == "position" and cause.given.get("level", 0) > 0:
        return
    for appointment, change in accesses(cause.scope, cause.at):
        if change.state in {Access.ACTIVE, Access.SUSPENDED}:
            yield from taken("debrief", appointment, cause.at)
        elif change.state == Access.REQUESTED:
            yield from taken("withdraw", appointment, cause.at)


def suspending(cause: Cause) -> Iterator[Consequence]:
    """Active access is suspended."""
    for appointment, change in accesses(cause.scope, cause.at):
        if change.state == Access.ACTIVE:
            yield from taken("suspend", appointment, cause.at)


def lowering(cause: Cause) -> Iterator[Consequence]:
    """Active access above the new level is lowered to it."""
    level = cause.given.get("level", 0)
    for appointment, change in accesses(cause.scope, cause.at):
        if level > 0 and change.state == Access.ACTIVE and change.level > level:
            yield from taken("lower", appointment, cause.at, {"level": level})


def reading_out(cause: Cause) -> Iterator[Consequence]:
    """Read-ins end: all of them, or those that the position no longer requires."""
    kept = set(cause.given.get("compartments", ())) if cause.code == "position" else set()
    rows = ReadInChange.objects.filter(appointment__in=cause.scope, at__lte=cause.at)
    of = ("appointment_id", "compartment_id")
    newest = rows.order_by(*of, "-at", "-recorded_at", "-id").distinct(*of)
    by_key = {appointment.pk: appointment for appointment in cause.scope}
    for change in newest.select_related("compartment"):
        if change.state == ReadIn.READ_IN and change.compartment_id not in kept:
            appointment = by_key[change.appointment_id]
            subject = {"appointment": appointment, "compartment": change.compartment}
            yield moved("read-in", "debrief", subject, appointment, cause.at)
            yield from closing(Cause(code="read-in", scope=(appointment,), at=cause.at, given={}))


def withdrawing(cause: Cause) -> Iterator[Consequence]:
    """Grants no longer count: all of who leaves the position, those for restricted items of who is debriefed in it."""
    from hustings.apps.items.models import NeedGrant

    grants = NeedGrant.objects.filter(appointment__in=cause.scope, withdrawn_at=None, ends_at__gt=cause.at)
    if cause.code == "access":
        grants = grants.filter(item__label__level__gt=0)
    by_key = {appointment.pk: appointment for appointment in cause.scope}
    for grant in grants.order_by("pk"):
        appointment = by_key[grant.appointment_id]
        where = appointment.position.organisation
        yield Consequence(
            kind="grant",
            appointment=appointment,
            subject={"grant": grant},
            was="granted",
            becomes="withdrawn",
            sentence=f"A need-to-know grant at {where} is withdrawn.",
        )


def closing(cause: Cause) -> Iterator[Consequence]:
    """Sessions and tokens are closed."""
    for appointment in cause.scope:
        count = open_sessions(appointment)
        if count:
            yield Consequence(
                kind="sessions",
                appointment=appointment,
                subject={"appointment": appointment},
                was="open",
                becomes="closed",
                count=count,
                sentence=f"{count} open {'session is' if count == 1 else 'sessions are'} closed.",
            )


def cancelling(cause: Cause) -> Iterator[Consequence]:
    """Visits that lie ahead are cancelled."""
    for appointment in cause.scope:
        visits = list(appointment.visits.filter(ends_at__gt=cause.at).order_by("pk"))
        held = latest_per("visit", "visit", visits, cause.at)
        for visit in visits:
            change = held.get(visit.pk)
            if change is not None and change.state in {Visit.ASKED, Visit.AUTHORISED}:
                yield moved("visit", "cancel", {"visit": visit}, appointment, cause.at)


def recused(cause: Cause) -> Iterator[Consequence]:
    """A former official who was looked for keeps out of what the former agency owns, until cooled off."""
    for appointment in cause.scope:
        for wanted in looked_for(appointment, cause.at):
            until, agency = wanted.cooling_off_until, wanted.former_agency
            if wanted.employment == "former official" and agency is not None and until is not None and until > cause.at:
                yield Consequence(
                    kind="recusal",
                    appointment=appointment,
                    subject={"person": appointment.person, "organisation": agency},
                    becomes="in force",
                    given={"until": until},
                    sentence=f"The person keeps out of the affairs of {agency} until cooled off.",
                )


def asking(cause: Cause) -> Iterator[Consequence]:
    """The organisation asks for access, at the level that the position requires."""
    for appointment in cause.scope:
        post = last("position", {"position": appointment.position}, cause.at)
        given = {"level": post.level if post is not None else 0}
        yield moved("access", "request", {"appointment": appointment}, appointment, cause.at, given)


WITHIN = {
    Effect.END_APPOINTMENTS: leaving,
    Effect.DEBRIEF: debriefing,
    Effect.SUSPEND: suspending,
    Effect.LOWER: lowering,
    Effect.END_READ_INS: reading_out,
    Effect.END_GRANTS: withdrawing,
    Effect.CLOSE_SESSIONS: closing,
    Effect.CANCEL_VISITS: cancelling,
    Effect.RECUSE: recused,
    Effect.ASK_ACCESS: asking,
}
