"""What is nearly the same: found as brute force finds it, in stars that chain nothing, whatever script it hides in."""

from collections import defaultdict
from datetime import timedelta
from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from signal_pages import posts_of

from hustings.detection.signals import SIGNALS, SignalSettings, near_text
from hustings.detection.signals.bursts import MINUTE, bursts
from hustings.detection.signals.near_image import near_pairs, near_stars
from hustings.detection.signals.near_text import alike_pairs, folded_near, shingles
from hustings.detection.signals.stars import stars_of_pairs


def in_common(things, stars):
    """Pairs of things with a star in common, and the middle of each star."""
    held = defaultdict(list)
    for thing, star in zip(things.tolist(), stars.tolist(), strict=True):
        held[star].append(thing)
    pairs = {pair for mine in held.values() for pair in combinations(sorted(set(mine)), 2)}
    return pairs, {star: min(mine) for star, mine in held.items()}, held


@given(st.sets(st.tuples(st.integers(0, 15), st.integers(0, 15)).filter(lambda pair: pair[0] < pair[1]), max_size=40))
def test_what_is_alike_has_a_star_in_common_and_a_star_holds_what_is_alike_its_middle(alike):
    first, second = (np.array([pair[i] for pair in sorted(alike)], np.int32) for i in (0, 1))
    pairs, middle, held = in_common(*stars_of_pairs(16, first, second))
    assert alike <= pairs
    assert all((middle[star], thing) in alike for star, mine in held.items() for thing in mine if thing != middle[star])


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.sets(st.integers(0, 63), max_size=9)), min_size=2, max_size=40),
    st.sampled_from([1, 4]),
    st.integers(0, 15),
)
def test_near_hashes_are_all_those_that_brute_force_finds(made, width, bits):
    random = np.random.default_rng(3)
    base = random.integers(0, 1 << 63, (4, width), dtype=np.uint64)
    rows = []
    for which, flipped in made:
        row = base[which].copy()
        for bit in flipped:
            row[bit % width] ^= np.uint64(1 << bit)
        rows.append(row)
    words = np.unique(np.array(rows), axis=0)
    most = bits * width
    pairs, middle, held = in_common(*near_stars(words, most))
    wanted = near_pairs(words, most)
    assert wanted <= pairs
    assert all(
        (middle[star], thing) in wanted for star, mine in held.items() for thing in mine if thing != middle[star]
    )


def variants(random, texts):
    """Texts of made-up words, and copies of them with words changed."""
    words = ["".join(chr(97 + n) for n in random.integers(0, 26, 5)) for _ in range(400)]
    made = []
    for _ in range(texts):
        if made and random.random() < 0.5:
            text = made[int(random.integers(len(made)))].split()
            for _ in range(int(random.integers(0, 4))):
                text[int(random.integers(len(text)))] = words[int(random.integers(len(words)))]
        else:
            text = [words[n] for n in random.integers(0, len(words), int(random.integers(9, 24)))]
        made.append(" ".join(text))
    return made


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_near_texts_are_nearly_all_those_that_brute_force_finds(seed):
    texts = variants(np.random.default_rng(seed), 400)
    posts = posts_of([
        {"platform": "x", "actor": f"a{n}", "content": str(n), "at": f"12:{n // 60:02}:{n % 60:02}", "text": text}
        for n, text in enumerate(texts)
    ])  # fmt: skip
    found = SIGNALS["near_text"].make(posts, SignalSettings())
    by_trace = defaultdict(set)
    for row in found.to_pylist():
        by_trace[row["trace"]].add(int(row["content"]))
    shared = {pair for mine in by_trace.values() for pair in combinations(sorted(mine), 2)}
    starts, every = shingles(pa.array([folded_near(text) for text in texts]))
    wanted, kept = (
        set(zip(*map(np.ndarray.tolist, alike_pairs(starts, every, least)), strict=True)) for least in (0.8, 0.6)
    )
    assert len(wanted) > 100
    assert len(wanted & shared) >= 0.98 * len(wanted)
    # Two texts of one trace are each 0.8 alike its middle, so 0.6 alike each other.
    assert shared <= kept


def test_pieces_are_counted_as_sets_of_five_letters():
    texts = ["abcdefgh", "abcdefgx", "abc", "", "aaaaaaaaaa"]
    starts, every = shingles(pa.array(texts))
    sets = [{text[k : k + 5] for k in range(max(1, len(text) - 4))} for text in texts]
    assert np.diff(starts).tolist() == list(map(len, sets))
    assert len(np.intersect1d(every[starts[0] : starts[1]], every[starts[1] : starts[2]])) == len(sets[0] & sets[1])


def test_texts_further_apart_than_the_window_have_no_trace_in_common():
    text = "Nobody says why the count was stopped in Mudtown for hours, and no answer comes!"
    rows = [
        {"platform": "x", "actor": actor, "content": actor, "at": at, "text": text + ending}
        for actor, at, ending in (("a", "12:00:00", ""), ("b", "12:50:00", " ok"), ("c", "13:40:00", ""), ("d", "14:45:00", ""))
    ]  # fmt: skip
    made = SIGNALS["near_text"].make(posts_of(rows), SignalSettings(window=timedelta(hours=1)))
    held = defaultdict(set)
    for row in made.to_pylist():
        held[row["trace"]].add(row["actor"])
    assert sorted(map(sorted, held.values())) == [["a", "b"], ["b", "c"]]


@pytest.mark.parametrize(
    "copy",
    [
        "Vоte оn Nоvember third, bring а friend аnd а document",  # Cyrillic o and a
        "V0te on November third; br1ng a friend and a document!!",
        "𝐕𝐨𝐭𝐞 on November third, bring a friend and a document",
        "Vóte on Novémber third, bring a friend and a docu\u200bment",
        "@ann VOTE on november third, bring a friend and a document https://a.example/x",
    ],
)
def test_letters_that_look_alike_hide_nothing(copy):
    assert folded_near(copy) == folded_near("Vote on November third, bring a friend and a document")


def test_a_text_of_another_script_is_no_copy_of_an_unlike_one():
    one, two = "Никто не говорит почему подсчет остановили", "Завтра на севере будет дождь и немного солнца"
    starts, every = shingles(pa.array([folded_near(one), folded_near(two)]))
    assert len(alike_pairs(starts, every, 0.3)[0]) == 0


def test_a_burst_is_more_than_the_hours_around_explain():
    random = np.random.default_rng(4)
    usual = np.sort(random.integers(0, 60 * 24 * 100, 2_000)) * MINUTE
    assert (bursts(usual, 10 * MINUTE, 0.05) == -1).all()
    more = np.sort(np.r_[usual, usual[1_000] + np.arange(12) * MINUTE // 2])
    number = bursts(more, 10 * MINUTE, 0.05)
    assert number.max() == 0
    assert 11 <= (number == 0).sum() <= 20


def test_an_hour_in_which_everybody_comes_is_no_burst():
    random = np.random.default_rng(5)
    # Every evening ten times as many as by day.
    at = np.concatenate(
        [d * 1_440 + np.r_[random.integers(0, 1_440, 50), random.integers(1_140, 1_320, 150)] for d in range(30)]
    )
    assert (bursts(np.sort(at) * MINUTE, 10 * MINUTE, 0.05) == -1).all()


def test_a_text_of_thousands_of_variants_costs_no_square(monkeypatch):
    """Whoever has a star already looks at so many later texts and no more; the first one looked at all."""
    monkeypatch.setattr(near_text, "LOOKS", 1)
    text = "Nobody says why the count was stopped in Mudtown for hours, and no answer comes from the office of {}"
    rows = [
        {"platform": "x", "actor": f"a{n}", "content": str(n), "at": f"12:{n // 60:02}:{n % 60:02}", "text": text.format(n)}
        for n in range(300)
    ]  # fmt: skip
    made = SIGNALS["near_text"].make(posts_of(rows), SignalSettings())
    assert {row["content"] for row in made.to_pylist() if row["trace"] == "x 0"} == {str(n) for n in range(300)}


def test_a_form_that_thousands_fill_in_unlike_each_other_costs_no_square(monkeypatch):
    """All meet in every block, none is alike: each is compared with so many later ones in vain and no more."""
    compared = []
    monkeypatch.setattr(near_text, "LOOKS", 5)
    monkeypatch.setattr(near_text, "_alike", lambda starts, every, one, two, least: compared.append((one, two)))
    units = np.arange(60)
    order = np.tile(units, (3, 1)).astype(np.int32)
    pieces = (np.arange(61, dtype=np.int64), np.arange(60, dtype=np.uint32))
    _, count = near_text._alike_stars.py_func(
        units, units, units, *pieces, np.zeros((3, 60), np.uint32), order, order, 100, 0.8
    )
    assert count == 0
    assert {two - one for one, two in compared} == {1, 2, 3, 4, 5}
    assert len(compared) == 5 * 55 + 10
