"""Everything that is done about people and clearances: asked of policy first, then moved, and recorded."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from hustings.apps import database
from hustings.apps.dated import Change
from hustings.apps.people.models import (
    Appointment,
    Offer,
    Organisation,
    Person,
    Position,
    Requisition,
    RuleChange,
    Site,
    Visit,
)
from hustings.apps.people.moving import move, serving
from hustings.apps.people.places import in_position, places_of, strength
from hustings.apps.people.records import Subject, read_into, state
from hustings.apps.people.seat import Seat
from hustings.apps.people.sessions import close
from hustings.apps.permission import NotKnown, Refused, require
from hustings.errors import BadInput
from hustings.policy.act import act
from hustings.policy.condition import Condition
from hustings.policy.decide import Decision
from hustings.policy.level import Level
from hustings.policy.marking import Kind
from hustings.policy.move import Move, Who
from hustings.policy.move_strength import may_recover
from hustings.policy.moves import machine
from hustings.policy.role import Role
from hustings.policy.state import Held

__all__ = [
    "add_rule",
    "add_site",
    "close_organisation",
    "candidate",
    "ask_visit",
    "decline_offer",
    "make",
    "may_make",
    "off_board",
    "offer_position",
    "open_organisation",
    "open_position",
    "open_requisition",
    "permit",
    "recover",
    "take_up",
    "withdraw_offer",
]

OFFER_GOOD_FOR = timedelta(days=14)
OFFICER = frozenset({Who.GOVERNMENT, Who.SECURITY_OFFICER})


def may_make(code: str, names: Iterable[str], subject: Subject, *, by: Seat) -> dict[str, str]:
    """Of these moves those that this seat may record, each with the act under which; "own" for who it is about."""
    if not known_to(by, subject):
        return {}
    acts = ((name, act_for(machine(code).move(name), subject, by)) for name in names)
    return {name: asked for name, asked in acts if asked is not None}


def act_for(wanted: Move, subject: Subject, by: Seat) -> str | None:
    """The act under which a seat of the organisation concerned may record the move."""
    if Who.PERSON in wanted.who and person_of(subject) == by.person.pk:
        return "own"
    if OFFICER & set(wanted.who) and Role.SECURITY_OFFICER in by.roles:
        return "keep clearances"
    if Who.ADMINISTRATOR in wanted.who and Role.ADMINISTRATOR in by.roles:
        return "keep positions"
    return None


def known_to(by: Seat, subject: Subject) -> bool:
    """Whether the subject is this organisation's business, and a compartment one that the officer is in themself."""
    if by.appointment.position.organisation_id not in concerned(subject):
        return False
    return "compartment" not in subject or subject["compartment"].code in read_into(by.appointment, database.moment())


def concerned(subject: Subject) -> Collection[UUID]:
    """The organisations whose officers may record a move about this subject."""
    if "person" in subject:
        return places_of(subject["person"])
    if "site" in subject:
        return {subject["site"].organisation_id}
    if "organisation" in subject:
        return {subject["organisation"].pk}
    holder = subject.get("requisition") or subject.get("visit") or subject.get("appointment")
    if isinstance(holder, Visit):
        holder = holder.appointment
    position = subject["position"] if holder is None else holder.position
    return {position.organisation_id}


def person_of(subject: Subject) -> UUID | None:
    """Whom the subject is about."""
    if "visit" in subject:
        return subject["visit"].appointment.person_id
    return subject["appointment"].person_id if "appointment" in subject else None


def permit(code: str, name: str, subject: Subject, *, by: Seat) -> None:
    """Go on only if this seat may make the move; what belongs to another organisation is not known."""
    if not known_to(by, subject):
        raise NotKnown
    wanted = machine(code).move(name)
    asked = act_for(wanted, subject, by)
    if asked == "own":
        return
    officer = OFFICER & set(wanted.who) and (asked == "keep clearances" or Who.ADMINISTRATOR not in wanted.who)
    require(by, asked or ("keep clearances" if officer else "keep positions"))
    if asked is None:  # the role may do such things, but nobody's role makes this one
        raise Refused(act("keep clearances"), Decision(allowed=False, failed=(Condition.ROLE,)))


@transaction.atomic
def make(code: str, name: str, subject: Subject, *, by: Seat, document: str, note: str = "", **given: Any) -> Change:
    """Make a move, if this seat may: the one door for pages, commands and the API.

    Raises   NotKnown for another organisation's affairs, Refused without the role, CannotMove where guards do not hold
    """
    permit(code, name, subject, by=by)
    check_given(code, name, given)
    return move(code, name, subject, by=by, document=document, note=note, **given)


def check_given(code: str, name: str, given: dict[str, Any]) -> None:
    """What a move may not say whoever makes it."""
    if (code, name) in {("eligibility", "find favourable"), ("eligibility", "regrade"), ("access", "request")}:
        if given.get("level", 0) < Level.CONFIDENTIAL:
            raise BadInput("A level above unclassified is needed. Choose confidential, secret or top secret.")


@transaction.atomic
def open_organisation(
    organisation: Organisation, site: Site, administrator: str, *, document: str
) -> tuple[Person, str | None]:
    """Let an organisation take part, with a site and the post of its first administrator, offered to this address.

    For whoever runs the installation: there is nobody yet whose act it could be.
    """
    from hustings.apps.people.signin.invitation import invite

    organisation.save()
    site.organisation = organisation
    site.save()
    move("organisation", "join", {"organisation": organisation}, by=None, document=document)
    position = Position.objects.create(organisation=organisation, site=site, title="Administrator")
    roles = [str(Role.ADMINISTRATOR)]
    move("position", "open", {"position": position}, by=None, document=document, roles=roles, level=0)
    address = Person.objects.normalize_email(administrator).lower()
    person = Person.objects.filter(email=address).first()
    link = None
    if person is None:
        person = Person.objects.create_user(address, None, name=address.split("@")[0])
        link = invite(person, organisation, by=None)
    Offer.objects.create(person=person, position=position, ends_at=database.moment() + OFFER_GOOD_FOR)
    return person, link


@transaction.atomic
def close_organisation(organisation: Organisation, *, document: str) -> None:
    """Let an organisation take part no more; for whoever runs the installation."""
    move("organisation", "leave", {"organisation": organisation}, by=None, document=document)


@transaction.atomic
def open_position(
    site: Site, title: str, roles: Collection[Role], *, by: Seat, document: str, note: str = ""
) -> Position:
    """Open a post at a site of one's own organisation; it requires no access until the security officer says so."""
    if site.organisation_id != by.appointment.position.organisation_id:
        raise NotKnown
    require(by, "keep positions")
    with serving(by):
        position = Position.objects.create(organisation=site.organisation, site=site, title=title)
    move("position", "open", {"position": position}, by=by, document=document, note=note, roles=sorted(roles), level=0)
    return position


@transaction.atomic
def add_site(organisation: Organisation, name: str, address: str, country: str, *, by: Seat) -> Site:
    """Record a place of one's own organisation; it has no clearance."""
    from hustings.apps.audit.record import record

    if organisation.pk != by.appointment.position.organisation_id:
        raise NotKnown
    require(by, "keep positions")
    with serving(by):
        site = Site.objects.create(organisation=organisation, name=name, address=address, country=country)
    record("site added", by=by, subject=("site", site.pk))
    return site


@transaction.atomic
def offer_position(position: Position, email: str, employment: str, *, by: Seat) -> tuple[Offer, str | None]:
    """Offer a post to whoever has this address. Who has no account is made one; they set a password by the link.

    Gives    the offer, and for a new account the secret of its link
    Limits   an account of another organisation gets nothing but the offer: no position, no access, no session of it
             changes, until the person takes it up; and who offers is not told whether there was an account
    """
    from hustings.apps.audit.record import record
    from hustings.apps.people.signin.invitation import invite

    if position.organisation_id != by.appointment.position.organisation_id:
        raise NotKnown
    require(by, "invite")
    now = database.moment()
    if state("position", {"position": position}, now) != Held.IN_FORCE:
        raise BadInput("This position is not in force, so nobody can be invited to it. Open it first.")
    address = Person.objects.normalize_email(email).lower()
    if address == by.person.email:
        raise BadInput("Nobody invites themself. Let another administrator do it.")
    with serving(by):
        person = Person.objects.filter(email=address).first()
        new = person is None
        if person is None:
            person = Person.objects.create_user(address, None, name=address.split("@")[0])
        Offer.objects.filter(person=person, position=position, taken_at=None, withdrawn_at=None).update(
            withdrawn_at=now
        )
        offer = Offer.objects.create(
            person=person,
            position=position,
            employment=employment,
            made_by=by.appointment,
            ends_at=now + OFFER_GOOD_FOR,
        )
    record("position offered", by=by, subject=("offer", offer.pk), text={"e-mail": address})
    return offer, invite(person, position.organisation, by=by) if new else None


@transaction.atomic
def withdraw_offer(offer: Offer, *, by: Seat) -> None:
    """Take an offer of one's own organisation back before it is taken up."""
    from hustings.apps.audit.record import record

    if offer.position.organisation_id != by.appointment.position.organisation_id:
        raise NotKnown
    require(by, "invite")
    with serving(by):
        Offer.objects.filter(pk=offer.pk, taken_at=None, withdrawn_at=None).update(withdrawn_at=database.moment())
    record("offer withdrawn", by=by, subject=("offer", offer.pk))


@transaction.atomic
def take_up(offer: Offer, *, person: Person, by: Seat | None) -> Appointment:
    """The invited person, signed in, takes the position up. It begins with no access, whatever they hold elsewhere."""
    if offer.person_id != person.pk:
        raise NotKnown
    with serving(by):
        now = database.moment()
        taken = Offer.objects.filter(pk=offer.pk, taken_at=None, withdrawn_at=None, ends_at__gt=now).update(
            taken_at=now
        )
        if not taken:
            raise BadInput("This offer is no longer open. Ask the organisation for another.")
        appointment, _ = Appointment.objects.get_or_create(
            person=person, position=offer.position, defaults={"employment": offer.employment}
        )
        move(
            "appointment",
            "take up",
            {"appointment": appointment},
            by=by if by is not None and by.person == person else None,
            person=person,
            document=f"Offer {offer.pk}, taken up by the person",
            invitation=True,
        )
    return appointment


@transaction.atomic
def decline_offer(offer: Offer, *, person: Person) -> None:
    """The invited person says no."""
    if offer.person_id != person.pk:
        raise NotKnown
    with serving(None):
        Offer.objects.filter(pk=offer.pk, taken_at=None, withdrawn_at=None).update(withdrawn_at=database.moment())


@transaction.atomic
def off_board(person: Person, *, by: Seat, document: str, note: str = "") -> int:
    """End every position of the person at one's own organisation; the account closes when none is left anywhere."""
    from hustings.apps.audit.record import record

    own = by.appointment.position.organisation
    require(by, "off-board")
    if person == by.person:
        raise BadInput("Nobody off-boards themself. Leave the position on your own page.")
    with serving(by):
        left = [each for each in in_position(person) if each.position.organisation_id == own.pk]
        if not left:
            raise NotKnown
        for appointment in left:
            move("appointment", "leave", {"appointment": appointment}, by=by, document=document, note=note)
        if not in_position(person):
            person.is_active = False
            person.save(update_fields=["is_active"])
            close(person)
    record("person off-boarded", by=by, subject=("person", person.pk), facts={"positions": len(left)}, reason=note)
    return len(left)


@transaction.atomic
def recover(person: Person, *, by: Seat, reason: str) -> str:
    """Make the link with which a colleague who lost their second factor gets back in; gives its secret.

    Raises   NotKnown for somebody who is not at this organisation, Refused for somebody who can do more than who asks
    """
    from hustings.apps.people.signin.invitation import invite
    from hustings.apps.people.signin.models import InvitationKind

    own = by.appointment.position.organisation
    require(by, "recover account", reason=reason)
    with serving(by):
        mine, theirs = strength(by.person), strength(person)
    if str(own.pk) not in theirs.organisations:
        raise NotKnown
    if not may_recover(mine, theirs):
        raise Refused(act("recover account"), Decision(allowed=False, failed=(Condition.ROLE,)))
    return invite(person, own, by=by, kind=InvitationKind.RECOVER)


@transaction.atomic
def open_requisition(position: Position, *, by: Seat, document: str, note: str = "") -> Requisition:
    """Begin to look for somebody, for a post that requires access."""
    if position.organisation_id != by.appointment.position.organisation_id:
        raise NotKnown
    require(by, "keep clearances")
    with serving(by):
        requisition = Requisition.objects.create(position=position)
    move("requisition", "open", {"requisition": requisition}, by=by, document=document, note=note)
    return requisition


@transaction.atomic
def candidate(email: str, *, by: Seat) -> Person:
    """The person of this address, to be named in a requisition; nothing about them changes, and nothing is told of them."""
    require(by, "keep clearances")
    address = Person.objects.normalize_email(email).lower()
    with serving(by):
        found = Person.objects.filter(email=address).first()
        return found or Person.objects.create_user(address, None, name=address.split("@")[0])


@transaction.atomic
def ask_visit(site: Site, item: Any, starts_at: datetime, ends_at: datetime, purpose: str, *, by: Seat) -> Visit:
    """Ask for an hour in a reading room, for an item that one may know of."""
    require(by, "book visit", item)
    if ends_at <= starts_at:
        raise BadInput("The visit ends before it begins. Give a later end.")
    with serving(by):
        visit = Visit.objects.create(
            appointment=by.appointment,
            site=site,
            starts_at=starts_at,
            ends_at=ends_at,
            level=item.label.level,
            item=item.pk,
            purpose=purpose,
        )
    move("visit", "ask", {"visit": visit}, by=by, document=f"Visit request {visit.pk}")
    return visit


@transaction.atomic
def add_rule(
    version: str,
    since: datetime,
    holders: Collection[Kind],
    months: int,
    *,
    reactivation: bool,
    by: Seat,
    document: str,
    note: str = "",
) -> RuleChange:
    """Record a version of the rule on who may hold access, from a day that is still to come."""
    from hustings.apps.audit.record import record

    require(by, "change rule")
    if since <= database.moment():
        raise BadInput("A rule takes effect in the future: what was allowed on a past day is not changed afterwards.")
    with serving(by):
        rule = RuleChange.objects.create(
            version=version,
            at=since,
            holders=sorted(holders),
            months=months,
            reactivation=reactivation,
            recorded_by=by.appointment,
            document=document,
            note=note,
        )
    record("rule added", by=by, subject=("rule", rule.pk), facts={"version": version})
    return rule
