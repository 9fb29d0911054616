"""The simulated floor: like Erlang where Erlang applies, and with the rules that Erlang does not know."""

from datetime import timedelta

import pytest

from hustings.errors import BadInput
from hustings.staffing.erlang import watch
from hustings.staffing.simulation import Comes, Kind, Person, Promise, Rest, simulate

MINUTE = timedelta(minutes=1)
ALWAYS = ((0.0, float("inf")),)
ENGLISH = frozenset({"en"})


def kind(name="k", minutes=3, due=60, **more):
    return Kind(name=name, handling=minutes * MINUTE, due=due * MINUTE, **more)


def people(many, languages=ENGLISH, shifts=ALWAYS, **more):
    return [Person(languages=languages, shifts=shifts, **more) for _ in range(many)]


def comes(of, an_hour, hours, language="en"):
    return Comes(kind=of, language=language, an_hour=(float(an_hour),) * hours)


@pytest.mark.parametrize("many, busy, seed", [(1, 0.5, 1), (2, 0.6, 2), (4, 0.6, 2)])
def test_a_plain_floor_is_within_two_percent_of_erlang(many, busy, seed):
    hours = int(150_000 / (many * busy * 20))
    of = kind(due=1, promise=Promise.TAKEN_UP)
    floor = simulate([comes(of, many * busy * 20, hours)], people(many), hours=hours, seed=seed, counted_from=10)
    said = watch(an_hour=many * busy * 20, handling=of.handling, people=many, within=of.due)
    assert floor.lanes[0].waited == pytest.approx(said.waits, rel=0.02)
    assert floor.lanes[0].in_time == pytest.approx(said.in_time, rel=0.02)
    assert floor.lanes[0].mean_wait.total_seconds() == pytest.approx(said.mean_wait.total_seconds(), rel=0.02)
    assert floor.occupancy == pytest.approx(busy, rel=0.02)


def test_equal_input_and_seed_give_equal_floors_and_another_seed_another():
    asked = ([comes(kind(second_looks=0.3, differ=0.2), 60, 20)], people(5))
    assert simulate(*asked, hours=20, seed=4, absent=0.1) == simulate(*asked, hours=20, seed=4, absent=0.1)
    assert simulate(*asked, hours=20, seed=4) != simulate(*asked, hours=20, seed=5)


def test_the_urgent_goes_first():
    urgent, rest = kind("urgent", due=15, urgent=True), kind("rest", due=600)
    floor = simulate([comes(urgent, 20, 100), comes(rest, 90, 100)], people(5), hours=100, seed=1)
    assert floor.lanes[0].mean_wait < 2 * MINUTE
    assert floor.lanes[1].mean_wait > 60 * MINUTE
    assert floor.lanes[1].left > 500


def test_only_who_reads_the_language_and_holds_the_clearance_takes_an_item():
    secret = kind("secret", clearance="secret")
    both = [comes(kind(), 30, 50), comes(secret, 30, 50), comes(kind(), 30, 50, "fi")]
    # Two for all of it would be enough; one of them reads English alone and holds no clearance.
    floor = simulate(
        both, people(1) + people(1, frozenset({"en", "fi"}), clearances=frozenset({"secret"})), hours=50, seed=2
    )
    open_to_all, cleared, finnish = floor.lanes
    assert open_to_all.left + cleared.left + finnish.left > 1000
    assert cleared.left > open_to_all.left
    with pytest.raises(BadInput) as told:
        simulate(both, people(9), hours=50, seed=2)
    assert [problem.where for problem in told.value.problems] == ["work 2 (secret, en)", "work 3 (k, fi)"]


def test_two_looks_are_by_two_people_and_take_twice_the_time():
    once = simulate([comes(kind(), 40, 400)], people(5), hours=400, seed=3)
    twice = simulate([comes(kind(second_looks=1.0), 40, 400)], people(5), hours=400, seed=3)
    assert twice.occupancy == pytest.approx(2 * once.occupancy, rel=0.03)
    with pytest.raises(BadInput, match="as many people as it has looks"):
        simulate([comes(kind(second_looks=1.0), 40, 10)], people(1), hours=10, seed=3)
    # Two people, each of whom waits for the other's look at what they began.
    pair = simulate([comes(kind(second_looks=1.0, due=300), 12, 300)], people(2), hours=300, seed=3)
    assert pair.lanes[0].left < 30


def test_nobody_works_outside_their_shift_or_in_a_break():
    day = tuple((24.0 * each + 8, 24.0 * each + 16) for each in range(10))
    floor = simulate([comes(kind(due=24 * 60), 10, 240)], people(3, shifts=day), hours=240, seed=5)
    assert floor.lanes[0].mean_wait > 3 * 60 * MINUTE
    assert floor.lanes[0].in_time == 1.0
    resting = Rest(after=60 * MINUTE, lasts=30 * MINUTE)
    asked = ([comes(kind(minutes=6, spread=0, due=60), 10, 200)], people(1))
    without, with_breaks = (simulate(*asked, hours=200, seed=6, rest=each) for each in (None, resting))
    assert with_breaks.lanes[0].left > without.lanes[0].left + 400


def test_who_is_absent_does_nothing():
    day = tuple((24.0 * each, 24.0 * each + 24) for each in range(30))
    asked = ([comes(kind(), 150, 720)], people(10, shifts=day))
    here = simulate(*asked, hours=720, seed=7).occupancy
    assert simulate(*asked, hours=720, seed=7, absent=0.2).occupancy == pytest.approx(here / 0.8, rel=0.03)


def test_a_floor_holds_where_every_kind_in_every_week_does():
    quiet, flood = (10.0,) * 168, (200.0,) * 168
    floor = simulate([Comes(kind=kind(), language="en", an_hour=quiet + flood)], people(3), hours=336, seed=8)
    (_, first, kept), (_, second, broken) = floor.weeks()
    assert (first, second) == (0, 1)
    assert kept > 0.99
    assert broken < 0.5
    assert not floor.holds(0.95)
    assert floor.in_time < 0.5


def test_who_is_called_does_the_item_before_the_break():
    resting = Rest(after=60 * MINUTE, lasts=30 * MINUTE)
    floor = simulate([comes(kind(), 0.2, 5000)], people(1), hours=5000, seed=9, rest=resting)
    assert floor.lanes[0].mean_wait < 4 * MINUTE


def test_who_would_leave_the_watch_takes_nothing_but_the_urgent():
    urgent, rest = kind("urgent", minutes=1, due=5, urgent=True, promise=Promise.TAKEN_UP), kind("rest", 60, 6000)
    asked = [comes(urgent, 10, 300), comes(rest, 1.2, 300)]
    alone = simulate(asked, people(3), hours=300, seed=3)
    watched = simulate(asked, people(3), hours=300, seed=3, watch={("en", ""): [1.0] * 300})
    assert alone.lanes[0].in_time < 0.9
    assert watched.lanes[0].in_time > 0.99
    assert watched.lanes[1].left < 20
    nobody_else = simulate(asked, people(3), hours=300, seed=3, watch={("en", ""): [3.0] * 300})
    assert nobody_else.lanes[1].left > 300
