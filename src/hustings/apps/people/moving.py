"""Making a move: one at a time, guarded by policy, with everything it causes, recorded, all in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from hustings.apps import database
from hustings.apps.database import OWNER, WORKER, in_role
from hustings.apps.dated import Change
from hustings.apps.people.ends import Consequence, consequences
from hustings.apps.people.facts import facts
from hustings.apps.people.models import Appointment, Person, Visit
from hustings.apps.people.records import RECORDS, Subject, carried, fields_of, last
from hustings.apps.people.seat import Seat
from hustings.apps.people.sessions import close
from hustings.errors import HustingsError
from hustings.policy.move import Guard, Move
from hustings.policy.move_guard import failed, reachable
from hustings.policy.moves import machine
from hustings.policy.state import Held

__all__ = ["CannotMove", "Preview", "move", "preview"]


class CannotMove(HustingsError):
    """A move that may not be made now: the state is another, or guards do not hold."""

    code = "cannot_move"

    def __init__(self, wanted: Move, state: str, guards: tuple[Guard, ...] = ()) -> None:
        self.wanted, self.state, self.guards = wanted, state, guards
        if guards:
            why = "what has to hold and does not: " + " ".join(guard.sentence for guard in guards)
        else:
            why = f"it leads out of {' or '.join(source or 'nothing yet' for source in wanted.sources)}. Look again."
        super().__init__(f"'{wanted.code}' cannot be done while the state is '{state or 'nothing yet'}': {why}")


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a move would do now: whether it may be made, and everything it would cause."""

    move: Move
    state: str
    failed: tuple[Guard, ...]
    level: int | None
    consequences: tuple[Consequence, ...]

    @property
    def possible(self) -> bool:
        """Whether it may be made."""
        return self.state in self.move.sources and not self.failed


def preview(code: str, name: str, subject: Subject, *, by: Seat | None, **given: Any) -> Preview:
    """Look at a move without making it; reads as the worker does, because it reaches what the officer may not see.

    Limits   whoever shows it leaves out what happens at other organisations
    """
    with serving(by):
        return looked_at(code, name, subject, database.moment(), given, by.person if by else None)


def looked_at(
    code: str, name: str, subject: Subject, at: datetime, given: Mapping[str, Any], recorder: Person | None
) -> Preview:
    """State, guards and consequences at a moment."""
    wanted = machine(code).move(name)
    before = last(code, subject, at)
    state = str(before.state) if before is not None else machine(code).start
    stand = facts(code, subject, at, given, recorder=recorder)
    return Preview(
        move=wanted,
        state=state,
        failed=failed(wanted, stand),
        level=int(reachable(stand)) if wanted.gives_lowest else None,
        consequences=consequences(code, wanted, subject, at, given) if state in wanted.sources else (),
    )


def move(
    code: str,
    name: str,
    subject: Subject,
    *,
    by: Seat | None,
    document: str,
    note: str = "",
    person: Person | None = None,
    **given: Any,
) -> Change:
    """Make a move of a machine, with all it causes, at one instant.

    code, name   the machine and its move, as in `hustings.policy.moves`
    by           the seat that records it; empty for a person who has no position yet (`person` then says who), and
                 for what the installation begins with
    given        what the move says: level, vetting, sponsor, roles, until, ...
    Raises       CannotMove, with the guards that do not hold
    Limits       whether this seat may make this move is asked by `hustings.apps.people.actions`, which everybody calls
    """
    with transaction.atomic(), serving(by):
        at = turn()
        looked = looked_at(code, name, subject, at, given, by.person if by else person)
        if not looked.possible:
            raise CannotMove(looked.move, looked.state, looked.failed if looked.state in looked.move.sources else ())
        if by is not None and not stands(by.appointment, at):
            raise CannotMove(looked.move, looked.state, (Guard.APPOINTMENT,))
        if looked.level is not None:
            given = given | {"level": looked.level}
        made = write(code, looked.move, subject, at, given, by=by, document=document, note=note)
        told(code, looked.move, subject, looked.state, by=by, note=note)
        for each in looked.consequences:
            carry_out(each, at, by=by, document=document)
        return made


@contextmanager
def serving(by: Seat | None) -> Iterator[None]:
    """The worker's role, in the same seat: what a move reaches is often more than its officer may read.

    The owner of the database, as whom commands of the installation run, stays the owner.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user = %s", [OWNER])
        owner = cursor.fetchone()[0]
    if owner:
        yield
        return
    with in_role(WORKER):
        database.seat(by.id if by else None, strong=by.strong if by else False)
        yield


def turn() -> datetime:
    """Wait for the turn; give a moment that no earlier move lies after. Held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE move_turn SET at = greatest(at, hustings_now()) RETURNING at")
        at: datetime = cursor.fetchone()[0]
        return at


def stands(appointment: Appointment, at: datetime) -> bool:
    """Whether who records it is still in the position: it may have ended while they waited for their turn."""
    change = last("appointment", {"appointment": appointment}, at)
    return change is not None and change.state == Held.IN_FORCE


def write(
    code: str,
    wanted: Move,
    subject: Subject,
    at: datetime,
    given: Mapping[str, Any],
    *,
    by: Seat | None,
    document: str,
    note: str = "",
) -> Change:
    """Add the change: the new state, what the move says, and the rest as it was."""
    record = RECORDS[code]
    own = fields_of(record.model)
    values = carried(code, last(code, subject, at)) | {name: value for name, value in given.items() if name in own}
    return record.objects.create(
        **subject,
        **values,
        state=wanted.target,
        at=at,
        recorded_by=by.appointment if by else None,
        document=document,
        note=note,
    )


def carry_out(each: Consequence, at: datetime, *, by: Seat | None, document: str) -> None:
    """Do one of the things that follow."""
    from hustings.apps.items.models import Recusal

    if each.kind == "sessions":
        close(each.subject["appointment"])
    elif each.kind == "grant":
        grant = each.subject["grant"]
        grant.withdrawn_at = at
        grant.save(update_fields=["withdrawn_at"])
    elif each.kind == "recusal":
        Recusal.objects.create(
            **each.subject, reason="former official, cooling off", starts_at=at, ends_at=each.given["until"]
        )
    else:
        caused = machine(each.kind).move(each.move)
        write(each.kind, caused, each.subject, at, each.given, by=by, document=document)
        told(each.kind, caused, each.subject, each.was, by=by)
        return
    log(f"{each.kind} {each.becomes}", each.subject, by=by, facts={"count": each.count})


def told(code: str, wanted: Move, subject: Subject, was: str, *, by: Seat | None, note: str = "") -> None:
    """Put the move into the log."""
    log(f"{code}: {wanted.code}", subject, by=by, facts={"from": was, "to": str(wanted.target)}, reason=note)


def log(
    event: str, subject: Subject, *, by: Seat | None, facts: dict[str, str | int | bool | None], reason: str = ""
) -> None:
    """One entry, about the first of the fields that name the subject; where that is about an item, in the item's log."""
    from hustings.apps.audit.record import record
    from hustings.apps.items.models import Item, NeedGrant

    of = next(value for value in subject.values() if isinstance(value, Model))
    item = of.item if isinstance(of, NeedGrant) else None
    if isinstance(of, Visit):
        item = Item.objects.filter(pk=of.item).first()
    record(event, by=by, about=item, subject=(type(of).__name__.lower(), of.pk), facts=facts, reason=reason)
