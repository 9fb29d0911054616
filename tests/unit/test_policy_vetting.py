"""Who may look at what a request opens, and who may decide on it: each condition flipped alone, and every step from every state."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest

from hustings.policy.act import ACTS
from hustings.policy.role import Role
from hustings.policy.vetting import (
    HOLDS,
    LONGEST,
    SENTENCES,
    Field,
    Hurdle,
    Look,
    Request,
    State,
    Step,
    hurdles,
    may_decide,
    state_of,
)

NOW = datetime(2031, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
REQUEST = Request(
    researcher="kim", received_by="rae", outcome="granted", decided_by="ola", until=NOW + HOUR,
    fields=frozenset({"payer name", "instrument"}), numbers=frozenset({1, 2, 3}),
)  # fmt: skip
LOOK = Look(person="kim", fields=frozenset({"instrument"}), numbers=frozenset({1, 3}))

BREAKS = {
    Hurdle.IDENTITY: lambda request, look: (request, replace(look, enabled=False)),
    Hurdle.RESEARCHER: lambda request, look: (request, replace(look, person="lee")),
    Hurdle.GRANTED: lambda request, look: (replace(request, outcome=""), look),
    Hurdle.SECOND: lambda request, look: (replace(request, received_by="ola"), look),
    Hurdle.IN_TIME: lambda request, look: (replace(request, until=NOW), look),
    Hurdle.STANDS: lambda request, look: (replace(request, withdrawn=True), look),
    Hurdle.QUERY: lambda request, look: (request, replace(look, numbers=frozenset({1, 4}))),
    Hurdle.FIELDS: lambda request, look: (request, replace(look, fields=frozenset({"instrument", "issuing country"}))),
}


def test_all_conditions_together_open_it_until_the_instant_of_its_end():
    assert hurdles(REQUEST, LOOK, NOW) == ()
    assert hurdles(REQUEST, LOOK, NOW + HOUR - timedelta(microseconds=1)) == ()
    assert hurdles(REQUEST, LOOK, NOW + HOUR) == (Hurdle.IN_TIME,)


@pytest.mark.parametrize("hurdle", list(Hurdle))
def test_each_condition_alone_shuts_it_and_is_named(hurdle):
    assert hurdles(*BREAKS[hurdle](REQUEST, LOOK), NOW) == (hurdle,)


@pytest.mark.parametrize("several", [pair for size in (2, 3) for pair in combinations(list(Hurdle), size)])
def test_several_that_fail_are_all_named(several):
    request, look = REQUEST, LOOK
    for hurdle in several:
        request, look = BREAKS[hurdle](request, look)
    assert set(several) <= set(hurdles(request, look, NOW))


@pytest.mark.parametrize("more", [
    {"decided_by": None}, {"decided_by": "kim"}, {"received_by": None}, {"decided_by": "rae"},
])  # fmt: skip
def test_a_grant_by_fewer_than_two_of_the_platform_is_none(more):
    assert Hurdle.SECOND in hurdles(replace(REQUEST, **more), LOOK, NOW)


def test_nobody_and_who_acts_in_a_position_see_nothing():
    assert hurdles(REQUEST, replace(LOOK, person=None), NOW) == (Hurdle.IDENTITY, Hurdle.RESEARCHER)


ASKED = Request(researcher="kim", until=NOW + HOUR, fields=frozenset({"instrument"}))
STATES = {
    State.ASKED: ASKED,
    State.RECEIVED: replace(ASKED, received_by="rae"),
    State.REFUSED: replace(ASKED, received_by="rae", outcome="refused", decided_by="ola"),
    State.GRANTED: REQUEST,
    State.WITHDRAWN: replace(REQUEST, withdrawn=True),
    State.EXPIRED: replace(REQUEST, until=NOW),
}
ALLOWED = {
    (State.ASKED, Step.RECEIVE), (State.RECEIVED, Step.GRANT), (State.RECEIVED, Step.REFUSE), (State.ASKED, Step.WITHDRAW),
    (State.RECEIVED, Step.WITHDRAW), (State.GRANTED, Step.WITHDRAW),
}  # fmt: skip


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize("state", list(State))
def test_every_step_from_every_state(state, step):
    assert state_of(STATES[state], NOW) is state
    why = may_decide(STATES[state], step, person="ola", now=NOW, until=NOW + HOUR)
    assert (why == "") == ((state, step) in ALLOWED), why


@pytest.mark.parametrize(("step", "state", "person"), [
    (Step.RECEIVE, State.ASKED, "kim"), (Step.GRANT, State.RECEIVED, "kim"), (Step.GRANT, State.RECEIVED, "rae"), (Step.REFUSE, State.RECEIVED, "rae"),
])  # fmt: skip
def test_neither_the_researcher_nor_who_received_it_decides(step, state, person):
    assert may_decide(STATES[state], step, person=person, now=NOW, until=NOW + HOUR)


@pytest.mark.parametrize(("until", "fits"), [
    (NOW, False), (NOW + timedelta(microseconds=1), True), (NOW + LONGEST, True), (NOW + LONGEST + timedelta(microseconds=1), False), (None, False),
])  # fmt: skip
def test_a_grant_ends_after_now_and_within_a_year(until, fits):
    assert (may_decide(STATES[State.RECEIVED], Step.GRANT, person="ola", now=NOW, until=until) == "") is fits


def test_by_role_a_few_receive_and_fewer_decide():
    assert ACTS["decide on vetted access"].second
    assert (
        ACTS["decide on vetted access"].roles
        == {Role.REVIEWER, Role.PUBLIC_INFORMATION}
        == ACTS["withdraw vetted access"].roles
    )
    assert ACTS["receive vetted access"].roles == {Role.REVIEWER, Role.PUBLIC_INFORMATION, Role.LIAISON}


def test_every_field_and_condition_has_its_sentence():
    assert set(SENTENCES) == set(Field)
    assert set(HOLDS) == set(Hurdle)
