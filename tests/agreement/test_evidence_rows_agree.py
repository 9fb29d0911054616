"""What the report says of evidence rows equals counting them one by one."""

from collections import Counter
from itertools import pairwise
from statistics import median

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from hustings.report.rows import Rows, moments, shared

ACTORS = [("x", "ann"), ("x", "bo"), ("y", "ann"), ("y", "Ωmega")]
CONTENTS = st.sampled_from(["", "p1", "p2", None])
POST = st.tuples(st.sampled_from(ACTORS), CONTENTS, st.integers(-400, 400))
ROWS = st.lists(
    st.tuples(st.sampled_from([("link", "a"), ("link", "b"), ("domain", "a")]), POST, POST).filter(
        lambda row: row[1][0] < row[2][0]
    ),
    max_size=30,
)
WINDOW = 60.0


def rows_of(made):
    return Rows.of(
        pa.table(
            {
                "finding": pa.array([1] * len(made), pa.int64()),
                **{
                    f"{name}_{side}": pa.array([row[at][part][inner] for row in made], pa.string())
                    for side, at in (("a", 1), ("b", 2)) for name, part, inner in (("platform", 0, 0), ("actor", 0, 1))
                },
                **{f"content_{side}": pa.array([row[at][1] for row in made], pa.string()) for side, at in (("a", 1), ("b", 2))},
                **{
                    f"at_{side}": pa.array([row[at][2] * 1_000_000 for row in made], pa.timestamp("us", "UTC"))
                    for side, at in (("a", 1), ("b", 2))
                },
                "kind": pa.array([row[0][0] for row in made], pa.string()),
                "trace": pa.array([row[0][1] for row in made], pa.string()),
            }
        )
    )  # fmt: skip


@given(ROWS)
def test_who_shared_what_and_how_often_together(made):
    rows = rows_of(made)
    found = shared(rows, WINDOW)
    near = [row for row in made if abs(row[1][2] - row[2][2]) <= WINDOW]
    acts = {(a[0], b[0], a[1], b[1]) for _, a, b in near}
    assert found.acts == Counter(actor for act in acts for actor in act[:2])
    things = {(actor, thing) for thing, a, b in made for actor in (a[0], b[0])}
    assert found.shared == Counter(actor for actor, _ in things)
    gaps = [abs(a[2] - b[2]) for _, a, b in made]
    assert found.median_any_s == (median(gaps) if gaps else None)
    assert found.median_gap_s == (median(g for g in gaps if g <= WINDOW) if near else None)
    due = []
    for thing in {row[0] for row in made}:
        pairs = [(a, b) for one, a, b in made if one == thing]
        times = [post[2] * 1_000_000 for pair in pairs for post in pair]
        due.append(
            [
                thing, len({post[0] for pair in pairs for post in pair}), len(pairs), min(times), max(times),
                median(abs(a[2] - b[2]) for a, b in pairs),
            ]
        )  # fmt: skip
    due.sort(key=lambda t: (-t[1], -t[2], t[0]))
    assert [[tuple(rows.thing(t[0])), *t[1:]] for t in found.things.traces] == due


@given(ROWS, st.sampled_from([WINDOW, None]))
def test_the_moments_at_which_one_thing_was_shared(made, window):
    rows = rows_of(made)
    posts = {
        (thing, post[2] * 1_000_000, post[0])
        for thing, a, b in made if window is None or abs(a[2] - b[2]) <= window for post in (a, b)
    }  # fmt: skip
    due = set()
    for thing in {post[0] for post in posts}:
        held = sorted(post for post in posts if post[0] == thing)
        parts = [[held[0]]]
        for before, post in pairwise(held):
            if window is not None and post[1] - before[1] > window * 1_000_000:
                parts.append([])
            parts[-1].append(post)
        due |= {(part[0][1], frozenset(post[2] for post in part)) for part in parts}
    found = moments(rows, window)
    assert found == sorted(found)
    assert Counter((start, many) for start, many, _, _ in found) == Counter((start, len(who)) for start, who in due)
    for start, many, thing, number in found:
        held = [p for p in posts if p[0] == tuple(rows.thing(thing)) and p[1] >= start]
        assert number >= many
        assert len(held) >= number


def test_equal_moments_of_two_kinds_are_one():
    posts = [(("x", "ann"), "p1", 0), (("x", "bo"), "p2", 5)]
    made = [(thing, *posts) for thing in (("link", "a"), ("domain", "a"))]
    assert [found[:2] for found in moments(rows_of(made), WINDOW)] == [(0, 2)]
