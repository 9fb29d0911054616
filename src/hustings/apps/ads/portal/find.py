"""What a member of a sponsor may read of it, and what is missing until it is authorised."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from hustings.apps.ads.challenges.codes import answered, answered_since
from hustings.apps.ads.models import OrganisationStatement, PersonStatement, Sponsor, SponsorMember
from hustings.apps.people.models import Person
from hustings.apps.permission import NotKnown
from hustings.policy.advertising import SponsorClass, SponsorState

__all__ = [
    "Step",
    "doors",
    "find_sponsor",
    "last_organisation",
    "last_person",
    "loaded_schemes",
    "membership",
    "own",
    "steps",
]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing on the way to being authorised: what it is, whether it is done, and what to do where it is not."""

    code: str
    title: str
    done: bool
    sentence: str
    url_name: str = ""
    waits: bool = False


def doors() -> list[tuple[str, str]]:
    """The organisations that check advertisers here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id::text, name FROM advertising_doors()")
        return [(key, name) for key, name in cursor.fetchall()]


def own(person: Person) -> QuerySet[Sponsor]:
    """The sponsors this person acts for now; row-level security says so beneath."""
    return Sponsor.objects.filter(members__person=person, members__ended=None).select_related("held_by").distinct()


def find_sponsor(person: Person, key: UUID) -> Sponsor:
    """One of them.

    Raises   NotKnown
    """
    found = own(person).filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found


def membership(person: Person, sponsor: Sponsor) -> SponsorMember:
    """In what way the person acts for the sponsor.

    Raises   NotKnown
    """
    found = SponsorMember.objects.filter(sponsor=sponsor, person=person, ended=None).first()
    if found is None:
        raise NotKnown
    return found


def last_person(sponsor: Sponsor) -> PersonStatement | None:
    """What was last said of the person."""
    return (
        PersonStatement.objects.filter(sponsor=sponsor)
        .select_related("document")
        .order_by("-handed_in_at", "-id")
        .first()
    )


def last_organisation(sponsor: Sponsor) -> OrganisationStatement | None:
    """What was last said of the organisation."""
    return OrganisationStatement.objects.filter(sponsor=sponsor).order_by("-handed_in_at", "-id").first()


def loaded_schemes(sponsor: Sponsor) -> list[tuple[str, str]]:
    """Kinds of number whose register is loaded at the door; asked by an advertiser, who may not read editions."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT scheme, name FROM loaded_registers(%s)", [sponsor.held_by_id])
        return [(scheme, name) for scheme, name in cursor.fetchall()]


def steps(sponsor: Sponsor) -> list[Step]:
    """Everything on the way, in order, with what is missing now."""
    return list(walk(sponsor, SponsorState(sponsor.state)))


S = SponsorState
AFTER_PERSON = {S.PERSON_CONFIRMED, S.ORGANISATION_SUBMITTED, S.AUTHORISED, S.RENEWAL_DUE, S.LAPSED, S.SUSPENDED}
RUNS = {S.AUTHORISED, S.RENEWAL_DUE}


def walk(sponsor: Sponsor, state: SponsorState) -> Iterator[Step]:
    """The steps."""
    person, organisation = last_person(sponsor), last_organisation(sponsor)
    renewing = state in (S.RENEWAL_DUE, S.LAPSED)
    fresh = person is not None and not (renewing and older(sponsor, person))
    rejected = state is S.REJECTED
    yield Step(
        code="person", title="Say who you are", done=fresh and not rejected and state is not S.DRAFT,
        sentence="Your legal name, where you live, and a document that shows it.", url_name="advertise-person",
    )  # fmt: skip
    home = (
        person is not None
        and (fresh or not renewing)
        and answered_since(sponsor, "post", person.place, person.handed_in_at)
    )
    yield Step(
        code="post", title="Answer the letter", done=home,
        sentence="A code is posted to the address where you live." if person else "The letter goes out when you have said where you live.",
        url_name="advertise-post" if person is not None and (fresh or not renewing) else "",
    )  # fmt: skip
    yield Step(
        code="confirm person", title="Identity confirmed", done=state in AFTER_PERSON and not renewing, waits=True,
        sentence="A verifier compares the document with what you said.",
    )  # fmt: skip
    if person is not None and person.wanted_class == SponsorClass.PERSON.value:
        yield Step(
            code="authorised",
            title="Authorised",
            done=state in RUNS,
            waits=True,
            sentence="Ads may run under your own name.",
        )
        return
    yield Step(
        code="organisation", title="Say which organisation it is", done=organisation is not None and state in AFTER_PERSON - {S.PERSON_CONFIRMED},
        sentence="Registered name, number and contact.", url_name="advertise-organisation" if state is S.PERSON_CONFIRMED else "",
    )  # fmt: skip
    if organisation is not None:
        for means, to, title, sentence in (
            ("mail", organisation.mail, "Answer the mail", f"A code is mailed to {organisation.mail}."),
            (
                "website",
                organisation.website,
                "Put a code on the website",
                f"A code is looked for at {organisation.website}.",
            ),
        ):
            done = answered(sponsor, means, to) is not None
            if state in RUNS and not done:
                continue  # it was authorised without
            yield Step(code=means, title=title, done=done, sentence=sentence, url_name=f"advertise-{means}")
    yield Step(
        code="authorised", title="Authorised", done=state in RUNS, waits=True,
        sentence="A verifier compares name, number and contact with the register and decides.",
    )  # fmt: skip


def older(sponsor: Sponsor, person: PersonStatement) -> bool:
    """Whether the statement is the one that was confirmed before the call for renewal."""
    called = sponsor.changes.filter(move="call for renewal").order_by("-at").first()
    return called is not None and person.handed_in_at < called.at
