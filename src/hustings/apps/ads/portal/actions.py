"""What advertisers do: each step looks whether it is theirs, changes and records at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection, transaction

from hustings.apps.ads.asking import ask_verifier
from hustings.apps.ads.challenges import codes
from hustings.apps.ads.documents.keeping import keep_document
from hustings.apps.ads.models import (
    Challenge,
    Disclaimer,
    OrganisationStatement,
    PersonStatement,
    Sponsor,
    SponsorMember,
)
from hustings.apps.ads.moving import move_sponsor
from hustings.apps.ads.portal.find import last_organisation, last_person, membership
from hustings.apps.ads.registers.checking import check_organisation
from hustings.apps.audit.record import record
from hustings.apps.database import moment
from hustings.apps.people.models import Person
from hustings.errors import BadInput, Problem
from hustings.policy.advertising import SponsorClass, SponsorState

__all__ = ["answer_code", "begin", "end_membership", "hand_in_organisation", "hand_in_person", "let_in", "propose_disclaimer", "send_code"]  # fmt: skip

ADMITTED = 30  # members of one sponsor


def refuse(what: str, where: str, found: str, expected: str, do: str) -> BadInput:
    """One problem as an error."""
    return BadInput(what, [Problem(where=where, found=found, expected=expected, do=do)])


@transaction.atomic
def begin(*, by_person: Person, door: UUID, name: str) -> Sponsor:
    """Begin a draft at a door.

    Raises   BadInput where this person has too many that nobody has confirmed
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT begin_sponsor(%s, %s)", [door, name.strip()])
        key = cursor.fetchone()[0]
    if key is None:
        raise refuse(
            "There are too many begun.", "sponsors", "10 that are not confirmed", "fewer", "Finish one of them first."
        )
    record("sponsor begun", by=None, subject=("sponsor", key), facts={"person": str(by_person.pk)})
    return Sponsor.objects.get(pk=key)


def locked(sponsor: Sponsor, by_person: Person) -> Sponsor:
    """The row as it stands now, held until the end of the transaction, for somebody who acts for it."""
    membership(by_person, sponsor)
    return Sponsor.objects.select_for_update(of=("self",)).select_related("held_by").get(pk=sponsor.pk)


@transaction.atomic
def hand_in_person(sponsor: Sponsor, *, by_person: Person, said: dict[str, Any]) -> PersonStatement:
    """Say who acts and where they live, with a document; the letter with a code goes out.

    On a draft or after a rejection it is the first step; while a renewal is due, or after a lapse, it is the renewal.

    Raises   BadInput in a state where nothing is asked for
    """
    sponsor = locked(sponsor, by_person)
    state = SponsorState(sponsor.state)
    first = state in (SponsorState.DRAFT, SponsorState.REJECTED)
    renewal = state in (SponsorState.RENEWAL_DUE, SponsorState.LAPSED)
    if not (first or renewal):
        raise refuse("This is not asked for now.", "state", f"'{state}'", "a draft, a rejection or a renewal",
                     "Look at the page of the sponsor: it says what comes next.")  # fmt: skip
    document = keep_document(
        sponsor, said["file"], kind=said["document_kind"], issuer=said["issuer"].strip(), by_person=by_person
    )
    person = said["wanted"] == SponsorClass.PERSON.value
    made = PersonStatement.objects.create(
        sponsor=sponsor,
        person=by_person,
        wanted_class=SponsorClass.PERSON.value if person else SponsorClass.CONTACT.value,
        document=document,
        **{name: said[name].strip() for name in ("legal_name", "country", "address", "postal_code", "city")},
    )
    if codes.answered(sponsor, "post", made.place) is None or renewal:
        codes.send(sponsor, "post", made.place, by_person=by_person)
    if first:
        move_sponsor(sponsor, "submit person", by_person=by_person)
        if person:  # after the move: the row rule asks for a state that they handed in, and "rejected" is none
            sponsor.registered_name, sponsor.kind, sponsor.country = made.legal_name, "person", made.country
            sponsor.save(update_fields=["registered_name", "kind", "country"])
    else:
        record("renewal handed in", by=None, subject=("sponsor", sponsor.pk), facts={"person": str(by_person.pk)})
        ask_verifier(sponsor)
    return made


@transaction.atomic
def hand_in_organisation(sponsor: Sponsor, *, by_person: Person, said: dict[str, Any]) -> OrganisationStatement:
    """Say which organisation it is; codes go to its mail and are looked for on its website; registers are asked.

    Raises   BadInput before the person is confirmed
    """
    sponsor = locked(sponsor, by_person)
    if sponsor.state != SponsorState.PERSON_CONFIRMED:
        raise refuse("This is not asked for now.", "state", f"'{sponsor.state}'", "a confirmed person",
                     "Look at the page of the sponsor: it says what comes next.")  # fmt: skip
    made = OrganisationStatement.objects.create(
        sponsor=sponsor,
        person=by_person,
        wanted_class=said["wanted"],
        **{
            name: said[name].strip()
            for name in (
                "registered_name", "kind", "country", "scheme", "number", "street", "postal_code", "city", "phone", "mail",
                "website", "officers", "controller", "controller_country", "controller_evidence",
            )
        },
        founded_on=said["founded_on"],
        foreign_principal=said["foreign_principal"],
    )  # fmt: skip
    if codes.answered(sponsor, "mail", made.mail) is None:
        codes.send(sponsor, "mail", made.mail, by_person=by_person)
    if codes.answered(sponsor, "website", made.website) is None:
        codes.send(sponsor, "website", made.website, by_person=by_person)
    check_organisation(sponsor, made, by=None)
    move_sponsor(sponsor, "submit organisation", by_person=by_person)
    # After the move: what an advertiser leaves behind is in a state that they handed in, says the row rule.
    sponsor.registered_name, sponsor.kind, sponsor.country = made.registered_name, made.kind, made.country
    sponsor.address, sponsor.phone, sponsor.mail, sponsor.website = made.place, made.phone, made.mail, made.website
    sponsor.founded_on = made.founded_on
    sponsor.save(
        update_fields=["registered_name", "kind", "country", "address", "phone", "mail", "website", "founded_on"]
    )
    ask_verifier(sponsor)
    return made


def place_of(sponsor: Sponsor, means: str) -> str:
    """The address that a code by these means goes to."""
    if means == "post":
        person = last_person(sponsor)
        return person.place if person is not None else ""
    organisation = last_organisation(sponsor)
    if organisation is None:
        return ""
    return organisation.mail if means == "mail" else organisation.website


@transaction.atomic
def send_code(sponsor: Sponsor, means: str, *, by_person: Person) -> Challenge:
    """Send another code.

    Raises   BadInput where nobody gave an address yet, or enough were sent
    """
    sponsor = locked(sponsor, by_person)
    to = place_of(sponsor, means)
    if not to:
        raise refuse(
            "There is no address for a code.", "address", "none", "one that was handed in", "Hand it in first."
        )
    return codes.send(sponsor, means, to, by_person=by_person)


def answer_code(sponsor: Sponsor, means: str, code: str, *, by_person: Person) -> bool:
    """Answer with the code. A verifier who has the sponsor before them sees the new state of things.

    Raises   BadInput where no code waits
    """
    with transaction.atomic():
        sponsor = locked(sponsor, by_person)
        right = codes.answer(sponsor, means, code, by_person=by_person)
        if right:
            ask_verifier(sponsor)
    return right


@transaction.atomic
def propose_disclaimer(sponsor: Sponsor, *, by_person: Person, text: str, short_form: str, language: str) -> Disclaimer:
    """Propose the words that say who paid; a verifier approves them, and they are in force while the sponsor is."""
    sponsor = locked(sponsor, by_person)
    waiting = Disclaimer.objects.filter(sponsor=sponsor, approved_at=None, refused="")
    if waiting.count() >= 20:
        raise refuse(
            "There are too many proposals.",
            "disclaimers",
            "20 that nobody has decided",
            "fewer",
            "Wait for the decisions.",
        )
    made = Disclaimer.objects.create(
        sponsor=sponsor, text=text.strip(), short_form=short_form.strip(), language=language
    )
    record("disclaimer proposed", by=None, subject=("sponsor", sponsor.pk),
           facts={"disclaimer": str(made.pk), "person": str(by_person.pk)}, text={"words": made.text})  # fmt: skip
    return made


@transaction.atomic
def let_in(sponsor: Sponsor, *, by_person: Person, email: str) -> None:
    """Let another person act for the sponsor. Who has no account is not told apart: nobody learns here who has one."""
    sponsor = locked(sponsor, by_person)
    administers(sponsor, by_person)
    if SponsorMember.objects.filter(sponsor=sponsor, ended=None).count() >= ADMITTED:
        raise refuse("There are too many members.", "members", str(ADMITTED), "fewer", "End one of them first.")
    found = Person.objects.filter(email=email.strip().lower(), is_active=True).first()
    if found is None or SponsorMember.objects.filter(sponsor=sponsor, person=found, ended=None).exists():
        return
    SponsorMember.objects.create(sponsor=sponsor, person=found, administers=False, since=moment())
    record("sponsor member let in", by=None, subject=("sponsor", sponsor.pk),
           facts={"person": str(found.pk), "by": str(by_person.pk)})  # fmt: skip


@transaction.atomic
def end_membership(sponsor: Sponsor, member: UUID, *, by_person: Person) -> None:
    """End somebody's acting for the sponsor, or one's own; the last who administers stays."""
    sponsor = locked(sponsor, by_person)
    held = SponsorMember.objects.filter(sponsor=sponsor, ended=None)
    found = held.filter(pk=member).first()
    if found is None:
        return
    if found.person_id != by_person.pk:
        administers(sponsor, by_person)
    if found.administers and held.filter(administers=True).count() == 1:
        raise refuse("The last who administers stays.", "member", "the only one", "another who administers",
                     "Let the other one administer first.")  # fmt: skip
    found.ended = moment()
    found.save(update_fields=["ended"])
    record("sponsor member ended", by=None, subject=("sponsor", sponsor.pk),
           facts={"person": str(found.person_id), "by": str(by_person.pk)})  # fmt: skip


def administers(sponsor: Sponsor, person: Person) -> None:
    """Refuse to who does not administer."""
    if not membership(person, sponsor).administers:
        raise refuse("Only who administers may do this.", "member", "one who does not administer", "one who does",
                     "Ask who began the sponsor.")  # fmt: skip
