"""Small made-up trace tables in which everything that matters happens often."""

__all__ = ["as_table", "trace_rows"]

from collections.abc import Sequence

import pyarrow as pa
from hypothesis import strategies as st

from hustings.detection.reference.counting import Event

# Few values, so that rows meet; names that differ late, by length, beyond ASCII, and by platform only.
PLATFORMS = ("facebook", "twitter")
ACTORS = ("a", "ab", "aaaaaaaaaaaaaaaab", "ä", "a\0")
KINDS = ("link", "repost")
TRACES = ("t", "p1", "https://example.org/a-long-path/that-goes-on")
CONTENTS = ("p1", "p2", "p3", "p4", "p5", "p6", "t", "")
SECOND = 1_000_000


def trace_rows(*, kinds: Sequence[str] = KINDS, most: int = 60) -> st.SearchStrategy[list[Event]]:
    """Lists of events within twelve seconds in steps of half a second, repeats included; short and long."""
    event = st.builds(
        Event,
        platform=st.sampled_from(PLATFORMS),
        actor=st.sampled_from(ACTORS),
        kind=st.sampled_from(kinds),
        trace=st.sampled_from(TRACES),
        content=st.sampled_from(CONTENTS),
        at=st.integers(0, 24).map(lambda half: 1_630_000_000 * SECOND + half * SECOND // 2),
    )
    lists = st.one_of(st.lists(event, min_size=2, max_size=8), st.lists(event, min_size=20, max_size=most))
    return lists.filter(lambda rows: len({row[:2] for row in rows}) > 1)


def as_table(rows: Sequence[Event]) -> pa.Table:
    """Events as a trace table."""
    columns = {name: pa.array([getattr(row, name) for row in rows], pa.string()) for name in Event._fields[:-1]}
    at = pa.array([row.at for row in rows], pa.int64()).cast(pa.timestamp("us", "UTC"))
    return pa.table({**columns, "at": at})
