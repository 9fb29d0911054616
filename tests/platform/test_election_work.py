"""The work on elections: plans that move with the day, tiers, threats, the operations room, files and the interface."""

from contextlib import contextmanager
from copy import deepcopy
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.test import Client
from icalendar import Calendar
from made_people import appoint, organisation, person, sign_in

from hustings.apps import database
from hustings.apps.database import WEB, in_role
from hustings.apps.elections import claims, due, planning, room, threats
from hustings.apps.elections.actions import record_election
from hustings.apps.elections.attention import attention
from hustings.apps.elections.models import (
    AssessmentApproval,
    Contact,
    Election,
    IncidentLine,
    Shift,
    Situation,
    Task,
    TaskMove,
    TierJudgement,
    Watch,
)
from hustings.apps.elections.room_attention import attention as rooms_waiting
from hustings.apps.people.find import seat_for
from hustings.apps.people.models import AppointmentChange, Person
from hustings.apps.permission import NotKnown, Refused
from hustings.apps.tokens.actions import make_token
from hustings.apps.tokens.scope import Scope
from hustings.errors import BadInput
from hustings.policy.casework import Confidence
from hustings.policy.election import Authority, Kind, Level, Status
from hustings.policy.lead_time import STEPS
from hustings.policy.operations import ContactKind, Duty, IncidentState, LineKind, Severity
from hustings.policy.risk_tier import Tier
from hustings.policy.threat import Capability

pytestmark = pytest.mark.django_db

CLOSE = {"closeness": "close", "past operations": "established", "capability": "high"}


class House:
    """Two organisations whose people work on elections."""

    def __init__(self):
        self.company, self.office = organisation("Meridian"), organisation("Directorate")
        self.people = {
            "ana": appoint(person("Ana"), self.company, "Analyst", ("analyst",)),
            "lia": appoint(person("Lia"), self.company, "Liaison", ("liaison",)),
            "rex": appoint(person("Rex"), self.company, "Reviewer", ("reviewer",)),
            "sue": appoint(person("Sue"), self.company, "Supervisor", ("supervisor",)),
            "ada": appoint(person("Ada"), self.company, "Auditor", ("auditor",)),
            "vik": appoint(person("Vik"), self.company, "Security", ("security officer",)),
            "olga": appoint(person("Olga"), self.office, "Analyst", ("analyst", "liaison")),
        }
        self.today = database.moment().date()
        self.clients = {}

    @contextmanager
    def as_(self, name):
        with in_role(WEB):
            seat = seat_for(self.people[name], strong=True)
            database.seat(seat.id, strong=True)
            yield seat

    def client(self, name):
        if name not in self.clients:  # a code of the second factor counts once
            self.clients[name] = Client()
            sign_in(self.clients[name], self.people[name].person)
        return self.clients[name]

    def election(self, days=120, **more):
        said = {"country": "XV", "name": "Assembly of Valdoria", "level": Level.NATIONAL, "kind": Kind.LEGISLATIVE, "status": Status.PLANNED,
                "source": "Calendar of the authority", "on": None if days is None else self.today + timedelta(days=days)}  # fmt: skip
        with self.as_("ana") as ana:
            return record_election(**(said | more), by=ana)

    def watch(self, days=120, tier=None, by="lia", **more):
        election = self.election(days, **more)
        with self.as_(by) as seat:
            watch = planning.take_on(election, by=seat)
            if tier is not None:
                planning.judge_tier(watch, tier, factors=CLOSE, why="Operations in both last elections", by=seat)
        return watch

    def said(self, watch, days, status=Status.PLANNED, by="ana", source="Decree 7"):
        with self.as_(by) as seat:
            on = None if days is None else self.today + timedelta(days=days)
            claims.record_claim(
                watch.election, on=on, status=status, source=source, authority=Authority.GAZETTE, by=seat
            )


@pytest.fixture(scope="module")
def made(lasting):
    return House()


@pytest.fixture
def house(made, db):
    cache.clear()
    return deepcopy(made)


def due_days(watch):
    return dict(Task.objects.filter(watch=watch).exclude(step="").values_list("step", "due"))


def test_taking_an_election_on_makes_the_plan_that_every_election_has_and_a_tier_the_rest(house):
    watch = house.watch(days=200)
    every = {step.code for step in STEPS if len(step.tiers) == 3}
    assert set(due_days(watch)) == every
    with house.as_("lia") as lia:
        assert planning.take_on(watch.election, by=lia).pk == watch.pk
        planning.judge_tier(watch, Tier.FIRST, factors=CLOSE, why="Operations in both last elections", by=lia)
    assert set(due_days(watch)) == {step.code for step in STEPS}
    assert due_days(watch)["assessment"] == house.today + timedelta(days=110)
    assert Task.objects.get(watch=watch, step="tier").state == "done"
    judged = TierJudgement.objects.get()
    assert (judged.tier, judged.proposed, judged.factors, judged.by) == (1, 1, CLOSE, house.people["lia"])
    with house.as_("lia") as lia:
        planning.judge_tier(watch, Tier.THIRD, factors={}, why="It was called off in the north", by=lia)
    dropped = Task.objects.filter(watch=watch, state="dropped")
    assert {task.step for task in dropped} == {step.code for step in STEPS} - every
    with house.as_("lia") as lia:
        planning.judge_tier(watch, Tier.FIRST, factors=CLOSE, why="And on again", by=lia)
    assert not Task.objects.filter(watch=watch, state="dropped").exists()


def test_a_change_of_the_day_moves_every_open_task_of_every_organisation_and_keeps_what_is_done(house):
    watch = house.watch(days=120, tier=Tier.FIRST)
    with house.as_("olga") as olga:
        theirs = planning.take_on(watch.election, by=olga)
        own = planning.add_task(theirs, title="Call the mayors", due=house.today + timedelta(days=100), by=olga)
        fixed = planning.add_task(
            theirs, title="Send the budget", due=house.today + timedelta(days=20), with_day=False, by=olga
        )
    done = Task.objects.get(watch=watch, step="rules")
    given = Task.objects.get(watch=watch, step="sweeps")
    with house.as_("ana") as ana:
        planning.finish(done, by=ana, note="All four rules are recorded")
        planning.give(given, house.people["ana"], by=ana)
    before = due_days(watch)
    house.said(watch, 150)
    after = due_days(watch)
    assert after["rules"] == before["rules"]
    later = {step.code for step in STEPS if before[step.code] > house.today} - {"rules"}
    assert {after[code] - before[code] for code in later} == {timedelta(days=30)}
    own.refresh_from_db()
    fixed.refresh_from_db()
    assert own.due == house.today + timedelta(days=130)
    assert fixed.due == house.today + timedelta(days=20)
    move = TaskMove.objects.get(task=given, what="moved")
    assert (move.due_was, move.due, move.claim.source) == (before["sweeps"], after["sweeps"], "Decree 7")
    with house.as_("ana") as ana:
        assert [task.pk for task in due.moved(ana)] == [given.pk]
        assert any("your tasks moved" in each.sentence for each in attention(ana))
        planning.seen(watch, by=ana)
        assert not due.moved(ana).exists()
    with house.as_("lia") as lia:
        assert not any("your tasks moved" in each.sentence for each in attention(lia))


def test_a_day_that_comes_nearer_asks_for_nothing_yesterday(house):
    watch = house.watch(days=120, tier=Tier.FIRST)
    house.said(watch, 20)
    late = Task.objects.filter(watch=watch, state="open", due__lt=house.today)
    assert not late.exists()
    assert due_days(watch)["red team"] == house.today
    assert due_days(watch)["roster"] == house.today + timedelta(days=13)
    # The next day it is overdue since yesterday, and not since a day before anybody could know.
    yesterday = house.today - timedelta(days=1)
    Watch.objects.update(at=database.moment() - timedelta(days=60))
    Task.objects.filter(watch=watch, step="red team").update(due=yesterday)
    moves = TaskMove.objects.count()
    planning.keep_plans()
    assert (due_days(watch)["red team"], TaskMove.objects.count()) == (yesterday, moves)


def test_put_off_without_a_day_the_plan_rests_and_a_new_day_takes_it_up(house):
    watch = house.watch(days=120, tier=Tier.SECOND)
    house.said(watch, None, Status.POSTPONED, source="Court order")
    still = Task.objects.filter(watch=watch).exclude(step="tier")  # that was done by judging
    assert set(still.values_list("state", "due")) == {("suspended", None)}
    house.said(watch, 300, Status.CALLED, source="Decree 9")
    assert set(still.values_list("state", flat=True)) == {"open"}
    assert due_days(watch)["assessment"] == house.today + timedelta(days=210)


def test_a_task_with_a_day_of_its_own_has_it_again_when_the_plan_goes_on(house):
    watch = house.watch(days=120)
    day = house.today + timedelta(days=20)
    with house.as_("ana") as ana:
        task = planning.add_task(watch, title="Call the mayors", due=day, with_day=False, by=ana)
    for _ in range(2):
        house.said(watch, None, Status.POSTPONED, source="Court order")
        task.refresh_from_db()
        assert (task.state, task.due) == ("suspended", None)
        house.said(watch, 300, Status.CALLED, source="Decree 9")
        task.refresh_from_db()
        assert (task.state, task.due) == ("open", day)


def test_who_has_left_owns_no_task_and_is_on_no_roster(house):
    watch = house.watch(days=120)
    task = Task.objects.filter(watch=watch, step="day").get()  # due today, meant for an analyst
    with house.as_("lia") as lia:
        planning.give(task, house.people["ana"], by=lia)
        assert task.pk not in {one.pk for one in due.unowned(lia, house.today)}
        begin = room.open_time(watch)[0]
        room.add_shift(watch, by=lia, who=house.people["ana"], duty=Duty.LEAD, starts=begin, ends=begin + timedelta(hours=8), reach="Room 4")  # fmt: skip
        assert {gap.starts for gap in room.staffing(watch)} == {begin, begin + timedelta(hours=8)}
        second = house.watch(days=121)
        late = begin + timedelta(hours=6)
        again = room.add_shift(second, by=lia, who=house.people["ana"], duty=Duty.ANALYST, starts=late, ends=late + timedelta(hours=9), reach="Room 5")  # fmt: skip
        (twice,) = [gap for gap in room.staffing(watch) if gap.twice]
        assert (twice.starts, twice.ends, twice.elsewhere) == (late, begin + timedelta(hours=8), str(second.election))
        assert "here and for" in house.client("ana").get(f"/elections/{watch.election_id}/room/").content.decode()
        room.end_shift(again, by=lia)
        assert not any(gap.twice for gap in room.staffing(watch))
    other = appoint(person("Bea"), house.people["ana"].position.organisation, "Analyst", ("analyst",))
    AppointmentChange.objects.create(appointment=house.people["ana"], at=database.moment(), state="ended", document="Letter")  # fmt: skip
    with in_role(WEB):
        bea = seat_for(other, strong=True)
        database.seat(bea.id, strong=True)
        assert house.people["ana"] not in planning.colleagues(bea)
        assert task.pk in {one.pk for one in due.unowned(bea, house.today)}, "somebody else has to take it"
        assert {gap.starts for gap in room.staffing(watch)} == {begin}, "nobody leads the first hours any more"
        with pytest.raises(BadInput):
            planning.give(task, house.people["ana"], by=bea)


def test_cancelled_closes_the_plan_and_called_again_opens_what_was_open(house):
    watch = house.watch(days=120)
    first, second = Task.objects.filter(watch=watch).order_by("step")[:2]
    with house.as_("ana") as ana:
        planning.finish(first, by=ana, note="It is done")
        planning.drop(second, by=ana, note="It is not needed here")
    house.said(watch, 120, Status.CANCELLED, source="Decree 8")
    assert not Task.objects.filter(watch=watch, state="open").exists()
    house.said(watch, 130, Status.CALLED, source="Decree 9")
    states = dict(Task.objects.filter(watch=watch).values_list("pk", "state"))
    assert (states.pop(first.pk), states.pop(second.pk)) == ("done", "dropped")
    assert set(states.values()) == {"open"}


def test_the_worker_makes_what_the_plan_lacks_and_changes_nothing_else(house):
    watch = house.watch(days=120, tier=Tier.FIRST)
    before = list(Task.objects.order_by("pk").values())
    moves = TaskMove.objects.count()
    assert planning.keep_plans() == 1
    assert (list(Task.objects.order_by("pk").values()), TaskMove.objects.count()) == (before, moves)
    Watch.objects.create(election=house.election(60, place="North"), held_by=house.office, by=house.people["olga"])
    assert planning.keep_plans() == 2
    assert Task.objects.exclude(watch=watch).count() == len([step for step in STEPS if len(step.tiers) == 3])


def test_a_plan_is_its_organisations_alone(house):
    watch = house.watch(days=120)
    with house.as_("olga") as olga:
        assert planning.watch_of(olga, watch.election) is None
        assert not Task.objects.exists()
        assert not due.standing(olga, house.today)
        with pytest.raises(NotKnown):
            planning.finish(Task(pk=watch.pk), by=olga, note="x")
    other = house.client("olga")
    key = Task.objects.filter(watch=watch).order_by("pk").first().pk
    assert other.get(f"/elections/tasks/{key}/").status_code == 404
    assert other.get(f"/elections/{watch.election_id}/room/").status_code == 404
    assert "nobody here works on" in other.get(f"/elections/{watch.election_id}/").content.decode().lower()
    visitor = Client().get(f"/elections/{watch.election_id}/").content.decode()
    assert "Our work" not in visitor


@pytest.mark.parametrize(
    ("who", "allowed"), [("ana", False), ("lia", True), ("rex", True), ("sue", True), ("vik", False)]
)
def test_who_may_judge_the_tier(house, who, allowed):
    watch = house.watch(days=120)
    with house.as_(who) as seat:
        if allowed:
            planning.judge_tier(watch, Tier.SECOND, factors={}, why="As last time", by=seat)
        else:
            with pytest.raises(Refused):
                planning.judge_tier(watch, Tier.SECOND, factors={}, why="As last time", by=seat)
    assert TierJudgement.objects.exists() is allowed


def test_the_database_lets_nobody_judge_who_may_not(house):
    watch = house.watch(days=120)
    with house.as_("ana") as ana, pytest.raises(DatabaseError), transaction.atomic():
        TierJudgement.objects.create(watch=watch, tier=1, proposed=1, factors={}, why="x", by=ana.appointment)


def test_the_days_page_says_what_is_due_what_comes_and_what_nobody_took_on(house):
    watch = house.watch(days=95, tier=Tier.FIRST)
    free = house.election(30, place="North", name="Council of the North")
    late = Task.objects.get(watch=watch, step="day")
    Task.objects.filter(pk=late.pk).update(due=house.today - timedelta(days=3))
    client = house.client("ana")
    shown = client.get("/elections/today/").content.decode()
    assert "1 task overdue" in shown
    assert "Confirm the day with the electoral authority" in shown
    assert "Council of the North" in shown
    assert f"/elections/{free.pk}/" in shown
    assert "Write the threat assessment" in shown
    rows = client.get("/elections/today/?csv=late").content.decode().splitlines()
    assert len(rows) == 2
    assert house.client("vik").get("/elections/today/").status_code == 403
    with house.as_("lia") as lia:
        waiting = [each.sentence for each in attention(lia)]
    assert any("nobody has taken" in sentence for sentence in waiting)
    assert client.post(f"/elections/tasks/{late.pk}/take/").status_code == 302
    with house.as_("ana") as ana:
        assert any("Yours to do: Confirm the day" in each.sentence for each in attention(ana))


def test_the_days_page_says_where_sources_need_a_person(house):
    agreed, contradicted, over = (
        house.watch(days=30),
        house.watch(days=40, name="Council"),
        house.watch(days=-3, name="Senate"),
    )
    house.said(contradicted, 47)
    with house.as_("ana") as ana:
        told = {one.watch.pk: one.sources for one in due.standing(ana, house.today)}
    assert told == {
        agreed.pk: "", contradicted.pk: "contradict each other", over.pk: "do not say whether it was held",
    }  # fmt: skip
    page = house.client("ana").get("/elections/today/").content.decode()
    assert "contradict each other" in page


def test_the_election_page_takes_on_judges_and_adds_and_a_task_is_done_with_a_note(house):
    election = house.election(100)
    client = house.client("lia")
    where = f"/elections/{election.pk}/"
    assert client.post(f"{where}take-on/", {"languages": "en, fr"}).status_code == 302
    wrong = client.post(f"{where}tier/", {"tier": "1", "why": "", "closeness": "close"})
    assert wrong.status_code == 422
    assert client.post(f"{where}tier/", {"tier": "1", "why": "As before", "closeness": "close"}).status_code == 302
    assert (
        client.post(
            f"{where}tasks/", {"title": "Call the mayors", "due": "", "with_day": "on", "owner": house.people["ana"].pk}
        ).status_code
        == 302
    )
    shown = client.get(where).content.decode()
    assert "Call the mayors" in shown
    assert "en, fr" in shown
    assert "closeness: close" in shown
    task = Task.objects.get(title="Call the mayors")
    assert client.post(f"/elections/tasks/{task.pk}/finish/", {"note": ""}).status_code == 422
    assert client.post(f"/elections/tasks/{task.pk}/finish/", {"note": "All were called"}).status_code == 302
    assert client.post(f"/elections/tasks/{task.pk}/drop/", {"note": "Twice"}).status_code == 422
    assert "All were called" in client.get(f"/elections/tasks/{task.pk}/").content.decode()
    assert client.post(f"/elections/tasks/{task.pk}/reopen/", {"note": "One was not"}).status_code == 302
    task.refresh_from_db()
    assert (task.state, task.ended_by) == ("open", None)
    other = house.people["olga"]
    assert client.post(f"/elections/tasks/{task.pk}/give/", {"owner": other.pk}).status_code == 422
    assert client.get(f"{where}?csv=open").status_code == 200


def written(house, watch, by="ana", **more):
    said = {"summary": "Two groups pushed the same links before and may do so again", "gaps": "Nobody here reads the northern language well enough",
            "confidence": Confidence.MODERATE, "why": "The same marks came back twice this year", "methods": ["T0086"],
            "actors": [threats.Named(name="Harbour group", capability=Capability.MEDIUM, why="Found after weeks in the last election")]}  # fmt: skip
    with house.as_(by) as seat:
        return threats.write(watch, by=seat, **(said | more))


def test_an_assessment_is_approved_by_another_person_and_its_versions_stay(house):
    watch = house.watch(days=95)
    version = written(house, watch)
    with house.as_("ana") as ana, pytest.raises((Refused, NotKnown)):
        threats.approve(version, by=ana, approved=True, note="Mine")
    with house.as_("rex") as rex:
        assert [one.pk for one in threats.to_approve(rex)] == [version.pk]
        assert any("waits for a second person" in each.sentence for each in attention(rex))
        threats.approve(version, by=rex, approved=False, note="The north is missing")
        assert not threats.to_approve(rex)
    second = written(
        house, watch, assessment=version.assessment, gaps="The northern language is read by one person alone"
    )
    assert second.number == 2
    with house.as_("rex") as rex:
        with pytest.raises(BadInput):
            threats.approve(version, by=rex, approved=True, note="The old one")
        threats.approve(second, by=rex, approved=True, note="Read with the regional team")
        with pytest.raises(BadInput):
            threats.approve(second, by=rex, approved=True, note="Again")
    client = house.client("lia")
    shown = client.get(f"/elections/threats/{version.assessment_id}/").content.decode()
    for words in (
        "Rex stands by it",
        "Harbour group",
        "T0086",
        "What was said before",
        "The north is missing",
        "one person alone",
    ):
        assert words in shown
    assert house.client("olga").get(f"/elections/threats/{version.assessment_id}/").status_code == 404
    with house.as_("rex"), pytest.raises(DatabaseError), transaction.atomic():
        AssessmentApproval.objects.update(approved=False)


def test_the_database_lets_no_author_approve(house):
    watch = house.watch(days=95)
    version = written(house, watch, by="rex")
    with house.as_("rex") as rex, pytest.raises(DatabaseError), transaction.atomic():
        AssessmentApproval.objects.create(version=version, approved=True, note="Mine", by=rex.appointment)


def test_everything_that_an_assessment_lacks_is_told_at_once(house):
    watch = house.watch(days=95)
    with pytest.raises(BadInput) as error:
        written(house, watch, summary="Bad things", gaps="", why="", methods=["T9999"])
    assert {problem.where for problem in error.value.problems} == {"summary", "gaps", "why", "technique"}


def test_an_assessment_is_as_restricted_as_the_profile_it_names(house):
    from hustings.apps.cases.known import make_profile
    from hustings.policy.marking import Marking, Need, Tlp

    watch = house.watch(days=95)
    with house.as_("ana") as ana:
        marking = Marking(tlp=Tlp.RED, owner=str(house.company.pk), need=Need.NAMED)
        profile = make_profile(by=ana, title="Harbour group", marking=marking, text="")
    version = written(house, watch, actors=[threats.Named(actor=profile.item, name="Harbour group", capability=Capability.HIGH, why="It was removed twice before")])  # fmt: skip
    assert house.client("rex").get(f"/elections/threats/{version.assessment_id}/").status_code == 404
    assert house.client("ana").get(f"/elections/threats/{version.assessment_id}/").status_code == 200


def test_the_page_writes_and_decides_an_assessment(house):
    watch = house.watch(days=95)
    client = house.client("ana")
    where = f"/elections/{watch.election_id}/threats/"
    said = {"summary": "Two groups pushed the same links before and may again", "gaps": "Nobody here reads the northern language well",
            "confidence": "low", "why": "One source, and it is old", "methods": ["T0086"], "name_1": "Harbour group", "capability_1": "high", "why_1": "Removed twice"}  # fmt: skip
    assert client.post(where, said | {"summary": "x"}).status_code == 422
    answer = client.post(where, said)
    assert answer.status_code == 302, answer.content.decode()
    assert house.client("sue").post(where, said).status_code == 403
    other = house.client("rex")
    assert other.post(f"{answer.url}decide/", {"decision": "approve", "note": "Read it all"}).status_code == 302
    assert client.post(answer.url, said | {"confidence": "moderate"}).status_code == 302
    assert "nobody else has read it yet" in client.get(answer.url).content.decode()


def test_the_room_tells_gaps_keeps_incidents_and_reports_figures_of_their_moment(house):
    watch = house.watch(days=1, tier=Tier.FIRST)
    begin = room.open_time(watch)[0]
    with house.as_("lia") as lia:
        room.add_shift(
            watch,
            by=lia,
            who=house.people["lia"],
            duty=Duty.LEAD,
            starts=begin,
            ends=begin + timedelta(hours=12),
            reach="Room 4",
        )
        for wrong in (
            {"ends": begin},
            {"ends": begin + timedelta(hours=17)},
            {"reach": " "},
            {"who": house.people["olga"]},
        ):
            given = {
                "who": house.people["ana"],
                "duty": Duty.ANALYST,
                "starts": begin,
                "ends": begin + timedelta(hours=8),
                "reach": "Room 4",
            } | wrong
            with pytest.raises(BadInput):
                room.add_shift(watch, by=lia, **given)
        assert {gap.what for gap in room.staffing(watch)} == {"no lead", "no analyst"}
        incident = room.open_incident(
            watch,
            by=lia,
            title="A false closing hour is spread",
            severity=Severity.SERIOUS,
            text="Seen on two platforms",
        )
        room.report_situation(watch, by=lia, text="Calm but for one false hour")
        room.write_incident(
            incident, by=lia, text="Both platforms took it down", severity=Severity.LOCAL, state=IncidentState.CLOSED
        )
        room.report_situation(watch, by=lia, text="Calm")
        room.write_line(watch, by=lia, text="Ben takes over", kind=LineKind.HAND_OVER)
    first, second = Situation.objects.order_by("number")
    of = lambda report: {one["name"]: one["value"] for one in report.figures}
    assert (of(first)["incidents open"], of(first)["incidents serious"], of(second)["incidents open"]) == (1, 1, 0)
    assert of(first)["reviews waiting"] is None  # a liaison does not see reviews, and the report says so
    assert all(one["caveat"] and one["as_of"] for one in first.figures)
    assert [line.severity for line in IncidentLine.objects.order_by("at")] == [3, 2]
    client = house.client("ana")
    shown = client.get(f"/elections/{watch.election_id}/room/").content.decode()
    for words in ("no analyst", "hand-over", "Report 2", "What it does not say", "1 noted"):
        assert words in shown
    then = client.get(f"/elections/{watch.election_id}/room/1/").content.decode()
    assert "Calm but for one false hour" in then
    assert "Who reported may not see what it counts." in then
    assert client.get(f"/elections/{watch.election_id}/room/9/").status_code == 404
    with house.as_("lia"), pytest.raises(DatabaseError), transaction.atomic():
        Situation.objects.update(text="It was not so")


def test_an_incident_on_which_nobody_wrote_in_time_is_told_to_who_is_on_duty(house, at):
    watch = house.watch(days=1)
    now = database.moment()
    with house.as_("lia") as lia:
        incident = room.open_incident(watch, by=lia, title="A false hour", severity=Severity.CRITICAL, text="Seen")
    told = lambda name: [one.sentence for one in waiting_of(name)]

    def waiting_of(name):
        with house.as_(name) as seat:
            return rooms_waiting(seat)

    assert told("ana") == [], "a quarter of an hour has not passed"
    at(now + timedelta(minutes=16))
    assert told("ana") == told("rex") == ["Nobody wrote on an incident of severity 4 within 15 minutes: A false hour"]
    page = house.client("ana").get(f"/elections/{watch.election_id}/room/").content.decode()
    assert '<span class="mark red">late</span>' in page
    with house.as_("lia") as lia:
        for who, starts in (("ana", now), ("lia", now + timedelta(hours=8))):
            room.add_shift(watch, by=lia, who=house.people[who], duty=Duty.LEAD, starts=starts, ends=starts + timedelta(hours=8), reach="Room 4")  # fmt: skip
    assert [one.partition(" as lead")[0] for one in told("ana")] == ["You are on duty", "Nobody wrote on an incident of severity 4 within 15 minutes: A false hour"]  # fmt: skip
    assert len(told("lia")) == 1
    assert told("lia")[0].startswith("You will be on duty from ")
    assert told("olga") == told("rex") == [], "who is on duty is told"
    with house.as_("ana") as ana:
        room.write_incident(incident, by=ana, text="Down", severity=Severity.LOCAL, state=IncidentState.CONTAINED)
    assert len(told("ana")) == 1


def test_the_whole_roster_is_shown_taken_back_and_goes_out_as_files(house):
    watch = house.watch(days=1)
    begin = database.moment().replace(microsecond=0) - timedelta(hours=1)
    with house.as_("lia") as lia:
        for number in range(20):
            starts = begin + timedelta(hours=8 * number)
            who = house.people["ana" if number % 2 else "lia"]
            room.add_shift(watch, by=lia, who=who, duty=Duty.LEAD, starts=starts, ends=starts + timedelta(hours=8), reach="=4", languages="en")  # fmt: skip
    client = house.client("lia")
    where = f"/elections/{watch.election_id}/room/"
    shown = client.get(where).content.decode()
    assert shown.count("off the roster") == 20, "the shift of now too"
    assert client.post(f"/elections/shifts/{watch.shifts.order_by('starts').first().pk}/end/").status_code == 302
    events = Calendar.from_ical(client.get(f"{where}roster.ics").content).walk("VEVENT")
    assert len(events) == 19
    assert events[0]["DTSTART"].dt == begin + timedelta(hours=8)
    assert len(Calendar.from_ical(client.get(f"{where}roster.ics?mine").content).walk("VEVENT")) == 9
    lines = client.get(f"{where}roster.csv").content.decode().splitlines()
    assert (len(lines), lines[0]) == (20, "who,duty,starts,ends,languages,reach")
    assert ",'=4" in lines[1], "no spreadsheet runs it"
    assert house.client("olga").get(f"{where}roster.ics").status_code == 404


def test_two_people_of_one_name_are_on_duty_once_each(house):
    watch = house.watch(days=1)
    begin = room.open_time(watch)[0]
    namesake = Person.objects.create_user("another.ana@example.org", "A password of tests.", name="Ana")
    other = appoint(namesake, house.people["ana"].position.organisation, "Analyst", ("analyst",))
    with house.as_("lia") as lia:
        for who in (other, house.people["ana"]):
            room.add_shift(watch, by=lia, who=who, duty=Duty.LEAD, starts=begin, ends=begin + timedelta(hours=8), reach="Room 4")  # fmt: skip
        assert not [gap for gap in room.staffing(watch) if gap.twice]
        room.add_shift(watch, by=lia, who=other, duty=Duty.ANALYST, starts=begin, ends=begin + timedelta(hours=2), reach="Room 4")  # fmt: skip
        assert [gap.what for gap in room.staffing(watch) if gap.twice] == ["Ana"]


@pytest.mark.parametrize(
    "page", ["//elsewhere.example/", "/\\elsewhere.example", "https://elsewhere.example/", "cases/"]
)
def test_an_incident_leads_to_a_page_of_this_installation_alone(house, page):
    watch = house.watch(days=1)
    with house.as_("lia") as lia, pytest.raises(BadInput):
        room.open_incident(watch, by=lia, title="x", severity=Severity.NOTED, text="y", page=page)
    told = calling(house)("lia", "post", f"/elections/{watch.election_id}/incidents", {"title": "x", "severity": 1, "text": "y", "page": page})  # fmt: skip
    assert told.status_code == 422


def test_the_rooms_forms_say_what_is_wrong_beside_the_field(house):
    watch = house.watch(days=1)
    client = house.client("lia")
    where = f"/elections/{watch.election_id}/room/"
    assert client.post(f"{where}incident/", {"title": "x", "severity": "9", "text": "y"}).status_code == 422
    assert (
        client.post(
            f"{where}incident/", {"title": "x", "severity": "2", "text": "y", "page": "https://elsewhere.example/"}
        ).status_code
        == 422
    )
    assert client.post(f"{where}line/", {"kind": "log", "text": ""}).status_code == 422
    assert client.post(f"{where}situation/", {"text": "Calm"}).status_code == 302
    assert (
        client.post(f"{where}incident/", {"title": "A false hour", "severity": "2", "text": "Seen"}).status_code == 302
    )
    shift = {
        "who": house.people["ana"].pk,
        "duty": "analyst",
        "starts": "2031-05-04T08:00",
        "ends": "2031-05-04T16:00",
        "reach": "Room 4",
    }
    assert client.post(f"{where}shift/", shift | {"ends": "2031-05-04T07:00"}).status_code == 422
    assert client.post(f"{where}shift/", shift).status_code == 302
    key = watch.shifts.get().pk
    assert house.client("olga").post(f"/elections/shifts/{key}/end/").status_code == 404
    assert client.post(f"/elections/shifts/{key}/end/").status_code == 302
    incident = watch.incidents.get()
    assert (
        client.post(
            f"/elections/incidents/{incident.pk}/", {"text": "Taken down", "severity": "1", "state": "closed"}
        ).status_code
        == 302
    )
    assert house.client("olga").get(f"/elections/incidents/{incident.pk}/").status_code == 404
    assert house.client("vik").get(where).status_code == 404


def test_a_contact_counts_as_verified_from_the_day_on_which_somebody_answered(house):
    client = house.client("lia")
    made = {
        "kind": "state election office",
        "office": "Office of the North",
        "reach": "+1 555 0100",
        "country": "XV",
        "place": "North",
    }
    assert client.post("/elections/contacts/", made | {"country": "ZZ"}).status_code == 422
    assert client.post("/elections/contacts/", made).status_code == 302
    with house.as_("lia") as lia:
        contact = room.contacts(lia).get()
        assert contact.verified is None
        room.check_contact(contact, by=lia, on=house.today, how="Called in the morning", answered=False)
        assert room.contacts(lia).get().verified is None
        with pytest.raises(BadInput):
            room.check_contact(contact, by=lia, on=house.today + timedelta(days=1), how="Tomorrow", answered=True)
        room.add_contact(by=lia, kind=ContactKind.PLATFORM, office="Meridian desk", reach="desk@meridian.example")
        assert room.contacts(lia, "DE").count() == 1
    where = f"/elections/contacts/{contact.pk}/"
    assert (
        client.post(where, {"on": house.today.isoformat(), "how": "Called again", "answered": "yes"}).status_code == 302
    )
    with house.as_("lia") as lia:
        assert room.contacts(lia, "XV").get(kind="state election office").verified == house.today
    assert house.client("olga").get(where).status_code == 404
    assert client.post(f"{where}end/").status_code == 302
    assert client.get(where).status_code == 404


def test_a_calendar_keeps_its_identities_and_counts_its_editions(house):
    election = house.election(100)
    house.election(None, status=Status.EXPECTED, place="South", name="Council of the South")

    def event():
        calendar = Calendar.from_ical(Client().get("/elections/calendar.ics?country=xv&level=national").content)
        return calendar.walk("VEVENT")

    first = event()
    assert len(first) == 1
    assert (first[0]["dtstart"].dt, first[0]["sequence"], first[0]["status"]) == (
        house.today + timedelta(days=100),
        0,
        "TENTATIVE",
    )
    house.said(Watch(election=election), 110, Status.CALLED)
    house.said(Watch(election=election), 110, Status.CANCELLED, source="Decree 8")
    last = event()[0]
    assert last["uid"] == first[0]["uid"]
    assert (last["dtstart"].dt, last["sequence"], last["status"]) == (house.today + timedelta(days=110), 2, "CANCELLED")
    assert not Calendar.from_ical(Client().get("/elections/calendar.ics?kind=referendum").content).walk("VEVENT")
    for wrong in ("country=ZZ", "level=galactic", "kind=royal"):
        assert Client().get(f"/elections/calendar.ics?{wrong}").status_code in {302, 404}


def test_what_one_installation_writes_another_reads_back(house):
    from hustings.apps.elections.asked import Asked
    from hustings.apps.elections.loading import load_list

    election = house.election(100, place="Nørrebro, 2", name='Council; of "the" North\nand South', body="Council")
    files = {
        "ics": Client().get("/elections/calendar.ics").content,
        "csv": Client().get("/elections/calendar.csv").content,
    }
    for layout, body in files.items():
        with house.as_("ana") as ana:
            done = load_list(
                Asked(body=body, name=f"x.{layout}", layout=layout, source="The other installation", listed=layout),
                by=ana,
            )
        assert done.became == {"new": 0, "joined": 1, "known": 0, "repeated": 0}, (layout, done.faults)
        assert not done.faults
    assert Election.objects.get().claims.count() == 3
    assert election.pk == Election.objects.get().pk


def calling(house):
    """A function that makes a call of the interface by a token of somebody."""

    def call(name, method, path, body=None, *scopes):
        with house.as_(name) as seat:
            secret = make_token(
                name="t",
                scopes=scopes or (Scope.READ_ELECTIONS, Scope.WRITE_ELECTIONS),
                by=seat,
                good_for=timedelta(days=1),
            )[1]
        named = {"headers": {"Authorization": f"Bearer {secret}"}}
        if method == "post":
            named |= {"data": body or {}, "content_type": "application/json"}
        return getattr(Client(), method)(f"/api{path}", **named)

    return call


def test_the_interface_reads_and_writes_the_calendar_and_the_work(house):
    call = calling(house)
    on = (house.today + timedelta(days=100)).isoformat()
    made = call(
        "lia",
        "post",
        "/elections",
        {"country": "XV", "name": "Assembly", "kind": "legislative", "on": on, "status": "planned", "source": "List"},
    )
    assert made.status_code == 201, made.content
    key = made.json()["id"]
    assert call("lia", "post", "/elections", {"country": "XV"}).status_code == 422
    assert (
        call(
            "vik",
            "post",
            "/elections",
            {"country": "XV", "name": "B", "kind": "recall", "on": on, "status": "planned", "source": "x"},
        ).status_code
        == 403
    )
    assert (
        call("lia", "post", f"/elections/{key}/claims", {"status": "planned"}, Scope.READ_ELECTIONS).status_code == 403
    )
    later = (house.today + timedelta(days=130)).isoformat()
    told = call(
        "lia",
        "post",
        f"/elections/{key}/claims",
        {"on": later, "status": "called", "source": "Gazette", "authority": "electoral authority or gazette"},
    )
    assert told.status_code == 201
    assert (told.json()["on"], told.json()["sequence"], len(told.json()["claims"])) == (later, 1, 2)
    other = next(claim["id"] for claim in told.json()["claims"] if not claim["followed"])
    assert (
        call("lia", "post", f"/elections/{key}/followed", {"claim": other, "why": "The gazette erred"}).json()["chosen"]
        is True
    )
    assert call("lia", "get", f"/elections/{key}/work").status_code == 404
    assert call("lia", "post", f"/elections/{key}/work", {"languages": "en"}).json()["tier"] is None
    work = call("lia", "post", f"/elections/{key}/tier", {"tier": 1, "factors": CLOSE, "why": "As before"}).json()
    assert (work["tier"], work["open"]) == (1, len(STEPS) - 1)
    assert (
        call(
            "lia", "post", f"/elections/{key}/tier", {"tier": 1, "factors": {"weather": "fine"}, "why": "x"}
        ).status_code
        == 422
    )
    added = call(
        "ana", "post", f"/elections/{key}/tasks", {"title": "Call the mayors", "owner": str(house.people["ana"].pk)}
    ).json()
    assert (
        call("ana", "post", f"/elections/tasks/{added['id']}", {"do": "finish", "note": "Done"}).json()["state"]
        == "done"
    )
    assert call("olga", "post", f"/elections/tasks/{added['id']}", {"do": "reopen", "note": "x"}).status_code == 404
    assert len(call("ana", "get", "/elections/tasks").json()["items"]) == len(STEPS) - 1
    assert [one["id"] for one in call("ana", "get", "/elections?country=XV&level=national").json()["items"]] == [key]
    shift = {
        "who": str(house.people["ana"].pk),
        "duty": "analyst",
        "starts": "2031-05-04T08:00:00Z",
        "ends": "2031-05-04T16:00:00Z",
        "reach": "Room 4",
    }
    assert call("lia", "post", f"/elections/{key}/roster", shift).status_code == 201
    assert call("lia", "post", f"/elections/{key}/roster", shift | {"starts": "2031-05-04T08:00:00"}).status_code == 422
    assert call("lia", "get", f"/elections/{key}/roster").json()["gaps"]
    incident = call(
        "lia", "post", f"/elections/{key}/incidents", {"title": "A false hour", "severity": 3, "text": "Seen"}
    ).json()
    wrote = call(
        "lia", "post", f"/elections/incidents/{incident['id']}", {"text": "Down", "severity": 1, "state": "closed"}
    )
    assert wrote.json()["state"] == "closed"
    assert (incident["act_by"] is None, wrote.json()["act_by"]) == (False, None)
    read = call("ana", "get", f"/elections/incidents/{incident['id']}").json()
    assert [(line["text"], line["severity"]) for line in read["lines"]] == [("Seen", 3), ("Down", 1)]
    assert call("olga", "get", f"/elections/incidents/{incident['id']}").status_code == 404
    assert call("lia", "post", f"/elections/{key}/languages", {"languages": "en es"}).json()["languages"] == "en es"
    assert call("lia", "post", f"/elections/{key}/rule", {"why": "The gazette is right"}).json()["chosen"] is False
    assert call("lia", "post", f"/elections/{key}/rule", {"why": " "}).status_code == 422
    assert (
        call(
            "olga", "post", f"/elections/incidents/{incident['id']}", {"text": "x", "severity": 1, "state": "open"}
        ).status_code
        == 404
    )
    assert call("lia", "post", f"/elections/{key}/log", {"text": "All quiet"}).status_code == 201
    assert [(one["kind"], one["text"]) for one in call("ana", "get", f"/elections/{key}/log").json()["items"]] == [("log", "All quiet")]  # fmt: skip
    assert call("lia", "post", f"/elections/{key}/situations", {"text": "Calm"}).json()["number"] == 1
    assert call("lia", "get", f"/elections/{key}/situations").json()["items"][0]["text"] == "Calm"
    assert (
        call("lia", "post", "/elections/contacts", {"kind": "platform", "office": "Desk", "reach": "x"}).status_code
        == 201
    )
    assert len(call("lia", "get", "/elections/contacts").json()["items"]) == 1
    written(house, Watch.objects.get(), methods=["T0086"])
    threat = call("lia", "get", f"/elections/{key}/threats").json()["items"][0]
    assert (threat["version"], threat["approved"], threat["actors"][0]["name"]) == (1, None, "Harbour group")
    said = {"summary": "Two groups pushed the same links before and may again", "gaps": "Nobody here reads the northern language well",
            "confidence": "low", "why": "One source, and it is old", "methods": ["T0086"], "assessment": threat["id"],
            "actors": [{"name": "Harbour group", "capability": "high", "why": "Removed twice"}]}  # fmt: skip
    assert call("ana", "post", f"/elections/{key}/threats", said | {"methods": ["T9999"]}).status_code == 422
    assert call("ana", "post", f"/elections/{key}/threats", said).json()["version"] == 2
    assert (
        call(
            "ana", "post", f"/elections/threats/{threat['id']}/approval", {"approved": True, "note": "Mine"}
        ).status_code
        == 403
    )
    assert (
        call("rex", "post", f"/elections/threats/{threat['id']}/approval", {"approved": True, "note": "Read"}).json()[
            "approved"
        ]
        is True
    )
    contact = call("lia", "get", "/elections/contacts").json()["items"][0]["id"]
    tried = call(
        "lia",
        "post",
        f"/elections/contacts/{contact}/checks",
        {"on": house.today.isoformat(), "how": "Called", "answered": True},
    )
    assert tried.json()["verified"] == house.today.isoformat()
    assert [one["how"] for one in call("ana", "get", f"/elections/contacts/{contact}/checks").json()["items"]] == [
        "Called"
    ]
    assert call("olga", "get", f"/elections/contacts/{contact}/checks").status_code == 404
    assert call("ana", "get", f"/elections/{key}/incidents").json()["items"][0]["severity"] == 1


def test_programs_take_shifts_and_contacts_back_and_that_they_were_there_stays(house):
    call, watch = calling(house), house.watch()
    roster = f"/elections/{watch.election_id}/roster"
    starts, ends = (f"2031-05-04T{hour}:00:00Z" for hour in ("08", "16"))
    shift = call("lia", "post", roster, {"who": str(house.people["ana"].pk), "duty": "lead", "starts": starts, "ends": ends, "reach": "4"}).json()["id"]  # fmt: skip
    contact = call("lia", "post", "/elections/contacts", {"kind": "platform", "office": "Desk", "reach": "x"}).json()[
        "id"
    ]
    elsewhere = house.watch(90, name="Council").election_id
    for path in (f"{roster}/{shift}", f"/elections/contacts/{contact}"):
        assert call("olga", "delete", path).json()["code"] == "not_known"
        assert call("ada", "delete", path).json()["code"] == "refused"
        assert call("lia", "delete", path, None, Scope.READ_ELECTIONS).json()["code"] == "scope"
    assert call("lia", "delete", f"/elections/{elsewhere}/roster/{shift}").status_code == 404
    assert len(call("lia", "get", roster).json()["shifts"]) == 1
    for path in (f"{roster}/{shift}", f"/elections/contacts/{contact}"):
        assert call("lia", "delete", path).status_code == 204
        assert call("lia", "delete", path).json()["code"] == "not_known", "it is taken back once"
    assert call("lia", "get", roster).json()["shifts"] == []
    assert call("lia", "get", "/elections/contacts").json()["items"] == []
    kept = Shift.objects.get(pk=shift), Contact.objects.get(pk=contact)
    assert [one.ended_by_id for one in kept] == [house.people["lia"].pk] * 2


def test_chile_japan_denmark_and_the_united_states_get_their_plans_from_the_real_lists(house, real_data):
    """The walked example: taken on half a year before the day, the tasks stand on their days."""
    from hustings.apps.elections.asked import Asked
    from hustings.apps.elections.loading import load_list
    from hustings.policy.lead_time import Going, plan

    body = (real_data / "elections" / "named_in_sources.csv").read_bytes()
    with house.as_("ana") as ana:
        load_list(Asked(body=body, name="named", layout="named", source="Elections named in the sources"), by=ana)
    found = {(one.country, one.on) for one in Election.objects.all()}
    walked = {("CL", date(2017, 11, 19)), ("CL", date(2017, 12, 17)), ("JP", date(2017, 10, 22)), ("DK", date(2019, 6, 5)), ("US", date(2016, 11, 8)),
              ("US", date(2018, 11, 6)), ("US", date(2020, 11, 3))}  # fmt: skip
    assert walked <= found
    for country, on in sorted(walked):
        begun = on - timedelta(days=180)
        made = plan(on, Status.CALLED, Tier.FIRST, begun, begun)
        assert made.going is Going.ON, country
        assert made.due["assessment"] == on - timedelta(days=90)
        assert made.due["look back"] == on + timedelta(days=14)
        assert len(made.due) == len(STEPS)
    with house.as_("lia") as lia:
        for one in Election.objects.order_by("on", "pk"):
            planning.take_on(one, by=lia)
    assert Task.objects.count() == Election.objects.count() * len([step for step in STEPS if len(step.tiers) == 3])
