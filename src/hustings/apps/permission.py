"""The one door: what may this seat read, and may it do this? Views, commands, jobs and the API all ask here."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Q, QuerySet
from django.http import Http404

from hustings.apps import database
from hustings.apps.items.facts import marked, reader_of
from hustings.apps.items.models import Item
from hustings.apps.people.models import Appointment
from hustings.apps.people.seat import Seat
from hustings.apps.refusals import keep
from hustings.apps.remembered import remembered
from hustings.policy.act import Act, act
from hustings.policy.decide import Decision, may, may_pass_on, may_read
from hustings.policy.reader import Reader

__all__ = ["NotKnown", "Refused", "can", "decide", "find", "readable", "refuse", "require"]

READ = act("read")


class NotKnown(Http404):
    """The item does not exist for who asks: answered like any address that leads nowhere."""

    code = "not_known"

    def __init__(self, decision: Decision | None = None) -> None:
        self.decision = decision
        super().__init__("There is no such page.")


class Refused(PermissionDenied):
    """Who asks may know the item but may not do this; the conditions say why."""

    code = "refused"

    def __init__(self, asked: Act, decision: Decision) -> None:
        self.act = asked
        self.decision = decision
        super().__init__(
            f"{asked.sentence} This is refused: " + " ".join(condition.sentence for condition in decision.failed)
        )


def readable(seat: Seat | None) -> QuerySet[Item]:
    """The items that this seat may know now; None is a visitor. For every list, count and search.

    The labels are looked up anew each time: what was withdrawn a moment ago is gone. They stand in the query as
    plain values, so that the planner knows how many items each has and takes the way that fits: along the newest for
    who may see nearly all, by label for who may see nearly nothing. Row-level security stands beneath.
    """
    appointment = seat.id if seat is not None else None
    strong = seat is not None and seat.strong
    everybody, shared, named, needed, recused, owned, now = remembered(
        ("labels", appointment, strong), lambda: labels_of(appointment, strong=strong)
    )
    known = Q(label_id__in=everybody)
    about = Q(label_id__in=shared)
    if named:
        about |= Q(label_id__in=named) & (Q(pk__in=needed) | Q(case_id__in=needed) | Q(made_by_id=appointment))
    if recused:
        about &= ~Q(pk__in=recused) & (Q(case_id__isnull=True) | ~Q(case_id__in=recused))
    # An embargo binds whom the item does not belong to.
    free = Q(embargo_until__isnull=True) | Q(embargo_until__lte=now) | Q(label_id__in=owned)
    return Item.objects.filter(known | about, free)


def labels_of(appointment: UUID | None, *, strong: bool) -> tuple[Any, ...]:
    """What the rule lets this seat know now, as the database tells it: labels by how they are known, and more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH known AS MATERIALIZED (SELECT label, min(standing) AS standing "
            "  FROM hustings_labels_of(%(who)s, %(strong)s) GROUP BY label) "
            "SELECT ARRAY(SELECT label FROM known WHERE standing = 0), "
            "ARRAY(SELECT label FROM known WHERE standing = 1), ARRAY(SELECT label FROM known WHERE standing = 2), "
            "ARRAY(SELECT hustings_needed_of(%(who)s)), ARRAY(SELECT hustings_recused_of(%(who)s)), "
            "ARRAY(SELECT hustings_held_of(%(who)s, true)), hustings_now()",
            {"who": appointment, "strong": strong},
        )
        told: tuple[Any, ...] = cursor.fetchone()
        return told


def find(seat: Seat | None, item: UUID) -> Item:
    """The item, if this seat may know it.

    Raises   NotKnown, recorded, whether it is hidden or was never there.
    """
    found = readable(seat).select_related("label").filter(pk=item).first()
    if found is None:
        keep(lambda: log(seat, READ, None, Decision(False), subject=("item", item)))
        raise NotKnown
    return found


def require(
    seat: Seat | None,
    name: str,
    item: Item | None = None,
    *,
    asked_by: Appointment | None = None,
    recipients: Collection[Appointment] | None = None,
    reason: str = "",
) -> Decision:
    """Decide, record the decision, and go on only if it is allowed.

    asked_by     who asked for what this seat seconds
    recipients   who would get it; left out, this seat itself

    Raises   NotKnown where the item may not be known (404), Refused where this may not be done with it (403).
    """
    asked = act(name)
    decision = decide(seat, asked, item, asked_by=asked_by, recipients=recipients)
    if not decision.allowed:
        refuse(seat, asked, decision, item, reason=reason)
    log(seat, asked, item, decision, reason=reason)
    return decision


def refuse(
    seat: Seat | None, asked: Act, decision: Decision, item: Item | None = None, *, reason: str = ""
) -> NoReturn:
    """Record a refusal and raise it."""
    keep(lambda: log(seat, asked, item, decision, reason=reason))
    if item is not None and not decide(seat, READ, item).allowed:
        raise NotKnown(decision)
    raise Refused(asked, decision)


def allow(seat: Seat, name: str, item: Item | None = None) -> Decision:
    """Decide on the way to making something; a refusal is recorded here, what is allowed by the caller.

    The entry belongs to the log of what is made (`log(...)` with it): one in the log of what it is made from, or in the
    open log, would tell that something restricted was made.
    """
    asked = act(name)
    decision = decide(seat, asked, item)
    if not decision.allowed:
        refuse(seat, asked, decision, item)
    return decision


def can(
    seat: Seat | None,
    name: str,
    item: Item | None = None,
    *,
    asked_by: Appointment | None = None,
    recipients: Collection[Appointment] | None = None,
) -> bool:
    """The same question for a button; nothing is recorded."""
    return decide(seat, act(name), item, asked_by=asked_by, recipients=recipients).allowed


def decide(
    seat: Seat | None,
    asked: Act,
    item: Item | None,
    *,
    asked_by: Appointment | None = None,
    recipients: Collection[Appointment] | None = None,
) -> Decision:
    """Ask the rule with what the database knows at the moment of this transaction."""
    now = database.moment()
    reader = reading(seat, now)
    about = marked(item) if item is not None else None
    if asked is READ and about is not None:
        return may_read(reader, about, now)
    person = str(asked_by.person_id) if asked_by is not None else None
    if asked.onward and about is not None and item is not None:
        to = [reader] if recipients is None and reader is not None else recipients_at(seat, recipients or (), now)
        return may_pass_on(reader, asked, about, to, now, consents=consents(item, now))
    return may(reader, asked, about, now, asked_by=person)


def reading(seat: Seat | None, now: datetime) -> Reader | None:
    """Who asks, as they stand."""
    if seat is None:
        return None
    return remembered(("reader", seat.id, seat.strong, now), lambda: reader_of(seat.id, strong=seat.strong, now=now))


def recipients_at(seat: Seat | None, recipients: Collection[Appointment], now: datetime) -> list[Reader]:
    """Who would get it, as they stand. How they will sign in is asked when they read."""
    found = []
    for appointment in recipients:
        with speaking_for(appointment.pk, seat):
            reader = reader_of(appointment.pk, strong=True, now=now)
        if reader is not None:
            found.append(reader)
    return found


@contextmanager
def speaking_for(appointment: UUID, seat: Seat | None) -> Iterator[None]:
    """Ask the database about a recipient: about anybody but its own seat it answers the web nothing."""
    database.seat(appointment, strong=True)
    try:
        yield
    finally:
        database.seat(seat.id if seat is not None else None, strong=seat is not None and seat.strong)


def consents(item: Item, now: datetime) -> frozenset[str]:
    """The organisations whose releasing authority lets the item be passed on now."""
    given = item.consents.filter(
        Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=now), starts_at__lte=now, ends_at__gt=now
    )
    return frozenset(str(owner) for owner in given.values_list("given_by__position__organisation", flat=True))


def log(
    seat: Seat | None,
    asked: Act,
    item: Item | None,
    decision: Decision,
    *,
    subject: tuple[str, UUID] | None = None,
    reason: str = "",
) -> None:
    """One entry for the decision, allowed or not."""
    from hustings.apps.audit.record import record

    record(
        "decision",
        by=seat,
        about=item,
        subject=subject,
        outcome="allowed" if decision.allowed else "denied",
        conditions=tuple(condition.value for condition in decision.failed),
        reason=reason,
        facts={"act": asked.name, "policy": decision.policy_version},
    )
