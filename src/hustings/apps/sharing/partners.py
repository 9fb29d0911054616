"""Keeping partners: who they are to us, what was agreed, whom to call, what a drill showed, and who is in which group."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from hustings.apps.audit.record import record
from hustings.apps.items.models import SharingGroup, SharingMember
from hustings.apps.people.models import Organisation
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, require
from hustings.apps.sharing import find
from hustings.apps.sharing.models import (
    Agreement,
    AgreementEnd,
    CapacityChange,
    Contact,
    ContactCheck,
    ContactEnd,
    Drill,
    DrillCall,
    Partner,
)
from hustings.errors import BadInput, Problem
from hustings.policy.capacity import CAPACITIES, Capacity, Matter, Sort
from hustings.policy.marking import Tlp
from hustings.policy.state import Held

__all__ = ["Called", "agree", "change_capacity", "change_group", "check_contact", "end_agreement", "end_contact", "keep_partner", "make_group",
           "name_contact", "record_drill"]  # fmt: skip

KEEP = "keep partners"
IDENTITY = re.compile("identity--[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def wanted(what: str, **words: str) -> None:
    """Raises   BadInput with every one of these words that is missing"""
    missing = [
        Problem(where=name.replace("_", " "), found="nothing", expected="words", do="Write it.")
        for name, word in words.items()
        if not word.strip()
    ]
    if missing:
        raise BadInput(what, missing)


@transaction.atomic
def keep_partner(
    organisation: Organisation, *, by: Seat, way: str, capacity: Capacity, document: str, since: datetime | None = None, address: str = "",
    identity: str = "",
) -> Partner:  # fmt: skip
    """Record that we work with an organisation, in which capacity, and how what passes gets there.

    Raises   BadInput where it is a partner already, Refused
    """
    require(by, KEEP)
    wanted("The partner cannot be recorded.", document=document)
    if identity and not IDENTITY.fullmatch(identity):
        raise BadInput("The partner cannot be recorded.", [
            Problem(where="identity", found=identity[:80], expected="identity-- and a UUID in small letters", do="Ask the partner for it."),
        ])  # fmt: skip
    try:
        with transaction.atomic():
            made = Partner.objects.create(
                held_by=find.organisation_of(by),
                organisation=organisation,
                way=way,
                address=address.strip(),
                identity=identity,
                by=by.appointment,
            )
    except IntegrityError as error:
        raise BadInput("The partner cannot be recorded.", [
            Problem(where="organisation", found=f"{organisation.name}, a partner already", expected="another",
                    do="Change its capacity on its page."),
        ]) from error  # fmt: skip
    CapacityChange.objects.create(
        partner=made, since=since or by.now, capacity=capacity, document=document.strip(), by=by.appointment
    )
    record("partner recorded", by=by, subject=("partner", made.pk), facts={"capacity": capacity.value, "way": way})
    return made


@transaction.atomic
def change_capacity(
    partner: Partner, capacity: Capacity | None, *, by: Seat, since: datetime, document: str
) -> CapacityChange:
    """Record that it deals with us in another capacity from a moment on, or in none."""
    require(by, KEEP)
    wanted("The capacity was not changed.", document=document)
    made = CapacityChange.objects.create(
        partner=partner, since=since, capacity=capacity or "", document=document.strip(), by=by.appointment
    )
    record(
        "capacity changed",
        by=by,
        subject=("partner", partner.pk),
        facts={"capacity": capacity.value if capacity else None},
    )
    return made


@transaction.atomic
def agree(
    partner: Partner, *, by: Seat, title: str, reference: str, starts_on: date, ends_on: date,
    sorts: Collection[Sort], matters: Collection[Matter], up_to: Tlp,
) -> Agreement:  # fmt: skip
    """Record what was agreed on: what may pass by default, up to which traffic light.

    Raises   BadInput, also for what no partner of its capacity may get or be told
    """
    require(by, KEEP)
    problems = [
        Problem(where=where, found="nothing", expected="words", do="Write it.")
        for where, word in (("title", title), ("reference", reference))
        if not word.strip()
    ]
    capacity = find.capacity_of(by, partner.organisation_id)
    dealing = CAPACITIES[capacity] if capacity is not None else None
    if ends_on < starts_on:
        problems.append(
            Problem(where="ends on", found=f"{ends_on}", expected=f"a day from {starts_on} on", do="Look at both days.")
        )
    if not sorts:
        problems.append(Problem(where="sorts", found="nothing", expected="at least one", do="Say what may pass."))
    if dealing is None:
        problems.append(
            Problem(where="capacity", found="none", expected="one in force", do="Record its capacity first.")
        )
    else:
        problems += [
            Problem(where="sorts", found=sort.value, expected=f"what a {capacity} gets or sends", do="Leave it out.")
            for sort in sorted(sorts)
            if sort not in dealing.gets | dealing.sends
        ]
        problems += [
            Problem(where="matters", found=matter.value, expected=f"what a {capacity} is told", do="Leave it out.")
            for matter in sorted(matters)
            if matter not in dealing.told
        ]
    if up_to is Tlp.RED:
        problems.append(
            Problem(where="up to", found="red", expected="amber+strict at most", do="Name persons one by one instead.")
        )
    if problems:
        raise BadInput("The agreement cannot be recorded.", problems)
    made = Agreement.objects.create(
        partner=partner, title=title.strip(), reference=reference.strip(), starts_on=starts_on, ends_on=ends_on,
        sorts=sorted(sorts), matters=sorted(matters), up_to=up_to, by=by.appointment,
    )  # fmt: skip
    record("agreement recorded", by=by, subject=("agreement", made.pk), facts={"until": ends_on.isoformat()})
    return made


@transaction.atomic
def end_agreement(agreement: Agreement, *, by: Seat, why: str) -> AgreementEnd:
    """End it before its time."""
    require(by, KEEP, reason=why)
    wanted("The agreement was not ended.", reason=why)
    if AgreementEnd.objects.filter(agreement=agreement).exists():
        raise BadInput("The agreement was not ended.", [
            Problem(where="agreement", found="ended already", expected="one in force", do="Nothing needs to be done."),
        ])  # fmt: skip
    made = AgreementEnd.objects.create(agreement=agreement, why=why.strip(), by=by.appointment)
    record("agreement ended", by=by, subject=("agreement", agreement.pk), reason=why)
    return made


@transaction.atomic
def name_contact(
    partner: Partner, *, by: Seat, name: str, office: str, reach: str, above: Contact | None = None
) -> Contact:
    """Record whom one calls, and after whom."""
    require(by, KEEP)
    wanted("The contact cannot be recorded.", name=name, office=office, reach=reach)
    if above is not None and above.partner_id != partner.pk:
        raise NotKnown
    made = Contact.objects.create(
        partner=partner, above=above, name=name.strip(), office=office.strip(), reach=reach.strip(), by=by.appointment
    )
    record("contact recorded", by=by, subject=("contact", made.pk))
    return made


@transaction.atomic
def check_contact(contact: Contact, *, by: Seat, on: date, how: str, right: bool) -> ContactCheck:
    """Record that somebody looked whether a contact is still right."""
    require(by, KEEP)
    wanted("Nothing was recorded.", how=how)
    made = ContactCheck.objects.create(contact=contact, on=on, how=how.strip(), right=right, by=by.appointment)
    record("contact checked", by=by, subject=("contact", contact.pk), facts={"right": right})
    return made


@transaction.atomic
def end_contact(contact: Contact, *, by: Seat) -> None:
    """Somebody is not called any more; who was called after them moves up."""
    require(by, KEEP)
    ContactEnd.objects.get_or_create(contact=contact, defaults={"by": by.appointment})
    record("contact ended", by=by, subject=("contact", contact.pk))


@dataclass(frozen=True, kw_only=True)
class Called:
    """A call of a drill. `minutes` until they answered; None where they did not."""

    contact: Contact
    minutes: int | None
    note: str = ""


@transaction.atomic
def record_drill(*, by: Seat, title: str, on: date, scenario: str, calls: Sequence[Called]) -> Drill:
    """Record that the contacts were tried: who was called, who answered after how long."""
    require(by, KEEP)
    wanted("The drill cannot be recorded.", title=title, scenario=scenario)
    if not calls:
        raise BadInput("The drill cannot be recorded.", [
            Problem(where="calls", found="nobody called", expected="at least one contact", do="Say who was called."),
        ])  # fmt: skip
    made = Drill.objects.create(
        held_by=find.organisation_of(by), title=title.strip(), on=on, scenario=scenario.strip(), by=by.appointment
    )
    DrillCall.objects.bulk_create(
        DrillCall(
            drill=made, contact=call.contact, answered=call.minutes is not None, minutes=call.minutes, note=call.note.strip(),
            by=by.appointment,
        )
        for call in calls
    )  # fmt: skip
    answered = sum(call.minutes is not None for call in calls)
    record("drill recorded", by=by, subject=("drill", made.pk), facts={"called": len(calls), "answered": answered})
    return made


@transaction.atomic
def make_group(name: str, *, by: Seat) -> SharingGroup:
    """Make a sharing group of our own."""
    require(by, KEEP)
    wanted("The group cannot be made.", name=name)
    made = SharingGroup.objects.create(name=name.strip(), owner=find.organisation_of(by))
    record("group made", by=by, subject=("group", made.pk))
    return made


@transaction.atomic
def change_group(
    group: SharingGroup, organisation: Organisation, *, by: Seat, member: bool, document: str
) -> SharingMember:
    """Take an organisation into a group of ours, or out of it.

    Raises   NotKnown for a group of others: who is in it is theirs to say
    """
    require(by, KEEP, reason=document)
    wanted("The group was not changed.", document=document)
    if group.owner_id != find.organisation_of(by).pk:
        raise NotKnown
    made = SharingMember.objects.create(
        group=group, organisation=organisation, state=Held.IN_FORCE if member else Held.ENDED, at=by.now,
        document=document.strip(), recorded_by=by.appointment,
    )  # fmt: skip
    record(
        "group changed",
        by=by,
        subject=("group", group.pk),
        facts={"organisation": str(organisation.pk), "member": member},
    )
    return made
