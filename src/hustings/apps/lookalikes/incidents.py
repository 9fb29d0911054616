"""What is done with cyber incidents: recorded, followed step by step, tied to indicators, told as STIX. Never a credential."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from hustings.apps.audit.record import record
from hustings.apps.elections.models import Election
from hustings.apps.items.actions import make_item, part_of
from hustings.apps.items.facts import marking_of
from hustings.apps.items.models import Item
from hustings.apps.lookalikes.models import CREDENTIAL, CyberIncident, CyberIndicator, CyberLeak, CyberStep, Hit
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, allow, log, require
from hustings.apps.taxii.actions import publish
from hustings.apps.taxii.models import Collection, Status, StixObject
from hustings.errors import BadInput, Problem
from hustings.exchange.lookalike.host import read_host
from hustings.exchange.lookalike.incident import Cyber, Remark, incident_objects
from hustings.exchange.stix.marking import write_marking
from hustings.exchange.stix.names import Names, Reads
from hustings.policy.act import act
from hustings.policy.lookalike import NEXT, CyberKind, CyberState, may_follow
from hustings.policy.marking import Marking
from hustings.policy.operations import Severity

__all__ = ["add_indicator", "add_leak", "objects_of", "record_incident", "step", "tell"]

KEEP = "keep cyber incidents"
HOLDS = re.compile(CREDENTIAL)
MAILBOX = re.compile(r"[^\s@,;:|<>\"']{1,64}@([^\s@,;:|<>\"']{1,253}\.[^\s@,;:|<>\"']{2,63})")
MOST_ACCOUNTS = 20_000
LONGEST = 2000


def unfit(problems: list[Problem]) -> None:
    """Raise BadInput where something is wrong."""
    if problems:
        raise BadInput("Nothing was recorded.", problems)


def told(where: str, text: str, longest: int, *, needed: bool = True) -> list[Problem]:
    """What is wrong with words that are to be kept: nothing that opens a mailbox may be among them."""
    problems = []
    if (needed and not text.strip()) or len(text.strip()) > longest or "\x00" in text:
        problems.append(
            Problem(where=where, found=f"{len(text.strip())} characters", expected=f"{int(needed)} to {longest} characters of text", do="Mend it.")
        )  # fmt: skip
    if HOLDS.search(text):
        problems.append(
            Problem(
                where=where, found="a mailbox with something beside it", expected="no way to sign in: credentials are never kept here",
                do="Take it out; say how many there are under leaked credentials.",
            )
        )  # fmt: skip
    return problems


@transaction.atomic
def record_incident(
    *, by: Seat, kind: CyberKind, title: str, affected: str, note: str, severity: Severity, seen_at: datetime, marking: Marking,
    election: Election | None = None, started_at: datetime | None = None, ended_at: datetime | None = None,
) -> CyberIncident:  # fmt: skip
    """Record what was done to an election by way of computers.

    Raises   BadInput with all that is wrong
    """
    decision = allow(by, KEEP)
    problems = told("title", title, 300) + told("affected", affected, 300) + told("note", note, LONGEST)
    for where, at in (("seen_at", seen_at), ("started_at", started_at), ("ended_at", ended_at)):
        if at is not None and at > by.now:
            problems.append(Problem(where=where, found=f"{at:%Y-%m-%d %H:%M}", expected="a moment that was", do="Mend it."))  # fmt: skip
    if started_at is not None and started_at > seen_at:
        problems.append(Problem(where="started_at", found=f"{started_at:%Y-%m-%d %H:%M}", expected="not after it was seen", do="Mend it."))  # fmt: skip
    if started_at is not None and ended_at is not None and ended_at < started_at:
        problems.append(Problem(where="ended_at", found=f"{ended_at:%Y-%m-%d %H:%M}", expected="not before it began", do="Mend it."))  # fmt: skip
    unfit(problems)
    item = make_item(kind="cyber incident", title=title.strip(), marking=marking, by=by)
    incident = CyberIncident.objects.create(
        item=item, kind=kind, election=election, affected=affected.strip(), started_at=started_at, seen_at=seen_at, ended_at=ended_at,
        severity=severity, state=CyberState.REPORTED,
    )  # fmt: skip
    CyberStep.objects.create(incident=incident, state=CyberState.REPORTED, severity=severity, note=note.strip(), by=by.appointment)  # fmt: skip
    log(by, act(KEEP), item, decision)
    record("cyber incident recorded", by=by, about=item, facts={"kind": kind.value, "severity": int(severity)})
    return incident


def locked(incident: CyberIncident) -> CyberIncident:
    """The row as it stands now, held until the end of the transaction. Raises NotKnown."""
    held = CyberIncident.objects.select_for_update(of=("self",)).select_related("item__label").filter(pk=incident.pk).first()  # fmt: skip
    if held is None:
        raise NotKnown
    return held


@transaction.atomic
def step(
    incident: CyberIncident, state: CyberState, severity: Severity, *, by: Seat, note: str, ended_at: datetime | None = None
) -> CyberStep:  # fmt: skip
    """Add what was found, done or told, and how the incident stands with it.

    Raises   NotKnown, Refused, BadInput
    """
    require(by, KEEP, incident.item)
    held = locked(incident)
    problems = told("note", note, LONGEST)
    before = CyberState(held.state)
    if not may_follow(before, state):
        may = ", ".join(sorted(NEXT[before]))
        problems.append(Problem(where="state", found=f"{before} to {state}", expected=f"after {before}: {may}", do="Choose one of them."))  # fmt: skip
    if ended_at is not None and (ended_at > by.now or (held.started_at and ended_at < held.started_at)):
        problems.append(Problem(where="ended_at", found=f"{ended_at:%Y-%m-%d %H:%M}", expected="after it began, not to come", do="Mend it."))  # fmt: skip
    unfit(problems)
    held.state, held.severity = state.value, int(severity)
    held.ended_at = ended_at or held.ended_at
    held.save(update_fields=["state", "severity", "ended_at"])
    made = CyberStep.objects.create(incident=held, state=state, severity=severity, note=note.strip(), by=by.appointment)
    record("cyber incident moved", by=by, about=held.item, subject=("step", made.pk), facts={"state": state.value})
    return made


@transaction.atomic
def add_indicator(incident: CyberIncident, *, by: Seat, domain: str = "", item: Item | None = None) -> CyberIndicator:
    """Say by what an incident is known: a domain, or an item, as restricted as which the incident then is.

    Raises   NotKnown, Refused, BadInput
    """
    require(by, KEEP, incident.item)
    held = locked(incident)
    host = read_host(domain) if domain.strip() else None
    if (domain.strip() and host is None) or (not domain.strip() and item is None):
        unfit([Problem(where="domain", found=domain.strip() or "nothing", expected="a domain, such as vote.example.org", do="Write the host alone.")])  # fmt: skip
    if item is not None:
        part_of(held.item, item, by=by)
    try:
        with transaction.atomic():
            made = CyberIndicator.objects.create(
                incident=held, item=item, domain=host.ascii if host else "", by=by.appointment
            )
    except IntegrityError:
        raise BadInput("Nothing was recorded.", [Problem(
            where="domain", found=domain.strip() or "the item", expected="one that is not there yet", do="Look at the list.")]) from None  # fmt: skip
    record("cyber incident's indicator added", by=by, about=held.item, subject=("indicator", made.pk))
    return made


@transaction.atomic
def add_leak(
    incident: CyberIncident, *, by: Seat, accounts: str = "", domain: str = "", count: int | None = None
) -> CyberLeak:
    """Record how many ways to sign in were leaked: a number, or a list of mailboxes of which keyed digests alone are kept.

    accounts   one mailbox a line; whatever stands beside it is not read further than here, and nothing of it is kept
    Raises     NotKnown, Refused, BadInput
    """
    require(by, KEEP, incident.item)
    held = locked(incident)
    found = [match for line in accounts.splitlines() if (match := MAILBOX.search(line))]
    lines = sum(bool(line.strip()) for line in accounts.splitlines())
    problems = []
    if lines != len(found):
        # What stands in the line is not repeated: it may be a password.
        problems.append(Problem(where="accounts", found=f"{lines - len(found)} lines without a mailbox", expected="a mailbox in each line", do="Mend them."))  # fmt: skip
    if lines > MOST_ACCOUNTS:
        problems.append(Problem(where="accounts", found=f"{lines:,} lines", expected=f"{MOST_ACCOUNTS:,} at most", do="Split the list."))  # fmt: skip
    if not found and (count is None or count < 1):
        problems.append(Problem(where="count", found="nothing", expected="how many, or a list of mailboxes", do="Fill in one of them."))  # fmt: skip
    if "@" in domain or (domain.strip() and read_host(domain) is None):
        problems.append(Problem(where="domain", found="no domain", expected="the part after the @ alone", do="Mend it."))  # fmt: skip
    unfit(problems)
    digests = sorted({digest_of(match.group()) for match in found})
    domains = {match.group(1).lower() for match in found}
    of = read_host(domain) if domain.strip() else read_host(next(iter(domains))) if len(domains) == 1 else None
    made = CyberLeak.objects.create(
        incident=held, domain=of.ascii if of else "", accounts=len(digests) or count or 0, digests=digests,
        key_name=key_name() if digests else "", by=by.appointment,
    )  # fmt: skip
    record("leaked credentials counted", by=by, about=held.item, subject=("leak", made.pk), facts={"accounts": made.accounts})  # fmt: skip
    return made


def digest_of(mailbox: str) -> str:
    """A keyed digest of a mailbox: equal for the same, of no use to who does not have the key."""
    return hmac.new(b"hustings.leak:" + settings.SECRET_KEY.encode(), mailbox.lower().encode(), hashlib.sha256).hexdigest()  # fmt: skip


def key_name() -> str:
    """Which key it was: digests under another key cannot be compared."""
    return hashlib.sha256(b"hustings.leak.key:" + settings.SECRET_KEY.encode()).hexdigest()[:16]


def objects_of(incident: CyberIncident, *, by: Seat, reads: Reads = Reads.TLP) -> list[dict[str, Any]]:
    """The incident as STIX objects, with the markings that the other side understands.

    Raises   NotKnown, Refused, Untranslatable where the other side cannot be told a limit
    """
    require(by, KEEP, incident.item)
    organisation = by.appointment.position.organisation
    marking = marking_now(incident)
    here = str(organisation.pk)
    said = write_marking(marking, names=Names(here=here, identities={here: f"identity--{here}"}, reads=reads))
    steps: Sequence[CyberStep] = list(incident.steps.order_by("at", "pk"))
    indicators = list(incident.indicators.select_related("item").order_by("at", "pk"))
    items = [one.item_id for one in indicators if one.item_id]
    hosts = Hit.objects.filter(item__in=items, what="host").order_by("spelt").values_list("spelt", flat=True)
    theirs = StixObject.objects.filter(item__in=items).order_by("stix_id").values_list("stix_id", flat=True)
    cyber = Cyber(
        key=str(incident.pk), kind=incident.kind, title=incident.item.title, affected=incident.affected,
        election=incident.election.name if incident.election else "", state=incident.state, severity=Severity(incident.severity).name.lower(),
        created=steps[0].at, modified=max([steps[-1].at, *(one.at for one in indicators)]), seen=incident.seen_at,
        started=incident.started_at, ended=incident.ended_at, domains=(*(one.domain for one in indicators if one.domain), *hosts),
        also=tuple(theirs), leaked=tuple(incident.leaks.order_by("at", "pk").values_list("domain", "accounts")),
        steps=tuple(Remark(key=str(one.pk), at=one.at, text=one.note) for one in steps),
    )  # fmt: skip
    return incident_objects(
        cyber, identity=here, organisation=organisation.name, since=steps[0].at, marks=said.object_marking_refs,
        definitions=said.definitions,
    )  # fmt: skip


def marking_now(incident: CyberIncident) -> Marking:
    """The marking as it stands now: a row read a moment ago may have become more restricted since.

    Raises   NotKnown
    """
    item = Item.objects.select_related("label").filter(pk=incident.pk).first()
    marking = marking_of(item.label) if item is not None else None
    if marking is None:
        raise NotKnown
    return marking


@transaction.atomic
def tell(incident: CyberIncident, collection: Collection, *, by: Seat, reads: Reads = Reads.TLP) -> Status:
    """Put the incident into a collection of one's own organisation, for whoever may read both.

    Raises   NotKnown, Refused, Untranslatable
    """
    objects = objects_of(incident, by=by, reads=reads)
    status = publish(collection, objects, by=by, item_marking=marking_now(incident))
    record("cyber incident published", by=by, about=incident.item, subject=("collection", collection.pk))
    return status
