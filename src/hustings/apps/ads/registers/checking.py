"""Checking what an organisation says of itself: number, name and contact, near names, what it shares with others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction

from hustings.apps.ads.models import Behind, Check, OrganisationStatement, RegisterEntry, Sponsor
from hustings.apps.ads.registers.finding import newest, part_for, whole
from hustings.apps.audit.record import record
from hustings.apps.database import moment
from hustings.apps.people.moving import serving
from hustings.apps.people.seat import Seat
from hustings.policy.advertising import SponsorClass
from hustings.screening.chain import Sponsor as Chained
from hustings.screening.chain import reasons
from hustings.screening.names import OFFICIAL, SPONSOR, Known, Names
from hustings.screening.register.check import Check as Compared
from hustings.screening.register.check import Claim, Result, check
from hustings.screening.register.contact import folded_domain, mail_domain
from hustings.screening.register.edition import Contact
from hustings.screening.register.foreign import foreign_ties
from hustings.screening.register.numbers import read_number

__all__ = ["check_organisation"]

OFFICIALS = "official"  # the kind of entry by which an operator's list names who holds an office
FOREIGN_AGENTS = "fara"


@transaction.atomic
def check_organisation(sponsor: Sponsor, said: OrganisationStatement, *, by: Seat | None) -> list[Check]:
    """Make every check anew and supersede those made before; as the machine, which may read every sponsor."""
    with serving(by):
        now = moment()
        Check.objects.filter(sponsor=sponsor, superseded_at=None).exclude(
            what__in=["identity", "location", "mail", "website"]
        ).update(superseded_at=now)
        made = [Check.objects.create(sponsor=sponsor, **values) for values in found(sponsor, said)]
        Behind.objects.filter(sponsor=sponsor, part="controller", superseded_at=None).update(superseded_at=now)
        Behind.objects.create(
            sponsor=sponsor, part="controller", name=said.controller, country=said.controller_country,
            evidence=f"Said by the advertiser: {said.controller_evidence}"[:500] if said.controller else "",
        )  # fmt: skip
        record("organisation checked", by=by, subject=("sponsor", sponsor.pk),
               facts={"checks": len(made), "people": max((each.people for each in made), default=0)})  # fmt: skip
    return made


def found(sponsor: Sponsor, said: OrganisationStatement) -> Iterator[dict[str, Any]]:
    """What each check gives, in the order a verifier reads it."""
    wanted = SponsorClass(said.wanted_class)
    contact = Contact(
        street=said.street, city=said.city, postal_code=said.postal_code, country=said.country, phone=said.phone,
        mail=said.mail, website=said.website,
    )  # fmt: skip
    if said.scheme and said.number:
        edition = newest(sponsor.held_by_id, said.scheme)
        number = read_number(said.scheme, said.number).compact or said.number
        compared = check(
            Claim(
                scheme=said.scheme,
                number=said.number,
                name=said.registered_name,
                contact=contact,
                advertiser_class=wanted.value,
            ),
            part_for(edition, number) if edition is not None else None,
            on=moment().date(),
        )
        yield of_register("number", said.scheme, said.number, said.registered_name, compared, edition)
    yield from domains(sponsor, said, contact, wanted)
    yield from principals(sponsor, said)
    yield from near(sponsor, said)
    yield from shared(sponsor, said)


def of_register(what: str, scheme: str, value: str, name: str, compared: Compared, edition: Any) -> dict[str, Any]:
    """A comparison with a register, as a row."""
    return {
        "what": what, "scheme": scheme, "value": value, "edition": edition, "name_given": name, "name_found": compared.name_found,
        "similarity": compared.similarity, "result": compared.result.value, "people": compared.needs_people,
        "sentences": [sentence[:500] for sentence in compared.sentences],
    }  # fmt: skip


def plain(what: str, result: str, people: int, *sentences: str, public: bool = False, **more: Any) -> dict[str, Any]:
    """A check without a register, as a row."""
    return {
        "what": what,
        "result": result,
        "people": people,
        "sentences": [each[:500] for each in sentences],
        "public": public,
    } | more


def domains(
    sponsor: Sponsor, said: OrganisationStatement, contact: Contact, wanted: SponsorClass
) -> Iterator[dict[str, Any]]:
    """Whether mail and website belong together, and to a government where a register of its domains is loaded."""
    site, mail = folded_domain(said.website), said.mail.rpartition("@")[2].lower()
    together = site == mail or site.endswith(f".{mail}") or mail.endswith(f".{site}")
    own = bool(mail_domain(said.mail))
    sentence = (
        f"Mail and website are both under {mail}." if together
        else f"The mail is under {mail}, the website is {site}." if own else f"The mail is at {mail}, where everybody can have one."
    )  # fmt: skip
    yield plain(
        "domain",
        "fits" if together and own else "differs",
        0 if together and own else 1,
        sentence,
        public=True,
        value=site,
    )
    edition = newest(sponsor.held_by_id, "domain")
    if edition is not None:
        compared = check(
            Claim(scheme="domain", number=site, name=said.registered_name, contact=contact, advertiser_class=wanted.value),
            part_for(edition, site), on=moment().date(),
        )  # fmt: skip
        if compared.result in (Result.FITS, Result.DIFFERS):
            yield of_register("domain", "domain", site, said.registered_name, compared, edition)


def principals(sponsor: Sponsor, said: OrganisationStatement) -> Iterator[dict[str, Any]]:
    """Whether it acts for somebody abroad: what it says, and what the register of foreign agents holds."""
    if said.foreign_principal:
        yield plain(
            "principal", "declared", 2, "It says that it acts for a government, party or person abroad.", public=True
        )
    edition = newest(sponsor.held_by_id, FOREIGN_AGENTS)
    if edition is None:
        return
    for tie in foreign_ties([said.registered_name, said.controller], whole(edition.pk), on=moment().date())[:5]:
        yield plain(
            "principal", "listed" if tie.active else "was listed", 2 if tie.needs_person else 0, tie.sentence(), public=True,
            edition=edition, scheme=edition.scheme, value=tie.entry.number, name_given=tie.name, name_found=tie.entry.name[:400],
            similarity=tie.similarity,
        )  # fmt: skip


def near(sponsor: Sponsor, said: OrganisationStatement) -> Iterator[dict[str, Any]]:
    """Names of officials and of other sponsors that it comes near."""
    for one in names(sponsor).near(said.registered_name, own_number=said.number)[:10]:
        yield plain(
            "near", f"near {one.known.kind}", 2 if one.known.kind == OFFICIAL else 1, one.sentence,
            name_given=said.registered_name, name_found=one.known.name[:400], similarity=one.similarity,
        )  # fmt: skip


def names(sponsor: Sponsor) -> Names:
    """The names to guard: officials of the loaded registers, and the sponsors of the door that are or were authorised."""
    officials = [
        Known(name=row.name, kind=OFFICIAL, office=row.kind, number=row.number)
        for row in RegisterEntry.objects.filter(
            edition__held_by=sponsor.held_by_id, edition__complete=True, kind=OFFICIALS
        )
    ]
    others = (
        Sponsor.objects.filter(held_by=sponsor.held_by_id, changes__state="authorised")
        .exclude(pk=sponsor.pk)
        .distinct()
    )
    return Names(
        officials=officials,
        sponsors=[
            Known(name=other.registered_name, kind=SPONSOR, number=str(other.pk))
            for other in others.order_by("registered_name", "pk")
        ],
    )


def shared(sponsor: Sponsor, said: OrganisationStatement) -> Iterator[dict[str, Any]]:
    """What it shares with other sponsors of the door, and what of it is younger than 90 days."""
    others = [as_chained(other) for other in latest_of_others(sponsor)]
    for reason in reasons(as_chained(said), others, on=moment().date()):
        result = "shared" if reason.others else "young"
        yield plain(
            "behind",
            result,
            1 if reason.needs_person else 0,
            reason.sentence,
            name_found="; ".join(reason.others)[:400],
        )


def as_chained(said: OrganisationStatement) -> Chained:
    """A sponsor as it is compared with others."""
    instruments = said.sponsor.payers.exclude(instrument="").values_list("instrument", flat=True)
    return Chained(
        key=str(said.sponsor_id), name=said.registered_name, addresses=(f"{said.street} {said.postal_code}",), phones=(said.phone,),
        domains=(said.website,), mails=(said.mail,), instruments=tuple(sorted(set(instruments))),
        officers=tuple(one.strip() for one in said.officers.split(";") if one.strip()), registered=said.founded_on,
        numbers=(f"{said.scheme} {said.number}",) if said.number else (),
    )  # fmt: skip


def latest_of_others(sponsor: Sponsor) -> Iterator[OrganisationStatement]:
    """What every other sponsor of the door said last."""
    rows = OrganisationStatement.objects.filter(sponsor__held_by=sponsor.held_by_id).exclude(sponsor=sponsor)
    rows = rows.select_related("sponsor").prefetch_related("sponsor__payers")
    yield from rows.order_by("sponsor_id", "-handed_in_at").distinct("sponsor_id")
