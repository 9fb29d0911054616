"""Whatever several reviewers do in whatever order, at whatever time: what the tables say is what a simple model says."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from made_review import NAMES, SNAPSHOT, Room, leaflets
from people_world import NOW

from hustings.apps.permission import Refused
from hustings.apps.review import actions
from hustings.apps.review.errors import LeaseLost, Outdated
from hustings.apps.review.holding import LEASE
from hustings.apps.review.models import Decision, Message, Undo, Work
from hustings.errors import BadInput

OUTCOMES = {"approve": "fits", "refuse": "voting.wrong_date", "correct": "disclaimer.missing"}


@dataclass
class Known:
    """What the model knows of one work."""

    subject: object
    people: int
    turn: object
    state: str = "open"
    holder: str | None = None
    until: object = None
    fence: int = 0
    round: int = 1
    looks: list = field(default_factory=list)  # (who, outcome) of this round
    barred: set = field(default_factory=set)
    version: int = 0

    def held(self, now):
        return self.holder is not None and self.until > now


class Reviewing(RuleBasedStateMachine):
    """Reviewers claim, keep, put back, decide and undo; the clock goes on; newer versions come in."""

    set_clock = None

    @initialize()
    def begin(self):
        self.block = transaction.atomic()
        self.block.__enter__()
        self.now = NOW
        type(self).set_clock(self.now)
        self.kind = leaflets(compared=False)
        self.subjects = self.kind.__enter__()
        self.room = Room()
        self.known = {}
        self.claims = []  # (who, claim) of every claim ever given
        self.made = []  # (who, decision key, work key, round)
        self.undone = set()

    def teardown(self):
        if hasattr(self, "block"):
            self.kind.__exit__(None, None, None)
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def open_works(self):
        return [(key, work) for key, work in self.known.items() if work.state == "open"]

    @rule(hours=st.integers(1, 48), priority=st.integers(0, 5), people=st.sampled_from([1, 1, 2]))
    def ask(self, hours, priority, people):
        work = self.room.ask(hours=hours, priority=priority, people=people)
        # moment() is that of the clock of these tests
        turn = self.now + timedelta(hours=hours - priority)
        self.known[work.pk] = Known(work.subject_id, people, turn, fence=work.fence)

    @precondition(lambda self: self.open_works())
    @rule(data=st.data())
    def a_newer_version(self, data):
        _, old = data.draw(st.sampled_from(self.open_works()))
        snapshot = SNAPSHOT | {"version": old.version + 1}
        work = self.room.ask(old.subject, snapshot=snapshot, hours=24)
        old.state, old.holder = "superseded", None
        turn = self.now + timedelta(hours=24)
        self.known[work.pk] = Known(old.subject, 1, turn, fence=work.fence, version=old.version + 1)

    @rule(who=st.sampled_from(NAMES))
    def claim(self, who):
        claim = self.room.claim(who)
        mine = [key for key, work in self.open_works() if work.holder == who and work.held(self.now)]
        if mine:
            assert claim.work in mine
            assert claim.fence == self.known[claim.work].fence
            return
        free = [
            (work.turn, key) for key, work in self.open_works() if not work.held(self.now) and who not in work.barred
        ]
        if not free:
            assert claim is None
            return
        assert claim is not None
        work = self.known[claim.work]
        assert work.turn == min(free)[0]
        assert not work.held(self.now)
        work.holder, work.until, work.fence = who, self.now + LEASE, work.fence + 1
        assert claim.fence == work.fence
        self.claims.append((who, claim))

    @rule(minutes=st.integers(1, 7))
    def time_goes_on(self, minutes):
        self.now += timedelta(minutes=minutes)
        type(self).set_clock(self.now)

    def stands(self, who, claim):
        work = self.known[claim.work]
        return work.state == "open" and work.holder == who and work.fence == claim.fence and work.held(self.now)

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def heartbeat(self, data):
        who, claim = data.draw(st.sampled_from(self.claims))
        with self.room.as_(who) as seat:
            if self.stands(who, claim):
                kept = actions.heartbeat(claim, by=seat)
                assert kept.lease_until == self.now + LEASE
                self.known[claim.work].until = kept.lease_until
            else:
                with pytest.raises(LeaseLost):
                    actions.heartbeat(claim, by=seat)

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def release(self, data):
        who, claim = data.draw(st.sampled_from(self.claims))
        with self.room.as_(who) as seat:
            if self.stands(who, claim):
                actions.release(claim, by=seat)
                self.known[claim.work].holder = None
            else:
                with pytest.raises(LeaseLost):
                    actions.release(claim, by=seat)

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), outcome=st.sampled_from(sorted(OUTCOMES)))
    def decide(self, data, outcome):
        who, claim = data.draw(st.sampled_from(self.claims))
        work = self.known[claim.work]
        before = Decision.objects.count()
        earlier = [
            key
            for by, key, of, fence, said in self.made
            if (by, of, fence, said) == (who, claim.work, claim.fence, outcome)
        ]
        if self.stands(who, claim):
            made = self.room.decide(who, claim, outcome, OUTCOMES[outcome])
            work.looks.append((who, outcome))
            work.barred.add(who)
            work.holder = None
            agreed = len(work.looks) == 2 and work.looks[0][1] == work.looks[1][1]
            settles = work.people == 1 or len(work.looks) == 3 or agreed
            assert made.settles == settles
            if settles:
                work.state = "settled"
                assert self.subjects.state[work.subject] == outcome
            self.made.append((who, made.pk, claim.work, claim.fence, outcome))
            assert Decision.objects.count() == before + 1
        elif earlier:
            assert self.room.decide(who, claim, outcome, OUTCOMES[outcome]).pk == earlier[0]
            assert Decision.objects.count() == before
        else:
            with pytest.raises(Outdated if work.state == "superseded" else LeaseLost):
                self.room.decide(who, claim, outcome, OUTCOMES[outcome])
            assert Decision.objects.count() == before

    @precondition(lambda self: self.made)
    @rule(data=st.data(), who=st.sampled_from(NAMES))
    def undo(self, data, who):
        by, key, of, _, _ = data.draw(st.sampled_from(self.made))
        work = self.known[of]
        last = work.state == "settled" and [made[1] for made in self.made if made[2] == of][-1] == key
        if work.state == "open" and who != by:
            return  # who undoes has to be told of it first; that is asked elsewhere
        with self.room.as_(who) as seat:
            if who == by:
                with pytest.raises(Refused):
                    actions.undo(key, by=seat, reason="a slip")
            elif not last:
                with pytest.raises(BadInput):
                    actions.undo(key, by=seat, reason="wrong")
            else:
                actions.undo(key, by=seat, reason="wrong")
                self.undone.add(key)
                taken_up = any(other.subject == work.subject for _, other in self.open_works())
                work.state = "superseded" if taken_up else "open"
                work.round, work.looks = work.round + 1, []
                work.barred.add(who)
                assert self.subjects.state[work.subject] == "waits"

    @invariant()
    def the_tables_say_what_the_model_says(self):
        if not hasattr(self, "known"):
            return
        rows = {work.pk: work for work in Work.objects.select_related("holder__person")}
        assert rows.keys() == self.known.keys()
        holding = []
        for key, work in self.known.items():
            row = rows[key]
            assert (row.state, row.fence >= work.fence, row.round) == (work.state, True, work.round)
            assert row.held_at(self.now) == work.held(self.now)
            if work.held(self.now):
                assert row.holder.person.name.lower() == work.holder
                holding.append(key)
        assert len(holding) == len(set(holding))
        assert Decision.objects.count() == len(self.made)
        assert Undo.objects.count() == len(self.undone)
        settling = Decision.objects.filter(settles=True).count()
        assert Message.objects.count() == settling + len(self.undone)
        assert [state for _, _, state in self.subjects.moves].count("") == 0
        assert len([move for move in self.subjects.moves if move[0] == "decided"]) == settling


def machine(at, *, examples, steps):
    Reviewing.set_clock = staticmethod(at)
    run_state_machine_as_test(
        Reviewing,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck), print_blob=False,
        ),
    )  # fmt: skip


@pytest.mark.django_db
def test_the_queue_does_what_the_model_says(at):
    machine(at, examples=6, steps=25)


@pytest.mark.long
@pytest.mark.django_db
def test_the_queue_does_what_the_model_says_at_length(at):
    machine(at, examples=60, steps=50)
