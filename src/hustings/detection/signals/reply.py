"""Who answered the same post."""

__all__ = ["REPLY"]

import pyarrow as pa

from hustings.detection.signals.signal import Signal, SignalSettings, column, trace_rows


def reply_traces(posts: pa.Table, settings: SignalSettings) -> pa.Table:  # noqa: ARG001
    """Two actors answered the same post.

    Reads    `reply_to`, the content id of the post that is answered.
    Trace    that id, as the source has it.
    At       the answer, and its time: timing and content are both asked.
    Limits   a quarrel under a popular post looks like this, and so does support; what the answers say is not looked at.

    Example
        platform | actor | content | at       | reply_to
        x        | ann   | 2       | 12:00:10 | 1
        x        | bob   | 3       | 12:00:15 | 1
        x        | cem   | 4       | 12:00:20 | 2
    gives
        platform | actor | trace | content | at
        x        | ann   | 1     | 2       | 12:00:10
        x        | bob   | 1     | 3       | 12:00:15
        x        | cem   | 2     | 4       | 12:00:20
    """
    return trace_rows(posts, "reply", column(posts, "reply_to"))


REPLY = Signal(kind="reply", title="Answers to the same post", needs=("reply_to",), make=reply_traces)
