"""How many people saw something: sketches of two precisions, exact counts, bounds, and what is not derivable."""

import numpy as np
import pytest
from datasketch import HyperLogLogPlusPlus

from hustings.screening.reach import COARSE, FINE, Sketch, hashes_of, reach
from hustings.screening.reach_people import People
from hustings.screening.reach_told import Counted, Frequency, How, Part, counted_one_by_one, frequency_of, told

KEY = b"k" * 16


def people(low, high):
    return [f"person {one}" for one in range(low, high)]


def drawn(seed, count):
    """Hashes of people nobody knows: a keyed hash is a draw."""
    return np.random.default_rng(seed).integers(0, 2**64, count, dtype=np.uint64)


def coarse(hashes):
    """A sketch as they were made before."""
    sketch = Sketch(bytes(1 << COARSE))
    sketch.add(hashes)
    return sketch


def test_a_sketch_holds_what_the_published_library_would_hold():
    theirs = HyperLogLogPlusPlus(p=FINE)
    for one in people(0, 3_000):
        theirs.update(__import__("hmac").digest(KEY, one.encode(), "sha256"))
    assert Sketch.of(people(0, 3_000), KEY).registers == theirs.reg.tobytes()


@pytest.mark.parametrize("mask", [2**64 - 1, 2**14 - 1, 2**13 - 1, 2**12 - 1])
def test_a_fine_sketch_folds_into_exactly_the_coarse_one_of_the_same_people(mask):
    hashes = drawn(1, 3_000) & np.uint64(mask)
    fine = Sketch()
    fine.add(hashes)
    fine.merge(Sketch(bytes(1 << COARSE)))
    assert fine.registers == coarse(hashes).registers
    older = coarse(drawn(2, 500))
    whole = coarse(np.concatenate([hashes, drawn(2, 500)]))
    again = Sketch()
    again.add(hashes)
    older.merge(again)
    assert older.registers == whole.registers


def test_a_union_with_an_older_sketch_has_the_older_ones_interval():
    new, old = Sketch(), coarse(drawn(3, 20_000))
    new.add(drawn(4, 20_000))
    both, alone = reach([new.registers, old.registers]), reach([new.registers])
    assert (both.high - both.low) / both.people == pytest.approx(2 * (alone.high - alone.low) / alone.people, rel=0.02)
    assert both.low <= 40_000 <= both.high


@pytest.mark.parametrize("registers", [b"", bytes(100), b"\x40" * (1 << FINE), b"\xff" * (1 << COARSE)])
def test_bytes_that_no_sketch_gives_are_refused(registers):
    with pytest.raises(ValueError, match="a sketch is 16,384 numbers"):
        Sketch(registers)


def test_a_short_key_is_refused():
    with pytest.raises(ValueError, match="16 bytes"):
        hashes_of(["one"], b"short")


@pytest.mark.parametrize("count", [300, 12_000, 45_000, 90_000])
def test_intervals_of_95_percent_hold_the_truth_in_at_least_93_of_100_populations(count):
    runs, held, squares = 300, 0, 0.0
    for seed in range(runs):
        sketch = Sketch()
        sketch.add(drawn((count, seed), count))
        found = reach([sketch.registers])
        held += found.low <= count <= found.high
        squares += (sketch.estimate / count - 1) ** 2
    assert held >= 0.93 * runs
    assert (squares / runs) ** 0.5 <= 0.01


def test_who_saw_several_ads_counts_once_however_many_they_are():
    sketches = [Sketch.of(people(start, start + 500), KEY).registers for start in range(0, 5_000, 100)]
    found = reach(sketches)
    assert found.low <= 5_400 <= found.high
    assert found.ads == 50


def test_few_viewers_are_counted_one_by_one_and_more_in_a_sketch():
    exact = People(KEY, most_exact=1_000)
    for start in (0, 300, 600):
        exact.add(people(start, start + 400))
    answer = exact.answer(ads=3)
    assert (answer.how, answer.people, answer.low, answer.high) == (How.EXACT, 1_000, 1_000, 1_000)
    exact.add(people(999, 1_001))
    answer = exact.answer(ads=4)
    assert answer.how is How.SKETCH
    assert answer.low <= 1_001 <= answer.high
    exact.add(people(0, 4_000))
    assert exact.answer(ads=5).low <= 4_000 <= exact.answer(ads=5).high


def test_sorting_hashes_in_on_the_way_changes_no_count(monkeypatch):
    monkeypatch.setattr("hustings.screening.reach_people.WAITING", 50)
    often, some = People(KEY), People(KEY)
    for start in range(0, 900, 30):
        often.add(people(start, start + 60))
        some.add(people(start, start + 60))
    assert often.answer(ads=1).people == some.answer(ads=1).people == 930


@pytest.mark.parametrize(("count", "sentence"), [(9, "Fewer than 10 people saw at least one of them."), (0, "Fewer than 10 people saw at least one of them."),
                                                 (10, "10 people saw at least one of them.")])  # fmt: skip
def test_few_people_are_never_told_by_their_number(count, sentence):
    answer = counted_one_by_one(count, ads=1)
    assert answer.sentence == sentence
    assert (answer.people is None) == (count < 10)


def counted(low, high, ads=1):
    return Counted(sketch=Sketch.of(people(low, high), KEY), ads=ads)


@pytest.mark.parametrize(
    ("sketch", "others", "audience", "how", "low", "high"),
    [
        (None, [(300, None), (500, None), (200, None)], None, How.BOUNDS, 500, 1_000),
        (None, [(300, None), (500, None)], 600, How.BOUNDS, 500, 600),
        (None, [(300, None), (500, None)], 400, How.BOUNDS, 500, 500),
        (None, [(300, None), (None, 90)], None, How.BOUNDS, 300, 390),
        (None, [(300, None), (None, None)], None, How.BOUNDS, 300, None),
        (None, [(None, 70), (None, 30)], None, How.NOT, None, 100),
        (None, [(None, 70), (None, None)], None, How.NOT, None, None),
        (None, [], None, How.NOT, None, None),
    ],
)
def test_what_can_be_said_depends_on_what_is_known(sketch, others, audience, how, low, high):
    parts = [Part(people=known, impressions=shown) for known, shown in others]
    answer = told(sketch, parts, audience=audience)
    assert (answer.how, answer.low, answer.high, answer.people) == (how, low, high, None)
    assert answer.how.modelled == ("modelled" in answer.sentence.casefold())


def test_counted_and_uncounted_ads_together_give_bounds_that_hold_whatever_they_share():
    answer = told(counted(0, 1_000, ads=3), [Part(people=400), Part(impressions=50)])
    assert (answer.how, answer.ads, answer.counted) == (How.BOUNDS, 5, 3)
    assert answer.low <= 1_000
    assert answer.high >= 1_000 + 400 + 50
    assert answer.high < 1_600


def test_impressions_become_people_by_how_often_others_were_seen_and_say_so():
    often = frequency_of([(300, 100), (200, 100), (500, 100), (400, 100), (350, 100), (90, 100)])
    assert often == Frequency(low=2.0, high=5.0, groups=5)
    answer = told(None, [Part(impressions=700), Part(impressions=300)], frequency=often)
    assert (answer.how, answer.low, answer.high) == (How.FREQUENCY, 200, 500)
    assert "Modelled: 1,000 impressions" in answer.caveat
    assert frequency_of([(300, 100)] * 4) is None
    assert told(None, [Part(impressions=700), Part()], frequency=often).how is How.NOT
    assert told(None, [Part(people=20), Part(impressions=700)], frequency=often).how is How.BOUNDS


def test_people_are_at_most_impressions():
    sketch = Sketch.of(people(0, 1_000), KEY)
    answer = told(Counted(sketch=sketch, ads=1, impressions=990))
    assert answer.people <= 990
    assert answer.high <= 990
