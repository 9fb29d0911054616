"""People and holds of a case, by forms alone: the team, material, answers given up, legal holds, two cases read as one."""

import pytest
from made_team import Team, opened

from hustings.apps.cases.models import Case, CaseItem, Hold, Hypothesis, Merge, Teammate
from hustings.apps.people.models import Appointment

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(settings, tmp_path):
    settings.EVIDENCE = tmp_path / "evidence"
    return Team()


def post_of(team, who):
    return str(Appointment.objects.get(person=team.people[who]).pk)


def another(team, title="Two more pages"):
    team.post("anna", "/cases/open/", title=title, question="Are they of the same?", scope="", leads=[])
    return Case.objects.get(item__title=title)


def test_the_team_of_a_case_grows_and_shrinks_and_its_past_is_kept(team):
    _, case = opened(team)
    at = f"/cases/{case.pk}/standing/"
    team.post("anna", f"{at}team/", person=post_of(team, "ben"), part="Danish")
    team.post("anna", f"{at}team/", person=post_of(team, "anna"), part="analysis")
    mate = Teammate.objects.get(part="Danish")
    team.post("anna", f"{at}team-end/", mate=str(mate.pk))
    shown = team.page("dora", at)
    assert "Danish" in shown
    assert "analysis" in shown
    assert Teammate.objects.get(pk=mate.pk).ended_at is not None
    # Whose part ended is not offered again, and nobody of elsewhere can be added.
    team.post("anna", f"{at}team-end/", mate=str(mate.pk), expected=422)
    team.post("anna", f"{at}team/", person=post_of(team, "jonas"), part="x", expected=422)


def test_material_is_added_by_the_address_of_its_page_once_and_what_is_not_known_is_not_there(team):
    lead, case = opened(team)
    other = another(team)
    at = f"/cases/{other.pk}/standing/"
    address = f"https://hustings.example/leads/{lead.pk}/"
    team.post("anna", f"{at}material/", item=address, why="the same pages")
    team.post("anna", f"{at}material/", item=address, why="again")
    assert CaseItem.objects.get(case=other).why == "the same pages"
    assert "the same pages" in team.page("ben", at)
    strange = team.post(
        "anna", f"{at}material/", item="/leads/0190c8a2-0000-7000-8000-000000000000/", why="x", expected=422
    )
    assert "names nothing that you know" in strange.content.decode()
    team.post("anna", f"{at}material/", item="the page of yesterday", why="x", expected=422)
    refused = team.post("anna", f"{at}material/", item=f"/cases/{case.pk}/", why="x", expected=422)
    assert "names nothing that you know" in refused.content.decode()


def test_an_answer_is_given_up_for_a_reason_and_stays_to_be_read(team):
    _, case = opened(team)
    team.post("anna", f"/cases/{case.pk}/add/hypothesis/", text="They follow the same news.")
    answer = Hypothesis.objects.get()
    at = f"/cases/{case.pk}/standing/"
    team.post("anna", f"{at}give-up/", hypothesis=str(answer.pk), why="", expected=422)
    team.post("anna", f"{at}give-up/", hypothesis=str(answer.pk), why="No paper had the story that day.")
    assert "No paper had the story that day." in team.page("ben", at)
    team.post("anna", f"{at}give-up/", hypothesis=str(answer.pk), why="again", expected=422)


def test_a_hold_begins_and_ends_by_a_reviewer_and_says_why(team):
    _, case = opened(team)
    at = f"/cases/{case.pk}/standing/"
    assert "Keep everything of this case" not in team.page("anna", at)
    team.post("anna", f"{at}hold/", ground="A letter.", expected=403)
    team.post("dora", f"{at}hold/", ground="Letter of the committee of 3 November.")
    assert "Letter of the committee of 3 November." in team.page("anna", f"/cases/{case.pk}/")
    held = Hold.objects.get()
    team.post("dora", f"{at}hold-end/", hold=str(held.pk), why="The committee was dissolved.")
    assert "The committee was dissolved." in team.page("anna", at)
    assert "Letter of the committee of 3 November. (" not in team.page("anna", f"/cases/{case.pk}/")
    team.post("dora", f"{at}hold-end/", hold=str(held.pk), why="again", expected=422)


def test_two_cases_are_read_as_one_and_stand_alone_again(team):
    _, case = opened(team)
    other = another(team)
    at = f"/cases/{other.pk}/standing/"
    team.post("anna", f"{at}merge/", into=str(case.pk), reason="x", expected=403)
    team.post("dora", f"{at}merge/", into=str(other.pk), reason="itself", expected=422)
    team.post("dora", f"{at}merge/", into=str(case.pk), reason="The same administrators.")
    assert "Two more pages" in team.page("anna", f"/cases/{case.pk}/")
    for one in (case, other):
        assert "The same administrators." in team.page("anna", f"/cases/{one.pk}/standing/")
    team.post("dora", f"/cases/{case.pk}/standing/merge/", into=str(other.pk), reason="a circle", expected=422)
    made = Merge.objects.get(case=other, undone_at=None)
    team.post("dora", f"/cases/{case.pk}/standing/undo-merge/", merge=str(made.pk), reason="Two after all.")
    assert Merge.objects.get(pk=made.pk).undone_why == "Two after all."


def test_who_may_not_know_the_case_gets_the_answer_of_nothing(team):
    _, case = opened(team)
    at = f"/cases/{case.pk}/standing/"
    nothing = "/cases/0190c8a2-0000-7000-8000-000000000000/standing/"
    assert team.client("jonas").get(at).content == team.client("jonas").get(nothing).content
    team.page("jonas", at, expected=404)
    for what in ("team", "material", "hold", "merge"):
        team.post("jonas", f"{at}{what}/", expected=404)
    team.post("anna", f"{at}nothing/", expected=404)
    team.client("anna").get(f"{at}hold/")
    assert not Hold.objects.exists()
