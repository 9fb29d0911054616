"""Work waits, is held by one, decided on what was seen, undone and appealed; nothing is lost and nothing counts twice."""

import json
from copy import deepcopy
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from installation import clock_tells
from made_review import KIND, SNAPSHOT, Room, leaflets
from people_world import NOW, as_web

from hustings.apps.database import WORKER, in_role
from hustings.apps.permission import NotKnown, Refused
from hustings.apps.review import actions, find
from hustings.apps.review.agreement import alpha
from hustings.apps.review.errors import LeaseLost, Outdated
from hustings.apps.review.frozen import LARGEST, digest_of, freeze
from hustings.apps.review.holding import LEASE
from hustings.apps.review.models import Decision, Message, Policy, State, Undo, Work
from hustings.apps.review.outbox import ATTEMPTS, deliver_again, deliver_due
from hustings.apps.review.policies import load
from hustings.errors import BadInput

pytestmark = pytest.mark.django_db


@pytest.fixture
def subjects():
    with leaflets() as made:
        yield made


@pytest.fixture(scope="module")
def made(lasting):
    clock_tells(NOW)
    return Room()


@pytest.fixture
def room(made, subjects):
    return deepcopy(made)


def entries(event):
    with connection.cursor() as cursor:
        cursor.execute("SELECT facts::text FROM log_entry WHERE event = %s ORDER BY number", [event])
        return [json.loads(row[0]) for row in cursor.fetchall()]


def settled(room, name="rosa", outcome="refuse", code="voting.wrong_date", **asked):
    work = room.ask(**asked)
    claim = room.claim(name)
    assert claim.work == work.pk
    return work, room.decide(name, claim, outcome, code)


def test_what_is_asked_is_claimed_and_decided_and_moves_its_subject(room, subjects):
    work, decision = settled(room)
    work.refresh_from_db()
    assert (work.state, work.outcome, work.holder) == (State.SETTLED, "refuse", None)
    assert subjects.state == {work.subject_id: "refuse"}
    assert decision.digest == work.digest == digest_of(freeze(SNAPSHOT))
    assert [message.key for message in Message.objects.all()] == [f"settled:{decision.pk}"]
    (entry,) = entries("review decided")
    assert entry["with"]["decision"] == str(decision.pk)
    assert entry["with"]["code"] == "voting.wrong_date"
    assert entry["actor"] == str(decision.decided_by_id)


def test_the_handler_reads_the_whole_work_and_the_reason(room, subjects, monkeypatch):
    from hustings.apps.review.registry import HANDLERS

    seen = []
    whole = HANDLERS[KIND]
    monkeypatch.setitem(
        HANDLERS, KIND, type(whole)(
            decided=lambda work, decision, by: seen.append((work.snapshot, decision.reason.told, decision.work.queue)),
            undone=whole.undone, card=whole.card, reasons=whole.reasons,
        ),
    )  # fmt: skip
    settled(room)
    assert seen == [
        (SNAPSHOT, "The date or time of voting in the ad is not that of the election. Give the official one.", "door")
    ]


def test_asked_again_with_an_equal_snapshot_it_is_the_same_work_and_the_more_urgent_time_holds(room):
    first = room.ask(hours=24)
    again = room.ask(first.subject_id, snapshot=dict(reversed(SNAPSHOT.items())), hours=3, priority=2)
    assert again.pk == first.pk
    assert again.due_at == NOW + timedelta(hours=3)
    assert again.turn_at == NOW + timedelta(hours=1)
    assert Work.objects.count() == 1


def test_a_newer_snapshot_takes_the_place_of_the_older_and_who_held_it_is_told(room, subjects):
    first = room.ask()
    claim = room.claim("rosa")
    newer = room.ask(first.subject_id, snapshot=SNAPSHOT | {"text": "Vote on 7 March."})
    assert newer.pk != first.pk
    first.refresh_from_db()
    assert first.state == State.SUPERSEDED
    with pytest.raises(Outdated):
        room.decide("rosa", claim)
    assert not Decision.objects.exists()
    assert subjects.moves == []


def test_a_decision_on_what_no_longer_stands_is_refused_and_asked_anew(room, subjects):
    work = room.ask(priority=3)
    claim = room.claim("rosa")
    subjects.now[work.subject_id] = SNAPSHOT | {"text": "Stay at home."}
    with room.as_("rosa") as rosa, pytest.raises(Outdated):
        actions.decide(claim, "refuse", "voting.wrong_date", "", by=rosa)
    assert not Decision.objects.exists()
    anew = Work.objects.get(state=State.OPEN)
    assert (anew.snapshot["text"], anew.priority, anew.due_at) == ("Stay at home.", 3, work.due_at)


def test_what_is_gone_is_not_asked_about_any_more(room, subjects):
    work = room.ask()
    claim = room.claim("rosa")
    subjects.now[work.subject_id] = None
    with room.as_("rosa") as rosa, pytest.raises(Outdated):
        actions.decide(claim, "refuse", "voting.wrong_date", "", by=rosa)
    assert not Work.objects.filter(state=State.OPEN).exists()


def test_a_digest_that_was_not_shown_decides_nothing(made):
    with leaflets(compared=False):
        room = deepcopy(made)
        room.ask()
        claim = room.claim("rosa")
        seen_otherwise = actions.Claimed(work=claim.work, fence=claim.fence, digest="0" * 64)
        with pytest.raises(Outdated):
            room.decide("rosa", seen_otherwise)
        assert not Decision.objects.exists()


def test_nobody_else_takes_what_is_held(room):
    room.ask()
    assert room.claim("rosa") is not None
    assert room.claim("sven") is None


def test_who_comes_back_finds_what_they_hold(room):
    room.ask()
    room.ask()
    first = room.claim("rosa")
    assert room.claim("rosa") == first


def test_after_the_lease_another_takes_it_and_the_older_fence_is_refused(room, at):
    room.ask()
    first = room.claim("rosa")
    at(NOW + LEASE)
    second = room.claim("sven")
    assert (second.work, second.fence) == (first.work, first.fence + 1)
    with pytest.raises(LeaseLost) as lost:
        room.decide("rosa", first)
    assert lost.value.code == "lease_lost"
    room.decide("sven", second)
    assert Decision.objects.count() == 1


def test_a_lease_that_ran_out_is_over_even_when_nobody_took_it(room, at):
    room.ask()
    claim = room.claim("rosa")
    at(NOW + LEASE)
    with pytest.raises(LeaseLost):
        room.decide("rosa", claim)


def test_an_older_claim_of_ones_own_is_over_too(room, at):
    room.ask()
    first = room.claim("rosa")
    at(NOW + LEASE)
    second = room.claim("rosa")
    assert second.fence == first.fence + 1
    with pytest.raises(LeaseLost):
        room.decide("rosa", first)
    room.decide("rosa", second)


def test_a_heartbeat_keeps_it(room, at):
    room.ask()
    claim = room.claim("rosa")
    at(NOW + LEASE - timedelta(seconds=1))
    with room.as_("rosa") as rosa:
        kept = actions.heartbeat(claim, by=rosa)
    at(NOW + LEASE + timedelta(seconds=1))
    assert kept.lease_until == NOW + 2 * LEASE - timedelta(seconds=1)
    assert room.claim("sven") is None
    room.decide("rosa", claim)


def test_a_heartbeat_too_late_is_told_so(room, at):
    room.ask()
    claim = room.claim("rosa")
    at(NOW + LEASE)
    with room.as_("rosa") as rosa, pytest.raises(LeaseLost):
        actions.heartbeat(claim, by=rosa)


def test_anothers_heartbeat_or_release_does_nothing(room):
    room.ask()
    claim = room.claim("rosa")
    with room.as_("sven") as sven:
        for act in (actions.heartbeat, actions.release):
            with pytest.raises(LeaseLost):
                act(claim, by=sven)
        with pytest.raises(LeaseLost):
            actions.decide(claim, "refuse", "voting.wrong_date", "", by=sven)


def test_put_back_it_waits_for_the_next(room):
    room.ask()
    claim = room.claim("rosa")
    with room.as_("rosa") as rosa:
        actions.release(claim, by=rosa)
    with pytest.raises(LeaseLost):
        room.decide("rosa", claim)
    assert room.claim("sven").work == claim.work


def test_a_decision_said_again_is_the_same_and_does_nothing_again(room, subjects):
    room.ask()
    claim = room.claim("rosa")
    first = room.decide("rosa", claim)
    assert room.decide("rosa", claim) == first
    assert len(subjects.moves) == 1
    with pytest.raises(LeaseLost):
        room.decide("rosa", claim, "approve", "fits")


def test_a_handler_that_fails_leaves_nothing_decided(room, subjects, monkeypatch):
    from hustings.apps.review.registry import HANDLERS

    whole = HANDLERS[KIND]

    def fails(work, decision, by):
        raise RuntimeError("the subject cannot move")

    monkeypatch.setitem(
        HANDLERS, KIND, type(whole)(decided=fails, undone=fails, card=whole.card, reasons=whole.reasons)
    )
    room.ask()
    claim = room.claim("rosa")
    with pytest.raises(RuntimeError):
        room.decide("rosa", claim)
    assert not Decision.objects.exists()
    assert not Message.objects.exists()
    assert entries("review decided") == []
    assert Work.objects.get().state == State.OPEN


def test_a_subject_that_cannot_move_takes_back_what_it_had_begun_and_the_request_goes_on(room, subjects, monkeypatch):
    from hustings.apps.review.registry import HANDLERS

    whole, mailed = HANDLERS[KIND], []

    def fails(work, decision, by):
        transaction.on_commit(lambda: mailed.append("too early"))
        Work.objects.filter(pk=work.pk).exists()
        raise BadInput("The ad has ended.", [])

    monkeypatch.setitem(
        HANDLERS, KIND, type(whole)(decided=fails, undone=fails, card=whole.card, reasons=whole.reasons)
    )
    room.ask()
    claim = room.claim("rosa")
    with room.as_("rosa") as rosa:
        waiting = len(connection.run_on_commit)
        for _ in range(2):  # the second is refused by the subject again, not because something of the first is left
            with pytest.raises(BadInput, match="has ended"):
                actions.decide(claim, "refuse", "voting.wrong_date", "", by=rosa)
        assert len(connection.run_on_commit) == waiting
        assert not Decision.objects.exists()
        assert actions.heartbeat(claim, by=rosa).lease_until is not None
    assert mailed == []


def test_the_next_is_taken_with_the_decision_as_a_claim_would_take_it(room, subjects):
    first, second = room.ask(hours=1), room.ask(hours=2)
    decision, taken = room.decide_and_claim("rosa", room.claim("rosa"))
    assert (decision.work_id, taken.work, taken.fence, taken.digest) == (
        first.pk,
        second.pk,
        second.fence + 1,
        second.digest,
    )
    second.refresh_from_db()
    assert (second.holder_id, second.lease_until) == (decision.decided_by_id, taken.lease_until)
    assert [entry["with"]["work"] for entry in entries("review claimed")] == [str(first.pk), str(second.pk)]
    assert room.claim("sven") is None
    assert room.decide_and_claim("rosa", taken)[1] is None  # nothing waits any more


def test_said_again_the_next_is_the_one_of_the_lost_answer(room, subjects):
    for _ in range(3):
        room.ask()
    claim = room.claim("rosa")
    once = room.decide_and_claim("rosa", claim)
    assert room.decide_and_claim("rosa", claim) == once
    assert len(subjects.moves) == 1
    assert Work.objects.filter(holder__isnull=False).count() == 1


def test_what_is_held_already_is_the_next(room):
    """Of two pages that took work at one moment."""
    held = [room.ask(), room.ask(hours=48), room.ask(hours=30)]
    claim = room.claim("rosa")
    Work.objects.filter(pk=held[1].pk).update(
        holder_id=room.world.appointments["rosa", "Meridian"].pk, claimed_at=NOW, lease_until=NOW + LEASE, fence=7
    )
    _, taken = room.decide_and_claim("rosa", claim)
    assert (taken.work, taken.fence) == (held[1].pk, 7)


def test_nothing_is_taken_with_a_decision_that_is_refused(room, subjects):
    work, _ = room.ask(hours=1), room.ask(hours=2)
    claim = room.claim("rosa")
    with pytest.raises(BadInput):
        room.decide_and_claim("rosa", claim, "refuse", "fits")
    subjects.now[work.subject_id] = SNAPSHOT | {"title": "Another one"}
    with room.as_("rosa") as rosa, pytest.raises(Outdated):
        actions.decide_and_claim(claim, "refuse", "voting.wrong_date", "", by=rosa)
    assert len(entries("review claimed")) == 1
    assert not Work.objects.exclude(pk=work.pk).filter(holder__isnull=False).exists()


def test_who_of_two_decided_first_is_not_given_the_same_work_next(room):
    room.ask(people=2)
    _, taken = room.decide_and_claim("rosa", room.claim("rosa"))
    assert taken is None
    assert room.claim("sven") is not None


@pytest.mark.parametrize(("outcome", "code"), [("refuse", "fits"), ("approve", "no such code"), ("burn", "fits")])
def test_a_reason_of_the_policy_has_to_ground_the_outcome(room, outcome, code):
    room.ask()
    claim = room.claim("rosa")
    with pytest.raises(BadInput, match="a reason of the policy that grounds the outcome"):
        room.decide("rosa", claim, outcome, code)
    room.decide("rosa", claim)


def test_what_is_due_sooner_comes_first_and_priority_brings_forward_by_hours(room):
    later, sooner, urgent = room.ask(hours=9), room.ask(hours=5), room.ask(hours=12, priority=8)
    taken = [room.claim(name).work for name in ("rosa", "sven", "tara")]
    assert taken == [urgent.pk, sooner.pk, later.pk]


# Two people


def test_two_people_who_agree_settle_it_the_second_time(room, subjects):
    work = room.ask(people=2)
    first = room.decide("rosa", room.claim("rosa"))
    assert (first.settles, subjects.moves, Message.objects.count()) == (False, [], 0)
    second = room.decide("sven", room.claim("sven"))
    assert second.settles
    work.refresh_from_db()
    assert (work.state, work.outcome) == (State.SETTLED, "refuse")
    assert subjects.moves == [("decided", work.subject_id, "refuse")]


def test_where_two_differ_a_third_decides(room, subjects):
    work = room.ask(people=2)
    room.decide("rosa", room.claim("rosa"), "refuse", "voting.wrong_date")
    second = room.decide("sven", room.claim("sven"), "approve", "fits")
    assert not second.settles
    third = room.decide("tara", room.claim("tara"), "approve", "fits")
    assert third.settles
    assert subjects.state[work.subject_id] == "approve"


def test_who_decided_does_not_decide_again(room):
    room.ask(people=2)
    room.decide("rosa", room.claim("rosa"))
    assert room.claim("rosa") is None


def test_the_second_is_told_nothing_of_the_first(room):
    room.ask(people=2)
    first = room.decide("rosa", room.claim("rosa"))
    room.claim("sven")
    with room.as_("sven") as sven:
        assert not Decision.objects.filter(pk=first.pk).exists()
        assert not find.decisions(sven).exists()
        with pytest.raises(NotKnown):
            find.find_decision(sven, first.pk)
    with room.as_("rosa"):
        assert Decision.objects.filter(pk=first.pk).exists()
    with room.as_("george"):
        assert Decision.objects.filter(pk=first.pk).exists()


# Keeping out, undoing, appealing


def test_who_keeps_out_is_never_given_the_subject_again(room):
    work = room.ask()
    claim = room.claim("rosa")
    with room.as_("rosa") as rosa:
        actions.recuse(claim, by=rosa, reason="A cousin stands for them.")
    assert room.claim("rosa") is None
    room.ask(work.subject_id, snapshot=SNAPSHOT | {"text": "another"})
    assert room.claim("rosa") is None
    assert room.claim("sven") is not None


def test_who_is_named_may_not_decide_it(room):
    room.ask(without=[room.world.appointments["rosa", "Meridian"]])
    assert room.claim("rosa") is None
    assert room.claim("sven") is not None


def test_another_person_undoes_and_a_third_decides_afresh(room, subjects):
    work, decision = settled(room)
    with room.as_("sven") as sven:
        actions.undo(decision.pk, by=sven, reason="The 8th is a second day of voting there.")
    work.refresh_from_db()
    assert (work.state, work.outcome) == (State.OPEN, "")
    assert subjects.moves == [("decided", work.subject_id, "refuse"), ("undone", work.subject_id, "refuse")]
    assert room.claim("rosa") is None
    assert room.claim("sven") is None
    again = room.decide("tara", room.claim("tara"), "approve", "fits")
    assert again.round == 2
    assert subjects.state[work.subject_id] == "approve"
    assert {message.event for message in Message.objects.all()} == {"settled", "undone"}


def test_nobody_undoes_their_own(room):
    _, decision = settled(room)
    with room.as_("rosa") as rosa, pytest.raises(Refused):
        actions.undo(decision.pk, by=rosa, reason="A slip.")
    assert not Undo.objects.exists()


def test_undone_once_it_does_not_stand_any_more(room):
    _, decision = settled(room)
    with room.as_("sven") as sven:
        actions.undo(decision.pk, by=sven, reason="Wrong.")
    room.decide("tara", room.claim("tara"), "approve", "fits")
    with room.as_("umar") as umar, pytest.raises(BadInput, match="does not stand any more"):
        actions.undo(decision.pk, by=umar, reason="Once more.")


def test_undone_while_a_newer_version_waits_only_that_one_waits(room):
    work, decision = settled(room)
    newer = room.ask(work.subject_id, snapshot=SNAPSHOT | {"text": "another"})
    with room.as_("sven") as sven:
        actions.undo(decision.pk, by=sven, reason="Wrong.")
    assert list(Work.objects.filter(state=State.OPEN)) == [newer]


def appeal(room, work, words="The 8th is right: the vote takes two days."):
    with as_web():
        return actions.appeal(work.subject, words, by_person=room.world.people["ben"])


def test_an_appeal_goes_to_somebody_who_never_decided_on_it(room, subjects):
    work, decision = settled(room)
    looked = appeal(room, work)
    assert looked.frozen == work.frozen
    assert looked.appeal.decision_id == decision.pk
    assert room.claim("rosa") is None
    room.decide("sven", room.claim("sven"), "approve", "fits")
    assert subjects.state[work.subject_id] == "approve"


def test_an_appeal_is_heard_once(room):
    work, _ = settled(room)
    appeal(room, work)
    with pytest.raises(BadInput, match="nothing to appeal"):
        appeal(room, work)
    room.decide("sven", room.claim("sven"))
    with pytest.raises(BadInput, match="nothing to appeal"):
        appeal(room, work)


def test_what_was_never_decided_cannot_be_appealed(room):
    work = room.ask()
    with pytest.raises(BadInput, match="nothing to appeal"):
        appeal(room, work)


def test_an_appeal_goes_on_with_the_newer_version_and_its_exclusions(room):
    work, decision = settled(room)
    looked = appeal(room, work)
    newer = room.ask(work.subject_id, snapshot=SNAPSHOT | {"text": "another"})
    assert newer.pk != looked.pk
    assert newer.appeal.decision_id == decision.pk
    assert room.claim("rosa") is None


# Who may


def test_a_queue_is_for_the_roles_of_its_act(room):
    room.ask()
    for name in ("vera", "george", "ben"):
        with room.as_(name) as seat, pytest.raises(PermissionDenied):
            actions.claim(seat, "door")
    room.ask(queue="sponsors")
    assert room.claim("vera", "sponsors") is not None
    with room.as_("rosa") as rosa, pytest.raises(PermissionDenied):
        actions.claim(rosa, "sponsors")


def test_a_seat_that_ended_takes_nothing_whatever_it_says_of_itself(room):
    from dataclasses import replace

    from hustings.policy.role import Role

    room.ask()
    with room.as_("ben") as ben:
        posing = replace(ben, roles=frozenset({Role.REVIEWER}))
        with pytest.raises(DatabaseError, match="has to stand in a role"), transaction.atomic():
            actions.claim(posing, "door")


def test_another_organisation_sees_and_takes_nothing(room):
    _, decision = settled(room)
    room.ask()
    with room.as_("olga", "Other") as olga:
        assert actions.claim(olga, "door") is None
        assert not Work.objects.exists()
        assert not Decision.objects.exists()
        assert not Message.objects.exists()
        with pytest.raises(NotKnown):
            actions.undo(decision.pk, by=olga, reason="Not mine.")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE review_work SET state = 'superseded'",
        "INSERT INTO review_decision SELECT * FROM review_decision",
        "DELETE FROM review_undo",
        "UPDATE review_policy SET title = 'x'",
        "INSERT INTO review_recusal SELECT * FROM review_recusal",
        "UPDATE review_outbox SET delivered_at = now()",
    ],
)
def test_the_web_writes_no_table_itself(room, statement):
    with room.as_("rosa"), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)


def test_decisions_are_added_never_changed_by_the_owner_either(room):
    settled(room)
    with pytest.raises(DatabaseError, match="added, never changed"), transaction.atomic():
        Decision.objects.update(note="x")


# What follows


def test_what_follows_is_delivered_once(room, subjects):
    _, decision = settled(room)
    assert deliver_due() == 1
    assert deliver_due() == 0
    assert subjects.delivered == [f"settled:{decision.pk}"]


def test_a_failed_delivery_waits_and_then_succeeds_under_the_same_key(room, subjects, at):
    _, decision = settled(room)
    subjects.failing = 1
    assert deliver_due() == 0
    message = Message.objects.get()
    assert (message.attempts, message.error, message.due_at) == (1, "OSError", NOW + timedelta(minutes=1))
    at(NOW + timedelta(minutes=1))
    assert deliver_due() == 1
    assert subjects.delivered == [f"settled:{decision.pk}"]


def test_what_never_succeeds_is_given_up_in_sight_and_tried_again_when_asked(room, subjects, at):
    settled(room)
    subjects.failing = ATTEMPTS
    for hours in range(ATTEMPTS):
        at(NOW + timedelta(hours=13 * hours))
        deliver_due()
    message = Message.objects.get()
    assert message.dead_at is not None
    with room.as_("rosa") as rosa:
        assert [each.key for each in find.given_up(rosa)] == [message.key]
        deliver_again(message.key, by=rosa)
        assert not find.given_up(rosa).exists()
        with pytest.raises(NotKnown):
            deliver_again(message.key, by=rosa)
    assert deliver_due() == 1


def test_what_a_handler_wrote_before_it_failed_is_not_there(room, subjects, monkeypatch):
    from hustings.apps.review.registry import HANDLERS

    def writes_and_fails(message):
        Message.objects.filter(pk=message.pk).update(error="written")
        raise OSError

    whole = HANDLERS[KIND]
    monkeypatch.setitem(
        HANDLERS, KIND, type(whole)(
            decided=whole.decided, undone=whole.undone, card=whole.card, reasons=whole.reasons, deliver=writes_and_fails,
        ),
    )  # fmt: skip
    settled(room)
    deliver_due()
    assert Message.objects.get().error == "OSError"


# Policies, snapshots, figures


def test_the_packaged_policy_is_there_with_a_sentence_for_both_sides():
    policy = Policy.objects.get(name="ads at the door")
    reasons = list(policy.reasons.all())
    assert {reason.code.split(".")[0] for reason in reasons} >= {
        "voting",
        "disclaimer",
        "name",
        "payment",
        "landing",
        "law",
    }
    assert all(reason.sentence and reason.told for reason in reasons)
    assert {outcome for reason in reasons for outcome in reason.outcomes} == {each["code"] for each in policy.outcomes}


def test_a_policy_that_changed_needs_a_new_version():
    text = b'name = "x"\nversion = "1"\ntitle = "X"\ntext = "."\noutcomes = [{code = "a", title = "A"}]\nreasons = []\n'
    load(text, "x.toml")
    load(text, "x.toml")
    with pytest.raises(ValueError, match="Give it a new version"):
        load(text.replace(b'"X"', b'"Y"'), "x.toml")


def test_a_snapshot_is_frozen_whatever_its_text(room):
    odd = {"text": "\\ud800 \\x00 \\u202e e\\u0301", "n": 1e-07}
    work = room.ask(snapshot=odd)
    work.refresh_from_db()
    assert work.snapshot == odd
    assert work.digest == digest_of(work.frozen)


@pytest.mark.parametrize("snapshot", [{"x": "a" * (LARGEST + 1)}, {"x": float("nan")}, {"x": uuid4()}])
def test_what_cannot_be_kept_is_refused(room, snapshot):
    with pytest.raises(BadInput):
        room.ask(snapshot=snapshot)


def test_figures_by_reason_and_of_agreement(room):
    room.ask(people=2)
    room.decide("rosa", room.claim("rosa"))
    room.decide("sven", room.claim("sven"))
    room.ask(people=2)
    room.decide("rosa", room.claim("rosa"))
    room.decide("sven", room.claim("sven"), "approve", "fits")
    room.decide("tara", room.claim("tara"), "approve", "fits")
    with room.as_("rosa") as rosa:
        rows = find.by_reason(rosa, NOW - timedelta(days=1))
        assert [(row["reason__code"], row["outcome"], row["many"]) for row in rows] == [
            ("fits", "approve", 1), ("voting.wrong_date", "refuse", 1),
        ]  # fmt: skip
        (told,) = find.agreement(rosa, NOW - timedelta(days=1))
    assert (told.queue, told.pairs, told.same, told.share) == ("door", 2, 1, 50)


def test_alpha_is_one_for_agreement_and_none_where_nothing_tells_it_from_chance():
    assert alpha([("a", "a"), ("b", "b")]) == 1
    assert alpha([("a", "a")]) is None
    # Krippendorff's own small example: ten units, two coders, 0.095.
    pairs = list(zip("0100000000", "1110010010", strict=True))
    assert round(alpha(pairs), 3) == 0.095


def test_what_waits_is_counted_for_who_may_take_it(room):
    room.ask()
    room.ask(hours=-1, without=[room.world.appointments["rosa", "Meridian"]])
    room.claim("tara")
    with room.as_("rosa") as rosa:
        door = find.waiting(rosa)[0]
        assert (door.name, door.waits, door.held, door.for_me, door.overdue) == ("door", 1, 1, 1, 1)


def test_the_worker_reads_no_more_than_it_delivers(room):
    settled(room)
    with in_role(WORKER), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute("SELECT 1 FROM review_recusal")
