"""Who used the same hashtag."""

__all__ = ["HASHTAG", "tag"]

import pyarrow as pa

from hustings.detection.signals.signal import Signal, SignalSettings, each_distinct, pieces, trace_rows


def hashtag_traces(posts: pa.Table, settings: SignalSettings) -> pa.Table:  # noqa: ARG001
    """Two actors used the same hashtag.

    Reads    `hashtags`; a sign in front and capitals make no difference.
    Trace    the tag.
    At       the post, and its time: timing and content are both asked.
    Limits   people use the tags that trend; a tag made for the day is shared by all who watch the same debate.

    Example
        platform | actor | content | at       | hashtags
        x        | ann   | 1       | 12:00:10 | #Vote count
        x        | bob   | 2       | 12:00:15 | vote vote
    gives
        platform | actor | trace | content | at
        x        | ann   | vote  | 1       | 12:00:10
        x        | ann   | count | 1       | 12:00:10
        x        | bob   | vote  | 2       | 12:00:15
    """
    rows, values = pieces(posts, "hashtags")
    return trace_rows(posts, "hashtag", each_distinct(values, tag), rows=rows)


def tag(text: str) -> str | None:
    """A tag without its sign, in lower case; None where there is no word."""
    return text.strip().lstrip("#＃").lower() or None


HASHTAG = Signal(kind="hashtag", title="The same hashtag", needs=("hashtags",), make=hashtag_traces)
