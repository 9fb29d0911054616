"""The register: who was told what is entered once and stays, and whoever was told something wrong is owed its correction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from hustings.apps.audit.record import record
from hustings.apps.cases.models import (
    Case,
    Correction,
    CorrectionDue,
    CorrectionSent,
    Disclosure,
    DisclosureHolds,
    Receipt,
)
from hustings.apps.cases.working import said
from hustings.apps.console.marking import strictest
from hustings.apps.items.models import Item
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.errors import BadInput, Problem
from hustings.policy.disclosure import CORRECTED_WITHIN, DisclosureKind, Thing

__all__ = ["Told", "call_off", "clock", "correct", "enter", "receipt", "sent", "tell_by_hand"]


@dataclass(frozen=True, kw_only=True)
class Told:
    """Something that a disclosure told of."""

    thing: Thing
    key: str
    name: str


def enter(
    *,
    by: Seat,
    kind: DisclosureKind,
    what: str,
    to: str,
    ground: str,
    marked: Sequence[Item] = (),
    marking: str = "",
    case: Case | None = None,
    digest: str = "",
    redactions: Mapping[str, int] | None = None,
    left_out: int = 0,
    holds: Iterable[Told] = (),
    subject: UUID | None = None,
    read_from: datetime | None = None,
) -> Disclosure:
    """Enter that somebody was told something, in the transaction of the act that told them, which asked whether it may.

    marked      what left, or what it was made from: the words of the strictest marking are kept as they are now
    read_from   `clock()` before what left was read, where that took a while
    """
    shown = strictest(marked)
    made = Disclosure.objects.create(
        case=case, held_by=by.appointment.position.organisation, kind=kind, what=what[:300], to=to.strip()[:300],
        ground=ground.strip()[:1000], marking=marking or (shown.words if shown else ""), redactions=dict(redactions or {}),
        left_out=left_out, digest=digest, subject=subject, by=by.appointment, **({"read_from": read_from} if read_from else {}),
    )  # fmt: skip
    each = {(one.thing, one.key): one for one in holds}
    DisclosureHolds.objects.bulk_create(
        [DisclosureHolds(disclosure=made, thing=one.thing, key=one.key, name=one.name[:500]) for one in each.values()],
        batch_size=1000,
    )
    record("disclosed", by=by, about=case.item if case else None, subject=("disclosure", made.pk),
           facts={"kind": kind.value, "holds": len(each), "digest": digest}, text={"to": to})  # fmt: skip
    return made


def clock() -> datetime:
    """The clock of the database at this very statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
        return now


@transaction.atomic
def tell_by_hand(
    case: Case, *, by: Seat, kind: DisclosureKind, what: str, to: str, ground: str, holds: Sequence[Told] = (), digest: str = ""
) -> Disclosure:  # fmt: skip
    """Write down that somebody was told by another way: a letter, a call, a briefing.

    Raises   BadInput for a kind that the platform enters itself, NotKnown, Refused
    """
    require(by, "share", case.item, reason=ground)
    said(what=what, to=to, ground=ground)
    if not kind.by_hand:
        raise BadInput("It was not entered.", [
            Problem(where="kind", found=kind.value, expected="a letter, call or briefing", do="Make it where it is made; it is entered by itself."),
        ])  # fmt: skip
    return enter(by=by, kind=kind, what=what.strip(), to=to, ground=ground, marked=[case.item], case=case, holds=holds, digest=digest)  # fmt: skip


@transaction.atomic
def receipt(told: Disclosure, *, by: Seat, words: str) -> Receipt:
    """Keep what the recipient gave in return."""
    require(by, "keep register", told.case.item if told.case else None)
    said(receipt=words)
    made = Receipt.objects.create(disclosure=told, words=words.strip(), by=by.appointment)
    record("receipt kept", by=by, about=told.case.item if told.case else None, subject=("disclosure", told.pk))
    return made


@transaction.atomic
def correct(
    what: Told, *, by: Seat, case: Case | None, old: str, new: str, reason: str
) -> tuple[Correction, int]:  # fmt: skip
    """Say that something others were told is not so; gives how many of them are owed the correction.

    The words are written for recipients: they read them, and so does whoever here may know that they were told.

    Raises   BadInput where words are missing or nothing changes
    """
    require(by, "keep register", case.item if case else None, reason=reason)
    said(old=old, new=new, reason=reason)
    if old.strip() == new.strip():
        raise BadInput("Nothing was corrected.", [
            Problem(where="new", found="the same as before", expected="how it is", do="Say what is not as it was told."),
        ])  # fmt: skip
    made = Correction.objects.create(
        held_by=by.appointment.position.organisation, case=case, thing=what.thing, key=what.key, name=what.name[:500],
        old=old.strip(), new=new.strip(), reason=reason.strip(), by=by.appointment,
    )  # fmt: skip
    many = reaches(made)
    record("corrected", by=by, about=case.item if case else None, subject=("correction", made.pk), reason=reason,
           facts={"thing": what.thing.value, "recipients": many})  # fmt: skip
    return made, many


def reaches(made: Correction) -> int:
    """Owe the correction to everybody who was told before; gives how many they are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT correction_reaches(%s, make_interval(secs => %s))", [made.pk, CORRECTED_WITHIN.total_seconds()]
        )
        many: int = cursor.fetchone()[0]
        return many


@transaction.atomic
def sent(due: CorrectionDue, *, by: Seat, how: str, receipt: str) -> CorrectionSent:
    """Keep that a recipient has a correction, and what they gave in return."""
    return settled(due, by=by, how=how, receipt=receipt, called_off=False)


@transaction.atomic
def call_off(due: CorrectionDue, *, by: Seat, why: str) -> CorrectionSent:
    """Say why a recipient does not get a correction any more: a later one says it better, they are no more."""
    return settled(due, by=by, how=why, receipt="", called_off=True)


def settled(due: CorrectionDue, *, by: Seat, how: str, receipt: str, called_off: bool) -> CorrectionSent:
    """End a duty, once."""
    told = due.disclosure
    item = told.case.item if told.case else None
    require(by, "keep register", item, reason=how)
    said(**({"how": how} if called_off else {"how": how, "receipt": receipt}))
    before, made = CorrectionSent.objects.get_or_create(
        due=due,
        defaults={"how": how.strip(), "receipt": receipt.strip(), "called_off": called_off, "by": by.appointment},
    )
    if not made:
        raise BadInput("It was not written down.", [
            Problem(where="correction", found="sent or called off before", expected="one that is owed", do="Load the page again."),
        ])  # fmt: skip
    record(
        "correction called off" if called_off else "correction sent", by=by, about=item, subject=("disclosure", told.pk)
    )
    return before
