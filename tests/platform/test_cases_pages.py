"""The pages of casework: a lead becomes a case, a campaign and evidence, by forms alone; nobody else learns of it."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from made_team import Team, opened

from hustings.apps.cases.models import Campaign, Custody, Evidence, Lead, Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(settings, tmp_path):
    settings.EVIDENCE = tmp_path / "evidence"
    return Team()


def test_a_lead_becomes_a_case_a_campaign_and_evidence_by_forms_alone(team):
    lead, case = opened(team)
    assert "Three pages" in team.page("dora", f"/leads/{lead.pk}/")
    at = f"/cases/{case.pk}/"
    for text in ("One team runs them.", "They follow the same news."):
        team.post("anna", f"{at}add/hypothesis/", text=text)
    answer = case.hypotheses.first()
    team.post(
        "ben", f"{at}add/argument/", hypothesis=str(answer.pk), side="against", text="They never share a picture."
    )
    team.post("anna", f"{at}add/task/", title="Ask the platform for sign-ins", due="2027-01-31")
    team.post("anna", f"{at}add/end-task/", task=str(case.tasks.get().pk), state="done", result="asked")
    team.post("anna", f"{at}add/note/", text="The paper was asked for its source.")
    team.post(
        "anna", f"{at}evidence/", tool="the platform's export 2.1", captured_at="2026-11-01T10:00", what="page",
        platform="meridian", of="17", file=SimpleUploadedFile("page.json", b'{"page": 17}', "application/json"),
    )  # fmt: skip
    kept = Evidence.objects.get()
    team.post(
        "anna",
        f"{at}add/campaign/",
        name="Harbour lights",
        aims_at="de, at",
        narratives="The vote is rigged.",
        tactics="T0086",
    )
    campaign = Campaign.objects.get()
    team.post("anna", f"/campaigns/{campaign.pk}/say/member/", kind="page", platform="meridian", name="17",
              confidence="moderate", method="same administrators", rests_on=[str(kept.pk)])  # fmt: skip
    member = Member.objects.get()
    assert "proposed for Harbour lights" in team.page("dora", "/")
    assert "proposed for Harbour lights" not in team.page("anna", "/")
    assert "It belongs" not in team.page("anna", f"/campaigns/{campaign.pk}/")
    assert "It belongs" in team.page("dora", f"/campaigns/{campaign.pk}/")
    team.post(
        "dora",
        f"/campaigns/{campaign.pk}/say/decide/",
        member=str(member.pk),
        decision="accept",
        reason="The export shows it.",
    )
    team.post("anna", f"/campaigns/{campaign.pk}/say/origin/", claim="A firm abroad", confidence="low",
              grounds="Paid in its currency.", alternatives="A reseller.")  # fmt: skip
    team.post(
        "ben",
        f"/campaigns/{campaign.pk}/say/dissent/",
        claim=str(campaign.origins.get().pk),
        text="The reseller is likelier.",
    )
    page = team.page("dora", f"/campaigns/{campaign.pk}/")
    for words in (
        "Harbour lights",
        "accepted",
        "page.json",
        "low confidence",
        "The reseller is likelier.",
        "AT, DE",
        "T0086",
    ):
        assert words in page, words
    page = team.page("dora", at)
    for words in (
        "against",
        "They never share a picture.",
        "asked",
        "The paper was asked",
        "Harbour lights",
        kept.sha256[:16],
    ):
        assert words in page, words
    team.post("anna", f"{at}move/", code="close", outcome="campaign established", reason="Two kinds of evidence agree.")
    assert "campaign established" in team.page("dora", "/cases/")
    assert "Put it forward" not in team.page("anna", at)


def test_a_lead_about_an_item_is_told_once_and_nobody_else_can_point_at_it(team):
    _, case = opened(team)
    for text in ("first", "again"):
        team.post("anna", f"/leads/record/?about={case.pk}", title="It goes on", source="press", text=text)
    lead = Lead.objects.get(key=f"item {case.pk}")
    assert [one.item_id for one in lead.about.all()] == [case.pk]
    assert lead.told.count() == 1
    assert "1 lead waits" in team.page("dora", "/")
    assert "Three pages" in team.page("anna", f"/leads/record/?about={case.pk}")
    for key in (case.pk, "00000000-0000-4000-8000-000000000000", "x"):
        team.page("jonas", f"/leads/record/?about={key}", expected=404)


def test_bytes_are_opened_for_a_reason_only_and_it_stands_in_their_custody(team):
    _, case = opened(team)
    team.post("anna", f"/cases/{case.pk}/evidence/", tool="by hand", captured_at="2026-11-01T10:00",
              file=SimpleUploadedFile("page.html", b"<script>alert(1)</script>", "text/html"))  # fmt: skip
    kept = Evidence.objects.get()
    team.post("ben", f"/cases/evidence/{kept.pk}/open/", why="")
    assert Custody.objects.count() == 1
    answer = team.post("ben", f"/cases/evidence/{kept.pk}/open/", expected=200, why="to compare the pictures")
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert list(Custody.objects.order_by("at").values_list("act", "why")) == [
        ("collect", ""),
        ("copy", "to compare the pictures"),
    ]
    assert "to compare the pictures" in team.page("dora", f"/cases/evidence/{kept.pk}/")


def test_changed_bytes_are_not_handed_out(team, tmp_path):
    _, case = opened(team)
    team.post("anna", f"/cases/{case.pk}/evidence/", tool="by hand", captured_at="2026-11-01T10:00",
              file=SimpleUploadedFile("page.txt", b"as it was", "text/plain"))  # fmt: skip
    kept = Evidence.objects.get()
    place = next(path for path in (tmp_path / "evidence").rglob("*") if path.name == kept.sha256)
    place.chmod(0o600)
    place.write_bytes(b"as it wus")
    answer = team.client("ben").post(f"/cases/evidence/{kept.pk}/open/", {"why": "to look"}, follow=True)
    assert "gone or changed" in answer.content.decode()
    assert Custody.objects.count() == 1


def test_who_may_not_know_gets_the_same_answer_as_for_nothing(team):
    lead, case = opened(team)
    nothing = "00000000-0000-4000-8000-000000000000"
    for who in ("jonas", "emil"):
        for path in (f"/leads/{lead.pk}/", f"/cases/{case.pk}/"):
            page = team.page(who, path, expected=404)
            other = team.page(who, path.replace(str(lead.pk), nothing).replace(str(case.pk), nothing), expected=404)
            assert same(page) == same(other)
        assert team.client(who).post(f"/cases/{case.pk}/add/note/", {"text": "x"}).status_code == 404
    assert "Three pages" not in team.page("jonas", "/cases/")
    assert Client().get(f"/cases/{case.pk}/").status_code == 302


def same(page):
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|nonce-\S+|nonce=\S+|csrfmiddlewaretoken\S* value=\S+", "", page)


@pytest.mark.parametrize(
    ("path", "data", "said"),
    [
        ("/leads/record/", {"title": "x", "source": "press", "about": "house; meridian; 1"}, "Line 1 reads"),
        ("/cases/open/", {"title": "x"}, "required"),
        ("/cases/{case}/add/note/", {"text": ""}, "required"),
        (
            "/cases/{case}/add/argument/",
            {"hypothesis": "x", "side": "beside", "text": "y"},
            "not one of the available choices",
        ),
        ("/cases/{case}/add/campaign/", {"name": "x", "aims_at": "Germany"}, "two letters"),
        ("/cases/{case}/add/campaign/", {"name": "x", "tactics": "86"}, "reads T0086"),
        ("/cases/{case}/move/", {"code": "close", "reason": "x"}, "how it ended"),
        ("/leads/{lead}/dispose/", {}, "one of the two"),
        ("/leads/{lead}/dispose/", {"disposition": "not as told"}, "Say why"),
    ],
)
def test_a_form_that_cannot_be_read_says_why_and_changes_nothing(team, path, data, said):
    lead, case = opened(team)
    page = team.post("anna", path.format(case=case.pk, lead=lead.pk), expected=422, **data).content.decode()
    assert said in page
    case.refresh_from_db()
    assert case.state == "open"


def test_nothing_can_be_added_under_a_name_that_is_not_there(team):
    _, case = opened(team)
    team.post("anna", f"/cases/{case.pk}/add/house/", expected=404, text="x")
