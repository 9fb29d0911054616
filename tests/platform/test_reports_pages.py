"""Pages of reports: begun, written, asked for, approved, published, counted again, corrected and handed over by forms alone."""

import json
import re
import tarfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from made_team import Team, opened

from hustings.apps.cases.models import Campaign, Custody, Disclosure, Evidence, Member, Report, ReportCorrection
from hustings.apps.cases.reporting import outputs
from hustings.apps.cases.store import store
from hustings.cli.main import main

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(settings, tmp_path):
    settings.EVIDENCE = tmp_path / "evidence"
    settings.PUBLIC_URL = "https://hustings.example"
    return Team()


def accepted(team):
    """A campaign with one accepted page of 290 followers."""
    _, case = opened(team)
    at = f"/cases/{case.pk}/"
    team.post("anna", f"{at}evidence/", tool="export 2.1", captured_at="2026-11-01T10:00", what="page", platform="meridian", of="page 17",
              file=SimpleUploadedFile("page.json", b'{"followers": 290, "posts": 9500}', "application/json"))  # fmt: skip
    team.post("anna", f"{at}add/campaign/", name="Harbour lights")
    campaign = Campaign.objects.get()
    team.post("anna", f"/campaigns/{campaign.pk}/say/member/", kind="page", platform="meridian", name="page 17", confidence="moderate",
              method="same administrators", rests_on=[str(Evidence.objects.get().pk)])  # fmt: skip
    team.post(
        "dora",
        f"/campaigns/{campaign.pk}/say/decide/",
        member=str(Member.objects.get().pk),
        decision="accept",
        reason="It shows it.",
    )
    return campaign, case


def begun(team, **changed):
    campaign, case = accepted(team)
    named = {
        "title": "One page removed",
        "kind": "takedown",
        "campaign": str(campaign.pk),
        "public": "on",
        "election_day": "2026-11-03",
    }
    team.post("anna", f"/cases/{case.pk}/reports/", **named | changed)
    return Report.objects.get()


def led_to_sign_in(visitor, path):
    """As for every address that signing in might open, whether it leads anywhere or not."""
    answer = visitor.get(path)
    return answer.status_code == 302 and answer.headers["Location"].startswith("/account/login/")


def step(team, who, report, code, expected=302):
    return team.post(
        who, f"/reports/written/{report.pk}/move/", expected=expected, code=code, reason="as agreed"
    ).content.decode()


def published(team, **changed):
    report = begun(team, **changed)
    team.post(
        "anna",
        f"/reports/written/{report.pk}/write/assets/",
        text="We removed [assets-in-all] page with [posts] posts.",
    )
    for who, code in (("anna", "ask"), ("dora", "approve"), ("dora", "publish")):
        step(team, who, report, code)
    return report


def test_a_report_goes_from_a_case_to_everybody_by_forms_alone(team):
    report = begun(team)
    at = f"/reports/written/{report.pk}/"
    assert "Reports of this case" in team.page("anna", f"/cases/{report.case_id}/")
    assert "One page removed" in team.page("dora", f"/cases/{report.case_id}/reports/")
    assert "One page removed" in team.page("dora", "/reports/written/")
    page = team.page("anna", at)
    assert "290" in page
    assert "[followers]" in page
    said = team.post("anna", f"{at}write/assets/", expected=422, text="9,500 posts, 50 % of [nothing]").content.decode()
    for wrong in ("9,500", "50 %", "[nothing]"):
        assert wrong in said
    team.post("anna", f"{at}write/assets/", text="We removed [assets-in-all] page.\n\nWith <b>[posts]</b> posts.")
    team.post("anna", f"{at}parameters/", election_day="2026-11-04")
    assert Report.objects.get().parameters == {"election_day": "2026-11-04"}
    step(team, "anna", report, "ask")
    assert "Approve it" not in team.page("anna", at)
    page = team.page("dora", at)
    assert "Approve it" in page
    assert "9,500" in page
    assert "&lt;b&gt;" in page
    assert "waits to be approved" in team.page("dora", "/")
    assert "waits to be approved" not in team.page("anna", "/")
    visitor = Client()
    assert led_to_sign_in(visitor, f"/reports/{report.pk}/")
    step(team, "dora", report, "approve")
    assert led_to_sign_in(visitor, f"/reports/{report.pk}/")
    assert led_to_sign_in(visitor, "/reports/00000000-0000-4000-8000-000000000000/")
    step(team, "dora", report, "publish")
    assert "One page removed" in visitor.get("/reports/").content.decode()
    shown = visitor.get(f"/reports/{report.pk}/").content.decode()
    assert "9,500" in shown
    for hidden in ("Three pages", "Harbour lights", "Anna", "Dora"):
        assert hidden not in shown
    figure = visitor.get(f"/reports/{report.pk}/figures/posts/").content.decode()
    assert "9,500" in figure
    assert "The sum of posts over accepted accounts" in figure
    assert "for those of the case" not in figure
    assert "for those of the case" in team.page("anna", f"/reports/{report.pk}/figures/posts/")
    for path in (at, f"{at}1/", f"{at}recount/", f"{at}1/figures/posts/"):
        page = team.page("anna", path)  # what colleagues see of it is as restricted as the case
        assert "TLP:AMBER+STRICT" in re.search(r'<div class="marking">.*?</div>', page, re.DOTALL).group(), path
    assert "TLP:CLEAR" in re.search(r'<div class="marking">.*?</div>', shown, re.DOTALL).group()
    beneath = team.page("ben", f"{at}1/figures/posts/")
    assert "page 17" in beneath
    assert "page 17" in team.page("ben", f"{at}1/figures/posts/?csv=assets")
    for path in (f"{at}", f"{at}1/", f"{at}1/figures/posts/", f"{at}recount/"):
        assert led_to_sign_in(visitor, path)
    for path in ("figures/none/", "2/", "1/files/rows.json", "1/files/nothing"):
        assert led_to_sign_in(visitor, f"/reports/{report.pk}/{path}")
        assert team.client("jonas").get(f"/reports/{report.pk}/{path}").status_code == 404
    assert team.client("jonas").get(f"{at}").status_code == 302  # elsewhere: what is published is read
    assert team.client("jonas").get(f"{at}1/").status_code == 404
    assert team.client("jonas").post(f"{at}move/", {"code": "ask", "reason": "x"}).status_code == 404


def test_everybody_takes_the_files_and_nobody_gets_the_rows(team, monkeypatch):
    report = published(team)
    visitor, at = Client(), f"/reports/{report.pk}/1/files/"
    monkeypatch.setattr(outputs, "drawn", lambda text, published: b"%PDF-1.7")
    for name in outputs.OPEN:
        answer = visitor.get(at + name)
        assert answer.status_code == 200, name
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer.content == visitor.get(at + name).content
    assert json.loads(visitor.get(at + "report.json").content)["version"] == 1
    monkeypatch.setattr(outputs, "paper", lambda version: None)
    assert visitor.get(at + "report.pdf").status_code == 503
    assert team.client("ben").get(f"/reports/written/{report.pk}/1/files/stix.json").status_code == 200


def test_programs_read_what_is_published(team):
    report = published(team)
    visitor = Client()
    listed = visitor.get("/api/reports").json()
    assert [one["report"] for one in listed["reports"]] == [str(report.pk)]
    assert listed["next"] is None
    told = visitor.get(f"/api/reports/{report.pk}").json()
    assert told["document"]["title"] == "One page removed"
    figures = {one["name"]: one for one in visitor.get(f"/api/reports/{report.pk}/figures").json()["figures"]}
    assert (figures["posts"]["value"], figures["posts"]["rows"]) == (9500, 1)
    assert figures["people"]["value"] is None
    assert figures["people"]["why_not"]
    history = visitor.get(f"/api/reports/{report.pk}/figures/posts").json()
    assert [(one["version"], one["value"]) for one in history["versions"]] == [(1, 9500)]
    for path in ("figures/none", "?version=2"):
        assert visitor.get(f"/api/reports/{report.pk}/{path}".replace("/?", "?")).status_code == 404
    assert visitor.get("/api/reports?limit=0").status_code == 422


def test_a_correction_is_read_beside_what_was_wrong_and_the_package_reaches_who_was_told(team, tmp_path, capsys):
    report = published(team)
    at = f"/reports/written/{report.pk}/"
    answer = team.post("dora", f"{at}1/hand-over/", expected=200, to="the committee", why="asked by letter")
    place = tmp_path / "report.tar"
    place.write_bytes(answer.content)
    assert main(["report", "rerun", str(place)]) == 0
    capsys.readouterr()
    with tarfile.open(place) as tar:
        names = {name.partition("/")[2] for name in tar.getnames()}
    assert {"data/rows.json", "data/report.json", "data/figures.csv", "data/rows/assets.csv"} <= names
    assert Custody.objects.filter(act="export", to="the committee").count() == 1
    assert Disclosure.objects.get(to="the committee").kind == "report"
    team.post("dora", f"{at}1/hand-over/", expected=422, to="", why="")
    assert "each has the same value" in team.page("anna", f"{at}recount/")
    member = Member.objects.get()
    team.post(
        "anna",
        f"/campaigns/{member.campaign_id}/say/decide/",
        member=str(member.pk),
        decision="withdraw",
        reason="A newsroom.",
    )
    page = team.page("anna", f"{at}recount/")
    assert "What differs" in page
    fields = set(re.findall(r'name="(why-[a-z0-9-]+)"', page))
    assert {"why-assets-in-all", "why-posts"} <= fields
    team.post("anna", f"{at}recount/", expected=422, reason="counted again")
    team.post("anna", f"{at}recount/", reason="counted again", **dict.fromkeys(fields, "The page was a newsroom's."))
    visitor = Client()
    assert "newsroom" not in visitor.get(f"/reports/{report.pk}/").content.decode()
    for code in ("approve", "publish"):
        step(team, "dora", report, code)
    newest = visitor.get(f"/reports/{report.pk}/").content.decode()
    assert newest.index("The page was a newsroom&#x27;s.") < newest.index("section-assets")
    older = visitor.get(f"/reports/{report.pk}/1/").content.decode()
    assert "There is a newer version" in older
    assert "newsroom" in older
    assert "9,500" in older
    history = visitor.get(f"/reports/{report.pk}/figures/assets-in-all/").content.decode()
    assert history.index("Version 2") < history.index("Version 1")
    owed = Disclosure.objects.get(to="the committee").corrections.count()
    assert owed == ReportCorrection.objects.exclude(figure__startswith="text-").count()
    assert main(["report", "rerun", str(place)]) == 0  # what was handed out is what it was


def test_rows_that_are_not_as_they_were_sealed_are_said_and_nothing_is_handed_out(team):
    report = published(team)
    at, rows = f"/reports/written/{report.pk}/", report.versions.get().rows
    place = store().place(rows.sha256)
    place.chmod(0o600)
    place.write_bytes(place.read_bytes().replace(b"page 17", b"page 71"))
    assert (
        "not those that were sealed"
        in team.post("dora", f"{at}1/hand-over/", expected=422, to="x", why="y").content.decode()
    )
    for path in ("recount/", "1/figures/posts/"):
        assert team.client("anna").get(at + path).status_code == 302
    place.unlink()
    assert "cannot be read" in team.post("dora", f"{at}1/hand-over/", expected=422, to="x", why="y").content.decode()
    assert not Disclosure.objects.filter(to="x").exists()


def test_wrong_steps_and_forms_are_told_and_nothing_moves(team):
    report = begun(team)
    at = f"/reports/written/{report.pk}/"
    step(team, "anna", report, "publish")
    assert "moved meanwhile" in team.page("anna", at)
    team.post("anna", f"{at}move/", expected=422, code="ask", reason="")
    team.post("anna", f"{at}write/nothing/", expected=422, text="x")
    team.post("anna", f"{at}recount/", reason="x")  # nothing is published: back to the report
    step(team, "anna", report, "ask")
    assert team.client("anna").post(f"{at}move/", {"code": "approve", "reason": "x"}).status_code == 403
    assert team.client("ben").post(f"{at}move/", {"code": "approve", "reason": "x"}).status_code == 403
    team.post("anna", f"{at}write/assets/", expected=422, text="later")
    step(team, "dora", report, "refuse")
    assert Report.objects.get().state == "draft"
    assert team.client("emil").post(f"{at}write/assets/", {"text": "x"}).status_code in {403, 404}
    assert Client().post(f"{at}write/assets/", {"text": "x"}).status_code == 302
    team.post("anna", f"/cases/{report.case_id}/reports/", expected=422, title="", kind="novel")


def test_a_report_for_colleagues_is_not_for_everybody(team):
    report = published(team, public="")
    visitor = Client()
    assert led_to_sign_in(visitor, f"/reports/{report.pk}/")
    assert "One page removed" not in visitor.get("/reports/").content.decode()
    assert visitor.get("/api/reports").json()["reports"] == []
    assert "One page removed" in team.page("ben", "/reports/")
    assert team.client("jonas").get(f"/reports/{report.pk}/").status_code == 404
