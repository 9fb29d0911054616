"""From a tip to a search to what may be told, under the tip's marking, by people who may."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from made_desk import ASK, Desk
from made_season import season

from hustings.apps.database import WEB, in_role, moment
from hustings.apps.items.actions import grant_need
from hustings.apps.permission import NotKnown, Refused
from hustings.apps.sweeps import actions, find
from hustings.errors import BadInput
from hustings.policy.level import Level
from hustings.policy.marking import Marking, Tlp


@pytest.fixture
def desk(db):
    return Desk()


@pytest.fixture
def tables(settings, tmp_path):
    settings.TABLES = tmp_path / "tables"
    return settings.TABLES


def register(desk, tmp_path, who="anna"):
    from hustings.apps.sweeps.tables import register_table

    with desk.as_(who) as anna:
        return register_table(
            season(tmp_path / "season.parquet"), title="Posts of the season", by=anna,
            collected="public posts with election hashtags since January", marking=actions.own_marking(anna),
        )  # fmt: skip


def test_a_tip_is_known_to_who_recorded_it_and_to_nobody_else(desk):
    tip = desk.tip()
    for key in desk.world.appointments:
        with desk.as_(key) as seat:
            known = find.tips(seat).filter(pk=tip.pk).exists()
            assert known == (key == "farah"), key


def test_who_is_named_knows_the_tip_and_who_is_not_gets_the_same_answer_as_for_nothing(desk):
    tip = desk.tip()
    desk.name(tip, "anna")
    with desk.as_("anna") as anna:
        assert find.find_tip(anna, tip.pk) == tip
    with desk.as_("ben") as ben, pytest.raises(NotKnown):
        find.find_tip(ben, tip.pk)


def test_above_unclassified_a_pointer_is_kept_and_nothing_else(desk):
    secret = desk.marking(level=Level.SECRET, kept_here=False)
    with desk.as_("farah") as farah:
        with pytest.raises(BadInput) as error:
            actions.receive_tip(
                by=farah, title="Pointer", text="what it says", reference="", marking=secret,
                source=desk.world.organisations["Directorate for Election Security"], starts=[("actor", "twitter", "one")],
            )  # fmt: skip
        assert [problem.where for problem in error.value.problems] == ["reference", "where to read", "content"]
        tip = actions.receive_tip(
            by=farah, title="Pointer", text="", reference="D-18", marking=secret, where_to_read="Fort Anselm, room 4",
            source=desk.world.organisations["Directorate for Election Security"],
        )  # fmt: skip
        assert tip.item.text == ""


def test_only_a_liaison_records_a_tip(desk):
    with desk.as_("anna") as anna, pytest.raises(Refused):
        actions.receive_tip(
            by=anna, title="x", text="", reference="D", marking=desk.marking(),
            source=desk.world.organisations["Directorate for Election Security"],
        )  # fmt: skip


def test_a_sweep_from_a_tip_is_known_to_who_is_named_for_the_tip(desk, tables, tmp_path):
    table = register(desk, tmp_path)
    tip = desk.tip()
    for key in ("anna", "dora"):
        desk.name(tip, key)
    with desk.as_("anna") as anna:
        sweep = actions.ask_for_sweep(by=anna, tip=tip, table=table, **ASK)
    for key in desk.world.appointments:
        with desk.as_(key) as seat:
            assert find.sweeps(seat).filter(pk=sweep.pk).exists() == (key in {"anna", "dora"}), key
    # Who recorded the tip needs to know the tip; what comes of it another person has to say.
    desk.name(tip, "farah", by="dora")
    with desk.as_("farah") as farah:
        assert find.find_sweep(farah, sweep.pk) == sweep


def test_a_second_person_has_to_agree_and_it_is_another_one(desk, tables, tmp_path):
    table = register(desk, tmp_path)
    with desk.as_("anna") as anna:
        sweep = actions.ask_for_sweep(by=anna, tip=None, table=table, **ASK)
        with pytest.raises(Refused):
            actions.second_sweep(sweep, by=anna)
    with desk.as_("dora") as dora:
        assert actions.second_sweep(sweep, by=dora).state == "seconded"
        with pytest.raises(BadInput, match="moved on"):
            actions.second_sweep(sweep, by=dora)


def test_the_database_too_refuses_a_sweep_that_one_person_runs_alone(desk, tables, tmp_path):
    table = register(desk, tmp_path)
    with desk.as_("anna") as anna:
        sweep = actions.ask_for_sweep(by=anna, tip=None, table=table, **ASK)
    for changed in ({"seconded_by": sweep.requested_by, "state": "seconded"}, {"state": "running"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            type(sweep).objects.filter(pk=sweep.pk).update(**changed)


def test_everything_wrong_with_a_request_is_told_at_once(desk, tables, tmp_path):
    table = register(desk, tmp_path)
    with desk.as_("anna") as anna, pytest.raises(BadInput) as error:
        actions.ask_for_sweep(
            by=anna,
            tip=None,
            table=table,
            **(ASK | {"purpose": "", "population": "posts of @rival and the opposition"}),
        )
    assert {problem.where for problem in error.value.problems} == {"purpose", "population"}


def run_agreed(desk, tables, tmp_path, tip=None):
    from hustings.apps.sweeps.jobs import work

    table = register(desk, tmp_path)
    with desk.as_("anna") as anna:
        sweep = actions.ask_for_sweep(by=anna, tip=tip, table=table, **ASK)
    with desk.as_("dora") as dora:
        actions.second_sweep(sweep, by=dora)
    work(sweep.pk)
    sweep.refresh_from_db()
    return sweep


@pytest.mark.slow
def test_what_a_search_from_a_tip_finds_is_as_restricted_as_the_tip(desk, tables, tmp_path):
    tip = desk.tip(starts=[("actor", "twitter", "planted 0"), ("actor", "twitter", "planted 1")])
    for key in ("anna", "dora"):
        desk.name(tip, key)
    sweep = run_agreed(desk, tables, tmp_path, tip)
    assert (sweep.state, sweep.reason) == ("done", "")
    assert sweep.found >= 1
    assert sweep.tied.count() >= 4
    assert not any("planted" in each.pseudonym for each in sweep.tied.all())
    from hustings.apps.items.models import Item
    from hustings.apps.permission import readable

    made = Item.objects.filter(kind__in=("run", "finding"))
    assert made.count() >= 2
    for key in desk.world.appointments:
        with desk.as_(key) as seat:
            assert readable(seat).filter(pk__in=made.values("pk")).exists() == (key in {"anna", "dora"}), key


@pytest.mark.slow
def test_a_sweep_without_a_tip_is_for_who_searches_and_reviews_at_home(desk, tables, tmp_path):
    sweep = run_agreed(desk, tables, tmp_path)
    assert (sweep.state, sweep.reason) == ("done", "")
    with desk.as_("ben") as ben:
        assert find.sweeps(ben).filter(pk=sweep.pk).exists()
    for key in ("jonas", "kira", "hanna"):
        with desk.as_(key) as seat:
            assert not find.sweeps(seat).filter(pk=sweep.pk).exists()


def test_it_does_not_start_when_its_requester_has_left(desk, tables, tmp_path):
    from hustings.apps.people.models import AppointmentChange
    from hustings.apps.sweeps.jobs import work

    table = register(desk, tmp_path)
    with desk.as_("anna") as anna:
        sweep = actions.ask_for_sweep(by=anna, tip=None, table=table, **ASK)
    with desk.as_("dora") as dora:
        actions.second_sweep(sweep, by=dora)
    AppointmentChange.objects.create(appointment=sweep.requested_by, state="ended", at=moment(), document="letter")
    work(sweep.pk)
    sweep.refresh_from_db()
    assert sweep.state == "failed"
    assert "may no longer" in sweep.reason


@pytest.mark.slow
def test_a_search_that_fails_says_why_and_leaves_nothing_behind(desk, tables, tmp_path):
    tip = desk.tip(starts=[("actor", "twitter", "nobody of this name")])
    for key in ("anna", "dora"):
        desk.name(tip, key)
    sweep = run_agreed(desk, tables, tmp_path, tip)
    assert sweep.state == "failed"
    assert sweep.reason
    assert sweep.tied.count() == 0


def test_a_tear_line_is_restricted_until_an_authority_of_the_source_agrees(desk):
    tip = desk.tip()
    desk.name(tip, "anna")
    with desk.as_("farah") as farah:
        grant_need(
            tip.item,
            desk.world.appointments["kira"][0],
            purpose="source",
            ends_at=farah.now + timedelta(days=9),
            by=farah,
        )
    target = Marking(tlp=Tlp.GREEN, owner=desk.marking().owner)
    with desk.as_("anna") as anna:
        proposed = actions.propose_tear_line(
            tip.item, by=anna, text="Be wary of pages that ask to stay at home.", target=target
        )
    with desk.as_("ben") as ben, pytest.raises(NotKnown):
        find.find_tear_line(ben, proposed.pk)
    with desk.as_("ben") as ben, pytest.raises(NotKnown):
        actions.decide_tear_line(proposed, by=ben, approve=True, reason="guessed the key")
    desk.name(tip, "farah", by="kira")
    with desk.as_("farah") as farah, pytest.raises(Refused):
        actions.decide_tear_line(proposed, by=farah, approve=True, reason="looks harmless")
    with desk.as_("kira") as kira:
        assert actions.decide_tear_line(proposed, by=kira, approve=True, reason="public already").state == "approved"
    for key in desk.world.appointments:
        with desk.as_(key) as seat:
            assert find.find_tear_line(seat, proposed.pk).item.text.startswith("Be wary")
            assert find.tips(seat).filter(pk=tip.pk).exists() == (key in {"farah", "anna", "kira"}), key


def test_a_refused_tear_line_tells_nobody_anything(desk):
    tip = desk.tip()
    with desk.as_("farah") as farah:
        grant_need(
            tip.item,
            desk.world.appointments["kira"][0],
            purpose="source",
            ends_at=farah.now + timedelta(days=9),
            by=farah,
        )
        proposed = actions.propose_tear_line(
            tip.item, by=farah, text="Words", target=Marking(tlp=Tlp.CLEAR, owner=desk.marking().owner)
        )
    with desk.as_("kira") as kira:
        actions.decide_tear_line(proposed, by=kira, approve=False, reason="names a method")
    with desk.as_("ben") as ben, pytest.raises(NotKnown):
        find.find_tear_line(ben, proposed.pk)


def test_an_answer_is_as_restricted_as_the_tip(desk):
    tip = desk.tip()
    with desk.as_("farah") as farah:
        answer = actions.answer_tip(tip, by=farah, opinion="positive", text="It held: 12 accounts.")
    with desk.as_("ben") as ben:
        from hustings.apps.permission import readable

        assert not readable(ben).filter(pk=answer.pk).exists()


@pytest.mark.slow
def test_sweeps_are_published_after_the_election_unless_their_marking_forbids(desk, tables, tmp_path, at):
    tip = desk.tip(starts=[("actor", "twitter", "planted 0"), ("actor", "twitter", "planted 1")])
    for key in ("anna", "dora"):
        desk.name(tip, key)
    run_agreed(desk, tables, tmp_path, tip)
    run_agreed(desk, tables, tmp_path)
    assert find.published() == []
    at(datetime(2027, 3, 8, tzinfo=UTC))
    with in_role(WEB):
        told = find.published()
        assert len(told) == 1
        assert told[0]["organisation"] == "Meridian"
        assert find.unpublished() is None  # one is fewer than the floor


def test_starting_points_are_read_as_the_search_reads_them():
    from hustings.apps.sweeps import models
    from hustings.detection import seeds

    assert models.WHAT == seeds.WHAT


def test_what_a_lost_worker_had_begun_begins_anew_and_ends_where_no_job_is_left(desk, tables, tmp_path, monkeypatch):
    from procrastinate.contrib.django.models import ProcrastinateJob

    from hustings.apps.sweeps import jobs

    table = register(desk, tmp_path)
    with desk.as_("anna") as anna:
        sweep = actions.ask_for_sweep(by=anna, tip=None, table=table, **ASK)
    with desk.as_("dora") as dora:
        actions.second_sweep(sweep, by=dora)
    with desk.as_("anna") as anna:
        actions.start_sweep(sweep.pk, by=anna)
    (job,) = ProcrastinateJob.objects.filter(task_name="sweep", status="todo").values_list("args", flat=True)
    assert jobs.fail_lost() == 0  # its job waits
    begun = []
    monkeypatch.setattr(jobs, "search", lambda sweep, *_: begun.append(sweep.pk) or "The table is not there.")
    jobs.run_sweep(**job)
    sweep.refresh_from_db()
    assert (begun, sweep.state, sweep.reason) == ([sweep.pk], "failed", "The table is not there.")

    with desk.as_("anna") as anna:
        again = actions.ask_for_sweep(by=anna, tip=None, table=table, **ASK)
    with desk.as_("dora") as dora:
        actions.second_in_advance(again, again.pk, by=dora)  # a standing search made it: it has no job of its own
    with desk.as_("anna") as anna:
        again = actions.start_sweep(again.pk, by=anna)
    other = jobs.app.configure_task("standing_searches").defer(timestamp=0)
    assert state_of(other, "doing")
    assert jobs.fail_lost() == 0  # that search may be the one
    assert state_of(other, "failed")
    assert jobs.fail_lost() == 1
    again.refresh_from_db()
    assert again.state == "failed"
    assert "The worker was ended" in again.reason
    with desk.as_("anna") as anna, pytest.raises(BadInput, match="moved on"):
        actions.load_results(again, tmp_path, by=anna)  # whoever comes late with findings


def state_of(job, state):
    """Bring a job of the queue into a state."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s RETURNING id", [state, job])
        return cursor.fetchone() is not None


def test_what_a_lost_worker_left_in_the_temporary_folder_is_removed_after_a_day(tmp_path, monkeypatch):
    import os
    import tempfile

    from hustings.apps.sweeps.lost import OLDER, forget_left_behind

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name in ("sweep-old", "sweep-new", "other-old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "members.parquet").write_text("who was found")
    for name in ("sweep-old", "other-old"):
        os.utime(tmp_path / name, (0, (tmp_path / "sweep-new").stat().st_mtime - OLDER - 60))
    assert forget_left_behind("sweep-") == 1
    assert sorted(each.name for each in tmp_path.iterdir()) == ["other-old", "sweep-new"]
