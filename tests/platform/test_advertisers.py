"""Advertisers at the door: what they may see and do, what stays sealed, what registers say, what the public reads."""

import re
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from made_people import PASSWORD, appoint, heading, organisation, person, sign_in

from hustings.apps import database
from hustings.apps.ads.challenges import codes
from hustings.apps.ads.documents.keeping import delete_due
from hustings.apps.ads.documents.sealing import CannotOpenDocument, open_sealed
from hustings.apps.ads.models import Challenge, Check, Document, DocumentLook, PersonStatement, RegisterEdition, Sponsor
from hustings.apps.ads.moving import move_sponsor
from hustings.apps.ads.registers.finding import by_name, newest, part_for
from hustings.apps.ads.registers.loading import load_edition
from hustings.apps.ads.renewing import renew_due
from hustings.apps.database import WEB, in_role, moment
from hustings.apps.people.find import seats
from hustings.apps.people.models import Organisation, Person
from hustings.apps.review import actions as review
from hustings.errors import EnvironmentLacks
from hustings.policy.advertising import By
from hustings.screening.register.edition import Contact, Edition, Entry

SECRET_TEXT = b"a passport that nobody else may see"
PICTURE = b"\x89PNG\r\n\x1a\n" + SECRET_TEXT * 20
PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n%%EOF"


@pytest.fixture
def letters(tmp_path, settings):
    settings.HUSTINGS_LETTERS = str(tmp_path / "letters")
    return tmp_path / "letters"


@pytest.fixture
def meridian(db, letters):
    cache.clear()
    made = organisation("Meridian")
    for name in ("Vera", "Viktor", "Wanda"):
        appoint(person(name), made, f"Verification, {name}", ("verifier",))
    return made


def client_of(name):
    client = Client()
    sign_in(client, Person.objects.get(name=name))
    return client


@pytest.fixture
def ada(meridian):
    person("Ada")
    return client_of("Ada")


@pytest.fixture
def vera(meridian):
    return client_of("Vera")


def code_in(text):
    return re.search(r"The code: ([0-9A-Z]{4}[ -][0-9A-Z]{4})", text).group(1)


def begin(client, name="Harbour Citizens"):
    answer = client.post("/advertise/begin/", {"name": name, "door": str(Organisation.objects.get(name="Meridian").pk)})
    assert answer.status_code == 302, answer.content.decode()
    return Sponsor.objects.get(pk=answer.url.split("/")[2])


def hand_in_person(client, sponsor, **said):
    given = {
        "wanted": "organisation", "legal_name": "Ada Maria Fenn", "country": "de", "address": "Hafenstr. 5",
        "postal_code": "20457", "city": "Hamburg", "document_kind": "passport", "issuer": "City of Hamburg",
        "file": SimpleUploadedFile("a.png", PICTURE, "image/png"),
    }  # fmt: skip
    return client.post(f"/advertise/{sponsor.pk}/person/", given | said)


def answer_letter(client, sponsor, letters):
    newest = max(letters.iterdir(), key=lambda place: place.stat().st_mtime_ns)
    return client.post(f"/advertise/{sponsor.pk}/post/", {"do": "answer", "code": code_in(newest.read_text())})


def hand_in_organisation(client, sponsor, **said):
    given = {
        "wanted": "B", "registered_name": "Harbour Citizens e.V.", "kind": "non-profit", "country": "DE", "scheme": "", "number": "",
        "street": "Kai 1", "postal_code": "20457", "city": "Hamburg", "phone": "+49 40 1234567", "mail": "office@harbour.example",
        "website": "https://harbour.example", "foreign_principal": "no",
    }  # fmt: skip
    answer = client.post(f"/advertise/{sponsor.pk}/organisation/", given | said)
    assert answer.status_code == 302, answer.content.decode()
    client.post(f"/advertise/{sponsor.pk}/mail/", {"do": "answer", "code": code_in(mail.outbox[-1].body)})
    sponsor.refresh_from_db()
    return sponsor


def decide(client, sponsor, decision="accept|fits"):
    """Take the next, which has to be this sponsor, and decide it."""
    taken = client.post("/desk/advertisers/next/")
    assert taken.url == f"/desk/advertisers/{sponsor.pk}/", taken.url
    fence = re.search(r'name="fence" value="(\d+)"', client.get(taken.url).content.decode()).group(1)
    answer = client.post(f"{taken.url}decide/", {"decision": decision, "note": "", "fence": fence})
    assert answer.status_code == 302, answer.content.decode()
    sponsor.refresh_from_db()
    return sponsor


def confirmed(client, verifier, letters, **said):
    sponsor = begin(client)
    assert hand_in_person(client, sponsor, **said).status_code == 302
    answer_letter(client, sponsor, letters)
    return decide(verifier, sponsor)


@pytest.fixture
def sponsor(ada, vera, letters):
    """One whose person is confirmed."""
    return confirmed(ada, vera, letters)


@pytest.fixture
def authorised(ada, vera, sponsor):
    return decide(vera, hand_in_organisation(ada, sponsor))


def as_advertiser(name, statement, *values):
    """How many rows a statement finds or changes for who acts for sponsors; -1 where it is refused."""
    with in_role(WEB):
        database.advertiser(Person.objects.get(name=name).pk)
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.rowcount
        except DatabaseError as error:
            if not any(
                words in str(error) for words in ("row-level security", "permission denied", "a sponsor is not moved")
            ):
                raise
            return -1
        finally:
            database.advertiser(None)


# Signing up


def sign_up(client, email, name="Ada"):
    assert client.post("/advertise/sign-up/", {"name": name, "email": email}).url == "/advertise/sign-up/code/"
    return client.post


def test_who_answers_the_mail_has_an_account_and_sets_a_second_factor_next(meridian):
    client = Client()
    sign_up(client, "Ada@Harbour.example")
    assert not Person.objects.filter(email="ada@harbour.example").exists()
    code = code_in(mail.outbox[-1].body)
    answer = client.post("/advertise/sign-up/code/", {"code": code, "password": PASSWORD, "again": PASSWORD})
    assert answer.url.startswith("/account/second-factor/")
    assert Person.objects.get(email="ada@harbour.example").name == "Ada"
    assert client.get("/advertise/").url.startswith("/account/second-factor/")


def test_an_address_that_has_an_account_is_told_so_by_mail_alone(meridian):
    client = Client()
    sign_up(client, "vera@example.org")
    page = client.get("/advertise/sign-up/code/")
    assert heading(page) == "Answer with the code"
    assert "has an account" in mail.outbox[-1].body
    assert "The code" not in mail.outbox[-1].body


def test_five_wrong_codes_end_a_sign_up(meridian):
    client = Client()
    sign_up(client, "eve@example.org", "Eve")
    right = code_in(mail.outbox[-1].body)
    for _ in range(5):
        client.post("/advertise/sign-up/code/", {"code": "0000 0000", "password": PASSWORD, "again": PASSWORD})
    answer = client.post("/advertise/sign-up/code/", {"code": right, "password": PASSWORD, "again": PASSWORD})
    assert answer.status_code == 410
    assert not Person.objects.filter(name="Eve").exists()


def test_nobody_is_both_in_a_position_and_an_advertiser(vera):
    assert vera.get("/advertise/").status_code == 403
    with in_role(WEB):
        assert connection.cursor().execute("SELECT 1 WHERE hustings_advertiser() IS NULL").rowcount == 1


def test_a_password_alone_reaches_no_page_of_the_portal(meridian):
    person("Pia", second_factor=False)
    client = Client()
    client.post("/account/login/", {"login": "pia@example.org", "password": PASSWORD})
    assert client.get("/advertise/").url.startswith("/account/second-factor/")


# What is handed in


def test_what_is_handed_in_waits_for_nobody_until_the_letter_is_answered(ada, vera, letters):
    sponsor = begin(ada)
    hand_in_person(ada, sponsor)
    assert vera.post("/desk/advertisers/next/").url == "/desk/advertisers/"
    page = ada.get(f"/advertise/{sponsor.pk}/").content.decode()
    assert "Next: answer the letter" in page
    answer_letter(ada, sponsor, letters)
    assert decide(vera, sponsor).state == "person confirmed"


def test_a_letter_is_answered_five_times_at_most(ada, letters):
    sponsor = begin(ada)
    hand_in_person(ada, sponsor)
    for _ in range(codes.TRIES):
        ada.post(f"/advertise/{sponsor.pk}/post/", {"do": "answer", "code": "WRONGONE"})
    answer_letter(ada, sponsor, letters)
    assert Challenge.objects.get().answered_at is None


def test_of_a_code_only_the_digest_is_kept_and_no_table_tells_it(ada, letters):
    sponsor = begin(ada)
    hand_in_person(ada, sponsor)
    code = code_in(next(letters.iterdir()).read_text())
    kept = Challenge.objects.get()
    assert code.replace("-", "") not in str(vars(kept))
    assert next(letters.iterdir()).stat().st_mode & 0o077 == 0


def test_a_person_runs_ads_in_their_own_name_as_class_c(ada, vera, letters):
    sponsor = confirmed(ada, vera, letters, wanted="C")
    assert (sponsor.state, sponsor.sponsor_class, sponsor.registered_name) == ("authorised", "C", "Ada Maria Fenn")


def test_what_was_refused_is_told_with_its_reason_and_handed_in_again(ada, vera, letters):
    sponsor = begin(ada)
    hand_in_person(ada, sponsor)
    answer_letter(ada, sponsor, letters)
    assert decide(vera, sponsor, "refuse|document").state == "rejected"
    page = ada.get(f"/advertise/{sponsor.pk}/").content.decode()
    assert "Hand in another one." in page
    hand_in_person(ada, sponsor)
    sponsor.refresh_from_db()
    assert sponsor.state == "person submitted"


def test_an_appeal_goes_to_somebody_who_has_not_decided(ada, vera, letters):
    sponsor = begin(ada)
    hand_in_person(ada, sponsor)
    answer_letter(ada, sponsor, letters)
    decide(vera, sponsor, "refuse|document")
    ada.post(f"/advertise/{sponsor.pk}/appeal/", {"words": "The name is on the back."})
    assert vera.post("/desk/advertisers/next/").url == "/desk/advertisers/"
    assert decide(client_of("Viktor"), sponsor).state == "person confirmed"


# Sealed documents


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00 a program", "neither a PDF"),
        (b"<svg onload=alert(1)>", "neither a PDF"),
        (PDF.replace(b"/Catalog", b"/Catalog /OpenAction 2 0 R"), "scripts"),
        (PDF.replace(b"/Catalog", b"/Catalog /J#53 (app.alert)"), "scripts"),
        (PICTURE + b"x" * 10_500_000, "at most 10 MB"),
    ],
)
def test_only_small_pictures_and_plain_pdfs_are_taken(ada, content, words):
    sponsor = begin(ada)
    answer = hand_in_person(ada, sponsor, file=SimpleUploadedFile("a.png", content, "image/png"))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Document.objects.exists()


def test_a_document_is_nowhere_in_clear_and_opens_in_its_own_row_alone(ada, letters):
    sponsor = begin(ada)
    hand_in_person(ada, sponsor)
    kept = Document.objects.get()
    assert SECRET_TEXT not in bytes(kept.sealed)
    assert open_sealed(bytes(kept.sealed), document=kept.pk, sponsor=sponsor.pk) == PICTURE
    with pytest.raises(CannotOpenDocument):
        open_sealed(bytes(kept.sealed), document=sponsor.pk, sponsor=kept.pk)
    with pytest.raises(CannotOpenDocument):
        open_sealed(bytes(kept.sealed)[:-1] + b"x", document=kept.pk, sponsor=sponsor.pk)


def test_another_key_opens_nothing_until_the_old_one_is_named(ada, settings):
    sponsor = begin(ada)
    hand_in_person(ada, sponsor)
    kept = Document.objects.get()
    old, settings.HUSTINGS_DOCUMENT_KEY = settings.HUSTINGS_DOCUMENT_KEY, "YW5vdGhlciBrZXkgb2YgdGhpcnR5LXR3byBieXRlcy4="
    with pytest.raises(CannotOpenDocument, match="sealed with another key"):
        open_sealed(bytes(kept.sealed), document=kept.pk, sponsor=sponsor.pk)
    settings.HUSTINGS_DOCUMENT_KEYS_BEFORE = [old]
    assert open_sealed(bytes(kept.sealed), document=kept.pk, sponsor=sponsor.pk) == PICTURE


def test_without_a_key_no_document_is_taken_in(ada, settings):
    settings.HUSTINGS_DOCUMENT_KEY = ""
    sponsor = begin(ada)
    with pytest.raises(EnvironmentLacks, match="openssl rand -base64 32"):
        hand_in_person(ada, sponsor)


def test_every_look_at_a_document_is_kept_with_who_and_why(ada, vera, letters):
    hand_in_person(ada, begin(ada))
    kept = Document.objects.get()
    vera.post(f"/desk/documents/{kept.pk}/", {"reason": ""})
    assert not DocumentLook.objects.exists()
    shown = vera.post(f"/desk/documents/{kept.pk}/", {"reason": "compare the name"})
    assert "data:image/png;base64," in shown.content.decode()
    assert shown["Cache-Control"] == "private, no-store"
    assert [(look.by.person.name, look.reason) for look in DocumentLook.objects.all()] == [("Vera", "compare the name")]
    assert vera.get(f"/desk/documents/{kept.pk}/").status_code == 405


def test_a_pdf_comes_as_a_file_that_runs_nothing(ada, vera, letters):
    hand_in_person(ada, begin(ada), file=SimpleUploadedFile("a.pdf", PDF, "text/html"))
    shown = vera.post(f"/desk/documents/{Document.objects.get().pk}/", {"reason": "compare the name"})
    assert shown.content == PDF
    assert shown["Content-Type"] == "application/pdf"
    assert shown["Content-Disposition"].startswith("attachment")
    assert shown["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert shown["X-Content-Type-Options"] == "nosniff"


def test_a_document_is_deleted_on_its_day_and_its_hash_stays(ada, letters):
    hand_in_person(ada, begin(ada))
    assert delete_due() == 0
    Document.objects.update(delete_at=moment())
    digest = Document.objects.get().sha256
    assert delete_due() == 1
    kept = Document.objects.get()
    assert (kept.sealed, kept.sha256, kept.kind) == (None, digest, "passport")
    assert delete_due() == 0


# Who sees what


def test_an_advertiser_sees_only_what_is_theirs(ada, authorised):
    person("Bob")
    bob = client_of("Bob")
    for place in ("", "person/", "organisation/", "post/", "members/", "disclaimers/"):
        assert bob.get(f"/advertise/{authorised.pk}/{place}").status_code == 404
    for table in ("sponsor", "sponsor_member", "sponsor_change", "sponsor_check", "sponsor_document", "sponsor_challenge",
                  "sponsor_person", "sponsor_organisation", "sponsor_behind"):  # fmt: skip
        assert as_advertiser("Ada", f"SELECT FROM {table}") > 0, table
        assert as_advertiser("Bob", f"SELECT FROM {table}") == 0, table


def test_an_advertiser_authorises_nobody_by_hand(ada, sponsor):
    assert as_advertiser("Ada", "UPDATE sponsor SET state = 'authorised', sponsor_class = 'A'") == -1
    assert as_advertiser(
        "Ada",
        "INSERT INTO sponsor_change (id, sponsor_id, move, state, sponsor_class, reason_code, note, by_person_id) "
        "SELECT gen_random_uuid(), %s, 'authorise', 'authorised', 'A', '', '', hustings_advertiser()",
        sponsor.pk,
    ) == -1  # fmt: skip
    assert as_advertiser(
        "Ada",
        "INSERT INTO sponsor_check (id, sponsor_id, what, scheme, value, name_given, name_found, result, people, sentences, verdict, public) "
        "VALUES (gen_random_uuid(), %s, 'number', 'fec', 'C1', '', '', 'fits', 0, '{}', 'accepted', true)",
        sponsor.pk,
    ) == -1  # fmt: skip
    assert as_advertiser("Ada", "UPDATE sponsor_check SET verdict = 'accepted'") == 0
    assert as_advertiser("Ada", "DELETE FROM sponsor_person") == -1


def test_nobody_lets_themself_into_a_sponsor(ada, sponsor):
    person("Bob")
    assert as_advertiser(
        "Bob",
        "INSERT INTO sponsor_member (id, sponsor_id, person_id, administers) VALUES (gen_random_uuid(), %s, hustings_advertiser(), true)",
        sponsor.pk,
    ) == -1  # fmt: skip
    assert as_advertiser(
        "Bob",
        "INSERT INTO sponsor_person (id, sponsor_id, person_id, wanted_class, legal_name, country, address, postal_code, city) "
        "VALUES (gen_random_uuid(), %s, hustings_advertiser(), 'C', 'x', 'DE', 'x', 'x', 'x')",
        sponsor.pk,
    ) == -1  # fmt: skip


def test_another_organisations_verifier_sees_nothing_of_it(ada, sponsor, letters):
    appoint(person("Olga"), organisation("Elsewhere"), "Verification", ("verifier",))
    olga = client_of("Olga")
    assert olga.get(f"/desk/advertisers/{sponsor.pk}/").status_code == 404
    assert "Harbour" not in olga.get("/desk/advertisers/").content.decode()
    assert olga.post("/desk/advertisers/next/").url == "/desk/advertisers/"
    assert olga.post(f"/desk/documents/{Document.objects.get().pk}/", {"reason": "just looking"}).status_code == 404
    seat = seats(Person.objects.get(name="Olga"), strong=True)[0]
    with in_role(WEB), connection.cursor() as cursor:
        database.seat(seat.id, strong=True)
        for table in (
            "sponsor",
            "sponsor_person",
            "sponsor_organisation",
            "sponsor_document",
            "sponsor_check",
            "sponsor_challenge",
        ):
            cursor.execute(f"SELECT FROM {table}")
            assert cursor.rowcount == 0, table


def test_an_analyst_opens_no_desk(meridian, ada, letters):
    hand_in_person(ada, begin(ada))
    appoint(person("Tom"), meridian, "Analyst", ("analyst",))
    tom = client_of("Tom")
    assert tom.get("/desk/advertisers/").status_code == 403
    assert tom.post(f"/desk/documents/{Document.objects.get().pk}/", {"reason": "just looking"}).status_code == 403


def test_members_are_let_in_by_who_administers_and_end(ada, sponsor):
    person("Bob")
    bob = client_of("Bob")
    ada.post(f"/advertise/{sponsor.pk}/members/", {"email": "bob@example.org"})
    assert bob.get(f"/advertise/{sponsor.pk}/").status_code == 200
    bob.post(f"/advertise/{sponsor.pk}/members/", {"email": "vera@example.org"})
    assert sponsor.members.filter(ended=None).count() == 2
    last = sponsor.members.get(person__name="Ada")
    ada.post(f"/advertise/{sponsor.pk}/members/{last.pk}/end/")
    assert sponsor.members.get(pk=last.pk).ended is None
    ada.post(f"/advertise/{sponsor.pk}/members/{sponsor.members.get(person__name='Bob').pk}/end/")
    assert bob.get(f"/advertise/{sponsor.pk}/").status_code == 404


# Registers


def edition(*entries, scheme="fec", published=date(2026, 6, 1), name="Committees"):
    return Edition(name=name, scheme=scheme, published=published, digest=f"{hash(entries) & (2**256 - 1):064x}"[:64], entries=entries,
                   source="https://register.example")  # fmt: skip


HARBOUR = Entry(
    number="C00123456", name="HARBOUR CITIZENS COMMITTEE", kind="committee", country="US",
    contacts=(Contact(street="Kai 1", city="Hamburg", postal_code="20457", phone="+49 40 1234567"),),
)  # fmt: skip
OTHERS = tuple(
    Entry(number=f"C{number:08}", name=f"Lighthouse Party Number {number}", kind="committee") for number in range(50)
)


def load(*editions):
    seat = seats(Person.objects.get(name="Vera"), strong=True)[0]
    with in_role(WEB):
        database.seat(seat.id, strong=True)
        return [load_edition(each, by=seat) for each in editions]


def test_an_edition_is_loaded_once_and_found_by_number_and_name(meridian):
    read = edition(HARBOUR, *OTHERS)
    first, again = load(read)[0], load(read)[0]
    assert (first.already, again.already) == (False, True)
    assert (first.edition.pk, first.edition.entries_count, first.edition.complete) == (again.edition.pk, 51, True)
    held = newest(meridian.pk, "fec")
    part = part_for(held, "C00123456")
    assert part.entries == (HARBOUR,)
    assert len(part) == 51
    assert [row.number for row in by_name(held, "Harbour Citizens Committee")] == ["C00123456"]


def test_the_newest_edition_is_asked(meridian):
    load(edition(HARBOUR, published=date(2024, 1, 1)), edition(*OTHERS, published=date(2026, 1, 1)))
    assert newest(meridian.pk, "fec").published == date(2026, 1, 1)
    assert RegisterEdition.objects.count() == 2


def class_a(client, sponsor, **said):
    return hand_in_organisation(client, sponsor, **({"wanted": "A", "scheme": "fec", "number": "C00123456"} | said))


def number_check(sponsor):
    return Check.objects.get(sponsor=sponsor, what="number", superseded_at=None)


def test_number_name_and_contact_that_fit_take_one_person(ada, vera, sponsor):
    load(edition(HARBOUR, *OTHERS))
    class_a(ada, sponsor, registered_name="Harbour Citizens Committee")
    found = number_check(sponsor)
    assert (found.result, found.people, found.edition.name) == ("fits", 0, "Committees")
    decide(vera, sponsor)
    assert (sponsor.state, sponsor.sponsor_class) == ("authorised", "A")


def test_a_number_that_stands_for_somebody_else_takes_two_who_do_not_see_each_other(ada, vera, sponsor):
    load(edition(HARBOUR, *OTHERS))
    class_a(ada, sponsor, registered_name="Ohio Information Technology Partners")
    found = number_check(sponsor)
    assert (found.result, found.people) == ("differs", 2)
    assert found.similarity < 85
    decide(vera, sponsor, "accept|explained")
    assert sponsor.state == "organisation submitted"
    assert vera.post("/desk/advertisers/next/").url == "/desk/advertisers/"
    decide(client_of("Viktor"), sponsor, "accept|explained")
    assert (sponsor.state, sponsor.sponsor_class) == ("authorised", "A")


def test_without_a_loaded_register_nothing_is_said_to_fit(ada, sponsor):
    class_a(ada, sponsor)
    found = number_check(sponsor)
    assert (found.result, found.people, found.edition) == ("unknown", 2, None)


def test_a_name_near_an_officials_takes_two(ada, sponsor):
    official = Entry(number="S1", name="Michael Richard Pence", kind="official")
    load(edition(HARBOUR, *OTHERS), edition(official, scheme="senators", name="Senators"))
    hand_in_organisation(ada, sponsor, registered_name="Friends of Mike Pence")
    near = Check.objects.get(sponsor=sponsor, what="near")
    assert (near.people, near.name_found) == (2, "Michael Richard Pence")
    assert not near.public


def test_what_is_shared_with_another_sponsor_goes_to_a_person(vera, authorised, letters):
    person("Bob")
    bob = client_of("Bob")
    other = confirmed(bob, vera, letters, legal_name="Bob Stone", address="Deich 9")
    hand_in_organisation(
        bob, other, registered_name="Quite Another Club", website="https://club.example", mail="a@club.example"
    )
    shared = Check.objects.filter(sponsor=other, what="behind")
    assert {check.people for check in shared} == {1}
    said = " ".join(sentence for check in shared for sentence in check.sentences)
    assert "address" in said
    assert "phone" in said
    page = Client().get(f"/sponsors/{other.pk}/checks/")
    assert page.status_code in (302, 404)


# What everybody reads


def test_the_public_reads_what_was_checked_and_no_home_and_no_document(ada, authorised):
    page = Client().get(f"/sponsors/{authorised.pk}/checks/")
    said = page.content.decode()
    assert page.status_code == 200
    assert "Controller not established" in said
    assert "Identity" in said
    for secret in ("Hafenstr", "Ada", "passport", "1234567", "office@"):
        assert secret not in said, secret
    told = Client().get(f"/sponsors/{authorised.pk}/checks/?format=json").json()
    assert told["controller"] == "controller not established"
    assert "Hafenstr" not in str(told)


def test_who_was_never_authorised_is_not_published(ada, sponsor):
    assert Client().get(f"/sponsors/{sponsor.pk}/checks/").status_code == 404
    assert ada.get(f"/sponsors/{sponsor.pk}/checks/").status_code == 404


# Renewal


def test_the_clock_calls_then_lapses_and_who_renews_is_restored(ada, vera, authorised, letters, at):
    until = authorised.person_until
    noon = datetime(until.year, until.month, until.day, 12, tzinfo=UTC)
    at(noon - timedelta(days=61))
    assert renew_due() == (0, 0)
    at(noon - timedelta(days=60))
    assert renew_due() == (1, 0)
    assert renew_due() == (0, 0)
    authorised.refresh_from_db()
    assert authorised.state == "renewal due"
    at(noon)
    assert renew_due() == (0, 0)
    at(noon + timedelta(days=1))
    assert renew_due() == (0, 1)
    authorised.refresh_from_db()
    assert authorised.state == "lapsed"


def test_a_renewal_in_time_holds_for_another_year(ada, vera, authorised, letters):
    move_sponsor(authorised, "call for renewal", machine=By.CLOCK)
    hand_in_person(ada, authorised)
    assert vera.post("/desk/advertisers/next/").url == "/desk/advertisers/"
    answer_letter(ada, authorised, letters)
    decide(vera, authorised)
    assert authorised.state == "authorised"
    assert Check.objects.filter(sponsor=authorised, what="identity", superseded_at=None).count() == 1
    assert PersonStatement.objects.filter(sponsor=authorised).count() == 2


# Suspending and revoking


def test_suspending_needs_a_reason_and_is_lifted(vera, authorised):
    place = f"/desk/advertisers/{authorised.pk}/step/"
    vera.post(place, {"step": "suspend", "reason": ""})
    authorised.refresh_from_db()
    assert authorised.state == "authorised"
    vera.post(place, {"step": "suspend", "reason": "a complaint"})
    authorised.refresh_from_db()
    assert authorised.state == "suspended"
    vera.post(place, {"step": "lift", "reason": "explained"})
    authorised.refresh_from_db()
    assert authorised.state == "authorised"


def test_two_people_revoke_and_one_does_not(vera, authorised):
    vera.post(f"/desk/advertisers/{authorised.pk}/step/", {"step": "revoke", "reason": "the passport is forged"})
    decide(vera, authorised, "revoke|false identity")
    assert authorised.state == "authorised"
    decide(client_of("Viktor"), authorised, "revoke|false identity")
    assert authorised.state == "revoked"


def test_a_disclaimer_is_proposed_by_the_advertiser_and_approved_at_the_desk(ada, vera, authorised):
    said = {"text": "Paid for by Harbour Citizens e.V.", "short_form": "", "language": "en"}
    assert ada.post(f"/advertise/{authorised.pk}/disclaimers/", said).status_code == 302
    made = authorised.disclaimers.get()
    assert made.approved_at is None
    vera.post(f"/desk/disclaimers/{made.pk}/", {"decision": "approve"})
    made.refresh_from_db()
    assert made.approved_by.person.name == "Vera"


def test_who_begins_too_many_finishes_one_first(ada, meridian):
    for number in range(10):
        begin(ada, f"Club {number}")
    answer = ada.post("/advertise/begin/", {"name": "Club 11", "door": str(meridian.pk)})
    assert answer.status_code == 422
    assert "Finish one of them first" in answer.content.decode()


def test_a_letter_says_nothing_but_a_plain_name(ada, letters):
    sponsor = begin(ada, "Win a prize: https://evil.example/now\r\nBcc: all@example.org")
    hand_in_person(ada, sponsor)
    text = next(letters.iterdir()).read_text()
    assert "https://" not in text
    assert "Bcc:" not in text


@pytest.fixture
def website(settings):
    """A website on loopback that says what it is told to."""
    said = {}

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path in said else 404)
            self.end_headers()
            self.wfile.write(said.get(self.path, "").encode())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    settings.LANDING_HOSTS = ["127.0.0.1"]
    settings.LANDING_FETCHER = "on"
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", said
    server.shutdown()
    server.server_close()


def test_a_code_on_the_website_is_looked_for_at_its_path(ada, sponsor, website):
    address, said = website
    hand_in_organisation(ada, sponsor, website=address)
    place = f"/advertise/{sponsor.pk}/website/"
    assert "status 404" in ada.post(place, {"do": "look"}).content.decode()
    said[codes.PATH] = "something else"
    assert "with another text" in ada.post(place, {"do": "look"}).content.decode()
    said[codes.PATH] = codes.website_code(sponsor, address) + "\n"
    assert ada.post(place, {"do": "look"}).status_code == 302
    assert codes.answered(sponsor, "website", address) is not None


@pytest.mark.parametrize("wanted", ["A", "B"])
def test_where_the_door_can_look_the_website_shows_the_code_before_anybody_is_authorised(
    ada, vera, sponsor, website, wanted
):
    address, said = website
    load(edition(HARBOUR, *OTHERS))
    hand = class_a if wanted == "A" else hand_in_organisation
    hand(ada, sponsor, website=address, registered_name="Harbour Citizens Committee")
    assert (
        vera.post("/desk/advertisers/next/").url == "/desk/advertisers/"
    )  # nobody is asked before the code stands there
    said[codes.PATH] = codes.website_code(sponsor, address)
    assert ada.post(f"/advertise/{sponsor.pk}/website/", {"do": "look"}).status_code == 302
    assert decide(vera, sponsor).state == "authorised"
    assert sponsor.checks.filter(what="website", verdict="accepted").exists()


def test_in_a_small_register_a_word_that_few_names_share_still_tells_who_it_is(meridian):
    few = [
        Entry(number=f"C0000000{number}", name=f"Harbour {name}")
        for number, name in enumerate(["Ash", "Birch", "Cedar"])
    ]
    load(edition(*few))
    assert RegisterEdition.objects.get().common == {}


def test_nobody_is_sent_to_look_into_our_own_network(ada, sponsor, website, settings):
    address, _ = website
    settings.LANDING_HOSTS = []
    hand_in_organisation(ada, sponsor, website=address)
    answer = ada.post(f"/advertise/{sponsor.pk}/website/", {"do": "look"}).content.decode()
    assert "private network" in answer


def test_a_decision_that_is_undone_is_taken_afresh_by_somebody_else(vera, authorised):
    made = authorised.changes.get(move="authorise").decision
    seat = seats(Person.objects.get(name="Viktor"), strong=True)[0]
    with in_role(WEB):
        database.seat(seat.id, strong=True)
        review.undo(made, by=seat, reason="the mail was somebody else's")
    authorised.refresh_from_db()
    assert authorised.state == "organisation submitted"
    assert vera.post("/desk/advertisers/next/").url == "/desk/advertisers/"
    assert decide(client_of("Wanda"), authorised).state == "authorised"


def test_an_appeal_against_a_suspension_goes_to_another_verifier(ada, vera, authorised):
    vera.post(f"/desk/advertisers/{authorised.pk}/step/", {"step": "suspend", "reason": "a complaint"})
    ada.post(f"/advertise/{authorised.pk}/appeal/", {"words": "The complaint is about another club."})
    assert vera.post("/desk/advertisers/next/").url == "/desk/advertisers/"
    assert decide(client_of("Viktor"), authorised, "lift|doubt settled").state == "authorised"


def test_an_appeal_against_a_revocation_that_is_upheld_begins_the_checks_again(ada, vera, authorised):
    vera.post(f"/desk/advertisers/{authorised.pk}/step/", {"step": "revoke", "reason": "the passport is forged"})
    decide(vera, authorised, "revoke|false identity")
    decide(client_of("Viktor"), authorised, "revoke|false identity")
    ada.post(f"/advertise/{authorised.pk}/appeal/", {"words": "The passport is real."})
    assert decide(client_of("Wanda"), authorised, "keep|not shown").state == "person submitted"


def test_a_verifiers_first_page_says_who_waits(ada, vera, letters):
    assert "waits for a decision" not in vera.get("/").content.decode()
    sponsor = begin(ada)
    hand_in_person(ada, sponsor)
    answer_letter(ada, sponsor, letters)
    assert "One advertiser waits for a decision." in vera.get("/").content.decode()


def test_a_reviewer_reads_of_the_organisation_and_not_where_a_person_lives(meridian, authorised):
    appoint(person("Rosa"), meridian, "Review", ("reviewer",))
    page = client_of("Rosa").get(f"/desk/advertisers/{authorised.pk}/").content.decode()
    assert "Harbour Citizens e.V." in page
    assert "Hafenstr" not in page
    assert "passport" not in page
