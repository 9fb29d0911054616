"""Loading a list of elections: every line accounted for, rows of several lists that are one election joined, nothing twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.db import transaction

from hustings.apps.audit.record import record
from hustings.apps.elections.asked import Asked, Loaded, read_and_match
from hustings.apps.elections.claims import follow
from hustings.apps.elections.models import Claim, Election, Followed, Load, LoadFault
from hustings.apps.elections.stated import ACT
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.connectors.elections.matching import Became, Held, Match
from hustings.connectors.elections.row import Chamber, Fault, FaultCode, Row, chamber_of
from hustings.errors import BadInput
from hustings.policy.election import Kind, Level, Status

__all__ = ["calendar", "load_list"]

PORTION = 500


def calendar(listed: str) -> list[Held]:
    """The elections of the calendar as rows are laid upon them."""
    days: dict[object, set[date]] = defaultdict(set)
    keys: dict[object, set[tuple[str, str]]] = defaultdict(set)
    said: dict[object, set[tuple[date | None, Status]]] = defaultdict(set)
    rows = Claim.objects.order_by("pk").values_list("election_id", "on", "status", "listed", "key")
    for election, on, status, by_list, key in rows.iterator(chunk_size=5000):
        if on is not None:
            days[election].add(on)
        if key:
            keys[election].add((by_list, key))
        if by_list == listed:
            said[election].add((on, Status(status)))
    return [
        Held(id=str(one.pk), country=one.country, place=one.place, level=Level(one.level), kind=Kind(one.kind), body=one.body,
             chamber=chamber_of(Kind(one.kind), one.body) if one.level != Level.SUPRANATIONAL else Chamber.NONE,
             days=frozenset(days[one.pk]), keys=frozenset(keys[one.pk]), said=frozenset(said[one.pk]))
        for one in Election.objects.order_by("pk").iterator(chunk_size=5000)
    ]  # fmt: skip


@transaction.atomic
def load_list(asked: Asked, *, by: Seat) -> Loaded:
    """Load a list into the calendar, whole or not at all; the same bytes again add nothing.

    Limits   what is set aside (no day, another country's legislature, an unknown word) is told and not taken in
    """
    require(by, ACT)
    done = read_and_match(asked, calendar)
    before = Load.objects.filter(sha256=asked.digest, layout=asked.layout, listed=done.listed).first()
    if before is not None:
        return replace(done, load=before.pk, already=True)
    made = Load.objects.create(
        layout=asked.layout, listed=done.listed, source=done.source, licence=done.read.licence, file_name=asked.name[:200], sha256=asked.digest,
        as_of=asked.as_of, lines=done.read.lines, set_aside=done.read.set_aside, became=done.became, by=by.appointment,
    )  # fmt: skip
    rows = done.read.rows
    added = [one for one in done.matched.matches if one.became is Became.NEW]
    bring_new(asked, made, done, [rows[one.row] for one in added], by)
    more = join(asked, made, done, [one for one in done.matched.matches if one.became is Became.JOINED], by)
    done = replace(done, load=made.pk, matched=replace(done.matched, faults=(*done.matched.faults, *more)))
    LoadFault.objects.bulk_create(
        [LoadFault(load=made, row=fault.row, code=fault.code.value, column=fault.column[:60], found=fault.found[:400],
                   expected=fault.expected[:400], do=fault.do[:300]) for fault in done.faults],
        batch_size=PORTION,
    )  # fmt: skip
    record("elections loaded", by=by, subject=("election load", made.pk), facts={"sha256": asked.digest, **done.became})
    return done


def claim_of(asked: Asked, made: Load, done: Loaded, row: Row, election: Election, by: Seat) -> Claim:
    """What a row claims."""
    authority = asked.authority or row.authority or done.read.authority
    return Claim(
        election=election, on=row.on, status=row.status.value, authority=authority.value, said_on=row.said_on or asked.as_of,
        said="; ".join(part for part in (row.name, row.note) if part)[:500], source=row.source or done.source, source_url=row.source_url,
        load=made, row=row.number, listed=done.listed, key=row.key, recorded_by=by.appointment,
    )  # fmt: skip


def bring_new(asked: Asked, made: Load, done: Loaded, rows: Sequence[Row], by: Seat) -> None:
    """Elections that the calendar did not have, each with its one claim."""
    elections = [
        Election(country=row.country, place=row.place, body=row.body, name=row.name, level=row.level.value, kind=row.kind.value, on=row.on,
                 status=row.status.value)
        for row in rows
    ]  # fmt: skip
    Election.objects.bulk_create(elections, batch_size=PORTION)
    claims = [claim_of(asked, made, done, row, election, by) for row, election in zip(rows, elections, strict=True)]
    Claim.objects.bulk_create(claims, batch_size=PORTION)
    Followed.objects.bulk_create(
        [Followed(election=claim.election, claim=claim, chosen=False, why="It is the only claim.") for claim in claims],
        batch_size=PORTION,
    )


def join(asked: Asked, made: Load, done: Loaded, matches: Sequence[Match], by: Seat) -> list[Fault]:
    """Further claims about elections that the calendar has; where the rule now names another claim, the plan follows."""
    keys = [one.held for one in matches]
    held = {str(one.pk): one for one in Election.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    rows = done.read.rows
    Claim.objects.bulk_create(
        [claim_of(asked, made, done, rows[one.row], held[one.held], by) for one in matches], batch_size=PORTION
    )
    faults = []
    for one in matches:
        try:
            with transaction.atomic():
                follow(held[one.held], by=by)
        except BadInput as error:
            faults.append(Fault(row=rows[one.row].number, code=FaultCode.CONFLICT, column="", found=error.problems[0].found,
                                expected=error.problems[0].expected, do="Its claim is kept; the plan goes by the one before."))  # fmt: skip
    return faults
