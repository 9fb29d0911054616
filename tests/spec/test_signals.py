"""What every signal promises: its example comes out as its page tells, and nothing depends on how posts are handed over."""

import random
from datetime import timedelta
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from signal_pages import DAY, moment, pages, posts_of, settings_of

from hustings.detection.posts.tables import LISTS, OPTIONAL, REQUIRED, SCHEMA, TIMES
from hustings.detection.signals import SIGNALS, SignalSettings, meaning
from hustings.detection.signals.sentence_model import bundled_model
from hustings.detection.signals.signal import TRACE_ROWS
from hustings.detection.traces import encode

PAGES = pages()
every_signal = pytest.mark.parametrize("signal", SIGNALS.values(), ids=SIGNALS)


class Remembered:
    """The model of meaning, asked once for each text."""

    known: ClassVar[dict[str, np.ndarray]] = {}

    def vectors(self, texts):
        for text in texts:
            if text not in self.known:
                self.known[text] = bundled_model().vectors([text])[0]
        return np.array([self.known[text] for text in texts])


@pytest.fixture(autouse=True, scope="module")
def quick_meaning():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(meaning, "bundled_model", Remembered)
        yield


def rows_of(table):
    return sorted(map(tuple, (row.values() for row in table.to_pylist())))


@every_signal
def test_the_example_of_its_page_comes_out_as_told(signal):
    said = PAGES.told(signal)
    made = signal.make(posts_of(said.posts), settings_of(said.settings))
    assert rows_of(made) == sorted(
        (row["platform"], row["actor"], signal.kind, row["trace"], row["content"], moment(row["at"])) for row in said.traces
    )  # fmt: skip


@every_signal
def test_it_names_its_kind_its_columns_and_what_it_does_not_show(signal):
    said = PAGES.told(signal)
    assert SIGNALS[signal.kind] is signal
    assert set(signal.needs) <= set(OPTIONAL)
    assert {"Reads", "Trace", "At", "Limits"} <= set(said.sections)
    assert {name for row in said.posts for name, cell in row.items() if cell} == {*REQUIRED, *signal.needs}
    assert said.first.endswith(".")
    assert len(said.first) < 100


@every_signal
def test_its_rows_are_rows_of_a_trace_table_and_repeats_count_once(signal):
    said = PAGES.told(signal)
    posts = posts_of(said.posts)
    made = signal.make(posts, settings_of(said.settings))
    assert made.schema == TRACE_ROWS
    assert set(made["kind"].to_pylist()) == {signal.kind}
    traces = encode(made)
    assert (traces.skipped, traces.repeats) == (0, 0)
    again = signal.make(pa.concat_tables([posts, posts]), settings_of(said.settings))
    assert rows_of(again) == rows_of(made)


@every_signal
def test_what_is_null_or_empty_takes_no_part(signal):
    said = PAGES.told(signal)
    posts = posts_of(said.posts)
    for name in signal.needs:
        empty = pa.nulls(len(posts), SCHEMA.field(name).type)
        at = posts.schema.get_field_index(name)
        assert len(signal.make(posts.set_column(at, SCHEMA.field(name), empty), SignalSettings())) == 0
        if name in LISTS:
            none = pa.array([[]] * len(posts), SCHEMA.field(name).type)
            assert len(signal.make(posts.set_column(at, SCHEMA.field(name), none), SignalSettings())) == 0
    assert len(signal.make(posts.slice(0, 0), SignalSettings())) == 0


TEXTS = [
    "Nobody says why the count was stopped in Mudtown for hours, and no answer comes from the office!",
    "Nobody says why the c0unt was stopped in Mudtown for hours, and no answer comes from the offlce",
    "@ann Nobody says why the count was stopped in Mudtown for hours, and no answer came from the office!",
    "Polls are open until eight tonight: bring a document with a picture, and a friend or two of yours",
    "no",
]
ONE = {
    "at": st.integers(0, 20_000).map(lambda s: DAY + timedelta(seconds=15 * s)),
    "created": st.integers(0, 400).map(lambda s: DAY - timedelta(minutes=s)),
    "mentions": st.lists(st.sampled_from(["ann", "@Bob", " "]), max_size=2),
    "links": st.lists(st.sampled_from(["https://a.b/c", "http://www.a.b/c/", "d.e", "?"]), max_size=2),
    "hashtags": st.lists(st.sampled_from(["a", "#B", "c"]), min_size=4, max_size=6),
    "images": st.lists(
        st.sampled_from(["00ff" * 4, "00fe" * 4, "01fe" * 4, "0" * 64, "0" * 63 + "f", "?"]), max_size=2
    ),
    "text": st.sampled_from(TEXTS),
}
ONE["deleted"] = ONE["repost_of_at"] = ONE["at"]
POST = st.fixed_dictionaries({
    "platform": st.sampled_from("xy"), "actor": st.sampled_from("abcdef"), "content": st.sampled_from("123456789"), "at": ONE["at"],
    **{name: st.none() | ONE.get(name, st.sampled_from(["Same", "same ", "a name of twenty letters"])) for name in OPTIONAL if name != "views"},
})  # fmt: skip


@every_signal
@settings(max_examples=25)
@given(rows=st.lists(POST, max_size=14), seed=st.integers(0, 9))
def test_the_order_and_the_pieces_of_posts_make_no_difference(signal, rows, seed):
    posts = pa.Table.from_pylist(rows, SCHEMA)
    made = rows_of(signal.make(posts, SignalSettings()))
    shuffled = rows[:]
    random.Random(seed).shuffle(shuffled)
    assert rows_of(signal.make(pa.Table.from_pylist(shuffled, SCHEMA), SignalSettings())) == made
    if signal.by_post:
        cut = len(rows) // 2
        parts = [signal.make(part, SignalSettings()) for part in (posts.slice(0, cut), posts.slice(cut))]
        assert sorted(set(rows_of(pa.concat_tables(parts)))) == made


@pytest.mark.parametrize("kind", ["handle", "profile_text", "profile_picture", "created_burst", "deleted_burst"])
def test_what_is_no_act_is_never_asked_on_timing(kind):
    """Rows of one content make no pair, whoever they are by."""
    made = SIGNALS[kind].make(posts_of(PAGES.told(SIGNALS[kind]).posts), SignalSettings())
    assert made["trace"] == made["content"]


def test_the_pages_are_those_of_the_docstrings():
    index = PAGES.INDEX.read_text("utf-8")
    assert PAGES.drawn(index) == index, "run .venv/bin/python docs/signals.py"
    wanted = {f"{kind}.md": PAGES.page(signal) for kind, signal in SIGNALS.items()}
    assert {place.name: place.read_text("utf-8") for place in PAGES.PAGES.glob("*.md")} == wanted


def test_all_times_of_posts_are_told_apart():
    assert set(TIMES) <= set(SCHEMA.names)
