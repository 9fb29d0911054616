"""Who handed on the same post as soon as it was there."""

__all__ = ["FAST_REPOST"]

from datetime import timedelta

import pyarrow as pa
import pyarrow.compute as pc

from hustings.detection.signals.signal import Signal, SignalSettings, column, trace_rows


def fast_repost_traces(posts: pa.Table, settings: SignalSettings) -> pa.Table:
    """Two actors handed on the same post within ten seconds (`fast`) of its being posted.

    Reads    `repost_of` and `repost_of_at`, when the original was posted.
    Trace    the original's id. A repost from before the original (clocks differ) leaves no such trace.
    At       the post that hands on, and its time. Two who are both at once are near each other by the choice alone, so
             timing is not asked of this kind (`repost` asks it, of all who handed the post on); content is. A post
             counts once, by its rarer trace, so `repost` and `fast_repost` do not count it twice.
    Limits   people with notifications turned on and quick fingers do this, and so do fans on purpose. Many posts of one
             loud account are one habit.
    Source   Luceri et al. 2024, doi:10.1145/3589334.3645529: ten seconds.

    Example
        platform | actor | content | at       | repost_of | repost_of_at
        x        | ann   | 2       | 12:00:10 | 1         | 12:00:00
        x        | bob   | 3       | 12:00:03 | 1         | 12:00:00
        x        | cem   | 4       | 12:00:11 | 1         | 12:00:00
        x        | dan   | 5       | 12:00:02 | 1         |
    gives
        platform | actor | trace | content | at
        x        | ann   | 1     | 2       | 12:00:10
        x        | bob   | 1     | 3       | 12:00:03
    """
    after = pc.subtract(column(posts, "at").cast(pa.int64()), column(posts, "repost_of_at").cast(pa.int64()))
    fast = pc.and_(pc.greater_equal(after, 0), pc.less_equal(after, settings.fast // timedelta(microseconds=1)))
    original = pc.if_else(fast, column(posts, "repost_of"), pa.scalar(None, pa.string()))
    return trace_rows(posts, "fast_repost", original)


FAST_REPOST = Signal(
    kind="fast_repost",
    title="The same post handed on at once",
    needs=("repost_of", "repost_of_at"),
    make=fast_repost_traces,
)
