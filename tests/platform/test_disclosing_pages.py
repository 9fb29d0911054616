"""The pages of disclosures, redaction, legal process and hearings, worked by forms alone."""

import csv
import io
import json
import re
import tarfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from made_people import appoint, person
from made_team import Team, opened
from made_told import told_settings

from hustings.apps.cases.enforcing import handing
from hustings.apps.cases.models import (
    Campaign,
    Correction,
    Custody,
    Disclosure,
    Evidence,
    HearingAnswer,
    HearingQuestion,
    LegalNotice,
    LegalProcess,
    Member,
    Notice,
    Plan,
    Redaction,
    Teammate,
)
from hustings.apps.database import moment
from hustings.apps.people.models import Appointment, Organisation
from hustings.apps.review.models import Work

pytestmark = pytest.mark.django_db

SOURCE = "A text on page 17 by Nora Example, nora@example.org."


@pytest.fixture
def team(settings, tmp_path):
    told_settings(settings, tmp_path)
    made = Team()
    made.people["farah"] = person("Farah")
    appoint(made.people["farah"], Organisation.objects.get(name="Meridian"), "Liaison", ("liaison",))
    return made


def sealed(team):
    """A case with one sealed original about a page; gives the case's address and the original."""
    _, case = opened(team)
    at = f"/cases/{case.pk}/"
    team.post("anna", f"{at}evidence/", tool="export 2.1", captured_at="2026-11-01T10:00", what="page", platform="meridian", of="page 17",
              file=SimpleUploadedFile("page.txt", SOURCE.encode(), "text/plain"))  # fmt: skip
    return at, Evidence.objects.get()


def packed(team, at, **more):
    answer = team.post("anna", f"{at}package/", expected=200, to="The committee", why="asked for by letter", **more)
    return b"".join(answer.streaming_content)


def test_who_was_told_is_listed_answered_corrected_and_told_again(team):
    at, _ = sealed(team)
    packed(team, at)
    assert "Who was told of it" in team.page("anna", at)
    assert "The committee" in team.page("anna", f"{at}disclosures/")
    assert "The committee" in team.page("dora", "/disclosures/")
    assert "asked for by letter" in team.page("dora", "/disclosures/?csv=t")
    entry = Disclosure.objects.get()
    place = f"/disclosures/{entry.pk}/"
    page = team.page("anna", place)
    for words in ("asked for by letter", "TLP:AMBER+STRICT", "page.txt", entry.digest):
        assert words in page, words
    about = re.search(r'href="(/disclosures/about/evidence/[^"]+/)"', page)[1]
    assert "The committee" in team.page("anna", about)
    team.post("anna", f"{place}say/receipt/", words="letter 12, signed")
    team.post("anna", f"{place}say/correct/", what=str(entry.holds.get(thing="evidence").pk), old="It is from May.", new="It is from June.",
              reason="The clock was wrong.")  # fmt: skip
    page = team.page("anna", place)
    for words in ("letter 12, signed", "It is from June.", "The clock was wrong.", "They have a correction"):
        assert words in page, words
    assert "It is from June." in team.page("dora", "/disclosures/")
    assert "1 recipient is owed a correction" in team.page("anna", "/")
    due = Correction.objects.get().due.get()
    wrong = team.post("anna", f"{place}say/sent/", expected=422, due=str(due.pk), how="letter 13").content.decode()
    assert "expected a sentence" in wrong
    team.post("anna", f"{place}say/sent/", due=str(due.pk), how="letter 13", receipt="signed")
    assert "letter 13 (signed)" in team.page("anna", place)
    assert "They have a correction" not in team.page("anna", place)
    assert "is owed a correction" not in team.page("anna", "/")


def test_what_was_told_by_letter_is_entered_by_who_may_share(team):
    at, kept = sealed(team)
    data = {
        "kind": "letter or call",
        "to": "Directorate, R. Roe",
        "what": "The name of a page",
        "ground": "article 12",
        "evidence": [str(kept.pk)],
    }
    assert team.client("anna").post(f"{at}disclosures/", data).status_code == 403
    assert "Enter it" not in team.page("anna", f"{at}disclosures/")
    assert "required" in team.post("dora", f"{at}disclosures/", expected=422, **data | {"to": ""}).content.decode()
    team.post("dora", f"{at}disclosures/", **data)
    assert Disclosure.objects.get().holds.get().key == str(kept.pk)


def test_a_copy_is_redacted_by_a_form_and_goes_without_its_original(team):
    at, kept = sealed(team)
    place = f"/cases/evidence/{kept.pk}/redact/"
    assert "Redacted copies" in team.page("anna", f"/cases/evidence/{kept.pk}/")
    wrong = team.post(
        "anna", place, expected=422, parts="Nora Example\nNAME; Nora", why="for the court"
    ).content.decode()
    assert "Line 1 reads" in wrong
    assert "Line 2 reads" in wrong
    wrong = team.post("anna", place, expected=422, parts="PERSON; Somebody", why="for the court").content.decode()
    assert "Line 1: Somebody" in wrong
    team.post("anna", place, parts="PERSON; Nora Example\nCONTACT; nora@example.org", why="for the court")
    copy = Redaction.objects.get().copy
    assert copy.name in team.page("anna", place)
    assert "Seal the copy" not in team.page("anna", f"/cases/evidence/{copy.pk}/redact/")
    with tarfile.open(fileobj=io.BytesIO(packed(team, at, redacted="on"))) as tar:
        names = {member.name.rpartition("/")[2] for member in tar.getmembers()}
    assert copy.sha256 in names
    assert kept.sha256 not in names
    assert "1 PERSON" in team.page("anna", f"/disclosures/{Disclosure.objects.get().pk}/")


WARRANT = {
    "kind": "warrant", "authority": "District court", "asked_by": "Judge Ito, called back", "law": "Code, section 12", "reference": "31 C 7",
    "received_on": "2026-11-02", "due_on": "2026-12-01", "assets": "page; meridian; page 17", "kinds": ["sealed evidence", "ads"],
    "since": "2026-11-01", "until": "2026-11-02",
}  # fmt: skip


def counsel(team, who):
    from hustings.apps.cases.models import Case

    Teammate.objects.create(case=Case.objects.get(), appointment=Appointment.objects.get(person=team.people[who]), part="counsel",
                            by=Appointment.objects.get(person=team.people["anna"]))  # fmt: skip


def test_a_warrant_goes_from_receipt_to_a_package_by_forms_alone(team):
    at, kept = sealed(team)
    assert "Record it" not in team.page("anna", f"{at}legal/")
    assert team.client("anna").post(f"{at}legal/", WARRANT).status_code == 403
    wrong = team.post(
        "farah", f"{at}legal/", expected=422, **WARRANT | {"assets": "castle; x; y\npage 17"}
    ).content.decode()
    assert "Line 1 reads" in wrong
    assert "Line 2 reads" in wrong
    wrong = team.post("farah", f"{at}legal/", expected=422, **WARRANT | {"until": "2026-10-01"}).content.decode()
    assert "an end that is not before the beginning" in wrong
    team.post("farah", f"{at}legal/", **WARRANT)
    process = LegalProcess.objects.get()
    place = f"/legal/{process.pk}/"
    assert "31 C 7" in team.page("anna", "/legal/")
    assert "What courts, agencies and others asked for" in team.page("anna", "/disclosures/")
    page = team.page("farah", place)
    assert "page.txt" in page
    assert "Approve it as counsel" not in page
    assert "Approve it as counsel" in team.page("dora", place)
    assert (
        "who works on the case as counsel"
        in team.post("dora", f"{place}do/move/", expected=422, code="approve", reason="valid").content.decode()
    )
    counsel(team, "dora")
    assert "Waits for counsel" in team.page("dora", "/")
    team.post("dora", f"{place}do/move/", code="approve", reason="valid")
    assert (
        "has moved meanwhile"
        in team.client("dora")
        .post(f"{place}do/move/", {"code": "approve", "reason": "x"}, follow=True)
        .content.decode()
    )
    assert "not told" in team.post("farah", f"{place}answer/", expected=422, reason="as ordered").content.decode()
    notice = LegalNotice.objects.get()
    assert "your page page 17" in team.page("farah", place)
    assert "1 notice waits to be passed on" in team.page("farah", "/")
    wrong = team.post(
        "farah", f"{place}do/delay/", expected=422, until="2020-01-01", ground="the order"
    ).content.decode()
    assert "who needs longer says so again" in wrong
    team.post("farah", f"{place}do/told/", notice=str(notice.pk), how="letter 3")
    answer = team.post("farah", f"{place}answer/", expected=200, reason="as ordered")
    with tarfile.open(fileobj=io.BytesIO(b"".join(answer.streaming_content))) as tar:
        held = {member.name.partition("/")[2]: tar.extractfile(member).read() for member in tar.getmembers()}
    assert f"data/{kept.sha256}" in held
    assert json.loads(held["case.json"])["legal process"]["reference"] == "31 C 7"
    page = team.page("farah", place)
    assert "Answered" in page
    assert "Hand over what the scope covers" not in page
    assert "District court: Judge Ito, called back" in team.page("dora", "/disclosures/")
    assert team.client("farah").post(f"{place}do/leak/", {}).status_code == 404


def test_whom_it_concerns_opens_a_copy_and_says_which_piece_is_wrong(team, monkeypatch):
    from made_told import TERMS

    from hustings.apps.cases.enforcing.webhook import Said
    from hustings.policy.enforcement import Answer

    monkeypatch.setattr(handing, "post", lambda *_: Said(answer=Answer.DONE, reason=""))
    at, kept = sealed(team)
    team.post("anna", f"{at}add/campaign/", name="Harbour lights")
    campaign = Campaign.objects.get()
    team.post("anna", f"/campaigns/{campaign.pk}/say/member/", kind="page", platform="meridian", name="page 17", confidence="moderate",
              method="same administrators", rests_on=[str(kept.pk)])  # fmt: skip
    team.post(
        "dora",
        f"/campaigns/{campaign.pk}/say/decide/",
        member=str(Member.objects.get().pk),
        decision="accept",
        reason="The export shows it.",
    )
    case = at.split("/")[2]
    team.post("anna", f"/campaigns/{campaign.pk}/plans/", title="Ban it", case=case, actions=["ban page"], ground="terms", rule=TERMS["rule"],
              explanation=TERMS["explanation"], facts=TERMS["facts"], reason="It is established.", category=TERMS["category"], source=TERMS["source"],
              places="DE", begins_on="2026-11-23", stages="100", channel="webhook")  # fmt: skip
    plan = Plan.objects.get()
    for who, code in (("anna", "ask"), ("dora", "approve"), ("dora", "start")):
        team.post(who, f"/plans/{plan.pk}/move/", code=code, reason="as agreed")
    handing.hand_over()
    shown = f"/plans/{plan.pk}/shown/"
    assert "Evidence shown to whom it concerns" in team.page("dora", f"/plans/{plan.pk}/")
    assert "Show more" not in team.page("anna", shown)
    assert "The plan has 1 targets" in team.page("dora", f"{shown}?number=4", expected=422)
    assert "page.txt" in team.page("dora", f"{shown}?number=1")
    team.post(
        "dora", f"{shown}?number=1", evidence=str(kept.pk), called="What the page posted", why="so that they can answer"
    )
    assert "What the page posted" in team.page("dora", shown)
    notice, public = Notice.objects.get(), Client()
    address = f"/appeals/{notice.code}/"
    page = public.get(address).content.decode()
    assert "What the page posted" in page
    assert "page.txt" not in page
    copy = public.post(f"{address}evidence/1/")
    assert b"".join(copy.streaming_content) == SOURCE.encode()
    assert copy["Content-Disposition"].startswith("attachment")
    assert public.get(f"{address}evidence/1/").status_code == 405
    assert public.post(f"{address}evidence/2/").status_code == 404
    assert public.post(f"/appeals/{'A' * 24}/evidence/1/").status_code == 404
    assert Custody.objects.filter(evidence=kept, by=None, act="copy").count() == 1
    assert public.post(address, {"words": "This is not our text.", "contested": ["9"]}).status_code == 422
    assert public.post(address, {"words": "This is not our text.", "contested": ["1"]}).status_code == 302
    assert "What the page posted" in Work.objects.get(queue="enforcement").snapshot["contested"][0]


def test_a_hearing_book_is_kept_answered_with_figures_approved_compared_and_taken_out(team):
    at, _ = sealed(team)
    team.post("anna", f"{at}hearings/", title="Hearing of 1 December", body="The committee", on="2026-12-01")
    book = re.search(r'href="(/hearings/[^"]+/)"', team.page("anna", f"{at}hearings/"))[1]
    team.post("anna", book, text="How many assets were removed?", asked_by="A member", due_on="2026-11-30")
    asked = HearingQuestion.objects.get()
    place = f"/hearings/questions/{asked.pk}/"
    assert "No approved answer to question 1" in team.page("anna", "/")
    team.post("anna", f"{place}say/answer/", text="None so far.", figure="assets-in-all")
    wrong = team.post(
        "anna", f"{place}say/answer/", expected=422, text="x", figure="assets-in-all", of="2040-01-01T00:00"
    ).content.decode()
    assert "one that is past" in wrong
    page = team.page("anna", place)
    for words in (
        "None so far.",
        "Assets in all",
        "Those that a second person accepted on evidence.",
        "Nobody has approved it",
    ):
        assert words in page, words
    assert "as it was answered" in team.page("anna", f"{place}?again=1")
    assert "Approve this answer" not in page
    team.post("dora", f"{place}say/approve/")
    assert "Approved by Dora" in team.page("anna", place)
    assert "No approved answer" not in team.page("anna", "/")
    assert (
        "what two of them say" in team.post("anna", f"{place}say/reconcile/", expected=422, words="x").content.decode()
    )
    for company, value, definition in (
        ("Meridian", "120", "Accounts removed."),
        ("Aster", "1400.5", "Accounts restricted in any way."),
    ):
        team.post("anna", f"{place}say/company/", company=company, value=value, unit="accounts", definition=definition, source="Its report",
                  said_on="2026-11-10")  # fmt: skip
    team.post("anna", f"{place}say/reconcile/", words="One counts removals, the other restrictions too.")
    page = team.page("anna", place)
    for words in ("From 120 to 1,400.5", "2 different definitions", "One counts removals"):
        assert words in page, words
    told = team.page("anna", f"{book}book.csv")
    rows = list(csv.DictReader(io.StringIO(told)))
    assert [(row["kind"], row["who"], row["value"], row["approved by"]) for row in rows] == [
        ("answer", "Anna", "0", "Dora"), ("company", "Aster", "1400.5", ""), ("company", "Meridian", "120", ""), ("what differs", "Anna", "", ""),
    ]  # fmt: skip
    whole = team.page("anna", f"{book}book.html")
    assert whole == team.page("anna", f"{book}book.html")
    assert "default-src 'none'" in whole
    assert "http" not in re.sub(r"http-equiv", "", whole)
    for words in ("How many assets were removed?", "Approved by Dora.", "2 different definitions"):
        assert words in whole, words
    # Another's answer asks for another's approval once more.
    team.post("dora", f"{place}say/answer/", text="One.")
    assert HearingAnswer.objects.count() == 2
    assert "Approve this answer" not in team.page("dora", place)
    assert "No approved answer to question 1" in team.page("anna", "/")


def test_a_figure_that_is_counted_otherwise_later_is_said_beside_the_answer(team):
    at, kept = sealed(team)
    team.post("anna", f"{at}hearings/", title="Hearing", body="The committee")
    book = re.search(r'href="(/hearings/[^"]+/)"', team.page("anna", f"{at}hearings/"))[1]
    team.post("anna", book, text="How many assets were proposed?")
    place = f"/hearings/questions/{HearingQuestion.objects.get().pk}/"
    team.post("anna", f"{place}say/answer/", text="None.", figure="assets-proposed")
    team.post("anna", f"{at}add/campaign/", name="Harbour lights")
    team.post("anna", f"/campaigns/{Campaign.objects.get().pk}/say/member/", kind="page", platform="meridian", name="page 17", confidence="low",
              method="seen", rests_on=[str(kept.pk)])  # fmt: skip
    assert "as it was answered" in team.page("anna", f"{place}?again=1")  # as of then there was none
    Member.objects.update(at=moment() - timedelta(days=1))  # somebody says otherwise of then
    assert "not what was answered" in team.page("anna", f"{place}?again=1")


def test_who_may_not_know_the_case_is_told_that_there_is_nothing(team):
    at, kept = sealed(team)
    packed(team, at)
    team.post("farah", f"{at}legal/", **WARRANT)
    team.post("anna", f"{at}hearings/", title="Hearing", body="The committee")
    book = re.search(r'href="(/hearings/[^"]+/)"', team.page("anna", f"{at}hearings/"))[1]
    team.post("anna", book, text="How many?")
    asked, entry, process = HearingQuestion.objects.get(), Disclosure.objects.get(), LegalProcess.objects.get()
    held = entry.holds.get()
    places = [
        f"{at}disclosures/", f"{at}legal/", f"{at}hearings/", book, f"{book}book.csv", f"{book}book.html", f"/hearings/questions/{asked.pk}/",
        f"/disclosures/{entry.pk}/", f"/disclosures/about/evidence/{held.key}/", f"/legal/{process.pk}/", f"/cases/evidence/{kept.pk}/redact/",
    ]  # fmt: skip
    for who in ("jonas",):
        for place in places:
            team.page(who, place, expected=404)
        for place, data in ((f"/disclosures/{entry.pk}/say/receipt/", {"words": "x"}), (f"/legal/{process.pk}/do/move/", {"code": "approve", "reason": "x"}),
                            (f"/legal/{process.pk}/answer/", {"reason": "because"}), (f"/hearings/questions/{asked.pk}/say/approve/", {})):  # fmt: skip
            assert team.client(who).post(place, data).status_code == 404, place
    assert "The committee" not in team.page("jonas", "/disclosures/")
    assert "31 C 7" not in team.page("jonas", "/legal/")
    for place in ("/disclosures/", "/legal/"):
        team.page("emil", place, expected=403)
    for place in [*places, "/disclosures/", "/legal/"]:
        assert Client().get(place).status_code in {302, 404}, place
