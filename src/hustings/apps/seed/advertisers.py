"""The advertisers of the demo season: one authorised, one before the verifiers, one whose authorisation has lapsed.

They sign up and hand in through the same actions as on the pages; their letters and mails go nowhere.
"""

from __future__ import annotations

import hashlib
import re
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core import mail
from django.test.utils import override_settings

from hustings.apps import database
from hustings.apps.ads.models import Sponsor
from hustings.apps.ads.moving import move_sponsor
from hustings.apps.ads.portal import actions, find
from hustings.apps.ads.registers.loading import load_edition
from hustings.apps.database import WEB, in_role, moment
from hustings.apps.people.models import Person
from hustings.apps.people.seat import Seat
from hustings.apps.people.signin.second_factor import enrol
from hustings.apps.review import actions as review
from hustings.apps.review.models import Work
from hustings.apps.seed.personas import ADVERTISERS, DOMAIN
from hustings.apps.seed.second_factor import demo_secret
from hustings.policy.advertising import By
from hustings.screening.register.edition import Contact, Edition, Entry

__all__ = ["bring_advertisers"]

SCHEME = "xv-party"
AtDesk = Callable[[str], Any]


def register(today: date) -> tuple[Edition, Edition]:
    """Two invented registers: of parties and committees, and of who holds an office."""
    league = Contact(street="Quay 3", city="Port Anselm", postal_code="10-114", country="XV", phone="+999 10 555 0101")
    others = (
        "Valdorian Farmers' Union",
        "Committee for a Clean Bay",
        "Northern Rail Alliance",
        "Young Voters of Anselm",
    )
    parties = (
        Entry(
            number="P-1042",
            name="Harbour Citizens' League",
            kind="party",
            country="XV",
            contacts=(league,),
            people=("Paula Reed",),
        ),
        Entry(number="P-2077", name="Bay Area Information Services", kind="committee", country="XV"),
        *(
            Entry(number=f"P-{3000 + place}", name=name, kind="committee", country="XV")
            for place, name in enumerate(others)
        ),
    )
    officials = tuple(
        Entry(number=f"O-{place}", name=name, kind="official", country="XV")
        for place, name in enumerate(("Livia Marchetti", "Konrad Aldous Weir", "Oona Tervo"), 1)
    )
    return (
        edition(f"{SCHEME}", "Register of parties and committees of Valdoria", parties, today),
        edition("xv-officials", "Holders of office in Valdoria", officials, today),
    )


def edition(scheme: str, name: str, entries: tuple[Entry, ...], today: date) -> Edition:
    """An edition published a month ago."""
    digest = hashlib.sha256("\n".join(f"{entry.number} {entry.name}" for entry in entries).encode()).hexdigest()
    return Edition(name=name, scheme=scheme, published=today - timedelta(days=30), digest=digest, entries=entries,
                   source="invented for the demo season")  # fmt: skip


@contextmanager
def acting(person: Person) -> Iterator[Person]:
    """Act for one's sponsors, with the rights of the web."""
    with in_role(WEB):
        database.advertiser(person.pk)
        try:
            yield person
        finally:
            database.advertiser(None)


def bring_advertisers(at_desk: AtDesk, password: str, say: Callable[[str], object]) -> None:
    """Load the registers, and let three advertisers come as far as they are.

    at_desk   gives a context in which a persona of that key sits at Meridian
    """
    today = moment().date()
    with at_desk("emil") as emil:
        for each in register(today):
            load_edition(each, by=emil)
    people = {}
    for key, name, _ in ADVERTISERS:
        people[key] = Person.objects.create_user(f"{key}@{DOMAIN}", password, name=name)
        enrol(people[key], demo_secret(password, people[key].email))
    with tempfile.TemporaryDirectory(prefix="letters-") as folder:
        quiet = {"HUSTINGS_LETTERS": folder, "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend"}
        with override_settings(**quiet):
            mail.outbox = []
            league = confirmed(people["paula"], "Harbour Citizens' League", Path(folder), at_desk)
            organisation(people["paula"], league, registered_name="Harbour Citizens' League", number="P-1042", kind="party",
                         street="Quay 3", postal_code="10-114", phone="+999 10 555 0101", domain="harbour-citizens.example")  # fmt: skip
            accept(league, at_desk, "fits")
            with acting(people["paula"]):
                words = "Paid for by the Harbour Citizens' League"
                actions.propose_disclaimer(
                    league, by_person=people["paula"], text=words, short_form="Ad, HCL", language="en"
                )
            lapsed = confirmed(people["sven"], "Sven Holm", Path(folder), at_desk, wanted="C")
            Sponsor.objects.filter(pk=lapsed.pk).update(
                person_until=today - timedelta(days=1), location_until=today - timedelta(days=1)
            )
            lapsed.refresh_from_db()
            for move in ("call for renewal", "lapse"):
                move_sponsor(lapsed, move, machine=By.CLOCK)
            # Last: it stays before the verifiers.
            press = confirmed(people["rita"], "Lantern Street Press", Path(folder), at_desk)
            organisation(people["rita"], press, registered_name="Lantern Street Press", number="P-2077", kind="company",
                         street="Lantern Street 40", postal_code="10-220", phone="+999 10 555 0199", domain="lantern-press.example",
                         founded_on=today - timedelta(days=41))  # fmt: skip
    say("3 advertisers: one authorised, one before the verifiers, one lapsed; 2 registers.")


def confirmed(person: Person, name: str, letters: Path, at_desk: AtDesk, *, wanted: str = "organisation") -> Sponsor:
    """Begin a sponsor and come as far as a confirmed person."""
    said = {
        "wanted": wanted, "legal_name": person.name, "country": "XV", "address": "Bay Road 7", "postal_code": "10-118",
        "city": "Port Anselm", "document_kind": "identity card", "issuer": "Republic of Valdoria (invented)", "file": drawn(person.name),
    }  # fmt: skip
    with acting(person):
        door = next(UUID(key) for key, called in find.doors() if called == "Meridian")
        sponsor = actions.begin(by_person=person, door=door, name=name)
        actions.hand_in_person(sponsor, by_person=person, said=said)
        letter = max(letters.iterdir(), key=lambda place: place.stat().st_mtime_ns)
        assert actions.answer_code(sponsor, "post", code_in(letter.read_text()), by_person=person)
        letter.unlink()
    accept(sponsor, at_desk, "fits")
    return sponsor


def organisation(person: Person, sponsor: Sponsor, *, domain: str, **said: Any) -> None:
    """Say which organisation it is, and answer the mail."""
    given = {
        "wanted": "A", "country": "XV", "scheme": SCHEME, "city": "Port Anselm", "mail": f"office@{domain}", "website": f"https://{domain}",
        "officers": person.name, "controller": "", "controller_country": "", "controller_evidence": "", "founded_on": None,
        "foreign_principal": False,
    }  # fmt: skip
    with acting(person):
        sponsor.refresh_from_db()
        actions.hand_in_organisation(sponsor, by_person=person, said=given | said)
        body = str(mail.outbox[-1].body)
        assert actions.answer_code(sponsor, "mail", code_in(body), by_person=person)


def accept(sponsor: Sponsor, at_desk: AtDesk, reason: str) -> None:
    """Let a verifier confirm what waits; nothing else waits before it."""
    with at_desk("emil") as emil:
        decided(emil, sponsor, reason)
    sponsor.refresh_from_db()


def decided(by: Seat, sponsor: Sponsor, reason: str) -> None:
    """Take the next work, which is about this sponsor, and confirm it."""
    claim = review.claim(by, "sponsors")
    assert claim is not None, "something waits"
    assert Work.objects.get(pk=claim.work).subject_id == sponsor.pk, "the sponsor that was just handed in"
    review.decide(claim, "accept", reason, "", by=by)


def code_in(text: str) -> str:
    """The code that a letter or mail tells."""
    found = re.search(r"The code: (\S+)", text)
    assert found is not None, "each holds one"
    return found[1]


def drawn(name: str) -> bytes:
    """A picture that stands for a document: stripes of grey, as wide as the name is long. No document looks like this."""
    wide, high = 240, 150
    rows = b"".join(
        b"\0" + bytes(90 if place < 8 * len(name) and 60 < row < 72 else 225 for place in range(wide))
        for row in range(high)
    )

    def part(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")
