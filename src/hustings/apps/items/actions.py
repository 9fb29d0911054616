"""Making items, changing their marking, and saying who needs to know: each asks, changes and records at once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from hustings.apps.database import WORKER, in_role, moment
from hustings.apps.items.facts import canonical, marking_of
from hustings.apps.items.models import Consent, Item, Label, NeedGrant, Recusal, Source
from hustings.apps.people.models import Appointment, Organisation, Person
from hustings.apps.people.seat import Seat
from hustings.apps.permission import allow, consents, log, refuse, require
from hustings.errors import BadInput, Problem
from hustings.policy.act import act
from hustings.policy.condition import Condition
from hustings.policy.decide import decided
from hustings.policy.level import Level
from hustings.policy.marking import Marking, Need, Tlp, least_upper_bound
from hustings.policy.role import Role

__all__ = ["consent", "grant_need", "label_of", "make_item", "part_of", "recuse", "relabel", "whole", "withdraw_need"]

RELEASING = frozenset({Role.REVIEWER, Role.LIAISON})


def label_of(marking: Marking) -> Label:
    """The label of a marking, found or made.

    Raises   django.db.DatabaseError (insufficient privilege) where the seat could not read it itself.
    """
    return Label.objects.raw("SELECT * FROM hustings_label(%s::jsonb)", [json.dumps(canonical(marking))])[0]


def make_item(
    *,
    kind: str,
    title: str,
    marking: Marking,
    by: Seat,
    text: str = "",
    state: str = "",
    case: Item | None = None,
    sources: Iterable[Item] = (),
    embargo_until: datetime | None = None,
    expires_at: datetime | None = None,
) -> Item:
    """Record something under a marking that is at least as strict as that of each of its sources.

    Raises   NotKnown for a source or case that the seat may not know, BadInput for a marking that contradicts itself.
    """
    from hustings.apps.audit.record import record

    decision = allow(by, "make item")
    made_from = list(sources)
    read = [(source, allow(by, "read", source)) for source in made_from + ([case] if case is not None else [])]
    item = Item.objects.create(
        kind=kind,
        label=label_of(least_upper_bound([whole(marking), *map(marking_known, made_from)])),
        case=case,
        title=title,
        text=text,
        state=state,
        made_by=by.appointment,
        embargo_until=embargo_until,
        expires_at=expires_at,
    )
    Source.objects.bulk_create([Source(item=item, source=source) for source in made_from])
    log(by, act("make item"), item, decision)
    for source, reading in read:
        log(by, act("read"), item, reading, subject=("item", source.pk))
    record("item made", by=by, about=item, facts={"kind": kind, "sources": len(made_from)})
    return item


@transaction.atomic
def relabel(item: Item, marking: Marking, *, by: Seat, reason: str, released_from: Item | None = None) -> Item:
    """Give an item another marking; what was made from it follows where it would be freer than its source.

    A lower marking than the item has takes the releasing authority of its only owner. `released_from` says that the
    releasing authority approved, of an item made by another person, that it may be freer than this source: the
    source's owner's, or the holder's where the source does not ask for the originator's consent.

    Raises   NotKnown, Refused
    """
    from hustings.apps.audit.record import record

    if released_from is None:
        require(by, "relabel", item, reason=reason)
    else:
        require(by, "release", released_from, asked_by=item.made_by, reason=reason)
        releasing(item, released_from, by)
    # Only now: a row that may be read and not changed cannot be locked.
    item = Item.objects.select_for_update(of=("self",)).select_related("label").get(pk=item.pk)
    before = marking_known(item)
    with in_role(WORKER):  # sources bind whether or not this seat knows them
        sources = Source.objects.filter(item=item, released=False).select_related("source__label")
        bound = least_upper_bound([whole(marking), *(marking_known(source.source) for source in sources)])
    lowers = least_upper_bound([before, bound]) != least_upper_bound([bound])
    if lowers and released_from is None and before.owners != {organisation_of(by)}:
        refuse(by, act("relabel"), decided([Condition.ROLE]), item, reason=reason)
    item.label = label_of(bound)
    item.save(update_fields=["label"])
    record("item relabelled", by=by, about=item, reason=reason, facts={"lower": lowers})
    with in_role(WORKER):  # what was made from it may be hidden from who changes it
        follow(item)
    return item


@transaction.atomic
def part_of(item: Item, source: Item, *, by: Seat) -> Item:
    """Say that an item is made from another as well; it and what was made from it become as restricted as that.

    Raises   NotKnown where the seat may not know one of them
    """
    from hustings.apps.audit.record import record

    require(by, "read", source)
    if item == source:
        return item
    held = Item.objects.select_for_update(of=("self",)).select_related("label").get(pk=item.pk)
    _, added = Source.objects.get_or_create(item=held, source=source)
    bound = least_upper_bound([marking_known(held), marking_known(source)])
    if added and bound != marking_known(held):
        held.label = item.label = label_of(bound)
        held.save(update_fields=["label"])
        record("item raised", by=by, about=held, subject=("item", source.pk))
        with in_role(WORKER):  # what was made from it may be hidden from who adds to it
            follow(held)
    return held


def releasing(item: Item, source: Item, by: Seat) -> None:
    """Set an item free of one of its sources, if this seat's organisation may.

    Raises   Refused
    """
    theirs = marking_known(source)
    organisation = organisation_of(by)
    others = theirs.owners - {organisation}
    holder = item.made_by is not None and str(item.made_by.position.organisation_id) == organisation
    free = not others or (holder and not theirs.originator_consent) or others <= consents(source, moment())
    if not free:
        refuse(by, act("release"), decided([Condition.ONWARD]), source)
    Source.objects.filter(item=item, source=source).update(released=True)


def follow(item: Item) -> None:
    """Raise what was made from an item to its marking, and what was made from that."""
    for made in Source.objects.filter(source=item, released=False).select_related("item__label"):
        bound = least_upper_bound([marking_known(made.item), marking_known(item)])
        if bound != marking_known(made.item):
            made.item.label = label_of(bound)
            made.item.save(update_fields=["label"])
            follow(made.item)


def grant_need(item: Item, appointment: Appointment, *, purpose: str, ends_at: datetime, by: Seat) -> NeedGrant:
    """Name a person in a position who needs to know an item, or all of a case, until `ends_at`.

    By a releasing authority of an owner or of who made it, or for their own people by a security officer; never by
    the person themself, in whatever position.

    Raises   NotKnown, Refused, BadInput
    """
    from hustings.apps.audit.record import record

    require(by, "grant need", item, asked_by=appointment, reason=purpose)
    if not may_name(item, appointment, by):
        refuse(by, act("grant need"), decided([Condition.ROLE]), item, reason=purpose)
    now = moment()
    problems = []
    if not purpose.strip():
        problems.append(Problem(where="purpose", found="nothing", expected="what they need it for", do="Say it."))
    if ends_at <= now:
        problems.append(
            Problem(where="end", found=f"{ends_at:%Y-%m-%d %H:%M}", expected="a moment to come", do="Set a later one.")
        )
    if problems:
        raise BadInput("Nobody was named.", problems)
    grant = NeedGrant.objects.create(
        appointment=appointment,
        item=item,
        purpose=purpose.strip(),
        granted_by=by.appointment,
        starts_at=now,
        ends_at=ends_at,
    )
    record("need granted", by=by, about=item, subject=("appointment", appointment.pk), reason=purpose)
    return grant


def withdraw_need(grant: NeedGrant, *, by: Seat, reason: str) -> NeedGrant:
    """End a person's need to know now.

    Raises   NotKnown, Refused, BadInput where it is withdrawn already
    """
    from hustings.apps.audit.record import record

    require(by, "withdraw need", grant.item, reason=reason)
    if grant.granted_by_id != by.id and not may_name(grant.item, grant.appointment, by):
        refuse(by, act("withdraw need"), decided([Condition.ROLE]), grant.item, reason=reason)
    if grant.withdrawn_at is not None:
        raise BadInput("This need to know was withdrawn already. Nothing is left to end.")
    grant.withdrawn_at = moment()
    grant.save(update_fields=["withdrawn_at"])
    record("need withdrawn", by=by, about=grant.item, subject=("appointment", grant.appointment_id), reason=reason)
    return grant


def consent(item: Item, *, by: Seat, reason: str, ends_at: datetime) -> Consent:
    """Let what one's own organisation owns be passed on until `ends_at`.

    Raises   NotKnown, Refused
    """
    from hustings.apps.audit.record import record

    require(by, "consent", item, reason=reason)
    given = Consent.objects.create(
        item=item, given_by=by.appointment, reason=reason, starts_at=moment(), ends_at=ends_at
    )
    record("consent given", by=by, about=item, reason=reason)
    return given


def recuse(
    person: Person, *, by: Seat, reason: str, item: Item | None = None, organisation: Organisation | None = None
) -> Recusal:
    """Keep a person out of an item or case, or of what an organisation owns: themself, or by a security officer.

    Raises   NotKnown, Refused
    """
    from hustings.apps.audit.record import record

    require(by, "recuse", item, reason=reason)
    if person.pk != by.person.pk and Role.SECURITY_OFFICER not in by.roles:
        refuse(by, act("recuse"), decided([Condition.ROLE]), item, reason=reason)
    made = Recusal.objects.create(
        person=person, item=item, organisation=organisation, reason=reason, starts_at=moment()
    )
    record("recused", by=by, about=item, subject=("person", person.pk), reason=reason)
    return made


def may_name(item: Item, appointment: Appointment, by: Seat) -> bool:
    """Whether this seat has a say in who needs to know the item."""
    organisation = organisation_of(by)
    makers = item.made_by is not None and str(item.made_by.position.organisation_id) == organisation
    ours = organisation in marking_known(item).owners or makers
    theirs = str(appointment.position.organisation_id) == organisation
    return bool((by.roles & RELEASING and ours) or (Role.SECURITY_OFFICER in by.roles and theirs))


def organisation_of(seat: Seat) -> str:
    """The organisation for which a seat acts."""
    return str(seat.appointment.position.organisation_id)


def marking_known(item: Item) -> Marking:
    """The item's marking; who came this far has read it, so it is one."""
    marking = marking_of(item.label)
    assert marking is not None, "an item whose marking is not understood is read by nobody"
    return marking


def whole(marking: Marking) -> Marking:
    """The marking with the naming of persons that its level or TLP red asks for.

    Raises   BadInput where roles are asked and none is named.
    """
    if marking.need is Need.ROLE and marking.roles is None:
        raise BadInput("The marking asks for a role and names none. Name the roles that need to know, or ask for none.")
    restricted = marking.level > Level.UNCLASSIFIED or marking.tlp is Tlp.RED
    return replace(marking, need=Need.NAMED) if restricted else marking
