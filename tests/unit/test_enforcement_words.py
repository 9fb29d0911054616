"""The words of enforcement: every action fits the law's words, every step the acts, every state has its table."""

from datetime import date

import pytest

from hustings.exchange.dsa.made import Decided, batches, statement
from hustings.exchange.dsa.statement import problems_of
from hustings.policy.act import ACTS
from hustings.policy.casework import MemberKind
from hustings.policy.enforcement import ACTIONS, PLAN, Action, PlanState, move_of, open_moves

OPEN = {
    "draft": ["ask", "withdraw"],
    "asked": ["take back", "approve", "refuse", "withdraw"],
    "approved": ["withdraw", "start"],
    "running": ["go on", "finish", "roll back"],
    "done": ["roll back"],
    "refused": [],
    "withdrawn": [],
    "rolled back": [],
}


def decided(action, **changed):
    effect = ACTIONS[action]
    return Decided(
        **{
            "key": "0190-key", "kind": "page", "decision": effect.statement, "ends": effect.ends, "by_law": False,
            "ground": "Terms of use, section 4.2", "explanation": "Hidden owners are not allowed.", "facts": "Same texts within seconds.",
            "category": "STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS", "keywords": [], "places": ["DE"],
            "content_on": date(2026, 11, 1), "begins": date(2026, 11, 22), "until": None, "source": "SOURCE_VOLUNTARY",
            "found_by_machine": True, "decided_by_machine": "AUTOMATED_DECISION_NOT_AUTOMATED",
        }
        | changed
    )  # fmt: skip


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("by_law", [True, False])
@pytest.mark.parametrize("until", [None, date(2027, 1, 31)])
def test_each_action_makes_a_statement_that_the_database_takes(action, by_law, until):
    told = statement(decided(action, by_law=by_law, until=until))
    assert problems_of(told) == []
    assert ("2027-01-31" in told.values()) == (until is not None)


def test_what_is_wrong_in_the_words_is_wrong_in_the_statement():
    told = statement(decided(Action.BAN, facts="", key="with a space", until=date(2020, 1, 1)))
    assert sorted(problem.where for problem in problems_of(told)) == [
        "decision_facts",
        "end_date_service_restriction",
        "puid",
    ]


def test_the_same_decision_makes_the_same_statement_and_shares_nothing_with_the_table():
    first, again = statement(decided(Action.REMOVE)), statement(decided(Action.REMOVE))
    assert first == again
    first["decision_visibility"].append("x")
    assert statement(decided(Action.REMOVE)) == again


def test_batches_hold_a_hundred_in_order_and_nothing_makes_none():
    rows = [{"puid": str(number)} for number in range(201)]
    assert [len(one["statements"]) for one in batches(rows)] == [100, 100, 1]
    assert [row for one in batches(rows) for row in one["statements"]] == rows
    assert list(batches([])) == []


def test_every_action_has_its_line_and_every_kind_something_that_can_be_done_to_it():
    assert set(ACTIONS) == set(Action)
    assert set(MemberKind) == set().union(*(effect.applies for effect in ACTIONS.values()))


def test_every_step_asks_for_an_act_and_every_state_leads_where_the_table_says():
    assert {step.act for step in PLAN} <= set(ACTS)
    assert {state.value: [step.code for step in open_moves(state)] for state in PlanState} == OPEN
    assert {code for code, step in ((step.code, step) for step in PLAN) if ACTS[step.act].second} == {
        "approve",
        "refuse",
    }
    assert [state.value for state in PlanState if state.stands] == ["approved", "running", "done", "rolled back"]
    assert move_of("approve").target == PlanState.APPROVED
    with pytest.raises(KeyError):
        move_of("forget")
