"""Looking back: what was missed, what is done otherwise, a replay that two people agreed to, and what closes it."""

from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from made_desk import Desk
from made_season import START, season
from made_team import Team, opened

from hustings.apps.cases import find, working
from hustings.apps.cases.afteraction import acts, replaying
from hustings.apps.cases.models import Change, LookBack, Missed, Replay
from hustings.apps.people.models import Appointment
from hustings.apps.permission import NotKnown, Refused
from hustings.apps.sweeps.actions import own_marking
from hustings.errors import BadInput
from hustings.policy.afteraction import Cause, MissState, Settings
from hustings.policy.casework import LeadSource

pytestmark = pytest.mark.django_db

PLANTED = [("twitter", f"planted {number}") for number in range(6)]


@pytest.fixture
def desk(settings, tmp_path):
    settings.TABLES, settings.EVIDENCE = tmp_path / "tables", tmp_path / "evidence"
    return Desk()


def table_of(desk, tmp_path):
    from hustings.apps.sweeps.tables import register_table

    with desk.as_("anna") as anna:
        return register_table(
            season(tmp_path / "season.parquet"), title="Posts of the season", by=anna,
            collected="public posts with election hashtags since January", marking=own_marking(anna),
        )  # fmt: skip


def missed_in(desk, *, actors=PLANTED, cause=Cause.THRESHOLD):
    with desk.as_("anna") as anna:
        case = working.open_case(
            by=anna, title="Six accounts", question="Do they act as one?", marking=own_marking(anna)
        )
        review = acts.look_back(case, by=anna, title="The parliament of March")
        return acts.miss(
            review, by=anna, title="Six accounts that post as one", began_on=date(2027, 1, 11), found_on=date(2027, 3, 20),
            found_by=LeadSource.PRESS, cause=cause, why="Only links within two seconds counted.", actors=actors,
        )  # fmt: skip


def changed(desk, missed, *, was=None, becomes=None, who="anna"):
    with desk.as_(who) as by:
        return acts.change(
            missed, by=by, cause=Cause.THRESHOLD, was="Two seconds count as close.", becomes="A minute counts as close.",
            owner=by.appointment, due=date(2027, 6, 1), settings_was=was, settings_becomes=becomes,
        )  # fmt: skip


def replayed(desk, planned, table, **asked):
    with desk.as_("anna") as anna:
        replay = acts.ask_for_replay(planned, table, by=anna, **asked)
    with desk.as_("dora") as dora:
        acts.agree(replay, by=dora)
    replaying.work(replay.pk)
    return Replay.objects.get(pk=replay.pk)


@contextmanager
def refused_by(constraint):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        yield
    assert error.value.__cause__.diag.constraint_name == constraint


@pytest.mark.slow
def test_a_replay_shows_that_the_change_finds_what_was_missed_and_only_then_it_is_closed(desk, tmp_path):
    table, missed = table_of(desk, tmp_path), missed_in(desk)
    planned = changed(desk, missed, was=Settings(window=2), becomes=Settings())
    with desk.as_("dora") as dora, pytest.raises(BadInput) as error:
        acts.settle(missed, MissState.CLOSED, by=dora, why="Changed.")
    assert {problem.where for problem in error.value.problems} == {"changes", "replay"}
    replay = replayed(desk, planned, table)
    assert (replay.state, replay.reason, replay.shown) == ("done", "", True)
    assert replay.outcome["before"] == {"findings": 0, "actors": 0, "missed": 6, "of_missed": 0, "together": 0}
    assert replay.outcome["after"]["together"] >= 4
    with desk.as_("anna") as anna:
        acts.done(planned, by=anna, how="The settings of sweeps since 1 April.")
        with pytest.raises(Refused):
            acts.settle(missed, MissState.CLOSED, by=anna, why="Myself.")
    with desk.as_("dora") as dora:
        assert acts.settle(missed, MissState.CLOSED, by=dora, why="Shown.").state == "closed"
        with pytest.raises(BadInput, match="not settled"):
            acts.settle(missed, MissState.ACCEPTED, by=dora, why="again")


@pytest.mark.slow
def test_a_replay_of_where_nobody_searched_and_of_its_first_day_alone(desk, tmp_path):
    table, missed = table_of(desk, tmp_path), missed_in(desk, cause=Cause.COVERAGE)
    planned = changed(desk, missed, becomes=Settings())
    whole = replayed(desk, planned, table)
    assert (whole.state, whole.shown) == ("done", True)
    assert whole.outcome["before"]["findings"] == 0
    early = replayed(desk, planned, table, until=(START + timedelta(days=1)).date())
    assert early.state == "done"
    assert early.shown is False
    assert early.outcome["rows"] < whole.outcome["rows"]
    again = replayed(desk, planned, table)
    assert again.outcome == whole.outcome


def test_a_second_person_agrees_to_a_replay_and_the_database_says_so_too(desk, tmp_path):
    table, missed = table_of(desk, tmp_path), missed_in(desk)
    planned = changed(desk, missed, was=Settings(window=2), becomes=Settings())
    with desk.as_("anna") as anna:
        replay = acts.ask_for_replay(planned, table, by=anna)
        with pytest.raises(Refused):
            acts.agree(replay, by=anna)
    with refused_by("replay_agreed_by_another"):
        Replay.objects.filter(pk=replay.pk).update(state="agreed", agreed_by=replay.by)
    with refused_by("replay_runs_with_two"):
        Replay.objects.filter(pk=replay.pk).update(state="running")
    with refused_by("replay_stays"):
        Replay.objects.filter(pk=replay.pk).update(until=date(2027, 2, 1))
    with refused_by("missed_settled_by_another"):
        Missed.objects.filter(pk=missed.pk).update(
            state="closed", settled_by=missed.by, settled_at=missed.at, settled_why="x"
        )
    with desk.as_("dora") as dora:
        assert acts.refuse(replay, by=dora, reason="Not this table.").state == "refused"
        with pytest.raises(BadInput, match="decided before"):
            acts.agree(replay, by=dora)
    replaying.work(replay.pk)
    assert Replay.objects.get(pk=replay.pk).state == "refused"


def test_it_does_not_start_when_who_asked_has_left(desk, tmp_path):
    from hustings.apps.database import moment
    from hustings.apps.people.models import AppointmentChange

    table, missed = table_of(desk, tmp_path), missed_in(desk)
    planned = changed(desk, missed, becomes=Settings())
    with desk.as_("anna") as anna:
        replay = acts.ask_for_replay(planned, table, by=anna)
    with desk.as_("dora") as dora:
        acts.agree(replay, by=dora)
    AppointmentChange.objects.create(appointment=replay.by, state="ended", at=moment(), document="letter")
    replaying.work(replay.pk)
    replay = Replay.objects.get(pk=replay.pk)
    assert (replay.state, replay.outcome) == ("failed", None)
    assert "may no longer" in replay.reason


@pytest.mark.slow
def test_a_search_that_fails_says_why_and_is_not_shown(desk, tmp_path):
    table, missed = table_of(desk, tmp_path), missed_in(desk)
    planned = changed(desk, missed, becomes=Settings())
    replaying.table_file(table).write_bytes(b"not a table any more")
    with desk.as_("anna") as anna:
        replay = acts.ask_for_replay(planned, table, by=anna)
    with desk.as_("dora") as dora:
        acts.agree(replay, by=dora)
    replaying.work(replay.pk)
    replay = Replay.objects.get(pk=replay.pk)
    assert (replay.state, replay.shown) == ("failed", None)
    assert replay.reason


def test_what_no_search_can_show_is_closed_by_an_item_that_shows_it_or_accepted_for_a_reason(desk, tmp_path):
    table, missed = table_of(desk, tmp_path), missed_in(desk, cause=Cause.STAFFING, actors=())
    planned = changed(desk, missed)
    with desk.as_("anna") as anna:
        with pytest.raises(BadInput) as error:
            acts.ask_for_replay(planned, table, by=anna, until=date(2020, 1, 1))
        assert {problem.where for problem in error.value.problems} == {"change", "actors", "until"}
        acts.done(planned, by=anna, how="Two readers of Danish since May.")
    with desk.as_("dora") as dora:
        with pytest.raises(BadInput) as error:
            acts.settle(missed, MissState.CLOSED, by=dora, why="Hired.")
        assert [problem.where for problem in error.value.problems] == ["rests on"]
        assert (
            acts.settle(missed, MissState.CLOSED, by=dora, why="Drilled.", rests_on=table.item).rests_on == table.item
        )
    other = missed_in(desk, cause=Cause.UNSEEN)
    with desk.as_("dora") as dora:
        assert acts.settle(other, MissState.ACCEPTED, by=dora, why="Private groups are not read.").state == "accepted"


def test_a_review_follows_its_case_and_days_have_to_fit(desk):
    missed = missed_in(desk)
    review = missed.look_back
    for key in desk.world.appointments:
        with desk.as_(key) as seat:
            known = acts.look_backs(seat).filter(pk=review.pk).exists()
            assert known == find.cases(seat).filter(pk=review.case_id).exists(), key
            assert known or key not in {"anna", "ben", "dora", "farah"}, key
            assert not known or key not in {"jonas", "kira", "hanna"}, key
    with desk.as_("kira") as kira, pytest.raises(NotKnown):
        acts.find_look_back(kira, review.pk)
    with desk.as_("anna") as anna, pytest.raises(BadInput, match="found on"):
        acts.miss(review, by=anna, title="x", began_on=date(2027, 2, 1), found_on=date(2027, 1, 1),
                  found_by=LeadSource.PRESS, cause=Cause.RULE, why="x")  # fmt: skip
    with desk.as_("hanna") as hanna, pytest.raises((Refused, NotKnown)):
        acts.miss(review, by=hanna, title="x", began_on=date(2027, 1, 1), found_on=date(2027, 1, 1),
                  found_by=LeadSource.PRESS, cause=Cause.RULE, why="x")  # fmt: skip


# --- by forms alone


@pytest.fixture
def team(settings, tmp_path):
    settings.TABLES, settings.EVIDENCE = tmp_path / "tables", tmp_path / "evidence"
    return Team()


def test_a_review_is_begun_filled_and_settled_by_forms_alone(team):
    _, case = opened(team)
    team.post("anna", f"/cases/{case.pk}/after-action/", title="After March", text="", election="", before="")
    review = LookBack.objects.get()
    at = f"/after-action/{review.pk}/"
    wrong = team.post("anna", f"{at}do/miss/", title="", began_on="2027-02-01", found_on="2027-01-01", found_by="press",
                      cause="threshold", why="x", actors="one\ntwo; \nmeridian; 17", expected=422)  # fmt: skip
    assert all(line in wrong.content.decode() for line in ("Line 1 reads", "Line 2 reads", "This field is required"))
    team.post("anna", f"{at}do/miss/", title="Three pages", began_on="2027-01-11", found_on="2027-03-20", found_by="press",
              cause="threshold", why="Below two seconds.", actors="meridian; 17\nmeridian; 18")  # fmt: skip
    missed = Missed.objects.get()
    who = str(Appointment.objects.get(person=team.people["ben"]).pk)
    team.post("anna", f"{at}do/change/", missed=str(missed.pk), cause="threshold", was="two seconds", becomes="a minute", owner=who,
              due="2027-06-01", searched="was", window_was="2", fdr_was="", window_becomes="60", fdr_becomes="0.05")  # fmt: skip
    planned = Change.objects.get()
    assert planned.settings_was == {"window": 2.0, "horizon": None, "fdr": 0.05}
    assert "Yours to change: a minute" in team.page("ben", "/")
    team.post("ben", f"{at}do/done/", change=str(planned.pk), how="Since May.")
    assert "Yours to change" not in team.page("ben", "/")
    refused = team.post(
        "dora", f"{at}do/settle/", missed=str(missed.pk), state="closed", why="Done.", rests_on="", expected=422
    )
    assert "none that shows" in refused.content.decode()
    strange = team.post(
        "dora",
        f"{at}do/settle/",
        missed=str(missed.pk),
        state="accepted",
        why="x",
        rests_on="/findings/yesterday/",
        expected=422,
    )
    assert "address of the page" in strange.content.decode()
    team.post(
        "dora", f"{at}do/settle/", missed=str(missed.pk), state="accepted", why="The pages are gone.", rests_on=""
    )
    listed = team.page("dora", "/after-action/")
    assert "Three pages" in listed
    assert "accepted" in listed


def test_who_may_not_know_a_review_gets_the_answer_of_nothing(team):
    _, case = opened(team)
    team.post("anna", f"/cases/{case.pk}/after-action/", title="After March", text="", election="", before="")
    review = LookBack.objects.get()
    nothing = "/after-action/0190c8a2-0000-7000-8000-000000000000/"
    at = f"/after-action/{review.pk}/"
    assert team.client("jonas").get(at).content == team.client("jonas").get(nothing).content
    for what in ("miss", "change", "done", "replay", "agree", "settle"):
        team.post("jonas", f"{at}do/{what}/", expected=404)
    team.post("anna", f"{at}do/nothing/", expected=404)
    team.page("jonas", f"/cases/{case.pk}/after-action/", expected=404)
    assert "After March" not in team.page("jonas", "/after-action/")
