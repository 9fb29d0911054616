"""A table that grows against a batch run over the same rows: whatever the order, pieces, repeats and delays."""

import numpy as np
import pyarrow as pa
import pytest
from agreement.test_detect_agrees import EVENTS, LONG, SHORT, TOLD, TUESDAY, WORLDS, world
from hypothesis import given, settings
from hypothesis import strategies as st
from made_traces import as_table

from hustings.connectors.bundled import find_mapping
from hustings.connectors.tracing import make_traces
from hustings.detection import acts, content, crowd, groups, rhythm
from hustings.detection.detect import detect_traces
from hustings.detection.settings import DetectSettings
from hustings.detection.traces import encode
from hustings.detection.watching import steps
from hustings.detection.watching.search import Search
from hustings.detection.watching.table import Table
from hustings.progress import Silent

pytestmark = pytest.mark.slow

DAY = 86_400_000_000


@pytest.fixture
def small(monkeypatch):
    """Small crowds and periods, so that small tables have them."""
    monkeypatch.setattr(crowd, "FEWEST", 5)
    monkeypatch.setattr(content, "PERIOD", 30)
    monkeypatch.setattr(rhythm, "FEWEST", 2)


@pytest.fixture
def untimed(monkeypatch):
    """A kind of which timing is not asked."""
    for module in (acts, groups, steps):
        monkeypatch.setattr(module, "UNTIMED", frozenset({"targeting"}))


# How rows come: in which order, in how many pieces, which of them again, and where old ones leave.
ARRIVALS = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 2**32), "pieces": st.integers(1, 5), "shuffled": st.sampled_from([0.0, 0.1, 1.0]),
        "again": st.sampled_from([0.0, 0.3]), "leave": st.sampled_from([None, None, 1, 3]),
    }
)  # fmt: skip


def arrivals(table, how):
    """Pieces of the table: in order of time but for a share of late ones, some rows in several pieces."""
    rng = np.random.default_rng(how["seed"])
    at = table["at"].cast(pa.int64()).to_numpy().astype(float)
    late = rng.random(len(at)) < how["shuffled"]
    at[late] = rng.uniform(at.min(initial=0), at.max(initial=1), late.sum())
    order = np.argsort(at, kind="stable")
    pieces = np.array_split(order, how["pieces"])
    for k in range(1, len(pieces)):
        before = np.concatenate(pieces[:k])
        pieces[k] = rng.permutation(np.r_[pieces[k], before[rng.random(len(before)) < how["again"]]])
    return [table.take(pa.array(piece)) for piece in pieces]


def same(search, rows, told):
    """What the search finds is what the batch finds, bit for bit; counts of how often rows came apart."""
    found, batch = search.find(Silent()), detect_traces(encode(rows), told, Silent())
    for name in ("links", "layers", "members", "evidence"):
        assert getattr(found, name).equals(getattr(batch, name)), name
    assert found.findings == batch.findings
    assert found.hubs == batch.hubs
    apart = {"read", "repeats", "acts_in_horizon"}
    assert {k: v for k, v in found.counts.items() if k not in apart} == {
        k: v for k, v in batch.counts.items() if k not in apart
    }
    return found


def grown(table, told, how):
    """Take a table in piece by piece, and compare after each; old rows may leave before the last."""
    search, pieces = Search(told), arrivals(table, how)
    rows = table.slice(0, 0)
    for k, piece in enumerate(pieces):
        search.add(piece)
        rows = pa.concat_tables([rows, piece])
        if how["leave"] is not None and k == len(pieces) - 1:
            cut = TUESDAY + how["leave"] * DAY
            search.leave(cut)
            rows = rows.filter(pa.compute.greater_equal(rows["at"], pa.scalar(cut, rows["at"].type)))
        found = same(search, rows, told)
    return found


@settings(SHORT, max_examples=25)
@given(WORLDS, TOLD, ARRIVALS)
def test_made_up_worlds_are_found_alike_however_they_come(small, rows, told, how):
    grown(as_table(rows), told, how)


@settings(SHORT, max_examples=40)
@given(EVENTS, TOLD, ARRIVALS)
def test_small_tables_full_of_ties_are_found_alike_however_they_come(small, untimed, rows, told, how):
    grown(as_table(rows), told, how)


@pytest.mark.long
@settings(LONG, max_examples=1_500)
@given(WORLDS, TOLD, ARRIVALS)
def test_many_made_up_worlds_are_found_alike_however_they_come(small, rows, told, how):
    grown(as_table(rows), told, how)


@pytest.mark.long
@settings(LONG, max_examples=1_500)
@given(EVENTS, TOLD, ARRIVALS)
def test_many_small_tables_are_found_alike_however_they_come(small, untimed, rows, told, how):
    grown(as_table(rows), told, how)


def test_the_worlds_that_come_in_pieces_have_findings_on_both_grounds():
    how = {"seed": 1, "pieces": 4, "shuffled": 0.1, "again": 0.3, "leave": None}
    rows = as_table(world(3, actors=60, days=8, posts=1_200, step=1))
    found = grown(rows, DetectSettings(rarest=10), how)
    grounds = {ground for record in found.findings for ground in record["basis"].split("+")}
    assert {"timing", "content"} <= grounds


@settings(SHORT, max_examples=30)
@given(EVENTS, ARRIVALS)
def test_a_table_that_grew_is_the_table_encoded_whole(rows, how):
    table, whole = Table(), as_table(rows)
    for piece in arrivals(whole, how):
        table.add(piece)
        got = table.traces()
    wanted = encode(whole)
    for name in ("kind", "trace", "actor", "content", "at", "trace_kind"):
        assert np.array_equal(getattr(got, name), getattr(wanted, name)), name
    for name in ("trace_names", "actor_names", "content_names", "platforms"):
        every = np.arange(len(getattr(wanted, name)))
        assert getattr(got, name).take(every).equals(getattr(wanted, name)), name


@pytest.mark.long
def test_the_german_posts_are_found_alike_however_they_come(real_data):
    file = real_data / "coordination" / "german_elections.parquet"
    table = make_traces([file], find_mapping("german-elections")).traces
    how = {"seed": 1, "pieces": 5, "shuffled": 0.1, "again": 0.3, "leave": None}
    assert len(grown(table.combine_chunks(), DetectSettings(), how).findings) > 50
