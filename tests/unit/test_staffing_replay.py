"""Whose turn it is by expected harm, and what a trace would have come to in another order."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from hustings.cli.main import hustings
from hustings.connectors.review_trace import read_shifts, read_trace, write_trace
from hustings.errors import BadInput
from hustings.staffing.made_trace import made_trace
from hustings.staffing.priority import (
    EARLY,
    LATEST,
    SPARE,
    Severity,
    Waiting,
    pressed,
    proximity,
    turn_anew,
    turn_at,
    turn_share,
)
from hustings.staffing.replay import Order, replay
from hustings.staffing.trace import Shift, Trace, always, load_of

HELD_OUT = 20_261_103  # a season of review that no figure was chosen on
NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)


def waiting(**more):
    known = {"probability": 0.5, "views_left": 100.0, "severity": Severity.DECEPTION, "election_in": None}
    return Waiting(**(known | {"asked_at": NOW, "limit_at": NOW + timedelta(hours=72)} | more))


def small(at, *, limit=72.0, seconds=60.0, rate=100.0, violates=True, language=None, languages=("en",), **more):
    """A trace of few items; each argument is one value for all, or one for each."""
    many = len(at)

    def column(value):
        return np.broadcast_to(np.asarray(value, dtype=float), many).copy()

    return Trace(
        at=np.asarray(at, dtype=float),
        rate=column(rate),
        half_life=column(more.get("half_life", 10.0)),
        probability=column(more.get("probability", 0.5)),
        violates=column(violates).astype(bool),
        severity=column(1.0),
        seconds=column(seconds),
        language=np.asarray(language if language is not None else [0] * many),
        languages=languages,
        limit=column(limit),
        due=column(more.get("due", limit)),
        near=column(1.0),
    )


# Turns


@pytest.mark.parametrize(
    "more",
    [
        {"probability": 0.9},
        {"views_left": 1000.0},
        {"severity": Severity.VOTING},
        {"election_in": 2.0},
        {"limit_at": NOW + timedelta(hours=48)},
    ],
)
def test_more_harm_or_a_nearer_limit_comes_first(more):
    assert turn_at(waiting(**more)) < turn_at(waiting())


@given(
    probability=st.floats(0, 1),
    views=st.floats(0, 1e12),
    severity=st.sampled_from(Severity),
    days=st.none() | st.floats(-400, 400),
    hours=st.floats(0, 1000),
)
def test_a_turn_lies_between_asking_and_a_part_of_the_limit(probability, views, severity, days, hours):
    """So what is asked about later than that never overtakes."""
    limit_at = NOW + timedelta(hours=hours)
    item = waiting(probability=probability, views_left=views, severity=severity, election_in=days, limit_at=limit_at)
    assert NOW <= turn_at(item) <= NOW + LATEST * (limit_at - NOW) + timedelta(microseconds=1)


def test_what_is_pressed_goes_before_the_most_harmful():
    worst = waiting(probability=1, views_left=1e12, severity=Severity.VIOLENCE, election_in=0)
    assert turn_anew(waiting(probability=0), now=NOW, is_pressed=True) < turn_anew(worst, now=NOW, is_pressed=False)


@pytest.mark.parametrize(
    "days, weight", [(None, 1.0), (120, 1.0), (90, 1.0), (45, 1.5), (5, 4.0), (0, 5.0), (-5, 3.0), (-20, 1.0)]
)
def test_an_election_counts_the_more_the_nearer_it_is(days, weight):
    assert proximity(days) == weight


def test_ten_times_the_harm_brings_forward_by_one_part_wherever_it_is():
    shares = turn_share(np.array([0.01, 0.1, 1.0, 10.0, 100.0]))
    assert np.allclose(np.diff(shares), shares[1] - shares[0])


@given(items=st.lists(st.tuples(st.floats(-5, 80), st.sampled_from([24.0, 72.0])), max_size=30), pace=st.floats(0, 20))
def test_what_presses_is_what_a_slow_reading_of_the_rule_says(items, pace):
    found = pressed([left for left, _ in items], [whole for _, whole in items], pace)
    order = sorted(range(len(items)), key=lambda each: (items[each][0], each))
    expected = set()
    for place, item in enumerate(order, 1):
        left, whole = items[item]
        if pace == 0 or place / (pace * SPARE) + EARLY * whole >= left:
            expected = set(order[:place])
    assert set(np.flatnonzero(found)) == expected


# Replays


def test_first_come_first_served_by_hand():
    """Three come at once, one person, a minute each: views are counted until each decision."""
    trace = small([0, 0, 0], seconds=3600.0, rate=100.0, half_life=1e9)
    outcome = replay(trace, always(trace, 1), Order.FIFO, seed=0)
    assert outcome.bad_views == pytest.approx(100 + 200 + 300, rel=1e-6)
    assert outcome.wait[2] == 3 * 3600
    assert (outcome.done, outcome.left, outcome.past_limit, outcome.busy) == (3, 0, 0, 1.0)


def test_harm_order_takes_what_is_seen_most_and_counts_half_lives():
    trace = small([0, 0], seconds=3600.0, rate=[1.0, 1000.0], half_life=1.0)
    first = replay(trace, always(trace, 1), Order.HARM, seed=1).bad_views
    later = replay(trace, always(trace, 1), Order.FIFO, seed=1).bad_views
    whole = np.array([1.0, 1000.0]) / np.log(2)
    assert later == pytest.approx(whole[0] * 0.5 + whole[1] * 0.75)
    assert first == pytest.approx(whole[1] * 0.5 + whole[0] * 0.75)


def test_people_take_the_languages_they_read_and_go_home():
    trace = small([0, 0, 10], language=[0, 1, 0], languages=("de", "en"), limit=1.0)
    shifts = [Shift(start=0, end=100, languages=frozenset({"de"}))]
    outcome = replay(trace, shifts, Order.FIFO, seed=0)
    assert (outcome.done, outcome.left) == (2, 1)
    assert outcome.past_limit == 0  # the hour of the one that is left has not passed when the shift ends
    later = replay(trace, [Shift(start=0, end=5000, languages=frozenset({"de"}))], Order.FIFO, seed=0)
    assert (later.left, later.past_limit) == (1, 1)


@pytest.mark.parametrize("order", Order)
@given(seed=st.integers(0, 1000), load=st.sampled_from([0.5, 1.0, 2.0]))
@settings(max_examples=15, deadline=None)
def test_every_item_is_decided_once_and_nobody_does_two_things_at_once(order, seed, load):
    trace, shifts, _ = made_trace(120, 0.5, seed=seed).at_load(load)
    outcome = replay(trace, shifts, order, seed=seed)
    assert (outcome.done, outcome.left) == (120, 0)
    assert outcome.busy <= 1 + 1e-9
    assert outcome == replay(trace, shifts, order, seed=seed)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=8, deadline=None)
def test_nothing_passes_its_limit_where_it_need_not(seed):
    """A quarter more than can be done for three days: first come, first served stays within the limit, so harm does."""
    trace, shifts, _ = made_trace(1500, 3.0, seed=seed, limit=30.0).at_load(1.25)
    assert replay(trace, shifts, Order.FIFO, seed=0).past_limit == 0
    assert replay(trace, shifts, Order.HARM, seed=0).past_limit == 0


@pytest.mark.parametrize("limit", [24.0, 72.0])
def test_goal_6_half_the_bad_views_at_110_percent_and_nothing_past_its_limit(limit):
    trace, shifts, _ = made_trace(8000, 5.0, seed=HELD_OUT, limit=limit).at_load(1.1)
    assert load_of(trace, shifts) == pytest.approx(1.1)
    fifo, due, harm = (replay(trace, shifts, order, seed=HELD_OUT) for order in Order)
    assert harm.bad_views < 0.5 * fifo.bad_views
    assert harm.bad_views < due.bad_views < fifo.bad_views
    assert (fifo.past_limit, harm.past_limit) == (0, 0)


def test_views_of_any_size_are_ordered():
    """Somebody else's counts may be a thousand times smaller or larger."""
    trace, shifts, _ = made_trace(2000, 2.0, seed=HELD_OUT).at_load(1.1)
    for size in (0.01, 100.0):
        other = replace(trace, rate=trace.rate * size)
        fifo, harm = (replay(other, shifts, order, seed=0).bad_views for order in (Order.FIFO, Order.HARM))
        assert harm < 0.5 * fifo


# Tables


def written(path, text):
    path.write_text("\n".join(line.strip() for line in text.strip().splitlines()) + "\n")
    return path


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_a_trace_is_read_as_it_was_written(tmp_path, ending):
    made = made_trace(300, 1.0, seed=3)
    write_trace(made, tmp_path / f"trace{ending}")
    read = read_trace(tmp_path / f"trace{ending}")
    assert load_of(read, always(read, 2)) == pytest.approx(load_of(made, always(made, 2)))
    assert np.allclose(read.rate, made.rate)
    assert [read.languages[each] for each in read.language] == [made.languages[each] for each in made.language]


def test_counted_views_and_shifts_stand_in_tables_of_their_own(tmp_path):
    items = written(
        tmp_path / "items.csv",
        """item,at,probability,violates,seconds
           b,2026-09-26T09:00:00Z,0.5,no,60
           a,2026-09-26T08:00:00Z,0.9,yes,3600""",
    )
    views = written(
        tmp_path / "views.csv",
        """item,at,seen
           a,2026-09-26T08:00:00Z,10
           a,2026-09-26T10:00:00Z,50
           b,2026-09-26T09:00:00Z,0""",
    )
    shifts = written(
        tmp_path / "shifts.csv",
        """reviewer,from,to,languages
           r1,2026-09-26T08:00:00Z,2026-09-26T12:00:00Z,""",
    )
    outcome = replay(read_trace(items, views=views), read_shifts(shifts), Order.HARM, seed=0)
    assert outcome.bad_views == 20  # half of the forty views between eight and ten
    assert outcome.done == 2


def test_what_is_wrong_with_a_trace_is_told_at_once(tmp_path):
    path = written(
        tmp_path / "trace.csv",
        """item,at,probability,violates,rate,half_life
           a,0,1.5,true,1,1
           a,morning,0.5,perhaps,-1,0""",
    )
    with pytest.raises(BadInput) as told:
        read_trace(path)
    places = [problem.where.removeprefix(f"{path}, ") for problem in told.value.problems]
    assert places == ["row 3, at", "row 2, probability", "row 3, violates", "row 3, half_life", "row 3, rate", "item"]


def test_missing_columns_are_told_with_what_would_stand_in_them(tmp_path):
    path = written(tmp_path / "trace.csv", "item,at,p\na,0,1")
    with pytest.raises(BadInput) as told:
        read_trace(path, columns={"probability": "p"})
    assert [problem.where.split(" ")[-1] for problem in told.value.problems] == ["violates", "half_life", "views"]


def test_the_command_prints_bad_views_for_each_order(tmp_path):
    path = tmp_path / "trace.parquet"
    run = CliRunner().invoke(
        hustings, ["review", "trace", "--out", str(path), "--seed", "5", "--items", "500", "--days", "1"]
    )
    assert run.exit_code == 0, run.output
    run = CliRunner().invoke(hustings, ["review", "simulate", str(path), "--json"])
    told = json.loads(run.output)
    assert [each["order"] for each in told["orders"]] == ["fifo", "due", "harm"]
    assert told["load"] == pytest.approx(1.1)
    shown = CliRunner().invoke(hustings, ["review", "simulate", str(path)]).output
    assert f"{told['orders'][2]['bad_views']:,.0f}" in shown
    twice = CliRunner().invoke(hustings, ["review", "simulate", str(path), "--people", "2", "--load", "1"])
    assert twice.exit_code == 2
