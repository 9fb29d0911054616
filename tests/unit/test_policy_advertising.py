"""What keeps an ad from being shown, against a reading that shares no code; and that the machines hang together."""

from itertools import product

import pytest

from hustings.policy.advertising import (
    AD,
    SPONSOR,
    AdState,
    Blocker,
    By,
    Effect,
    SponsorClass,
    SponsorState,
    Standing,
    blockers,
)

CLEAR = {
    "sponsor": SponsorState.AUTHORISED,
    "disclaimer_in_force": True,
    "category": "social issue",
    "election_named": True,
    "voting_hits_open": False,
    "payer_checked": True,
    "barred": False,
    "targeting_permitted": True,
    "landing_captured": True,
}
# What blocks by itself, one line each, said once more in words of its own.
BLOCKS = {
    "sponsor not authorised": {"sponsor": SponsorState.LAPSED},
    "no approved disclaimer": {"disclaimer_in_force": False},
    "category not declared": {"category": ""},
    "open hit of a voting rule": {"voting_hits_open": True},
    "payer not checked": {"payer_checked": False},
    "barred by law": {"barred": True},
    "election not named": {"category": "election", "election_named": False},
    "targeting not permitted": {"targeting_permitted": False},
    "landing page not captured": {"landing_captured": False},
}
UNKNOWN = ("sponsor", "disclaimer_in_force", "voting_hits_open", "payer_checked", "barred", "targeting_permitted", "landing_captured")  # fmt: skip


def standing(**changed):
    return Standing(**(CLEAR | changed))


def test_nothing_blocks_what_is_clear():
    assert blockers(standing()) == ()


@pytest.mark.parametrize("code", BLOCKS)
def test_each_blocker_blocks_by_itself(code):
    assert blockers(standing(**BLOCKS[code])) == (Blocker(code),)


def test_every_set_of_blockers_is_told_whole_and_in_order():
    names = list(BLOCKS)
    assert [blocker.value for blocker in Blocker] == names
    tried = 0
    for chosen in product((False, True), repeat=len(names)):
        wrong = [name for name, is_so in zip(names, chosen, strict=True) if is_so]
        changed = {}
        for name in wrong:
            changed |= BLOCKS[name]
        expected = list(wrong)
        if "category not declared" in wrong and "election not named" in wrong:
            # One ad cannot be of no category and about an election: it is about one here.
            expected.remove("category not declared")
        assert [blocker.value for blocker in blockers(standing(**changed))] == expected
        tried += 1
    assert tried == 2**9


@pytest.mark.parametrize("part", UNKNOWN)
def test_what_is_not_known_blocks_like_what_is_known_to_be_wrong(part):
    (known,) = [changed for changed in BLOCKS.values() if set(changed) == {part}]
    assert blockers(standing(**{part: None})) == blockers(standing(**known)) != ()


@pytest.mark.parametrize("state", SponsorState)
def test_ads_run_under_two_states_of_a_sponsor_alone(state):
    runs = blockers(standing(sponsor=state)) == ()
    assert runs is (state.value in {"authorised", "renewal due"})


@pytest.mark.parametrize("category", ["election", "candidate", "measure"])
def test_what_is_about_an_election_names_it(category):
    assert blockers(standing(category=category, election_named=False)) == (Blocker.ELECTION,)
    assert blockers(standing(category=category)) == ()


def test_an_ad_about_an_issue_needs_no_election():
    assert blockers(standing(category="social issue", election_named=False)) == ()


@pytest.mark.parametrize("machine", [SPONSOR, AD], ids=lambda machine: machine.code)
def test_every_state_is_reached_and_every_move_has_a_name_of_its_own(machine):
    reached, waiting = {machine.start}, [machine.start]
    while waiting:
        for move in machine.possible(waiting.pop()):
            if move.target not in reached:
                reached.add(move.target)
                waiting.append(move.target)
    # Ads of archives begin as recorded; nothing leads there.
    assert set(machine.states) - reached == set()
    codes = [move.code for move in machine.moves]
    assert len(set(codes)) == len(codes)
    for move in machine.moves:
        assert set(move.sources) <= set(machine.states)
        assert move.target in machine.states
    with pytest.raises(KeyError):
        machine.move("no such move")


def test_no_machine_refuses_an_ad_or_a_sponsor():
    refusals = {"reject", "remove", "revoke", "suspend", "find political"}
    for machine in (SPONSOR, AD):
        for move in machine.moves:
            if move.code in refusals:
                assert all(by.person for by in move.by), move.code
                assert move.reason, move.code


def test_whatever_stops_an_ad_tells_who_shows_it():
    for move in AD.moves:
        if {AdState.DELIVERING, AdState.SCHEDULED} & set(move.sources) and move.target != AdState.DELIVERING:
            assert Effect.STOP_DELIVERY in move.effects, move.code


def test_what_runs_passes_no_way_around_the_blockers():
    for move in AD.moves:
        if move.target in {AdState.SCHEDULED, AdState.DELIVERING}:
            assert move.guarded, move.code


def test_each_word_has_its_sentence():
    for word in (*Blocker, *SponsorClass):
        assert word.sentence.endswith(".")
    assert {by for by in By if by.person} == {By.VERIFIER, By.REVIEWER}
    assert {state for state in AdState if state.shown} == {AdState.DELIVERING}
    assert {state.value for state in AdState if not state.ran} == {
        "draft", "submitted", "screened", "returned", "in review", "approved", "rejected", "scheduled",
    }  # fmt: skip
