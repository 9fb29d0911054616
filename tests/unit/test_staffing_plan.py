"""The staffing plan: who is missing when, that the plan would hold, and its files."""

import csv
import io
import json
from datetime import date, timedelta
from math import ceil

import made_workload
import pytest

from hustings.cli.main import main
from hustings.errors import BadInput
from hustings.staffing import plan_document
from hustings.staffing.forecast import learn
from hustings.staffing.plan import check, make, simulated, surge
from hustings.staffing.plan_shifts import Crew, Rules, fewest, needs, rota
from hustings.staffing.simulation import Kind, Promise

TODAY = date(2026, 8, 5)
VOTING = date(2026, 11, 3)
SAID = {
    "kinds": [
        {"name": "complaint", "handling_minutes": 3, "due_minutes": 15, "promise": "taken up", "urgent": True},
        {"name": "ad at the door", "handling_minutes": 4, "due_minutes": 1440, "second_looks": 0.3, "differ": 0.1},
        {"name": "account", "handling_minutes": 15, "due_minutes": 4320, "second_looks": 1.0, "clearance": "accounts"},
    ],
    "crews": [
        {"name": "English", "languages": ["en"], "people": 20},
        {"name": "Spanish", "languages": ["en", "es"], "people": 5},
        {"name": "cleared", "languages": ["en", "es"], "clearances": ["accounts"], "people": 5},
    ],
    "elections": [{"name": "Midterms", "country": "US", "day": "2026-11-03", "electorate_millions": 10}],
}
HISTORY = made_workload.history(1)


def crew(name, *languages, people=0, **more):
    return Crew(name=name, languages=frozenset(languages), people=people, **more)


def plain(minutes=6, due=timedelta(days=1), **more):
    return Kind(name="k", handling=timedelta(minutes=minutes), due=due, **more)


def test_a_lane_that_cannot_wait_is_staffed_by_erlang_at_every_hour():
    urgent = plain(3, timedelta(minutes=15), promise=Promise.TAKEN_UP, urgent=True)
    even = Rules(by_hour=(1.0,) * 24)
    need = needs(urgent, "en", 600 * 24, even)
    assert set(need.by_hour) == {38.0}
    assert need.window == 1
    day = fewest([need], [crew("en", "en")], even, {})
    # Thirty-eight at items at any time, breaks and absences on top.
    assert day.posts == {("en", begins): ceil(38 / even.working) for begins in even.shifts}
    assert day.people["en"] == ceil(3 * ceil(38 / even.working) * even.posts)


def test_work_that_can_wait_is_done_by_whom_there_are_and_only_the_rest_is_hired():
    rules = Rules()
    need = needs(plain(), "en", 400, rules)
    hours = 400 * 0.1 / rules.occupancy
    least = hours / (rules.shift_hours * rules.working) * rules.posts
    nobody = fewest([need], [crew("en", "en")], rules, {})
    assert least <= nobody.more["en"] <= least + 2 * rules.posts
    some = fewest([need], [crew("en", "en", people=7)], rules, {"en": 7.0})
    assert some.more["en"] == some.people["en"] - 7
    assert fewest([need], [crew("en", "en")], rules, {"en": 100.0}).more["en"] == 0


def test_languages_and_clearances_go_to_whom_has_them_and_spare_time_helps_others():
    rules = Rules()
    crews = [crew("en", "en"), crew("both", "en", "fi")]
    day = fewest([needs(plain(), "fi", 200, rules), needs(plain(), "en", 400, rules)], crews, rules, {})
    assert day.people["both"] >= 200 * 0.1 / rules.occupancy / (8 * rules.working) * rules.posts
    helped = fewest([needs(plain(), "en", 400, rules)], crews, rules, {"both": 100.0})
    assert helped.more == {"en": 0, "both": 0}
    with pytest.raises(BadInput, match="'sw'"):
        fewest([needs(plain(), "sw", 1, rules)], crews, rules, {})
    with pytest.raises(BadInput, match="the clearance 'secret'"):
        fewest([needs(plain(clearance="secret"), "en", 1, rules)], crews, rules, {})


def test_a_rota_gives_everybody_two_days_off_in_seven_and_every_day_its_posts():
    rules = Rules(absent=0.3, ill=0.1)
    day = fewest([needs(plain(), "en", 900, rules)], [crew("en", "en")], rules, {})
    people = rota([day, day], [crew("en", "en")], rules)
    assert len(people) == sum(ceil(posts * rules.posts - 1e-9) for posts in day.posts.values())
    for person in people:
        days = [int(begins // 24) for begins, _ in person.shifts]
        assert all(sum(first <= each < first + 7 for each in days) <= 5 for first in range(8))
    for begins in {begin for _, begin in day.posts}:
        there = [
            sum((24.0 * each + begins, 24.0 * each + begins + 8) in person.shifts for person in people)
            for each in range(14)
        ]
        assert there == [ceil(day.posts["en", begins] / 0.9)] * 14
        mine = [len(person.shifts) for person in people if person.shifts[0][0] % 24 == begins]
        assert max(mine) - min(mine) <= 3


def test_a_plan_says_how_many_by_when_and_more_where_more_comes():
    plan = make(plan_document.assumptions(SAID), learn(HISTORY), today=TODAY, weeks=16)
    assert [week.monday for week in plan.weeks[:2]] == [date(2026, 8, 3), date(2026, 8, 10)]
    most = max(plan.weeks, key=lambda week: sum(crowd.high for crowd in week.crowds))
    assert abs(most.monday - VOTING) < timedelta(days=9)
    for answer in plan.answers:
        assert answer.low <= answer.middle <= answer.more
    cleared = plan.answers[2]
    assert cleared.more > 0
    assert cleared.begin == cleared.first - timedelta(weeks=9)
    assert "until then borrow people or promise less" in cleared.sentence(TODAY)
    assert f"begin by {cleared.begin}" in cleared.sentence(date(2026, 1, 1))
    # Whoever is there already is not hired.
    enough = json.loads(json.dumps(SAID))
    for each in enough["crews"]:
        each["people"] = 500
    rich = make(plan_document.assumptions(enough), learn(HISTORY), today=TODAY, weeks=4)
    assert rich.answers[0].sentence(TODAY) == "English: nobody more is needed."


def test_a_plan_holds_the_surge_of_seasons_it_has_not_seen():
    asked = plan_document.assumptions(SAID)
    plan = check(asked, learn(HISTORY), today=date(2026, 9, 28), weeks=8, seed=1, around=1)
    assert all(floor.holds(0.95) for floor in plan.floors)
    weeks = surge(plan, 1)
    held = 0
    for seed in range(3):
        days = [{} for _ in range(7 * len(weeks))]
        for row in made_workload.election("unseen", "US", 10, (555, seed)):
            place = (VOTING + timedelta(days=row.day) - weeks[0].monday).days
            if 0 <= place < len(days):
                days[place][row.kind, row.language] = days[place].get((row.kind, row.language), 0) + row.items
        held += simulated(plan, asked, seed=seed, around=1, a_day=days).holds(0.95)
    assert held == 3
    # Four times the work is too much for fewer people, or the test says nothing.
    half = json.loads(json.dumps(SAID)) | {"rules": {"occupancy": 0.999, "absent": 0.0, "ill": 0.0}}
    meagre = make(plan_document.assumptions(half), learn(HISTORY), today=date(2026, 9, 28), weeks=8)
    assert not simulated(meagre, asked, seed=1, around=1, a_day=[{k: 4 * v for k, v in day.items()} for day in days]).holds(0.95)  # fmt: skip


def test_everyday_work_is_planned_without_elections():
    said = {
        "kinds": [{"name": "k", "handling_minutes": 5, "due_minutes": 1440}],
        "crews": [{"name": "all", "languages": ["en"], "people": 0, "hire_weeks": 2, "train_weeks": 1}],
        "everyday": [{"kind": "k", "language": "en", "a_day": 500}],
    }
    plan = make(plan_document.assumptions(said), None, today=TODAY, weeks=2)
    assert plan.answers[0].low == plan.answers[0].more > 8
    assert plan.answers[0].first == date(2026, 8, 3)


def test_a_document_is_read_and_written_alike():
    once = plan_document.assumptions(SAID)
    assert plan_document.assumptions(json.loads(json.dumps(plan_document.document(once)))) == once


def test_a_document_tells_all_its_faults_at_once():
    with pytest.raises(BadInput) as told:
        plan_document.assumptions(
            {
                "kinds": [{"name": "k", "handling_minutes": -1, "due_minutes": "soon", "promise": "kept"}],
                "crews": [{"languages": ["en", 3], "people": 2.5}, "many"],
                "elections": [{"name": "x", "country": "US", "day": "soon", "electorate_millions": 1}],
                "rules": {"occupance": 1},
                "other": 1,
            }
        )
    assert [problem.where for problem in told.value.problems] == [
        "other", "kinds 1: due_minutes", "crews 1: name", "crews 1: languages", "crews 1: people", "crews 2",
        "elections 1: day", "rules: occupance", "kinds 1: promise", "kinds 1: handling_minutes",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["", " ", "a\x00b", "a\ud800", "x" * 201, 3, None])
def test_names_that_no_page_could_show_are_refused(name):
    said = json.loads(json.dumps(SAID))
    said["kinds"][0]["name"] = said["crews"][0]["languages"][0] = name
    with pytest.raises(BadInput) as told:
        plan_document.assumptions(said)
    assert [problem.where for problem in told.value.problems] == ["kinds 1: name", "crews 1: languages"]


def test_more_rows_than_anybody_plans_by_are_refused():
    with pytest.raises(BadInput, match="at most 100"):
        plan_document.assumptions(SAID | {"kinds": SAID["kinds"] * 40})


def test_shifts_by_day_do_for_what_can_wait_and_not_for_what_cannot():
    said = {
        "kinds": [{"name": "k", "handling_minutes": 5, "due_minutes": 1440}],
        "crews": [{"name": "all", "languages": ["en"], "people": 0}],
        "everyday": [{"kind": "k", "language": "en", "a_day": 300}], "rules": {"shifts": [8]},
    }  # fmt: skip
    plan = check(plan_document.assumptions(said), None, today=TODAY, weeks=2, seed=1)
    assert plan.answers[0].more > 5
    said["kinds"][0]["due_minutes"] = 360
    with pytest.raises(BadInput, match="hours at which nobody works"):
        make(plan_document.assumptions(said), None, today=TODAY, weeks=1)
    for shifts in ([], [8, 8], [24]):
        said["rules"] = {"shifts": shifts}
        with pytest.raises(BadInput, match="different hours of the day"):
            make(plan_document.assumptions(said), None, today=TODAY, weeks=1)


def test_assumptions_that_contradict_each_other_are_refused_together():
    said = json.loads(json.dumps(SAID))
    said["crews"].append(said["crews"][0])
    said["everyday"] = [{"kind": "unheard", "language": "en", "a_day": 1}]
    said["rules"] = {"occupancy": 1.0, "by_hour": [1], "shifts": [8]}
    with pytest.raises(BadInput) as told:
        make(plan_document.assumptions(said), None, today=TODAY)
    assert [problem.where for problem in told.value.problems] == [
        "crews", "everyday", "occupancy", "by_hour", "shifts", "history",
    ]  # fmt: skip
    with pytest.raises(BadInput, match="nothing about 'account'"):
        make(plan_document.assumptions(SAID | {"kinds": SAID["kinds"][:2]}), learn(HISTORY), today=TODAY)


def table(rows):
    made = io.StringIO()
    written = csv.writer(made)
    written.writerow(plan_document.HISTORY)
    for row in rows:
        written.writerow([getattr(row, name) for name in plan_document.HISTORY])
    return made.getvalue()


def test_a_history_is_read_from_csv_and_its_faults_are_told_by_line():
    assert plan_document.history(table(HISTORY[:50]).splitlines()) == HISTORY[:50]
    with pytest.raises(BadInput, match="also electorate_millions"):
        plan_document.history(["election,country,day,kind,language,items"])
    with pytest.raises(BadInput) as told:
        plan_document.history([",".join(plan_document.HISTORY), "a,US,1,soon,k,en,3", "a,US,1,-1,,en,3", "a,US"])
    assert [problem.where for problem in told.value.problems] == ["line 2", "line 3", "line 4"]


def test_the_command_says_it_in_sentences_and_as_json(tmp_path, capsys):
    (tmp_path / "plan.json").write_text(json.dumps(SAID))
    (tmp_path / "history.csv").write_text(table(HISTORY))
    asked = ["staffing", "plan", str(tmp_path / "plan.json"), "--from", "2026-10-19", "--weeks", "3"]
    assert main([*asked, "--history", str(tmp_path / "history.csv")]) == 0
    said = capsys.readouterr().out
    assert "cleared: " in said
    assert "more by 2026-1" in said
    assert "were in time" in said
    assert main([*asked, "--history", str(tmp_path / "history.csv"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [len(found["weeks"]), len(found["answers"]), len(found["simulated"])] == [3, 3, 3]
    assert main(asked) == 2
    assert "history: found none" in capsys.readouterr().err
    (tmp_path / "broken.toml").write_text("kinds = [")
    assert main(["staffing", "plan", str(tmp_path / "broken.toml"), "--from", "2026-10-19"]) == 2
    assert "broken.toml" in capsys.readouterr().err
