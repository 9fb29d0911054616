"""Who is given what, in which order, and by whom it is looked at again: languages, marking, harm, chance, holds, looks."""

import hashlib
import json
from copy import deepcopy
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from installation import clock_tells
from made_review import SNAPSHOT, Room, leaflets
from people_world import NOW

from hustings.apps.items.actions import make_item
from hustings.apps.permission import NotKnown, Refused
from hustings.apps.review import actions, find
from hustings.apps.review.errors import LeaseLost
from hustings.apps.review.harm import Harm, move_turns
from hustings.apps.review.holding import LEASE, LONGEST_HOLD
from hustings.apps.review.models import (
    Avoided,
    Decision,
    Dose,
    Draw,
    Hold,
    Language,
    Message,
    Rules,
    Senior,
    State,
    Work,
)
from hustings.apps.review.models.work import CHANCED
from hustings.apps.review.reviewers import avoid, caps_reached, known, meter, record_language, record_senior
from hustings.apps.review.rules import put_in_force
from hustings.errors import BadInput
from hustings.policy.marking import Marking, Tlp
from hustings.policy.reviewing import Risk, Topic
from hustings.staffing.priority import LATEST, Severity

pytestmark = pytest.mark.django_db

REFUSE, FITS = ("refuse", "voting.wrong_date"), ("approve", "fits")


@pytest.fixture
def subjects():
    with leaflets(compared=False) as made:
        yield made


@pytest.fixture(scope="module")
def made(lasting):
    clock_tells(NOW)
    return Room()


@pytest.fixture
def room(made, subjects):
    return deepcopy(made)


@pytest.fixture
def speech(made):
    with leaflets(risk=Risk.SPEECH):
        yield deepcopy(made)


def entries(event):
    with connection.cursor() as cursor:
        cursor.execute("SELECT facts::text FROM log_entry WHERE event = %s ORDER BY number", [event])
        return [json.loads(row[0]) for row in cursor.fetchall()]


def in_language(language):
    return SNAPSHOT | {"lang": language}


# Languages, marking, topics


def test_work_in_a_language_goes_to_who_reads_it_well_enough(room):
    room.reads("rosa", "es")
    room.reads("sven", "es", "A2")
    work = room.ask(snapshot=in_language("es"))
    assert room.claim("sven") is None
    assert room.claim("rosa").work == work.pk


def test_a_language_of_another_country_is_the_same_language(room):
    room.reads("rosa", "pt-BR")
    assert room.ask(snapshot=in_language("pt")).pk == room.claim("rosa").work


def test_until_an_organisation_records_languages_anybody_may_be_given_anything(room):
    work = room.ask(snapshot=in_language("es"))
    assert room.claim("sven").work == work.pk


def test_a_language_that_ended_is_asked_for_no_more(room):
    room.reads("rosa", "es")
    room.reads("rosa", "es", "none")
    room.ask(snapshot=in_language("es"))
    assert room.claim("rosa") is None


def test_of_several_lanes_what_comes_next_in_any_is_taken(room):
    for language in ("es", "de"):
        room.reads("rosa", language)
    works = [
        room.ask(snapshot=SNAPSHOT | {"lang": language, "number": number}, hours=hours)
        for number, (language, hours) in enumerate((("es", 9), ("", 5), ("de", 7), ("es", 3), ("", 11)))
    ]
    taken = []
    for _ in works:
        claim = room.claim("rosa")
        taken.append(claim.work)
        room.decide("rosa", claim)
    assert taken == [work.pk for work in sorted(works, key=lambda each: each.due_at)]


def test_nobody_says_of_themself_what_they_read_or_that_they_adjudicate(room):
    with room.as_("petra") as petra, pytest.raises(BadInput):
        record_language(petra.person.pk, "es", "C2", document="my word", by=petra)
    with room.as_("rosa") as rosa:
        with pytest.raises(Refused):
            record_language(rosa.person.pk, "es", "C2", document="my word", by=rosa)
        said = {"person": rosa.person, "held_by": rosa.appointment.position.organisation, "document": "x",
                "by": rosa.appointment}  # fmt: skip
        for model, more in ((Language, {"language": "es", "level": "C2"}), (Senior, {"senior": True})):
            with pytest.raises(DatabaseError), transaction.atomic():
                model.objects.create(**said, **more)


def test_what_is_recorded_names_all_that_is_wrong_at_once(room):
    with room.as_("petra") as petra, pytest.raises(BadInput) as wrong:
        record_language(room.person("rosa").pk, "Spanish!", "fluent", document=" ", by=petra)
    assert [problem.where for problem in wrong.value.problems] == ["language", "level", "document"]


def test_a_person_of_another_organisation_is_not_known(room):
    with room.as_("petra") as petra, pytest.raises(NotKnown):
        record_senior(room.person("olga").pk, senior=True, document="hearsay", by=petra)


def test_what_is_recorded_of_people_is_shown_by_name_without_any_figure(room):
    room.reads("rosa", "es")
    room.senior("sven")
    with room.as_("petra") as petra:
        assert [(each.person.name, each.languages, each.senior) for each in known(petra)] == [
            ("Rosa", [("es", "C1")], False), ("Sven", [], True)]  # fmt: skip


def test_marked_work_is_given_and_shown_to_who_may_know_its_item(room):
    with room.as_("rosa") as rosa:
        marking = Marking(tlp=Tlp.RED, owner=str(rosa.appointment.position.organisation_id))
        item = make_item(kind="note", title="the case", marking=marking, by=rosa)
    work = room.ask(item=item.pk)
    assert room.claim("sven") is None
    with room.as_("sven"):
        assert not Work.objects.filter(pk=work.pk).exists()
    assert room.claim("rosa").work == work.pk


# Order


def harm(views, *, probability=0.5, severity="DECEPTION", election_on=None, counted_at=NOW, half_life=6):
    return Harm(
        probability=probability, views_an_hour=views, half_life=timedelta(hours=half_life), severity=severity,
        election_on=election_on, counted_at=counted_at,
    )  # fmt: skip


def test_what_would_do_more_harm_comes_first(room):
    few, many, none = (room.ask(harm=one) for one in (harm(10), harm(10_000), None))
    taken = []
    for _ in range(3):
        claim = room.claim("rosa")
        taken.append(claim.work)
        room.decide("rosa", claim)
    assert taken == [many.pk, few.pk, none.pk]


def test_harm_brings_a_turn_forward_and_never_back(room):
    urgent = room.ask(priority=23, harm=harm(0))
    assert urgent.turn_at == NOW + timedelta(hours=1)


@given(
    views=st.floats(0, 1e9), probability=st.floats(0, 1), severity=st.sampled_from([each.name for each in Severity]),
    hours=st.floats(0.1, 500), later=st.floats(0, 1000), near=st.none() | st.integers(-60, 400),
)  # fmt: skip
def test_however_the_figures_change_a_turn_stays_within_its_bound(views, probability, severity, hours, later, near):
    due = NOW + timedelta(hours=hours)
    one = harm(
        views, probability=probability, severity=severity,
        election_on=None if near is None else (NOW + timedelta(days=near)).date(),
    )  # fmt: skip
    for turn in (one.turn_at(NOW, due), one.turn_at(NOW, due, NOW + timedelta(hours=later))):
        assert NOW <= turn <= NOW + LATEST * (due - NOW) + timedelta(milliseconds=1)


def test_what_is_asked_about_later_than_a_turn_never_comes_before_it(room, at):
    """Nothing waits for ever: from its bound on, only what was asked about before it can go first."""
    tame = room.ask(harm=harm(0, probability=0.01, severity="NUISANCE"))
    assert tame.turn_at == NOW + LATEST * timedelta(hours=24)
    at(tame.turn_at + timedelta(seconds=1))
    for _ in range(3):
        room.ask(harm=harm(1e9, probability=1, severity="VIOLENCE"))
    assert room.claim("rosa").work == tame.pk


def test_turns_are_worked_out_again_as_views_fade(room, at):
    fading, steady = room.ask(harm=harm(1000, half_life=1)), room.ask(harm=harm(500, half_life=1000))
    at(NOW + timedelta(hours=8))
    before = fading.turn_at
    assert move_turns() == 1
    fading.refresh_from_db()
    turn = steady.turn_at
    steady.refresh_from_db()
    assert steady.turn_at == turn
    assert before < fading.turn_at <= NOW + LATEST * timedelta(hours=24)
    assert move_turns() == 0
    assert Harm.read(fading.harm) == harm(1000, half_life=1)


def test_a_web_page_moves_no_turn(room):
    work = room.ask(harm=harm(10))
    with room.as_("rosa"), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT review_move_turns(ARRAY[%s]::uuid[], ARRAY[now()])", [work.pk])


# Chance


def part(what):
    seed = Draw.objects.get().seed
    return hashlib.sha256(f"{seed} {what}".encode()).digest()


def test_a_claim_by_chance_can_be_worked_out_again_from_the_log(room):
    room.rules(chance=50)
    works = [room.ask(snapshot=SNAPSHOT | {"number": number}) for number in range(60)]
    low = sorted(work.pk for work in works if work.pk < CHANCED)
    turns = [work.pk for work in sorted(works, key=lambda each: (each.turn_at, each.pk))]
    free = set(turns)
    for _ in range(30):
        claim = room.claim("rosa")
        told = entries("review claimed")[-1]["with"]
        drawn = part(f"claim {told['draw']}")
        by_chance = int.from_bytes(drawn[:4]) / 2**32 < 0.5
        left = [key for key in low if key in free]
        if by_chance and left:
            point = UUID(bytes=bytes([drawn[4] % 32, *drawn[5:20]]))
            expected = next((key for key in left if key >= point), left[0])
        else:
            expected = next(key for key in turns if key in free)
        assert told["by chance"] == (by_chance and bool(left))
        assert claim.work == expected
        decision = room.decide("rosa", claim)
        assert Decision.objects.get(pk=decision.pk).drawn == told["by chance"]
        free.discard(claim.work)


def test_the_seed_of_draws_is_shown_to_auditors_alone(room):
    with room.as_("rosa"):
        assert not Draw.objects.exists()
    with room.as_("george"):
        assert Draw.objects.exists()


def test_without_rules_nothing_goes_by_chance(room):
    room.ask()
    room.claim("rosa")
    assert "draw" not in entries("review claimed")[-1].get("with", {})


# Looks of a second person


def test_political_speech_is_looked_at_by_two_whatever_the_first_decides(speech):
    speech.rules(second_speech=100)
    for first in (REFUSE, FITS):
        speech.ask(snapshot=SNAPSHOT)
        claim = speech.claim("rosa")
        assert not speech.decide("rosa", claim, *first).settles
        assert speech.claim("rosa") is None
        assert speech.decide("sven", speech.claim("sven"), *first).settles


def test_of_an_actor_what_removes_is_looked_at_by_two(made):
    with leaflets(risk=Risk.ACTOR):
        room = deepcopy(made)
        room.rules(second_removal=100)
        room.ask()
        assert not room.decide("rosa", room.claim("rosa"), *REFUSE).settles
        assert room.decide("sven", room.claim("sven"), *REFUSE).settles
        room.ask()
        assert room.decide("rosa", room.claim("rosa"), *FITS).settles


def test_of_the_rest_a_part_is_looked_at_by_two_and_the_draw_can_be_worked_out_again(made):
    with leaflets(risk=Risk.REST):
        room = deepcopy(made)
        room.rules(second_rest=30)
        for _ in range(25):
            work = room.ask()
            drawn = int.from_bytes(part(f"second {work.pk} 1")[:4]) / 2**32 < 0.3
            assert room.decide("rosa", room.claim("rosa"), *FITS).settles != drawn
            if drawn:
                assert room.decide("sven", room.claim("sven"), *FITS).settles


def test_without_rules_one_look_is_enough(speech):
    speech.ask()
    assert speech.decide("rosa", speech.claim("rosa"), *REFUSE).settles


def split(room):
    """A work on which two differed."""
    work = room.ask(people=2)
    room.decide("rosa", room.claim("rosa"), *REFUSE)
    room.decide("sven", room.claim("sven"), *FITS)
    return work


def test_where_two_differ_a_senior_decides(room):
    room.senior("umar")
    work = split(room)
    assert room.claim("tara") is None
    claim = room.claim("umar")
    assert claim.work == work.pk
    assert room.decide("umar", claim, *FITS).settles


def test_where_nobody_who_has_not_decided_is_senior_anybody_decides(room):
    room.senior("rosa")
    split(room)
    assert room.decide("tara", room.claim("tara"), *FITS).settles


def test_who_adjudicates_no_longer_is_not_waited_for(room):
    room.senior("umar")
    room.senior("umar", senior=False)
    split(room)
    assert room.claim("tara") is not None


# Passing on, and keeping for later


def test_passed_on_it_goes_to_a_senior_and_not_back(room):
    room.senior("umar")
    work = room.ask()
    claim = room.claim("rosa")
    with room.as_("rosa") as rosa:
        actions.escalate(claim, by=rosa, reason="satire or threat")
    assert room.claim("rosa") is None
    assert room.claim("sven") is None
    assert room.claim("umar").work == work.pk
    assert entries("review passed on")


def test_passed_on_to_nobody_it_stays_where_it_is(room):
    claim = room.ask() and room.claim("rosa")
    with room.as_("rosa") as rosa:
        with pytest.raises(BadInput):
            actions.escalate(claim, by=rosa, reason="satire or threat")
        with pytest.raises(BadInput):
            actions.escalate(claim, by=rosa, reason=" ")
    assert room.decide("rosa", claim).settles


def test_kept_for_later_it_is_nobody_elses_until_then_and_its_holder_goes_on(room, at):
    first, second = room.ask(hours=1), room.ask(hours=2)
    claim = room.claim("rosa")
    until = NOW + timedelta(hours=6)
    with room.as_("rosa") as rosa:
        actions.put_on_hold(claim, by=rosa, reason="asked the election office", until=until)
    other = room.claim("rosa")
    assert (claim.work, other.work) == (first.pk, second.pk)
    assert room.claim("sven") is None
    at(NOW + timedelta(hours=5))
    with room.as_("rosa") as rosa:
        again = actions.take_up(first.pk, by=rosa)
        assert again.lease_until == NOW + timedelta(hours=5) + LEASE
    assert room.decide("rosa", again).settles
    hold = Hold.objects.get()
    assert (hold.reason, hold.until) == ("asked the election office", until)


def test_after_its_time_anybody_takes_what_was_kept_for_later(room, at):
    room.ask()
    claim = room.claim("rosa")
    with room.as_("rosa") as rosa:
        actions.put_on_hold(claim, by=rosa, reason="asked around", until=NOW + timedelta(hours=1))
    at(NOW + timedelta(hours=1))
    taken = room.claim("sven")
    assert taken.work == claim.work
    assert not Work.objects.get().on_hold
    with room.as_("rosa") as rosa, pytest.raises(LeaseLost):
        actions.take_up(claim.work, by=rosa)


def test_a_heartbeat_does_not_shorten_what_is_kept_for_later(room):
    room.ask()
    claim = room.claim("rosa")
    with room.as_("rosa") as rosa:
        actions.put_on_hold(claim, by=rosa, reason="asked around", until=NOW + timedelta(hours=1))
        assert actions.heartbeat(claim, by=rosa).lease_until == NOW + timedelta(hours=1)


@pytest.mark.parametrize("hours", [0, -1, LONGEST_HOLD / timedelta(hours=1) + 1])
def test_kept_for_later_without_end_or_reason_it_is_not(room, hours):
    room.ask()
    claim = room.claim("rosa")
    with room.as_("rosa") as rosa, pytest.raises(BadInput) as wrong:
        actions.put_on_hold(claim, by=rosa, reason=" ", until=NOW + timedelta(hours=hours))
    assert [problem.where for problem in wrong.value.problems] == ["reason", "until"]


# Taking back


def test_a_slip_is_taken_back_within_seconds_and_decided_again(room, subjects, at):
    work = room.ask()
    slip = room.decide("rosa", room.claim("rosa"), *REFUSE)
    at(NOW + timedelta(seconds=9))
    with room.as_("rosa") as rosa:
        claim = actions.take_back(slip.pk, by=rosa)
    assert subjects.state[work.subject_id] == "waits"
    made = room.decide("rosa", claim, *FITS)
    assert made.settles
    work.refresh_from_db()
    assert (work.outcome, work.round, work.again) == ("approve", 1, 1)
    assert subjects.state[work.subject_id] == "approve"
    assert {message.key for message in Message.objects.all()} == {
        f"settled:{slip.pk}", f"undone:{slip.pk}", f"settled:{made.pk}"}  # fmt: skip


def test_later_than_that_or_once_somebody_looked_it_is_not_taken_back(room, at):
    room.ask(people=2)
    first = room.decide("rosa", room.claim("rosa"))
    room.claim("sven")
    with room.as_("rosa") as rosa:
        assert actions.take_back(first.pk, by=rosa) is None
    room.ask(hours=30)
    late = room.decide("rosa", room.claim("rosa"))
    at(NOW + timedelta(seconds=11))
    with room.as_("rosa") as rosa:
        assert actions.take_back(late.pk, by=rosa) is None


def test_nobody_takes_back_what_another_decided(room):
    room.ask()
    made = room.decide("rosa", room.claim("rosa"))
    with room.as_("sven") as sven, pytest.raises(NotKnown):
        actions.take_back(made.pk, by=sven)


def test_the_second_of_two_takes_a_slip_back_and_the_first_stands(room):
    work = room.ask(people=2)
    room.decide("rosa", room.claim("rosa"), *REFUSE)
    slip = room.decide("sven", room.claim("sven"), *FITS)
    with room.as_("sven") as sven:
        claim = actions.take_back(slip.pk, by=sven)
    assert room.decide("sven", claim, *REFUSE).settles
    work.refresh_from_db()
    assert (work.state, work.outcome) == (State.SETTLED, "refuse")
    with room.as_("rosa") as rosa:
        (agreement,) = find.agreement(rosa, NOW - timedelta(days=1))
    assert (agreement.pairs, agreement.same) == (1, 1)


# How much of what is hard to bear


def graphic(room, count=1, **more):
    return [room.ask(snapshot=SNAPSHOT | {"number": number}, topics=[Topic.GRAPHIC], **more) for number in range(count)]


def looked(room, at, name, now, minutes):
    claim = room.claim(name)
    if claim is None:
        return None
    for _ in range(0, minutes, 4):
        now += timedelta(minutes=4)
        at(now)
        with room.as_(name) as seat:
            actions.heartbeat(claim, by=seat)
    room.decide(name, claim)
    return now


def test_who_has_seen_enough_of_a_topic_today_is_given_none_of_it_till_tomorrow(room, at):
    room.rules(minutes_graphic=480, items_graphic=2)
    graphic(room, 3)
    plain = room.ask(hours=40)
    now = NOW
    for _ in range(2):
        now = looked(room, at, "rosa", now, 4)
    assert room.claim("rosa").work == plain.pk
    assert room.claim("sven") is not None
    with room.as_("rosa") as rosa:
        told, _ = meter(rosa)
        assert [(each.items, each.minutes, each.enough) for each in told if each.topic == "graphic"] == [(2, 8, True)]
    with room.as_("petra"):
        assert caps_reached() == ["graphic"]
    with room.as_("sven"):
        assert caps_reached() == []


def test_after_so_long_in_a_row_comes_a_break_from_it(room, at):
    room.rules(run_minutes=8, break_minutes=15, minutes_graphic=480, items_graphic=2000)
    graphic(room, 4)
    now = NOW
    for _ in range(2):
        now = looked(room, at, "rosa", now, 4)
    assert room.claim("rosa") is None
    at(now + timedelta(minutes=15, seconds=1))
    assert room.claim("rosa") is not None


def test_a_page_left_open_does_not_count_for_hours(room, at):
    room.rules(minutes_graphic=480, items_graphic=100)
    graphic(room)
    looked(room, at, "rosa", NOW, 240)
    assert Dose.objects.get().seconds == 600


def test_who_keeps_from_a_topic_is_given_none_of_it_and_nobody_is_told(room):
    graphic(room)
    with room.as_("rosa") as rosa:
        avoid(["graphic"], by=rosa)
    assert room.claim("rosa") is None
    for other in ("petra", "george", "sven"):
        with room.as_(other):
            assert not Avoided.objects.exists()
    with room.as_("rosa") as rosa:
        avoid([], by=rosa)
    assert room.claim("rosa") is not None


def test_nobody_else_reads_a_meter(room, at):
    graphic(room)
    looked(room, at, "rosa", NOW, 4)
    for other in ("petra", "george", "sven"):
        with room.as_(other):
            assert not Dose.objects.exists()
    with room.as_("rosa"):
        assert Dose.objects.exists()


def test_nobody_keeps_another_from_a_topic(room):
    with room.as_("rosa"), pytest.raises(DatabaseError), transaction.atomic():
        Avoided.objects.create(person=room.person("sven"), topic="graphic", avoided=True)


# Rules


def test_rules_name_all_that_cannot_be_at_once(room):
    with room.as_("petra") as petra, pytest.raises(BadInput) as wrong:
        put_in_force({"chance": "80", "second_rest": "a lot", "run_minutes": "30"}, by=petra, reason="")
    assert {problem.where for problem in wrong.value.problems} == {
        "chance", "second_removal", "second_speech", "second_rest", "break_minutes", "reason"}  # fmt: skip


def test_a_reviewer_puts_no_rules_in_force(room):
    with room.as_("rosa") as rosa:
        with pytest.raises(Refused):
            put_in_force({}, by=rosa, reason="why not")
        with pytest.raises(DatabaseError), transaction.atomic():
            Rules.objects.create(held_by=rosa.appointment.position.organisation, reason="x", by=rosa.appointment)


def test_rules_hold_for_their_organisation_alone(room):
    room.rules(chance=50)
    with room.as_("olga", "Other"):
        assert not Rules.objects.exists()
