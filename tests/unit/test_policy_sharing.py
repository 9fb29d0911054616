"""Partners by capacity, the states of requests, and who began an action: the whole tables, and slow readings beside."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from threatexchange.exchanges.fetch_state import AggregateSignalOpinionCategory, SignalOpinionCategory

from hustings.policy.capacity import CAPACITIES, Capacity, Matter, Objection, Sort, objections
from hustings.policy.origin import (
    COUNT_DELAY,
    COUNT_FLOOR,
    Began,
    Form,
    Starter,
    arrived,
    counted,
    derived,
    due_period,
    heard,
    most_telling,
    on_form,
    stands,
)
from hustings.policy.requests import (
    REQUESTS,
    Opinion,
    Party,
    RequestState,
    Step,
    merged,
    open_moves,
    problems_of_step,
    state_after,
)

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
DUE = NOON + timedelta(days=3)

# sends: S share, I request for information, N notice, A request for action; told and asks: i indicators, a analysis, c content
TABLE = """
platform                  | SINA | SINA | iac | iac
vendor                    | SIN  | SIN  | ia  | i
law enforcement           | SINA | SINA | iac | iac
civil protection          | SINA | SINA | ia  | ia
intelligence              | SN   | SIN  | ia  |
national electoral office | SINA | SINA | iac | iac
state electoral office    | SINA | SINA | iac | ia
local electoral office    | SIN  | SINA | ia  | ia
research                  | SIN  | SIN  | ia  | ia
"""
SORTS = {"S": Sort.SHARE, "I": Sort.INFORMATION, "N": Sort.NOTICE, "A": Sort.ACTION}
MATTERS = {"i": Matter.INDICATORS, "a": Matter.ANALYSIS, "c": Matter.CONTENT}


def table() -> dict[Capacity, list[str]]:
    rows = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]
    return {Capacity(row[0]): row[1:] for row in rows}


def test_each_capacity_does_what_the_table_says():
    said = table()
    assert set(said) == set(Capacity) == set(CAPACITIES)
    for capacity, (sends, gets, told, asks) in said.items():
        dealing = CAPACITIES[capacity]
        assert dealing.sends == {SORTS[one] for one in sends}, capacity
        assert dealing.gets == {SORTS[one] for one in gets}, capacity
        assert dealing.told == {MATTERS[one] for one in told}, capacity
        assert dealing.asks == {MATTERS[one] for one in asks}, capacity


def test_every_sort_from_every_capacity_to_every_other_passes_only_where_both_rows_let_it():
    said = table()
    for sort, sender, receiver, legal in product(Sort, Capacity, Capacity, (True, False)):
        for many in range(3):
            for matters in map(frozenset, combinations(Matter, many)):
                letter = next(key for key, value in SORTS.items() if value is sort)
                expected = set()
                if letter not in said[sender][0]:
                    expected.add(Objection.SENDER)
                if letter not in said[receiver][1]:
                    expected.add(Objection.RECEIVER)
                if sort is Sort.ACTION and not legal and sender.value not in {"platform", "vendor", "research"}:
                    expected.add(Objection.LEGAL_GROUND)
                if Matter.RECORDS in matters:
                    expected.add(Objection.RECORDS)
                letters = {key for key, value in MATTERS.items() if value in matters}
                if sort is Sort.INFORMATION and not letters <= set(said[sender][3]):
                    expected.add(Objection.ASKS)
                if sort is not Sort.INFORMATION and not letters <= set(said[receiver][2]):
                    expected.add(Objection.TOLD)
                found = objections(sort, sender=sender, receiver=receiver, matters=matters, legal_ground=legal)
                assert set(found) == expected, (sort, sender, receiver, legal, matters)
                assert len(found) == len(expected)


@pytest.mark.parametrize("sort", list(Sort))
def test_who_has_no_capacity_sends_nothing_and_gets_nothing(sort):
    platform = Capacity.PLATFORM
    out = objections(sort, sender=None, receiver=platform, matters=frozenset(), legal_ground=True)
    back = objections(sort, sender=platform, receiver=None, matters=frozenset(), legal_ground=True)
    assert Objection.SENDER in out
    assert Objection.RECEIVER in back


def test_records_of_users_pass_between_no_two_capacities():
    for sort, sender, receiver in product(Sort, Capacity, Capacity):
        found = objections(
            sort, sender=sender, receiver=receiver, matters=frozenset({Matter.RECORDS}), legal_ground=True
        )
        assert Objection.RECORDS in found


# The states of section 1.5 as an outsider would draw them: from -> {step: (to, whose)}
DRAWN = {
    "sent": {"receive": ("received", "receiver")},
    "received": {"review": ("under review", "receiver")},
    "under review": {"act": ("acted", "receiver"), "decline": ("declined", "receiver"), "act in part": ("partly", "receiver")},
    "acted": {"close": ("closed", "sender")},
    "declined": {"close": ("closed", "sender")},
    "partly": {"close": ("closed", "sender")},
    "closed": {}, "withdrawn": {}, "expired": {},
}  # fmt: skip


def test_requests_for_action_go_through_the_drawn_states():
    for state in RequestState:
        drawn = dict(DRAWN[state.value])
        if state.waits:
            drawn |= {"withdraw": ("withdrawn", "sender"), "expire": ("expired", "clock")}
        found = {
            move.code: (move.target.value, party.value)
            for party in Party
            for move in open_moves(state, Sort.ACTION, party)
        }
        assert found == drawn, state


STEPS = st.lists(
    st.builds(
        Step,
        code=st.sampled_from([move.code for move in REQUESTS] + ["open"]),
        party=st.sampled_from(Party),
        at=st.sampled_from([NOON, DUE, DUE + timedelta(microseconds=1)]),
        reason=st.sampled_from(["", "  ", "As our rules say."]),
    ),
    max_size=6,
)


def slow(sort: str, steps: list[Step]) -> str | None:
    """Where the steps lead by the drawing; None where one cannot be made."""
    state = "sent"
    for step in steps:
        late = step.at > DUE
        able = dict(DRAWN[state]) if sort != "information share" else {}
        if sort == "information share":
            able = {"sent": {"receive": ("received", "receiver")}, "received": {"note": ("closed", "receiver")}}.get(
                state, {}
            )
        if state in ("sent", "received", "under review"):
            able = {**able, "withdraw": ("withdrawn", "sender")}
            if late and sort != "information share":
                able["expire"] = ("expired", "clock")
        if step.code not in able or able[step.code][1] != step.party.value:
            return None
        if step.code not in ("receive", "review") and not step.reason.strip():
            return None
        if late and step.code in ("act", "decline", "act in part"):
            return None
        state = able[step.code][0]
    return state


@given(sort=st.sampled_from(Sort), steps=STEPS)
def test_steps_lead_where_the_drawing_says(sort, steps):
    expected = slow(sort.value, steps)
    try:
        found = state_after(sort, steps, deadline=DUE).value
    except ValueError:
        found = None
    assert found == expected


def test_no_answer_goes_without_a_reason():
    for code in ("act", "decline", "act in part"):
        step = Step(code=code, party=Party.RECEIVER, at=NOON)
        assert [p.where for p in problems_of_step(RequestState.UNDER_REVIEW, Sort.ACTION, step, deadline=DUE)] == [
            "reason"
        ]


def test_an_answer_at_the_deadline_counts_and_a_microsecond_later_it_expired():
    answer = Step(code="decline", party=Party.RECEIVER, at=DUE, reason="Lawful where it stands.")
    late = Step(code="expire", party=Party.CLOCK, at=DUE, reason="Nobody answered.")
    assert not problems_of_step(RequestState.UNDER_REVIEW, Sort.ACTION, answer, deadline=DUE)
    assert problems_of_step(RequestState.UNDER_REVIEW, Sort.ACTION, late, deadline=DUE)


@given(st.lists(st.sampled_from([Opinion.NEGATIVE, Opinion.SEED, Opinion.POSITIVE]), min_size=1, max_size=6))
def test_opinions_merge_as_signal_exchanges_merge_them(opinions):
    theirs = {
        "negative": "NEGATIVE_CLASS",
        "seed": "INVESTIGATION_SEED",
        "positive": "POSITIVE_CLASS",
        "disputed": "DISPUTED",
    }
    of_theirs = AggregateSignalOpinionCategory.from_opinion_categories(
        SignalOpinionCategory[theirs[one.value]] for one in opinions
    )
    assert theirs[merged(opinions).value] == of_theirs.name


BEGAN = st.frozensets(
    st.builds(Began, starter=st.sampled_from(Starter), capacity=st.sampled_from([None, *Capacity])), max_size=4
)


@given(st.lists(BEGAN, max_size=5))
def test_no_step_of_derivation_loses_a_beginning(sources):
    made = derived(sources)
    again = derived([derived([source]) for source in sources])
    assert made == again
    assert all(one in made for source in sources for one in source if one.starter is not Starter.OWN)
    if any(one.starter is Starter.GOVERNMENT for source in sources for one in source):
        assert most_telling(made).starter is Starter.GOVERNMENT


WORDS = st.sampled_from([*(one.value for one in Starter), "oracle", ""])
CAPACITIES_SAID = st.sampled_from([*(one.value for one in Capacity), "space agency", ""])
TELLERS = st.builds(
    lambda capacity: Began(
        starter=Starter.GOVERNMENT if capacity is not None and capacity.government else Starter.PARTNER,
        capacity=capacity,
    ),
    st.sampled_from([None, *Capacity]),
)


@given(
    BEGAN, st.lists(st.tuples(TELLERS, st.lists(st.tuples(WORDS, CAPACITIES_SAID), max_size=3)), min_size=1, max_size=6)
)
def test_no_chain_of_installations_loses_a_beginning_or_makes_less_of_it(first, hops):
    origin = derived([first])
    for teller, besides in hops:
        told = [(one.starter.value, one.capacity.value if one.capacity is not None else "") for one in origin]
        before, origin = origin, derived([arrived(teller, [*told, *besides])])
        assert teller in origin, "never less than who says it"
        assert all(one.starter is not Starter.OWN for one in origin)
        assert most_telling(origin).starter.rank >= most_telling(before).starter.rank
        for one in before - {Began(starter=Starter.OWN)}:
            assert any(one.capacity == kept.capacity and kept.starter.rank >= one.starter.rank for kept in origin), one


@given(WORDS, CAPACITIES_SAID)
def test_what_another_installation_says_is_heard_as_no_less_than_it_says(starter, capacity):
    found = heard(starter, capacity)
    if starter not in set(Starter) or (capacity and capacity not in set(Capacity)):
        assert found.starter is Starter.GOVERNMENT
    if capacity in {one.value for one in Capacity if one.government}:
        assert (found.starter, found.capacity.value) == (Starter.GOVERNMENT, capacity)
    if found is None:
        assert (starter, capacity) == ("own", "")
    elif starter in set(Starter):
        assert found.starter.rank >= Starter(starter).rank


def test_of_several_beginnings_a_governments_is_told():
    own, public = Began(starter=Starter.OWN), Began(starter=Starter.PUBLIC)
    agency = Began(starter=Starter.GOVERNMENT, capacity=Capacity.INTELLIGENCE)
    unsaid = Began(starter=Starter.GOVERNMENT)
    assert most_telling(frozenset({own, public, agency, unsaid})) == agency
    assert most_telling(frozenset()) == own


def test_an_action_begun_by_a_government_stands_on_other_evidence_or_a_law():
    agency = frozenset({Began(starter=Starter.GOVERNMENT), Began(starter=Starter.PARTNER)})
    partner = frozenset({Began(starter=Starter.PARTNER)})
    assert not stands(agency, gathered_without=False, legal_ground=False)
    assert stands(agency, gathered_without=True, legal_ground=False)
    assert stands(agency, gathered_without=False, legal_ground=True)
    assert stands(partner, gathered_without=False, legal_ground=False)


def test_form_refuses_what_is_about_lawful_speech_and_tells_all_that_is_missing():
    for foreign, covert, wrong, speech, named, ground in product(
        (0, 1), (0, 1), (0, 1), (0, 1), (0, 1), ("", "Article 3")
    ):
        found = on_form(
            foreign=bool(foreign), covert=bool(covert), false_voting_facts=bool(wrong), speech_alone=bool(speech),
            named_content=named, ground=ground,
        )  # fmt: skip
        assert (Form.LAWFUL_SPEECH in found) == bool(speech and not wrong)
        assert (Form.NO_BEHAVIOUR in found) == (not (foreign or covert or wrong))
        assert (Form.NO_CONTENT in found) == (not named)
        assert (Form.NO_GROUND in found) == (not ground)


CELLS = st.dictionaries(st.sampled_from([one.value for one in Capacity]), st.integers(0, 12), min_size=1)


@given(CELLS)
def test_counts_are_a_partition_in_which_nothing_is_small(cells):
    told = counted(cells, floor=COUNT_FLOOR)
    named = [group for one in told for group in one.groups]
    assert len(named) == len(set(named))
    for one in told:
        assert one.number >= COUNT_FLOOR
        assert one.number == sum(cells[group] for group in one.groups)
    if sum(cells.values()) >= COUNT_FLOOR:
        assert set(named) == set(cells), "every group is in one of the numbers"
    else:
        assert told == ()


@given(CELLS)
def test_no_two_counts_subtract_to_a_hidden_one(cells):
    """Attack case 24: any sum or difference of what is told is of groups that together are at the floor."""
    told = counted(cells, floor=COUNT_FLOOR)
    hidden = [number for number in cells.values() if 0 < number < COUNT_FLOOR]
    for signs in product((-1, 0, 1), repeat=min(len(told), 5)):
        balance: dict[str, int] = {}
        for sign, one in zip(signs, told, strict=False):
            for group in one.groups:
                balance[group] = balance.get(group, 0) + sign
        isolated = [group for group, weight in balance.items() if weight]
        if isolated and hidden:
            assert not (len(isolated) == 1 and cells[isolated[0]] in hidden and cells[isolated[0]] < COUNT_FLOOR)


def test_a_group_of_none_cannot_be_told_from_one_of_few():
    assert [one.groups for one in counted({"a": 9, "b": 0, "c": 0})] == [
        one.groups for one in counted({"a": 9, "b": 4, "c": 0})
    ]


def test_quarters_are_told_once_after_the_delay_and_what_was_too_little_is_told_with_the_next():
    first = date(2025, 5, 9)
    june = date(2025, 6, 30)
    assert due_period(first, june + COUNT_DELAY, {}) is None
    assert due_period(first, june + COUNT_DELAY + timedelta(days=1), {}) == (date(2025, 4, 1), date(2025, 4, 1), june)
    told = {date(2025, 4, 1): True}
    assert due_period(first, date(2026, 3, 1), told) == (date(2025, 4, 1), date(2025, 7, 1), date(2025, 9, 30))
    told[date(2025, 7, 1)] = False
    assert due_period(first, date(2026, 6, 1), told) == (date(2025, 10, 1), date(2025, 10, 1), date(2025, 12, 31))
