"""Trials of the live search with planted campaigns: asked for by one, agreed to by another, told in counts, nothing loaded."""

import json
import subprocess
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.test import Client
from made_people import appoint, leave, organisation, person, sign_in
from made_season import season

from hustings.apps import database
from hustings.apps.database import WEB, in_role
from hustings.apps.elections.actions import record_election
from hustings.apps.elections.attention import attention
from hustings.apps.elections.models import RedTeamTrial
from hustings.apps.elections.planning import judge_tier, open_task, take_on
from hustings.apps.elections.red_team import actions, find, jobs
from hustings.apps.elections.red_team.block import told
from hustings.apps.findings.models import Finding, Run
from hustings.apps.items.models import Item
from hustings.apps.people.find import seat_for
from hustings.apps.permission import NotKnown, Refused
from hustings.apps.sweeps.actions import own_marking
from hustings.apps.sweeps.jobs import search
from hustings.apps.sweeps.tables import register_table
from hustings.detection.live import live_search
from hustings.errors import BadInput
from hustings.policy.election import Kind, Level, Status
from hustings.policy.red_team import Alone, Found, Trial
from hustings.policy.risk_tier import Tier
from hustings.policy.scenario import ready

pytestmark = pytest.mark.django_db

ASK = {
    "scenario": "link-burst", "purpose": "Would the live search see a farm of links", "legal_ground": "Election Protection Act, article 12",
    "seeds": 1,
}  # fmt: skip


class House:
    """Two organisations, a table of posts and an election."""

    def __init__(self, place):
        cache.clear()
        company, other = organisation("Meridian"), organisation("Elsewhere")
        self.people = {
            "ana": appoint(person("Ana"), company, "Analyst", ("analyst",)),
            "lia": appoint(person("Lia"), company, "Liaison", ("liaison",)),
            "rex": appoint(person("Rex"), company, "Reviewer", ("reviewer",)),
            "both": appoint(person("Both"), company, "Analyst and reviewer", ("analyst", "reviewer")),
            "aud": appoint(person("Aud"), company, "Auditor", ("auditor",)),
            "vik": appoint(person("Vik"), company, "Security", ("security officer",)),
            "olga": appoint(person("Olga"), other, "Analyst", ("analyst", "reviewer")),
        }
        self.file = season(place / "season.parquet")
        with self.as_("ana") as ana:
            self.table = register_table(
                self.file, title="Posts of the season", by=ana, marking=own_marking(ana),
                collected="public posts with election hashtags since January",
            )  # fmt: skip
            self.election = record_election(
                country="XV", name="Assembly of Valdoria", level=Level.NATIONAL, kind=Kind.LEGISLATIVE, status=Status.PLANNED,
                source="Calendar of the authority", on=database.moment().date() + timedelta(days=90), by=ana,
            )  # fmt: skip

    @contextmanager
    def as_(self, name):
        with in_role(WEB):
            seat = seat_for(self.people[name], strong=True)
            database.seat(seat.id, strong=True)
            yield seat

    def client(self, name):
        client = Client()
        sign_in(client, self.people[name].person)
        return client

    def ask(self, by="ana", **more):
        with self.as_(by) as seat:
            return actions.ask(by=seat, election=self.election, table=self.table, **(ASK | more))

    def agreed(self, **more):
        trial = self.ask(**more)
        with self.as_("rex") as rex:
            actions.agree(trial, by=rex)
        return trial

    def ended(self, monkeypatch, outcome=None, **more):
        """A trial that was run, with an outcome that stands in for the searches."""
        trial = self.agreed(**more)
        monkeypatch.setattr(jobs, "searched", lambda held, _: outcome(held) if outcome else outcome_of(held))
        jobs.work(trial.pk)
        trial.refresh_from_db()
        return trial


def outcome_of(trial, found=(12, 6)):
    tries = [
        Found(seed=seed, planted=12, acts=28, posts=300, found=each, together=each, findings=min(each, 1), beside=0, beside_anew=0,
              others=1, lost=0, seconds=2.0)
        for seed, each in enumerate(found, trial.seed)
    ]  # fmt: skip
    return Trial(
        scenario=trial.asked, table={"sha256": trial.table.sha256, "rows": trial.table.rows, "actors": trial.table.actors},
        searched={"version": "1.0", "settings": {"window_s": 60.0}}, platforms=("twitter",), kinds=("link",), days=13.9,
        alone=Alone(findings=1, members=6, seconds=2.0), tries=tuple(tries),
    ).told()  # fmt: skip


@pytest.fixture
def house(db, settings, tmp_path):
    settings.TABLES = tmp_path / "tables"
    return House(tmp_path)


def test_a_second_person_has_to_agree_and_it_is_another_one(house):
    trial = house.ask(by="both")
    with house.as_("both") as both, pytest.raises(Refused):
        actions.agree(trial, by=both)
    with house.as_("both") as both, pytest.raises(Refused):
        actions.refuse(trial, by=both, reason="by who asked")
    with house.as_("ana") as ana, pytest.raises(Refused):
        actions.agree(trial, by=ana)
    with house.as_("rex") as rex:
        assert actions.agree(trial, by=rex).state == "seconded"
        with pytest.raises(BadInput, match="moved on"):
            actions.agree(trial, by=rex)
        with pytest.raises(BadInput, match="moved on"):
            actions.refuse(trial, by=rex, reason="too late")


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "running"},
        {"state": "seconded", "seconded_by": "asker"},
        {"state": "done", "seconded_by": "rex"},
        {"outcome": {}},
    ],
)
def test_the_database_too_refuses_what_one_person_does_alone_and_what_has_no_outcome(house, changed):
    trial = house.ask()
    people = {"asker": trial.asked_by, "rex": house.people["rex"]}
    changed = {name: people.get(value, value) if isinstance(value, str) else value for name, value in changed.items()}
    with pytest.raises(DatabaseError), transaction.atomic():
        RedTeamTrial.objects.filter(pk=trial.pk).update(**changed)


@pytest.mark.parametrize(("who", "may"), [("ana", True), ("lia", True), ("rex", False), ("aud", False), ("vik", False)])
def test_who_may_ask(house, who, may):
    if may:
        assert house.ask(by=who).state == "asked for"
    else:
        with pytest.raises((Refused, NotKnown)):
            house.ask(by=who)


def test_a_trial_is_as_restricted_as_its_table(house):
    trial = house.ask()
    for who in house.people:
        with house.as_(who) as seat:
            known = who in {"ana", "lia", "rex", "both", "aud"}
            assert find.trials(seat).filter(pk=trial.pk).exists() == known, who
            assert RedTeamTrial.objects.filter(pk=trial.pk).exists() == known, (
                who
            )  # the rows themselves, without the query
    with house.as_("olga") as olga, pytest.raises(NotKnown):
        actions.ask(by=olga, election=house.election, table=house.table, **ASK)
    with house.as_("olga") as olga, pytest.raises(NotKnown):
        actions.agree(trial, by=olga)


def test_everything_wrong_with_a_request_is_told_at_once(house):
    with pytest.raises(BadInput) as error:
        house.ask(purpose="why", legal_ground="", seed=-1, seeds=21, scenario="unheard")
    assert [problem.where for problem in error.value.problems] == [
        "purpose",
        "legal_ground",
        "seed",
        "seeds",
        "scenario",
    ]
    with pytest.raises(BadInput) as error:
        house.ask(strength=1000.0, size=2)
    assert [problem.where for problem in error.value.problems] == ["size", "strength"]
    assert not RedTeamTrial.objects.exists()


def test_it_is_refused_and_taken_back_for_a_reason(house):
    refused, taken = house.ask(), house.ask()
    with house.as_("rex") as rex:
        with pytest.raises(BadInput, match="reason"):
            actions.refuse(refused, by=rex, reason=" ")
        assert actions.refuse(refused, by=rex, reason="no ground for it").reason == "no ground for it"
    with house.as_("lia") as lia, pytest.raises(BadInput, match="somebody else"):
        actions.withdraw(taken, by=lia, reason="not mine")
    with house.as_("ana") as ana:
        assert actions.withdraw(taken, by=ana, reason="asked twice").state == "withdrawn"
    for trial in (refused, taken):
        jobs.work(trial.pk)  # what was not agreed to does not run
        trial.refresh_from_db()
        assert trial.outcome is None


@pytest.mark.slow
def test_a_trial_searches_twice_and_keeps_counts_and_loads_nothing(house):
    before = Item.objects.count()
    digest = house.file.read_bytes()
    trial = house.agreed(seed=3, strength=6.0)
    jobs.work(trial.pk)
    trial.refresh_from_db()
    assert (trial.state, trial.reason) == ("done", "")
    (one,) = trial.trial.tries
    assert (one.seed, one.planted, one.found, one.together, one.beside, one.others) == (3, 12, 12, 12, 0, 1)
    assert trial.trial.alone.findings == 1
    assert trial.trial.alone.members >= 3
    assert trial.trial.table["sha256"] == house.table.sha256
    assert trial.trial.searched["settings"]["window_s"] == 60
    assert Item.objects.count() == before + 1  # the trial itself
    assert not Run.objects.exists()
    assert not Finding.objects.exists()
    kept = json.dumps(trial.outcome)
    assert "planted 0" not in kept  # an account of the table
    assert "-planted" not in kept  # nor one that was made up
    assert house.file.read_bytes() == digest
    jobs.work(trial.pk)  # it runs once
    trial.refresh_from_db()
    assert trial.trial.tries == (one,)


def test_a_trial_that_is_done_ends_its_task_and_one_that_a_lost_worker_began_begins_anew(house, monkeypatch):
    with house.as_("ana") as ana:
        watch = take_on(house.election, by=ana, languages="en")
    with house.as_("lia") as lia:
        judge_tier(watch, Tier.FIRST, factors={}, why="Operations aimed at the last vote", by=lia)
    trial = house.agreed()
    with house.as_("ana") as ana:
        actions.start(trial.pk, by=ana)
        assert open_task(watch, "red team") is not None
    assert jobs.fail_lost() == 0  # its job waits
    monkeypatch.setattr(jobs, "searched", lambda *_: outcome_of(trial))
    jobs.run_red_team(trial=str(trial.pk))
    trial.refresh_from_db()
    assert trial.state == "done"
    with house.as_("ana") as ana:
        assert open_task(watch, "red team") is None
    other = house.agreed()
    with house.as_("ana") as ana:
        actions.start(other.pk, by=ana)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")
    assert jobs.fail_lost() == 1
    other.refresh_from_db()
    assert other.state == "failed"
    assert "The worker was ended" in other.reason


@pytest.mark.slow
def test_a_failure_says_why_and_not_where_the_file_lies(house, settings):
    trial = house.agreed()
    (settings.TABLES / house.table.path).unlink()
    jobs.work(trial.pk)
    trial.refresh_from_db()
    assert trial.state == "failed"
    assert "the table" in trial.reason
    assert str(settings.TABLES) not in trial.reason
    with house.as_("ana") as ana:
        assert [each.sentence for each in attention(ana)] == [
            f"Your trial for Assembly of Valdoria ended without a result: {trial.reason}"
        ]


def test_it_does_not_start_when_who_asked_has_left(house):
    trial = house.agreed()
    leave(house.people["ana"])
    jobs.work(trial.pk)
    trial.refresh_from_db()
    assert (trial.state, trial.started_at) == ("failed", None)
    assert "may no longer" in trial.reason


def test_what_takes_too_long_is_ended_with_its_searches_and_told(house, monkeypatch, tmp_path):
    trial = house.agreed()
    started = []
    real = subprocess.Popen

    def slow(command, **named):
        started.append(real(["sleep", "600"], **named))
        return started[0]

    monkeypatch.setattr(jobs.subprocess, "Popen", slow)
    monkeypatch.setattr(jobs, "LONGEST", 0)
    with pytest.raises(jobs.Failed, match="longer than"):
        jobs.searched(trial, tmp_path)
    assert started[0].poll() is not None


def test_a_sweep_and_a_trial_search_alike(house, monkeypatch, tmp_path):
    """What the live sweep runs is what the command of a trial runs (tests/unit/test_red_team.py sees that one)."""
    asked = []
    monkeypatch.setattr(
        "hustings.apps.sweeps.jobs.subprocess.run",
        lambda command, **_: asked.append(command) or type("Ended", (), {"returncode": 0}),
    )

    class Sweep:
        table = house.table

    assert search(Sweep, [], tmp_path) == ""
    (command,) = asked
    assert command[3:] == live_search([house.file.parent / "tables" / house.table.path], tmp_path / "detect")


def test_the_pages_ask_agree_and_tell(house, monkeypatch):
    ana, rex = house.client("ana"), house.client("rex")
    where = f"/elections/{house.election.pk}/red-team/"
    assert "Nobody has tried" in ana.get(where).content.decode()
    wrong = ana.post(
        f"{where}ask/",
        {
            "table": str(house.table.pk),
            "scenario": "link-burst",
            "seeds": 50,
            "seed": 1,
            "purpose": "x",
            "legal_ground": "",
        },
    )
    assert wrong.status_code == 422
    assert {"seeds", "legal_ground"} <= set(wrong.context["form"].errors)
    asked = ana.post(
        f"{where}ask/",
        {"table": str(house.table.pk), "scenario": "link-burst", "seeds": 2, "seed": 1, "strength": "", "size": "", "purpose": ASK["purpose"],
         "legal_ground": ASK["legal_ground"]},
    )  # fmt: skip
    assert asked.status_code == 302, asked.content.decode()
    page = asked.url
    assert b'value="agree"' not in ana.get(page).content
    assert b'value="withdraw"' in ana.get(page).content
    assert b'value="agree"' in rex.get(page).content
    with house.as_("rex") as seat:
        assert [each.url for each in attention(seat)] == [page]
    assert rex.post(f"{page}move/", {"move": "dance"}).status_code == 302
    assert ana.post(f"{page}move/", {"move": "agree"}).status_code == 403
    assert rex.post(f"{page}move/", {"move": "agree"}).status_code == 302
    monkeypatch.setattr(jobs, "searched", lambda trial, _: outcome_of(trial))
    jobs.work(RedTeamTrial.objects.get().pk)
    shown = ana.get(page).content.decode()
    assert "Of 2 planted campaigns 1 was found by more than half; of the planted accounts 75 % (interval" in shown
    assert ana.get(f"{page}?csv=t").content.decode().splitlines()[1].startswith("1,12,28,300,12,100 %,12,")
    listed = ana.get(where).content.decode()
    assert "<svg" in listed
    assert "Last tried" in listed
    assert "A farm pushes its own site" in listed
    assert (
        ana.get(f"{where}?csv=t")
        .content.decode()
        .splitlines()[1]
        .startswith("A farm pushes its own site,burst,2.0,2,done,75 %")
    )
    vik, olga = house.client("vik"), house.client("olga")
    for client in (vik, olga):
        assert client.get(page).status_code == 404
        assert client.post(f"{page}move/", {"move": "agree"}).status_code == 404
    assert vik.get(where).status_code == 403
    assert "A farm pushes" not in olga.get(where).content.decode()
    assert Client().get(page).status_code == 302


def test_the_block_says_what_was_found_and_what_was_missed(house, monkeypatch):
    house.ended(monkeypatch, lambda trial: outcome_of(trial, (12, 12)))
    house.ended(monkeypatch, lambda trial: outcome_of(trial, (0, 1)), strength=0.5)
    house.ended(monkeypatch, lambda trial: outcome_of(trial, (6, 0)), strength=0.5)
    house.ask(scenario="whisper")
    with house.as_("aud") as aud:
        block = told(aud, house.election)
        assert [(row.style, row.strength, row.recall.campaigns) for row in block["found"]] == [("burst", 2.0, 2)]
        assert [(row.style, row.strength, row.recall.campaigns, row.trials) for row in block["missed"]] == [
            ("burst", 0.5, 4, 2)
        ]
        assert (block["waiting"], block["under_way"]) == (1, 0)
        assert len(block["items"]) == 3
        assert "burst, 0.5 acts a day (4 campaigns)" in block["picture"]
    with house.as_("olga") as olga:
        block = told(olga, house.election)
        assert (block["last"], block["rows"], block["waiting"]) == (None, [], 0)
    with house.as_("vik") as vik:
        assert told(vik, house.election) is None
    assert told(None, house.election) is None


def test_programs_read_and_ask_and_cannot_agree(house, monkeypatch):
    ana, olga = house.client("ana"), house.client("olga")
    body = ASK | {"election": str(house.election.pk), "table": str(house.table.pk)}

    def post(client, **changed):
        return client.post("/api/red-team-trials", json.dumps(body | changed), content_type="application/json")

    made = post(ana, strength=3.0)
    assert made.status_code == 201, made.content
    assert made.json()["scenario"]["strength"] == 3.0
    assert made.json()["outcome"] is None
    assert post(ana, scenario="unheard").status_code == 422
    assert post(ana, seeds=0).status_code == 422
    assert post(ana, table=str(uuid4())).status_code == 404
    assert post(olga).status_code == 404
    assert post(house.client("rex")).status_code == 403
    key = made.json()["id"]
    trial = RedTeamTrial.objects.get(pk=key)
    with house.as_("rex") as rex:
        actions.agree(trial, by=rex)
    monkeypatch.setattr(jobs, "searched", lambda held, _: outcome_of(held))
    jobs.work(trial.pk)
    one = ana.get(f"/api/red-team-trials/{key}").json()
    assert one["state"] == "done"
    assert one["outcome"]["recall"]["mean"] == 0.75
    assert len(one["outcome"]["limits"]) == 4
    assert one["marking"]["tlp"] == "amber+strict"
    listed = ana.get(f"/api/red-team-trials?election={house.election.pk}").json()["items"]
    assert [each["id"] for each in listed] == [key]
    assert ana.get(f"/api/red-team-trials?election={uuid4()}").status_code == 404
    assert olga.get(f"/api/red-team-trials/{key}").status_code == 404
    assert olga.get("/api/red-team-trials").json() == {"items": []}
    assert house.client("vik").get("/api/red-team-trials").status_code == 403
    assert ana.post(f"/api/red-team-trials/{key}", "{}", content_type="application/json").status_code == 405


def test_what_is_kept_reads_as_a_scenario_of_its_day(house):
    trial = house.ask(strength=3.0, size=9)
    assert trial.asked == ready()["link-burst"].but(strength=3.0, size=9)
