"""What legal process may ask for: every step, every kind, and what a scope covers, against a plain reading of it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.policy.act import ACTS
from hustings.policy.legal import (
    LEGAL,
    Asset,
    DataKind,
    LegalKind,
    LegalState,
    Outside,
    Piece,
    Scope,
    move_of,
    notice_due,
    open_moves,
    outside,
)

OPEN = {  # what may be done to an order that hands something over, and to one that keeps
    "received": (["question", "approve", "refuse", "withdraw"],) * 2,
    "questioned": (["take up", "refuse", "withdraw"],) * 2,
    "approved": (["withdraw", "answer"], ["withdraw", "end"]),
    "answered": ([], []), "refused": ([], []), "withdrawn": ([], []), "ended": ([], []),
}  # fmt: skip


@pytest.mark.parametrize("kind", list(LegalKind))
def test_every_state_has_the_steps_of_the_table(kind):
    for state in LegalState:
        assert [step.code for step in open_moves(state, kind)] == OPEN[state.value][kind.keeps], state
        assert state.open is bool(OPEN[state.value][0])


def test_counsel_is_another_person_and_what_ends_an_order_ends_its_hold():
    assert {step.code for step in LEGAL if step.act == "approve legal process"} == {"approve", "refuse", "end"}
    assert ACTS["approve legal process"].second
    assert {step.code for step in LEGAL if step.releases} == {"refuse", "withdraw", "end"}
    assert move_of("approve").target.stands
    with pytest.raises(KeyError):
        move_of("leak")


def test_those_concerned_are_told_once_counsel_approved_and_no_delay_stands():
    day = date(2026, 11, 22)
    for kind in LegalKind:
        for state in LegalState:
            acting = state in {LegalState.APPROVED, LegalState.ANSWERED} and kind is not LegalKind.PRESERVATION
            assert notice_due(kind, state, None, day) is acting
            assert notice_due(kind, state, day - timedelta(days=1), day) is acting
            assert notice_due(kind, state, day, day) is False
            assert notice_due(kind, state, day + timedelta(days=1), day) is False


DAYS = st.dates(min_value=date(2026, 1, 1), max_value=date(2026, 1, 20))
ASSETS = st.builds(
    Asset, kind=st.sampled_from(["page", "account"]), platform=st.sampled_from(["a", "b"]), name=st.sampled_from("xyz")
)
PIECES = st.builds(Piece, asset=ASSETS, kind=st.sampled_from(DataKind), on=st.none() | DAYS)


@given(
    pieces=st.lists(PIECES, max_size=20), assets=st.frozensets(ASSETS, min_size=1, max_size=3),
    kinds=st.frozensets(st.sampled_from(DataKind), min_size=1), days=st.tuples(DAYS, DAYS).map(sorted),
)  # fmt: skip
def test_a_scope_covers_exactly_its_assets_kinds_and_days(pieces, assets, kinds, days):
    scope = Scope(assets=assets, kinds=kinds, since=days[0], until=days[1])
    window = {days[0] + timedelta(days=n) for n in range((days[1] - days[0]).days + 1)}
    for piece in pieces:
        plain = piece.asset in assets and piece.kind in kinds and piece.on in window
        assert (outside(scope, piece) == ()) is plain, piece


def test_every_reason_is_named():
    scope = Scope(assets=frozenset(), kinds=frozenset(), since=date(2026, 1, 2), until=date(2026, 1, 2))
    asset = Asset(kind="page", platform="a", name="x")
    told = [
        outside(scope, Piece(asset=asset, kind=DataKind.ADS, on=on))
        for on in (None, date(2026, 1, 1), date(2026, 1, 3))
    ]
    assert told == [(Outside.ASSET, Outside.KIND, last) for last in (Outside.UNDATED, Outside.BEFORE, Outside.AFTER)]
    assert all(one.sentence for one in [*LegalKind, *DataKind])
