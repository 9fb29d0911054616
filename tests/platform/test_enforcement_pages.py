"""The pages of enforcement: planned, asked for, approved, run, answered, taken back, told and appealed by forms alone."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from made_team import Team, opened

from hustings.apps.cases.enforcing import handing
from hustings.apps.cases.models import Campaign, Evidence, Member, Notice, Order, Plan, PlanAppeal
from hustings.apps.review.models import Work
from hustings.exchange.dsa.statement import problems_of

pytestmark = pytest.mark.django_db

PLAN = {
    "title": "Ban the pages", "actions": ["ban page"], "ground": "terms", "rule": "Terms of use, section 4.2",
    "explanation": "Pages that hide who runs them are not allowed.", "facts": "They posted the same texts within seconds.",
    "reason": "It is established.", "category": "STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
    "source": "SOURCE_VOLUNTARY", "places": "DE, AT", "begins_on": "2026-11-23", "stages": "100", "channel": "file",
}  # fmt: skip


@pytest.fixture
def team(settings, tmp_path):
    settings.EVIDENCE = tmp_path / "evidence"
    settings.PUBLIC_URL = "https://hustings.example"
    return Team()


def accepted(team):
    """A campaign with one accepted page; gives it and its case."""
    _, case = opened(team)
    at = f"/cases/{case.pk}/"
    team.post("anna", f"{at}evidence/", tool="export 2.1", captured_at="2026-11-01T10:00", what="page", platform="meridian", of="page 17",
              file=SimpleUploadedFile("page.json", b'{"page": 17}', "application/json"))  # fmt: skip
    team.post("anna", f"{at}add/campaign/", name="Harbour lights")
    campaign = Campaign.objects.get()
    rests_on = [str(Evidence.objects.get().pk)]
    team.post("anna", f"/campaigns/{campaign.pk}/say/member/", kind="page", platform="meridian", name="page 17",
              confidence="moderate", method="same administrators", rests_on=rests_on)  # fmt: skip
    team.post("dora", f"/campaigns/{campaign.pk}/say/decide/", member=str(Member.objects.get().pk), decision="accept",
              reason="The export shows it.")  # fmt: skip
    return campaign, case


def planned(team, **changed):
    campaign, case = accepted(team)
    team.post("anna", f"/campaigns/{campaign.pk}/plans/", **PLAN | {"case": str(case.pk)} | changed)
    return Plan.objects.get()


def step(team, who, plan, code, expected=302):
    return team.post(who, f"/plans/{plan.pk}/move/", expected=expected, code=code, reason="as agreed").content.decode()


def test_a_plan_goes_from_a_campaign_to_an_appeal_by_forms_alone(team):
    plan = planned(team)
    at = f"/plans/{plan.pk}/"
    assert "Ban the pages" in team.page("dora", f"/campaigns/{plan.campaign_id}/plans/")
    assert "Ban the pages" in team.page("dora", f"/cases/{plan.case_id}/plans/")
    assert f'href="/campaigns/{plan.campaign_id}/plans/"' in team.page("dora", f"/campaigns/{plan.campaign_id}/")
    step(team, "anna", plan, "ask")
    page = team.page("anna", at)
    assert "Approve it" not in page
    assert "page 17" in page
    assert "What each target touches" in page
    assert "Approve it" in team.page("dora", at)
    step(team, "dora", plan, "approve")
    step(team, "dora", plan, "start")
    handing.hand_over()
    told = b"".join(team.client("dora").get(f"{at}orders.jsonl").streaming_content)
    assert told == b"".join(team.client("dora").get(f"{at}orders.jsonl").streaming_content)
    order = json.loads(told)
    assert (order["order"], order["asset"]["name"]) == ("do", "page 17")
    batch = json.loads(team.page("dora", f"{at}statements/1.json"))
    assert [problems_of(one) for one in batch["statements"]] == [[]]
    assert "page 17" not in json.dumps(batch)
    for number in (0, 2):
        team.page("dora", f"{at}statements/{number}.json", expected=404)
    team.post(
        "dora",
        f"{at}do/answers/",
        file=SimpleUploadedFile("answers.jsonl", json.dumps({"key": order["key"], "answer": "done"}).encode()),
    )
    assert Order.objects.get().answer == "done"
    handing.hand_over()
    notice = Notice.objects.get()
    public = Client()
    shown = public.get(f"/appeals/{notice.code}/").content.decode()
    assert "page 17" in shown
    for words in ("Anna", "Dora", "Harbour lights", "Three pages"):
        assert words not in shown
    assert public.post(f"/appeals/{notice.code}/", {"words": "x"}).status_code == 422
    assert public.post(f"/appeals/{notice.code}/", {"words": "We are a newsroom.", "website": "x"}).status_code == 302
    assert not PlanAppeal.objects.exists()
    assert public.post(f"/appeals/{notice.code}/", {"words": "We are a newsroom."}).status_code == 302
    assert Work.objects.get(queue="enforcement").snapshot["text"] == "We are a newsroom."
    shown = public.get(f"/appeals/{notice.code}/").content.decode()
    assert "was received" in shown
    assert "Send it" not in shown
    assert public.get("/appeals/" + "A" * 24 + "/").status_code == 404
    team.post("dora", f"{at}do/undo/", places="1", reason="A newsroom.")
    handing.hand_over()
    assert set(Order.objects.values_list("what", flat=True)) == {"do", "notice", "undo"}
    page = team.page("dora", at)
    assert "undo some" in page
    assert "Orders and answers" in page
    assert "page 17" in team.page("dora", f"{at}?csv=t")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"stages": "5, 3"}, "rise to 100"),
        ({"stages": "all"}, "Whole numbers"),
        ({"ends_on": "2026-01-01"}, "2026-11-23 or later"),
        ({"actions": ["stop ad"]}, "Choose members"),
        ({"channel": "webhook"}, "HUSTINGS_ENFORCEMENT_URL"),
        ({"rule": ""}, "required"),
    ],
)
def test_a_plan_that_cannot_be_made_says_why(team, changed, said):
    campaign, case = accepted(team)
    data = PLAN | {"case": str(case.pk)} | changed
    page = team.post("anna", f"/campaigns/{campaign.pk}/plans/", expected=422, **data).content.decode()
    assert said in page
    assert not Plan.objects.exists()


def test_everything_that_keeps_a_plan_from_being_asked_for_is_said_on_its_page(team, settings):
    plan = planned(team, places="XX", facts="Write to anna@example.org.")
    settings.PUBLIC_URL = ""
    page = step(team, "anna", plan, "ask", expected=422)
    for words in ("XX", "looks like an address", "HUSTINGS_PUBLIC_URL"):
        assert words in page, words
    assert Plan.objects.get().state == "draft"


def test_a_step_that_is_not_open_any_more_and_a_wrong_form_change_nothing(team):
    plan = planned(team)
    at = f"/plans/{plan.pk}/"
    answer = team.client("dora").post(f"{at}move/", {"code": "approve", "reason": "x"}, follow=True)
    assert "has moved meanwhile" in answer.content.decode()
    for what, data, said in (
        ("undo", {"places": "first", "reason": "x"}, "Whole numbers"),
        ("notices", {"until": "2020-01-01", "ground": "x"}, "a day to come"),
        ("answers", {}, "required"),
    ):
        page = team.post("dora", f"{at}do/{what}/", expected=422, **data).content.decode()
        assert said in page, what
    team.post("dora", f"{at}do/house/", expected=404)
    assert Plan.objects.get().state == "draft"


def test_who_may_not_know_a_plan_gets_the_same_answer_as_for_nothing(team):
    plan = planned(team)
    nothing = "00000000-0000-4000-8000-000000000000"
    for path in ("/plans/{}/", "/plans/{}/orders.jsonl", "/plans/{}/statements/1.json"):
        page = team.page("jonas", path.format(plan.pk), expected=404)
        other = team.page("jonas", path.format(nothing), expected=404)
        assert same(page) == same(other)
    assert team.client("anna").get(f"/plans/{plan.pk}/orders.jsonl").status_code == 403
    assert Client().get(f"/plans/{plan.pk}/").status_code == 302


def same(page):
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|nonce-\S+|nonce=\S+|csrfmiddlewaretoken\S* value=\S+", "", page)
