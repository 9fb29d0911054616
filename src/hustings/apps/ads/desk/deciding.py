"""What follows from a verifier's decision: moves of the sponsor, verdicts on checks and documents, and their undoing."""

from __future__ import annotations

from datetime import date
from typing import Any

from hustings.apps.ads.challenges.codes import answered, answered_since
from hustings.apps.ads.challenges.transport import mail_code
from hustings.apps.ads.desk.asking import REVOCATION, SUBJECT, SUSPENSION
from hustings.apps.ads.desk.shown import ORGANISATION, PERSON, RENEWAL, website_asked
from hustings.apps.ads.models import Check, OrganisationStatement, PersonStatement, Sponsor
from hustings.apps.ads.moving import move_sponsor
from hustings.apps.database import moment
from hustings.apps.people.seat import Seat
from hustings.apps.review.models import Decision, Message, Work
from hustings.apps.review.registry import HANDLERS, Handler
from hustings.errors import BadInput, Problem
from hustings.policy.advertising import SponsorClass, SponsorState
from hustings.policy.renewal import GOOD_FOR

__all__ = ["announce"]

ACCEPT, AS_CONTACT, REFUSE = "accept", "accept as contact", "refuse"


def decided(work: Work, decision: Decision, by: Seat) -> None:
    """Move the sponsor as it was decided."""
    sponsor = Sponsor.objects.select_for_update(of=("self",)).get(pk=work.subject_id)
    shown = work.snapshot
    told: dict[str, Any] = {"by": by, "decision": decision.pk, "note": decision.note}
    stage = shown["stage"]
    appealed(sponsor, stage, told)
    if decision.outcome == REFUSE:
        settle(sponsor, shown, by, "refused")
        if stage == RENEWAL:
            return  # the time for renewal goes on; what was handed in does not show it
        move_sponsor(sponsor, "reject", reason_code=decision.reason.code, **told)
        return
    if stage in (PERSON, RENEWAL):
        confirm_person(sponsor, shown, decision, by, told)
    elif stage == ORGANISATION:
        said = OrganisationStatement.objects.get(pk=shown["statement"])
        given = SponsorClass.CONTACT if decision.outcome == AS_CONTACT else SponsorClass(said.wanted_class)
        if website_asked(said) and answered(sponsor, "website", said.website) is None:
            raise BadInput("The website does not show the code.", [
                Problem(where="website", found=said.website, expected="the code at its path",
                        do="Refuse, or put it back until the code stands there.")
            ])  # fmt: skip
        settle(sponsor, shown, by, "accepted", as_contact=given is SponsorClass.CONTACT)
        until = sponsor.person_until
        for means, to, sentence in (
            ("mail", said.mail, "A code sent to the business mail was answered."),
            ("website", said.website, "A code stood at a path of the website."),
        ):
            if answered(sponsor, means, to) is not None:
                checked(sponsor, means, sentence, by, until)
        move_sponsor(sponsor, "authorise", sponsor_class=given.value, reason_code=decision.reason.code, **told)


def appealed(sponsor: Sponsor, stage: str, told: dict[str, Any]) -> None:
    """An appeal is decided while the sponsor stands rejected: the step is opened again first."""
    if sponsor.state == SponsorState.REJECTED:
        move_sponsor(sponsor, f"reopen {stage}", reason_code="appeal", by=told["by"], decision=told["decision"])


def confirm_person(sponsor: Sponsor, shown: dict[str, Any], decision: Decision, by: Seat, told: dict[str, Any]) -> None:
    """Identity and location hold for a year; a person who runs ads in their own name is authorised with it."""
    said = PersonStatement.objects.get(pk=shown["statement"])
    if not answered_since(sponsor, "post", said.place, said.handed_in_at):
        raise BadInput("The letter to the home was not answered.", [
            Problem(where="location", found="no answer", expected="the code of the letter",
                    do="Refuse with the reason 'location', or put it back until the answer is there.")
        ])  # fmt: skip
    until = moment().date() + GOOD_FOR
    dates: dict[str, Any] = {"person_until": until, "location_until": until}
    checked(sponsor, "identity", "The legal name is the one on a document of an authority.", by, until)
    checked(sponsor, "location", "A code sent by letter to the place of living was answered.", by, until)
    settle(sponsor, shown, by, "accepted")
    code = decision.reason.code
    if shown["stage"] == RENEWAL:
        renewed = "restore" if sponsor.state == SponsorState.LAPSED else "renew"
        move_sponsor(sponsor, renewed, reason_code=code, **dates, **told)
        return
    move_sponsor(sponsor, "confirm person", reason_code=code, **dates, **told)
    if said.wanted_class == SponsorClass.PERSON.value:
        move_sponsor(
            sponsor, "authorise person", sponsor_class=SponsorClass.PERSON.value, reason_code=code, **dates, **told
        )


def checked(sponsor: Sponsor, what: str, sentence: str, by: Seat, until: date | None) -> None:
    """Keep what a verifier saw with their own eyes; the public reads that it was seen, not what."""
    Check.objects.filter(sponsor=sponsor, what=what, superseded_at=None).update(superseded_at=moment())
    Check.objects.create(
        sponsor=sponsor, what=what, result="fits", people=1, verdict="accepted", sentences=[sentence],
        checked_by=by.appointment, until=until,
    )  # fmt: skip


def settle(sponsor: Sponsor, shown: dict[str, Any], by: Seat, verdict: str, *, as_contact: bool = False) -> None:
    """Write the verdict on the checks and the document that were looked at."""
    for check in Check.objects.filter(sponsor=sponsor, pk__in=shown.get("checks", [])):
        # Who is authorised as class B was not confirmed by a number that does not fit.
        unproven = as_contact and check.what == "number" and check.result != "fits"
        check.verdict, check.checked_by = "refused" if unproven else verdict, by.appointment
        check.until = sponsor.person_until
        check.save(update_fields=["verdict", "checked_by", "until"])
    if shown["stage"] in (PERSON, RENEWAL):
        said = PersonStatement.objects.filter(pk=shown["statement"]).select_related("document").first()
        if said is not None and said.document is not None:
            said.document.verdict = verdict
            said.document.save(update_fields=["verdict"])


def undone(work: Work, decision: Decision, by: Seat) -> None:
    """Open the step again that a decision had closed."""
    sponsor = Sponsor.objects.select_for_update(of=("self",)).get(pk=work.subject_id)
    stage = work.snapshot["stage"]
    if stage == RENEWAL and decision.outcome == REFUSE:
        return
    move_sponsor(sponsor, f"reopen {stage}", by=by, reason_code="decision undone", decision=decision.pk)


def revocation_decided(work: Work, decision: Decision, by: Seat) -> None:
    """Take the authorisation away, if two people said so; on an appeal that is upheld, begin the checks again."""
    sponsor = Sponsor.objects.get(pk=work.subject_id)
    told: dict[str, Any] = {
        "by": by,
        "reason_code": decision.reason.code,
        "note": decision.note,
        "decision": decision.pk,
    }
    revoked = sponsor.state == SponsorState.REVOKED
    if decision.outcome == "revoke" and not revoked:
        move_sponsor(sponsor, "revoke", **told)
    elif decision.outcome == "keep" and revoked:
        move_sponsor(sponsor, "reinstate", **told)


def revocation_undone(work: Work, decision: Decision, by: Seat) -> None:
    """The checks begin again."""
    sponsor = Sponsor.objects.get(pk=work.subject_id)
    if decision.outcome == "revoke" and sponsor.state == SponsorState.REVOKED:
        move_sponsor(sponsor, "reinstate", by=by, reason_code="decision undone", decision=decision.pk)


def suspension_decided(work: Work, decision: Decision, by: Seat) -> None:
    """Lift a suspension, if the doubt is settled."""
    sponsor = Sponsor.objects.get(pk=work.subject_id)
    if decision.outcome == "lift" and sponsor.state == SponsorState.SUSPENDED:
        move_sponsor(sponsor, "lift", by=by, reason_code=decision.reason.code, note=decision.note, decision=decision.pk)


def suspension_undone(work: Work, decision: Decision, by: Seat) -> None:
    """Hold the sponsor again."""
    sponsor = Sponsor.objects.get(pk=work.subject_id)
    if decision.outcome == "lift" and sponsor.state == SponsorState.AUTHORISED:
        move_sponsor(sponsor, "suspend", by=by, reason_code="decision undone", decision=decision.pk)


def deliver(message: Message) -> None:
    """Tell the members of a sponsor by mail what was decided, in the reason's own words for them."""
    sponsor = Sponsor.objects.get(pk=message.decision.work.subject_id)
    words = (
        message.decision.reason.told
        if message.event == "settled"
        else "A decision was undone; somebody else looks again."
    )
    for to in sponsor.members.filter(ended=None).values_list("person__email", flat=True):
        mail_code(to, "Political ads: a decision", f"About {sponsor}: {words}\n\nSign in to see what comes next.\n")


def announce() -> None:
    """Tell review how sponsors are shown and what follows from a decision."""
    for kind, moved, back, policy in (
        (SUBJECT, decided, undone, "advertisers"),
        (REVOCATION, revocation_decided, revocation_undone, "revoking an authorisation"),
        (SUSPENSION, suspension_decided, suspension_undone, "suspending an advertiser"),
    ):
        HANDLERS[kind] = Handler(decided=moved, undone=back, card="ads/desk/card.html", reasons=policy, deliver=deliver)
