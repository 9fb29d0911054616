"""Packing and capturing by forms, and what the page of an object and the doctor say of it."""

import io
import re
import tarfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from made_people import appoint, organisation, person, sign_in

from hustings.apps.cases import fixity, stamps
from hustings.apps.cases.models import Case, Custody, Evidence, Head
from hustings.apps.cases.store import store
from hustings.apps.database import WORKER, in_role
from hustings.serving import examine
from hustings.serving.backup import _files
from hustings.serving.check import Found
from hustings.serving.folder import DataFolder

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(settings, tmp_path):
    """An analyst with a case in which one object is sealed."""
    settings.EVIDENCE = tmp_path / "data" / "evidence"
    company, anna = organisation("Meridian"), person("Anna")
    appoint(anna, company, "Analyst", ("analyst",))
    client = Client()
    sign_in(client, anna)
    client.post("/cases/open/", {"title": "Three pages", "question": "Do they act as one?", "scope": ""})
    at = f"/cases/{Case.objects.get().pk}/"
    answer = client.post(f"{at}evidence/", {
        "tool": "export 2.1", "captured_at": "2026-11-01T10:00", "file": SimpleUploadedFile("page.json", b"{}", "application/json"),
    })  # fmt: skip
    assert answer.status_code == 302
    client.at = at
    return client


def test_a_package_is_asked_for_on_the_page_of_its_case_and_says_who_gets_it(anna):
    assert "Pack the evidence for somebody" in anna.get(anna.at).content.decode()
    assert anna.post(f"{anna.at}package/", {"to": "", "why": "asked for"}).status_code == 422
    answer = anna.post(f"{anna.at}package/", {"to": "the committee", "why": "asked for by letter"})
    assert answer.status_code == 200
    with tarfile.open(fileobj=io.BytesIO(b"".join(answer.streaming_content))) as tar:
        names = {name.partition("/")[2] for name in tar.getnames()}
    assert {"verify.py", "index.jsonl", "custody.jsonl", "case.json", f"data/{Evidence.objects.get().sha256}"} <= names
    assert list(Custody.objects.filter(act="export").values_list("to", "why")) == [
        ("the committee", "asked for by letter")
    ]
    page = anna.get(f"/cases/evidence/{Evidence.objects.get().pk}/").content.decode()
    assert "the committee" in page
    without = re.search(r'href="(/partners/evidence/[^"]+)"', page).group(1)
    assert anna.get(without).status_code == 200


def test_captures_are_offered_only_where_the_operator_allows_them(anna, settings):
    assert "Capture an address" not in anna.get(anna.at).content.decode()
    assert anna.post(f"{anna.at}capture/", {"url": "https://a.example/"}).status_code == 422
    assert not Evidence.objects.filter(how="capture").exists()
    settings.CAPTURE, settings.LANDING_HOSTS = "on", []
    assert "Capture an address" in anna.get(anna.at).content.decode()
    answer = anna.post(f"{anna.at}capture/", {"url": "http://127.0.0.1/"})
    assert answer.status_code == 422
    assert "private network" in answer.content.decode()


def test_what_is_not_as_it_was_sealed_is_said_on_its_page_and_by_the_doctor_and_not_packed(anna, settings, monkeypatch):
    def said():
        return {check.name: (check.found, check.says) for check in examine._evidence()}

    kept = Evidence.objects.get()
    at = f"/cases/evidence/{kept.pk}/"
    assert said()["evidence"][0] is Found.GOOD
    assert said()["stamps"] == (Found.NOTE, "no time authority is named")
    place = store().place(kept.sha256)
    place.chmod(0o600)
    place.write_bytes(b"[]")
    with in_role(WORKER):
        fixity.check_round()
    assert "Not as it was sealed" in anna.get(at).content.decode()
    assert said()["evidence"][0] is Found.WRONG
    answer = anna.post(f"{anna.at}package/", {"to": "the committee", "why": "asked for by letter"})
    assert answer.status_code == 422
    assert "not those that were sealed" in answer.content.decode()
    place.unlink()
    assert "1 are missing" in said()["evidence"][1]
    Head.objects.create(root="0" * 64, size=1, tries=2, problem="it did not answer")
    settings.TIME_AUTHORITIES = ["https://time.example/"]
    found, told = said()["stamps"]
    assert found is Found.WRONG
    assert "HUSTINGS_TSA_ROOTS" in told
    monkeypatch.setattr(stamps, "certificates", list)
    assert said()["stamps"] == (Found.WRONG, "1 heads have none: it did not answer")
    with connection.cursor() as cursor:  # the application cannot: as somebody with the database in hand
        cursor.execute("UPDATE evidence_head SET tries = 0")
        cursor.execute("UPDATE evidence SET sealed_at = sealed_at - interval '3 hours'")
    assert said()["stamps"] == (Found.WRONG, "1 objects wait for one for more than two hours")


def test_a_backup_carries_what_is_sealed_and_not_what_is_just_being_sealed(anna, tmp_path):
    sha256 = Evidence.objects.get().sha256
    (tmp_path / "data" / "evidence" / ".part-abc").write_bytes(b"half")
    names = set(_files(DataFolder(path=tmp_path / "data")))
    assert names == {f"files/evidence/{sha256[:2]}/{sha256[2:4]}/{sha256}"}
