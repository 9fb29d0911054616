"""What a verifier is asked about a sponsor, frozen: which step it is, what was handed in, what the checks say.

Names and homes of persons are not in it: a snapshot is kept, and what a document shows is looked at on the desk's page.
"""

from __future__ import annotations

from typing import Any

from hustings.apps.ads.challenges.codes import answered, answered_since
from hustings.apps.ads.landing import sees
from hustings.apps.ads.models import OrganisationStatement, Sponsor
from hustings.apps.ads.portal.find import last_organisation, last_person
from hustings.policy.advertising import WEBSITE_SHOWN, SponsorClass, SponsorState

__all__ = ["PERSON", "RENEWAL", "ORGANISATION", "ready", "shown_sponsor", "stage_of", "website_asked"]  # fmt: skip

PERSON, ORGANISATION, RENEWAL = "person", "organisation", "renewal"
STAGES = {
    SponsorState.PERSON_SUBMITTED: PERSON,
    SponsorState.ORGANISATION_SUBMITTED: ORGANISATION,
    SponsorState.RENEWAL_DUE: RENEWAL,
    SponsorState.LAPSED: RENEWAL,
}
TITLES = {PERSON: "Who acts for {}", ORGANISATION: "Which organisation {} is", RENEWAL: "Renewal of {}"}


def stage_of(sponsor: Sponsor) -> str:
    """Which step is decided in this state; empty where none is."""
    return STAGES.get(SponsorState(sponsor.state), "")


def ready(sponsor: Sponsor) -> bool:
    """Whether everything stands there that a verifier needs, so that nobody is asked twice."""
    stage = stage_of(sponsor)
    person = last_person(sponsor)
    if stage == RENEWAL:
        called = sponsor.changes.filter(move="call for renewal").order_by("-at").first()
        if called is None or person is None or person.handed_in_at < called.at:
            return False
    if stage in (PERSON, RENEWAL):
        return person is not None and answered_since(sponsor, "post", person.place, person.handed_in_at)
    organisation = last_organisation(sponsor)
    if stage != ORGANISATION or organisation is None or answered(sponsor, "mail", organisation.mail) is None:
        return False
    return not website_asked(organisation) or answered(sponsor, "website", organisation.website) is not None


def website_asked(said: OrganisationStatement) -> bool:
    """Whether its website has to show the code: the policy asks it of its class, and this door can look."""
    return bool(said.website) and sees() and SponsorClass(said.wanted_class) in WEBSITE_SHOWN


def shown_sponsor(sponsor: Sponsor) -> dict[str, Any]:
    """What a verifier is asked, as plain values."""
    stage = stage_of(sponsor)
    person, organisation = last_person(sponsor), last_organisation(sponsor)
    facts: list[list[str]] = []
    if stage in (PERSON, RENEWAL) and person is not None:
        facts.append(
            ["Runs ads as", "a person, under their own name" if person.wanted_class == "C" else "an organisation"]
        )
        document = person.document
        facts.append(["Document", f"{document.kind}, issued by {document.issuer}" if document else "none"])
        facts.append(["Letter to the home", "answered" if answered(sponsor, "post", person.place) else "not answered"])
    if stage == ORGANISATION and organisation is not None:
        facts += [
            ["Registered name", organisation.registered_name],
            ["Class asked for", organisation.wanted_class],
            ["Number", f"{organisation.scheme} {organisation.number}".strip() or "none given"],
            ["Seat", organisation.place],
            ["Phone", organisation.phone],
            ["Mail", f"{organisation.mail}, {code_of(sponsor, 'mail', organisation.mail)}"],
            ["Website", f"{organisation.website}, {code_of(sponsor, 'website', organisation.website)}"],
            ["Controller", organisation.controller or "not established"],
        ]
    checks = (
        list(sponsor.checks.filter(superseded_at=None).order_by("checked_at", "id")) if stage == ORGANISATION else []
    )
    facts += [[f"{check.what.capitalize()}: {check.result}", " ".join(check.sentences)] for check in checks]
    statement = organisation if stage == ORGANISATION else person
    return {
        "title": TITLES.get(stage, "{}").format(sponsor.registered_name),
        "text": "",
        "hits": [],
        "facts": facts,
        "stage": stage,
        "sponsor": str(sponsor.pk),
        "statement": str(statement.pk) if statement is not None else "",
        "checks": [str(check.pk) for check in checks],
        "state": sponsor.state,
    }


def code_of(sponsor: Sponsor, means: str, to: str) -> str:
    """Whether the code to an address was answered."""
    return "code answered" if answered(sponsor, means, to) else "code not answered"
