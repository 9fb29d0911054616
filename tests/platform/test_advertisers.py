"""Advertisers at the door: what they may see and do, what stays sealed, what registers say, what the public reads."""

import re
from pathlib import Path

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from made_people import PASSWORD, Codes, appoint, organisation, person, sign_in

from hustings.apps import database
from hustings.apps.ads.models import Check, Document, PersonStatement, Sponsor, SponsorMember
from hustings.apps.database import WEB, in_role
from hustings.apps.people.find import seat_for
from hustings.apps.people.models import Person

PICTURE = b"\x89PNG\r\n\x1a\n" + b"a passport that nobody else may see" * 20


@pytest.fixture
def letters(tmp_path, settings):
    settings.HUSTINGS_LETTERS = str(tmp_path / "letters")
    return tmp_path / "letters"


@pytest.fixture
def meridian(db, letters):
    cache.clear()
    made = organisation("Meridian")
    for name in ("Vera", "Viktor", "Wanda"):
        appoint(person(name), made, "Verification", ("verifier",))
    return made


def client_of(who, codes=None):
    client = Client()
    sign_in(client, who, codes)
    return client


@pytest.fixture
def ada(meridian):
    made = person("Ada")
    made.client = client_of(made)
    return made


def code_in(text):
    return re.search(r"The code: ([0-9A-Z]{4}[ -][0-9A-Z]{4})", text).group(1)


def begin(who, name="Harbour Citizens"):
    door = str(organisation_of("Meridian").pk)
    answer = who.client.post("/advertise/begin/", {"name": name, "door": door})
    assert answer.status_code == 302, answer.content.decode()
    return Sponsor.objects.get(pk=answer.url.split("/")[2])


def organisation_of(name):
    from hustings.apps.people.models import Organisation

    return Organisation.objects.get(name=name)


def hand_in_person(who, sponsor, **said):
    given = {
        "wanted": "organisation", "legal_name": "Ada Maria Fenn", "country": "de", "address": "Hafenstr. 5",
        "postal_code": "20457", "city": "Hamburg", "document_kind": "passport", "issuer": "City of Hamburg",
        "file": SimpleUploadedFile("a.png", PICTURE, "image/png"),
    }  # fmt: skip
    return who.client.post(f"/advertise/{sponsor.pk}/person/", given | said)


def test_begin(ada, letters):
    sponsor = begin(ada)
    answer = hand_in_person(ada, sponsor)
    assert answer.status_code == 302, answer.content.decode()
    assert len(list(letters.iterdir())) == 1
    page = ada.client.get(f"/advertise/{sponsor.pk}/")
    assert "Answer the letter" in page.content.decode()
    letter = next(letters.iterdir()).read_text()
    answer = ada.client.post(f"/advertise/{sponsor.pk}/post/", {"do": "answer", "code": code_in(letter)})
    assert answer.status_code == 302, answer.content.decode()
    vera = Person.objects.get(name="Vera")
    desk = client_of(vera)
    assert desk.get("/desk/advertisers/").status_code == 200
    answer = desk.post("/desk/advertisers/next/")
    assert answer.url == f"/desk/advertisers/{sponsor.pk}/"
    page = desk.get(answer.url).content.decode()
    fence = re.search(r'name="fence" value="(\d+)"', page).group(1)
    document = Document.objects.get()
    shown = desk.post(f"/desk/documents/{document.pk}/", {"reason": "compare the name"})
    assert shown.status_code == 200, shown
    answer = desk.post(f"/desk/advertisers/{sponsor.pk}/decide/", {"decision": "accept|fits", "note": "", "fence": fence})
    assert answer.status_code == 302, answer.content.decode()
    sponsor.refresh_from_db()
    assert sponsor.state == "person confirmed"
    said = {
        "wanted": "B", "registered_name": "Harbour Citizens e.V.", "kind": "non-profit", "country": "DE", "scheme": "", "number": "",
        "street": "Kai 1", "postal_code": "20457", "city": "Hamburg", "phone": "+49 40 1234567", "mail": "office@harbour.example",
        "website": "https://harbour.example", "foreign_principal": "no",
    }  # fmt: skip
    answer = ada.client.post(f"/advertise/{sponsor.pk}/organisation/", said)
    assert answer.status_code == 302, answer.content.decode()
    code = code_in(mail.outbox[-1].body)
    answer = ada.client.post(f"/advertise/{sponsor.pk}/mail/", {"do": "answer", "code": code})
    assert answer.status_code == 302, answer.content.decode()
    answer = desk.post("/desk/advertisers/next/")
    page = desk.get(answer.url).content.decode()
    fence = re.search(r'name="fence" value="(\d+)"', page).group(1)
    answer = desk.post(f"/desk/advertisers/{sponsor.pk}/decide/", {"decision": "accept|fits", "note": "", "fence": fence})
    assert answer.status_code == 302, answer.content.decode()
    sponsor.refresh_from_db()
    assert (sponsor.state, sponsor.sponsor_class) == ("authorised", "B")
    public = Client().get(f"/sponsors/{sponsor.pk}/checks/").content.decode()
    assert "Controller not established" in public
