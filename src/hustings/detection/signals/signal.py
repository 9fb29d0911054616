"""What a signal is: posts in, trace rows out; and the settings that signals can be told."""

__all__ = ["TRACE_ROWS", "Signal", "SignalSettings", "each_distinct", "pieces", "sharers", "trace_rows"]

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hustings.detection.compiled import Int64s
from hustings.detection.posts.tables import STAMP
from hustings.detection.signals.redirects import Redirects

TRACE_ROWS = pa.schema([
    ("platform", pa.string()), ("actor", pa.string()), ("kind", pa.string()), ("trace", pa.string()),
    ("content", pa.string()), ("at", STAMP),
])  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SignalSettings:
    """The settings of all signals; the defaults are the same for every data set.

    fast            a repost at most so long after the original is a fast one
    sequence        fewest hashtags that make a sequence
    window          near-identical texts, and texts of one meaning, are compared that are at most so far apart
    alike           least share of common five-letter pieces (Jaccard) of near-identical texts
    shortest        fewest letters, folded, of a text that is compared for nearness
    meaning         least cosine of two texts of one meaning
    image_bits      most bits of 64 (four times as many of 256) in which perceptual hashes of one image differ
    burst           accounts made, or posts deleted, within so long of each other may be a burst
    burst_rate      chance, over a platform, of calling a burst what is none
    profile_letters fewest letters of a profile's text that is a trace
    redirects       where addresses lead to, by a table that the user supplies
    """

    fast: timedelta = timedelta(seconds=10)
    sequence: int = 5
    window: timedelta = timedelta(days=1)
    alike: float = 0.8
    shortest: int = 40
    meaning: float = 0.85
    image_bits: int = 6
    burst: timedelta = timedelta(minutes=10)
    burst_rate: float = 0.05
    profile_letters: int = 20
    redirects: Redirects | None = None


@dataclass(frozen=True, kw_only=True)
class Signal:
    """One way in which two actors can have left the same thing.

    kind      kind of its traces
    title     what the page about it is called
    needs     columns of the posts table without which it gives nothing
    make      posts (a table with the columns of `posts.SCHEMA`) and settings in, rows as in `TRACE_ROWS` out; its
              docstring tells what a trace is, what it does not show, and an example that a test runs
    by_post   it looks at one post at a time, so that posts can be handed over in pieces
    default   it is made unless left out
    """

    kind: str
    title: str
    needs: tuple[str, ...]
    make: Callable[[pa.Table, SignalSettings], pa.Table]
    by_post: bool = True
    default: bool = True


def column(posts: pa.Table, name: str) -> pa.Array:
    """A column in one piece."""
    whole = posts[name].combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.concat_arrays(whole.chunks) if whole.num_chunks else pa.array([], whole.type)
    return whole


def trace_rows(
    posts: pa.Table, kind: str, trace: pa.Array, *, rows: Int64s | None = None, content: pa.Array | None = None,
    at: pa.Array | None = None,
) -> pa.Table:  # fmt: skip
    """Trace rows of posts, repeats once; a null trace takes no part.

    rows           the post of each trace (each post's own place where None)
    content, at    in the place of the post's own
    """
    if rows is not None:
        posts = posts.take(pa.array(rows))
    made = pa.table({
        "platform": posts["platform"], "actor": posts["actor"], "kind": pa.repeat(kind, len(posts)), "trace": trace,
        "content": posts["content"] if content is None else content, "at": posts["at"] if at is None else at,
    }, schema=TRACE_ROWS)  # fmt: skip
    if trace.null_count:
        made = made.filter(trace.is_valid())
    return made.group_by(TRACE_ROWS.names, use_threads=False).aggregate([]).select(TRACE_ROWS.names)


def pieces(posts: pa.Table, name: str) -> tuple[Int64s, pa.Array]:
    """The post and the value of each entry of a column of lists; nulls and empty values left out."""
    lists = column(posts, name)
    rows, values = pc.list_parent_indices(lists).to_numpy(), pc.list_flatten(lists)
    keep = pc.greater(pc.utf8_length(values), 0).fill_null(False)
    return rows[keep.to_numpy(zero_copy_only=False)], values.filter(keep)


def each_distinct(values: pa.Array, make: Callable[[str], str | None]) -> pa.Array:
    """What a function gives for each value, asked once for each different one; nulls stay."""
    coded = values.dictionary_encode()
    made = pa.array([make(value) for value in coded.dictionary.to_pylist()], pa.string())
    return made.take(coded.indices)


def sharers(posts: pa.Table, kind: str, trace: pa.Array) -> pa.Table:
    """Rows of what an account is rather than posts: once for each actor, when it was first seen with it.

    Nothing was posted, so the content is the trace itself, the same for all who share it. Rows of the same content
    make no pair: timing is never asked of them, content is. Only what two actors of the table share makes rows.
    """
    made = trace_rows(posts, kind, trace, content=trace)
    first = made.group_by(["platform", "actor", "trace"], use_threads=False).aggregate([("at", "min")])
    counts = first.group_by("trace", use_threads=False).aggregate([("actor", "count")])
    shared = counts.filter(pc.greater(counts["actor_count"], 1))["trace"]
    first = first.filter(pc.is_in(first["trace"], shared))
    return pa.table({
        "platform": first["platform"], "actor": first["actor"], "kind": pa.repeat(kind, len(first)),
        "trace": first["trace"], "content": first["trace"], "at": first["at_min"],
    }, schema=TRACE_ROWS)  # fmt: skip


def in_time(posts: pa.Table) -> pa.Table:
    """The posts in an order that does not depend on how they were handed over."""
    order = pc.sort_indices(posts, [(name, "ascending") for name in ("at", "platform", "actor", "content")])
    return posts.take(order)


def chosen(posts: pa.Table, keep: np.ndarray) -> pa.Table:
    """The posts where the mask holds."""
    return posts.filter(pa.array(keep))
