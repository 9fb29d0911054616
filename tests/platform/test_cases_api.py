"""Leads, cases, campaigns and the register of disclosures for programs: what the caller may know, and leads that come in."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from made_team import Team, opened

from hustings.apps.cases.models import Campaign, Evidence, Lead, Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings, tmp_path):
    settings.EVIDENCE = tmp_path / "evidence"
    team = Team()
    team.lead, team.case = opened(team)
    at = f"/cases/{team.case.pk}/"
    team.post(
        "anna", f"{at}evidence/", tool="the platform's export 2.1", captured_at="2016-06-01T10:00", what="page", platform="meridian",
        of="17", file=SimpleUploadedFile("page.json", b'{"page": 17}', "application/json"),
    )  # fmt: skip
    team.kept = Evidence.objects.get()
    team.post(
        "anna", f"{at}add/campaign/", name="Harbour lights", aims_at="us", narratives="They lie.", tactics=["T0086"]
    )
    team.campaign = Campaign.objects.get()
    for name in ("17", "18", "19"):
        team.post("anna", f"/campaigns/{team.campaign.pk}/say/member/", kind="page", platform="meridian", name=name, confidence="high",
                  method="same administrators", rests_on=[str(team.kept.pk)])  # fmt: skip
    team.post("dora", f"/campaigns/{team.campaign.pk}/say/decide/", member=str(Member.objects.get(name="17").pk), decision="accept", reason="So.")  # fmt: skip
    return team


def asked(world, who, path, expected=200):
    answer = world.client(who).get(path)
    assert answer.status_code == expected, answer.content
    return answer.json()


def test_a_program_reads_what_its_person_may_know(world):
    (lead,) = asked(world, "anna", "/api/leads")["leads"]
    assert (lead["id"], lead["state"], lead["cases"]) == (str(world.lead.pk), "taken up", [str(world.case.pk)])
    assert [(one["what"], one["platform"], one["name"]) for one in lead["about"]] == [
        ("page", "meridian", "17"),
        ("page", "meridian", "18"),
    ]
    assert asked(world, "anna", "/api/leads?state=open")["leads"] == []
    (case,) = asked(world, "ben", "/api/cases")["cases"]
    assert (case["question"], case["leads"], case["campaigns"]) == ("Do they act as one?", 1, [str(world.campaign.pk)])
    assert asked(world, "ben", f"/api/cases/{world.case.pk}") == case
    (sealed,) = asked(world, "anna", f"/api/cases/{world.case.pk}/evidence")["evidence"]
    assert (sealed["sha256"], sealed["size"], sealed["of"]) == (world.kept.sha256, 12, "17")
    (campaign,) = asked(world, "anna", "/api/campaigns")["campaigns"]
    assert (campaign["accepted"], campaign["proposed"], campaign["withdrawn"], campaign["tactics"]) == (
        1,
        2,
        0,
        ["T0086"],
    )
    assert asked(world, "anna", f"/api/campaigns/{world.campaign.pk}") == campaign
    names, cursor = [], ""
    while cursor is not None:
        page = asked(
            world,
            "anna",
            f"/api/campaigns/{world.campaign.pk}/members?limit=2" + (f"&cursor={cursor}" if cursor else ""),
        )
        names += [(one["name"], one["state"], one["rests_on"]) for one in page["members"]]
        cursor = page["next"]
    assert names == [("19", "proposed", 1), ("18", "proposed", 1), ("17", "accepted", 1)]
    assert asked(world, "anna", f"/api/campaigns/{world.campaign.pk}/members?kind=account")["members"] == []


def test_the_register_tells_programs_who_was_told(world):
    at = f"/cases/{world.case.pk}/disclosures/"
    assert asked(world, "dora", "/api/disclosures")["disclosures"] == []
    world.post("dora", at, kind="briefing", to="The committee", what="Three pages", ground="Its order of May")
    (told,) = asked(world, "dora", f"/api/disclosures?case={world.case.pk}")["disclosures"]
    assert (told["to"], told["ground"], told["case"], told["corrections_owed"]) == (
        "The committee",
        "Its order of May",
        str(world.case.pk),
        0,
    )
    assert asked(world, "dora", f"/api/disclosures?case={uuid.uuid4()}")["disclosures"] == []


def test_who_may_not_know_reads_nothing(world):
    for path, name in (("leads", "leads"), ("cases", "cases"), ("campaigns", "campaigns")):
        assert asked(world, "jonas", f"/api/{path}")[name] == []
    for path in (
        f"leads/{world.lead.pk}", f"cases/{world.case.pk}", f"cases/{world.case.pk}/evidence",
        f"campaigns/{world.campaign.pk}", f"campaigns/{world.campaign.pk}/members",
    ):  # fmt: skip
        hidden = asked(world, "jonas", f"/api/{path}", 404)
        never = asked(world, "jonas", f"/api/{path.replace(path.split('/')[1], str(uuid.uuid4()))}", 404)
        assert {**hidden, "request": ""} == {**never, "request": ""}
    for path in ("leads", "cases", "campaigns", "disclosures"):
        assert asked(world, "emil", f"/api/{path}", 403)["code"] == "refused"


def test_a_program_records_a_lead_once(world):
    said = {"title": "A page returns", "source": "rule", "key": "page meridian 20", "score": 0.7, "why": ["Same administrator."],
            "about": [{"what": "page", "platform": "meridian", "name": "20"}]}  # fmt: skip
    first = world.client("anna").post("/api/leads", said, content_type="application/json")
    assert first.status_code == 201, first.content
    again = world.client("anna").post("/api/leads", said, content_type="application/json")
    assert again.json()["id"] == first.json()["id"]
    assert again.json()["told_again"] == 1
    assert Lead.objects.count() == 2
    assert asked(world, "ben", f"/api/leads/{first.json()['id']}")["score"] == 0.7


@pytest.mark.parametrize(
    ("wrong", "where"),
    [({"source": "finding"}, "source"), ({"title": " "}, "title"), ({"score": 3}, "score"), ({"about": [{"what": "page", "name": ""}]}, "name"), ({"tlp": "pink"}, "tlp")],
)  # fmt: skip
def test_a_lead_that_cannot_be_kept_is_a_problem_with_its_place(world, wrong, where):
    said = {"title": "A page returns", "source": "press"} | wrong
    answer = world.client("anna").post("/api/leads", said, content_type="application/json")
    assert 400 <= answer.status_code < 500
    assert where in answer.content.decode()
    assert Lead.objects.count() == 1
