"""The machines of people and clearances: every state, every move, every guard alone, every boundary instant."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hustings.policy.level import Level
from hustings.policy.marking import Kind
from hustings.policy.move import Effect, Guard, Who
from hustings.policy.move_drawing import chapter, diagram
from hustings.policy.move_guard import Facts, failed, lapses_at, reachable, standing
from hustings.policy.move_strength import Strength, may_recover
from hustings.policy.moves import MACHINES, machine
from hustings.policy.role import Role
from hustings.policy.rules import BUILT_IN, EARLIER, TODAY, after_months, in_force
from hustings.policy.rules_replay import replay
from hustings.policy.state import Access, Eligibility, Facility, Held

NOW = datetime(2021, 6, 30, 12, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
GOOD = Facts(
    at=NOW,
    rules=TODAY,
    asked=Level.SECRET,
    appointment=Held.IN_FORCE,
    organisation=Held.IN_FORCE,
    kind=Kind.COMPANY,
    position=Held.IN_FORCE,
    position_level=Level.SECRET,
    position_compartments=frozenset({"HARBOUR"}),
    instrument=True,
    facility=Facility.GRANTED,
    facility_level=Level.SECRET,
    safeguarding=Level.SECRET,
    sponsor=True,
    eligibility=Eligibility.FAVOURABLE,
    eligibility_level=Level.SECRET,
    access=Access.ACTIVE,
    access_level=Level.SECRET,
    ended=False,
    nda=True,
    briefing=True,
    another=True,
    invitation=True,
    compartment="HARBOUR",
    candidate=True,
    cooling_off=True,
    need=True,
    hours=True,
)
FLIPS = {
    Guard.APPOINTMENT: {"appointment": Held.ENDED},
    Guard.ORGANISATION: {"organisation": Held.ENDED},
    Guard.POSITION: {"position_level": Level.UNCLASSIFIED},
    Guard.POSITION_IN_FORCE: {"position": Held.ENDED},
    Guard.HOLDER: {"kind": Kind.RESEARCH},
    Guard.FACILITY: {"facility": Facility.INVALIDATED},
    Guard.ELIGIBILITY: {"eligibility": Eligibility.SUSPENDED},
    Guard.REACTIVATION: {"rules": replace(TODAY, reactivation=False), "ended": True},
    Guard.BREAK: {"ended_at": datetime(2019, 6, 30, 12, tzinfo=UTC) - MICROSECOND},
    Guard.BREAK_OVER: {"ended_at": datetime(2019, 6, 30, 12, tzinfo=UTC)},
    Guard.NDA: {"nda": False},
    Guard.BRIEFING: {"briefing": False},
    Guard.LOWER: {"asked": Level.TOP_SECRET},
    Guard.SPONSOR: {"sponsor": False},
    Guard.SAFEGUARDING: {"safeguarding": Level.TOP_SECRET},
    Guard.INSTRUMENT: {"instrument": False},
    Guard.INVITATION: {"invitation": False},
    Guard.ANOTHER: {"another": False},
    Guard.ACCESS: {"access": Access.SUSPENDED},
    Guard.COMPARTMENT: {"compartment": "LIGHTHOUSE"},
    Guard.CANDIDATE: {"candidate": False},
    Guard.COOLING_OFF: {"cooling_off": False},
    Guard.NEED: {"need": False},
    Guard.HOURS: {"hours": False},
}
MOVES = [(each, move) for each in MACHINES for move in each.moves]
NAMES = [f"{each.code}: {move.code}" for each, move in MOVES]


def good(move):
    """Facts under which every guard of the move holds."""
    over = {"ended_at": datetime(2019, 6, 30, 12, tzinfo=UTC) - MICROSECOND, "ended": True}
    return replace(GOOD, **over) if Guard.BREAK_OVER in move.guards else GOOD


@pytest.mark.parametrize("each, move", MOVES, ids=NAMES)
def test_with_every_guard_holding_the_move_may_be_made_and_with_one_flipped_only_that_one_is_named(each, move):
    facts = good(move)
    assert failed(move, facts) == ()
    for guard in move.guards:
        assert failed(move, replace(facts, **FLIPS[guard])) == (guard,)


def test_every_guard_is_used_by_some_move_and_has_a_flip_and_a_sentence():
    used = {guard for _, move in MOVES for guard in move.guards}
    assert used == set(Guard) == set(FLIPS)
    assert all(guard.sentence.endswith(".") for guard in Guard)


@pytest.mark.parametrize("each, move", MOVES, ids=NAMES)
def test_what_is_unknown_is_refused(each, move):
    assert failed(move, Facts(at=NOW)) == tuple(
        guard
        for guard in move.guards
        if guard != Guard.INSTRUMENT  # a position that requires nothing needs no contract
    )


@pytest.mark.parametrize("each", MACHINES, ids=[each.code for each in MACHINES])
def test_every_pair_of_state_and_move_is_either_in_the_table_or_impossible(each):
    assert len({move.code for move in each.moves}) == len(each.moves)
    states = {*each.states, each.start}
    for move in each.moves:
        assert set(move.sources) <= states
        assert move.target in each.states
        for state in states:
            assert (move in list(each.possible(state))) == (state in move.sources)
    reachable_states, frontier = {each.start}, [each.start]
    while frontier:
        for move in each.possible(frontier.pop()):
            if move.target not in reachable_states:
                reachable_states.add(move.target)
                frontier.append(move.target)
    assert reachable_states >= set(each.states)


# The arrows of the field study, section 2.2, written down again by hand.
ARROWS = {
    "eligibility": """
        none > in process | in process > interim | in process > favourable | interim > favourable
        favourable > suspended | suspended > favourable | favourable > revoked | in process > denied
        favourable > loss of jurisdiction | favourable > expired | favourable > favourable
    """,
    "access": """
        not held > requested | requested > active | active > debriefed | active > suspended | suspended > active
        debriefed > requested | suspended > debriefed
    """,
    "facility": """
        none > sponsored | sponsored > in process | in process > interim | in process > granted | interim > granted
        granted > invalidated | invalidated > granted | granted > revoked | granted > terminated
    """,
}
NEVER = {
    "eligibility": "none > favourable | denied > favourable | expired > favourable | revoked > favourable",
    "access": "not held > active | debriefed > active | debriefed > suspended | requested > debriefed",
    "facility": "none > granted | none > in process | revoked > granted | terminated > granted | sponsored > granted",
}


def arrows(text):
    return {tuple(arrow.strip().split(" > ")) for line in text.strip().splitlines() for arrow in line.split("|")}


@pytest.mark.parametrize("code", ARROWS)
def test_the_tables_hold_the_arrows_of_the_field_study(code):
    drawn = {(str(source), str(move.target)) for move in machine(code).moves for source in move.sources}
    assert arrows(ARROWS[code]) <= drawn
    assert not arrows(NEVER[code]) & drawn


def test_only_the_government_moves_eligibility_and_facility_but_for_a_lapse_by_time():
    others = [
        (each.code, move.code)
        for each, move in MOVES
        if each.code in {"eligibility", "facility"} and move.who != (Who.GOVERNMENT,)
    ]
    assert others == [("eligibility", "lapse")]


def test_what_ends_or_pauses_access_closes_sessions():
    access = machine("access")
    for move in access.moves:
        if move.target in {Access.SUSPENDED, Access.DEBRIEFED}:
            assert Effect.CLOSE_SESSIONS in move.effects, move.code
            assert Effect.CANCEL_VISITS in move.effects, move.code


@pytest.mark.parametrize("low", ["asked", "eligibility_level", "facility_level", "position_level"])
def test_a_confirmation_gives_the_lowest_of_what_was_asked_eligibility_facility_and_position(low):
    top = dict.fromkeys(("asked", "eligibility_level", "facility_level", "position_level"), Level.TOP_SECRET)
    facts = replace(GOOD, **{**top, low: Level.CONFIDENTIAL})
    assert reachable(facts) == Level.CONFIDENTIAL
    assert failed(machine("access").move("confirm"), facts) == ()


@pytest.mark.parametrize("low, guard", [("facility_level", Guard.FACILITY), ("position_level", Guard.POSITION)])
def test_a_request_asks_facility_and_position_for_the_level_itself(low, guard):
    assert failed(machine("access").move("request"), replace(GOOD, **{low: Level.CONFIDENTIAL})) == (guard,)


@pytest.mark.parametrize(
    "later, allowed",
    [
        (timedelta(days=-1), True),
        (-MICROSECOND, True),
        (timedelta(0), True),  # the last instant still counts
        (MICROSECOND, False),
        (timedelta(days=1), False),
    ],
)
def test_a_break_of_twenty_four_months_to_the_microsecond(later, allowed):
    ended = datetime(2019, 6, 30, 12, tzinfo=UTC)
    facts = replace(GOOD, ended=True, ended_at=ended, at=datetime(2021, 6, 30, 12, tzinfo=UTC) + later)
    assert (failed(machine("access").move("request"), facts) == ()) == allowed
    assert (standing(facts, active=False) == "current") == allowed
    assert (failed(machine("eligibility").move("lapse"), facts) == ()) == (not allowed)


def test_months_are_those_of_the_calendar():
    assert after_months(datetime(2020, 2, 29, tzinfo=UTC), 24) == datetime(2022, 2, 28, tzinfo=UTC)
    assert after_months(datetime(2019, 12, 31, 23, tzinfo=UTC), 2) == datetime(2020, 2, 29, 23, tzinfo=UTC)
    assert lapses_at(None, TODAY) is None


def test_standing_is_active_current_or_expired_or_the_state():
    assert standing(GOOD, active=True) == "active"
    assert standing(GOOD, active=False) == "current"
    assert standing(replace(GOOD, rules=None), active=False) == "expired"
    assert standing(replace(GOOD, eligibility=Eligibility.SUSPENDED), active=True) == "suspended"


def test_a_version_holds_from_its_date_to_the_microsecond():
    assert in_force(BUILT_IN, EARLIER.since - MICROSECOND) is None
    assert in_force(BUILT_IN, TODAY.since - MICROSECOND) == EARLIER
    assert in_force(BUILT_IN, TODAY.since) == TODAY


def test_the_period_is_that_of_the_rule_of_the_day():
    longer = replace(TODAY, version="3", since=datetime(2023, 1, 1, tzinfo=UTC), months=36)
    facts = replace(GOOD, ended=True, ended_at=datetime(2020, 6, 1, tzinfo=UTC), at=datetime(2023, 1, 1, tzinfo=UTC))
    asked = machine("access").move("request")
    before = facts.at - MICROSECOND
    assert failed(asked, replace(facts, at=before, rules=in_force((*BUILT_IN, longer), before))) == (Guard.BREAK,)
    assert failed(asked, replace(facts, rules=in_force((*BUILT_IN, longer), facts.at))) == ()


def test_replay_tells_what_each_version_would_have_allowed_a_former_official_at_a_company():
    facts = replace(GOOD, ended=True, ended_at=datetime(2020, 6, 1, tzinfo=UTC))
    earlier, today = replay(facts, BUILT_IN)
    assert (earlier.allowed, earlier.failed) == (False, (Guard.HOLDER, Guard.REACTIVATION, Guard.BREAK))
    assert (today.allowed, today.level, today.in_force) == (True, Level.SECRET, True)
    assert not earlier.in_force
    assert "up to Secret" in today.sentence
    assert "kind of organisation" in earlier.sentence


def test_replay_says_that_the_earlier_rule_ended_access_for_good_with_the_government_job():
    facts = replace(GOOD, kind=Kind.AGENCY, ended=True, ended_at=NOW)
    assert [answer.failed for answer in replay(facts, BUILT_IN)] == [(Guard.REACTIVATION,), ()]
    assert all(answer.allowed for answer in replay(replace(facts, ended=False, ended_at=None), BUILT_IN))


def test_the_docs_show_the_tables_that_the_code_runs_on():
    page = (Path(__file__).parents[2] / "docs/explanation/clearances.md").read_text(encoding="utf-8")
    drawn = page.split("<!-- from hustings.policy.move_drawing -->\n")[1].split("<!-- end -->")[0]
    assert drawn == chapter()


def test_a_diagram_has_an_arrow_for_every_move():
    lines = diagram(machine("access")).splitlines()
    assert "    not_held --> requested: request" in lines
    assert "    active --> debriefed: debrief" in lines
    assert sum("-->" in line for line in lines) >= len(machine("access").moves)


@pytest.mark.parametrize(
    "changed, allowed",
    [
        ({}, True),
        ({"person": "hanna"}, False),  # oneself
        ({"access": Level.SECRET}, False),
        ({"roles": frozenset({Role.AUDITOR})}, False),
        ({"roles": frozenset({Role.ANALYST, Role.REVIEWER})}, True),
        ({"organisations": frozenset({"a", "b"})}, False),
        ({"organisations": frozenset({"b"})}, False),
        ({"organisations": frozenset()}, False),
    ],
)
def test_nobody_lets_somebody_back_in_who_can_do_more(changed, allowed):
    mine = Strength(
        person="hanna", roles=frozenset({Role.ADMINISTRATOR}), access=Level.UNCLASSIFIED, organisations=frozenset({"a"})
    )
    theirs = Strength(
        **{"person": "ben", "roles": frozenset({Role.ANALYST}), "access": Level.UNCLASSIFIED,
           "organisations": frozenset({"a"}), **changed}
    )  # fmt: skip
    assert may_recover(mine, theirs) == allowed


@pytest.mark.parametrize(
    "code, name, changed, guard",
    [
        ("access", "confirm", {"eligibility_level": Level.UNCLASSIFIED}, Guard.ELIGIBILITY),
        ("access", "confirm", {"facility_level": Level.UNCLASSIFIED}, Guard.FACILITY),
        ("access", "confirm", {"position_level": Level.UNCLASSIFIED}, Guard.POSITION),
        ("visit", "ask", {"access_level": Level.CONFIDENTIAL}, Guard.ACCESS),
        ("read-in", "read in", {"access": Access.DEBRIEFED}, Guard.ACCESS),
    ],
)
def test_a_state_without_its_level_is_not_enough(code, name, changed, guard):
    assert failed(machine(code).move(name), replace(GOOD, **changed)) == (guard,)
