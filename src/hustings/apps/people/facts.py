"""What stands at a moment about the subject of a move, as the guards ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from hustings.apps.people.models import AccessChange, Appointment, Organisation, OrganisationChange, Person, Site
from hustings.apps.people.records import Subject, candidate_in, last, latest_per, rules, state
from hustings.policy.level import Level
from hustings.policy.marking import Kind
from hustings.policy.move_guard import Facts
from hustings.policy.rules import in_force
from hustings.policy.state import Access, Agreement, AgreementKind, Facility, Held

__all__ = ["ended", "facts", "holds_access"]


def facts(code: str, subject: Subject, at: datetime, given: Mapping[str, Any], *, recorder: Person | None) -> Facts:
    """Gather what the guards of a machine's moves may ask. `given` is what the move itself says (a level, a sponsor).

    `recorder` is the person who writes it down; none only for what the installation began with.
    """
    person, appointment = about(code, subject, given, at)
    found: dict[str, Any] = {
        "at": at,
        "rules": in_force(rules(), at),
        "another": recorder is None or person is None or recorder.pk != person.pk,
    }
    if person is not None:
        found |= of_person(person, at)
    if appointment is not None:
        found |= of_appointment(appointment, at)
    if code == "access":
        held = last("access", subject, at)
        found["asked"] = Level(given.get("level", held.level if held is not None else 0))
    elif code == "read-in":
        found["compartment"] = subject["compartment"].code
    elif code == "facility":
        found |= of_facility_move(subject["site"], given, at)
    elif code == "position":
        found |= of_position_move(subject["position"], given, at, recorder)
    elif code == "requisition":
        found |= of_requisition(subject["requisition"], given, at, found)
    elif code == "visit":
        found |= of_visit(subject["visit"], at)
    if "invitation" in given:
        found["invitation"] = given["invitation"]
    return Facts(**found)


def about(
    code: str, subject: Subject, given: Mapping[str, Any], at: datetime
) -> tuple[Person | None, Appointment | None]:
    """The person and the appointment that a move is about, where it is about one."""
    appointment = subject.get("appointment")
    if code == "visit":
        appointment = subject["visit"].appointment
    person = subject.get("person") or given.get("candidate")
    if code == "requisition":
        appointment = candidate_in(subject["requisition"], at)
        before = last("requisition", subject, at)
        person = person or (before.candidate if before is not None else None)
    if appointment is not None:
        person = appointment.person
    return person, appointment


def of_person(person: Person, at: datetime) -> dict[str, Any]:
    """Eligibility, the break, and what the person signed."""
    eligibility = last("eligibility", {"person": person}, at)
    has_ended, ended_at = ended(person, at)
    return {
        "eligibility": eligibility.state if eligibility is not None else "",
        "eligibility_level": Level(eligibility.level) if eligibility is not None else Level.UNCLASSIFIED,
        "ended": has_ended,
        "ended_at": ended_at,
        "nda": agreed(person, AgreementKind.NDA, at),
        "briefing": agreed(person, AgreementKind.BRIEFING, at),
    }


def agreed(person: Person, kind: AgreementKind, at: datetime) -> bool:
    """Whether this agreement is signed and in date."""
    change = last("agreement", {"person": person, "kind": kind.value}, at)
    return change is not None and change.state == Agreement.SIGNED and (change.until is None or at < change.until)


def ended(person: Person, at: datetime) -> tuple[bool, datetime | None]:
    """Whether access of the person ended before, and when the last did, while they hold none anywhere."""
    past = AccessChange.objects.filter(appointment__person=person, at__lte=at, state=Access.DEBRIEFED)
    final = past.order_by("-at").first()
    if final is None:
        return False, None
    return True, None if holds_access(person, at) else final.at


def holds_access(person: Person, at: datetime) -> bool:
    """Whether the person holds access in some position; suspended access is held, it is only not used."""
    held = latest_per("access", "appointment", person.appointments.all(), at)
    return any(change.state in {Access.ACTIVE, Access.SUSPENDED} for change in held.values())


def of_appointment(appointment: Appointment, at: datetime) -> dict[str, Any]:
    """The appointment with its position, organisation, site and access."""
    position = appointment.position
    requires = last("position", {"position": position}, at)
    facility = last("facility", {"site": position.site}, at)
    access = last("access", {"appointment": appointment}, at)
    return {
        "appointment": state("appointment", {"appointment": appointment}, at),
        "organisation": takes_part(position.organisation, at),
        "kind": Kind(position.organisation.kind),
        "position": requires.state if requires is not None else "",
        "position_level": Level(requires.level) if requires is not None else Level.UNCLASSIFIED,
        "position_compartments": frozenset(requires.compartments if requires is not None else ()),
        "facility": facility.state if facility is not None else Facility.NONE,
        "facility_level": Level(facility.level) if facility is not None else Level.UNCLASSIFIED,
        "access": access.state if access is not None else Access.NOT_HELD,
        "access_level": Level(access.level) if access is not None else Level.UNCLASSIFIED,
    }


def takes_part(organisation: Organisation, at: datetime) -> str:
    """State of the organisation here."""
    past = OrganisationChange.objects.filter(organisation=organisation, at__lte=at)
    change = past.order_by("-at", "-recorded_at", "-id").first()
    return change.state if change is not None else ""


def of_facility_move(site: Site, given: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """What a facility's move says of itself."""
    sponsor: Organisation | None = given.get("sponsor")
    before = last("facility", {"site": site}, at)
    return {
        "sponsor": sponsor is not None
        and sponsor.pk != site.organisation_id
        and (sponsor.kind == Kind.AGENCY or cleared(sponsor, at)),
        "facility_level": Level(given.get("level", before.level if before else 0)),
        "safeguarding": Level(given.get("safeguarding", before.safeguarding if before else 0)),
    }


def cleared(organisation: Organisation, at: datetime) -> bool:
    """Whether some site of it has a granted facility clearance."""
    held = latest_per("facility", "site", organisation.sites.all(), at)
    return any(change.state == Facility.GRANTED for change in held.values())


def of_position_move(position: Any, given: Mapping[str, Any], at: datetime, recorder: Person | None) -> dict[str, Any]:
    """What a position's move says of itself; nobody changes a post they are in or were offered."""
    before = last("position", {"position": position}, at)
    held = latest_per("appointment", "appointment", position.appointments.all(), at).values()
    inside = {change.appointment.person_id for change in held if change.state == Held.IN_FORCE}
    offered = set(
        position.offers.filter(taken_at=None, withdrawn_at=None, ends_at__gt=at).values_list("person", flat=True)
    )
    return {
        "organisation": takes_part(position.organisation, at),
        "position_level": Level(given.get("level", before.level if before is not None else 0)),
        "instrument": bool(given.get("instrument", before.instrument if before is not None else "")),
        "another": recorder is None or recorder.pk not in inside | offered,
    }


def of_requisition(
    requisition: Any, given: Mapping[str, Any], at: datetime, found: Mapping[str, Any]
) -> dict[str, Any]:
    """The post to fill, and who is to fill it."""
    before = last("requisition", {"requisition": requisition}, at)
    post = last("position", {"position": requisition.position}, at)
    said = {name: given.get(name, getattr(before, name, None)) for name in
            ("candidate", "employment", "former_agency", "cooling_off_until")}  # fmt: skip
    more: dict[str, Any] = {
        "candidate": said["candidate"] is not None,
        # Who comes from nowhere in government has nothing to cool off from.
        "cooling_off": said["employment"] != "former official"
        or (said["former_agency"] is not None and said["cooling_off_until"] is not None),
        "asked": Level(post.level) if post is not None else Level.UNCLASSIFIED,
    }
    if "appointment" not in found or found["appointment"] == "":
        more |= {
            "position": post.state if post is not None else "",
            "position_level": Level(post.level) if post is not None else Level.UNCLASSIFIED,
        }
    return more


def of_visit(visit: Any, at: datetime) -> dict[str, Any]:
    """The place visited, the hours, and whether there is a need to know what is read there."""
    from hustings.apps.items.models import Item, NeedGrant

    place = last("facility", {"site": visit.site}, at)
    cases = Item.objects.filter(pk=visit.item).values("case")
    grants = NeedGrant.objects.filter(
        Q(withdrawn_at=None) | Q(withdrawn_at__gt=at),
        Q(item=visit.item) | Q(item__in=cases),
        appointment=visit.appointment,
        starts_at__lte=at,
        ends_at__gt=visit.starts_at,
    )
    return {
        "asked": Level(visit.level),
        "facility": place.state if place is not None else Facility.NONE,
        # To read there, the place has to be good for keeping it.
        "facility_level": min(Level(place.level), Level(place.safeguarding)) if place else Level.UNCLASSIFIED,
        "need": grants.exclude(granted_by__person=visit.appointment.person).exists(),
        "hours": at < visit.starts_at < visit.ends_at,
    }
