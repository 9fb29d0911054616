"""What verifiers do beyond deciding what review hands them: open, suspend, propose to revoke, approve disclaimers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from hustings.apps.ads.desk.asking import ask_for_revocation
from hustings.apps.ads.models import Behind, Disclaimer, OrganisationStatement, Sponsor
from hustings.apps.ads.moving import move_sponsor
from hustings.apps.ads.portal.find import last_organisation
from hustings.apps.ads.registers.checking import check_organisation, names
from hustings.apps.audit.record import record
from hustings.apps.database import moment
from hustings.apps.people.moving import serving
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, allow
from hustings.apps.review.models import Work
from hustings.errors import BadInput, Problem
from hustings.policy.advertising import SPONSOR

__all__ = ["check_again", "decide_disclaimer", "find_sponsor", "lift", "near_names", "propose_revocation", "record_behind", "suspend"]  # fmt: skip


def find_sponsor(by: Seat, key: UUID) -> Sponsor:
    """A sponsor at one's own door.

    Raises   NotKnown
    """
    found = (
        Sponsor.objects.select_related("held_by")
        .filter(pk=key, held_by=by.appointment.position.organisation_id)
        .first()
    )
    if found is None:
        raise NotKnown
    return found


def must_say(reason: str) -> str:
    """A reason, or a refusal that asks for one."""
    if len(reason.strip()) < 3:
        raise BadInput("A reason is missing.", [
            Problem(where="reason", found="nothing", expected="why, in a sentence", do="Write it; it stands in the log.")
        ])  # fmt: skip
    return reason.strip()


@transaction.atomic
def suspend(sponsor: Sponsor, *, by: Seat, reason: str) -> None:
    """Hold a sponsor while a doubt is looked into; its running ads are paused."""
    allow(by, "suspend sponsor")
    move_sponsor(sponsor, "suspend", by=by, reason_code="suspended", note=must_say(reason))


@transaction.atomic
def lift(sponsor: Sponsor, *, by: Seat, reason: str) -> None:
    """End a suspension; ads that it paused run again."""
    allow(by, "suspend sponsor")
    move_sponsor(sponsor, "lift", by=by, reason_code="doubt settled", note=must_say(reason))


@transaction.atomic
def propose_revocation(sponsor: Sponsor, *, by: Seat, reason: str) -> Work:
    """Propose that an authorisation is taken away; two people decide, who proposes it among them or not."""
    allow(by, "verify sponsors")
    if sponsor.state not in {str(state) for state in SPONSOR.move("revoke").sources}:
        raise BadInput("There is nothing to revoke.", [
            Problem(where="state", found=f"'{sponsor.state}'", expected="a sponsor under way", do="Look at the page again.")
        ])  # fmt: skip
    ground = must_say(reason)
    record("revocation proposed", by=by, subject=("sponsor", sponsor.pk), reason=ground)
    return ask_for_revocation(sponsor, ground=ground, by=by)


@transaction.atomic
def check_again(sponsor: Sponsor, *, by: Seat) -> int:
    """Make the checks anew against the editions that are loaded now; gives how many were made."""
    from hustings.apps.ads.desk.asking import ask_about

    allow(by, "verify sponsors")
    said: OrganisationStatement | None = last_organisation(sponsor)
    if said is None:
        return 0
    made = check_organisation(sponsor, said, by=by)
    ask_about(sponsor)
    return len(made)


@transaction.atomic
def decide_disclaimer(disclaimer: UUID, *, by: Seat, approve: bool, reason: str) -> Disclaimer:
    """Approve the words that say who paid, or not; what they come near to is kept beside them."""
    allow(by, "verify sponsors")
    found = Disclaimer.objects.select_for_update(of=("self",)).select_related("sponsor").filter(pk=disclaimer).first()
    if found is None:
        raise NotKnown
    if found.approved_at is not None or found.refused:
        raise BadInput("The disclaimer is decided already.", [
            Problem(where="disclaimer", found="decided", expected="one that waits", do="Propose another one.")
        ])  # fmt: skip
    found.near = near_names(found, by=by)
    if approve:
        found.approved_by, found.approved_at, found.valid_from = by.appointment, moment(), moment()
    else:
        found.refused = must_say(reason)[:60]
    found.save(update_fields=["near", "approved_by", "approved_at", "valid_from", "refused"])
    record("disclaimer approved" if approve else "disclaimer refused", by=by, subject=("sponsor", found.sponsor_id),
           facts={"disclaimer": str(found.pk)}, reason=reason.strip())  # fmt: skip
    return found


def near_names(disclaimer: Disclaimer, *, by: Seat) -> list[dict[str, Any]]:
    """The names of officials and other sponsors that the words come near to."""
    with serving(by):
        near = names(disclaimer.sponsor).near(disclaimer.text)[:10]
    return [
        {"name": one.known.name, "kind": one.known.kind, "similarity": one.similarity, "sentence": one.sentence}
        for one in near
    ]


@transaction.atomic
def record_behind(sponsor: Sponsor, *, by: Seat, part: str, name: str, country: str, evidence: str) -> Behind:
    """Record who pays or who controls, with the evidence; or that it is not established."""
    allow(by, "verify sponsors")
    if name.strip() and not evidence.strip():
        raise BadInput("A name needs its evidence.", [
            Problem(where="evidence", found="nothing", expected="what shows it", do="Name the register or document, or leave the name empty.")
        ])  # fmt: skip
    Behind.objects.filter(Q(sponsor=sponsor, part=part, superseded_at=None)).update(superseded_at=moment())
    made = Behind.objects.create(
        sponsor=sponsor, part=part, name=name.strip(), country=country.strip().upper(), evidence=evidence.strip() if name.strip() else "",
        recorded_by=by.appointment,
    )  # fmt: skip
    record(
        "behind recorded", by=by, subject=("sponsor", sponsor.pk), facts={"part": part, "established": bool(made.name)}
    )
    return made
